"""What a page shows of a household or a person: every fact with the records that say so, and nothing beyond what
row security lets the acting unit see."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import DateField, Func, Min, Q
from django.db.models.expressions import RawSQL

from anwang.standard.dates import roc_partial
from anwang.standard.record import PartialDate, StandardRecord
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
from .queries import KeptRecord


@dataclass(frozen=True, slots=True)
class Source:
    """The record that a fact comes from: its row number, the roster in words, the month's first day."""

    record: int
    roster: str
    period: dt.date


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one field of a person, and the records that say so, the youngest first."""

    value: str
    sources: tuple[Source, ...]


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
    def newest(self) -> tuple[StandardRecord, ...]:
        """The visible records, the youngest first."""
        order = sorted(self.records, key=lambda kept: (kept.record.period, kept.key), reverse=True)
        return tuple(kept.record for kept in order)

    @property
    def name(self) -> str:
        """The youngest name that hides nothing, else the youngest; "" when no record is visible."""
        names = [record.name for record in self.newest if record.name.text]
        return next((name.text for name in names if not name.is_masked), names[0].text if names else "")

    @property
    def birth(self) -> PartialDate | None:
        """The fullest birth date of the visible records, the youngest record first among equals."""
        births = [record.birth for record in self.newest if record.birth and record.birth.is_known]
        return max(births, key=lambda birth: (birth.month is not None, birth.day is not None), default=None)


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household as the acting unit may see it: who is in it now, who was, who serves it, why it may be opened.

    Without a grant (`is_past`) the members are those of whom the unit has records from when they lived there: its
    service ended, or they moved. Then nothing is known of today.
    """

    household: Household
    members: tuple[PersonView, ...]
    former: tuple[PersonView, ...] = ()
    presences: tuple[ServicePresence, ...] = ()
    grants: tuple[ViewGrant, ...] = ()

    @property
    def is_past(self) -> bool:
        return not self.grants

    @property
    def known(self) -> tuple[PersonView, ...]:
        return tuple(member for member in self.members if member.is_known)

    @property
    def hidden(self) -> int:
        """How many members only other agencies know."""
        return len(self.members) - len(self.known)

    @property
    def visible_records(self) -> frozenset[int]:
        return frozenset(kept.key for member in (*self.members, *self.former) for kept in member.records)


def household_view(household_id: int) -> HouseholdView | None:
    """The household with what the acting unit may see of it; None when it may not open it (or there is none)."""
    household = Household.objects.filter(pk=household_id).first()
    if household is None:
        return None
    grants = tuple(ViewGrant.objects.filter(_IN_FORCE, household=household).order_by("granted_at"))
    if not grants:
        return HouseholdView(household, tuple(_people(_past_memberships(household))))
    memberships = list(
        HouseholdMembership.objects.filter(household=household)
        .select_related("person")
        .order_by("from_on", "pk")
    )
    people = _people(memberships)
    return HouseholdView(
        household,
        tuple(view for view in people if view.membership.until_on is None),
        tuple(view for view in people if view.membership.until_on is not None),
        tuple(
            ServicePresence.objects.filter(household=household, until_on__isnull=True)
            .select_related("agency", "unit")
            .order_by("agency_id", "unit_id")
        ),
        grants,
    )


# The same day as in the policies of row security.
_IN_FORCE = Q(until_on__isnull=True) | Q(
    until_on__gte=Func(template="anwang_today()", output_field=DateField())
)


def _past_memberships(household: Household) -> list[HouseholdMembership]:
    """Who lived there by the unit's own records, as memberships that are not kept: from the first such record on."""
    since = dict(
        SourceRecord.objects.filter(household=household, withdrawn_at__isnull=True, person__isnull=False)
        .filter(unit_id=RawSQL("anwang_unit()", ()))
        .values_list("person_id")
        .annotate(Min("period"))
    )
    people = Person.objects.in_bulk(since)
    return [
        HouseholdMembership(person=people[pk], household=household, from_on=since[pk])
        for pk in sorted(since)
        if pk in people
    ]


def person_view(person_id: int) -> tuple[PersonView, Household] | None:
    """A person with the visible records, and the household they belong to now; where the acting unit may not open
    that, the one of its own youngest record. A merged number leads to the person that it went into. None when the
    unit has no record of them: that others have is not for this page."""
    person = Person.objects.filter(pk=person_id).first()
    if person is not None and person.merged_into_id is not None:
        person = Person.objects.filter(pk=person.merged_into_id).first()
    if person is None:
        return None
    membership = (
        HouseholdMembership.objects.filter(person=person, until_on__isnull=True)
        .select_related("person", "household")
        .first()
    )
    if membership is None:
        last = (
            SourceRecord.objects.filter(person=person, withdrawn_at__isnull=True, household__isnull=False)
            .select_related("household")
            .order_by("-period", "-pk")
            .first()
        )
        if last is None or last.household is None:
            return None
        membership = HouseholdMembership(person=person, household=last.household, from_on=last.period)
    (view,) = _people([membership])
    return (view, membership.household) if view.is_known else None


def _people(memberships: list[HouseholdMembership]) -> list[PersonView]:
    ids = {membership.person_id for membership in memberships}
    records: dict[int | None, list[KeptRecord]] = defaultdict(list)
    for row in SourceRecord.objects.filter(person_id__in=ids, withdrawn_at__isnull=True).order_by("pk"):
        records[row.person_id].append(KeptRecord(row.pk, row.unit_id, row.person_id, from_json(row.content)))
    services: dict[int, list[Touchpoint]] = defaultdict(list)
    for touch in (
        Touchpoint.objects.filter(person_id__in=ids)
        .select_related("agency", "unit")
        .order_by("opened_on", "pk")
    ):
        services[touch.person_id].append(touch)
    return [
        PersonView(m.person, m, tuple(records[m.person_id]), tuple(services[m.person_id]))
        for m in memberships
    ]


def facts_of(records: Iterable[KeptRecord]) -> dict[str, list[Fact]]:
    """Every different value that the records give for each field, the youngest source first."""
    found: dict[str, dict[str, list[Source]]] = defaultdict(lambda: defaultdict(list))
    for kept in sorted(records, key=lambda k: (k.record.period, k.key), reverse=True):
        source = Source(kept.key, kept.record.roster.label, kept.record.period.first_day)
        for name, value in _values(kept.record):
            found[name][value].append(source)
    return {
        name: [Fact(value, tuple(sources)) for value, sources in values.items()]
        for name, values in found.items()
    }


def _values(record: StandardRecord) -> Iterator[tuple[str, str]]:
    """Field id (`standard.fields.FieldId`) and value as written, or as read where reading loses nothing."""
    if record.name.text:
        yield "name", record.name.raw.strip()
    if record.id_number and record.id_number.text:
        yield "id_number", record.id_number.text
    if record.birth and record.birth.is_known:
        yield "birth", roc_partial(record.birth)
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
    if record.reference_name and record.reference_name.text:
        yield "reference_name", record.reference_name.text
    if record.carer_name and record.carer_name.text:
        yield "carer_name", record.carer_name.text
    yield from record.details.items()
