"""Dates as bureaus write them: 民國 and Gregorian, full or partial, in digits, words or spreadsheet numbers.

How a bare number is understood (there is no other sign in it, so the rule is written here):

========  ======================================================================================
digits    reading
========  ======================================================================================
1 to 3    民國 year: `70`, `080`, `112`
4         Gregorian year from 1890 to 2100 (`1945`); else 民國 year and month (`7803` = 78年3月)
5         民國 year and month (`11503`); else a spreadsheet day number (`30742` = 1984-03-01).
          A *numeric cell* of 18264 or more (1950 on) is a day number first
6         民國 year of two digits, month, day (`461127`, a lost zero); else Gregorian year and month
7         民國 year, month, day (`1150301`, `0461127`)
8         Gregorian year, month, day; `01150301` is 民國
========  ======================================================================================

In a date with separators a first part below 200 is a 民國 year. Month or day `00` or hidden (`**`) means unknown.
Day numbers count from 1899-12-30 (ISO/IEC 29500, 1900 date system). 元年 is year 1.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from .record import PartialDate, Period
from .text import arabic, half_width

EARLIEST_YEAR = 1890
LATEST_YEAR = 2100
OLDEST_AGE = 125
"""Years that a person may live to; a birth before that is a slip in the year."""
_ROC = 1911
_DAY_ZERO = dt.date(1899, 12, 30)
_SERIAL_FIRST, _SERIAL_LAST = 18264, 73050  # 1950-01-01 … 2099-12-31

_EMPTY = frozenset(
    (
        "",
        "-",
        "--",
        "/",
        "//",
        "無",
        "不詳",
        "未知",
        "不明",
        "未填",
        "空白",
        "NULL",
        "NONE",
        "N/A",
        "NA",
        "NAN",
        "NAT",
        "年月日",
    )
)
_TIME = re.compile(r"(?:T|\s+|(?<=日))(?:上午|下午|AM|PM)?\s*\d{1,2}(?::|時|點)\d{0,2}.*$", re.IGNORECASE)
_WRAPPING = re.compile(
    r"\(?(?:星期|週|周|禮拜|\()[一二三四五六日天]\)?|\(?(?:農曆|國曆|陽曆|約|大約|出生|生日|生$|次$|起$|止$|整$)\)?[::]?"
)
_ERAS = (
    (re.compile(r"^(?:中華)?民國前|^民前|^(?:中華)?民國\s*-(?=\d)"), None),
    (re.compile(r"^(?:中華)?民國|^民(?=\d)|^ROC|^R\.?O\.?C\.?"), _ROC),
    (re.compile(r"^西元|^公元|^AD|^A\.D\."), 0),
    (re.compile(r"^昭和"), 1925),
    (re.compile(r"^大正"), 1911),
    (re.compile(r"^明治"), 1867),
)
_WORDED = re.compile(r"^(\d+)年(?:(\d{1,2})月?(?:份|(\d{1,2})[日號]?)?)?$")
_PARTS = re.compile(r"[/.\-,\s年月日]+")
_MONTHS = {
    m: i
    for i, m in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
_ENGLISH = re.compile(r"[A-Z]{3,9}")
_HIDDEN = re.compile(r"[*○●◯□?]+|(?<=\d)[X]+|(?<=[/.\-])[X]+")


class Unreadable(ValueError):
    """A value that cannot be a date. `str()` is the reason in zh-TW, fit to show; `value` is what was written."""

    def __init__(self, reason: str, value: str) -> None:
        super().__init__(reason)
        self.value = value


def read_date(value: object) -> PartialDate | None:
    """Read a date; None when the cell is empty (also 不詳). Raises `Unreadable` for an impossible or implausible date."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return _checked(value.year, value.month, value.day, value.isoformat(sep=" "))
    if isinstance(value, dt.date):
        return _checked(value.year, value.month, value.day, value.isoformat())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value)
    return _from_text(str(value))


def _checked(year: int, month: int | None, day: int | None, raw: str) -> PartialDate:
    """A partial date from parts, 0 for unknown. Raises `Unreadable` when the parts make no plausible date."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Unreadable("年份不合理", raw)
    if not month:
        return PartialDate(raw=raw, year=year)
    if month > 12:
        raise Unreadable("沒有這個月份", raw)
    if not day:
        return PartialDate(raw=raw, year=year, month=month)
    try:
        dt.date(year, month, day)
    except ValueError:
        raise Unreadable("日期不存在", raw) from None
    return PartialDate(raw=raw, year=year, month=month, day=day)


def _from_serial(number: float, raw: str) -> PartialDate:
    day = _DAY_ZERO + dt.timedelta(days=int(number))
    return _checked(day.year, day.month, day.day, raw)


def _from_number(value: float) -> PartialDate:
    raw = str(int(value)) if value == int(value) else str(value)
    if _SERIAL_FIRST <= value < _SERIAL_LAST + 1:
        return _from_serial(value, raw)
    if value != int(value) or value <= 0:
        raise Unreadable("不是日期", raw)
    return _from_digits(raw, raw)


def _from_digits(digits: str, raw: str) -> PartialDate:
    size = len(digits)
    if size <= 3:
        if int(digits) == 0:
            raise Unreadable("不是日期", raw)
        return _checked(int(digits) + _ROC, None, None, raw)
    if size == 4:
        if EARLIEST_YEAR <= int(digits) <= LATEST_YEAR:
            return _checked(int(digits), None, None, raw)
        return _checked(int(digits[:2]) + _ROC, int(digits[2:]), None, raw)
    if size == 5:
        try:
            return _checked(int(digits[:3]) + _ROC, int(digits[3:]), None, raw)
        except Unreadable:
            if _SERIAL_FIRST <= int(digits) <= _SERIAL_LAST:
                return _from_serial(int(digits), raw)
            raise
    if size == 6:
        try:
            return _checked(int(digits[:2]) + _ROC, int(digits[2:4]), int(digits[4:]), raw)
        except Unreadable:
            if digits[:2] in ("19", "20") and 1 <= int(digits[4:]) <= 12:
                return _checked(int(digits[:4]), int(digits[4:]), None, raw)
            raise
    if size == 7:
        return _checked(int(digits[:3]) + _ROC, int(digits[3:5]), int(digits[5:]), raw)
    if size in (8, 12, 14):  # with hours and minutes behind it
        year = int(digits[:4])
        return _checked(year + _ROC if year < 200 else year, int(digits[4:6]), int(digits[6:8]), raw)
    raise Unreadable("不是日期", raw)


@lru_cache(maxsize=65536)
def _from_text(raw: str) -> PartialDate | None:
    plain = half_width(raw).strip().upper()
    if plain in _EMPTY:
        return None
    if plain.isdecimal():
        return _from_digits(plain, raw)
    if re.fullmatch(r"\d+\.0+", plain):
        return _from_number(float(plain))
    plain = _TIME.sub("", plain)
    plain = _WRAPPING.sub("", plain.replace(" ", "") if "年" in plain or "民" in plain else plain).strip()
    if plain in _EMPTY:
        return None
    base: int | None = -1  # no era written
    for pattern, first in _ERAS:
        if match := pattern.match(plain):
            base, plain = first, plain[match.end() :].strip()
            break
    plain = _HIDDEN.sub("0", arabic(plain.replace("元年", "1年")))
    if plain.isdecimal() and (base == -1 or len(plain) >= 5):
        return _from_digits(plain, raw)
    if base == -1:
        return _from_parts(plain, raw)
    year, month, day = _split(plain, raw)
    if base is None:
        year = 1912 - year
    elif year < 1000:  # 民國2026年 is meant as Gregorian
        year += base
    return _checked(year, month, day, raw)


def _split(plain: str, raw: str) -> tuple[int, int | None, int | None]:
    """Year, month and day in the order written; None for a part that is not there."""
    if match := _WORDED.match(plain):
        year, month, day = match.groups()
        return int(year), int(month) if month else None, int(day) if day else None
    parts = [p for p in _PARTS.split(plain) if p]
    if not 1 <= len(parts) <= 3 or not all(p.isdecimal() and len(p) <= 4 for p in parts):
        raise Unreadable("不是日期", raw)
    numbers = [int(p) for p in parts]
    return numbers[0], numbers[1] if len(numbers) > 1 else None, numbers[2] if len(numbers) > 2 else None


def _from_parts(plain: str, raw: str) -> PartialDate:
    if match := _ENGLISH.search(plain):  # 6-Jan-1983, Jan 6, 1983
        month = _MONTHS.get(match[0][:3])
        numbers = [int(n) for n in re.findall(r"\d+", plain)]
        if month is None or len(numbers) != 2:
            raise Unreadable("不是日期", raw)
        day, year = sorted(numbers)
        return _checked(year, month, day, raw)
    first, second, third = _split(plain, raw)
    if first >= 200:
        return _checked(first, second, third, raw)
    if third is not None and third > 200 and second is not None:  # 3/15/1983, 15/3/1983
        month, day = (second, first) if first > 12 else (first, second)
        return _checked(third, month, day, raw)
    if third is None and second is not None and second > 200:  # 3/1983
        return _checked(second, first, None, raw)
    if first == 0:
        raise Unreadable("年份不合理", raw)
    return _checked(first + _ROC, second, third, raw)


_PERIOD = re.compile(
    r"(?<!\d)(?:(20\d\d|1\d\d|\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])(?!\d)月?|(1\d\d|20\d\d)(0[1-9]|1[0-2])(?!\d))"
)


def read_period(text: object) -> Period | None:
    """The month that a cell, a title row or a file name speaks of (`資料月份：115-03`, `11503`, `115年3月`, `2026-03`).

    None when there is none. The first one in the text counts.
    """
    if isinstance(text, (dt.datetime, dt.date)):
        return Period(text.year, text.month)
    if text is None:
        return None
    plain = arabic(half_width(str(text)))
    match = _PERIOD.search(plain)
    if match is None:
        return None
    year, month = int(match[1] or match[3]), int(match[2] or match[4])
    return Period(year + _ROC if year < 1000 else year, month)


_WEEKDAYS = "一二三四五六日"


def roc_date(date: dt.date, *, weekday: bool = False) -> str:
    """`115年3月1日`; with `weekday`, `115年4月25日（六）`. Before 民國: `民國前2年3月1日`."""
    year = date.year - _ROC
    written = f"{year}年" if year > 0 else f"民國前{1 - year}年"
    tail = f"（{_WEEKDAYS[date.weekday()]}）" if weekday else ""
    return f"{written}{date.month}月{date.day}日{tail}"


def roc_short(date: dt.date) -> str:
    """`115/3/1`; before 民國 as `前2/3/1`."""
    year = date.year - _ROC
    return f"{year if year > 0 else f'前{1 - year}'}/{date.month}/{date.day}"


def roc_partial(date: PartialDate) -> str:
    """A partial date as far as it is known: `78年3月2日`, `78年3月`, `78年`; "" when nothing is known."""
    if date.year is None:
        return ""
    if date.date is not None:
        return roc_date(date.date)
    year = date.year - _ROC
    written = f"{year}年" if year > 0 else f"民國前{1 - year}年"
    return written + (f"{date.month}月" if date.month else "")
