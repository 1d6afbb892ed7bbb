"""Households of the baseline by hand-made rules between persons, and connected components.

Rules, the surest first: one 戶號; one address to the floor (or to the door, where nobody there names a floor); one
telephone; one door and surname; a carer or client found by name at the same road; one carer's name and surname.
A link that would bring two 戶號 into one household is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import combinations

import numpy as np

from anwang.people.linkage.columns import RecordTable
from anwang.people.linkage.engine.keys import Ints

Pairs = Iterator[tuple[int, int]]
MOST = 200  # persons who share one value; more say nothing


class _Homes:
    """Groups of persons that grow link by link."""

    def __init__(self, person: Ints, register: Ints) -> None:
        self._of = {p: p for p in person.tolist()}
        self._register: dict[int, set[int]] = defaultdict(set)
        for p, code in zip(person.tolist(), register.tolist(), strict=True):
            if code:
                self._register[p].add(code)

    def find(self, person: int) -> int:
        while self._of[person] != person:
            self._of[person] = self._of[self._of[person]]
            person = self._of[person]
        return person

    def join(self, pairs: Iterable[tuple[int, int]], *, sure: bool = False) -> None:
        for one, other in pairs:
            a, b = self.find(one), self.find(other)
            if a == b:
                continue
            mine, theirs = self._register[a], self._register[b]
            if sure or not mine or not theirs or mine & theirs:
                self._of[b] = a
                self._register[a] = mine | theirs


def _sharing(person: Ints, *columns: Iterable[Ints]) -> Pairs:
    """Pairs of persons of whom rows agree in all the columns; a column is one array, or several of one kind."""
    holders: dict[Hashable, dict[int, None]] = defaultdict(dict)
    for choice in _choices(columns):
        keys = np.stack(choice)
        for row in np.flatnonzero((keys > 0).all(0)).tolist():
            holders[tuple(keys[:, row].tolist())][int(person[row])] = None
    for found in holders.values():
        people = list(found)
        if 1 < len(people) <= MOST:
            yield from combinations(people, 2)


def _choices(columns: tuple[Iterable[Ints], ...]) -> Iterator[list[Ints]]:
    if not columns:
        yield []
        return
    for first in columns[0]:
        for rest in _choices(columns[1:]):
            yield [first, *rest]


def households(table: RecordTable, person: Ints) -> Ints:
    """The household of each row: that of its person, named by one of its members."""
    own = np.where(table.is_lodger, 0, table.register)
    homes = _Homes(person, own)
    with_floor = np.unique(table.door[(table.floor > 0) & (table.door > 0)])
    is_home = (table.floor > 0) | ~np.isin(table.door, with_floor)
    place, name = table.place, table.name
    phones = [table.phones[:, k] for k in range(table.phones.shape[1])]
    called = [name.full, table.alias.full, table.reference]
    homes.join(_sharing(person, [own]), sure=True)
    homes.join(_sharing(person, [np.where(is_home, place, 0)]))
    homes.join(_sharing(person, phones))
    homes.join(_sharing(person, [place], [name.surname]))
    homes.join(_sharing(person, [table.road], called))
    homes.join(_sharing(person, [table.reference], [name.surname]))
    # Who is only registered with a family, and is seen nowhere else, is taken to live there.
    sizes = Counter(homes.find(p) for p in set(person.tolist()))
    alone = np.array([sizes[homes.find(p)] == 1 for p in person.tolist()], np.bool_)
    homes.join(_sharing(person, [np.where(alone | ~table.is_lodger, table.register, 0)]))
    return np.array([homes.find(p) for p in person.tolist()])
