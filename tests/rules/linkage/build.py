"""Short ways to write one record in a test."""

from __future__ import annotations

from anwang.standard.codes import Relation, RosterCode, Sex
from anwang.standard.record import Address, PartialDate, Period, Phone, StandardRecord

from .maker import name_of, read_id

MARCH, APRIL = Period(2026, 3), Period(2026, 4)


def record(
    name: str,
    roster: RosterCode = RosterCode.EMERGENCY_RELIEF,
    *,
    id_number: str = "",
    birth: str = "",
    sex: Sex | None = None,
    phone: str = "",
    number: str = "",
    floor: str = "",
    road: str = "復興路",
    township: str = "宜蘭市",
    household: str = "",
    relation: Relation | None = None,
    reference: str = "",
    carer: str = "",
    period: Period = MARCH,
    **details: str,
) -> StandardRecord:
    """A record; `name` is surname (one character) and given name, `birth` `2015-04-01` or `2015`."""
    parts = [int(part) for part in birth.split("-")] if birth else []
    return StandardRecord(
        record_number="R1",
        agency=roster.agency,
        roster=roster,
        period=period,
        line=1,
        name=name_of(name[0], name[1:]),
        id_number=read_id(id_number) if id_number else None,
        birth=PartialDate(birth, *parts) if parts else None,
        sex=sex,
        phones=(Phone(phone, phone, phone.startswith("09")),) if phone else (),
        address=Address("", "宜蘭縣", township, road=road, number=number, floor=floor) if number else None,
        household_number=household,
        relation=relation,
        relation_raw=relation.value if relation else "",
        reference_name=name_of(reference[0], reference[1:]) if reference else None,
        carer_name=name_of(carer[0], carer[1:]) if carer else None,
        details=details,
    )
