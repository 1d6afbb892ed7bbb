"""Reads of the registry. What comes back is what row security lets the acting unit see, and no more."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from anwang.agencies.models import Unit
from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json

from .models import (
    Household,
    HouseholdMembership,
    Person,
    ServicePresence,
    SourceRecord,
    Touchpoint,
    ViewGrant,
)
from .search_keys import keys_of_query


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A current record with its row number, its unit and the person it is about (None before the first matching)."""

    key: int
    unit_id: int
    person_id: int | None
    record: StandardRecord


def current_records(periods: Iterable[dt.date] | None = None) -> list[KeptRecord]:
    """All current records in the order of their row numbers; only those of `periods` when given."""
    sql = "select id, unit_id, person_id, content from registry_sourcerecord where withdrawn_at is null"
    arguments: list[Any] = []
    if periods is not None:
        sql += " and period = any(%s)"
        arguments.append(list(periods))
    with connection.cursor() as cursor:
        cursor.execute(sql + " order by id", arguments)
        return [
            KeptRecord(pk, unit_id, person_id, from_json(json.loads(content)))
            for pk, unit_id, person_id, content in cursor.fetchall()
        ]


def current_households() -> dict[int, int]:
    """Person to the household they belong to now."""
    return dict(
        HouseholdMembership.objects.filter(until_on__isnull=True).values_list("person_id", "household_id")
    )


def periods_with_records() -> list[dt.date]:
    """First days of the months that have current records, in order."""
    return sorted(
        SourceRecord.objects.filter(withdrawn_at__isnull=True).values_list("period", flat=True).distinct()
    )


# ---- what a page shows of a household ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one field of a person, and the records that say so (row number, roster, month)."""

    value: str
    sources: tuple[tuple[int, str, dt.date], ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """A member of a household as the acting unit may see them. `records` is empty for a person whom only other
    agencies know: then nothing but the membership is known."""

    person: Person
    membership: HouseholdMembership
    records: tuple[KeptRecord, ...] = ()
    services: tuple[Touchpoint, ...] = ()

    @property
    def is_known(self) -> bool:
        return bool(self.records)

    @property
    def latest(self) -> StandardRecord | None:
        """The youngest visible record: where a name or an address is taken from."""
        best = max(self.records, key=lambda kept: (kept.record.period, kept.key), default=None)
        return best.record if best else None


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household as the acting unit may see it."""

    household: Household
    members: tuple[PersonView, ...]
    former: tuple[HouseholdMembership, ...] = ()
    presences: tuple[ServicePresence, ...] = ()
    grants: tuple[ViewGrant, ...] = field(default=())


def facts_of(records: Iterable[KeptRecord]) -> dict[str, list[Fact]]:
    """Every different value that the records give for each field, the youngest source first."""
    found: dict[str, dict[str, list[tuple[int, str, dt.date]]]] = defaultdict(lambda: defaultdict(list))
    for kept in sorted(records, key=lambda k: (k.record.period, k.key), reverse=True):
        source = (kept.key, kept.record.roster.label, kept.record.period.first_day)
        for name, value in _values(kept.record):
            found[name][value].append(source)
    return {
        name: [Fact(value, tuple(sources)) for value, sources in values.items()]
        for name, values in found.items()
    }


def _values(record: StandardRecord) -> Iterator[tuple[str, str]]:
    if record.name.text:
        yield "name", record.name.raw.strip()
    if record.id_number and record.id_number.text:
        yield "id_number", record.id_number.text
    if record.birth and record.birth.is_known:
        birth = record.birth
        yield (
            "birth",
            "-".join(
                str(part) if i == 0 else f"{part:02d}"
                for i, part in enumerate((birth.year, birth.month, birth.day))
                if part
            ),
        )
    if record.sex:
        yield "sex", record.sex.label
    for phone in record.phones:
        yield "phone", phone.digits or phone.raw
    if record.address and record.address.raw.strip():
        yield "address", record.address.raw.strip()
    if record.household_number:
        yield "household_number", record.household_number
    if record.relation_raw:
        yield "relation", record.relation_raw
    if record.carer_name and record.carer_name.text:
        yield "carer", record.carer_name.text


def household_view(household_id: int) -> HouseholdView | None:
    """The household with what the acting unit may see of it; None when it may not open it (or there is none)."""
    household = Household.objects.filter(pk=household_id).first()
    if household is None:
        return None
    memberships = list(
        HouseholdMembership.objects.filter(household=household)
        .select_related("person")
        .order_by("from_on", "pk")
    )
    current = [m for m in memberships if m.until_on is None]
    ids = [m.person_id for m in current]
    records: dict[int, list[KeptRecord]] = defaultdict(list)
    for row in SourceRecord.objects.filter(person_id__in=ids, withdrawn_at__isnull=True).order_by("pk"):
        records[row.person_id].append(KeptRecord(row.pk, row.unit_id, row.person_id, from_json(row.content)))
    services: dict[int, list[Touchpoint]] = defaultdict(list)
    for touch in (
        Touchpoint.objects.filter(person_id__in=ids).select_related("agency", "unit").order_by("opened_on")
    ):
        services[touch.person_id].append(touch)
    return HouseholdView(
        household,
        tuple(
            PersonView(m.person, m, tuple(records[m.person_id]), tuple(services[m.person_id]))
            for m in current
        ),
        tuple(m for m in memberships if m.until_on is not None),
        tuple(
            ServicePresence.objects.filter(household=household, until_on__isnull=True)
            .select_related("agency", "unit")
            .order_by("agency_id", "unit_id")
        ),
        tuple(ViewGrant.objects.filter(household=household).select_related("unit")),
    )


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A person found by a search in the unit's own records."""

    person_id: int
    household_id: int
    records: tuple[KeptRecord, ...]


def search(text: str, limit: int = 50) -> list[SearchHit]:
    """Persons of whom the acting unit has a record that matches: two characters of a name, a number, a phone."""
    keys = keys_of_query(text)
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.id, r.unit_id, r.person_id, r.content from registry_sourcerecord r"
            " where r.withdrawn_at is null and r.person_id is not null and r.id in ("
            "  select k.record_id from registry_searchkey k where k.key = any(%s)"
            "  group by k.record_id having count(distinct k.key) = %s limit 2000)"
            " order by r.person_id, r.id",
            [keys, len(keys)],
        )
        rows = cursor.fetchall()
    by_person: dict[int, list[KeptRecord]] = defaultdict(list)
    for pk, unit_id, person_id, content in rows:
        if len(by_person) > limit and person_id not in by_person:
            break
        by_person[person_id].append(KeptRecord(pk, unit_id, person_id, from_json(json.loads(content))))
    homes = dict(
        HouseholdMembership.objects.filter(person_id__in=by_person, until_on__isnull=True).values_list(
            "person_id", "household_id"
        )
    )
    return [
        SearchHit(person_id, homes[person_id], tuple(kept))
        for person_id, kept in list(by_person.items())[:limit]
        if person_id in homes
    ]


def own_households(limit: int = 200) -> list[tuple[Household, int]]:
    """Households in which the acting unit serves somebody now, with the number of their members."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select m.household_id, count(*) from registry_householdmembership m"
            " join registry_viewgrant g on g.household_id = m.household_id"
            " and g.unit_id = (select anwang_unit()) where m.until_on is null"
            " group by m.household_id order by m.household_id desc limit %s",
            [limit],
        )
        counts = dict(cursor.fetchall())
    households = Household.objects.in_bulk(list(counts))
    return [(households[pk], count) for pk, count in counts.items() if pk in households]


def unit_name(unit_id: int) -> str:
    unit = Unit.objects.filter(pk=unit_id).first()
    return unit.name if unit else ""
