"""Building the facts of a month from the registry, for all households that a roster of the month speaks of."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from anwang.agencies.queries import centre_of_township
from anwang.people.registry.models import HouseholdMembership
from anwang.people.registry.queries import OWN_SOURCES, KeptRecord, current_records
from anwang.policy import Policy
from anwang.policy.store import standard as standard_policy
from anwang.standard.record import Period
from anwang.standard.serial import from_json

from .births import birth_bounds
from .facts import BirthBounds, Household
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


def month_facts(
    period: Period, policy: Policy | None = None, *, known_until: dt.date | None = None
) -> MonthFacts:
    """Read the month: who lived together on its last day, and what each roster of the month says of them.

    Names, births and relations are also taken from what each roster last said of a person before the month; services
    from the month's own records. A birth that no record states is bounded by what the others say (`births`).

    `known_until`: first day of the latest month that counts as well: a grandmother whom the register first answers for
    in April lived there in March, too, unless another home or a birth in April says otherwise. None: no later month.
    """
    policy = policy or standard_policy()
    kept = current_records(period.first_day)
    by_person: dict[int, list[KeptRecord]] = defaultdict(list)
    for record in kept:
        if record.person_id is not None:
            by_person[record.person_id].append(record)
    latest = max(known_until or period.first_day, period.first_day)
    homes = _homes(period, by_person, latest)
    members = {person for found in homes.values() for person in found}
    others = _of_other_months(_BEFORE, members, period.first_day)
    if latest > period.first_day:
        others += _of_other_months(_AFTER, members, period.first_day, latest)
    for record in others:
        if record.person_id is not None:
            by_person[record.person_id].append(record)
    centres = {unit.name[:2]: unit.name for unit in centre_of_township(period.first_day).values()}
    on = reference_day(period, policy)
    births = birth_bounds(homes, by_person, on)
    homes = {
        home: [p for p in found if not _is_unborn(births.get(p), period)] for home, found in homes.items()
    }
    reading = Reading(period, policy, on, centres, births)
    households = tuple(
        household_of(household, {p: _newest(by_person[p]) for p in members if p in by_person}, reading)
        for household, members in sorted(homes.items())
    )
    return MonthFacts(
        period,
        households,
        {str(k.key): k for k in (*kept, *others)},
        total=len(kept),
        unlinked=sum(k.person_id is None for k in kept),
        rosters=tuple(sorted({k.record.roster.value for k in kept})),
    )


def _newest(kept: list[KeptRecord]) -> list[KeptRecord]:
    return sorted(kept, key=lambda k: (k.record.period, k.key), reverse=True)


def _is_unborn(birth: BirthBounds | None, period: Period) -> bool:
    """Known from a later month only, and born after this one."""
    born = birth.earliest if birth is not None and birth.stated else None
    return born is not None and period.last_day < born


def _homes(period: Period, present: Collection[int], latest: dt.date) -> dict[int, list[int]]:
    """Household to its members on the month's last day, where a record of the month speaks of one of them.

    Who is known only from later on, by a month until `latest`, counts as a member of his first home.
    """
    homes: dict[int, list[int]] = defaultdict(list)
    known: set[int] = set()
    for person_id, household_id, from_on, until_on in HouseholdMembership.objects.order_by(
        "from_on", "person_id"
    ).values_list("person_id", "household_id", "from_on", "until_on"):
        if from_on <= period.last_day:
            is_there = until_on is None or until_on > period.last_day
        else:
            is_there = from_on <= latest and person_id not in known
        known.add(person_id)
        if is_there:
            homes[household_id].append(person_id)
    return {h: members for h, members in homes.items() if any(p in present for p in members)}


_NEAREST = (
    "select distinct on (person_id, roster) id, unit_id, person_id, content from registry_sourcerecord"
    " where withdrawn_at is null and person_id = any(%s) and roster <> all(%s) and period"
)
_BEFORE = f"{_NEAREST} < %s order by person_id, roster, period desc, id desc"
_AFTER = f"{_NEAREST} > %s and period <= %s order by person_id, roster, period, id desc"


def _of_other_months(sql: str, persons: Collection[int], *days: dt.date) -> list[KeptRecord]:
    """Of each person what each roster said nearest to the month, before or after it: the rest of years of records
    adds nothing."""
    found: list[KeptRecord] = []
    wanted = sorted(persons)
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), 20_000):
            cursor.execute(sql, [wanted[start : start + 20_000], OWN_SOURCES, *days])
            found += [
                KeptRecord(pk, unit_id, person_id, from_json(json.loads(content)))
                for pk, unit_id, person_id, content in cursor.fetchall()
            ]
    return found
