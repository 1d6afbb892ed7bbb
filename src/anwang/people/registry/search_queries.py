"""The households that the acting unit may open. Row security bounds them; what other units know is not found."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from anwang.standard.serial import from_json

from .models import Household
from .queries import KeptRecord

_HOUSEHOLD_NUMBER = re.compile(r"^[Hh][-‐–－]?(\d{1,9})$")


def household_number(text: str) -> int | None:
    """The number in a household's number as users write it (`H-024317`); None when it is something else."""
    found = _HOUSEHOLD_NUMBER.match(text.strip())
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class OwnHousehold:
    """A household that the acting unit may open, with what the unit's own records say of it.

    `members` counts everybody who lives there; `kinds` are the kinds of grant; `since` is when the unit could first
    open it; `records` are the unit's own, the youngest first.
    """

    household: Household
    members: int
    kinds: tuple[str, ...]
    since: dt.datetime
    records: tuple[KeptRecord, ...] = ()


_OWN = """
select household_id, kinds, since, count(*) over () from (
  select g.household_id, array_agg(g.kind order by g.kind) as kinds, min(g.granted_at) as since
  from registry_viewgrant g
  where g.unit_id = (select anwang_unit()) and (g.until_on is null or g.until_on >= (select anwang_today()))
    and (%(kind)s = '' or g.kind = %(kind)s)
    and (%(township)s = '' or exists (
      select 1 from registry_householdmembership m join registry_sourcerecord r on r.person_id = m.person_id
      where m.household_id = g.household_id and m.until_on is null and r.withdrawn_at is null
        and r.unit_id = (select anwang_unit()) and r.content #>> '{address,township}' = %(township)s))
  group by g.household_id) c
order by since desc, household_id desc limit %(limit)s offset %(offset)s
"""


def own_households(
    *, kind: str = "", township: str = "", limit: int = 50, offset: int = 0
) -> tuple[int, list[OwnHousehold]]:
    """How many households the acting unit may open now, and a page of them, the newest first.

    `kind` keeps one kind of grant (`ViewGrant.Kind`), `township` those with an own record in that township. An
    offset beyond the end gives the first page.
    """
    arguments: dict[str, str | int] = {"kind": kind, "township": township, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(_OWN, arguments)
        page = cursor.fetchall()
    if not page:
        return own_households(kind=kind, township=township, limit=limit) if offset else (0, [])
    ids = [household_id for household_id, _, _, _ in page]
    households = Household.objects.in_bulk(ids)
    counts, records = _who_and_what(ids)
    return page[0][3], [
        OwnHousehold(households[pk], counts.get(pk, 0), tuple(kinds), since, tuple(records.get(pk, ())))
        for pk, kinds, since, _ in page
        if pk in households
    ]


def _who_and_what(household_ids: list[int]) -> tuple[dict[int, int], dict[int, list[KeptRecord]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select household_id, count(*) from registry_householdmembership"
            " where household_id = any(%s) and until_on is null group by household_id",
            [household_ids],
        )
        counts = dict(cursor.fetchall())
        cursor.execute(
            "select m.household_id, r.id, r.unit_id, r.person_id, r.content from registry_householdmembership m"
            " join registry_sourcerecord r on r.person_id = m.person_id and r.withdrawn_at is null"
            " where m.household_id = any(%s) and m.until_on is null order by r.period desc, r.id desc",
            [household_ids],
        )
        records: dict[int, list[KeptRecord]] = defaultdict(list)
        for household_id, pk, unit_id, person_id, content in cursor.fetchall():
            records[household_id].append(KeptRecord(pk, unit_id, person_id, from_json(json.loads(content))))
    return counts, records


def own_townships() -> list[str]:
    """The townships in the acting unit's own current records, for a filter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct content #>> '{address,township}' as township from registry_sourcerecord"
            " where withdrawn_at is null and unit_id = (select anwang_unit())"
            " and content #>> '{address,township}' <> '' order by 1"
        )
        return [row[0] for row in cursor.fetchall()]
