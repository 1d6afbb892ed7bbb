"""Ages of the members of a case, as far as they are known. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from anwang.standard.ages import age_range
from anwang.standard.record import StandardRecord

ADULT, SMALL = 18, 6


def is_child(record: StandardRecord, on: dt.date) -> bool:
    """Somebody who is or may be under 18 (兒少權法第2條). Of whom no age is known, nothing is said."""
    age = age_range(record.birth, record.period, on)
    return age is not None and age.may_be_under(ADULT)


def has_children(records: Sequence[StandardRecord], on: dt.date) -> bool:
    return any(is_child(record, on) for record in records)
