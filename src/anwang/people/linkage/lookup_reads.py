"""The reads of a look-up: two indexed statements, both under row security for the purpose of matching at intake.

Keys are compared with `=` alone, so that their index works (technology.md, row security).
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import connection

from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json

from .lookup_keys import Clue, WantedKey

MOST_OF_A_KEY = 400
"""Records read of one key. A name that more bear says nothing alone; with the year or township it has keys of its own."""

# The limit makes each key a short walk in the index, whatever the planner thinks of the others.
_BY_KEY = (
    "select w.n, k.record_id from unnest(%s::bigint[]) with ordinality w(key, n) cross join lateral"
    " (select s.record_id from registry_searchkey s where s.key = w.key limit %s) k"
)
_BY_ALL_PARTS = (
    "select s.record_id from registry_searchkey s where s.key = any(%s)"
    " group by s.record_id having count(distinct s.key) = %s limit %s"
)
_PERSONS = """
select r.id, r.unit_id, r.person_id, m.household_id, r.content
from registry_sourcerecord r
left join registry_householdmembership m on m.person_id = r.person_id and m.until_on is null
where r.withdrawn_at is null and r.person_id in (
  select h.person_id from registry_sourcerecord h where h.id = any(%s) and h.withdrawn_at is null)
order by r.id
"""
_SERVICES = """
select m.household_id, t.person_id, a.name, u.name, u.phone
from registry_householdmembership m
join registry_touchpoint t on t.person_id = m.person_id
join agencies_unit u on u.id = t.unit_id join agencies_agency a on a.id = t.agency_id
where m.household_id = any(%s) and m.until_on is null and (t.closed_on is null or t.closed_on > %s)
group by 1, 2, 3, 4, 5, u.id order by u.id
"""
_OPEN_TO_US = (
    "select household_id from registry_viewgrant where unit_id = (select anwang_unit()) and household_id = any(%s)"
    " and (until_on is null or until_on >= (select anwang_today()))"
)


def records_with(keys: Sequence[WantedKey]) -> dict[int, set[Clue]]:
    """Each record that has one of the keys, and what it has in common; at most `MOST_OF_A_KEY` of each key."""
    found: dict[int, set[Clue]] = defaultdict(set)
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_BY_KEY, [[wanted.key for wanted in keys], MOST_OF_A_KEY])
            for n, record_id in cursor.fetchall():
                found[record_id].add(keys[n - 1].clue)
    return found


def records_with_all(keys: Sequence[int]) -> list[int]:
    """Records that have every one of the keys: of a name of which a part was typed."""
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BY_ALL_PARTS, [list(keys), len(keys), MOST_OF_A_KEY])
        return [record_id for (record_id,) in cursor.fetchall()]


@dataclass(slots=True)
class Candidate:
    """A person who may be meant, with all current records of them, whoever's they are: for comparing, not for showing."""

    person_id: int
    household_id: int | None
    records: dict[int, StandardRecord] = field(default_factory=dict)
    units: set[int] = field(default_factory=set)


def candidates_of(record_ids: Collection[int]) -> dict[int, Candidate]:
    """The persons of these records, by their number."""
    found: dict[int, Candidate] = {}
    if not record_ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, [list(record_ids)])
        for pk, unit_id, person_id, household_id, content in cursor.fetchall():
            person = found.setdefault(person_id, Candidate(person_id, household_id))
            person.records[pk] = from_json(json.loads(content))
            person.units.add(unit_id)
    return found


@dataclass(frozen=True, slots=True)
class CurrentService:
    """That a unit deals with somebody, and whom to call: existence, never what it is about."""

    agency: str
    unit: str
    phone: str


def services_in(
    household_ids: Collection[int], today: dt.date
) -> tuple[dict[int | None, list[CurrentService]], dict[int, list[CurrentService]]]:
    """Who serves somebody now: by household, and by person."""
    homes: dict[int | None, list[CurrentService]] = defaultdict(list)
    persons: dict[int, list[CurrentService]] = defaultdict(list)
    if household_ids:
        with connection.cursor() as cursor:
            cursor.execute(_SERVICES, [list(household_ids), today])
            for household_id, person_id, agency, unit, phone in cursor.fetchall():
                service = CurrentService(agency, unit, phone)
                persons[person_id].append(service)
                if service not in homes[household_id]:
                    homes[household_id].append(service)
    return homes, persons


def open_to_us(household_ids: Collection[int]) -> set[int]:
    """Those of the households that the acting unit may open."""
    if not household_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_TO_US, [list(household_ids)])
        return {household_id for (household_id,) in cursor.fetchall()}


def records_of_home() -> int:
    """About how many records the home holds: what the planner knows, which costs nothing to ask."""
    with connection.cursor() as cursor:
        cursor.execute("select reltuples::bigint from pg_class where oid = 'registry_sourcerecord'::regclass")
        (known,) = cursor.fetchone()
    return max(int(known), 2000)
