"""What a form sent, read: row numbers, days and moments as people type them. Whatever cannot be read is None."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.utils import timezone

from anwang.standard.dates import Unreadable, read_date, roc_short
from anwang.standard.text import half_width

DAY_WANTED = "請輸入日期，例如 115/3/1。"
MOMENT_WANTED = "請輸入日期與時間，例如 115/3/1 14:30。"
_MOMENT = re.compile(r"^(.*?)[\sT]*(\d{1,2})\s*[:時點]\s*(\d{1,2})?\s*分?$")
_LONGEST = 17  # digits that a row number of the database can have


def row_number(text: str) -> int | None:
    """A row number, as lists to choose from send it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else None


def row_numbers(texts: Iterable[str]) -> list[int]:
    """The row numbers among `texts`, in their order."""
    return [found for text in texts if (found := row_number(text)) is not None]


def read_day(text: str) -> dt.date | None:
    """A whole day: 115/3/1, 1150301, 115年3月1日, 2026-03-01."""
    try:
        found = read_date(text.strip())
    except Unreadable:
        return None
    return found.date if found else None


def read_moment(text: str) -> dt.datetime | None:
    """A day and a time in Taiwan: 115/4/25 23:20, 115年4月25日 23時20分; a time alone is of today."""
    found = _MOMENT.match(" ".join(half_width(text).split()))
    if found is None:
        return None
    on = read_day(found[1]) if found[1].strip() else timezone.localdate()
    try:
        time = dt.time(int(found[2]), int(found[3] or 0))
    except ValueError:
        return None
    return timezone.make_aware(dt.datetime.combine(on, time)) if on is not None else None


def day_typed(day: dt.date | None) -> str:
    """A day as it would be typed: 115/4/25; "" for none."""
    return roc_short(day) if day else ""
