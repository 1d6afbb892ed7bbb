"""Who serves a co-case household: each serving unit may know that the others do, and whom to call, nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from anwang.agencies.queries import agency_ids
from anwang.people.registry.models import ServicePresence
from anwang.standard.record import Period

from .deciding import Entry
from .facts import ListCode
from .models import ListMonth
from .month import MonthFacts


def keep_presences(facts: MonthFacts, found: Iterable[Entry], period: Period) -> None:
    """Make the open presences those of the month's co-cases. A month before the youngest one made changes nothing."""
    if ListMonth.objects.filter(period__gt=period.first_day, made_at__isnull=False).exists():
        return
    agencies = agency_ids()
    wanted = {
        (int(entry.household.key), agencies[service.agency], facts.records[key].unit_id)
        for entry in found
        if entry.list_code is ListCode.COCASE and entry.is_listed
        for _, service in entry.household.services
        for key in service.record_keys
    }
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
    ServicePresence.objects.bulk_create(
        [
            ServicePresence(household_id=h, agency_id=a, unit_id=u, from_on=period.first_day)
            for h, a, u in sorted(wanted - set(open_now))
        ],
        batch_size=1000,
    )
