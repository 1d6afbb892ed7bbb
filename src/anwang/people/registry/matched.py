"""Writing what a matching found: persons, whom each record is about, who lives where.

It runs as the system (matching works for every agency); the caller checks who may start it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from .bulk import insert_rows, update_rows


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A person in a household from one day to another (None: still), with the evidence as shown to users."""

    person_id: int
    household_id: int
    from_on: dt.date
    until_on: dt.date | None
    evidence: list[dict[str, Any]]


def new_identifiers(table: str, count: int, now: dt.datetime) -> list[int]:
    """Make `count` new persons or households and return their identifiers in order."""
    if table not in {"registry_person", "registry_household"}:
        raise ValueError(table)
    if not count:
        return []
    with connection.cursor() as cursor:
        # Without RETURNING: that would ask the policies who may read what was just written, 2 ms each time.
        cursor.execute(
            f"""with made as materialized (
                   select nextval(pg_get_serial_sequence(%s, 'id')) as id from generate_series(1, %s)
               ), kept as (insert into "{table}" (id, created_at) select id, %s from made)
               select id from made order by id""",  # noqa: S608 - one of two names
            [table, count, now],
        )
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def set_homes(*, person_of: Mapping[int, int], household_of: Mapping[int, int]) -> int:
    """Say whom each record is about and where that person lived then. Returns how many records changed."""
    return update_rows(
        "update registry_sourcerecord r set person_id = p.b, household_id = p.c from ({}) p"
        " where r.id = p.a and (r.person_id is distinct from p.b or r.household_id is distinct from p.c)",
        [(record, person, household_of[record]) for record, person in person_of.items()],
    )


@transaction.atomic
def mark_merged(*, merged: Mapping[int, int]) -> None:
    """Remember that a person identifier went into another (old to new), so that an old link still finds its way; a
    service that rests on no record goes along."""
    update_rows(
        "update registry_person r set merged_into_id = p.b from ({}) p where r.id = p.a", list(merged.items())
    )
    update_rows(
        "update registry_touchpoint t set person_id = p.b from ({}) p where t.person_id = p.a and t.record_id is null",
        list(merged.items()),
    )


@transaction.atomic
def unmark_merged(*, person_ids: Iterable[int]) -> None:
    """These persons stand by themselves (again): a merge was undone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update registry_person set merged_into_id = null where id = any(%s) and merged_into_id is not null",
            [list(person_ids)],
        )


@dataclass(frozen=True, slots=True)
class MembershipChanges:
    """What is to be taken away (membership and its person) and what is to be written to bring memberships about."""

    gone: list[tuple[int, int]]
    fresh: list[MembershipRow]


def membership_changes(rows: Sequence[MembershipRow]) -> MembershipChanges:
    """What it takes to make `rows` all memberships there are. What does not change is left untouched."""
    wanted = {(r.person_id, r.household_id, r.from_on): r for r in rows}
    gone, same = [], set()
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, person_id, household_id, from_on, until_on, evidence from registry_householdmembership"
        )
        for pk, person, household, from_on, until_on, evidence in cursor.fetchall():
            key = (person, household, from_on)
            row = wanted.get(key)
            if row is not None and row.until_on == until_on and json.loads(evidence) == row.evidence:
                same.add(key)
            else:
                gone.append((pk, person))
    return MembershipChanges(gone, [row for key, row in wanted.items() if key not in same])


def set_memberships(*, rows: Sequence[MembershipRow]) -> None:
    """Make `rows` all memberships there are."""
    change_memberships(changes=membership_changes(rows))


@transaction.atomic
def change_memberships(*, changes: MembershipChanges, besides: Collection[int] = ()) -> None:
    """Bring the changes about, but take nothing from the persons `besides`."""
    gone = [pk for pk, person in changes.gone if person not in besides]
    with connection.cursor() as cursor:
        cursor.execute("delete from registry_householdmembership where id = any(%s)", [gone])
    insert_rows(
        "registry_householdmembership",
        {
            "person_id": "bigint",
            "household_id": "bigint",
            "from_on": "date",
            "until_on": "date",
            "evidence": "jsonb",
        },
        [
            {
                "person_id": r.person_id,
                "household_id": r.household_id,
                "from_on": r.from_on.isoformat(),
                "until_on": r.until_on.isoformat() if r.until_on else None,
                "evidence": r.evidence,
            }
            for r in changes.fresh
        ],
    )
