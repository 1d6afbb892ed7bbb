"""When a duty falls due: from the moment that its clock starts, its term, and the office calendar. Pure.

Four clocks, each used only where its rule says so:
- hours run through nights and holidays (the 24-hour clock, 003);
- days are calendar days: the day of the start does not count (民法 §120), the duty may be done until the end of the last;
- months end on the day of the same number, or on the last of a shorter month (民法 §121, but that a term from the last
  day of a month is not stretched to the last of a longer one: 30 April and one month is 30 May, not 31);
- working days skip weekends, holidays and closures. The day of the start does not count.
A term of days or months that ends on a day off is not moved on (民法 §122): a child is not safer because it is Sunday.
Both departures end earlier than the law would, never later.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from anwang.policy.holidays import CalendarYear

TAIPEI = ZoneInfo("Asia/Taipei")
LAST_MINUTE = dt.time(23, 59)
_DAY = dt.timedelta(days=1)
_LONGEST = (
    4000  # days that are looked at: a calendar without any working day is an error and not an endless loop
)


class TermKind(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"
    WORKING_DAYS = "working_days"

    @property
    def label(self) -> str:
        return {"hours": "小時", "days": "日", "months": "個月", "working_days": "工作天"}[self.value]

    @property
    def moves_with_closures(self) -> bool:
        """Whether a closure that is entered later may move a due moment of this kind."""
        return self is TermKind.WORKING_DAYS


_ABOUT = {
    TermKind.HOURS: dt.timedelta(hours=1),
    TermKind.DAYS: _DAY,
    TermKind.WORKING_DAYS: 1.4 * _DAY,
    TermKind.MONTHS: 30.4 * _DAY,
}


@dataclass(frozen=True, slots=True)
class Term:
    """How long a duty may take: hours run through nights and holidays, only `working_days` skip them. A term of 0 days
    ends with the day itself.
    """

    kind: TermKind
    length: int

    def __post_init__(self) -> None:
        if self.length < 0:
            raise ValueError("a term is not negative")

    def __str__(self) -> str:
        measure = "個" if self.kind is TermKind.WORKING_DAYS else ""
        return f"{self.length} {measure}{self.kind.label}" if self.length else "當日"

    @property
    def about(self) -> dt.timedelta:
        """Roughly how long that is, to tell which of two is shorter; never a due moment."""
        return self.length * _ABOUT[self.kind]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The office calendar of a place. `closed` are the days of closures (停班); `known_years` those with a table.

    `uncertain` are days off that we derived ourselves. A year that is not known has weekends only.
    """

    holidays: frozenset[dt.date] = frozenset()
    make_up: frozenset[dt.date] = frozenset()
    closed: frozenset[dt.date] = frozenset()
    known_years: frozenset[int] = frozenset()
    uncertain: Mapping[dt.date, str] = field(default_factory=dict)

    @classmethod
    def of(cls, years: Iterable[CalendarYear], closed: Iterable[dt.date] = ()) -> Calendar:
        found = list(years)
        return cls(
            holidays=frozenset(day.on for year in found for day in year.holidays),
            make_up=frozenset(day.on for year in found for day in year.make_up_days),
            closed=frozenset(closed),
            known_years=frozenset(year.year for year in found),
            uncertain={
                day.on: day.name
                for year in found
                for day in (*year.holidays, *year.make_up_days)
                if day.is_ours
            },
        )

    def closing(self, *days: dt.date) -> Calendar:
        """The same calendar with more closures."""
        return replace(self, closed=self.closed | frozenset(days))

    def is_working(self, day: dt.date) -> bool:
        if day in self.closed or day in self.holidays:
            return False
        return day.weekday() < calendar.SATURDAY or day in self.make_up

    def flags(self, first: dt.date, last: dt.date) -> tuple[str, ...]:
        """What a reader must know of the days from `first` to `last`: years without a table, days that are ours."""
        unknown = [year for year in range(first.year, last.year + 1) if year not in self.known_years]
        notes = [f"{year - 1911}年的辦公日曆尚未載入，只扣除星期六、日。" for year in unknown]
        ours = [day for day in sorted(self.uncertain) if first <= day <= last]
        notes += [
            f"{day.month}月{day.day}日{self.uncertain[day]}：本系統推算，待對照公布的辦公日曆表。"
            for day in ours
        ]
        return tuple(notes)


WEEKENDS_ONLY = Calendar()


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment (aware, Taiwan time) and what must be said beside it."""

    at: dt.datetime
    flags: tuple[str, ...] = ()


def due(start: dt.datetime, term: Term, office: Calendar = WEEKENDS_ONLY) -> Due:
    """When a duty with `term` whose clock starts at `start` falls due. Raises ValueError for a start without a zone."""
    if start.tzinfo is None:
        raise ValueError("a clock starts at a moment with a time zone")
    local = start.astimezone(TAIPEI)
    first = local.date()
    match term.kind:
        case TermKind.HOURS:
            # In UTC: an hour is an hour whatever the wall clock does.
            return Due((start.astimezone(dt.UTC) + dt.timedelta(hours=term.length)).astimezone(TAIPEI))
        case TermKind.DAYS:
            return Due(end_of_day(first + dt.timedelta(days=term.length)))
        case TermKind.MONTHS:
            return Due(end_of_day(months_later(first, term.length)))
        case TermKind.WORKING_DAYS:
            last = working_day(first, term.length, office)
            return Due(end_of_day(last), office.flags(first, last))


def end_of_day(day: dt.date) -> dt.datetime:
    """The last minute of a day in Taiwan: a duty of a day may be done until then."""
    return dt.datetime.combine(day, LAST_MINUTE, TAIPEI)


def months_later(day: dt.date, months: int) -> dt.date:
    """The day of the same number so many months later, or the last of that month where it has none."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def working_day(start: dt.date, number: int, office: Calendar) -> dt.date:
    """The `number`-th working day after `start`; for 0 the first one from `start` on.

    Raises ValueError when the calendar has no such day within ten years.
    """
    day, left = (start - _DAY, 1) if number == 0 else (start, number)
    for _ in range(max(_LONGEST, number * 3)):
        day += _DAY
        left -= office.is_working(day)
        if not left:
            return day
    raise ValueError("a calendar without working days")
