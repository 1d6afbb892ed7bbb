"""The weakest link of a person, with its evidence: the scorer and the model of the matching on the person's own records."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from anwang.standard.record import StandardRecord

from . import explain
from .clustering import Merge
from .columns import RecordTable, tabulate
from .engine.keys import Ints
from .model import LinkageModel
from .result import Pair
from .scoring import Members, Scorer, Scores
from .weakest import CERTAIN, weakest_split

MOST = 120  # records of a person that are compared with each other
_BARRED = -40.0  # bits: two rows that a rule keeps apart hold by others, never by each other


@dataclass(frozen=True, slots=True)
class WeakestLink:
    """Where a person holds by the least. `away`, `stay`: record keys of the two parts, the smaller one first; `best` is
    their best connection, row by row, in bits; `pair` weighs the two parts as a whole, as a merge is weighed."""

    away: tuple[int, ...]
    stay: tuple[int, ...]
    best: float
    pair: Pair
    bits: float


def weakest_link(
    records: Mapping[int, StandardRecord],
    model: LinkageModel,
    *,
    size: int,
    bearers: Mapping[str, int],
    homes: Mapping[int, Hashable] | None = None,
    decided: Iterable[tuple[int, int]] = (),
) -> WeakestLink | None:
    """The split of a person's records (by key) with the weakest best connection; None with fewer than two records, or
    when people decided all of it.

    `size`: records in the home; `bearers`: how many of them bear each full name; `homes`: the household of a record where
    others live, too, which is evidence by itself; `decided`: pairs that a person said are one.
    """
    table = tabulate(records)
    count = len(table)
    if count < 2:
        return None
    own = Counter(record.name.key for record in table.records)
    others = [max(bearers.get(r.name.key, 0) - own[r.name.key], 0.2) for r in table.records]
    frequency = np.minimum(np.array(others) / max(size, 1), 1.0)
    frequency[table.name.full == 0] = 1.0
    scorer = Scorer(table, model, frequency, size)
    row_homes = [(homes or {}).get(int(key)) for key in table.keys]
    split = weakest_split(count, _strengths(table, scorer, row_homes, decided))
    if split is None:
        return None
    entity = np.zeros(count, np.int64)
    entity[list(split.stay)] = 1
    parts = ({row_homes[row] for row in side} - {None} for side in (split.away, split.stay))
    scores = _scored(scorer, entity, np.zeros(1, np.int64), np.ones(1, np.int64), [_meet(*parts)])
    merge = Merge(
        int(scores.left_row[0]),
        int(scores.right_row[0]),
        float(scores.probability[0]),
        tuple(scores.parts[0].tolist()),
        bool(scores.is_home[0]),
    )
    (pair,) = explain.pairs(table, [merge])
    away, stay = (tuple(int(table.keys[row]) for row in side) for side in (split.away, split.stay))
    return WeakestLink(away, stay, split.strength, pair, float(scores.bits[0]))


def _meet(one: Collection[Hashable], other: Collection[Hashable]) -> bool:
    return bool(set(one) & set(other))


def _strengths(
    table: RecordTable,
    scorer: Scorer,
    homes: list[Hashable],
    decided: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], float]:
    """How much each two rows hold together, by themselves."""
    count = len(table)
    pairs = list(itertools.combinations(range(count), 2))
    left, right = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    mates = [homes[a] is not None and homes[a] == homes[b] for a, b in pairs]
    scores = _scored(scorer, np.arange(count), left, right, mates)
    bits = np.where(scores.veto != 0, np.minimum(scores.bits, _BARRED), scores.bits)
    strength = dict(zip(pairs, bits.tolist(), strict=True))
    for a, b in pairs:
        if table.contents[a] == table.contents[b]:
            strength[a, b] = CERTAIN
    for one, other in decided:
        if one in table.row_of and other in table.row_of:
            a, b = sorted((table.row_of[one], table.row_of[other]))
            strength[a, b] = CERTAIN
    return strength


def _scored(scorer: Scorer, entity: Ints, left: Ints, right: Ints, mates: list[bool]) -> Scores:
    members = Members.of(entity, int(entity.max()) + 1)
    return scorer.score(members, left, right, np.array(mates, np.bool_))
