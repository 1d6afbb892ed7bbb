"""Writes of the lists: sending and receipting them, and asking after what is overdue. Making them is `making`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force

from . import duties
from .delivering import end_of_day, grant_households
from .facts import ListCode
from .making import MadeLists, make_lists, request_lists
from .models import ListSending
from .receivers import receipt_due_on

__all__ = [
    "MadeLists",
    "SendingError",
    "make_lists",
    "note_list",
    "receipt_list",
    "remind_overdue",
    "request_lists",
    "send_list",
]


class SendingError(Exception):
    """A list cannot be sent or receipted now; the message is for the user (zh-TW)."""


@transaction.atomic
def send_list(*, sending_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> ListSending:
    """Send what waits for a unit: the copies become visible there, and the clock for their receipt starts.

    A second round keeps the clock of an earlier one that is not receipted yet: sending more puts off no receipt.
    """
    sending = (
        ListSending.objects.select_for_update(of=("self",))
        .filter(pk=sending_id)
        .select_related("unit")
        .first()
    )
    if sending is None:
        raise SendingError("沒有這份名單，可能在名冊更正後已不必送出。")
    waiting = sending.sendingentry_set.filter(sent_at__isnull=True)
    households = set(waiting.values_list("household_id", flat=True))
    number = waiting.update(sent_at=now)
    if not number:
        raise SendingError("這份名單已經全部送出。")
    is_open = sending.sent_at is not None and sending.receipted_at is None
    if not is_open or sending.receipt_due_at is None:
        due_on = receipt_due_on(
            ListCode(sending.list_code), timezone.localdate(now), policy=policy_in_force()
        )
        sending.receipt_due_at = end_of_day(due_on)
    sending.sent_at, sending.sent_by, sending.sent_by_name = now, by.member_id, by_name
    sending.receipted_at, sending.receipted_by, sending.receipted_by_name = None, None, ""
    with acting(SYSTEM):
        duties.sent(sending, now)
        grant_households(sending, households, now)
    detail = {"entries": number, "round": sending.round}
    sending.round += 1
    sending.save()
    note_list(action=audit.Action.SENT_LIST, sending=sending, by=by, by_name=by_name, now=now, detail=detail)
    return sending


@transaction.atomic
def receipt_list(*, sending_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> ListSending:
    """Receipt everything that was sent to the acting member's unit in one list."""
    sending = (
        ListSending.objects.select_for_update(of=("self",))
        .filter(pk=sending_id, unit_id=by.unit_id or 0)
        .first()
    )
    if sending is None or sending.sent_at is None:
        raise SendingError("這份名單沒有送到您的單位。")
    if sending.receipted_at is not None:
        raise SendingError("這份名單已經簽收。")
    entries = sending.sendingentry_set.filter(sent_at__isnull=False).count()
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
        ).select_related("unit")
        return sum(duties.remind(sending, now) for sending in overdue)


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
