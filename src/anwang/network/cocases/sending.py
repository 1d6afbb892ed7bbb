"""Sending a list to a unit, its receipt, and asking after what is overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import end_of_day

from . import duties
from .copy_states import HELD, IS_RETURNED, IS_SETTLED, WAITING
from .errors import SendingError
from .facts import ListCode
from .grants import renew_grants
from .models import ListSending
from .month_lock import lock_month
from .queries import SendingState, lines
from .receivers import receipt_due_on


def lock(sending_id: int, **also: object) -> ListSending | None:
    """A sending as the acting member may see it, held until the transaction ends: acts on one list wait for each other."""
    return (
        ListSending.objects.select_for_update(of=("self",))
        .filter(pk=sending_id, **also)
        .select_related("unit")
        .first()
    )


def ask_for_receipt(
    sending: ListSending, *, is_open: bool, by: AccessContext, by_name: str, now: dt.datetime
) -> None:
    """A round went out: its receipt is owed, by the clock of an earlier round (`is_open`) that is not receipted yet.
    Runs as the system; the caller saves."""
    if not is_open or sending.receipted_at is not None or sending.receipt_due_at is None:
        due_on = receipt_due_on(
            ListCode(sending.list_code), timezone.localdate(now), policy=policy_in_force()
        )
        sending.receipt_due_at = end_of_day(due_on)
    sending.sent_at, sending.sent_by, sending.sent_by_name = now, by.member_id, by_name
    sending.receipted_at, sending.receipted_by, sending.receipted_by_name = None, None, ""
    duties.sent(sending, now)
    sending.round += 1


def lock_after_making(sending_id: int, **also: object) -> ListSending | None:
    """The same for what a making of the month would write over, or would not see: it waits for that, too."""
    period = ListSending.objects.filter(pk=sending_id, **also).values_list("period", flat=True).first()
    if period is None:
        return None
    lock_month(period)
    return lock(sending_id, **also)


@transaction.atomic
def send_list(*, sending_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> ListSending:
    """Send what waits for a unit: the copies become visible there, and the clock for their receipt starts.

    A second round keeps the clock of an earlier one that is not receipted yet: sending more puts off no receipt.
    """
    sending = lock_after_making(sending_id)
    if sending is None:
        raise SendingError("沒有這份名單，可能在名冊更正後已不必送出。")
    waiting = sending.sendingentry_set.filter(WAITING)
    was_held = sending.sendingentry_set.filter(HELD).exists()
    households = set(waiting.values_list("household_id", flat=True))
    number = waiting.update(sent_at=now)
    if not number:
        raise SendingError("這份名單已經全部送出。")
    detail = {"entries": number, "round": sending.round}
    with acting(SYSTEM):
        ask_for_receipt(sending, is_open=was_held, by=by, by_name=by_name, now=now)
        renew_grants(sending.unit_id, households)
    sending.save()
    note_list(action=audit.Action.SENT_LIST, sending=sending, by=by, by_name=by_name, now=now, detail=detail)
    return sending


@transaction.atomic
def receipt_list(*, sending_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> ListSending:
    """Receipt everything that was sent to the acting member's unit in one list."""
    sending = lock(sending_id, unit_id=by.unit_id or 0)
    if sending is None or sending.sent_at is None:
        raise SendingError("這份名單沒有送到您的單位。")
    if sending.receipted_at is not None:
        raise SendingError("這份名單已經簽收。")
    entries = sending.sendingentry_set.filter(sent_at__isnull=False).filter(~IS_RETURNED, ~IS_SETTLED).count()
    if not entries:
        raise SendingError("這份名單已整份退回，不必簽收。")
    sending.receipted_at, sending.receipted_by, sending.receipted_by_name = now, by.member_id, by_name
    sending.save(update_fields=["receipted_at", "receipted_by", "receipted_by_name"])
    with acting(SYSTEM):
        duties.receipted(sending, now)
    overdue = sending.receipt_due_at is not None and now > sending.receipt_due_at
    note_list(
        action=audit.Action.RECEIPTED_LIST,
        sending=sending,
        by=by,
        by_name=by_name,
        now=now,
        detail={"entries": entries, "overdue": overdue},
    )
    return sending


def remind_overdue(*, now: dt.datetime) -> int:
    """Bring every overdue receipt to the sending office's worklist as well. Returns how many are new there."""
    with acting(SYSTEM):
        overdue = ListSending.objects.filter(
            sent_at__isnull=False, receipted_at__isnull=True, receipt_due_at__lt=now
        )
        late = [line for line in lines(overdue, now) if line.state is SendingState.LATE_TO_RECEIPT]
        return sum(duties.remind(line.sending, now) for line in late)


def note_list(
    *,
    action: str,
    sending: ListSending,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    detail: Mapping[str, object],
) -> None:
    """The audit row of an act on one unit's list."""
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind="list_sending",
        subject_id=sending.pk,
        purpose=by.purpose or "",
        member_name=by_name,
        detail={"list": sending.list_code, "period": sending.period.isoformat(), **detail},
    )
