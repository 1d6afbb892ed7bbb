"""Which clocks of a programme a deed starts, and which it meets. Pure; the terms are the programme's own.

A duty's id is `case.<kind>.<clock>`; the rounds of a repeating clock are told apart by their sequence.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anwang.platform.due_rules import Term
from anwang.policy import Origin
from anwang.services.programs.codes import ClockKind, ClockStart
from anwang.services.programs.programme import Clock, Programme

from .vocabulary import VisitPlace


class Deed(StrEnum):
    """What happened in a case, as the clocks see it."""

    OPENED = "opened"
    REACHED = "reached"
    VISITED = "visited"
    ASSESSED = "assessed"
    PLAN_SUBMITTED = "plan_submitted"
    PLAN_APPROVED = "plan_approved"
    REVIEWED = "reviewed"


# Clocks that a case starts with: the moment that each counts from is the caller's (`StartMoments`).
_FROM_THE_BEGINNING = (ClockStart.REPORTED, ClockStart.ACCEPTED, ClockStart.APPLIED, ClockStart.OPENED)
_AT_OPENING = (
    ClockKind.FIRST_CONTACT,
    ClockKind.ASSESSMENT,
    ClockKind.PLAN,
    ClockKind.VISIT,
    ClockKind.REVIEW,
)
# The catalogue counts a first visit as a step of the assessment; it is done by going there, not by filling in a form.
_BY_GOING_THERE = ("first_visit", "visit")
_OURS = "本系統預設，待縣府核定"


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty to open: its id, words, term, clause, and from which event it counts."""

    rule: str
    label: str
    rule_label: str
    term: Term
    starts: ClockStart
    citation: str
    repeats: bool


def rule_id(clock: Clock) -> str:
    return f"case.{clock.kind.value}.{clock.id}"


def duty_of(clock: Clock, programme: Programme, level: str) -> Duty:
    origin = f"（{_OURS}）" if clock.origin is Origin.DEFAULT else ""
    return Duty(
        rule_id(clock),
        f"{programme.label}：{clock.label}",
        f"{clock.label}（{clock.starts.label} {clock.term(level)}內）",
        clock.term(level),
        clock.starts,
        f"{clock.citation}{origin}",
        clock.repeats,
    )


def started_by(deed: Deed, programme: Programme, level: str) -> list[Duty]:
    """The duties that a deed opens. What was open already stays: opening a duty twice changes nothing.

    A case begins with its first contact, whatever the programme counts it from. A clock that runs from the last time
    (`last_done`) begins with the first time that the family was reached, or that a plan was approved. Of several clocks
    of visits or reviews the first one of the programme is the case's; the others belong to later stages.
    """
    clocks = [clock for clock in programme.clocks if clock.kind in _AT_OPENING]
    match deed:
        case Deed.OPENED:
            chosen = [
                clock
                for clock in clocks
                if clock.starts in _FROM_THE_BEGINNING or clock.kind is ClockKind.FIRST_CONTACT
            ]
        case Deed.REACHED | Deed.VISITED:
            chosen = _going_on(clocks, ClockKind.VISIT)
        case Deed.PLAN_APPROVED:
            planned = [clock for clock in clocks if clock.starts is ClockStart.PLANNED]
            chosen = [*planned, *(c for c in _going_on(clocks, ClockKind.REVIEW) if c not in planned)]
        case Deed.REVIEWED:
            chosen = [clock for clock in _going_on(clocks, ClockKind.REVIEW) if clock.repeats]
        case _:
            chosen = []
    return [duty_of(clock, programme, level) for clock in chosen]


def _going_on(clocks: Sequence[Clock], kind: ClockKind) -> list[Clock]:
    """The clock of a kind that goes on with the case; at most one."""
    return [c for c in clocks if c.kind is kind and (c.repeats or c.starts is ClockStart.LAST_DONE)][:1]


def is_met_by(rule: str, deed: Deed) -> bool:
    """Whether a deed meets the duty with this id. Reaching the family by phone is a first contact and no visit."""
    kind, _, clock = rule.removeprefix("case.").partition(".")
    match deed:
        case Deed.REACHED:
            return kind == ClockKind.FIRST_CONTACT
        case Deed.VISITED:
            return kind in (ClockKind.FIRST_CONTACT, ClockKind.VISIT) or clock in _BY_GOING_THERE
        case Deed.ASSESSED:
            return kind == ClockKind.ASSESSMENT and clock not in _BY_GOING_THERE
        case Deed.PLAN_SUBMITTED:
            return kind == ClockKind.PLAN
        case Deed.REVIEWED:
            return kind == ClockKind.REVIEW
        case _:
            return False


def deed_of_visit(place: VisitPlace, counting: Collection[str]) -> Deed:
    """A visit where somebody was met counts for the frequency, if policy counts its place; else it is a contact."""
    return Deed.VISITED if place in counting else Deed.REACHED
