"""What a row tells of an age when it states none: its roster, the school, the relation and the order of brothers and sisters."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import StandardRecord

from .births import BirthEstimate, Certainty, years_before

ADULT_AGE = 18  # 民法第 12 條（112/1/1 起）
OLDEST = 110
# years between a parent and a child, a grandparent and a grandchild, at least and at most
PARENT_GAP, GRANDPARENT_GAP = 15, 32
PARENT_GAP_MOST, GRANDPARENT_GAP_MOST = 55, 95
# the order of brothers and sisters is believed while at most one pair in ten speaks against it (births are mistyped, too);
# so many right pairs are granted at the start
ORDER_RIGHT_FOR_ONE_WRONG, ORDER_TRUST = 9, 18


@dataclass(frozen=True, slots=True)
class Bound:
    """One source of bounds; `power` orders them, the strongest first."""

    earliest: dt.date | None
    latest: dt.date | None
    source: str
    power: int
    record: int


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
_ROLES = {  # what a relation to a 戶長, who is of age, says by itself
    Relation.SPOUSE: (18, OLDEST, 55),
    Relation.PARENT: (30, OLDEST, 35),
    Relation.GRANDPARENT: (45, OLDEST, 45),
    Relation.CHILD_IN_LAW: (18, OLDEST, 50),
    Relation.PARENT_IN_LAW: (35, OLDEST, 45),
}
_ROLES_TO_CLIENT = _ROLES | {  # a 案主 may be an infant
    Relation.PARENT: (16, OLDEST, 35),
    Relation.GRANDPARENT: (GRANDPARENT_GAP, OLDEST, 45),
}


def own_bounds(key: int, record: StandardRecord) -> Iterable[Bound]:
    on = record.period.last_day

    def bound(least: int, greatest: int, source: str, power: int) -> Bound:
        earliest = years_before(on, greatest + 1) + dt.timedelta(days=1) if greatest < OLDEST else None
        return Bound(earliest, years_before(on, least) if least else on, source, power, key)

    if isinstance(record.roster, RosterCode) and record.roster in _ROSTERS:
        least, greatest, power = _ROSTERS[record.roster]
        yield bound(least, greatest, f"列於{record.roster.label}", power)
    school = record.details.get("school", "")
    for word, least, greatest in _SCHOOLS:
        if word in school:
            yield bound(least, greatest, f"就讀{school}", 58)
            break
    roles = _ROLES if record.is_register else _ROLES_TO_CLIENT
    if record.relation in roles:
        least, greatest, power = roles[record.relation]
        whose = "戶長" if record.is_register else "案主"
        yield bound(least, greatest, f"為{whose}的{record.relation_raw or '家屬'}", power)
    if record.relation is Relation.SELF and record.is_register:
        yield bound(ADULT_AGE, OLDEST, "為戶籍戶長", 30)


def kin_bounds(key: int, record: StandardRecord, head: BirthEstimate) -> Iterable[Bound]:
    """Bounds from the head's (or client's) birth and the relation to him."""
    if head.earliest is None or head.latest is None:
        return
    whose = "戶長" if record.is_register else "案主"
    source = f"為{whose}的{record.relation_raw or '家屬'}，{whose}{head.latest.year - 1911} 年生"

    def between(younger_least: int, younger_most: int, power: int) -> Bound:
        """Born so many years after the head (negative: before)."""
        assert head.earliest is not None
        assert head.latest is not None
        return Bound(
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


def bounds_of_head(
    kin: Sequence[tuple[int, int]],
    persons: Mapping[int, Mapping[int, StandardRecord]],
    found: Mapping[int, BirthEstimate | None],
) -> list[Bound]:
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
                Bound(years_before(born.earliest, gap[1]), years_before(born.latest, gap[0]), source, 52, key)
            )
    return out


_ORDER = re.compile(r"^([長大次二三四五六七八九])([男子女])$")
_RANK = {"長": 1, "大": 1, "次": 2} | {numeral: n for n, numeral in enumerate("二三四五六七八九", 2)}


def _place(word: str) -> tuple[str, int] | None:
    """`("女", 2)` of 次女; None of a word that gives no order. 么 is the last, whichever number that is: no place."""
    found = _ORDER.match(word)
    return ("女" if found[2] == "女" else "子", _RANK[found[1]]) if found else None


def _placed(
    kin: Sequence[tuple[int, int]], persons: Mapping[int, Mapping[int, StandardRecord]]
) -> list[tuple[str, int, int, int]]:
    """(子 or 女, rank, person, record key) of the children's rows that give an order."""
    placed = []
    for number, key in kin:
        place = _place(persons[number][key].relation_raw)
        if place is not None:
            placed.append((*place, number, key))
    return placed


def order_holds(
    families: Iterable[Sequence[tuple[int, int]]],
    persons: Mapping[int, Mapping[int, StandardRecord]],
    found: Mapping[int, BirthEstimate | None],
) -> bool:
    """Do the words 長女, 次女 follow the births here? Told by the pairs of whom both births are known.

    In a household register they do; a list whose sender fills them in by another order would give wrong ages.
    """
    right = wrong = 0
    for children in families:
        placed = _placed(children, persons)
        for (kind, rank, a, _), (other_kind, other_rank, b, _) in itertools.combinations(placed, 2):
            first, second = found[a], found[b]
            if a == b or kind != other_kind or rank == other_rank:
                continue
            if first is None or second is None or not (first.earliest and second.earliest):
                continue
            if Certainty.DATE == first.certainty == second.certainty:
                in_order = (rank < other_rank) == (first.earliest <= second.earliest)
                right, wrong = right + in_order, wrong + (not in_order)
    return wrong * ORDER_RIGHT_FOR_ONE_WRONG <= right + ORDER_TRUST


def order_bounds(
    kin: Sequence[tuple[int, int]],
    persons: Mapping[int, Mapping[int, StandardRecord]],
    found: Mapping[int, BirthEstimate | None],
) -> dict[int, list[Bound]]:
    """Bounds of a head's children from their order: 次女 is not older than 長女, whose birth a row states.

    `kin`: (person, record key) of the children's rows.
    """
    placed = _placed(kin, persons)
    out: dict[int, list[Bound]] = defaultdict(list)
    for kind, rank, number, key in placed:
        for other_kind, other_rank, other, other_key in placed:
            born = found[other]
            if other == number or other_kind != kind or other_rank == rank or born is None:
                continue
            word = persons[other][other_key].relation_raw
            year = f"{born.latest.year - 1911} 年生" if born.latest else ""
            source = f"為{persons[number][key].relation_raw}，{word}{year}"
            elder = other_rank < rank
            bound = (
                Bound(born.earliest, None, source, 48, key)
                if elder
                else Bound(None, born.latest, source, 48, key)
            )
            out[number].append(bound)
    return out
