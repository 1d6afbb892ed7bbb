"""The reads of a look-up: a few indexed statements under row security for the purpose of matching at intake, sent to the
database in three goes. Each go waits for an answer, and on a busy machine the waiting is most of a look-up.

Keys are compared with `=` alone, so that their index works (technology.md, row security).
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from anwang.platform.context import AccessContext, back_to, switched_to
from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json

from .lookup_keys import Clue, WantedKey

MOST_OF_A_KEY = 400
"""Records read of one key. A name that more bear says nothing alone; with the year or township it has keys of its own."""

# The limit makes each key a short walk in the index, whatever the planner thinks of the others. The records of a key
# come as one text: of common names there are thousands, and a row each would take longer than to find them.
BY_KEY = (
    "select w.n, string_agg(k.record_id::text, ',') from unnest(%s::bigint[]) with ordinality w(key, n)"
    " cross join lateral (select s.record_id from registry_searchkey s where s.key = w.key limit %s) k group by w.n"
)
_SIZE = "select reltuples::bigint from pg_class where oid = 'registry_sourcerecord'::regclass"
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


@dataclass(slots=True)
class Looking:
    """A look-up under way: the context that was in force before it, and what was found by the keys.

    `clues`: each record that has one of the keys, and what it has in common; at most `MOST_OF_A_KEY` of each key.
    `size`: about how many records the home holds, what the planner knows, which costs nothing to ask.
    """

    before: tuple[str | None, ...]
    clues: dict[int, set[Clue]]
    size: int


@contextmanager
def looking(context: AccessContext, keys: Sequence[WantedKey]) -> Iterator[Looking]:
    """Looks the keys up in `context`, which is in force inside the block.

    After an error nothing can be put back: the transaction can only be rolled back, and the settings with it.
    """
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            switch, values = switched_to(context)
            cursor.execute(
                f"{switch}; {BY_KEY}; {_SIZE}",
                [*values, [wanted.key for wanted in keys], MOST_OF_A_KEY],
            )
            found = Looking(cursor.fetchone(), defaultdict(set), 0)
            cursor.nextset()
            for n, record_ids in cursor.fetchall():
                clue = keys[n - 1].clue
                for record_id in map(int, record_ids.split(",")):
                    found.clues[record_id].add(clue)
            cursor.nextset()
            found.size = max(int(cursor.fetchone()[0]), 2000)
        yield found
        with connection.cursor() as cursor:
            cursor.execute(*back_to(found.before))


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


@dataclass(frozen=True, slots=True)
class Served:
    """Who serves somebody now, by household and by person, and the households that the acting unit may open."""

    by_home: Mapping[int | None, list[CurrentService]]
    by_person: Mapping[int, list[CurrentService]]
    ours: frozenset[int]


def served(household_ids: Collection[int], today: dt.date) -> Served:
    """Of these households."""
    homes: dict[int | None, list[CurrentService]] = defaultdict(list)
    persons: dict[int, list[CurrentService]] = defaultdict(list)
    if not household_ids:
        return Served(homes, persons, frozenset())
    asked = list(household_ids)
    with connection.cursor() as cursor:
        cursor.execute(f"{_SERVICES}; {_OPEN_TO_US}", [asked, today, asked])
        for household_id, person_id, agency, unit, phone in cursor.fetchall():
            service = CurrentService(agency, unit, phone)
            persons[person_id].append(service)
            if service not in homes[household_id]:
                homes[household_id].append(service)
        cursor.nextset()
        ours = frozenset(household_id for (household_id,) in cursor.fetchall())
    return Served(homes, persons, ours)


def services_in(
    household_ids: Collection[int], today: dt.date
) -> tuple[Mapping[int | None, list[CurrentService]], Mapping[int, list[CurrentService]]]:
    """Who serves somebody now: by household, and by person."""
    found = served(household_ids, today)
    return found.by_home, found.by_person
