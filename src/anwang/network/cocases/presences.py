"""Who serves a household: of a co-case each serving unit may know that the others do and whom to call, nothing else;
of any other household only a unit that stated a purpose (`ServicePresence.is_cocase`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from anwang.agencies.queries import agency_ids
from anwang.people.registry.models import ServicePresence
from anwang.people.registry.presences import served_by_case
from anwang.standard.record import Period

from .deciding import Entry
from .facts import ListCode
from .models import ListMonth
from .month import MonthFacts


def keep_presences(facts: MonthFacts, found: Iterable[Entry], period: Period) -> None:
    """Make the open presences those of the month's services. A month before the youngest one made changes nothing."""
    if ListMonth.objects.filter(period__gt=period.first_day, made_at__isnull=False).exists():
        return
    agencies = agency_ids()
    cocases = {
        entry.household.key for entry in found if entry.list_code is ListCode.COCASE and entry.is_listed
    }
    cocase_homes = {int(key) for key in cocases}
    wanted = {
        (int(household.key), agencies[service.agency], facts.records[key].unit_id): household.key in cocases
        for household in facts.households
        for _, service in household.services
        for key in service.record_keys
    }
    for home, agency, unit in served_by_case():  # a case is no roster of the month, and goes on without one
        wanted.setdefault((home, agency, unit), home in cocase_homes)
    open_now = {
        (row.household_id, row.agency_id, row.unit_id): row
        for row in ServicePresence.objects.filter(until_on__isnull=True)
    }
    over = [row for key, row in open_now.items() if key not in wanted]
    # One that began this month and does not hold after a correction never was.
    ServicePresence.objects.filter(pk__in=[r.pk for r in over if r.from_on >= period.first_day]).delete()
    ServicePresence.objects.filter(pk__in=[r.pk for r in over if r.from_on < period.first_day]).update(
        until_on=period.previous().last_day
    )
    for is_cocase in (True, False):  # a household became a co-case, or is none any more
        ServicePresence.objects.filter(
            pk__in=[r.pk for key, r in open_now.items() if wanted.get(key) is is_cocase]
        ).exclude(is_cocase=is_cocase).update(is_cocase=is_cocase)
    ServicePresence.objects.bulk_create(
        [
            ServicePresence(
                household_id=h, agency_id=a, unit_id=u, from_on=period.first_day, is_cocase=wanted[(h, a, u)]
            )
            for h, a, u in sorted(wanted.keys() - open_now.keys())
        ],
        batch_size=1000,
    )


def mark_cocase(household_id: int, period: dt.date, *, is_cocase: bool) -> None:
    """A person decided that the household is sent as a co-case or not: with that, who serves it is seen or not. Of a
    month before the youngest one made nothing changes."""
    if not ListMonth.objects.filter(period__gt=period, made_at__isnull=False).exists():
        ServicePresence.objects.filter(household_id=household_id, until_on__isnull=True).update(
            is_cocase=is_cocase
        )
