"""What a list shows of an entry, field by field, and what of it a receiving unit's copy may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from anwang.people.registry.queries import KeptRecord
from anwang.standard.codes import AgencyCode
from anwang.standard.dates import roc_short

from .deciding import Entry
from .facts import ListCode, Member
from .month import MonthFacts
from .receivers import ListField


def shown_fields(entry: Entry, facts: MonthFacts, contacts: Mapping[AgencyCode, str]) -> dict[str, str]:
    """List field to text for the office that makes the list: of the person, or of the household's served members.

    `contacts`: whom to call at each bureau.
    """
    return _fields(entry, facts, contacts, None)


def copy_fields(
    entry: Entry,
    facts: MonthFacts,
    contacts: Mapping[AgencyCode, str],
    agency: AgencyCode,
    fields: Iterable[ListField],
) -> dict[str, str]:
    """The part for a unit of `agency`: only `fields`; of a co-case only the members that the bureau itself serves.

    The social bureau's centres are the window of the whole family (001 參三(六)2(5)) and get all served members.
    """
    shown = _fields(entry, facts, contacts, agency)
    return {field.value: shown[field.value] for field in fields if field.value in shown}


def _fields(
    entry: Entry, facts: MonthFacts, contacts: Mapping[AgencyCode, str], agency: AgencyCode | None
) -> dict[str, str]:
    people = _people(entry, agency)
    records = {m.key: [facts.records[k] for k in m.record_keys if k in facts.records] for m in people}
    shown = {
        ListField.NAME: "、".join(m.label for m in people if m.label),
        ListField.ID_NUMBER: _each(people, records, _id_number),
        ListField.BIRTH: "、".join(filter(None, (_birth(m) for m in people))),
        ListField.SEX: "、".join(m.sex.label for m in people if m.sex),
        ListField.PHONE: "、".join(dict.fromkeys(filter(None, _each(people, records, _phone).split("、")))),
        ListField.ADDRESS: _address(people, records, entry),
        ListField.CARER: "、".join(dict.fromkeys(m.carer.label for m in people if m.carer)),
        ListField.REASON: entry.decision.reason,
        ListField.BRIEF: entry.decision.brief,
        ListField.OTHER_AGENCIES: _others(entry, contacts, agency),
    }
    return {field.value: text for field, text in shown.items() if text}


def _people(entry: Entry, agency: AgencyCode | None) -> Sequence[Member]:
    if entry.person is not None:
        return [entry.person]
    served = [m for m in entry.household.members if m.services]
    if agency is None or agency is AgencyCode.SOCIAL or entry.list_code is not ListCode.COCASE:
        return served
    return [m for m in served if any(s.agency is agency for s in m.services)]


def _others(entry: Entry, contacts: Mapping[AgencyCode, str], agency: AgencyCode | None) -> str:
    """Who else serves the household, with whom to call. Another unit of the own bureau counts as somebody else."""
    rosters: dict[AgencyCode, set[str]] = {}
    for _, service in entry.household.services:
        rosters.setdefault(service.agency, set()).add(service.roster)
    texts = []
    for code in AgencyCode:
        if code not in rosters or (code is agency and len(rosters[code]) < 2):
            continue
        name = f"{code.label}其他單位" if code is agency else code.label
        contact = contacts.get(code, "")
        texts.append(f"{name}（{contact}）" if contact else name)
    return "、".join(texts)


def _each(
    people: Iterable[Member], records: Mapping[str, list[KeptRecord]], value: Callable[[KeptRecord], str]
) -> str:
    found = (next(filter(None, map(value, records[m.key])), "") for m in people)
    return "、".join(filter(None, found))


def _id_number(kept: KeptRecord) -> str:
    return kept.record.id_number.text if kept.record.id_number else ""


def _phone(kept: KeptRecord) -> str:
    return next((p.digits for p in kept.record.phones if p.digits), "")


def _address(people: Iterable[Member], records: Mapping[str, list[KeptRecord]], entry: Entry) -> str:
    """The address that the month's records give, the one in the household's township first."""
    found = [
        (kept.record.address.township, kept.record.address.raw.strip())
        for m in people
        for kept in records[m.key]
        if kept.record.address and kept.record.address.raw.strip()
    ]
    here = [text for township, text in found if township == entry.household.township]
    return next(iter(here or [text for _, text in found]), entry.household.township)


def _birth(member: Member) -> str:
    birth = member.birth
    if birth is None or birth.earliest is None or not birth.stated:
        return ""
    return roc_short(birth.earliest) if birth.earliest == birth.latest else f"{birth.earliest.year - 1911}年"
