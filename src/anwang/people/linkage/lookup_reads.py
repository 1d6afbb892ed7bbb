"""The reads of a look-up: a few indexed statements under row security for the purpose of matching at intake, sent to the
database in three goes. Each go waits for an answer, and on a busy machine the waiting is most of a look-up.

The statements are functions of the database (migrations/0003_lookup_plans), which each session plans once. Keys are
compared with `=` alone, so that their index works (technology.md, row security).
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from anwang.platform.context import AccessContext, back_to, switched_to
from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json

from .lookup_clues import Clues
from .lookup_keys import WantedKey

MOST_OF_A_KEY = 400
"""Records read of one key. A name that more bear says nothing alone; with the year or township it has keys of its own."""

SMALLEST_HOME = 2000  # records: what a smaller one says of how common people are cannot be relied on

_BY_KEY = "select n, records from anwang_lookup_keys(%s::bigint[], %s)"
_BY_ALL_KEYS = "select anwang_lookup_all_keys(%s::bigint[], %s)"
_PERSONS = "select id, unit_id, person_id, household_id, content from anwang_lookup_persons(%s::bigint[])"
_SERVED = (
    "select household_id, person_id, agency, unit, phone from anwang_lookup_served(%s::bigint[], %s::date)"
)
_OPEN_TO_US = "select anwang_lookup_open(%s::bigint[])"
_SIZE = "select reltuples::bigint from pg_class where oid = 'registry_sourcerecord'::regclass"


def array(numbers: Iterable[int]) -> str:
    """Whole numbers as PostgreSQL writes an array: as one text they are sent in a tenth of the time."""
    return "{" + ",".join(map(str, numbers)) + "}"


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


@dataclass(slots=True)
class Looking:
    """A look-up under way, in a context of its own, and what was found by the keys.

    `clues`: of the records that have one of the keys, at most `MOST_OF_A_KEY` of each key.
    `size`: about how many records the home holds, what the planner knows, which costs nothing to ask.
    `before`: the context in force before it; None once it is in force again.
    """

    before: tuple[str | None, ...] | None
    clues: Clues
    size: int

    def served(self, household_ids: Collection[int], today: dt.date) -> Served:
        """Who serves somebody of these households, the last question of a look-up: its context ends with it."""
        if not household_ids or self.before is None:
            return Served({}, {}, frozenset())
        before, self.before = self.before, None
        return _served(household_ids, today, back_to(before))


@contextmanager
def looking(context: AccessContext, keys: Sequence[WantedKey]) -> Iterator[Looking]:
    """Looks the keys up in `context`, which is in force inside the block until its last question.

    After an error nothing can be put back: the transaction can only be rolled back, and the settings with it.
    """
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            switch, values = switched_to(context)
            cursor.execute(
                f"{switch}; {_BY_KEY}; {_SIZE}",
                [*values, array(wanted.key for wanted in keys), MOST_OF_A_KEY],
            )
            found = Looking(cursor.fetchone(), Clues(), 0)
            cursor.nextset()
            for n, record_ids in cursor.fetchall():
                found.clues.add(keys[n - 1].clue, map(int, record_ids.split(",")))
            cursor.nextset()
            found.size = max(int(cursor.fetchone()[0]), SMALLEST_HOME)
        yield found
        if found.before is not None:
            with connection.cursor() as cursor:
                cursor.execute(*back_to(found.before))


def records_with_all(keys: Sequence[int]) -> list[int]:
    """Records that have every one of the keys: of a name of which a part was typed."""
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BY_ALL_KEYS, [array(keys), MOST_OF_A_KEY])
        return [record_id for (record_id,) in cursor.fetchall()]


@dataclass(slots=True)
class Candidate:
    """A person who may be meant, with all current records of them, whoever's they are: for comparing, not for showing."""

    person_id: int
    household_id: int | None
    records: dict[int, StandardRecord] = field(default_factory=dict)
    units: set[int] = field(default_factory=set)


def records_of_home() -> int:
    """About how many records the home holds: what the planner knows, which costs nothing to ask."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        return max(int(cursor.fetchone()[0]), SMALLEST_HOME)


def candidates_of(record_ids: Collection[int]) -> dict[int, Candidate]:
    """The persons of these records, by their number."""
    found: dict[int, Candidate] = {}
    if not record_ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, [array(record_ids)])
        for pk, unit_id, person_id, household_id, content in cursor.fetchall():
            person = found.setdefault(person_id, Candidate(person_id, household_id))
            person.records[pk] = from_json(json.loads(content))
            person.units.add(unit_id)
    return found


def services_in(
    household_ids: Collection[int], today: dt.date
) -> tuple[Mapping[int | None, list[CurrentService]], Mapping[int, list[CurrentService]]]:
    """Who serves somebody now: by household, and by person."""
    found = _served(household_ids, today, ("select 1", []))
    return found.by_home, found.by_person


def _served(household_ids: Collection[int], today: dt.date, then: tuple[str, list[str]]) -> Served:
    """`then`: a statement that is to follow at once, and its parameters."""
    homes: dict[int | None, list[CurrentService]] = defaultdict(list)
    persons: dict[int, list[CurrentService]] = defaultdict(list)
    asked, (last, values) = array(household_ids), then
    with connection.cursor() as cursor:
        cursor.execute(f"{_SERVED}; {_OPEN_TO_US}; {last}", [asked, today, asked, *values])
        for household_id, person_id, agency, unit, phone in cursor.fetchall():
            service = CurrentService(agency, unit, phone)
            persons[person_id].append(service)
            if service not in homes[household_id]:
                homes[household_id].append(service)
        cursor.nextset()
        ours = frozenset(household_id for (household_id,) in cursor.fetchall())
    return Served(homes, persons, ours)
