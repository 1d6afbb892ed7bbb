"""Counting the open working-day duties anew after a closure was entered or withdrawn. No other duty is touched."""

from __future__ import annotations

import datetime as dt

from anwang.standard.dates import roc_short

from .clock_models import OPEN, Closure, Deadline, DeadlineChange
from .context import SYSTEM, acting
from .due_rules import Term, TermKind, due
from .office_calendar import office_calendar, standing_closures

BATCH = 500
CALENDAR_CHANGED = "辦公日曆變更"


def recompute(*, now: dt.datetime, closure_id: int | None = None) -> int:
    """Move each open working-day duty to where its term ends by the calendar of now; the old moment is kept in a row.

    Each batch is a transaction: killed in between, the rest is done by the next run, and what is done is not done
    again. Returns how many duties were moved.
    """
    moved, last = 0, 0
    while True:
        with acting(SYSTEM):
            batch = list(
                Deadline.objects.filter(OPEN, term_kind=TermKind.WORKING_DAYS.value, pk__gt=last)
                .order_by("pk")
                .select_for_update()[:BATCH]
            )
            if not batch:
                return moved
            last = batch[-1].pk
            moved += _move(batch, now, closure_id)


def _move(batch: list[Deadline], now: dt.datetime, closure_id: int | None) -> int:
    closures = standing_closures(first=min(each.started_at or each.opened_at for each in batch).date())
    offices = {
        code: office_calendar(township_code=code, closures=closures)
        for code in {each.township_code for each in batch}
    }
    changed = []
    for each in batch:
        term = Term(TermKind.WORKING_DAYS, each.term or 0)
        found = due(each.started_at or each.opened_at, term, offices[each.township_code]).at
        if found != each.due_at:
            changed.append((each, found))
    if not changed:
        return 0
    reason = _reason(closure_id)
    DeadlineChange.objects.bulk_create(
        DeadlineChange(
            deadline=each,
            unit_id=each.unit_id,
            at=now,
            kind=DeadlineChange.Kind.RECOMPUTED,
            reason=reason,
            closure_id=closure_id,
            old_due_at=each.due_at,
            new_due_at=found,
            old_unit_id=each.unit_id,
            old_owner_member_id=each.owner_member_id,
            new_owner_member_id=each.owner_member_id,
        )
        for each, found in changed
    )
    for each, found in changed:
        each.due_at = found
    Deadline.objects.bulk_update([each for each, _ in changed], ["due_at"])
    return len(changed)


def _reason(closure_id: int | None) -> str:
    closure = Closure.objects.filter(pk=closure_id).first() if closure_id else None
    if closure is None:
        return CALENDAR_CHANGED
    day = f"{roc_short(closure.on)} 停班"
    return f"撤回 {day}" if closure.withdrawn_at else f"{day}：{closure.reason}"
