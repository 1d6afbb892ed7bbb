"""Words about people and places on the pages of households. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anwang.standard.ages import age_range
from anwang.standard.codes import OwnSource, RosterCode, SourceCode
from anwang.standard.dates import roc_date
from anwang.standard.fields import FIELDS, FieldId
from anwang.standard.record import PartialDate, StandardRecord
from anwang.standard.vocabularies import CareStatus, DropoutStatus, VisitResult, read_code

SHORT_ROSTER: dict[SourceCode, str] = {
    RosterCode.VULNERABLE_FAMILY: "脆弱家庭",
    RosterCode.CHILD_OUTREACH: "主動關懷",
    RosterCode.EMERGENCY_RELIEF: "急難紓困",
    RosterCode.SUICIDE_REPORT: "自殺通報",
    RosterCode.HEALTH_CASE: "個管",
    RosterCode.POLICE_VISIT: "治安查訪",
    RosterCode.SCHOOL_DROPOUT: "中輟輔導",
    RosterCode.EMPLOYMENT: "推介就業",
    RosterCode.HOUSEHOLD_REGISTER: "戶籍",
    OwnSource.INTAKE_REPORT: "通報",
    OwnSource.CASE_FILE: "個案",
}


def roster_days(records: Iterable[StandardRecord], today: dt.date) -> dict[str, dt.date]:
    """Of each monthly roster among the records the day until which it speaks; reports and cases are of no month."""
    found: dict[str, dt.date] = {}
    for record in records:
        if isinstance(record.roster, RosterCode):
            last = min(record.period.last_day, today)
            found[record.roster.value] = max(found.get(record.roster.value, last), last)
    return found


def sources_text(records: Sequence[StandardRecord], today: dt.date) -> str:
    """Which kinds of records speak, and of until when: 「名冊到115年10月31日、通報115年11月」. "" without records."""
    parts = []
    if days := roster_days(records, today):
        parts.append(f"名冊到{roc_date(max(days.values()))}")
    for source in OwnSource:
        months = [record.period for record in records if record.roster is source]
        if months:
            last = max(months).first_day
            parts.append(f"{source.label}{last.year - 1911}年{last.month}月")
    return "、".join(parts)


@dataclass(frozen=True, slots=True)
class Age:
    """Full years of life on a day: between `low` and `high`, which are equal when the birth date is known whole."""

    low: int
    high: int

    @property
    def text(self) -> str:
        return f"{self.low} 歲" if self.low == self.high else f"{self.low}–{self.high} 歲"

    @property
    def certain(self) -> int | None:
        return self.low if self.low == self.high else None


def age_on(birth: PartialDate | None, day: dt.date) -> Age | None:
    """The age on a day; None when the birth year is not known or lies after the day."""
    found = age_range(birth, None, day)
    return Age(found.low, found.high) if found else None


def place_of(records: Iterable[StandardRecord]) -> str:
    """Township and road that most of the youngest month's records give: 羅東鎮公正路; "" when none gives one."""
    votes: Counter[tuple[str, str]] = Counter()
    found = [(r.period, r.address) for r in records if r.address and r.address.township]
    latest = max((period for period, _ in found), default=None)
    for period, address in found:
        if period == latest:
            votes[(address.township, address.road)] += 1
    if not votes:
        return ""
    township, road = max(votes, key=lambda place: (votes[place], bool(place[1])))
    return township + road


def surname_of(records: Iterable[StandardRecord]) -> str:
    """The commonest surname of the people (one vote for each name); "" when no name has one."""
    votes = Counter(
        surname for surname, _ in {(r.name.surname, r.name.key) for r in records if r.name.surname}
    )
    return max(sorted(votes), key=lambda surname: votes[surname], default="")


def heading(records: Sequence[StandardRecord], number: str) -> str:
    """A household's name for people, from visible facts only: 羅東鎮公正路・陳姓家戶."""
    place, surname = place_of(records), surname_of(records)
    parts = [place, f"{surname}姓家戶" if surname else ""]
    return "・".join(part for part in parts if part) or f"家戶 {number}"


_STATES = (
    FieldId.CASE_CATEGORY,
    FieldId.CARE_STATUS,
    FieldId.VISIT_RESULT,
    FieldId.DROPOUT_STATUS,
    FieldId.EMPLOYMENT_RESULT,
)
_ALARMING = {
    CareStatus.UNTREATED,
    CareStatus.DISCONTINUED,
    CareStatus.LOST,
    VisitResult.MISSING,
    DropoutStatus.DROPPED_OUT,
}


def state_of(records: Sequence[StandardRecord]) -> tuple[str, bool]:
    """One short line of what the visible rosters say of a person, and whether it needs attention.

    `records`, the youngest first: of each roster its youngest month speaks.
    """
    spoken: dict[SourceCode, StandardRecord] = {}
    for record in records:
        if record.roster.is_service:
            spoken.setdefault(record.roster, record)
    parts: list[str] = []
    alert = False
    for roster, record in spoken.items():
        said = [(name, text) for name in _STATES if (text := record.details.get(name, ""))]
        alert = alert or any(read_code(name, text) in _ALARMING for name, text in said)
        parts.append("・".join([SHORT_ROSTER[roster], *(text for _, text in said)]))
    return "、".join(parts), alert


def field_label(name: str) -> str:
    """The Chinese label of a standard field; an unknown name is its own label."""
    try:
        return FIELDS[FieldId(name)].label
    except ValueError:
        return name
