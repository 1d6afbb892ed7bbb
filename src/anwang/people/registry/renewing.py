"""What follows from records and homes, and is renewed after a matching: services, the households that units may open, search keys.

It runs as the system.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.db import connection, transaction

from .bulk import insert_rows
from .queries import OWN_SOURCES
from .search_keys import keys_of


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
    insert_rows(
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
    insert_rows("registry_searchkey", {"record_id": "bigint", "unit_id": "bigint", "key": "bigint"}, rows)
    return len(found)
