"""Households with dates: who lives there since when, on what evidence, at which addresses.

A household keeps what it was: a person who moved out stays a member of the past; an address that half the bureaus
still write is a former address from the month in which newer rows say otherwise.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anwang.standard.record import Period

from .columns import RecordTable
from .engine.keys import Ints, numbered
from .result import DatedAddress, EvidenceKind, HomeEvidence, Membership, Strength


def dated_households(table: RecordTable, person: Ints, household: Ints, register: Ints) -> Ints:
    """The household of each row in its own month: a row whose 戶號 is not that of the person's home now stands in
    the household of its own 戶號."""
    own = table.register
    away = np.flatnonzero((own > 0) & (register > 0) & (own != register) & ~table.is_lodger)
    if not len(away):
        return household
    home_of = dict(zip(register[register > 0].tolist(), household[register > 0].tolist(), strict=True))
    result = household.copy()
    fresh = int(household.max()) + 1
    month = np.array([r.period.year * 12 + r.period.month for r in table.records])
    moved = {}
    for row in away.tolist():
        if own[row] not in home_of:
            home_of[int(own[row])] = fresh
            fresh += 1
        moved[int(person[row]), int(month[row])] = home_of[int(own[row])]
    for row in np.flatnonzero(np.isin(person, person[away])).tolist():
        # the other rows of that month stood in the same home
        result[row] = moved.get((int(person[row]), int(month[row])), int(household[row]))
    return numbered(result)


@dataclass(frozen=True, slots=True)
class HomeView:
    """One household's rows, and the row numbers of each of its persons."""

    rows: Sequence[int]
    of_person: Mapping[int, Sequence[int]]


def memberships(
    table: RecordTable, view: HomeView, person_id: Ints, current_home: Mapping[int, int], household_id: int
) -> tuple[Membership, ...]:
    """The members of a household by their numbers; `current_home[p]`: the household id where person p lives now."""
    places = _holders(view, table.place, person_id)
    phones: dict[int, set[int]] = defaultdict(set)
    for row in view.rows:
        for phone in table.phones[row]:
            if phone:
                phones[int(phone)].add(int(person_id[row]))
    registers = _holders(view, table.register, person_id)
    names: dict[int, set[int]] = defaultdict(set)
    for row in view.rows:
        for code in (table.name.full[row], table.alias.full[row]):
            if code:
                names[int(code)].add(int(person_id[row]))
    called = defaultdict(list)
    for row in view.rows:
        for other in names.get(int(table.reference[row]), ()):
            if other != int(person_id[row]):
                called[other].append(row)
    surnames = _holders(view, table.name.surname, person_id)
    out = []
    for number, rows in view.of_person.items():
        periods = [table.records[row].period for row in rows]
        evidence = [
            *_register(table, rows, registers, number),
            *_address(table, rows, places, number),
            *_named(table, rows, names, called[number], number),
            *_phone(table, rows, phones, number),
        ]
        if not evidence:
            kin = [row for row in rows if surnames.get(int(table.name.surname[row]), set()) - {number}]
            kind = EvidenceKind.KIN if kin and len(view.of_person) > 1 else EvidenceKind.ALONE
            text = "與家人同姓，其餘線索合計" if kind is EvidenceKind.KIN else "沒有與他人同住的線索"
            evidence = [_made(table, kind, Strength.MEDIUM if kin else Strength.WEAK, text, kin or rows)]
        out.append(
            Membership(
                number, min(periods), max(periods), current_home[number] == household_id, tuple(evidence)
            )
        )
    return tuple(sorted(out, key=lambda m: m.person))


def _holders(view: HomeView, column: Ints, person_id: Ints) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row in view.rows:
        if column[row]:
            found[int(column[row])].add(int(person_id[row]))
    return found


def _made(
    table: RecordTable, kind: EvidenceKind, power: Strength, text: str, rows: Sequence[int]
) -> HomeEvidence:
    periods = [table.records[row].period for row in rows]
    return HomeEvidence(
        kind, power, text, tuple(int(table.keys[row]) for row in rows), min(periods), max(periods)
    )


def _register(
    table: RecordTable, rows: Sequence[int], holders: Mapping[int, set[int]], me: int
) -> list[HomeEvidence]:
    out = []
    for code in dict.fromkeys(int(table.register[row]) for row in rows if table.register[row]):
        mine = [row for row in rows if table.register[row] == code]
        others = len(holders[code] - {me})
        text = f"戶籍戶號 {table.records[mine[0]].household_number}" + (
            f"，同戶另有 {others} 人" if others else ""
        )
        out.append(_made(table, EvidenceKind.REGISTER, Strength.VERY_STRONG, text, mine))
    return out


def _address(
    table: RecordTable, rows: Sequence[int], holders: Mapping[int, set[int]], me: int
) -> list[HomeEvidence]:
    out = []
    for code in dict.fromkeys(int(table.place[row]) for row in rows if table.place[row]):
        others = len(holders[code] - {me})
        if others:
            mine = [row for row in rows if table.place[row] == code]
            floor = bool(table.floor[mine[0]])
            text = f"地址{'到樓層' if floor else '到門牌'}相同：{address_text(table, mine[0])}，同址另有 {others} 人"
            out.append(
                _made(
                    table,
                    EvidenceKind.ADDRESS,
                    Strength.VERY_STRONG if floor else Strength.STRONG,
                    text,
                    mine,
                )
            )
    return out


def _named(
    table: RecordTable, rows: Sequence[int], names: Mapping[int, set[int]], by: Sequence[int], me: int
) -> list[HomeEvidence]:
    out = []
    naming = [
        row for row in rows if table.reference[row] and names.get(int(table.reference[row]), set()) - {me}
    ]
    if naming:
        record = table.records[naming[0]]
        other = record.carer_name or record.reference_name
        role = "主要照顧者" if record.carer_name else "案主"
        text = f"{role}為同戶的{other.text if other else ''}"
        out.append(_made(table, EvidenceKind.NAMED, Strength.STRONG, text, naming))
    if by:
        out.append(_made(table, EvidenceKind.NAMED, Strength.STRONG, "家人的資料列以其為照顧者或案主", by))
    return out


def _phone(
    table: RecordTable, rows: Sequence[int], holders: Mapping[int, set[int]], me: int
) -> list[HomeEvidence]:
    mine = [row for row in rows if any(phone and holders[int(phone)] - {me} for phone in table.phones[row])]
    return [_made(table, EvidenceKind.PHONE, Strength.STRONG, "與家人同一電話號碼", mine)] if mine else []


def address_text(table: RecordTable, row: int) -> str:
    """The address of a row in one spelling."""
    a = table.records[row].address
    if a is None:
        return ""
    section = f"{a.section}段" if a.section else ""
    lane = f"{a.lane}巷" if a.lane else ""
    alley = f"{a.alley}弄" if a.alley else ""
    number = f"{a.number}號" if a.number else ""
    floor = (f"地下{a.floor[1:]}樓" if a.floor.startswith("-") else f"{a.floor}樓") if a.floor else ""
    return f"{a.township}{a.village}{a.road}{section}{lane}{alley}{number}{floor}{a.room}"


def addresses(table: RecordTable, rows: Sequence[int]) -> tuple[DatedAddress, ...]:
    """The addresses of a household, the current one first: that of the newest month which most persons' rows give,
    the register's answer counting double."""
    groups: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if table.place[row]:
            groups[int(table.place[row])].append(row)
    if not groups:
        return ()
    newest = max(table.records[row].period for row in rows)
    votes = {
        code: sum(
            (2 if table.is_register[row] else 1) * (4 if table.records[row].period == newest else 1)
            for row in mine
        )
        for code, mine in groups.items()
    }
    best = max(groups, key=lambda code: (votes[code], -min(groups[code])))
    made = []
    for code, mine in sorted(
        groups.items(), key=lambda item: (item[0] != best, -votes[item[0]], min(item[1]))
    ):
        periods: list[Period] = [table.records[row].period for row in mine]
        spelling = Counter(address_text(table, row) for row in mine)
        text = max(spelling, key=lambda s: (spelling[s], len(s), s))
        made.append(
            DatedAddress(
                text, min(periods), max(periods), tuple(int(table.keys[row]) for row in mine), code == best
            )
        )
    return tuple(made)


def named_persons(table: RecordTable, person: Ints, household: Ints) -> dict[int, int]:
    """Row → person whom its carer or 案主 column means: the one of that name in the household, else the only one of
    that name anywhere. Rows whose name fits nobody are left out."""
    in_home: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    anywhere: dict[int, set[int]] = defaultdict(set)
    for names in (table.name.full, table.alias.full):
        for row in np.flatnonzero(names).tolist():
            in_home[int(household[row]), int(names[row])][int(person[row])] += 1
            anywhere[int(names[row])].add(int(person[row]))
    found = {}
    for row in np.flatnonzero(table.reference).tolist():
        name, me = int(table.reference[row]), int(person[row])
        here = {p: n for p, n in in_home.get((int(household[row]), name), Counter()).items() if p != me}
        everywhere = anywhere.get(name, set()) - {me}
        if here:
            found[row] = min(here, key=lambda p: (-here[p], p))
        elif len(everywhere) == 1:
            found[row] = next(iter(everywhere))
    return found
