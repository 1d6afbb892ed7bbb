"""Writes of the registry: accepting records, and applying what linkage found.

All of it runs as the system (loading and matching work for every agency); the caller checks who may start it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import connection, transaction

from anwang.standard.record import Period, StandardRecord
from anwang.standard.serial import to_json

from .models import SourceRecord
from .queries import OWN_SOURCES
from .search_keys import keys_of

BATCH = 4000


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """A record to accept, the hash of its content, and the unit whose record it is."""

    record: StandardRecord
    content_hash: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class RecordChanges:
    """What accepting a month's roster changed, in rows."""

    added: int
    changed: int
    withdrawn: int
    unchanged: int


def _insert(
    table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], returning: str = ""
) -> list[Any]:
    """Insert many rows in few statements. COPY is not allowed under row security; a JSON recordset is nearly as fast.

    `columns`: column name to PostgreSQL type. Returns the rows of `returning` in order of insertion.
    """
    returned: list[Any] = []
    names = ", ".join(f'"{name}"' for name in columns)
    types = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    tail = f" returning {returning}" if returning else ""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            cursor.execute(
                # names and types are this module's own constants; values go as one parameter
                f'insert into "{table}" ({names}) select {names} from jsonb_to_recordset(%s::jsonb) as r({types}){tail}',  # noqa: S608
                [json.dumps(rows[start : start + BATCH], ensure_ascii=False, default=str)],
            )
            if returning:
                returned.extend(cursor.fetchall())
    return returned


_RECORD_COLUMNS = {
    "agency_id": "bigint",
    "unit_id": "bigint",
    "roster": "text",
    "period": "date",
    "record_number": "text",
    "line": "int",
    "receipt": "bigint",
    "content": "jsonb",
    "content_hash": "text",
    "accepted_at": "timestamptz",
    "replaces_id": "bigint",
}


def lock_roster(*, roster: str, period: Period) -> None:
    """One load of one roster of a month at a time; released with the transaction, so a killed load holds nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"roster {roster} {period.roc}"])


@transaction.atomic
def accept_records(
    *,
    incoming: Sequence[IncomingRecord],
    roster: str,
    period: Period,
    agency_id: int,
    receipt_id: int,
    replaced_receipts: Collection[int] | None = None,
    now: dt.datetime,
) -> RecordChanges:
    """Make `incoming` current records of one roster in one month, replacing what came by `replaced_receipts` (None: everything).

    Unchanged rows stay as they are, changed rows are replaced by a new record, rows of those receipts that are no longer
    there are withdrawn; rows of other parts of the month stay. Nothing is deleted.
    """
    lock_roster(roster=roster, period=period)
    current = {
        number: (pk, content_hash, receipt)
        for number, pk, content_hash, receipt in SourceRecord.objects.filter(
            roster=roster, period=period.first_day, withdrawn_at__isnull=True
        ).values_list("record_number", "pk", "content_hash", "receipt")
    }
    new_rows, replaced = [], []
    seen: set[str] = set()
    unchanged = changed = 0
    for item in incoming:
        number = item.record.record_number
        seen.add(number)
        old = current.get(number)
        if old and old[1] == item.content_hash:
            unchanged += 1
            continue
        if old:
            changed += 1
            replaced.append(old[0])
        new_rows.append(
            {
                "agency_id": agency_id,
                "unit_id": item.unit_id,
                "roster": roster,
                "period": period.first_day.isoformat(),
                "record_number": number,
                "line": item.record.line,
                "receipt": receipt_id,
                "content": to_json(item.record),
                "content_hash": item.content_hash,
                "accepted_at": now.isoformat(),
                "replaces_id": old[0] if old else None,
            }
        )
    gone = [
        pk
        for number, (pk, _, receipt) in current.items()
        if number not in seen and (replaced_receipts is None or receipt in replaced_receipts)
    ]
    SourceRecord.objects.filter(pk__in=gone + replaced).update(withdrawn_at=now)
    _insert("registry_sourcerecord", _RECORD_COLUMNS, new_rows)
    return RecordChanges(len(new_rows) - changed, changed, len(gone), unchanged)


# ---- what linkage found -------------------------------------------------------------------------------------------


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
    return _update_rows(
        "update registry_sourcerecord r set person_id = p.b, household_id = p.c from ({}) p"
        " where r.id = p.a and (r.person_id is distinct from p.b or r.household_id is distinct from p.c)",
        [(record, person, household_of[record]) for record, person in person_of.items()],
    )


def _update_rows(statement: str, rows: Sequence[tuple[int, ...]]) -> int:
    """Run `statement` over `rows`, as the sub-select `{}` with columns a, b, c …; returns how many rows changed."""
    total = 0
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 20_000):
            columns = list(zip(*rows[start : start + 20_000], strict=True))
            names = "abc"[: len(columns)]
            source = "select " + ", ".join(f"unnest(%s::bigint[]) as {name}" for name in names)
            cursor.execute(statement.format(source), [list(column) for column in columns])
            total += cursor.rowcount
    return total


@transaction.atomic
def mark_merged(*, merged: Mapping[int, int]) -> None:
    """Remember that a person identifier went into another (old to new), so that an old link still finds its way; a
    service that rests on no record goes along."""
    _update_rows(
        "update registry_person r set merged_into_id = p.b from ({}) p where r.id = p.a", list(merged.items())
    )
    _update_rows(
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
    _insert(
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


@dataclass(frozen=True, slots=True)
class TouchpointRow:
    """One service of one unit for one person, as `registry_touchpoint` keeps it."""

    person_id: int
    agency_id: int
    unit_id: int
    programme: str
    opened_on: dt.date
    closed_on: dt.date | None
    contact_on: dt.date | None
    record_id: int


_TOUCHPOINT_COLUMNS = {
    "person_id": "bigint",
    "agency_id": "bigint",
    "unit_id": "bigint",
    "programme": "text",
    "opened_on": "date",
    "closed_on": "date",
    "contact_on": "date",
    "record_id": "bigint",
}
_AS_COLUMNS = attrgetter(*_TOUCHPOINT_COLUMNS)


@transaction.atomic
def set_roster_touchpoints(*, rows: Sequence[TouchpointRow]) -> None:
    """Make `rows` the touchpoints that come from rosters. What does not change is left untouched, and so are those that
    other services wrote."""
    wanted = dict.fromkeys(map(_AS_COLUMNS, rows), True)
    gone = []
    with connection.cursor() as cursor:
        cursor.execute(
            f"select t.id, {', '.join(f't.{name}' for name in _TOUCHPOINT_COLUMNS)} from registry_touchpoint t"  # noqa: S608
            " join registry_sourcerecord r on r.id = t.record_id where r.roster <> all(%s)",
            [OWN_SOURCES],
        )
        for pk, *there in cursor.fetchall():
            if wanted.pop(tuple(there), None) is None:
                gone.append(pk)
        cursor.execute("delete from registry_touchpoint where id = any(%s)", [gone])
    _insert(
        "registry_touchpoint",
        _TOUCHPOINT_COLUMNS,
        [dict(zip(_TOUCHPOINT_COLUMNS, row, strict=True)) for row in wanted],
    )


@transaction.atomic
def follow_records() -> None:
    """The services that rest on a record of a report or case are those of the person whom it is about now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update registry_touchpoint t set person_id = r.person_id from registry_sourcerecord r"
            " where r.id = t.record_id and r.roster = any(%s) and t.person_id <> r.person_id",
            [OWN_SOURCES],
        )


_OWN_SERVICE = (
    "select distinct t.unit_id, m.household_id from registry_touchpoint t"
    " join registry_householdmembership m on m.person_id = t.person_id and m.until_on is null"
    " where t.closed_on is null"
)


@transaction.atomic
def renew_own_service_grants(*, now: dt.datetime) -> None:
    """Let each unit open the households in which it serves somebody now; withdraw the grants that no longer hold."""
    # With `except`, as the planner, which may not look through row security, would compare each grant with each service.
    held = "select unit_id, household_id from registry_viewgrant where kind = 'own_service'"
    with connection.cursor() as cursor:
        cursor.execute(
            f"delete from registry_viewgrant g using ({held} except {_OWN_SERVICE}) o"  # noqa: S608
            " where g.kind = 'own_service' and g.unit_id = o.unit_id and g.household_id = o.household_id"
        )
        cursor.execute(
            "insert into registry_viewgrant (unit_id, household_id, kind, reason, granted_at)"  # noqa: S608
            f" select unit_id, household_id, 'own_service', '', %s from ({_OWN_SERVICE} except {held}) o"
            " on conflict do nothing",
            [now],
        )


@transaction.atomic
def renew_search_keys() -> int:
    """Write the search keys of current records that have none; drop those of withdrawn ones. Returns records indexed."""
    with connection.cursor() as cursor:
        # by the few that are withdrawn, not by all keys that there are
        cursor.execute(
            "delete from registry_searchkey where record_id = any"
            " (array(select id from registry_sourcerecord where withdrawn_at is not null))"
        )
        cursor.execute(
            "select r.id, r.unit_id, r.content from registry_sourcerecord r where r.withdrawn_at is null"
            " and not exists (select 1 from registry_searchkey k where k.record_id = r.id)"
        )
        found = cursor.fetchall()
    rows = [
        {"record_id": pk, "unit_id": unit_id, "key": key}
        for pk, unit_id, content in found
        for key in keys_of(json.loads(content))
    ]
    _insert("registry_searchkey", {"record_id": "bigint", "unit_id": "bigint", "key": "bigint"}, rows)
    return len(found)
