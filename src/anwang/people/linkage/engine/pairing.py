"""Which pairs of records are likely one: blocking and scoring in one pass, on all processors, in bounded memory.

Nothing is kept of a pair that does not reach the threshold. The work is cut at fixed places, so that the result is the
same whatever the number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from .grouping import Groups, Ints, grouped
from .kernels import compiled
from .layout import Layout
from .plan import Floats, Plan, Weights
from .source import scoring_source

SLICE = 2_000_000  # pairs that one piece of work compares at most, unless one group has more
ROOM = 200_000  # pairs found for which a piece of work has room at first

Progress = Callable[[int, int], None]


class TooManyPairs(Exception):
    """More pairs reach the threshold than the caller has room for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A blocking rule: rows with one key are compared. `keys[row]`, 0 where the row has none."""

    name: str
    keys: Ints


@dataclass(frozen=True, slots=True)
class Likely:
    """Pairs from the threshold on, each once, `left < right`, in order; `compared`: how many pairs each rule compared
    that no earlier one had; `too_large`: rows of each rule in groups that were left out."""

    left: Ints
    right: Ints
    bits: Floats
    compared: Mapping[str, int]
    too_large: Mapping[str, int]


class Pairing:
    """A plan compiled for a layout."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        self.plan = plan
        self.kernels: ModuleType = compiled(scoring_source(plan, layout))

    def score(self, rows: NDArray[np.int32], left: Ints, right: Ints, weights: Weights) -> Floats:
        """The bits of given pairs of rows."""
        bits = np.empty(len(left))
        self.kernels.score_pairs(
            left, right, rows, weights.levels, weights.terms, weights.prior, weights.rest, bits
        )
        return bits

    def levels(self, rows: NDArray[np.int32], left: Ints, right: Ints) -> NDArray[np.int8]:
        """The level of each comparison for given pairs of rows, [comparisons, pairs]."""
        found = np.empty((len(self.plan.comparisons), len(left)), np.int8)
        self.kernels.levels(rows, left, right, found)
        return found

    def likely(
        self,
        rows: NDArray[np.int32],
        rules: Sequence[Rule],
        weights: Weights,
        threshold: float,
        *,
        most: int,
        split: int = 0,
        most_found: int = 0,
        threads: int = 0,
        progress: Progress | None = None,
    ) -> Likely:
        """All pairs that a rule brings together and that reach `threshold` bits. Groups of more than `most` rows are
        left out: their pairs grow with the square, and the caller cuts them by finer keys (further rules). With a `split`
        the rows before it are one file and the others another, and only pairs across are compared.

        TooManyPairs when there are more than `most_found` (0: any number). `progress` is told after each piece of work how many of how many are done; what it raises ends the work.
        """
        keys = np.ascontiguousarray(np.stack([rule.keys for rule in rules], axis=1))
        work: list[tuple[int, Groups, int, int]] = []
        too_large = {}
        for k, rule in enumerate(rules):
            groups = grouped(rule.keys)
            large = np.repeat(groups.sizes > most, groups.sizes)
            too_large[rule.name] = int(large.sum())
            keys[groups.order[large], k] = 0  # what was left out brings nobody together
            work += [(k, groups, *cut) for cut in _cuts(groups.sizes, most)]

        def one(piece: tuple[int, Groups, int, int]) -> tuple[Ints, Ints, Floats, int]:
            return self._piece(piece, rows, keys, weights, threshold, most, split)

        found: list[tuple[Ints, Ints, Floats, int]] = []
        count = 0
        with ThreadPoolExecutor(threads or len(os.sched_getaffinity(0))) as pool:
            try:
                for done, result in enumerate(pool.map(one, work), 1):
                    found.append(result)
                    count += len(result[0])
                    if 0 < most_found < count:
                        raise TooManyPairs
                    if progress is not None:
                        progress(done, len(work))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        compared = dict.fromkeys((rule.name for rule in rules), 0)
        for (k, *_), (*_, count) in zip(work, found, strict=True):
            compared[rules[k].name] += count
        left = np.concatenate([np.zeros(0, np.int64), *(each[0] for each in found)])
        right = np.concatenate([np.zeros(0, np.int64), *(each[1] for each in found)])
        bits = np.concatenate([np.zeros(0), *(each[2] for each in found)])
        order = np.argsort(left * len(rows) + right)
        return Likely(left[order], right[order], bits[order], compared, too_large)

    def _piece(
        self,
        piece: tuple[int, Groups, int, int],
        rows: NDArray[np.int32],
        keys: Ints,
        weights: Weights,
        threshold: float,
        most: int,
        split: int,
    ) -> tuple[Ints, Ints, Floats, int]:
        rule, groups, first, last = piece
        room = ROOM
        while True:
            left, right = np.empty((2, room), np.int64)
            bits = np.empty(room)
            count, compared, _ = self.kernels.score_groups(
                groups.order, groups.starts, first, last, most, split, rows, keys, rule, weights.levels, weights.terms,
                weights.prior, weights.rest, threshold, left, right, bits,
            )  # fmt: skip
            if count <= room:
                return left[:count].copy(), right[:count].copy(), bits[:count].copy(), compared
            room = count


def _cuts(sizes: Ints, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of groups with about `SLICE` pairs each."""
    pairs = np.where(sizes > most, 0, sizes * (sizes - 1) // 2)
    total = np.cumsum(pairs)
    begin = 0
    while begin < len(sizes):
        before = int(total[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(total, before + SLICE, side="right")), begin + 1)
        yield begin, end
        begin = end
