"""Reads of the lists for pages. What comes back is what row security lets the acting member see, and no more.

The facts that the lists are made from are `month.month_facts`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from anwang.agencies.models import Unit
from anwang.people.registry.models import Household, SourceRecord
from anwang.people.registry.queries import periods_with_records
from anwang.platform.context import SYSTEM, acting
from anwang.platform.county_policy import policy_in_force
from anwang.standard.codes import AgencyCode
from anwang.standard.record import Period

from .copy_states import HELD, IS_LEFT_OUT, WAITING
from .facts import ListCode
from .models import ListEntry, ListMonth, ListReturn, ListSending, SendingEntry
from .receivers import ListField, visible_fields
from .rules import Standing
from .sending_lines import SendingLine, SendingState, lines, seen_by_unit


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
    """How many entries each list has in each standing; without those that a person left out."""
    found: dict[ListCode, Counter[Standing]] = {code: Counter() for code in ListCode}
    rows = (
        ListEntry.objects.filter(period=period.first_day, left_out__isnull=True)
        .values_list("list_code", "standing")
        .annotate(n=Count("pk"))
    )
    for list_code, standing, number in rows:
        found[ListCode(list_code)][Standing(standing)] = number
    return found


def left_out(period: Period) -> Counter[ListCode]:
    """How many entries of each list a person decided not to send."""
    rows = ListEntry.objects.filter(period=period.first_day, left_out__isnull=False)
    return Counter(ListCode(code) for code in rows.values_list("list_code", flat=True))


def entry(entry_id: int) -> ListEntry | None:
    """One entry, as the office sees it."""
    return ListEntry.objects.filter(pk=entry_id).select_related("centre", "left_out").first()


def entries_of(period: Period, list_code: ListCode) -> QuerySet[ListEntry]:
    """A list's rows of every standing, by centre and township; pages filter and cut it."""
    return (
        ListEntry.objects.filter(period=period.first_day, list_code=list_code)
        .select_related("centre", "left_out")
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


def sendings_of(period: Period, now: dt.datetime) -> list[SendingLine]:
    """The month's sendings, what is due first on top: missing children, then by the running clock."""
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(
        lines(ListSending.objects.filter(period=period.first_day), now),
        key=lambda line: (
            not line.state.is_open,
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
    return next(iter(lines(ListSending.objects.filter(pk=sending_id), now)), None)


def copies(of: ListSending) -> list[SendingEntry]:
    """The copies of a sending that are or will be sent: for the office all, for the receiving unit what it was sent."""
    wanted = WAITING | Q(sent_at__isnull=False)
    return list(SendingEntry.objects.filter(wanted, sending=of).order_by("sent_at", "due_on", "pk"))


def left_out_copies(of: ListSending) -> list[SendingEntry]:
    """The copies that a person decided not to send, each with its entry and the decision. For the office."""
    return list(
        SendingEntry.objects.filter(IS_LEFT_OUT, sending=of, sent_at__isnull=True)
        .select_related("entry__left_out")
        .order_by("due_on", "pk")
    )


def entries_sent(among: Iterable[int]) -> set[int]:
    """Those of the entries that some unit was sent."""
    found = SendingEntry.objects.filter(entry__in=set(among), sent_at__isnull=False)
    return set(found.values_list("entry_id", flat=True))


def open_returns(of: ListSending) -> list[ListReturn]:
    """What the unit gave back and the office has not answered, in order."""
    return list(
        ListReturn.objects.filter(copy__sending=of, answer=None)
        .exclude(copy__standing=Standing.WITHDRAWN)
        .select_related("copy")
        .order_by("answer_due_at", "pk")
    )


def held_copies(of: ListSending) -> list[SendingEntry]:
    """The copies that the unit must act on, and may give back."""
    return list(SendingEntry.objects.filter(HELD, sending=of).order_by("due_on", "pk"))


def received(unit_id: int, now: dt.datetime) -> list[SendingLine]:
    """What was sent to a unit, the youngest month first and what is to be receipted on top."""
    return sorted(
        map(seen_by_unit, lines(ListSending.objects.filter(unit_id=unit_id, sent_at__isnull=False), now)),
        key=lambda line: (
            not line.owes_receipt,
            -line.sending.period.toordinal(),
            line.sending.list_code != ListCode.MISSING_CHILD,
            line.sending.pk,
        ),
    )


def received_one(sending_id: int, unit_id: int, now: dt.datetime) -> SendingLine | None:
    """One list that was sent to a unit; None when it was not."""
    found = lines(ListSending.objects.filter(pk=sending_id, unit_id=unit_id, sent_at__isnull=False), now)
    return seen_by_unit(found[0]) if found else None


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
