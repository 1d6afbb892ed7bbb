"""Building the facts of a month from the registry, and reading the lists back."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from anwang.agencies.models import Unit as AgencyUnit
from anwang.agencies.queries import centre_of_township
from anwang.people.registry.models import HouseholdMembership
from anwang.people.registry.queries import KeptRecord, current_records
from anwang.standard.codes import AgencyCode, Relation, RosterCode
from anwang.standard.fields import FieldId
from anwang.standard.record import Period, StandardRecord

from .ages import bounds_of
from .facts import Absent, BirthBounds, Carer, Household, Member, RelationTo, Service
from .receivers import Duty, Jurisdictions, Unit


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """Everything the rules decide on for one month.

    `records`: record key to the kept record; `households`: with members as of the month's last day.
    """

    period: Period
    households: tuple[Household, ...]
    records: Mapping[str, KeptRecord]


def month_facts(period: Period) -> MonthFacts:
    """Read the month: who lived together on its last day, and what each roster of the month says of them.

    Names, births and relations are taken from the records up to and including the month; services from the month's own.
    """
    kept = [k for k in current_records() if k.person_id is not None and k.record.period <= period]
    by_person: dict[int, list[KeptRecord]] = defaultdict(list)
    for record in kept:
        if record.person_id is not None:
            by_person[record.person_id].append(record)
    members_of: dict[int, list[int]] = defaultdict(list)
    for person_id, household_id, from_on, until_on in HouseholdMembership.objects.order_by("from_on").values_list(
        "person_id", "household_id", "from_on", "until_on"
    ):
        if from_on <= period.last_day and (until_on is None or until_on > period.last_day):
            members_of[household_id].append(person_id)
    households = []
    for household_id, person_ids in sorted(members_of.items()):
        known = [p for p in person_ids if by_person.get(p)]
        if any(k.record.period == period for p in known for k in by_person[p]):
            households.append(_household(household_id, known, by_person, period))
    return MonthFacts(period, tuple(households), {str(k.key): k for k in kept})


def _household(
    household_id: int, person_ids: Sequence[int], by_person: Mapping[int, list[KeptRecord]], period: Period
) -> Household:
    names: dict[str, list[int]] = defaultdict(list)
    for person in person_ids:
        for kept in by_person[person]:
            if not kept.record.name.is_masked:
                names[kept.record.name.key].append(person)
    members = tuple(_member(person, by_person[person], names, period) for person in person_ids)
    latest = [k for p in person_ids for k in by_person[p]]
    return Household(
        str(household_id), members, township=_township(latest, period), absent=_absent(latest, names, period)
    )


def _member(
    person_id: int, kept: list[KeptRecord], names: Mapping[str, list[int]], period: Period
) -> Member:
    newest = sorted(kept, key=lambda k: (k.record.period, k.key), reverse=True)
    now = [k for k in newest if k.record.period == period]
    relation, relation_to, relation_raw = _relation(newest)
    return Member(
        key=str(person_id),
        label=_best_name(newest),
        birth=_birth(newest),
        sex=next((k.record.sex for k in newest if k.record.sex), None),
        relation=relation,
        relation_to=relation_to,
        relation_raw=relation_raw,
        services=tuple(_service(k) for k in now if k.record.roster.is_service),
        record_keys=tuple(str(k.key) for k in now),
        registered=any(k.record.roster is RosterCode.HOUSEHOLD_REGISTER for k in newest),
        carer=_carer(newest, names),
        deceased=any("歿" in remark for k in newest for remark in k.record.name.remarks),
    )


def _service(kept: KeptRecord) -> Service:
    record = kept.record
    return Service(record.agency, record.roster, record.period, (str(kept.key),), details=record.details)


def _best_name(newest: Iterable[KeptRecord]) -> str:
    """The youngest name that hides nothing, else the youngest."""
    names = [k.record.name for k in newest if k.record.name.text]
    return next((n.text for n in names if not n.is_masked), names[0].text if names else "")


def _birth(newest: Sequence[KeptRecord]) -> BirthBounds | None:
    """The full date that most records give, else the fullest partial one."""
    stated = [(k.record.birth, k.record.roster.label) for k in newest if k.record.birth and k.record.birth.is_known]
    if not stated:
        return None
    full = Counter(birth.date for birth, _ in stated if birth.date)
    if full:
        best = max(full.items(), key=lambda item: item[1])[0]
        birth, source = next((b, s) for b, s in stated if b.date == best)
        return bounds_of(birth, source)
    birth, source = max(stated, key=lambda item: item[0].month is not None)
    return bounds_of(birth, source)


def _relation(newest: Iterable[KeptRecord]) -> tuple[Relation | None, RelationTo, str]:
    """The register's word first: it is to the head; else the case's word, to the client."""
    case: tuple[Relation | None, RelationTo, str] = (None, RelationTo.HEAD, "")
    for kept in newest:
        record = kept.record
        if record.relation is None:
            continue
        if record.roster is RosterCode.HOUSEHOLD_REGISTER:
            return record.relation, RelationTo.HEAD, record.relation_raw
        if case[0] is None:
            case = (record.relation, RelationTo.CLIENT, record.relation_raw)
    return case


def _carer(newest: Iterable[KeptRecord], names: Mapping[str, list[int]]) -> Carer | None:
    for kept in newest:
        carer = kept.record.carer_name
        if carer and carer.text:
            found = names.get(carer.key, [])
            return Carer(carer.text, str(found[0]) if found else None, (str(kept.key),))
    return None


def _absent(kept: Iterable[KeptRecord], names: Mapping[str, list[int]], period: Period) -> tuple[Absent, ...]:
    """Clients that a case names but of whom there is no record among the members."""
    absent: dict[str, Absent] = {}
    for k in kept:
        reference = k.record.reference_name
        if k.record.period == period and reference and reference.text and reference.key not in names:
            absent.setdefault(reference.key, Absent("案主", reference.text, (str(k.key),)))
    return tuple(absent.values())


def _township(kept: Iterable[KeptRecord], period: Period) -> str:
    """Where the household lives: the township that most of its records say, the youngest month first."""
    votes: Counter[tuple[Period, str]] = Counter()
    for k in kept:
        if k.record.address and k.record.address.township:
            votes[(k.record.period, k.record.address.township)] += 1
    if not votes:
        return ""
    latest = max(month for month, _ in votes)
    return max(((n, t) for (m, t), n in votes.items() if m == latest))[1]


_BUREAU_DUTIES: dict[AgencyCode, frozenset[Duty]] = {
    AgencyCode.HEALTH: frozenset({Duty.GENERAL, Duty.SUICIDE, Duty.MENTAL, Duty.DRUG}),
}


def jurisdictions(on: dt.date) -> Jurisdictions:
    """The county's units as the rule of receivers wants them."""
    townships: dict[str, set[str]] = defaultdict(set)
    for township, unit in centre_of_township(on).items():
        townships[unit.code].add(township)
    units = []
    for unit in AgencyUnit.objects.select_related("agency").order_by("pk"):
        agency = AgencyCode(unit.agency.code)
        if unit.kind == AgencyUnit.Kind.WELFARE_CENTER:
            duties, where = frozenset({Duty.CENTRE}), frozenset(townships[unit.code])
        elif unit.kind == AgencyUnit.Kind.OFFICE:
            duties, where = _BUREAU_DUTIES.get(agency, frozenset({Duty.GENERAL})), frozenset()
        else:
            continue
        units.append(Unit(agency, unit.code, unit.name, duties, where))
    return Jurisdictions(tuple(units))


def shown_text(record: StandardRecord, field: FieldId) -> str:
    """A detail as it was written, for lists."""
    return record.details.get(field, "")
