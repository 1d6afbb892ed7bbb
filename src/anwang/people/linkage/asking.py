"""Which pairs a person is asked about, and in which order: those whose answer changes most, and the drawn ones. Pure.

Worth is what a decision is expected to mend: how likely what stands now is wrong, times what hangs on it (pairs of
records that would stand otherwise, agencies that would learn of each other, households), more where the comparisons
contradict each other, for there the model's likelihood itself is least to be trusted.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")
WORTH_BETWEEN_DRAWS = 2  # of three pairs two are asked for their worth and one by lot
BATCHES = (0.25, 0.5, 1.0)
"""Draws are asked in batches, parts of the share: a batch that is wholly decided is a fair sample by itself."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What a decision on a pair is about. `records`: of either side; `agencies`: that the two sides would bring together
    beyond those that the larger one has; `homes`: households concerned beyond one; `conflict`: 0 (all comparisons agree)
    to 1 (as much against as for)."""

    probability: float
    linked: bool
    records: tuple[int, int]
    agencies: int
    homes: int
    conflict: float

    @property
    def doubt(self) -> float:
        """The probability that what stands now is wrong."""
        return 1 - self.probability if self.linked else self.probability

    @property
    def affected(self) -> int:
        return self.records[0] * self.records[1] + self.agencies + self.homes

    @property
    def worth(self) -> float:
        return self.doubt * self.affected * (1 + self.conflict)


def conflict(bits: Iterable[float]) -> float:
    """How far comparisons contradict each other, from their weights without the prior."""
    told = list(bits)
    plus, minus = sum(b for b in told if b > 0), -sum(b for b in told if b < 0)
    return 2 * min(plus, minus) / (plus + minus) if plus + minus > 0 else 0.0


def joined_agencies(one: Iterable[Hashable], other: Iterable[Hashable]) -> int:
    a, b = set(one), set(other)
    return len(a | b) - max(len(a), len(b))


def part_sizes(merges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """How many rows each side of each merge had, when the merges are made in their order."""
    root: dict[int, int] = {}
    size: dict[int, int] = {}

    def top(row: int) -> int:
        while root.setdefault(row, row) != row:
            root[row] = root[root[row]]
            row = root[row]
        return row

    found = []
    for left, right in merges:
        a, b = top(left), top(right)
        found.append((size.get(a, 1), size.get(b, 1)))
        if a != b:
            root[b] = a
            size[a] = size.get(a, 1) + size.get(b, 1)
    return found


def batch(lot: float, share: float) -> int | None:
    """Which batch of draws of its band a pair is in; None when it is not drawn."""
    return next((k for k, part in enumerate(BATCHES) if lot < share * part), None)


def in_order(
    pairs: Sequence[Item], worth: Mapping[int, float], drawn: Mapping[int, tuple[int, float]]
) -> list[Item]:
    """The pairs in the order in which they are asked. `worth`, `drawn`: by place in `pairs`; of the latter the batch and
    the lot. A pair that is in both comes once. Ties keep the order of `pairs`."""
    by_worth = sorted(worth, key=lambda k: (-worth[k], k))
    by_lot = sorted(drawn, key=lambda k: (*drawn[k], k))
    order = dict.fromkeys(_mixed(by_worth, by_lot))
    return [pairs[k] for k in order]


def _mixed(by_worth: Sequence[int], by_lot: Sequence[int]) -> Iterator[int]:
    asked, lots = iter(by_worth), iter(by_lot)
    while True:
        some = list(itertools.islice(asked, WORTH_BETWEEN_DRAWS))
        draw = list(itertools.islice(lots, 1))
        if not some and not draw:
            return
        yield from some
        yield from draw
