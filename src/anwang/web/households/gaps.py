"""What is missing in a household as the unit's own records show it (缺口). Pure; the day is an argument.

A gap is said only where it is certain for the reader: with members whom only other units know, "nobody else lives
here" cannot be said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from anwang.standard.fields import FieldId
from anwang.standard.record import PartialDate, StandardRecord
from anwang.standard.vocabularies import VisitResult, read_code

from .words import age_on

SCHOOL_AGE = 6
ADULT_AGE = 18


@dataclass(frozen=True, slots=True)
class Resident:
    """A member with visible records, the youngest first."""

    name: str
    birth: PartialDate | None
    records: Sequence[StandardRecord]


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, in words; `urgent` ones are shown in amber."""

    text: str
    urgent: bool = False


def gaps(residents: Sequence[Resident], hidden: int, on: dt.date) -> list[Gap]:
    """The gaps of a household of `residents` and `hidden` members whom only other units know, on a day."""
    found: list[Gap] = []
    ages = {id(each): age_on(each.birth, on) for each in residents}
    for each in residents:
        age = ages[id(each)]
        if _is_missing(each.records):
            found.append(Gap(f"{each.name}：訪視結果為行方不明", urgent=True))
        if age is None:
            found.append(Gap(f"{each.name}：出生日期不明，無法判斷年齡"))
            continue
        if age.low >= ADULT_AGE:
            continue
        prefix = f"{each.name}：" if age.high >= SCHOOL_AGE else f"{each.name}：未滿6歲、"
        adults = [other for other in residents if (a := ages[id(other)]) is not None and a.high >= ADULT_AGE]
        unknown = [other for other in residents if ages[id(other)] is None]
        if not hidden and not adults and not unknown:
            found.append(Gap(f"{prefix}戶內無其他成年親屬", urgent=age.high < SCHOOL_AGE))
        elif age.high < SCHOOL_AGE and not any(record.carer_name for record in each.records):
            found.append(Gap(f"{prefix}未登載主要照顧者"))
    if residents and not any(record.phones for each in residents for record in each.records):
        found.append(Gap("紀錄上沒有任何電話"))
    return found


def _is_missing(records: Sequence[StandardRecord]) -> bool:
    """The youngest visit says 行方不明; an earlier one does not count once somebody was found."""
    said = (record.details.get(FieldId.VISIT_RESULT, "") for record in records)
    return read_code(FieldId.VISIT_RESULT, next(filter(None, said), "")) is VisitResult.MISSING
