"""Reads of the lists for pages. What comes back is what row security lets the acting member see, and no more.

The facts that the lists are made from are `month.month_facts`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from anwang.agencies.models import Unit
from anwang.people.registry.models import Household, SourceRecord
from anwang.people.registry.queries import periods_with_records
from anwang.platform.context import SYSTEM, acting
from anwang.platform.county_policy import policy_in_force
from anwang.standard.codes import AgencyCode
from anwang.standard.record import Period

from .facts import ListCode
from .models import ListEntry, ListMonth, ListSending, SendingEntry
from .receivers import ListField, visible_fields
from .rules import Standing


class SendingState(StrEnum):
    """Where a unit's list stands."""

    TO_SEND = "to_send"
    LATE_TO_SEND = "late_to_send"
    SENT = "sent"
    LATE_TO_RECEIPT = "late_to_receipt"
    RECEIPTED = "receipted"

    @property
    def label(self) -> str:
        return {
            "to_send": "待送出",
            "late_to_send": "逾期未送",
            "sent": "待簽收",
            "late_to_receipt": "逾期未簽收",
            "receipted": "已簽收",
        }[self.value]

    @property
    def is_late(self) -> bool:
        return self in {SendingState.LATE_TO_SEND, SendingState.LATE_TO_RECEIPT}


@dataclass(frozen=True, slots=True)
class SendingLine:
    """One unit's list: how many copies wait, were sent, and were withdrawn after that."""

    sending: ListSending
    waiting: int
    sent: int
    withdrawn: int
    state: SendingState

    @property
    def due_at(self) -> dt.datetime | None:
        """The clock that runs now; None when nothing is owed."""
        if self.state in {SendingState.TO_SEND, SendingState.LATE_TO_SEND}:
            return self.sending.due_at
        return None if self.state is SendingState.RECEIPTED else self.sending.receipt_due_at


def sending_state(sending: ListSending, waiting: int, now: dt.datetime) -> SendingState:
    """An overdue receipt shows before what waits: it is the more pressing of the two."""
    owes_receipt = sending.sent_at is not None and sending.receipted_at is None
    if owes_receipt and sending.receipt_due_at is not None and sending.receipt_due_at < now:
        return SendingState.LATE_TO_RECEIPT
    if waiting:
        return SendingState.LATE_TO_SEND if sending.due_at < now else SendingState.TO_SEND
    return SendingState.SENT if owes_receipt else SendingState.RECEIPTED


def months() -> list[Period]:
    """Months with records or lists, the youngest first. Which months there are is no secret, so the system looks."""
    with acting(SYSTEM):
        days = {*periods_with_records(), *ListMonth.objects.values_list("period", flat=True)}
    return [Period(day.year, day.month) for day in sorted(days, reverse=True)]


def month_of(period: Period) -> ListMonth | None:
    return ListMonth.objects.filter(period=period.first_day).first()


def number_of_records(period: Period) -> int:
    """How many current records a month has: how long its lists take to make."""
    with acting(SYSTEM):
        return SourceRecord.objects.filter(period=period.first_day, withdrawn_at__isnull=True).count()


def standings(period: Period) -> dict[ListCode, Counter[Standing]]:
    """How many entries each list has in each standing."""
    found: dict[ListCode, Counter[Standing]] = {code: Counter() for code in ListCode}
    rows = (
        ListEntry.objects.filter(period=period.first_day)
        .values_list("list_code", "standing")
        .annotate(n=Count("pk"))
    )
    for list_code, standing, number in rows:
        found[ListCode(list_code)][Standing(standing)] = number
    return found


def entries_of(period: Period, list_code: ListCode) -> QuerySet[ListEntry]:
    """A list's rows of every standing, by centre and township; pages filter and cut it."""
    return (
        ListEntry.objects.filter(period=period.first_day, list_code=list_code)
        .select_related("centre")
        .order_by("centre_id", "township", "pk")
    )


def receiving_units(entries: Iterable[ListEntry]) -> dict[int, list[SendingEntry]]:
    """Entry to its copies, each with the unit it goes to."""
    found: dict[int, list[SendingEntry]] = defaultdict(list)
    for copy in (
        SendingEntry.objects.filter(entry__in=[e.pk for e in entries])
        .select_related("unit", "sending")
        .order_by("unit_id")
    ):
        found[copy.entry_id].append(copy)
    return found


def _lines(sendings: QuerySet[ListSending], now: dt.datetime) -> list[SendingLine]:
    withdrawn = Q(sendingentry__standing=Standing.WITHDRAWN.value)
    counted = sendings.select_related("unit__agency").annotate(
        waiting_count=Count("sendingentry", filter=Q(sendingentry__sent_at__isnull=True)),
        sent_count=Count("sendingentry", filter=Q(sendingentry__sent_at__isnull=False) & ~withdrawn),
        withdrawn_count=Count("sendingentry", filter=withdrawn),
    )
    return [
        SendingLine(
            s, s.waiting_count, s.sent_count, s.withdrawn_count, sending_state(s, s.waiting_count, now)
        )
        for s in counted
    ]


def sendings_of(period: Period, now: dt.datetime) -> list[SendingLine]:
    """The month's sendings, what is due first on top: missing children, then by the running clock."""
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(
        _lines(ListSending.objects.filter(period=period.first_day), now),
        key=lambda line: (
            line.state is SendingState.RECEIPTED,
            line.state is SendingState.SENT,
            not line.state.is_late,
            line.sending.list_code != ListCode.MISSING_CHILD,
            line.due_at or far,
            line.sending.unit.agency.code == AgencyCode.SOCIAL,  # who must act before who is told
            line.sending.unit_id,
        ),
    )


def sending(sending_id: int, now: dt.datetime) -> SendingLine | None:
    """One sending, as the office sees it."""
    return next(iter(_lines(ListSending.objects.filter(pk=sending_id), now)), None)


def copies(of: ListSending) -> list[SendingEntry]:
    """The copies of a sending: for the office all, for the receiving unit those that were sent."""
    return list(SendingEntry.objects.filter(sending=of).order_by("sent_at", "due_on", "pk"))


def received(unit_id: int, now: dt.datetime) -> list[SendingLine]:
    """What was sent to a unit, the youngest month first and what is to be receipted on top."""
    lines = _lines(ListSending.objects.filter(unit_id=unit_id, sent_at__isnull=False), now)
    return sorted(
        lines,
        key=lambda line: (
            line.sending.receipted_at is not None,
            -line.sending.period.toordinal(),
            line.sending.list_code != ListCode.MISSING_CHILD,
            line.sending.pk,
        ),
    )


def received_one(sending_id: int, unit_id: int, now: dt.datetime) -> SendingLine | None:
    """One list that was sent to a unit; None when it was not."""
    found = _lines(ListSending.objects.filter(pk=sending_id, unit_id=unit_id, sent_at__isnull=False), now)
    return found[0] if found else None


def fields_of(of: ListSending) -> tuple[ListField, ...]:
    """The columns of a unit's copy, in order."""
    return visible_fields(
        ListCode(of.list_code), AgencyCode(of.unit.agency.code), policy=policy_in_force(), on=of.period
    )


def centres() -> list[Unit]:
    """The welfare centres, for filters."""
    return list(Unit.objects.filter(kind=Unit.Kind.WELFARE_CENTER).order_by("pk"))


def open_households(among: Iterable[int]) -> set[int]:
    """Those of the households that the acting unit may open now."""
    return set(Household.objects.filter(pk__in=set(among)).values_list("pk", flat=True))
