"""Households with dates: who lives there since when, on what evidence, at which addresses.

A household keeps what it was: a person who moved out stays a member of the past; an address that half the bureaus
still write is a former address from the month in which newer rows say otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anwang.standard.record import Address, Period, StandardRecord

from .columns import RecordTable
from .engine.keys import Ints, numbered
from .result import EvidenceKind, HomeEvidence, HouseholdGroup, Membership, Strength


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


def households_with_members(table: RecordTable, person: Ints, home: Ints) -> dict[int, HouseholdGroup]:
    """The households by their numbers, each with its members; `person`, `home`: the numbers of each row's person, and of the
    household in which he stood in that row's month."""
    rows = _Rows.of(table, person)
    of_row = home.tolist()
    current: dict[int, int] = {}
    newest: dict[int, tuple[Period, bool, int]] = {}
    for row, (number, record) in enumerate(zip(rows.person, rows.records, strict=True)):
        rank = (record.period, record.is_register, -row)
        if number not in newest or rank > newest[number]:
            newest[number] = rank
            current[number] = of_row[row]
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(of_row):
        rows_of[number].append(row)
    return {
        number: HouseholdGroup(number, _Home(rows, mine).members(current, number))
        for number, mine in sorted(rows_of.items())
    }


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is asked row by row, as plain lists: a number out of an array takes ten times as long."""

    records: Sequence[StandardRecord]
    keys: Sequence[int]
    person: Sequence[int]
    place: Sequence[int]
    floor: Sequence[int]
    register: Sequence[int]
    reference: Sequence[int]
    surname: Sequence[int]
    names: Sequence[tuple[int, int]]
    phones: Sequence[Sequence[int]]

    @classmethod
    def of(cls, table: RecordTable, person: Ints) -> _Rows:
        return cls(
            table.records, table.keys.tolist(), person.tolist(), table.place.tolist(), table.floor.tolist(),
            table.register.tolist(), table.reference.tolist(), table.name.surname.tolist(),
            list(zip(table.name.full.tolist(), table.alias.full.tolist(), strict=True)), table.phones.tolist(),
        )  # fmt: skip


class _Home:
    """One household: its rows, and which persons have what. An institution has thousands: nobody is asked of every other."""

    def __init__(self, of: _Rows, rows: Sequence[int]) -> None:
        self.of = of
        self.of_person: dict[int, list[int]] = defaultdict(list)
        self.places, self.registers, self.surnames, self.phones, self.names = (
            defaultdict[int, set[int]](set) for _ in range(5)
        )
        for row in rows:
            person = of.person[row]
            self.of_person[person].append(row)
            self.places[of.place[row]].add(person)
            self.registers[of.register[row]].add(person)
            self.surnames[of.surname[row]].add(person)
            for phone in of.phones[row]:
                self.phones[phone].add(person)
            for name in of.names[row]:
                self.names[name].add(person)
        for holders in (self.places, self.registers, self.surnames, self.phones, self.names):
            holders.pop(0, None)  # 0 is what is not known
        self.called: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            for other in self.names.get(of.reference[row], ()):
                if other != of.person[row]:
                    self.called[other].append(row)

    def members(self, current_home: Mapping[int, int], household: int) -> tuple[Membership, ...]:
        """By the persons' numbers; `current_home[p]`: the household where person p lives now."""
        found = []
        for number, rows in sorted(self.of_person.items()):
            periods = [self.of.records[row].period for row in rows]
            evidence = [
                *self._register(rows), *self._address(rows), *self._named(rows, number), *self._phone(rows),
            ] or [self._kin(rows)]  # fmt: skip
            is_current = current_home[number] == household
            found.append(Membership(number, min(periods), max(periods), is_current, tuple(evidence)))
        return tuple(found)

    def _made(self, kind: EvidenceKind, power: Strength, text: str, rows: Sequence[int]) -> HomeEvidence:
        periods = [self.of.records[row].period for row in rows]
        keys = tuple(self.of.keys[row] for row in rows)
        return HomeEvidence(kind, power, text, keys, min(periods), max(periods))

    def _register(self, rows: Sequence[int]) -> Iterator[HomeEvidence]:
        for code, mine in _by_value(self.of.register, rows):
            others = len(self.registers[code]) - 1
            number = self.of.records[mine[0]].household_number
            text = f"戶籍戶號 {number}" + (f"，同戶另有 {others} 人" if others else "")
            yield self._made(EvidenceKind.REGISTER, Strength.VERY_STRONG, text, mine)

    def _address(self, rows: Sequence[int]) -> Iterator[HomeEvidence]:
        for code, mine in _by_value(self.of.place, rows):
            others = len(self.places[code]) - 1
            if others:
                floor = self.of.floor[mine[0]] > 0
                address = _address_text(self.of.records[mine[0]].address)
                text = f"地址{'到樓層' if floor else '到門牌'}相同：{address}，同址另有 {others} 人"
                power = Strength.VERY_STRONG if floor else Strength.STRONG
                yield self._made(EvidenceKind.ADDRESS, power, text, mine)

    def _named(self, rows: Sequence[int], me: int) -> Iterator[HomeEvidence]:
        naming = [row for row in rows if self._names_another(row, me)]
        if naming:
            record = self.of.records[naming[0]]
            other = record.carer_name or record.reference_name
            role = "主要照顧者" if record.carer_name else "案主"
            text = f"{role}為同戶的{other.text if other else ''}"
            yield self._made(EvidenceKind.NAMED, Strength.STRONG, text, naming)
        by = self.called.get(me)
        if by:
            yield self._made(EvidenceKind.NAMED, Strength.STRONG, "家人的資料列以其為照顧者或案主", by)

    def _names_another(self, row: int, me: int) -> bool:
        called_so = self.names.get(self.of.reference[row], _NOBODY)
        return len(called_so) > (me in called_so)

    def _phone(self, rows: Sequence[int]) -> Iterator[HomeEvidence]:
        mine = [
            row
            for row in rows
            if any(len(self.phones.get(each, _NOBODY)) > 1 for each in self.of.phones[row])
        ]
        if mine:
            yield self._made(EvidenceKind.PHONE, Strength.STRONG, "與家人同一電話號碼", mine)

    def _kin(self, rows: Sequence[int]) -> HomeEvidence:
        """What there is when nothing else tells."""
        kin = [row for row in rows if len(self.surnames.get(self.of.surname[row], _NOBODY)) > 1]
        kind = EvidenceKind.KIN if kin and len(self.of_person) > 1 else EvidenceKind.ALONE
        text = "與家人同姓，其餘線索合計" if kind is EvidenceKind.KIN else "沒有與他人同住的線索"
        return self._made(kind, Strength.MEDIUM if kin else Strength.WEAK, text, kin or rows)


_NOBODY: frozenset[int] = frozenset()


def _by_value(column: Sequence[int], rows: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Each known value and the rows that have it, in the order of the rows."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        found[column[row]].append(row)
    return ((value, mine) for value, mine in found.items() if value)


def _address_text(a: Address | None) -> str:
    """An address in one spelling."""
    if a is None:
        return ""
    section = f"{a.section}段" if a.section else ""
    lane = f"{a.lane}巷" if a.lane else ""
    alley = f"{a.alley}弄" if a.alley else ""
    number = f"{a.number}號" if a.number else ""
    floor = (f"地下{a.floor[1:]}樓" if a.floor.startswith("-") else f"{a.floor}樓") if a.floor else ""
    return f"{a.township}{a.village}{a.road}{section}{lane}{alley}{number}{floor}{a.room}"
