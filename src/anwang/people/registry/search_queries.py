"""Finding people and households in the records of the acting unit. Row security bounds both; what other units know is
not found."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from anwang.standard.serial import from_json

from .models import Household, HouseholdMembership, SourceRecord
from .queries import KeptRecord
from .search_keys import keys_of_query

_HOUSEHOLD_NUMBER = re.compile(r"^[Hh][-‐–－]?(\d{1,9})$")


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A person found by a search in the unit's own records, and their household.

    `is_past`: the unit may not open where they live now; the household is that of its own youngest record.
    """

    person_id: int
    household_id: int
    records: tuple[KeptRecord, ...]
    is_past: bool = False


def household_number(text: str) -> int | None:
    """The number in a household's number as users write it (`H-024317`); None when it is something else."""
    found = _HOUSEHOLD_NUMBER.match(text.strip())
    return int(found[1]) if found else None


def search(text: str, limit: int = 50) -> list[SearchHit]:
    """Persons of whom the acting unit has a record that matches: two characters of a name, a number, a phone, a
    birth date. At most `limit` of them, all with the records that matched."""
    keys = keys_of_query(text)
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.id, r.unit_id, r.person_id, r.content from registry_sourcerecord r"
            " where r.withdrawn_at is null and r.person_id is not null and r.id in ("
            "  select k.record_id from registry_searchkey k where k.key = any(%s)"
            "  and k.unit_id = (select anwang_unit())"
            "  group by k.record_id having count(distinct k.key) = %s limit 2000)"
            " order by r.person_id, r.id",
            [keys, len(keys)],
        )
        rows = cursor.fetchall()
    by_person: dict[int, list[KeptRecord]] = defaultdict(list)
    for pk, unit_id, person_id, content in rows:
        if len(by_person) == limit and person_id not in by_person:
            break
        by_person[person_id].append(KeptRecord(pk, unit_id, person_id, from_json(json.loads(content))))
    homes = dict(
        HouseholdMembership.objects.filter(person_id__in=list(by_person), until_on__isnull=True).values_list(
            "person_id", "household_id"
        )
    )
    past = _past_homes([person_id for person_id in by_person if person_id not in homes])
    return [
        SearchHit(person_id, (homes | past)[person_id], tuple(kept), person_id in past)
        for person_id, kept in by_person.items()
        if person_id in homes or person_id in past
    ]


def _past_homes(person_ids: list[int]) -> dict[int, int]:
    """Person to the household of the acting unit's youngest record of them."""
    if not person_ids:
        return {}
    rows = (
        SourceRecord.objects.filter(
            person_id__in=person_ids, withdrawn_at__isnull=True, household__isnull=False
        )
        .order_by("period", "pk")
        .values_list("person_id", "household_id")
    )
    return {person: home for person, home in rows if person is not None and home is not None}


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
