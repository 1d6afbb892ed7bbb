"""Which pairs of records are likely one: blocking and scoring in one pass, on all processors, in bounded memory.

Nothing is kept of a pair that does not reach the threshold. The work is cut at fixed places, so that the result is the
same whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from anwang.platform.processors import usable_processors

from .grouping import Groups
from .kernels import compiled
from .keys import Ints
from .layout import Layout, Packed
from .memory import room
from .plan import Floats, Plan, Weights
from .rule import Rule, brought_together, cut, groups_of
from .scoring_source import LANES, scoring_source

SLICE = 2_000_000  # pairs that one piece of work compares at most, unless one group has more

Progress = Callable[[int, int], None]


class TooManyPairs(Exception):
    """More pairs reach the threshold than the caller has room for."""


@dataclass(frozen=True, slots=True)
class Likely:
    """Pairs from the threshold on, each once, `left < right`, in order; `compared`: how many pairs each rule compared (of
    rules with one key for each row only those that no earlier one had); `too_large`: rows of each rule that were in no
    group small enough, among all rows, new or not."""

    left: Ints
    right: Ints
    bits: Floats
    compared: Mapping[str, int]
    too_large: Mapping[str, int]

    def where(self, keep: NDArray[np.bool_]) -> Likely:
        """Only the pairs marked in `keep`."""
        return Likely(self.left[keep], self.right[keep], self.bits[keep], self.compared, self.too_large)

    def still_together(self, rules: Sequence[Rule], count: int, most: int) -> Likely:
        """Without the pairs whose groups have become too large by rows that were added; there are `count` now."""
        return self.where(brought_together(rules, self.left, self.right, count, most))

    def joined(self, new: Likely) -> Likely:
        """These pairs and those that new rows brought: what a search among all rows finds under the same weights, as long
        as these are `still_together`. `compared` are the pairs of both searches."""
        pairs = (
            np.concatenate([getattr(self, name), getattr(new, name)]) for name in ("left", "right", "bits")
        )
        compared = {name: self.compared.get(name, 0) + count for name, count in new.compared.items()}
        return Likely(*_in_order(*pairs), compared, new.too_large)


def _in_order(left: Ints, right: Ints, bits: Floats) -> tuple[Ints, Ints, Floats]:
    """The pairs in order, each once."""
    code = left * (int(right.max(initial=0)) + 1) + right
    order = np.argsort(code)
    code = code[order]
    # of a pair that rules with several keys for each row found several times any one: they are equal
    order = order[np.r_[True, code[1:] != code[:-1]][: len(code)]]
    return left[order], right[order], bits[order]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Groups `first` to `last` of a rule, with so many `pairs` at most; `earlier`: how many columns of keys tell whether a
    pair has been compared."""

    rule: str
    groups: Groups
    earlier: int
    first: int
    last: int
    pairs: int


class Pairing:
    """A plan compiled for a layout."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        self.plan = plan
        self.kernels: ModuleType = compiled(scoring_source(plan, layout))

    def score(self, rows: Packed, left: Ints, right: Ints, weights: Weights) -> Floats:
        """The bits of given pairs of rows."""
        bits = np.empty(len(left))
        self.kernels.score_pairs(
            left, right, rows, weights.levels, weights.terms, weights.prior, weights.rest, bits
        )
        return bits

    def levels(self, rows: Packed, left: Ints, right: Ints) -> NDArray[np.int8]:
        """The level of each comparison for given pairs of rows, [comparisons, pairs]."""
        found = np.empty((len(self.plan.comparisons), len(left)), np.int8)
        self.kernels.levels(rows, left, right, found)
        return found

    def likely(
        self,
        rows: Packed,
        rules: Sequence[Rule],
        weights: Weights,
        threshold: float,
        *,
        most: int,
        since: int = 0,
        before: int | None = None,
        most_found: int = 0,
        threads: int = 0,
        progress: Progress | None = None,
        spill: Path | None = None,
    ) -> Likely:
        """All pairs that a rule brings together and that reach `threshold` bits. Groups of more than `most` rows are cut by
        the rule's finer keys, and left out when that does not help: their pairs grow with the square.

        Only pairs of a row from `since` on and one before `before`: new rows against all (`Likely.joined` puts what they
        bring to what is kept), or the rows of one file against those of another. `progress` is told after each piece of
        work how many of how many are done; what it raises ends the work. `spill`: a folder where what is found lies until
        the end, so that meanwhile memory holds the records alone. TooManyPairs when there are more than `most_found` (0: any
        number).
        """
        bounds = most, since, len(rows) if before is None else before
        found, compared, too_large = self._found(
            rows,
            rules,
            (weights, threshold, *bounds),
            most_found,
            threads or usable_processors(),
            progress,
            spill,
        )
        nothing = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        left, right, bits = map(np.concatenate, zip(nothing, *(each.taken() for each in found), strict=True))
        return Likely(*_in_order(left, right, bits), compared, too_large)

    def _found(
        self,
        rows: Packed,
        rules: Sequence[Rule],
        how: tuple[Weights, float, int, int, int],
        most_found: int,
        threads: int,
        progress: Progress | None,
        spill: Path | None,
    ) -> tuple[list[_Found | _Spilled], dict[str, int], dict[str, int]]:
        """What each piece of work found, how much each rule compared and how much it left out."""
        compared = dict.fromkeys((rule.name for rule in rules), 0)
        found: list[_Found | _Spilled] = []
        there = 0
        with ThreadPoolExecutor(threads) as pool:
            try:
                group_of, work, too_large = _prepared(rules, len(rows), *how[2:4], pool)
                count_of_pieces = len(work)
                pieces = pool.map(lambda piece: self._piece(piece, rows, group_of, *how), work)
                del work  # a rule's groups go when its last piece is done
                for done, (rule, result, count) in enumerate(pieces, 1):
                    compared[rule] += count
                    found.append(result if spill is None else _Spilled.of(result, spill / f"{done}.npz"))
                    there += len(result.left)
                    if 0 < most_found < there:
                        raise TooManyPairs
                    if progress is not None:
                        progress(done, count_of_pieces)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return found, compared, too_large

    def _piece(
        self,
        piece: _Piece,
        rows: Packed,
        group_of: NDArray[np.int32],
        weights: Weights,
        threshold: float,
        most: int,
        since: int,
        before: int,
    ) -> tuple[str, _Found, int]:
        # Memory is taken only as far as something is found.
        left, right = np.empty((2, piece.pairs), np.int64)
        bits = np.empty(piece.pairs)
        count, compared = self.kernels.score_groups(
            piece.groups.order, piece.groups.starts, piece.first, piece.last, most, since, before, rows, group_of,
            piece.earlier, weights.levels, weights.terms, weights.prior, weights.rest, threshold, left, right, bits,
        )  # fmt: skip
        return piece.rule, _Found(left[:count].copy(), right[:count].copy(), bits[:count].copy()), compared


@dataclass(frozen=True, slots=True)
class _Found:
    """Pairs that one piece of work found."""

    left: Ints
    right: Ints
    bits: Floats

    def taken(self) -> tuple[Ints, Ints, Floats]:
        return self.left, self.right, self.bits


@dataclass(frozen=True, slots=True)
class _Spilled:
    """The same, waiting on disk."""

    path: Path

    @classmethod
    def of(cls, found: _Found, path: Path) -> _Spilled:
        np.savez(path, left=found.left, right=found.right, bits=found.bits)
        return cls(path)

    def taken(self) -> tuple[Ints, Ints, Floats]:
        with np.load(self.path) as kept:
            pairs = kept["left"], kept["right"], kept["bits"]
        self.path.unlink()
        return pairs


def _prepared(
    rules: Sequence[Rule], count: int, most: int, since: int, pool: ThreadPoolExecutor
) -> tuple[NDArray[np.int32], list[_Piece], dict[str, int]]:
    """The group of each row under each rule with one key for each row, by which pairs that an earlier rule compared are
    known (0 where it compared none), the work, and how many rows of each rule are left out."""
    plain = [rule for rule in rules if rule.rows is None]
    group_of = room((count, -(-len(plain) // LANES) * LANES), np.int32)
    places = dict(zip(map(id, plain), range(len(plain)), strict=True))

    def brought(rule: Rule) -> tuple[Groups, list[Groups], int]:
        whole = groups_of(rule)
        groups = whole.since(since)
        if rule.rows is None:
            groups.tell(group_of[:, places[id(rule)]], most)
        finer, left_out = cut(rule, whole, most)
        return groups, [each.since(since) for each in finer], left_out

    work: list[_Piece] = []
    too_large = {}
    for rule, (groups, finer, left_out) in zip(rules, pool.map(brought, rules), strict=True):
        told_by = places.get(id(rule), len(plain))
        work += [_Piece(rule.name, groups, told_by, *some) for some in _cuts(groups.sizes, most)]
        work += [
            _Piece(rule.name, each, len(plain), *range_)
            for each in finer
            for range_ in _cuts(each.sizes, most)
        ]
        too_large[rule.name] = left_out
    return group_of, work, too_large


def _cuts(sizes: Ints, most: int) -> Iterator[tuple[int, int, int]]:
    """Ranges of groups with at most `SLICE` pairs each, unless one group has more, and how many they have."""
    pairs = np.where(sizes > most, 0, sizes * (sizes - 1) // 2)
    total = np.cumsum(pairs)
    begin = 0
    while begin < len(sizes):
        before = int(total[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(total, before + SLICE, side="right")), begin + 1)
        yield begin, end, int(total[end - 1]) - before
        begin = end
