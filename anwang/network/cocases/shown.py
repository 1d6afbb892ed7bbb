"""What a list shows of an entry, field by field; a receiving unit's copy holds a part of it."""

from __future__ import annotations

from collections.abc import Iterable

from anwang.people.registry.queries import KeptRecord
from anwang.standard.dates import roc_short

from .deciding import Entry
from .facts import Member
from .queries import MonthFacts
from .receivers import ListField


def shown_fields(entry: Entry, facts: MonthFacts) -> dict[str, str]:
    """List field to text, for the person of the entry, or for the served members of its household."""
    people = [entry.person] if entry.person else [m for m in entry.household.members if m.services]
    records = {m.key: [facts.records[k] for k in m.record_keys if k in facts.records] for m in people}
    shown = {
        ListField.NAME: "、".join(m.label for m in people if m.label),
        ListField.ID_NUMBER: _each(people, records, _id_number),
        ListField.BIRTH: "、".join(filter(None, (_birth(m) for m in people))),
        ListField.SEX: "、".join(m.sex.label for m in people if m.sex) if entry.person else "",
        ListField.PHONE: _each(people, records, _phone),
        ListField.ADDRESS: next(
            (text for m in people for kept in records[m.key] if (text := _address(kept))), ""
        ),
        ListField.CARER: "、".join(m.carer.label for m in people if m.carer),
        ListField.REASON: entry.decision.reason,
        ListField.BRIEF: entry.decision.brief,
        ListField.OTHER_AGENCIES: "、".join(
            dict.fromkeys(service.agency.label for _, service in entry.household.services)
        ),
    }
    return {field.value: text for field, text in shown.items() if text}


def _each(people: Iterable[Member], records: dict[str, list[KeptRecord]], value) -> str:  # type: ignore[no-untyped-def]
    found = (next(filter(None, map(value, records[m.key])), "") for m in people)
    return "、".join(filter(None, found))


def _id_number(kept: KeptRecord) -> str:
    return kept.record.id_number.text if kept.record.id_number else ""


def _phone(kept: KeptRecord) -> str:
    return next((p.digits for p in kept.record.phones if p.digits), "")


def _address(kept: KeptRecord) -> str:
    return kept.record.address.raw.strip() if kept.record.address else ""


def _birth(member: Member) -> str:
    birth = member.birth
    if birth is None or birth.earliest is None or not birth.stated:
        return ""
    return roc_short(birth.earliest) if birth.earliest == birth.latest else f"{birth.earliest.year - 1911}年"
