"""Building the facts of a month from the registry, for all households that a roster of the month speaks of."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from anwang.agencies.queries import centre_of_township
from anwang.people.registry.models import HouseholdMembership
from anwang.people.registry.queries import KeptRecord, current_records
from anwang.policy import Policy
from anwang.policy.store import standard as standard_policy
from anwang.standard.record import Period
from anwang.standard.serial import from_json

from .births import birth_bounds
from .facts import Household
from .reading import Reading, household_of
from .rules import reference_day


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """Everything the rules decide on for one month.

    `households`: with members as of the month's last day; `records`: record key to the kept record; `total` current
    records of the month, `unlinked` of them without a person; `rosters` that have come.
    """

    period: Period
    households: tuple[Household, ...]
    records: Mapping[str, KeptRecord]
    total: int = 0
    unlinked: int = 0
    rosters: tuple[str, ...] = ()


def month_facts(period: Period, policy: Policy | None = None) -> MonthFacts:
    """Read the month: who lived together on its last day, and what each roster of the month says of them.

    Names, births and relations are also taken from what each roster last said of a person before the month; services
    from the month's own records. A birth that no record states is bounded by what the others say (`births`).
    """
    policy = policy or standard_policy()
    kept = current_records([period.first_day])
    by_person: dict[int, list[KeptRecord]] = defaultdict(list)
    for record in kept:
        if record.person_id is not None:
            by_person[record.person_id].append(record)
    homes = _homes(period, by_person)
    earlier = _earlier(period, {person for members in homes.values() for person in members})
    for record in earlier:
        if record.person_id is not None:
            by_person[record.person_id].append(record)
    centres = {unit.name[:2]: unit.name for unit in centre_of_township(period.first_day).values()}
    on = reference_day(period, policy)
    reading = Reading(period, policy, on, centres, birth_bounds(homes, by_person, on))
    households = tuple(
        household_of(household, {p: _newest(by_person[p]) for p in members if p in by_person}, reading)
        for household, members in sorted(homes.items())
    )
    return MonthFacts(
        period,
        households,
        {str(k.key): k for k in (*kept, *earlier)},
        total=len(kept),
        unlinked=sum(k.person_id is None for k in kept),
        rosters=tuple(sorted({k.record.roster.value for k in kept})),
    )


def _newest(kept: list[KeptRecord]) -> list[KeptRecord]:
    return sorted(kept, key=lambda k: (k.record.period, k.key), reverse=True)


def _homes(period: Period, present: Collection[int]) -> dict[int, list[int]]:
    """Household to its members on the month's last day, where a record of the month speaks of one of them."""
    homes: dict[int, list[int]] = defaultdict(list)
    for person_id, household_id, from_on, until_on in HouseholdMembership.objects.order_by(
        "from_on", "person_id"
    ).values_list("person_id", "household_id", "from_on", "until_on"):
        if from_on <= period.last_day and (until_on is None or until_on > period.last_day):
            homes[household_id].append(person_id)
    return {h: members for h, members in homes.items() if any(p in present for p in members)}


def _earlier(period: Period, persons: Collection[int]) -> list[KeptRecord]:
    """Of each person what each roster last said before the month: the rest of years of records adds nothing."""
    found: list[KeptRecord] = []
    wanted = sorted(persons)
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), 20_000):
            cursor.execute(
                "select distinct on (person_id, roster) id, unit_id, person_id, content from registry_sourcerecord"
                " where withdrawn_at is null and period < %s and person_id = any(%s)"
                " order by person_id, roster, period desc, id desc",
                [period.first_day, wanted[start : start + 20_000]],
            )
            found += [
                KeptRecord(pk, unit_id, person_id, from_json(json.loads(content)))
                for pk, unit_id, person_id, content in cursor.fetchall()
            ]
    return found
