"""A process as a table: which deed leads from which state to which. Pages, actions and the handbook all read it.

Pure. A room declares its states as a `StrEnum` with a `label`, and one `Process`; an action asks `after` before it
writes, a page asks `deeds_from` what it may offer, and the handbook draws `diagram`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class State(Protocol):
    @property
    def value(self) -> str: ...

    @property
    def label(self) -> str: ...


S = TypeVar("S", bound=State)


class NotPossible(Exception):
    """A deed that the state does not allow; the text is zh-TW, for the user."""


@dataclass(frozen=True, slots=True)
class Transition(Generic[S]):
    """A deed: its code and label (zh-TW), the states it may start from, where it ends, who does it (for the reader)."""

    deed: str
    label: str
    sources: tuple[S, ...]
    target: S
    who: str
    needs_reason: bool = False


@dataclass(frozen=True)
class Process(Generic[S]):
    """A state machine as data. `initial` is the state that a new row has; `subject` what it is called (zh-TW)."""

    id: str
    subject: str
    initial: S
    states: Sequence[S]
    transitions: Sequence[Transition[S]]

    def __post_init__(self) -> None:
        seen: set[tuple[str, str]] = set()
        for each in self.transitions:
            for source in each.sources:
                if (each.deed, source.value) in seen:
                    raise ValueError(f"{self.id}: {each.deed} leaves {source.value} twice")
                seen.add((each.deed, source.value))

    def after(self, state: S, deed: str) -> S:
        """The state after `deed`. Raises NotPossible with what the state is and what could be done instead."""
        for each in self.transitions:
            if each.deed == deed and state in each.sources:
                return each.target
        wanted = next((each.label for each in self.transitions if each.deed == deed), None)
        if wanted is None:
            raise ValueError(f"{self.id} has no deed {deed!r}")
        possible = "、".join(each.label for each in self.deeds_from(state))
        rest = f"目前可以：{possible}。" if possible else "這個狀態不能再變更。"
        raise NotPossible(
            f"{self.subject}目前是「{state.label}」，不能「{wanted}」；可能別人剛處理過。{rest}"
        )

    def deeds_from(self, state: S) -> tuple[Transition[S], ...]:
        """What may be done in a state, in the order of the table."""
        return tuple(each for each in self.transitions if state in each.sources)

    def allows(self, state: S, deed: str) -> bool:
        return any(each.deed == deed for each in self.deeds_from(state))

    @property
    def final(self) -> tuple[S, ...]:
        """States that nothing leads out of."""
        return tuple(state for state in self.states if not self.deeds_from(state))

    def diagram(self) -> str:
        """The process as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{state.label}" as {state.value}' for state in self.states]
        lines.append(f"    [*] --> {self.initial.value}")
        for each in self.transitions:
            lines += [
                f"    {source.value} --> {each.target.value} : {each.label}（{each.who}）"
                for source in each.sources
            ]
        lines += [f"    {state.value} --> [*]" for state in self.final]
        return "\n".join(lines)

    def table(self) -> str:
        """The process as a Markdown table: state, deed, by whom, next state, reason needed or not."""
        lines = ["| 狀態 | 可以做 | 誰 | 之後 | 須附理由 |", "| --- | --- | --- | --- | --- |"]
        for state in self.states:
            for each in self.deeds_from(state):
                reason = "是" if each.needs_reason else ""
                lines.append(
                    f"| {state.label} | {each.label} | {each.who} | {each.target.label} | {reason} |"
                )
        return "\n".join(lines)
