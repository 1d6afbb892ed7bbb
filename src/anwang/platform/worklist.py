"""The worklist: open duties of a unit by their legal clock. One query over an index, whatever the backlog."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from .models import Deadline


@dataclass(frozen=True, slots=True)
class WorklistCounts:
    """Open duties of a unit, how many of them are overdue, and when the next one falls due (None: none to come)."""

    open: int
    overdue: int
    next_due_at: dt.datetime | None


def _open(unit_id: int) -> QuerySet[Deadline]:
    # The unit is said here although row security says it too: only a plain comparison uses the index on it.
    return Deadline.objects.filter(unit_id=unit_id, met_at__isnull=True)


def open_deadlines(*, unit_id: int, limit: int, offset: int = 0) -> list[Deadline]:
    """A page of the unit's open duties, the most pressing first."""
    return list(_open(unit_id).order_by("due_at", "pk")[offset : offset + limit])


def counts(*, unit_id: int, now: dt.datetime) -> WorklistCounts:
    found = _open(unit_id)
    return WorklistCounts(
        found.count(),
        found.filter(due_at__lt=now).count(),
        found.filter(due_at__gte=now).order_by("due_at").values_list("due_at", flat=True).first(),
    )
