"""How old somebody is on a day, as far as what was written allows: from the least to the most. Pure.

An age that was said is no birth date: 「33歲」 said in a month leaves two years of birth open. So an age counts as said in
the month in which it was written, and grows from there; a birth known in part leaves what its missing parts leave.
Ages are completed years (民法第124條); who is born on 29 February is a year older on 1 March of other years (第121條).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from .record import PartialDate, Period
from .text import half_width

_SAID = re.compile(r"^(約|大約|年約)?(\d{1,3})\s*(歲|歲左右|多歲|來歲)$")
APPROXIMATE = 1
"""Years by which an age said as 「約」 may be off; no source says."""


@dataclass(frozen=True, slots=True)
class AgeRange:
    """Completed years: at least `low`, at most `high`."""

    low: int
    high: int

    @property
    def text(self) -> str:
        return f"{self.low} 歲" if self.low == self.high else f"{self.low}–{self.high} 歲"

    def may_be_under(self, years: int) -> bool:
        return self.low < years

    def may_be(self, years: int) -> bool:
        """Whether they may have completed so many years."""
        return self.high >= years


def said_age(text: str) -> AgeRange | None:
    """An age in words: 「33歲」 is just that, 「約40歲」 a year more or less, 「30多歲」 30 to 39. None: it is none."""
    if (found := _match(text)) is None:
        return None
    about, years, ending = found[1], int(found[2]), found[3]
    if ending == "多歲":
        return AgeRange(years, years + 9 if years and years % 10 == 0 else years)
    if about or ending != "歲":
        return AgeRange(max(0, years - APPROXIMATE), years + APPROXIMATE)
    return AgeRange(years, years)


def said_years(text: str) -> int | None:
    """The number of years in an age in words, as it stands there."""
    return int(found[2]) if (found := _match(text)) else None


def _match(text: str) -> re.Match[str] | None:
    return _SAID.match(half_width(text).strip().replace(" ", ""))


def age_range(birth: PartialDate | None, written: Period | None, on: dt.date) -> AgeRange | None:
    """The age on a day by a birth that was written in a month; None when nothing is known, or it lies after the day.

    `written` None: of an age the month is not known, only the year, which `birth` keeps.
    """
    if birth is None or birth.year is None:
        return None
    years = said_years(birth.raw) if birth.month is None else None
    if years is not None and (said := said_age(birth.raw)) is not None:
        first = written.first_day if written else dt.date(birth.year + years, 1, 1)
        last = written.last_day if written else dt.date(birth.year + years, 12, 31)
        if on <= last:
            return said if written else AgeRange(said.low, said.high + 1)
        born = _years_before(first, said.high + 1) + dt.timedelta(days=1), _years_before(last, said.low)
        eldest, youngest = (_parts(each) for each in born)
    else:
        # Days that no calendar has were written, too.
        eldest = (birth.year, birth.month or 1, birth.day or 1)
        youngest = (birth.year, birth.month or 12, birth.day or 31)
    if eldest > _parts(on):
        return None
    return AgeRange(max(0, _years(youngest, on)), _years(eldest, on))


def age_words(birth: PartialDate | None, written: Period, on: dt.date) -> str:
    """The age for readers: as it was said while that holds, else in years; "" when it is not known."""
    found = age_range(birth, written, on)
    if found is None or birth is None:
        return ""
    said = birth.month is None and said_age(birth.raw) is not None and on <= written.last_day
    return birth.raw.strip() if said else found.text


def _parts(day: dt.date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _years(birth: tuple[int, int, int], on: dt.date) -> int:
    return on.year - birth[0] - ((on.month, on.day) < birth[1:])


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return dt.date(day.year - years, 2, 28)
