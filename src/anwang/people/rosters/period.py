"""Which month a file is of: from its name, its titles, its sheets, or at last from the days in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anwang.standard.record import Period
from anwang.standard.text import arabic, half_width

SURE_PERIOD = 0.7  # evidence below this is a guess, to be confirmed
_FIRST_YEAR = 2000  # no roster of the platform is older

# Words of a line that tell when a file was made, not which month it is of.
_MADE = re.compile(
    r"(?:製表|列印|印表|產製|匯出|造表|造冊|查詢|製作|填報|填表|更新|列表|報送|下載)(?:日期|時間|日|年月日|[:])"
)
_OF_MONTH = re.compile(
    r"資料(?:月份|年月|期間|時間|區間)|統計(?:月份|年月|期間)|(?:服務|所屬|報送)?月份|年月|期別|month|period",
    re.IGNORECASE,
)

_SPELLED = re.compile(r"(?<!\d)(?:民國|西元)?\s*(\d{4}|\d{2,3})\s*年\s*度?\s*(\d{1,2})\s*月")
_UNFINISHED = re.compile(
    r"(?<!\d)(20\d\d|1\d\d)\s*年\s*度?\s*(0[1-9]|1[0-2])(?![\d日季期次歲人件])"
)  # 115年09
_SIGNED = re.compile(r"(?<![\d./-])(20\d\d|1\d\d)\s?[-./_]\s?(0?[1-9]|1[0-2])(?![\d])(?!\s?[-./]\s?\d)")
_JOINED = re.compile(r"(?<!\d)(20\d\d|1\d\d)(0[1-9]|1[0-2])(?!\d)")
_DAY = re.compile(
    r"(?<!\d)(20\d\d|1\d\d)\s?[-./年]?\s?(0?[1-9]|1[0-2])\s?[-./月]?\s?(0?[1-9]|[12]\d|3[01])\s?日?(?!\d)"
)
_MADE_ON = re.compile(rf"(?:{_MADE.pattern}|截至|截止)\s*:?\s*(?:民國|西元)?\s*{_DAY.pattern}")
# 1150901-1150930, 115年9月1日至9月30日: from the first of a month to the end of one, so it is no day of making a list.
_RANGE = re.compile(
    rf"{_DAY.pattern}\s?(?:-|~|_|至|到|迄)+\s?(?:(20\d\d|1\d\d)\s?[-./年]?\s?)?(0?[1-9]|1[0-2])\s?[-./月]?\s?(2[89]|3[01])\s?日?(?!\d)"
)
_AGE = re.compile(r"[6六]\s?歲")  # 115126歲以下 is of 115-12 and of children under six
_MONTH_ALONE = re.compile(r"(?<![\d年./-])(1[0-2]|0?[1-9])\s*月(?!\s*\d{1,2}\s*日)")
_MONTH_ONLY = re.compile(r"(?<![\d年.])(1[0-2]|0?[1-9])\s*月(?:份)?")


@dataclass(frozen=True, slots=True)
class PeriodEvidence:
    """A month that a text names. `strength` 0 to 1; 1 is a line that says 資料月份."""

    period: Period
    strength: float
    reason: str


def periods_in(text: str, where: str) -> tuple[PeriodEvidence, ...]:
    """Every month that a title line or a file name states; `where` (檔名, 標題…) goes into the reason.

    Read are `115年3月`, `一百一十五年三月`, `115-03`, `11503`, `202603`, `2026/3`; a full day (`1150331`) says its month
    more weakly, and a line about when the list was printed hardly at all.
    """
    plain = _AGE.sub("歲", half_width(text))
    # Chinese numerals only where there are no digits: 11503六歲以下 is not 115036.
    found = _found(plain) or _found(arabic(plain))
    shown = f"{where}「{text.strip()[:60]}」"
    return tuple(PeriodEvidence(period, strength, shown) for period, strength in found.items())


def _found(plain: str) -> dict[Period, float]:
    """Month to strength. The day on which the list was made is left out where the line names a month besides."""
    without = _MADE_ON.sub(" ", plain)
    if without != plain and (named := _found(without)):
        return named
    strong = 1.0 if _OF_MONTH.search(plain) else 0.9
    if without != plain or (_MADE.search(plain) and not _OF_MONTH.search(plain)):
        strong = 0.2
    found: dict[Period, float] = {}
    rest = plain
    for match in _RANGE.finditer(plain):
        period = _period(match[4] or match[1], match[5])
        # 1150101-1150930 is of nine months, and which of them it is for must be asked; unless it is called 資料期間
        is_one_month = strong == 1.0 or _period(match[1], match[2]) == period
        if int(match[3]) == 1 and period is not None and is_one_month:
            found[period] = strong
            rest = rest.replace(match[0], " ")
    for pattern, factor in ((_SPELLED, 1.0), (_UNFINISHED, 1.0), (_SIGNED, 1.0), (_JOINED, 1.0)):
        for match in pattern.finditer(rest):
            period = _period(match[1], match[2])
            is_day = pattern is _SPELLED and re.match(r"\s*\d{1,2}\s*日", rest[match.end() :])
            if period is not None:
                found[period] = max(
                    found.get(period, 0.0), strong * (0.6 if is_day and strong < 1 else factor)
                )
        rest = pattern.sub(" ", rest)
    for match in _DAY.finditer(rest):
        period = _period(match[1], match[2])
        if period is not None:
            found[period] = max(found.get(period, 0.0), strong * (1.0 if strong == 1.0 else 0.6))
    return found


def month_of_sheet(name: str, year: int | None) -> int | None:
    """The month when a sheet's name has one without a year (`3月`), else None; used with the year of the file."""
    match = _MONTH_ONLY.search(arabic(half_width(name)))
    return int(match[1]) if match and year is not None and not _SPELLED.search(name) else None


def month_alone(texts: Iterable[tuple[str, str]], near: Period) -> PeriodEvidence | None:
    """A month without a year in a name or title (九月份名冊), in the year that brings it nearest to the days inside.

    `texts`: (where, text). None when none is named, two are, or the days are of quite another time.
    """
    found: dict[int, str] = {}
    for where, text in texts:
        plain = arabic(half_width(text))
        if not _MADE.search(plain):
            for match in _MONTH_ALONE.finditer(plain):
                found.setdefault(int(match[1]), f"{where}「{text.strip()[:60]}」")
    if len(found) != 1:
        return None
    ((month, reason),) = found.items()
    years = (near.year - 1, near.year, near.year + 1)
    period = min((Period(year, month) for year in years), key=lambda p: abs(_months(p) - _months(near)))
    if abs(_months(period) - _months(near)) > 2:
        return None
    return PeriodEvidence(period, SURE_PERIOD, f"{reason}，年份依事件日期")


def _months(period: Period) -> int:
    return period.year * 12 + period.month


def commonest_month(days: Iterable[tuple[int, int]]) -> PeriodEvidence | None:
    """The month in which most events fall, of (Gregorian year, month) pairs: a guess and marked as one.

    Services opened long ago stand in monthly lists too, so the last month with a fair share wins over an older peak.
    """
    counts = Counter(Period(year, month) for year, month in days if year >= _FIRST_YEAR and 1 <= month <= 12)
    total = sum(counts.values())
    if total < 5:
        return None
    fair = [period for period, count in counts.items() if count * 20 >= total]
    latest = max(fair, default=max(counts))
    share = counts[latest] / total
    return PeriodEvidence(
        latest, 0.3 + 0.15 * share, f"沒有標示月份，依事件日期推測（{share:.0%} 的日期在 {latest.roc}）"
    )


def chosen_period(
    evidence: Sequence[PeriodEvidence],
) -> tuple[PeriodEvidence | None, tuple[PeriodEvidence, ...]]:
    """The strongest evidence, and what contradicts it with nearly the same strength (then the sender must say)."""
    if not evidence:
        return None, ()
    best = max(evidence, key=lambda item: item.strength)
    against = tuple(
        item for item in evidence if item.period != best.period and item.strength > best.strength - 0.25
    )
    # 資料期間：115/2/26至115/3/31 names two months; one line cannot contradict itself, its last month counts.
    same_line = [item for item in against if item.reason == best.reason]
    if same_line and len(same_line) == len(against):
        last = max([best, *same_line], key=lambda item: item.period)
        return last, ()
    return best, against


def _period(year: str, month: str) -> Period | None:
    number = int(year)
    period = Period(number + 1911 if number < 1000 else number, int(month))
    return period if _FIRST_YEAR <= period.year <= 2100 and 1 <= period.month <= 12 else None
