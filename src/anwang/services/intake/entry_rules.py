"""Which programmes a report may be for, by what each programme's own file says of entering it (`programs`, `entry`). Pure.

Nothing here names a programme: a county adds one with its conditions and it is suggested. Only a suggestion: the person
decides (`screening_rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from anwang.services.programs.programme import EntryRule, Programme


@dataclass(frozen=True, slots=True)
class ProgrammeSuggestion:
    """A programme that the report may be for, and what speaks for it (zh-TW) with where it stands."""

    programme: str
    because: tuple[str, ...]
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says, as the conditions ask for it. `mentions`: whether the story says one of some words."""

    signs: frozenset[str]
    needs: frozenset[str]
    ages: tuple[int, ...]
    reporter: str
    mentions: Callable[[Iterable[str]], bool]


def holds(rule: EntryRule, said: Said) -> bool:
    """Whether every condition that the rule gives holds. An age that nobody knows meets no condition of age."""
    return (
        (not rule.signs or bool(said.signs & set(rule.signs)))
        and (not rule.also or bool(said.signs & set(rule.also)))
        and (not rule.needs or bool(said.needs & set(rule.needs)))
        and (not rule.also_needs or bool(said.needs & set(rule.also_needs)))
        and (rule.ages is None or any(rule.ages[0] <= age <= rule.ages[1] for age in said.ages))
        and (not rule.reporters or said.reporter in rule.reporters)
        and (not rule.words or said.mentions(rule.words))
    )


def entered(
    programmes: Mapping[str, Programme], said: Said, first: Sequence[str] = ()
) -> tuple[ProgrammeSuggestion, ...]:
    """The programmes that something speaks for: danger first, then the clearer, then the one of which more must hold;
    among equals those of `first` in its order, then as the catalogue has them."""
    found = []
    order = {id: place for place, id in enumerate((*first, *programmes)) if id in programmes}
    order |= {id: place for place, id in enumerate(first)}
    for programme in programmes.values():
        held = sorted((rule for rule in programme.entry if holds(rule, said)), key=_clearest)
        # What is only likely adds nothing to what is said outright.
        held = [rule for rule in held if _clearest(rule)[:2] == _clearest(held[0])[:2]]
        if held:
            suggestion = ProgrammeSuggestion(
                programme.id,
                tuple(dict.fromkeys(rule.label for rule in held)),
                tuple(dict.fromkeys(str(rule.citation) for rule in held)),
            )
            found.append((*_clearest(held[0]), order[programme.id], suggestion))
    return tuple(row[-1] for row in sorted(found, key=lambda row: row[:-1]))


def _clearest(rule: EntryRule) -> tuple[bool, int, int]:
    return (not rule.danger, rule.strength.rank, -_conditions(rule))


def _conditions(rule: EntryRule) -> int:
    given: tuple[Collection[object] | None, ...] = (
        rule.signs, rule.also, rule.needs, rule.also_needs, rule.ages, rule.words, rule.reporters,
    )  # fmt: skip
    return sum(bool(each) for each in given)
