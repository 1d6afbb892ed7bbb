"""Making a month's lists: one transaction, from what is known now, without losing what was sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.people.registry.queries import periods_with_records
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force
from anwang.standard.record import Period

from .deciding import entries
from .delivering import prepare_sendings
from .facts import ListCode
from .keeping import keep_entries
from .models import ListMonth, ListSending
from .month import MonthFacts, month_facts
from .month_lock import lock_month
from .presences import keep_presences
from .rules import reference_day
from .shown import shown_fields
from .units import contacts


@dataclass(frozen=True, slots=True)
class MadeLists:
    """How many entries qualify for each list of a month (those that a person left out among them), how many cases are
    open (待查), and whether anything changed."""

    period: Period
    counts: dict[str, int]
    pending: int
    changed: bool


def make_lists(*, period: Period, by: AccessContext, by_name: str, now: dt.datetime) -> MadeLists:
    """Make the four lists of a month anew from what is known now. Made twice from the same records, nothing changes.

    Until a list of the month is sent, what came with later months counts as well; from then on no further month does,
    so that each new month does not correct all lists before.

    Entries and copies that were already sent stay; those that no longer qualify are marked as withdrawn. What is new
    waits in each unit's sending. Two makings of one month wait for each other; a kill leaves the lists as they were.
    """
    policy = policy_in_force()
    with acting(SYSTEM):
        lock_month(period.first_day)
        known_until = _known_until(period, policy.number("lists.later_months", on=period.first_day))
        facts = month_facts(period, policy, known_until=known_until)
        found = list(entries(facts.households, policy=policy, on=reference_day(period, policy)))
        phone_book = contacts()
        shown = [shown_fields(entry, facts, phone_book) for entry in found]
        kept = keep_entries(found, shown, facts, period, now)
        sent_changed = prepare_sendings(kept.listed, facts, period, policy, now)
        keep_presences(facts, [entry for entry, row in kept.listed if row.left_out_id is None], period)
        counts = {code.value: sum(e.list_code is code and e.is_listed for e in found) for code in ListCode}
        pending = sum(not e.is_listed for e in found)
        changed = kept.changed or sent_changed
        _remember(facts, counts | {"pending": pending}, changed, by_name, now, known_until)
        audit.record(
            context=by,
            at=now,
            action=audit.Action.MADE_LISTS,
            subject_kind="period",
            subject_id=period.roc,
            member_name=by_name,
            detail=counts | {"pending": pending, "changed": changed},
        )
    return MadeLists(period, counts, pending, changed)


def _known_until(period: Period, later_months: int) -> dt.date:
    """First day of the latest month whose rosters count. It stands still from the first sending on."""
    month = ListMonth.objects.filter(period=period.first_day).first()
    if (
        month is not None
        and ListSending.objects.filter(period=period.first_day, sent_at__isnull=False).exists()
    ):
        return month.known_until or period.first_day
    last = period
    for _ in range(later_months):
        last = last.next()
    return max([period.first_day, *(day for day in periods_with_records() if day <= last.first_day)])


def _remember(
    facts: MonthFacts,
    counts: dict[str, int],
    changed: bool,
    by_name: str,
    now: dt.datetime,
    known_until: dt.date,
) -> None:
    month, _ = ListMonth.objects.get_or_create(
        period=facts.period.first_day, defaults={"requested_at": now, "requested_by_name": by_name}
    )
    month.requested_at = min(month.requested_at, now)
    month.made_at, month.made_by_name, month.known_until = now, by_name, known_until
    if changed or month.changed_at is None:
        month.changed_at = now
    month.records, month.unlinked, month.rosters = facts.total, facts.unlinked, list(facts.rosters)
    month.counts, month.policy_version = counts, policy_in_force().version
    month.save()


def request_lists(*, period: Period, by_name: str, now: dt.datetime) -> ListMonth:
    """Note that the lists of a month were asked for, before a job makes them. Returns the month."""
    with acting(SYSTEM):
        month, is_new = ListMonth.objects.get_or_create(
            period=period.first_day, defaults={"requested_at": now, "requested_by_name": by_name}
        )
        if not is_new:
            month.requested_at, month.requested_by_name = now, by_name
            month.save(update_fields=["requested_at", "requested_by_name"])
    return month
