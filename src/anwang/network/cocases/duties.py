"""The duties with a time around a sending: to send, to receipt, to ask after an overdue receipt, to answer returns.

Each round of a sending has duties of its own, so what was met stays met when something new is sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Min

from anwang.agencies.queries import office_of
from anwang.platform import clock
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import end_of_day
from anwang.platform.models import Deadline
from anwang.standard.codes import AgencyCode

from .copy_states import WAITING
from .documents import month_text
from .facts import ListCode
from .models import ListReturn, ListSending, SendingEntry
from .receivers import receipt_rule
from .returning import answer_rule
from .rules import Standing

KIND = "list_sending"
SEND = "list.send"
RECEIPT = "list.receipt"
REMIND = "list.remind"
ANSWER = "list.answer"
OURS = "期限為本系統預設，待縣府核定"
NOT_NEEDED = "（不必送出了）"


def _round(sending: ListSending) -> str:
    return f"{sending.pk}.{sending.round}"


def _receipt_citation(sending: ListSending) -> str:
    return str(policy_in_force().citation(receipt_rule(ListCode(sending.list_code))))


def _title(sending: ListSending) -> str:
    return f"{month_text(sending.period)}{sending.get_list_code_display()}名單"


def renew_sending(sendings: Iterable[ListSending], now: dt.datetime) -> None:
    """Make each duty to send that of what waits now. A list that is left without any copy vanishes."""
    found = list(sendings)
    copies = SendingEntry.objects.filter(sending__in=[sending.pk for sending in found])
    waiting = dict(copies.filter(WAITING).values_list("sending_id").annotate(Min("due_on")))
    any_copy = set(copies.values_list("sending_id", flat=True))
    for sending in found:
        if sending.pk in waiting:
            due_at = end_of_day(waiting[sending.pk])
            if sending.due_at != due_at:
                sending.due_at = due_at
                sending.save(update_fields=["due_at"])
            _open_sending(sending, now)
        else:
            _drop_sending(sending, now)
            if sending.pk not in any_copy:
                sending.delete()


def _open_sending(sending: ListSending, now: dt.datetime) -> None:
    """The office must send what waits, by `due_at`; a changed due day is followed. Once met or dropped it is reopened
    when something waits again."""
    office = office_of(AgencyCode.SOCIAL)
    label = f"送出{_title(sending)}給{sending.unit}"
    clock.open_deadline(
        subject_kind=KIND,
        subject_id=_round(sending),
        rule_id=SEND,
        rule_label="送出名單",
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


def _drop_sending(sending: ListSending, now: dt.datetime) -> None:
    """Nothing waits any more though nothing was sent: the duty is over, and says why."""
    duty = Deadline.objects.filter(
        subject_kind=KIND, subject_id=_round(sending), rule_id=SEND, met_at__isnull=True
    ).first()
    if duty is not None:
        duty.label, duty.met_at = f"{duty.label}{NOT_NEEDED}", now
        duty.save(update_fields=["label", "met_at"])


def sent(sending: ListSending, now: dt.datetime) -> None:
    """The round was sent: the office's duty is met, the unit must receipt by `receipt_due_at`."""
    clock.meet_deadline(subject_kind=KIND, subject_id=_round(sending), rule_id=SEND, at=now)
    clock.open_deadline(
        subject_kind=KIND,
        subject_id=_round(sending),
        rule_id=RECEIPT,
        rule_label="簽收名單",
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
            clock.meet_deadline(subject_kind=KIND, subject_id=f"{sending.pk}.{number}", rule_id=rule, at=now)


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
        rule_label="催收名單",
        label=f"催收{_title(sending)}：{sending.unit}逾期未簽收",
        unit_id=office.pk,
        opened_at=now,
        due_at=sending.receipt_due_at or now,
        citation=_receipt_citation(sending),
        url=f"/lists/sendings/{sending.pk}/",
    )
    return True


def renew_answering(sendings: Iterable[ListSending], now: dt.datetime) -> None:
    """One duty for all returns of a list that wait for an answer, due with the first; met once none waits."""
    found = {sending.pk: sending for sending in sendings}
    waiting = {
        pk: (number, due_at)
        for pk, number, due_at in ListReturn.objects.filter(copy__sending__in=list(found), answer=None)
        .exclude(copy__standing=Standing.WITHDRAWN)
        .values_list("copy__sending_id")
        .annotate(Count("pk"), Min("answer_due_at"))
    }
    office = office_of(AgencyCode.SOCIAL)
    for pk, sending in found.items():
        duty: dict[str, Any] = {"subject_kind": KIND, "subject_id": f"{pk}.returns", "rule_id": ANSWER}
        if pk not in waiting:
            clock.meet_deadline(**duty, at=now)
            continue
        number, due_at = waiting[pk]
        label = f"處理退回：{_title(sending)}，{sending.unit}退回 {number} 筆"
        clock.open_deadline(
            **duty,
            rule_label="處理退回",
            label=label,
            unit_id=office.pk,
            opened_at=now,
            due_at=due_at,
            citation=str(policy_in_force().citation(answer_rule(ListCode(sending.list_code)))),
            url=f"/lists/sendings/{pk}/returns/",
        )
        Deadline.objects.filter(**duty).exclude(due_at=due_at, met_at__isnull=True, label=label).update(
            due_at=due_at, met_at=None, label=label
        )
