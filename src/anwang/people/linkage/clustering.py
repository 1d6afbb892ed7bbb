"""Records become persons: best pair first, each merge judged on all records of both sides.

No connected components: A like B and B like C does not make A and C one person. In every round each entity looks for
its best partner; two that choose each other, with odds above the threshold and no veto, become one, and are compared
anew as one. Decisions by persons come first and are never undone by a score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .columns import RecordTable
from .engine.components import forest
from .engine.keys import Ints, distinct, numbered
from .model import LinkageModel
from .scoring import Members, Scorer, Scores, probability

VETO_DECISION = 8
ROUNDS = 60
RIVAL_FROM = -4.0  # bits from which another partner counts as a rival: one in seventeen


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge: the rows that spoke most for it, the probability and the bits of each comparison at that moment."""

    left_row: int
    right_row: int
    probability: float
    parts: tuple[float, ...]
    is_home: bool


@dataclass(frozen=True, slots=True)
class Clusters:
    """`entity[i]` numbers the person of row `i` (0 …, in content order). `merged`: the scores of the merges, in order, each
    at its moment. `left`, `right`, `scores`: the entity pairs that were compared and stayed apart."""

    entity: Ints
    merged: Scores
    left: Ints
    right: Ints
    scores: Scores


class Decisions:
    """Must-links as groups of rows, cannot-links as row pairs; a contradiction keeps the cannot-link."""

    def __init__(self, must: Iterable[tuple[int, int]], cannot: Iterable[tuple[int, int]]) -> None:
        self.cannot = {(min(p), max(p)) for p in cannot}
        self.must = sorted({(min(p), max(p)) for p in must} - self.cannot)


def _joined(size: int, pairs: Sequence[tuple[int, int]]) -> Ints:
    """Entities of rows of which some belong together whatever the scores say."""
    entity = np.arange(size)
    if pairs:
        rows, first = forest(*np.array(pairs, np.int64).T)
        entity[rows] = first
    return entity


def _entity_pairs(entity: Ints, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    a, b = entity[left], entity[right]
    low, high = np.minimum(a, b), np.maximum(a, b)
    size = int(entity.max(initial=0)) + 1
    code = distinct(low[low != high] * size + high[low != high])
    return code // size, code % size


def _forbidden(entity: Ints, decisions: Decisions, left: Ints, right: Ints) -> NDArray[np.bool_]:
    if not decisions.cannot:
        return np.zeros(len(left), np.bool_)
    size = int(entity.max(initial=0)) + 1
    a, b = (entity[np.array(side)] for side in zip(*sorted(decisions.cannot), strict=True))
    codes = np.minimum(a, b) * size + np.maximum(a, b)
    return np.isin(left * size + right, codes)


ScorePairs = Callable[[Ints, Ints, Ints], Scores]


def cluster(
    table: RecordTable,
    scorer: Scorer,
    model: LinkageModel,
    left: Ints,
    right: Ints,
    decisions: Decisions,
    start: Ints | None = None,
    household: Ints | None = None,
    link_at: float | None = None,
    rivals: bool = False,
) -> Clusters:
    """Persons from the candidate row pairs. `start`: entities of an earlier pass to go on from; `household`: the
    household of each row by that pass, as further evidence of a shared home."""

    def score(entity: Ints, a: Ints, b: Ints) -> Scores:
        count = int(entity.max(initial=0)) + 1
        mates = None
        if household is not None:
            of = np.zeros(count, np.int64)
            of[entity] = household
            mates = of[a] == of[b]
        scores = scorer.score(Members.of(entity, count), a, b, mates)
        scores.veto[_forbidden(entity, decisions, a, b)] |= VETO_DECISION
        return scores

    if start is None:
        start = _joined(len(table), [*decisions.must, *_copies(table)])
    return agglomerate(
        numbered(start), left, right, score, model.link_at if link_at is None else link_at, rivals=rivals
    )


def agglomerate(
    entity: Ints, left: Ints, right: Ints, score: ScorePairs, link_at: float, *, rivals: bool = False
) -> Clusters:
    """Merges entities best pair first, from the row pairs that may link them. `score` judges entity pairs.

    `rivals`: a pair must also beat the other partners that either side could have (see `_against_rivals`).
    """
    threshold = float(np.log2(link_at / (1 - link_at)))
    a, b = _entity_pairs(entity, left, right)
    scores = score(entity, a, b)
    merges = [scores.where(np.zeros(0, np.int64))]
    for _ in range(ROUNDS):
        good = np.flatnonzero((scores.bits >= threshold) & (scores.veto == 0))
        count = int(entity.max(initial=0)) + 1
        if rivals and len(good):
            good = good[scores.bits[good] - _against_rivals(a, b, scores, good, count) >= threshold]
        chosen = _mutual(a[good], b[good], scores.bits[good], count)
        if not len(chosen):
            break
        merged = good[chosen]
        merges.append(scores.where(merged))
        target = np.arange(int(entity.max()) + 1)
        target[b[merged]] = a[merged]
        changed = np.zeros(len(target), np.bool_)
        changed[a[merged]] = changed[b[merged]] = True
        entity, a, b, scores = _after(entity, target, changed, a, b, scores, score)
    return Clusters(entity, Scores.of(merges), a, b, scores)


def merges_of(scores: Scores, which: Ints) -> list[Merge]:
    """Some of the scored pairs one by one: how they were merged, or would have been."""
    fields = zip(
        scores.left_row[which].tolist(),
        scores.right_row[which].tolist(),
        probability(scores.bits[which]).tolist(),
        map(tuple, scores.parts[which].tolist()),
        scores.is_home[which].tolist(),
        strict=True,
    )
    return [Merge(*values) for values in fields]


def _after(
    entity: Ints,
    target: Ints,
    changed: NDArray[np.bool_],
    a: Ints,
    b: Ints,
    scores: Scores,
    score: ScorePairs,
) -> tuple[Ints, Ints, Ints, Scores]:
    """The next state after merging entities into `target`: only pairs with a changed side are scored again."""
    stale = changed[a] | changed[b]
    low, high = np.minimum(target[a], target[b]), np.maximum(target[a], target[b])
    stale_codes = distinct((low * len(target) + high)[stale & (low != high)])
    fresh_a, fresh_b = stale_codes // len(target), stale_codes % len(target)
    # close the gaps in the numbers; the order of entities (content order) is kept
    used = distinct(target)
    number = np.zeros(len(target), np.int64)
    number[used] = np.arange(len(used))
    entity = number[target[entity]]
    a, b = number[a[~stale]], number[b[~stale]]
    fresh_a, fresh_b = number[fresh_a], number[fresh_b]
    again = score(entity, fresh_a, fresh_b)
    return (
        entity,
        np.concatenate([a, fresh_a]),
        np.concatenate([b, fresh_b]),
        Scores.of([scores.where(~stale), again]),
    )


def _against_rivals(a: Ints, b: Ints, scores: Scores, good: Ints, count: int) -> NDArray[np.float64]:
    """Bits that each good pair loses to rivals: other possible partners of a side that cannot be the same person as the
    chosen one. A row with nothing but a common name fits two namesakes equally: it is then neither's."""
    codes = a * count + b
    order = np.argsort(codes)
    concerned = np.zeros(count, np.bool_)
    concerned[a[good]] = concerned[b[good]] = True
    live = np.flatnonzero((scores.bits > RIVAL_FROM) & (scores.veto == 0) & (concerned[a] | concerned[b]))
    partners: dict[int, list[tuple[int, float]]] = {}
    for x, y, bits in zip(a[live].tolist(), b[live].tolist(), scores.bits[live].tolist(), strict=True):
        partners.setdefault(x, []).append((y, bits))
        partners.setdefault(y, []).append((x, bits))
    ordered = codes[order]

    def are_apart(x: int, y: int) -> bool:
        code = min(x, y) * count + max(x, y)
        at = int(np.searchsorted(ordered, code))
        if at == len(ordered) or ordered[at] != code:
            return True
        k = order[at]
        return bool(scores.veto[k] != 0 or scores.bits[k] < 0)

    lost = np.zeros(len(good))
    for n, (x, y) in enumerate(zip(a[good].tolist(), b[good].tolist(), strict=True)):
        odds = [
            2.0 ** min(bits, 40.0)
            for one, other in ((x, y), (y, x))
            for rival, bits in partners[one]
            if rival != other and are_apart(other, rival)
        ]
        lost[n] = np.log2(1 + sum(odds))
    return lost


def _mutual(a: Ints, b: Ints, bits: NDArray[np.float64], count: int) -> Ints:
    """Indices of the pairs in which each side is the other's best; ties go to the lower numbers."""
    if not len(a):
        return np.zeros(0, np.int64)
    order = np.lexsort((b, a, -np.round(bits, 9)))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    best = np.full(count, len(order))
    np.minimum.at(best, a, rank)
    np.minimum.at(best, b, rank)
    return np.flatnonzero((best[a] == rank) & (best[b] == rank))


def _copies(table: RecordTable) -> list[tuple[int, int]]:
    """Neighbouring rows of one list that say exactly the same are one person: nothing could tell them apart."""
    contents = table.contents
    return [(i, i + 1) for i in range(len(contents) - 1) if contents[i] == contents[i + 1]]
