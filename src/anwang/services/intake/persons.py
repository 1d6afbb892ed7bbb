"""A person as typed into the report form, to the standard record that the registry keeps. Pure.

What cannot be read is kept as it was written: a report is never refused because of a slip in somebody's number.
"""

from __future__ import annotations

import re

from anwang.standard.addresses import read_address
from anwang.standard.codes import AgencyCode, OwnSource, Sex
from anwang.standard.dates import Unreadable, read_date
from anwang.standard.identity import read_id_number, sex_of
from anwang.standard.kinship import read_relation, sex_hint
from anwang.standard.names import read_name
from anwang.standard.phones import read_phones
from anwang.standard.record import PartialDate, Period, PersonName, StandardRecord
from anwang.standard.text import half_width
from anwang.standard.vocabularies import read_sex

from .report_form import PersonForm

_AGE = re.compile(r"^\D{0,4}(\d{1,3}|[一二三四五六七八九十百]{1,5})(?:歲|足歲|多歲|個月|個多月)")
AGE_SAID = "年齡（通報所述）"
NO_NAME = "姓名不詳"


def is_age(text: str) -> bool:
    """Whether an age was written where a birth date may stand: 「約8歲」."""
    return bool(_AGE.match(half_width(text).strip()))


def birth_of(text: str) -> PartialDate | None:
    """The birth date as written; None when empty, when it is an age, or when it cannot be read."""
    if is_age(text):
        return None
    try:
        return read_date(text.strip())
    except Unreadable:
        return None


def person_record(
    person: PersonForm, *, report: str, number: int, period: Period, head: PersonForm | None = None
) -> StandardRecord:
    """The person in row `number` (from 1) of a report, whose own number is `report`.

    `head` is the first subject, to whom the relation is said; None for the first subject.
    """
    identity = read_id_number(person.id_number)
    said = person.birth.strip()
    reference = read_name(head.name) if head and person.relation.strip() else None
    return StandardRecord(
        record_number=f"{report}-{number}",
        agency=AgencyCode.SOCIAL,
        roster=OwnSource.INTAKE_REPORT,
        period=period,
        line=number,
        name=read_name(person.name) or PersonName(raw="", text=""),
        id_number=identity,
        birth=birth_of(said),
        sex=_sex(person) or sex_of(identity),
        phones=read_phones(person.phone),
        address=read_address(person.address),
        relation=read_relation(person.relation),
        relation_raw=person.relation.strip(),
        reference_name=reference,
        unknown={AGE_SAID: said} if is_age(said) else {},
    )


def _sex(person: PersonForm) -> Sex | None:
    return read_sex(person.sex) if person.sex else sex_hint(person.relation)


def person_form(record: StandardRecord, *, role: str, injuries: str = "", note: str = "") -> PersonForm:
    """A kept person as the form shows it again: every part as it was written."""
    return PersonForm(
        role=role,
        relation=record.relation_raw,
        name=record.name.raw,
        id_number=record.id_number.raw if record.id_number else "",
        birth=record.birth.raw if record.birth else record.unknown.get(AGE_SAID, ""),
        sex=record.sex.value if record.sex else "",
        phone="、".join(dict.fromkeys(phone.raw for phone in record.phones)),
        address=record.address.raw if record.address else "",
        injuries=injuries,
        note=note,
    )


def shown_name(record: StandardRecord) -> str:
    """The name for a reader; 「姓名不詳」 when there is none."""
    return record.name.text or NO_NAME
