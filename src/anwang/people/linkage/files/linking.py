"""Files in, likely pairs out: packed, blocked and scored by the engine, with a model that is learnt on the way or given.

No pair is kept that does not reach the threshold, so two files never stand as their product in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.comparison import Comparison
from ..engine.gathering import gathered
from ..engine.keys import Ints, numbered
from ..engine.pairing import Likely, Pairing, TooManyPairs
from ..engine.plan import Plan, Weights
from ..regime import LARGEST, Regime, weights
from .errors import FilesRefused
from .estimating import Patterns, estimated, starting, u_of
from .keys import blocks_of
from .kinds import KINDS, Kind
from .levels import comparison_of
from .link_map import LinkMap
from .model import FilesModel, shape_of
from .packing import PackedFiles, packed
from .reading import Table

Floats = NDArray[np.float64]
Progress = Callable[[str], None]

RANDOM_PAIRS = 600_000
TEACHING_FROM = -6.0  # bits under the starting weights from which a pair teaches m
MATCHES = 0.5  # for each record, to begin with
_EVERYTHING = 1e9
MOST_FOUND = 20_000_000  # pairs; more is no answer that anybody can use
# Asked in this order: what parts most pairs soonest, and what is quick to compare.
_ORDER = (Kind.ID, Kind.DATE, Kind.PHONE, Kind.POSTCODE, Kind.NUMBER, Kind.CATEGORY, Kind.CHINESE_NAME,
          Kind.SURNAME, Kind.GIVEN_NAME, Kind.NAME, Kind.ADDRESS, Kind.TEXT)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Linked:
    """Pairs from the threshold on, `left < right` by row (those of the second file behind those of the first), with the
    level of each comparison, [c, pairs]. `is_told`: not given up for a better partner (only with one to one)."""

    left: Ints
    right: Ints
    bits: Floats
    levels: NDArray[np.int8]
    is_told: NDArray[np.bool_]
    model: FilesModel
    comparisons: tuple[Comparison, ...]
    compared: Mapping[str, int]

    @property
    def probability(self) -> Floats:
        found: Floats = 1.0 / (1.0 + np.exp2(-np.clip(self.bits, -60, 60)))
        return found


class FileLinker:
    """Files under a map, ready to be compared."""

    def __init__(self, link_map: LinkMap, tables: Sequence[Table], progress: Progress) -> None:
        self.link_map, self.progress = link_map, progress
        progress("讀取各欄 …")
        self.files: PackedFiles = packed(link_map, tables)
        empty = [f.name for f in link_map.fields if not self.files.forms[f.name].any()]
        if len(empty) == len(link_map.fields):
            raise FilesRefused("對應檔所列的各欄都是空的，沒有可以比對的內容。")
        self.empty = empty
        self.blocks = blocks_of(link_map, self.files)
        fields = sorted(link_map.fields, key=lambda f: _ORDER.index(f.kind))
        self.comparisons = tuple(comparison_of(f) for f in fields)
        self.rare = tuple(f.name for f in fields if KINDS[f.kind].weighs_rarity)
        names = tuple(f.name for f in fields)
        self.plan = Plan(self.comparisons, (names,), terms=tuple((0, name) for name in self.rare))
        self.frequency = {name: _frequency(self.files.forms[name]) for name in self.rare}
        self.pairing = Pairing(self.plan, self.files.layout)

    @property
    def pairs(self) -> int:
        """All pairs that could be compared."""
        count, split = len(self.files), self.files.split
        return split * (count - split) if split else count * (count - 1) // 2

    @property
    def records(self) -> int:
        """Of the smaller file, or of the one."""
        count, split = len(self.files), self.files.split
        return min(split, count - split) if split else count

    @property
    def copies(self) -> Ints:
        """Rows of which only the first that says the same is compared with others."""
        return np.flatnonzero(self.blocks.copy_of != np.arange(len(self.files)))

    def trained(self, seed: int = 7) -> FilesModel:
        """The model of these files."""
        self.progress("訓練模型 …")
        left, right = self._random_pairs(np.random.default_rng(seed))
        random = Patterns.of(self.levels(left, right))
        rate = min(0.5, MATCHES * self.records / max(self.pairs, 1))
        m = starting(self.comparisons)
        start = Regime(
            rate,
            {name: tuple(values) for name, values in m.items()},
            {
                name: tuple(values)
                for name, values in u_of(self.comparisons, random, np.ones(len(random.counts))).items()
            },
        )
        teaching = self._likely(start, rate, TEACHING_FROM)
        candidates = Patterns.of(self.levels(teaching.left, teaching.right))
        regime, rounds = estimated(self.comparisons, candidates, random, float(max(self.pairs, 1)), rate)
        matches = regime.rate * self.pairs
        return FilesModel(
            shape_of(self.link_map),
            replace(regime, rate=matches / max(self.records, 1)),
            {
                "records": len(self.files),
                "files": 2 if self.files.split else 1,
                "rounds": rounds,
                "teaching_pairs": len(teaching.left),
                "random_pairs": len(left),
                "expected_matches": round(matches, 1),
            },
        )

    def link(self, model: FilesModel, from_bits: float) -> Linked:
        """The pairs that reach `from_bits`."""
        self.progress("比對 …")
        found = self._likely(model.regime, model.prior(self.pairs, self.records), from_bits)
        left, right, bits = found.left, found.right, found.bits
        if not self.files.split:
            copies = self.copies
            with_first = self.pairing.score(
                self.files.rows, self.blocks.copy_of[copies], copies, self._weights_of(model)
            )
            told = with_first >= from_bits
            left = np.concatenate([left, self.blocks.copy_of[copies][told]])
            right = np.concatenate([right, copies[told]])
            bits = np.concatenate([bits, with_first[told]])
            order = np.lexsort([right, left])
            left, right, bits = left[order], right[order], bits[order]
        is_told = np.ones(len(left), np.bool_)
        if self.link_map.one_to_one:
            is_told = one_to_one(left, right, bits)
        return Linked(
            left, right, bits, self.levels(left, right), is_told, model, self.comparisons, found.compared
        )  # fmt: skip

    def clusters(self, linked: Linked, from_bits: float) -> Ints:
        """The entity of each row, from the pairs that are told."""
        told = linked.is_told & (linked.bits >= from_bits)
        left, right = linked.left[told], linked.right[told]
        is_copy = np.zeros(len(self.files), np.bool_)
        is_copy[self.copies] = True
        of_copy = is_copy[right] & (self.blocks.copy_of[right] == left)

        if self.link_map.one_to_one:
            from_bits = -_EVERYTHING  # what has one partner is not judged again
        likely = Likely(left[~of_copy], right[~of_copy], linked.bits[told][~of_copy], {}, {})
        found = gathered(
            self.pairing, self.files.rows, likely, self._weights_of(linked.model), from_bits
        ).cluster
        found[right[of_copy]] = found[left[of_copy]]
        return numbered(found)

    def score(self, model: FilesModel, left: Ints, right: Ints) -> Floats:
        """The bits of given pairs of rows."""
        return self.pairing.score(self.files.rows, left, right, self._weights_of(model))

    def levels(self, left: Ints, right: Ints) -> NDArray[np.int8]:
        """The level of each comparison for pairs of rows."""
        return self.pairing.levels(self.files.rows, left, right)

    def _weights_of(self, model: FilesModel) -> Weights:
        return self._weights(model.regime, model.prior(self.pairs, self.records))

    def _weights(self, regime: Regime, rate: float) -> Weights:
        bits = {c.name: weights(regime, c.name)[:-1] for c in self.comparisons}
        terms = np.zeros((len(self.files), len(self.rare)))
        for k, name in enumerate(self.rare):
            terms[:, k] = np.clip(np.log2(regime.m[name][0] / self.frequency[name]), -LARGEST, LARGEST)
        return Weights.of(self.plan, [bits], [float(np.log2(rate / (1 - rate)))], terms)

    def _likely(self, regime: Regime, rate: float, from_bits: float) -> Likely:
        try:
            return self.pairing.likely(
                self.files.rows, self.blocks.rules, self._weights(regime, rate), from_bits,
                most=len(self.files), since=self.files.split, before=self.files.split or None, most_found=MOST_FOUND,
            )  # fmt: skip
        except TooManyPairs as error:
            raise FilesRefused(
                f"可能相同的配對超過 {MOST_FOUND:,} 組：對應檔的欄位分不出誰是誰。"
                "請加上更能分辨的欄位（號碼、日期、地址），或刪去太寬的分塊規則。"
            ) from error

    def _random_pairs(self, rng: np.random.Generator) -> tuple[Ints, Ints]:
        count, split = len(self.files), self.files.split
        if self.pairs <= RANDOM_PAIRS:
            if split:
                left, right = np.divmod(np.arange(self.pairs), count - split)
                return left, right + split
            left, right = np.triu_indices(count, 1)
            return left.astype(np.int64), right.astype(np.int64)
        left = rng.integers(0, split or count, RANDOM_PAIRS)
        right = rng.integers(split, count, RANDOM_PAIRS)
        differ = left != right
        return left[differ], right[differ]


def _frequency(codes: Ints) -> Floats:
    """How common each row's value is among the rows that have one; 1 where there is none."""
    counts = np.bincount(codes)
    total = max(int((codes > 0).sum()), 1)
    return np.where(codes > 0, counts[codes] / total, 1.0)


def one_to_one(left: Ints, right: Ints, bits: Floats) -> NDArray[np.bool_]:
    """Which pairs stand when each record has one partner at most: the likeliest first, of equals the first by row."""
    is_told = np.zeros(len(left), np.bool_)
    taken: set[int] = set()
    a, b = left.tolist(), right.tolist()
    for k in np.lexsort([right, left, -np.round(bits, 9)]).tolist():
        if a[k] not in taken and b[k] not in taken:
            is_told[k] = True
            taken |= {a[k], b[k]}
    return is_told


def describe(linked: Linked) -> dict[str, Any]:
    """The model in numbers, for the summary: bits of each level of each comparison."""
    return {
        c.name: {
            level: round(float(value), 2)
            for level, value in zip(
                linked.model.shape[c.name]["levels"], weights(linked.model.regime, c.name)[:-1], strict=True
            )
        }
        for c in linked.comparisons
    }
