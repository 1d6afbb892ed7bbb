"""Which programmes a report may be for, by what each programme's own file says of entering it (`programs`, `entry`). Pure.

Nothing here names a programme: a county adds one with its conditions and it is suggested. Only a suggestion: the person
decides (`screening_rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from anwang.services.programs.programme import EntryRule, Programme

AGE_UNKNOWN, AGE_UNSURE = "年齡不詳", "年齡不確定"


@dataclass(frozen=True, slots=True)
class ProgrammeSuggestion:
    """A programme that the report may be for, and what speaks for it (zh-TW) with where it stands. `doubt`: what of an
    age must be confirmed first, "" when nothing must."""

    programme: str
    because: tuple[str, ...]
    citations: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says, as the conditions ask for it. `mentions`: whether the story says one of some words.

    `ages`: of each person of known age the least and the most that it may be; `age_unknown`: of somebody no age is known.
    `doubts`: signs that hold only if an age turns out so, with what is not known of it (zh-TW).
    """

    signs: frozenset[str]
    needs: frozenset[str]
    ages: tuple[tuple[int, int], ...]
    reporter: str
    mentions: Callable[[Iterable[str]], bool]
    age_unknown: bool = False
    doubts: Mapping[str, str] = field(default_factory=dict)


def holds(rule: EntryRule, said: Said) -> bool:
    """Whether every condition that the rule gives holds or may hold. An age that nobody knows meets a condition of age
    only where there is danger: there it must be asked."""
    return (
        (not rule.signs or bool(said.signs & set(rule.signs)))
        and (not rule.also or bool(said.signs & set(rule.also)))
        and (not rule.needs or bool(said.needs & set(rule.needs)))
        and (not rule.also_needs or bool(said.needs & set(rule.also_needs)))
        and (rule.ages is None or _may_be(rule.ages, said) or (rule.danger and said.age_unknown))
        and (not rule.reporters or said.reporter in rule.reporters)
        and (not rule.words or said.mentions(rule.words))
    )


def doubt(rule: EntryRule, said: Said) -> str:
    """Of a rule that holds: what of an age must be confirmed first; "" when it holds as it is."""
    if rule.ages is not None and not any(
        rule.ages[0] <= low and high <= rule.ages[1] for low, high in said.ages
    ):
        return AGE_UNSURE if _may_be(rule.ages, said) else AGE_UNKNOWN
    for asked in (rule.signs, rule.also):
        held = [sign for sign in asked if sign in said.signs]
        if held and all(sign in said.doubts for sign in held):
            return said.doubts[held[0]]
    return ""


def _may_be(ages: tuple[int, int], said: Said) -> bool:
    return any(ages[0] <= high and low <= ages[1] for low, high in said.ages)


def entered(
    programmes: Mapping[str, Programme], said: Said, first: Sequence[str] = ()
) -> tuple[ProgrammeSuggestion, ...]:
    """The programmes that something speaks for: danger first, then the clearer, then the one of which more must hold;
    among equals those of `first` in its order, then as the catalogue has them."""
    found = []
    order = {id: place for place, id in enumerate((*first, *programmes)) if id in programmes}
    order |= {id: place for place, id in enumerate(first)}
    for programme in programmes.values():
        ranked = sorted(
            (
                (_clearest(rule, said), place, rule)
                for place, rule in enumerate(programme.entry)
                if holds(rule, said)
            ),
            key=lambda each: each[:2],
        )
        # What is only likely, or hangs on an age, adds nothing to what is said outright.
        held = [rule for clear, _, rule in ranked if clear[:3] == ranked[0][0][:3]]
        if held:
            suggestion = ProgrammeSuggestion(
                programme.id,
                tuple(dict.fromkeys(_because(rule, said) for rule in held)),
                tuple(dict.fromkeys(str(rule.citation) for rule in held)),
                doubt(held[0], said),
            )
            found.append((*ranked[0][0], order[programme.id], suggestion))
    return tuple(row[-1] for row in sorted(found, key=lambda row: row[:-1]))


def _because(rule: EntryRule, said: Said) -> str:
    """Why a programme is suggested; of an age that nobody said nothing is claimed."""
    unsure = doubt(rule, said)
    return f"{unsure}，請先確認是否為：{rule.label}" if unsure else rule.label


def _clearest(rule: EntryRule, said: Said) -> tuple[bool, int, bool, int]:
    return (not rule.danger, rule.strength.rank, bool(doubt(rule, said)), -_conditions(rule))


def _conditions(rule: EntryRule) -> int:
    given: tuple[Collection[object] | None, ...] = (
        rule.signs, rule.also, rule.needs, rule.also_needs, rule.ages, rule.words, rule.reporters,
    )  # fmt: skip
    return sum(bool(each) for each in given)
