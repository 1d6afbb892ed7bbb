"""How old is a person, when no row says it? Bounds of the birth date from everything that is known, with the reason.

A stated birth wins: the date that most rows give, the register's counting double. A year gives its first and last day.
Without either, what the person is tells: who is on the outreach roster is small, a pupil of a 國小 is six to thirteen, a
mother is at least fifteen years older than her child. Bounds that contradict each other are dropped from the weakest
source on and named. Nothing here decides; the lists do (`network/cocases`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import PartialDate, Period, StandardRecord

ADULT_AGE = 18  # 民法第 12 條（112/1/1 起）
OLDEST = 110
PARENT_GAP, GRANDPARENT_GAP = (
    15,
    32,
)  # years between a parent and a child, a grandparent and a grandchild, at least
PARENT_GAP_MOST, GRANDPARENT_GAP_MOST = 55, 95


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


@dataclass(frozen=True, slots=True)
class _Bound:
    """One source of bounds; `power` orders them, the strongest first."""

    earliest: dt.date | None
    latest: dt.date | None
    source: str
    power: int
    record: int


def stated_birth(records: Mapping[int, StandardRecord]) -> BirthEstimate | None:
    """The birth that the person's rows state, or None. 1 January stands for a year only, unless nothing else fits."""
    dates: Counter[dt.date] = Counter()
    years: Counter[int] = Counter()
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
    return BirthEstimate(
        dt.date(year, 1, 1), dt.date(year, 12, 31), Certainty.YEAR, _source(records, keys[year]), tuple(sorted(keys[year])),
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


_SCHOOLS = (  # (word in the school's name, least age, greatest age), the longer words first
    ("幼兒園", 2, 7), ("國民小學", 6, 14), ("國小", 6, 14), ("國民中學", 11, 17), ("國中", 11, 17), ("高級", 14, 21),
    ("高中", 14, 21), ("高職", 14, 21), ("高工", 14, 21), ("高商", 14, 21), ("家商", 14, 21), ("工商", 14, 21), ("大學", 17, 40), ("技術學院", 17, 40), ("專科", 15, 40),
)  # fmt: skip
_ROSTERS = {  # least and greatest age of the persons on a roster, and how strong that is
    RosterCode.CHILD_OUTREACH: (0, 6, 60),
    RosterCode.SCHOOL_DROPOUT: (5, 21, 50),
    RosterCode.POLICE_VISIT: (18, OLDEST, 45),
    RosterCode.EMERGENCY_RELIEF: (18, OLDEST, 40),
    RosterCode.EMPLOYMENT: (15, OLDEST, 40),
}
_ROLES = {  # what a relation to the reference person says by itself
    Relation.SPOUSE: (18, OLDEST, 55),
    Relation.PARENT: (30, OLDEST, 35),
    Relation.GRANDPARENT: (45, OLDEST, 45),
    Relation.CHILD_IN_LAW: (18, OLDEST, 50),
    Relation.PARENT_IN_LAW: (35, OLDEST, 45),
}


def _own_bounds(key: int, record: StandardRecord) -> Iterable[_Bound]:
    on = record.period.last_day

    def bound(least: int, greatest: int, source: str, power: int) -> _Bound:
        earliest = years_before(on, greatest + 1) + dt.timedelta(days=1) if greatest < OLDEST else None
        return _Bound(earliest, years_before(on, least) if least else on, source, power, key)

    if record.roster in _ROSTERS:
        least, greatest, power = _ROSTERS[record.roster]
        yield bound(least, greatest, f"列於{record.roster.label}", power)
    school = record.details.get("school", "")
    for word, least, greatest in _SCHOOLS:
        if word in school:
            yield bound(least, greatest, f"就讀{school}", 58)
            break
    if record.relation in _ROLES:
        least, greatest, power = _ROLES[record.relation]
        whose = "戶長" if record.household_number else "案主"
        yield bound(least, greatest, f"為{whose}的{record.relation_raw or '家屬'}", power)
    if record.relation is Relation.SELF and record.household_number:
        yield bound(ADULT_AGE, OLDEST, "為戶籍戶長", 30)


def _kin_bounds(key: int, record: StandardRecord, head: BirthEstimate) -> Iterable[_Bound]:
    """Bounds from the head's (or client's) birth and the relation to him."""
    if head.earliest is None or head.latest is None:
        return
    whose = "戶長" if record.household_number else "案主"
    source = f"為{whose}的{record.relation_raw or '家屬'}，{whose}{head.latest.year - 1911} 年生"

    def between(younger_least: int, younger_most: int, power: int) -> _Bound:
        """Born so many years after the head (negative: before)."""
        assert head.earliest is not None
        assert head.latest is not None
        return _Bound(
            years_before(head.earliest, -younger_least),
            years_before(head.latest, -younger_most),
            source,
            power,
            key,
        )

    match record.relation:
        case Relation.CHILD:
            yield between(PARENT_GAP, PARENT_GAP_MOST, 56)
        case Relation.GRANDCHILD:
            yield between(GRANDPARENT_GAP, GRANDPARENT_GAP_MOST, 54)
        case Relation.PARENT | Relation.PARENT_IN_LAW:
            yield between(-PARENT_GAP_MOST, -PARENT_GAP, 56)
        case Relation.GRANDPARENT:
            yield between(-GRANDPARENT_GAP_MOST, -GRANDPARENT_GAP, 54)
        case Relation.SIBLING:
            yield between(-25, 25, 20)
        case Relation.SPOUSE:
            yield between(-30, 30, 10)


def _combined(bounds: Iterable[_Bound]) -> BirthEstimate:
    """All bounds together; one that contradicts stronger ones is left out and named."""
    earliest: dt.date | None = None
    latest: dt.date | None = None
    used: list[_Bound] = []
    conflicts: list[str] = []
    for b in sorted(bounds, key=lambda b: (-b.power, b.source, b.record)):
        low = max((d for d in (earliest, b.earliest) if d), default=None)
        high = min((d for d in (latest, b.latest) if d), default=None)
        if low and high and low > high:
            conflicts.append(f"與「{b.source}」不合")
            continue
        if (low, high) != (earliest, latest):
            used.append(b)
        earliest, latest = low, high
    if not used:
        return BirthEstimate(None, None, Certainty.UNKNOWN, "無資料", (), "出生日期")
    return BirthEstimate(
        earliest, latest, Certainty.INFERRED, "、".join(dict.fromkeys(b.source for b in used)),
        tuple(sorted({b.record for b in used})), "出生日期", tuple(dict.fromkeys(conflicts)),
    )  # fmt: skip


def relation_targets(
    records: Mapping[int, StandardRecord], person_of: Mapping[int, int], named: Mapping[int, int]
) -> dict[int, int]:
    """Record key → the person whom its relation is to: the 戶長 of its 戶號, or the person of its 案主 column."""
    heads: dict[str, tuple[Period, int]] = {}
    for key in sorted(records):
        record = records[key]
        if record.household_number and record.relation is Relation.SELF:
            heads[record.household_number] = max(
                heads.get(record.household_number, (record.period, -1)), (record.period, person_of[key])
            )
    targets = {}
    for key, record in records.items():
        if record.household_number and record.household_number in heads:
            targets[key] = heads[record.household_number][1]
        elif record.relation is not None and key in named:
            targets[key] = named[key]
    return targets


def estimate_births(
    persons: Mapping[int, Mapping[int, StandardRecord]],
    reference_of: Mapping[int, int],
    carers: Iterable[int] = (),
) -> dict[int, BirthEstimate]:
    """The birth of every person. `persons`: person → record key → record; `reference_of`: record key → the person whom
    the row's relation is to (戶長 of its 戶號, or 案主); `carers`: persons named as a child's main carer."""
    found = {number: stated_birth(records) for number, records in persons.items()}
    caring = set(carers)
    kin = _kin_by_head(persons, reference_of)
    result: dict[int, BirthEstimate] = {}
    for number, records in persons.items():
        stated = found[number]
        if stated is not None and stated.certainty is Certainty.DATE:
            result[number] = stated
            continue
        bounds = [bound for key, record in records.items() for bound in _own_bounds(key, record)]
        for key, record in records.items():
            head = found.get(reference_of.get(key, -1))
            if head is not None and reference_of[key] != number:
                bounds += _kin_bounds(key, record, head)
        bounds += _bounds_of_head(kin.get(number, ()), persons, found)
        if number in caring and records:
            on = max(record.period for record in records.values()).last_day
            bounds.append(_Bound(None, years_before(on, ADULT_AGE), "為兒童的主要照顧者", 38, min(records)))
        if stated is not None:
            bounds.append(_Bound(stated.earliest, stated.latest, stated.source, 100, min(stated.records)))
            combined = _combined(bounds)
            result[number] = BirthEstimate(
                stated.earliest if combined.earliest is None else combined.earliest,
                stated.latest if combined.latest is None else combined.latest,
                Certainty.YEAR, combined.source, stated.records, stated.missing, (*stated.conflicts, *combined.conflicts),
            )  # fmt: skip
        else:
            result[number] = _combined(bounds)
    return result


def _brothers_and_sisters(
    persons: Mapping[int, Mapping[int, StandardRecord]], reference_of: Mapping[int, int]
) -> Iterable[list[tuple[int, int]]]:
    """The rows (person, record key) of one person's children: under one 戶號 in one month, or of one 案主."""
    groups: dict[object, list[tuple[int, int]]] = defaultdict(list)
    for number, records in persons.items():
        for key, record in records.items():
            if record.relation is not Relation.CHILD:
                continue
            if record.household_number:
                groups[record.household_number, record.period].append((number, key))
            elif key in reference_of:
                groups[reference_of[key]].append((number, key))
    return [rows for rows in groups.values() if len(rows) > 1]


def _kin_by_head(
    persons: Mapping[int, Mapping[int, StandardRecord]], reference_of: Mapping[int, int]
) -> dict[int, list[tuple[int, int]]]:
    """Head → (person, record key) of the rows that state a relation to him."""
    kin: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, records in persons.items():
        for key in records:
            head = reference_of.get(key)
            if head is not None and head != number:
                kin[head].append((number, key))
    return kin


def _bounds_of_head(
    kin: Sequence[tuple[int, int]],
    persons: Mapping[int, Mapping[int, StandardRecord]],
    found: Mapping[int, BirthEstimate | None],
) -> list[_Bound]:
    """Bounds of a head from the births of those who are his children, grandchildren, parents."""
    out = []
    for number, key in kin:
        born = found[number]
        if born is None or born.earliest is None or born.latest is None:
            continue
        record = persons[number][key]
        gap = {
            Relation.CHILD: (PARENT_GAP, PARENT_GAP_MOST),
            Relation.GRANDCHILD: (GRANDPARENT_GAP, GRANDPARENT_GAP_MOST),
            Relation.PARENT: (-PARENT_GAP_MOST, -PARENT_GAP),
        }.get(record.relation or Relation.SELF)
        if gap:
            source = f"{record.relation_raw or '家屬'}{born.latest.year - 1911} 年生"
            out.append(
                _Bound(
                    years_before(born.earliest, gap[1]), years_before(born.latest, gap[0]), source, 52, key
                )
            )
    return out
