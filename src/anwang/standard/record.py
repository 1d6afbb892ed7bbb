"""The standard record: one accepted roster row, taken apart into fields that can be compared.

This is the contract between the rooms: `people/rosters` makes it, `people/registry` keeps it, `people/linkage`
compares it, `network/cocases` decides on it. The raw text of every field is kept beside what was read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from .codes import AgencyCode, IdKind, IdState, OwnSource, Relation, RosterCode, Sex, SourceCode


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month of rosters. `year` is Gregorian; printed as 民國 (`115-03`)."""

    year: int
    month: int

    @property
    def roc(self) -> str:
        return f"{self.year - 1911}-{self.month:02d}"

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.month, 1)

    @property
    def last_day(self) -> dt.date:
        return self.next().first_day - dt.timedelta(days=1)

    def next(self) -> Period:
        return Period(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> Period:
        return Period(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    @classmethod
    def parse(cls, text: str) -> Period:
        """`115-03` (民國) or `2026-03`. Raises ValueError when it is neither."""
        year, _, month = text.strip().partition("-")
        number = int(year)
        period = cls(number + 1911 if number < 1000 else number, int(month))
        if not (1 <= period.month <= 12 and 1912 <= period.year <= 2200):
            raise ValueError(f"not a month: {text!r}")
        return period


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date that may be known only to the month or the year. `year` is Gregorian."""

    raw: str
    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def date(self) -> dt.date | None:
        """The full date, or None when only a part is known."""
        return dt.date(self.year, self.month, self.day) if self.year and self.month and self.day else None

    @property
    def is_known(self) -> bool:
        return self.year is not None


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An identity number as written and as read. `text` is upper-case half-width; hidden characters are `*`."""

    raw: str
    text: str
    kind: IdKind | None
    state: IdState


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as written and as read.

    `text`: the name without spaces and remarks, hidden characters as `○`, rare characters kept byte for byte.
    `surname`/`given`: the split of a Han name (compound surnames known); surname is "" for other names.
    `remarks`: what stood in brackets, such as 歿 or 改名. `former`: a former name given in a remark.
    `key`: `text` folded for comparison (台→臺 variants, full width, case), masks kept.
    """

    raw: str
    text: str
    surname: str = ""
    given: str = ""
    remarks: tuple[str, ...] = ()
    former: str | None = None
    key: str = ""

    @property
    def is_masked(self) -> bool:
        return "○" in self.text


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number. `digits` is the full national number with its leading zero, or "" when not readable."""

    raw: str
    digits: str
    is_mobile: bool = False
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart. Texts are half-width with Arabic numbers; `rest` is what could not be read.

    `road` includes 路/街/大道 (and 段 apart in `section`); `number` is the door number 號 with its sub-number as
    `463-8`; `floor` is `3` (B1 as `-1`), `room` what follows the floor as `之2`. Missing parts are "".
    """

    raw: str
    county: str = ""
    township: str = ""
    village: str = ""
    neighbourhood: str = ""  # 鄰
    road: str = ""
    section: str = ""
    lane: str = ""
    alley: str = ""
    number: str = ""
    floor: str = ""
    room: str = ""
    rest: str = ""

    @property
    def door(self) -> tuple[str, ...]:
        """Township, road, section, lane, alley, number: the street door, without the floor."""
        return (self.township, self.road, self.section, self.lane, self.alley, self.number)


@dataclass(frozen=True, slots=True)
class StandardRecord:
    """One accepted row of one roster, or one person of a report or of a case (`OwnSource`).

    `record_number` is the sender's own number and says nothing about the person: nothing may match on it across
    rosters. `relation` is to the person named `reference_name` (案主), or in the register (`is_register`) to the head
    of `household_number` (戶號). `carer_name` is the main carer (主要照顧者) of a child. `details` holds the list's own fields by standard
    field name (`suicide_cause`, `case_category`, `care_status`, `visit_result`, `opened_on` …); `unknown` keeps
    columns that the standard does not know, by their header.
    """

    record_number: str
    agency: AgencyCode
    roster: SourceCode
    period: Period
    line: int
    name: PersonName
    id_number: IdNumber | None = None
    birth: PartialDate | None = None
    sex: Sex | None = None
    phones: tuple[Phone, ...] = ()
    address: Address | None = None
    household_number: str = ""
    relation: Relation | None = None
    relation_raw: str = ""
    reference_name: PersonName | None = None
    carer_name: PersonName | None = None
    details: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)

    @property
    def is_register(self) -> bool:
        """An answer of the household register; other rosters may have a 戶號 too, but their relations are to a 案主."""
        return self.roster is RosterCode.HOUSEHOLD_REGISTER

    @property
    def listing(self) -> tuple[object, ...]:
        """What the row stands in beside others, each of another person: the roster of its month, or the one report or
        case (`OwnSource` numbers are the report's, a hyphen, and the person's place in it)."""
        if isinstance(self.roster, OwnSource):
            return (self.roster, self.record_number.rpartition("-")[0] or self.record_number)
        return (self.roster, self.period)
