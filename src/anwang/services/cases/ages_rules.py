"""Ages of the members of a case, as far as they are known. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from anwang.standard.record import PartialDate, StandardRecord

ADULT, SMALL = 18, 6


def age_on(birth: PartialDate | None, on: dt.date) -> int | None:
    """Completed years; where only the month or year is known, the age that the person has at least. None: unknown."""
    if birth is None or birth.year is None:
        return None
    month, day = birth.month or 12, birth.day or 31
    return max(0, on.year - birth.year - ((on.month, on.day) < (month, day)))


def is_child(record: StandardRecord, on: dt.date) -> bool:
    """Somebody under 18 (兒少權法第2條). Of whom no age is known, nothing is said."""
    age = age_on(record.birth, on)
    return age is not None and age < ADULT


def has_children(records: Sequence[StandardRecord], on: dt.date) -> bool:
    return any(is_child(record, on) for record in records)
