"""What the records that were found have in common with what was typed. Pure.

Of a common name there are thousands, but a handful of combinations of clues: whatever can be said of a combination is said
once.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from .lookup_keys import Clue

Together = frozenset[Clue]
NOTHING: Together = frozenset()
_NOT_PERSONAL = frozenset({Clue.DOOR, Clue.NAMES_THEM, Clue.IS_NAMED})
_BITS = {clue: 1 << place for place, clue in enumerate(Clue)}


@cache
def _together(bits: int) -> Together:
    return frozenset(clue for clue, bit in _BITS.items() if bits & bit)


@cache
def weight_of(clues: Together, *, home: bool = False) -> float:
    """What the clues say, in bits; `home`: those alone that people who live together share."""
    return sum(clue.weight for clue in clues if clue.is_of_home or not home)


@cache
def is_personal(clues: Together) -> bool:
    """Whether the record may be of the typed person: a door or a carer's name alone is of who lives there."""
    return not clues <= _NOT_PERSONAL


@cache
def is_of_home(clues: Together) -> bool:
    """Whether the record may tell the household of the typed person."""
    return any(clue.is_of_home for clue in clues)


class Clues:
    """The clues of each record, by row number."""

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}
        self._grouped: dict[Together, list[int]] = {}

    def add(self, clue: Clue, records: Iterable[int]) -> None:
        bit, bits = _BITS[clue], self._bits
        for record in records:
            bits[record] = bits.get(record, 0) | bit
        self._grouped = {}

    def __bool__(self) -> bool:
        return bool(self._bits)

    def of(self, record: int) -> Together:
        """Those of one record; none when it has no key."""
        return _together(self._bits.get(record, 0))

    def count(self, *clues: Clue) -> int:
        """How many records have one of these clues."""
        wanted = frozenset(clues)
        return sum(len(records) for together, records in self._groups().items() if together & wanted)

    def alike(self, most: int) -> set[int]:
        """The records that may be of the typed person and say most."""
        return self._heaviest(
            {c: records for c, records in self._groups().items() if is_personal(c)}, most, home=False
        )

    def near(self, most: int) -> set[int]:
        """The records that say most of where the typed person lives."""
        return self._heaviest(
            {c: records for c, records in self._groups().items() if is_of_home(c)}, most, home=True
        )

    def beyond(self, most: int) -> int:
        """How many records say as much as the last of those that are `alike` and are not among them."""
        counts: dict[float, int] = defaultdict(int)
        for clues, records in self._groups().items():
            if is_personal(clues):
                counts[weight_of(clues)] += len(records)
        before = 0
        for weight in sorted(counts, reverse=True):
            before += counts[weight]
            if before >= most:
                return before - most
        return 0

    def _groups(self) -> dict[Together, list[int]]:
        if not self._grouped:
            groups: dict[int, list[int]] = defaultdict(list)
            for record, bits in self._bits.items():
                groups[bits].append(record)
            self._grouped = {_together(bits): records for bits, records in groups.items()}
        return self._grouped

    @staticmethod
    def _heaviest(groups: dict[Together, list[int]], most: int, *, home: bool) -> set[int]:
        by_weight: dict[float, list[int]] = defaultdict(list)
        for clues, records in groups.items():
            by_weight[weight_of(clues, home=home)] += records
        chosen: set[int] = set()
        for weight in sorted(by_weight, reverse=True):
            chosen.update(heapq.nsmallest(most - len(chosen), by_weight[weight]))
        return chosen
