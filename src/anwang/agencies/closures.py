"""County closures (停班): entering and withdrawing them, and the working-day duties that follow.

A closure is never changed. Whoever enters or withdraws one also asks the worker to count the open working-day duties
anew, in the same transaction: neither happens without the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction

from anwang.platform import audit
from anwang.platform.clock_models import OPEN
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.due_rules import TermKind
from anwang.platform.jobs import recompute_deadlines
from anwang.platform.models import Closure, Deadline

from .closure_rules import Closed, closure_problem
from .models import Township


class ClosureError(Exception):
    """It cannot be entered or withdrawn so; the message is for the user (zh-TW). `field` names what to mend."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def enter_closure(
    *,
    on: dt.date,
    part: str,
    township_codes: Collection[str],
    reason: str,
    today: dt.date,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Closure:
    """A day of closure; without township codes of the whole county. Raises ClosureError."""
    if part not in Closure.Part.values:
        raise ClosureError("請選擇全日、上午或下午。", "part")
    with connection.cursor() as cursor:  # two administrators who enter one day at once wait for each other
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"closure {on}"])
    standing = [
        Closed(each.on, each.part, frozenset(each.township_codes))
        for each in Closure.objects.filter(on=on, withdrawn_at__isnull=True)
    ]
    known = set(Township.objects.values_list("code", flat=True))
    field, problem = closure_problem(
        Closed(on, part, frozenset(township_codes)), reason, today, known, standing
    )
    if problem:
        raise ClosureError(problem, field)
    made = Closure.objects.create(
        on=on,
        part=part,
        township_codes=sorted(set(township_codes)),
        reason=reason.strip(),
        entered_at=now,
        entered_by_member_id=by.member_id,
        entered_by_name=by_name,
    )
    _follow(audit.Action.ENTERED_CLOSURE, made, by, by_name, now)
    return made


@transaction.atomic
def withdraw_closure(
    *, closure_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime
) -> Closure:
    """A closure that was entered wrongly: it stays readable, and counts no more. Raises ClosureError."""
    if not reason.strip():
        raise ClosureError("請輸入撤回的理由。", "reason")
    if len(reason) > 120:
        raise ClosureError("理由請在 120 字以內。", "reason")
    done = Closure.objects.filter(pk=closure_id, withdrawn_at__isnull=True).update(
        withdrawn_at=now,
        withdrawn_by_member_id=by.member_id,
        withdrawn_by_name=by_name,
        withdrawn_reason=reason.strip(),
    )
    found = Closure.objects.filter(pk=closure_id).first()
    if found is None:
        raise ClosureError("沒有這一筆停班。")
    if not done:
        raise ClosureError("這一筆停班已經撤回了，可能別人剛處理過。")
    _follow(audit.Action.WITHDREW_CLOSURE, found, by, by_name, now)
    return found


def _follow(action: str, closure: Closure, by: AccessContext, by_name: str, now: dt.datetime) -> None:
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind="closure",
        subject_id=closure.pk,
        member_name=by_name,
        detail={"on": closure.on.isoformat(), "part": closure.part, "townships": len(closure.township_codes)},
    )
    recompute_deadlines.defer(closure_id=closure.pk)


def working_day_duties() -> int:
    """How many open duties are counted in working days, in all units: those that a closure may move."""
    with acting(SYSTEM):
        return Deadline.objects.filter(OPEN, term_kind=TermKind.WORKING_DAYS.value).count()
