"""Likely pairs become clusters, without a chain: that A is like B and B like C does not make A and C one.

The likeliest pair first, two clusters become one when all their rows together say so (a mixture, comparison by comparison:
`gathering_source`) and no two exclude it. Then each row that does not fit all of its cluster, or has likely partners outside, goes where it fits
best. The result depends on the records and their order alone.

What persons have decided comes before all scores: pairs that are one are joined first and stay together, and no two rows that are
not one come into one cluster.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gathering_source import BARRED, LOOSE
from .keys import Ints, distinct
from .layout import Packed
from .memory import room
from .pairing import Likely, Pairing
from .plan import Weights

ROUNDS = 4  # in which rows may move; the second one moves hardly any


@dataclass(frozen=True, slots=True)
class Gathered:
    """`cluster[row]`: the number of its cluster, in the order of their first rows. `loose`: rows of clusters in which some
    rows do not fit each other, for somebody to look at. `moved`: how many rows went elsewhere afterwards. `refused[k]`: the k-th
    pair that is one was not joined, as that would bring together two that are not."""

    cluster: Ints
    loose: NDArray[np.bool_]
    moved: int
    refused: NDArray[np.bool_]


Pairs = tuple[Ints, Ints]
NO_PAIRS: Pairs = (np.zeros(0, np.int64), np.zeros(0, np.int64))


def gathered(
    pairing: Pairing,
    rows: Packed,
    likely: Likely,
    weights: Weights,
    threshold: float,
    *,
    must: Pairs = NO_PAIRS,
    cannot: Pairs = NO_PAIRS,
) -> Gathered:
    """Clusters of all rows from the likely pairs, which `threshold` bits and more are worth joining. `must`: pairs of rows
    that are one, whatever the scores say; `cannot`: pairs that are not, which wins where both cannot be."""
    count = len(rows)
    state = room((count, 4), np.int32)  # see `gathering_source`
    state[:] = 0, 0, 1, 0
    state[:, :2] = np.arange(count)[:, None]
    apart = _barred(cannot, count)
    state[cannot[0], 3] = state[cannot[1], 3] = BARRED
    refused = np.zeros(len(must[0]), np.bool_)
    held = None
    if len(must[0]):
        refused = _united(pairing, must, state, apart)
        held = state[state[:, 0], 2] > 1
    worth = (weights.levels, weights.terms, weights.prior, threshold)
    order = np.argsort(-likely.bits, kind="stable")
    order = order[: np.searchsorted(-likely.bits[order], -threshold, side="right")]
    pairing.kernels.gather(order, likely.left, likely.right, rows, *worth, state, *apart)
    del order  # at a nation's size each array is as large as a county's whole work
    moved = 0
    changed, asked = np.zeros(count + 1, np.int32), np.full(count, -1, np.int32)
    for _ in range(ROUNDS):
        root, loose = np.ascontiguousarray(state[:, 0]), state[:, 3] & LOOSE > 0
        who, starts, others = _unsettled(likely, root, loose, held)
        now = pairing.kernels.settle(who, starts, others, rows, *worth, state, *apart, changed, asked)
        moved += now
        if not now:
            break
    del changed, asked
    root, loose = np.ascontiguousarray(state[:, 0]), state[:, 3] & LOOSE > 0
    number = (
        np.cumsum(root == np.arange(count, dtype=np.int32), dtype=np.int32) - 1
    )  # a root is the lowest row of its cluster
    return Gathered(number[root].astype(np.int64), loose[root], moved, refused)


def _barred(cannot: Pairs, count: int) -> tuple[NDArray[np.int32], Ints, Ints]:
    """`barred_of`, `firsts` and `barred` of `gathering_source`."""
    if not len(cannot[0]):
        return np.zeros(1, np.int32), np.zeros(2, np.int64), np.zeros(0, np.int64)
    row, other = np.r_[cannot[0], cannot[1]], np.r_[cannot[1], cannot[0]]
    order = np.lexsort((other, row))
    who = distinct(row)
    barred_of = room((count,), np.int32)
    barred_of[who] = np.arange(1, len(who) + 1)
    firsts = np.r_[0, np.searchsorted(row[order], who), len(row)].astype(np.int64)
    return barred_of, firsts, other[order]


def _united(
    pairing: Pairing, must: Pairs, state: NDArray[np.int32], apart: tuple[NDArray[np.int32], Ints, Ints]
) -> NDArray[np.bool_]:
    """Joins what is one, in the order of the rows, so that of several that contradict each other always the same is refused."""
    low, high = np.minimum(*must), np.maximum(*must)
    order = np.lexsort((high, low))
    told = np.zeros(len(order), np.bool_)
    pairing.kernels.unite(low[order], high[order], state, *apart, told)
    refused = np.empty_like(told)
    refused[order] = told
    return refused


def _unsettled(
    likely: Likely, root: Ints, loose: NDArray[np.bool_], held: NDArray[np.bool_] | None
) -> tuple[Ints, Ints, Ints]:
    """Rows that may fit elsewhere better, without those `held` where they are, and the partners of each: those of `who[k]`
    are `others[starts[k] : starts[k + 1]]`."""
    left, right = likely.left, likely.right
    outside = root[left] != root[right]
    who = distinct(np.r_[left[outside], right[outside], np.flatnonzero(loose[root])])
    a, b = np.r_[left[outside], right[outside]], np.r_[right[outside], left[outside]]
    if held is not None:
        who, a, b = who[~held[who]], a[~held[a]], b[~held[a]]
    order = np.lexsort((b, a))
    starts: Ints = np.searchsorted(a[order], np.append(who, len(root)))
    return who, starts, b[order]
