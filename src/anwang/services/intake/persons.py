"""A person as typed into the report form, to the standard record that the registry keeps, and back. Pure.

What cannot be read is kept as it was written: a report is never refused because of a slip in somebody's number.
"""

from __future__ import annotations

from anwang.standard.ages import said_age
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.record import Period, StandardRecord
from anwang.standard.typed import typed_person

from .report_form import PersonForm

NO_NAME = "姓名不詳"


def is_age(text: str) -> bool:
    """Whether an age was written where a birth date may stand: 「約8歲」."""
    return said_age(text) is not None


def person_record(
    person: PersonForm,
    *,
    report: str,
    number: int,
    period: Period,
    head: PersonForm | None = None,
    area: str = "",
) -> StandardRecord:
    """The person in row `number` (from 1) of a report, whose own number is `report`.

    `head` is the first subject, to whom the relation is said; None for the first subject. `area`: as in `typed_person`.
    """
    return typed_person(
        source=OwnSource.INTAKE_REPORT,
        number=f"{report}-{number}",
        line=number,
        agency=AgencyCode.SOCIAL,
        period=period,
        name=person.name.strip(),
        id_number=person.id_number.strip(),
        birth=person.birth.strip(),
        sex=person.sex.strip(),
        phone=person.phone.strip(),
        address=person.address.strip(),
        relation=person.relation.strip(),
        reference_name=head.name.strip() if head and person.relation.strip() else "",
        area=area,
    )


def person_form(
    record: StandardRecord, *, role: str, injuries: str = "", note: str = "", person_id: int | None = None
) -> PersonForm:
    """A kept person as the form shows it again: every part as it was written."""
    return PersonForm(
        role=role,
        relation=record.relation_raw,
        name=record.name.raw,
        id_number=record.id_number.raw if record.id_number else "",
        birth=record.birth.raw if record.birth else "",
        sex=record.sex.value if record.sex else "",
        phone="、".join(dict.fromkeys(phone.raw for phone in record.phones)),
        address=record.address.raw if record.address else "",
        injuries=injuries,
        note=note,
        person_id=person_id,
    )


def shown_name(record: StandardRecord) -> str:
    """The name for a reader; 「姓名不詳」 when there is none."""
    return record.name.text or NO_NAME
