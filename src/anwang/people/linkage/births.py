"""The birth that a person's rows state: a date, a month or a year, which row gives it and what others say."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anwang.standard.codes import RosterCode
from anwang.standard.record import PartialDate, StandardRecord


class Certainty(StrEnum):
    """How the bounds came about."""

    DATE = "date"  # rows give the date
    YEAR = "year"  # rows give only the year
    INFERRED = "inferred"  # from rosters, school, kinship
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {"date": "有出生日期", "year": "只有出生年", "inferred": "由其他資料推得", "unknown": "不詳"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class BirthEstimate:
    """Earliest and latest possible birth date (None = open), how certain, the zh-TW source, the rows it rests on.

    `missing` names what would settle it, when it is not settled; `conflicts` what other rows say.
    """

    earliest: dt.date | None
    latest: dt.date | None
    certainty: Certainty
    source: str
    records: tuple[int, ...] = ()
    missing: str = ""
    conflicts: tuple[str, ...] = ()


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day `years` earlier; 29 February becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def age_on(birth: dt.date, on: dt.date) -> int:
    """Completed years of age (民法第 124 條)."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def stated_birth(records: Mapping[int, StandardRecord]) -> BirthEstimate | None:
    """The birth that the person's rows state, or None. 1 January stands for a year only, unless nothing else fits."""
    dates: Counter[dt.date] = Counter()
    years: Counter[int] = Counter()
    months: dict[int, set[int]] = defaultdict(set)  # of rows that give a month and no day
    keys: dict[object, list[int]] = defaultdict(list)
    for key, record in records.items():
        birth = record.birth
        if birth is None or birth.year is None:
            continue
        weight = 2 if record.roster is RosterCode.HOUSEHOLD_REGISTER else 1
        day = _full(birth)
        if day and (day.month, day.day) != (1, 1):
            dates[day] += weight
            keys[day].append(key)
        elif birth.month and not birth.day:
            months[birth.year].add(birth.month)
        years[birth.year] += weight
        keys[birth.year].append(key)
    if not years:
        return None
    # among dates with equal votes the one whose year more rows give
    best = max(dates, key=lambda d: (dates[d], years[d.year], d), default=None)
    year = max(years, key=lambda y: (years[y], y))
    if best is not None and (best.year == year or years[best.year] * 2 >= years[year]):
        others = sorted(d for d in dates if d != best)
        told = tuple(f"另有資料列寫 {d.year - 1911}.{d.month}.{d.day}" for d in others)
        return BirthEstimate(
            best, best, Certainty.DATE, _source(records, keys[best]), tuple(sorted(keys[best])), "", told
        )
    told = tuple(f"另有資料列寫 {y - 1911} 年" for y in sorted(years) if y != year)
    first, last = (months[year].pop(),) * 2 if len(months[year]) == 1 else (1, 12)
    until = dt.date(year + last // 12, last % 12 + 1, 1) - dt.timedelta(days=1)
    return BirthEstimate(
        dt.date(year, first, 1), until, Certainty.YEAR, _source(records, keys[year]), tuple(sorted(keys[year])),
        "出生月日", told,
    )  # fmt: skip


def _full(birth: PartialDate) -> dt.date | None:
    try:
        return birth.date
    except ValueError:
        return None


def _source(records: Mapping[int, StandardRecord], keys: Sequence[int]) -> str:
    """The roster that states it, the register before others."""
    rosters = {records[key].roster for key in keys}
    if RosterCode.HOUSEHOLD_REGISTER in rosters:
        return RosterCode.HOUSEHOLD_REGISTER.label
    return min(rosters).label
