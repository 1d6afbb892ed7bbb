"""What somebody typed of a person in a report or a case, read into the standard record; partial facts are kept as such.

Nothing refuses here: a form keeps what was typed and says beside it what could not be read. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .addresses import read_address
from .ages import said_years
from .codes import AgencyCode, IdState, OwnSource, Relation, Sex
from .dates import OLDEST_AGE, Unreadable, read_date
from .identity import read_id_number, sex_of
from .kinship import read_relation, sex_hint
from .names import read_name
from .phones import read_phones
from .record import IdNumber, PartialDate, Period, PersonName, StandardRecord
from .text import half_width
from .vocabularies import read_sex

_NOBODY = PersonName(raw="", text="")
_LAST_FOUR = re.compile(r"^\d{4}$")


def typed_person(
    *,
    source: OwnSource,
    number: str,
    line: int,
    agency: AgencyCode,
    period: Period,
    name: str = "",
    id_number: str = "",
    birth: str = "",
    sex: str = "",
    phone: str = "",
    address: str = "",
    relation: str = "",
    reference_name: str = "",
    carer_name: str = "",
    details: Mapping[str, str] | None = None,
    area: str = "",
) -> StandardRecord:
    """The record of a person as typed. `number`: the report's or case's number, a hyphen and the person's place in it;
    `line`: that place; `period`: the month in which it was written.

    `birth` may be a date, a year, or an age (`約40歲`); `id_number` may be its last four digits; `relation` is to the
    person of `reference_name` (案主), 本人 for that person. `area`: the county's area code, for a local number typed
    without one; without it such a number stays unread.
    """
    read = _id_number(id_number)
    related = read_relation(relation) if relation else None
    said = read_sex(sex) if sex else None
    if said is None and read is not None and read.state is IdState.VALID:
        said = sex_of(read)
    return StandardRecord(
        record_number=number,
        agency=agency,
        roster=source,
        period=period,
        line=line,
        name=read_name(name) or _NOBODY,
        id_number=read,
        birth=read_birth(birth, period),
        sex=said or _hinted(relation),
        phones=read_phones(phone, area=area),
        address=read_address(address) if address.strip() else None,
        relation=related,
        relation_raw=relation,
        reference_name=read_name(reference_name) if related is not Relation.SELF else None,
        carer_name=read_name(carer_name),
        details=dict(details or {}),
    )


def _hinted(relation: str) -> Sex | None:
    return sex_hint(relation) if relation else None


def _id_number(text: str) -> IdNumber | None:
    plain = half_width(text).strip()
    if _LAST_FOUR.match(plain):
        return IdNumber(raw=text, text="******" + plain, kind=None, state=IdState.MASKED)
    return read_id_number(text)


def read_birth(text: str, period: Period) -> PartialDate | None:
    """A birth date, year or age as typed; only the text is kept where it cannot be one.

    Of an age the year is one of the two that it leaves; how old somebody is, `ages.age_range` says from the words."""
    raw = text.strip()
    if (years := said_years(raw)) is not None:
        return PartialDate(raw, period.year - years) if years <= OLDEST_AGE else PartialDate(raw)
    try:
        birth = read_date(raw)
    except Unreadable:
        return PartialDate(raw)
    if birth is None or birth.year is None:
        return birth
    latest = (period.last_day.year, period.last_day.month, period.last_day.day)
    if (birth.year, birth.month or 1, birth.day or 1) > latest or period.year - birth.year > OLDEST_AGE:
        return PartialDate(birth.raw, None, birth.month, birth.day)
    return birth
