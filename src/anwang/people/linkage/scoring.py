"""Scores pairs of entities (sets of records): the same weights as Splink, plus name frequencies and several records.

Weights are log2(m/u). An entity of several records speaks as a mixture of them (`mixing`).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .columns import RecordTable
from .comparisons import APART, HOME, PERSONAL, ROLES, compare
from .engine.kernels import fitting
from .engine.keys import Ints
from .mixing import best_pairs, mixtures, row_pairs
from .model import LinkageModel
from .regime import LARGEST, rate_apart, weights
from .splink_documents import ONLY_AGAINST, REFERENCE_LARGEST

Floats = NDArray[np.float64]

CHUNK = 400_000  # record pairs compared at a time
MOST_RECORDS = 14  # of an entity that are compared; more add nothing

MANY_BEARERS = (
    3  # birth years of one full name from which they are several persons, not one with a mistyped year
)

# two valid IDs; two register numbers; two rows of one home in one list; a child under six and a grown-up
VETO_IDS, VETO_REGISTER, VETO_ROWS, VETO_AGES = 1, 2, 4, 32


@dataclass(frozen=True, slots=True)
class Scores:
    """Per entity pair: log2 odds, the contribution of each comparison in bits (`names` gives the order; the last column
    is the prior), veto bits (0 = none), whether model `home` applied, and the best pair of rows."""

    bits: Floats
    parts: Floats
    names: tuple[str, ...]
    veto: Ints
    is_home: NDArray[np.bool_]
    left_row: Ints
    right_row: Ints

    @property
    def probability(self) -> Floats:
        return probability(self.bits)

    def where(self, keep: NDArray[np.bool_] | Ints) -> Scores:
        """Only the pairs marked in `keep`, or those at its places."""
        return Scores(self.bits[keep], self.parts[keep], self.names, self.veto[keep], self.is_home[keep],
                      self.left_row[keep], self.right_row[keep])  # fmt: skip

    @classmethod
    def of(cls, several: Sequence[Scores]) -> Scores:
        """The pairs of several, one after the other; at least one."""
        columns = ("bits", "parts", "veto", "is_home", "left_row", "right_row")
        bits, parts, veto, home, left, right = (
            np.concatenate([getattr(each, name) for each in several]) for name in columns
        )
        return cls(bits, parts, several[0].names, veto, home, left, right)


WITHIN = (*PERSONAL, *ROLES)
NAMES = (*(c.name for c in WITHIN), "shared", "place", "reference", "prior")


def probability(bits: Floats) -> Floats:
    """Log2 odds to probability."""
    return 1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60)))


def name_frequencies(table: RecordTable) -> Floats:
    """How common each row's full name is among persons, [n]; 1 where there is none.

    Counted over distinct (surname, birth year) per given name, so that the records of one person count once; a given
    name seen once gets the product of its characters' frequencies. Where surname and given name go together, as 阮 and
    氏秋 do, the whole name counts: by its bearers of different birth years, when they are more than slips explain.
    """
    name, n = table.name, max(len(table), 1)
    given = name.given[:, 0] * 1_000_003 + name.given[:, 1] * 1009 + name.given[:, 2]
    surname = np.bincount(name.surname) / n
    first = np.bincount(name.given[:, 0]) / n
    second = np.bincount(name.given[:, 1]) / n
    known = np.flatnonzero((name.full > 0) & (table.year > 0))
    distinct = np.unique(np.stack([given[known], name.surname[known], table.year[known]]), axis=1)
    values, counts = np.unique(distinct[0], return_counts=True)
    total = max(distinct.shape[1], 1)
    at = np.minimum(np.searchsorted(values, given), max(len(values) - 1, 0))
    seen = np.where(values[at] == given, counts[at] - 1, 0) if len(values) else np.zeros(len(table))
    frequency = surname[name.surname] * (seen / total + first[name.given[:, 0]] * second[name.given[:, 1]])
    bearers = np.bincount(np.unique(np.stack([name.full[known], table.year[known]]), axis=1)[0],
                          minlength=int(name.full.max(initial=0)) + 1)[name.full]  # fmt: skip
    frequency = np.maximum(frequency, np.where(bearers >= MANY_BEARERS, (bearers - 1) / total, 0.0))
    return np.where(name.full > 0, np.clip(frequency, 0.2 / n, 1.0), 1.0)


def reference_frequencies(table: RecordTable, frequency: Floats, size: int) -> Floats:
    """How common the name of the person named in each row is, [n], from the `frequency` of the rows' own names."""
    by_name = np.ones(int(max(table.name.full.max(initial=0), table.reference.max(initial=0))) + 1)
    by_name[table.name.full] = frequency
    by_name = np.where(by_name == 1.0, 0.5 / max(size, 1), by_name)
    found: Floats = by_name[table.reference]
    return found


def apart_bits(model: LinkageModel, names: Sequence[str]) -> dict[str, Floats]:
    """Bits per level of comparisons of two records without a common home, each pair of records by itself."""
    bits = {name: weights(model.apart, name)[:-1] for name in names}
    return {name: np.minimum(of, 0.0) if name in ONLY_AGAINST else of for name, of in bits.items()}


def term_bits(model: LinkageModel, by_name: Floats, by_reference: Floats) -> Floats:
    """What an equal name, and an equal name of the person named, are worth for each row, [n, 2], from how common they
    are."""
    m = model.apart.m
    return np.stack(
        [
            np.minimum(np.log2(m["name"][0] / by_name), LARGEST),
            np.minimum(np.log2(m["reference"][0] / by_reference), REFERENCE_LARGEST),
        ],
        axis=1,
    )


class Scorer:
    """Scores entity pairs of one table under one model."""

    def __init__(
        self,
        table: RecordTable,
        model: LinkageModel,
        frequency: Floats | None = None,
        size: int | None = None,
    ) -> None:
        """`frequency`, `size`: how common each row's name is and how many records there are, where the table holds but
        a few records of a home."""
        self.table = table
        n = len(table) if size is None else size
        self.home = {c.name: weights(model.home, c.name) for c in HOME}
        silent = {c.name: np.zeros(len(c.levels) + 1) for c in ROLES}
        self.apart = silent | {c.name: weights(model.apart, c.name) for c in APART}
        if frequency is None:
            frequency = name_frequencies(table)
        by_reference = reference_frequencies(table, frequency, n)
        self.name_bits, self.reference_bits = term_bits(model, frequency, by_reference).T
        rate = rate_apart(model.apart, n)
        self.prior_home = float(np.log2(model.home.rate / (1 - model.home.rate)))
        self.prior_apart = float(np.log2(rate / (1 - rate)))

    def score(
        self, members: Members, left: Ints, right: Ints, same_household: NDArray[np.bool_] | None = None
    ) -> Scores:
        """Scores of the entity pairs (`left[k]`, `right[k]`); `same_household`: known to live together by their kin."""
        if same_household is None:
            same_household = np.zeros(len(left), np.bool_)
        parts = [
            self._chunk(members, left[s], right[s], same_household[s]) for s in members.chunks(left, right)
        ]
        join = [np.concatenate(column) for column in zip(*parts, strict=True)]
        return Scores(join[0], join[1], NAMES, join[2], join[3], join[4], join[5])

    def _chunk(
        self, members: Members, left: Ints, right: Ints, mates: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], ...]:
        count = len(left)
        crossed = members.cross(left, right)
        a, b, pair = crossed.a, crossed.b, crossed.pair
        gammas = compare(self.table, a, b)
        home_pair = np.bincount(pair[gammas.is_home], minlength=count) > 0 if count else np.zeros(0, np.bool_)
        home = home_pair | mates
        in_home = home[pair]
        parts = np.zeros((count, len(NAMES)))
        row_bits = np.zeros(len(a))
        for k, c in enumerate(WITHIN):
            level = gammas.levels[c.name]
            bits = np.where(in_home, self.home[c.name][level], self.apart[c.name][level])
            if c.name == "name":
                exact = (level == 0) & ~in_home
                bits[exact] = self._name_bits(a[exact], b[exact])
            row_bits += bits
            known = level >= 0
            if c.name in ONLY_AGAINST:
                np.minimum.at(parts[:, k], pair, bits)
            else:
                parts[:, k] = crossed.mixture(bits, known)
        at = len(WITHIN)
        shared = np.full(count, -LARGEST)
        level = gammas.levels["shared"]
        np.maximum.at(shared, pair[level >= 0], self.home["shared"][level[level >= 0]])
        shared = np.where(home_pair, shared, np.where(mates, self.home["shared"][5], 0.0))
        parts[:, at] = shared
        row_bits += np.where(level >= 0, self.home["shared"][level], 0.0)
        level = gammas.levels["place"]
        known = (level >= 0) & ~in_home
        parts[:, at + 1] = _mean(self.apart["place"][level[known]], pair[known], count)
        level = gammas.levels["reference"]
        known = (level >= 0) & ~in_home
        bits = np.where(level == 0, self.reference_bits[a], self.apart["reference"][level])
        best = np.full(count, -LARGEST)
        np.maximum.at(best, pair[known], bits[known])
        parts[:, at + 2] = np.where(best > -LARGEST, best, 0.0)
        parts[:, at + 3] = np.where(home, self.prior_home, self.prior_apart)
        left_row, right_row = crossed.best(row_bits)
        return parts.sum(1), parts, self._vetoes(gammas.levels, a, b, pair, count), home, left_row, right_row

    def _name_bits(self, a: Ints, b: Ints) -> Floats:
        """An equal name weighs by its frequency: of the row that has it in full (the other may match by an alias)."""
        return np.minimum(self.name_bits[a], self.name_bits[b])

    def _vetoes(self, levels: dict[str, NDArray[np.int8]], a: Ints, b: Ints, pair: Ints, count: int) -> Ints:
        def some(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
            return np.bincount(pair[mask], minlength=count) > 0

        identity = levels["identity"]
        equal, close = some(identity == 0), some((identity >= 0) & (identity <= 2))
        table = self.table
        rows = (
            (table.listing[a] == table.listing[b])
            & (table.register[a] > 0)
            & (table.register[a] == table.register[b])
        )
        veto = np.zeros(count, np.int64)
        veto[some(identity == 4) & ~close] |= VETO_IDS
        veto[some(levels["place"] == 2) & ~equal] |= VETO_REGISTER
        veto[some(rows & (levels["name"] > 1)) & ~equal] |= VETO_ROWS
        ages = (table.is_small[a] & table.is_grown[b]) | (table.is_grown[a] & table.is_small[b])
        veto[some(ages) & ~equal] |= VETO_AGES
        return veto


def _mean(values: Floats, group: Ints, count: int) -> Floats:
    total = np.bincount(group, weights=values, minlength=count)
    return total / np.maximum(np.bincount(group, minlength=count), 1)


@dataclass(frozen=True, slots=True)
class RowPairs:
    """The row pairs of some entity pairs, those of one together: left row, right row and which entity pair; `firsts[k]`
    is where those of pair `k` begin, `widths[k]` how many rows its right entity has (they change fastest)."""

    a: Ints
    b: Ints
    pair: Ints
    firsts: Ints
    widths: Ints

    def mixture(self, bits: Floats, known: NDArray[np.bool_]) -> Floats:
        """Per entity pair, over the row pairs that are `known`; 0 where none is."""
        mixed = np.empty(len(self.widths))
        fitting(mixtures, len(bits))(bits, known, self.firsts, self.widths, mixed)
        return mixed

    def best(self, bits: Floats) -> tuple[Ints, Ints]:
        """The pair of rows that speaks most for each entity pair; of several the first."""
        best_left, best_right = np.zeros((2, len(self.widths)), np.int64)
        fitting(best_pairs, len(bits))(bits, self.firsts, self.a, self.b, best_left, best_right)
        return best_left, best_right


@dataclass(frozen=True, slots=True)
class Members:
    """The rows of each entity: entity `e` has `rows[starts[e] : starts[e] + counts[e]]` (at most `MOST_RECORDS`)."""

    rows: Ints
    starts: Ints
    counts: Ints

    @classmethod
    def of(cls, entity: Ints, count: int, most: int = MOST_RECORDS) -> Members:
        """From the entity of each row, at most `most` rows each (64 at the very most)."""
        order = np.argsort(entity, kind="stable")
        counts = np.bincount(entity, minlength=count)
        starts = np.r_[0, np.cumsum(counts)[:-1]]
        return cls(order, starts, np.minimum(counts, most))

    def chunks(self, left: Ints, right: Ints) -> list[slice]:
        """The entity pairs in slices of about `CHUNK` row pairs, to bound the memory; at least one slice."""
        total = np.cumsum(self.counts[left] * self.counts[right])
        if not len(total):
            return [slice(0, 0)]
        cuts = np.searchsorted(total, np.arange(CHUNK, int(total[-1]), CHUNK)) + 1
        bounds = sorted({0, *(int(c) for c in cuts if c < len(left)), len(left)})
        return [slice(a, b) for a, b in itertools.pairwise(bounds)]

    def cross(self, left: Ints, right: Ints) -> RowPairs:
        """All row pairs of the entity pairs."""
        sizes = self.counts[left] * self.counts[right]
        a, b = np.empty((2, int(sizes.sum())), np.int64)
        firsts = np.empty(len(left) + 1, np.int64)
        fitting(row_pairs, len(a))(self.rows, self.starts, self.counts, left, right, a, b, firsts)
        return RowPairs(a, b, np.repeat(np.arange(len(left)), sizes), firsts, self.counts[right])
