"""The worklist: open duties by their legal clock, then what was promised. One query over an index, whatever the backlog."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, F, Min, Q, QuerySet

from .clock_models import OPEN
from .models import Closure, Deadline, DeadlineChange


class View(StrEnum):
    """Which of the duties that a member may see are shown."""

    UNIT = "unit"
    MINE = "mine"
    PROMISED = "promised"
    OVERDUE = "overdue"
    RISEN = "risen"

    @property
    def label(self) -> str:
        return {
            "unit": "單位",
            "mine": "我的",
            "promised": "我的約定",
            "overdue": "逾期",
            "risen": "升級給我的",
        }[self.value]


@dataclass(frozen=True, slots=True)
class WorklistCounts:
    """Open duties of a unit, how many of them are overdue, and when the next one falls due (None: none to come);
    the member's own, of these what they promised themselves (all, and overdue), and those that have risen to the unit's supervisors."""

    open: int
    overdue: int
    next_due_at: dt.datetime | None
    mine: int = 0
    risen: int = 0
    promised: int = 0
    promised_overdue: int = 0

    def of(self, view: View) -> int:
        return {
            View.UNIT: self.open,
            View.MINE: self.mine,
            View.PROMISED: self.promised,
            View.OVERDUE: self.overdue,
            View.RISEN: self.risen,
        }[view]


def shown(view: View, *, unit_id: int, member_id: int | None, now: dt.datetime) -> QuerySet[Deadline]:
    """The duties of a view, the most pressing first: the legal clocks, then what was promised.

    Unit and member are said here although row security says them too: only a plain comparison uses the index.
    """
    found = Deadline.objects.filter(OPEN)
    match view:
        case View.UNIT:
            found = found.filter(unit_id=unit_id)
        case View.MINE:
            found = found.filter(unit_id=unit_id, owner_member_id=member_id or 0)
        case View.PROMISED:
            found = found.filter(unit_id=unit_id, owner_member_id=member_id or 0, is_promise=True)
        case View.OVERDUE:
            found = found.filter(unit_id=unit_id, due_at__lt=now)
        case View.RISEN:
            # What rose to the head office stays with the unit's supervisors too. Only overdue duties have risen.
            found = found.filter(
                Q(unit_id=unit_id, escalation_level__gt=0) | Q(escalated_unit_id=unit_id), due_at__lt=now
            )
    return found.order_by("is_promise", "due_at", "pk")


def counts(*, unit_id: int, now: dt.datetime, member_id: int | None = None) -> WorklistCounts:
    overdue = Q(due_at__lt=now)
    own = Deadline.objects.filter(OPEN, unit_id=unit_id).aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=overdue),
        mine=Count("pk", filter=Q(owner_member_id=member_id or 0)),
        promised=Count("pk", filter=Q(owner_member_id=member_id or 0, is_promise=True)),
        promised_overdue=Count(
            "pk", filter=Q(owner_member_id=member_id or 0, is_promise=True, due_at__lt=now)
        ),
        risen=Count("pk", filter=overdue & Q(escalation_level__gt=0)),
        next_due_at=Min("due_at", filter=~overdue),
    )
    from_elsewhere = (
        Deadline.objects.filter(OPEN, overdue, escalated_unit_id=unit_id).exclude(unit_id=unit_id).count()
    )
    return WorklistCounts(
        own["open"],
        own["overdue"],
        own["next_due_at"],
        own["mine"],
        own["risen"] + from_elsewhere,
        own["promised"],
        own["promised_overdue"],
    )


@dataclass(frozen=True, slots=True)
class Load:
    """Open duties of one owner (None: the unit's own) under one rule: how many, overdue, due soon, risen, the next."""

    owner_member_id: int | None
    rule_id: str
    rule_label: str
    open: int
    overdue: int
    soon: int
    risen: int
    first_due_at: dt.datetime


def load(*, unit_id: int, now: dt.datetime, soon: dt.datetime) -> list[Load]:
    """The unit's open duties by owner and rule. `soon`: until when a duty that is not overdue counts as due soon."""
    overdue = Q(due_at__lt=now)
    rows = (
        Deadline.objects.filter(OPEN, unit_id=unit_id)
        .values("owner_member_id", "rule_id", "rule_label")
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=overdue),
            soon=Count("pk", filter=Q(due_at__gte=now, due_at__lt=soon)),
            risen=Count("pk", filter=overdue & Q(escalation_level__gt=0)),
            first_due_at=Min("due_at"),
        )
        .order_by(F("owner_member_id").asc(nulls_first=True), "rule_id", "rule_label")
    )
    return [Load(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class Move:
    """The last time that a duty's moment was moved: what it was before, and why."""

    old_due_at: dt.datetime
    reason: str


def moves(deadlines: Iterable[int]) -> dict[int, Move]:
    """The last move of each duty that was ever moved."""
    rows = DeadlineChange.objects.filter(
        deadline_id__in=list(deadlines),
        kind__in=[DeadlineChange.Kind.RECOMPUTED, DeadlineChange.Kind.MOVED],
    ).order_by("pk")
    return {row.deadline_id: Move(row.old_due_at, row.reason) for row in rows}


def moved_by(closures: Iterable[Closure]) -> dict[int, int]:
    """How many duties each closure has moved. Only the system sees those of all units."""
    rows = (
        DeadlineChange.objects.filter(closure__in=list(closures), kind=DeadlineChange.Kind.RECOMPUTED)
        .values_list("closure_id")
        .annotate(number=Count("deadline_id", distinct=True))
    )
    return {closure: number for closure, number in rows if closure is not None}
