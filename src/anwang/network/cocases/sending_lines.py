"""Where each unit's list stands: how many copies wait, were sent, were given back, and which clock runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Count, Min, Q, QuerySet

from .copy_states import IN_FORCE, IS_LEFT_OUT, IS_RETURNED, IS_SETTLED
from .models import ListReturn, ListSending, SendingEntry
from .rules import Standing


class SendingState(StrEnum):
    """Where a unit's list stands."""

    TO_SEND = "to_send"
    LATE_TO_SEND = "late_to_send"
    SENT = "sent"
    LATE_TO_RECEIPT = "late_to_receipt"
    RETURNED = "returned"
    LATE_TO_ANSWER = "late_to_answer"
    RECEIPTED = "receipted"
    SETTLED = "settled"
    LEFT_OUT = "left_out"

    @property
    def label(self) -> str:
        return {
            "to_send": "待送出",
            "late_to_send": "逾期未送",
            "sent": "待簽收",
            "late_to_receipt": "逾期未簽收",
            "returned": "退回待處理",
            "late_to_answer": "退回逾期未處理",
            "receipted": "已簽收",
            "settled": "退回已處理",
            "left_out": "不送",
        }[self.value]

    @property
    def is_late(self) -> bool:
        return self in {SendingState.LATE_TO_SEND, SendingState.LATE_TO_RECEIPT, SendingState.LATE_TO_ANSWER}

    @property
    def is_open(self) -> bool:
        """Somebody still owes something."""
        return self not in {SendingState.RECEIPTED, SendingState.SETTLED, SendingState.LEFT_OUT}


@dataclass(frozen=True, slots=True)
class SendingLine:
    """One unit's list: how many copies wait, a person left out, were sent, were withdrawn after that, were given back
    and wait for an answer, were given back for good. `given_back`: all that were given back, withdrawn since or not."""

    sending: ListSending
    waiting: int
    left_out: int
    sent: int
    withdrawn: int
    returned: int
    settled: int
    given_back: int
    answer_due_at: dt.datetime | None
    state: SendingState

    @property
    def due_at(self) -> dt.datetime | None:
        """The clock that runs now; None when nothing is owed."""
        match self.state:
            case SendingState.TO_SEND | SendingState.LATE_TO_SEND:
                return self.sending.due_at
            case SendingState.SENT | SendingState.LATE_TO_RECEIPT:
                return self.sending.receipt_due_at
            case SendingState.RETURNED | SendingState.LATE_TO_ANSWER:
                return self.answer_due_at
        return None

    @property
    def owes_receipt(self) -> bool:
        """The unit was sent something, has not receipted it, and did not give all of it back."""
        return owes_receipt(self.sending, self.sent - self.returned - self.settled, self.given_back)


def seen_by_unit(line: SendingLine) -> SendingLine:
    """The line by what the unit owes: its receipt before the office's answer, whose clock is not the unit's."""
    if line.state not in {SendingState.RETURNED, SendingState.LATE_TO_ANSWER}:
        return line
    state = SendingState.SENT if line.owes_receipt else SendingState.RETURNED
    return replace(line, state=state, answer_due_at=None)


def owes_receipt(sending: ListSending, held: int, given_back: int) -> bool:
    """`held` copies the unit must act on; so many it gave back, of which a correction may have withdrawn some since."""
    asked = sending.sent_at is not None and sending.receipted_at is None
    return asked and (held > 0 or not given_back)


def lines(sendings: QuerySet[ListSending], now: dt.datetime) -> list[SendingLine]:
    """These lists with their counts and state, as far as the acting member sees them."""
    found = list(sendings.select_related("unit__agency"))
    of_these = {"sending__in": [sending.pk for sending in found]}
    counts: dict[int, list[int]] = {
        pk: numbers
        for pk, *numbers in SendingEntry.objects.filter(**of_these)
        .annotate(is_left_out=IS_LEFT_OUT, is_returned=IS_RETURNED, is_settled=IS_SETTLED)
        .values_list("sending_id")
        .annotate(
            waiting=Count("pk", filter=Q(sent_at__isnull=True, is_left_out=False)),
            left_out=Count("pk", filter=Q(sent_at__isnull=True, is_left_out=True)),
            sent=Count("pk", filter=IN_FORCE),
            withdrawn=Count("pk", filter=Q(standing=Standing.WITHDRAWN.value)),
            returned=Count("pk", filter=IN_FORCE & Q(is_returned=True)),
            settled=Count("pk", filter=IN_FORCE & Q(is_settled=True)),
            given_back=Count("pk", filter=Q(is_returned=True) | Q(is_settled=True)),
        )
    }
    due = dict(
        ListReturn.objects.filter(answer=None, **{f"copy__{name}": value for name, value in of_these.items()})
        .exclude(copy__standing=Standing.WITHDRAWN)
        .values_list("copy__sending_id")
        .annotate(Min("answer_due_at"))
    )
    return [_line(sending, counts.get(sending.pk, [0] * 7), due.get(sending.pk), now) for sending in found]


def _line(
    sending: ListSending, counts: list[int], answer_due_at: dt.datetime | None, now: dt.datetime
) -> SendingLine:
    waiting, left_out, sent, withdrawn, returned, settled, given_back = counts
    owes = owes_receipt(sending, sent - returned - settled, given_back)
    state = _state(sending, waiting, left_out, returned, settled, owes, answer_due_at, now)
    return SendingLine(
        sending, waiting, left_out, sent, withdrawn, returned, settled, given_back, answer_due_at, state
    )


def _state(
    sending: ListSending,
    waiting: int,
    left_out: int,
    returned: int,
    settled: int,
    owes: bool,
    answer_due_at: dt.datetime | None,
    now: dt.datetime,
) -> SendingState:
    """What is overdue shows before what waits: it is the more pressing of the two."""
    if owes and sending.receipt_due_at is not None and sending.receipt_due_at < now:
        return SendingState.LATE_TO_RECEIPT
    if answer_due_at is not None and answer_due_at < now:
        return SendingState.LATE_TO_ANSWER
    if waiting:
        return SendingState.LATE_TO_SEND if sending.due_at < now else SendingState.TO_SEND
    if returned:
        return SendingState.RETURNED
    if owes:
        return SendingState.SENT
    if sending.receipted_at is not None:
        return SendingState.RECEIPTED
    return SendingState.SETTLED if settled or not left_out else SendingState.LEFT_OUT
