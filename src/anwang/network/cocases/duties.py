"""The duties with a time around a sending: to send, to receipt, to ask after an overdue receipt.

Each round of a sending has duties of its own, so what was met stays met when something new is sent.
"""

from __future__ import annotations

import datetime as dt

from anwang.agencies.queries import office_of
from anwang.platform import clock
from anwang.platform.county_policy import policy_in_force
from anwang.platform.models import Deadline
from anwang.standard.codes import AgencyCode

from .documents import month_text
from .facts import ListCode
from .models import ListSending
from .receivers import receipt_rule

KIND = "list_sending"
SEND = "list.send"
RECEIPT = "list.receipt"
REMIND = "list.remind"
NOT_NEEDED = "（名冊更正，不必送出）"


def _round(sending: ListSending) -> str:
    return f"{sending.pk}.{sending.round}"


def _receipt_citation(sending: ListSending) -> str:
    return str(policy_in_force().citation(receipt_rule(ListCode(sending.list_code))))


def _title(sending: ListSending) -> str:
    return f"{month_text(sending.period)}{sending.get_list_code_display()}名單"


def open_sending(sending: ListSending, now: dt.datetime) -> None:
    """The office must send what waits, by `due_at`; a changed due day is followed. Once met or dropped it is reopened
    when something waits again."""
    office = office_of(AgencyCode.SOCIAL)
    label = f"送出{_title(sending)}給{sending.unit}"
    clock.open_deadline(
        subject_kind=KIND,
        subject_id=_round(sending),
        rule_id=SEND,
        label=label,
        unit_id=office.pk,
        opened_at=now,
        due_at=sending.due_at,
        citation=sending.citation,
        url=f"/lists/sendings/{sending.pk}/",
    )
    Deadline.objects.filter(subject_kind=KIND, subject_id=_round(sending), rule_id=SEND).exclude(
        due_at=sending.due_at, met_at__isnull=True
    ).update(due_at=sending.due_at, met_at=None, label=label)


def drop_sending(sending: ListSending, now: dt.datetime) -> None:
    """Nothing waits any more though nothing was sent: the duty is over, and says why."""
    duty = Deadline.objects.filter(
        subject_kind=KIND, subject_id=_round(sending), rule_id=SEND, met_at__isnull=True
    ).first()
    if duty is not None:
        duty.label, duty.met_at = f"{duty.label}{NOT_NEEDED}", now
        duty.save(update_fields=["label", "met_at"])


def sent(sending: ListSending, now: dt.datetime) -> None:
    """The round was sent: the office's duty is met, the unit must receipt by `receipt_due_at`."""
    _meet(sending, SEND, now, _round(sending))
    clock.open_deadline(
        subject_kind=KIND,
        subject_id=_round(sending),
        rule_id=RECEIPT,
        label=f"簽收{_title(sending)}",
        unit_id=sending.unit_id,
        opened_at=now,
        due_at=sending.receipt_due_at or now,
        citation=_receipt_citation(sending),
        url=f"/lists/received/{sending.pk}/",
    )


def receipted(sending: ListSending, now: dt.datetime) -> None:
    """One receipt is for everything sent so far, whatever the round."""
    for number in range(1, sending.round + 1):
        for rule in (RECEIPT, REMIND):
            _meet(sending, rule, now, f"{sending.pk}.{number}")


def remind(sending: ListSending, now: dt.datetime) -> bool:
    """The receipt is overdue: it comes to the office's worklist too, to be asked after. Returns whether that is new."""
    subject = f"{sending.pk}.{max(1, sending.round - 1)}"
    office = office_of(AgencyCode.SOCIAL)
    if Deadline.objects.filter(
        subject_kind=KIND, subject_id=subject, rule_id=REMIND, unit_id=office.pk
    ).exists():
        return False
    clock.open_deadline(
        subject_kind=KIND,
        subject_id=subject,
        rule_id=REMIND,
        label=f"催收{_title(sending)}：{sending.unit}逾期未簽收",
        unit_id=office.pk,
        opened_at=now,
        due_at=sending.receipt_due_at or now,
        citation=_receipt_citation(sending),
        url=f"/lists/sendings/{sending.pk}/",
    )
    return True


def _meet(sending: ListSending, rule: str, now: dt.datetime, subject: str) -> None:
    Deadline.objects.filter(subject_kind=KIND, subject_id=subject, rule_id=rule, met_at__isnull=True).update(
        met_at=now
    )
