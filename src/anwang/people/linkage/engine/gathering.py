"""Likely pairs become clusters, without a chain: that A is like B and B like C does not make A and C one.

The likeliest pair first, two clusters become one when all their rows together say so (a mixture, comparison by comparison:
`gathering_source`) and no two exclude it. Then each row that does not fit all of its cluster, or has likely partners outside, goes where it fits
best. The result depends on the records and their order alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .keys import Ints, distinct
from .layout import Packed
from .memory import room
from .pairing import Likely, Pairing
from .plan import Weights

ROUNDS = 4  # in which rows may move; the second one moves hardly any


@dataclass(frozen=True, slots=True)
class Gathered:
    """`cluster[row]`: the number of its cluster, in the order of their first rows. `loose`: rows of clusters in which some
    rows do not fit each other, for somebody to look at. `moved`: how many rows went elsewhere afterwards."""

    cluster: Ints
    loose: NDArray[np.bool_]
    moved: int


def gathered(pairing: Pairing, rows: Packed, likely: Likely, weights: Weights, threshold: float) -> Gathered:
    """Clusters of all rows from the likely pairs, which `threshold` bits and more are worth joining."""
    count = len(rows)
    state = room((count, 4), np.int32)  # see `gathering_source`
    state[:] = 0, 0, 1, 0
    state[:, :2] = np.arange(count)[:, None]
    worth = (weights.levels, weights.terms, weights.prior, threshold)
    order = np.argsort(-likely.bits, kind="stable")
    order = order[: np.searchsorted(-likely.bits[order], -threshold, side="right")]
    pairing.kernels.gather(order, likely.left, likely.right, rows, *worth, state)
    moved = 0
    changed, asked = np.zeros(count + 1, np.int32), np.full(count, -1, np.int32)
    for _ in range(ROUNDS):
        root, loose = np.ascontiguousarray(state[:, 0]), state[:, 3] > 0
        who, starts, others = _unsettled(likely, root, loose)
        now = pairing.kernels.settle(who, starts, others, rows, *worth, state, changed, asked)
        moved += now
        if not now:
            break
    root, loose = np.ascontiguousarray(state[:, 0]), state[:, 3] > 0
    number = (
        np.cumsum(root == np.arange(count, dtype=np.int32), dtype=np.int32) - 1
    )  # a root is the lowest row of its cluster
    return Gathered(number[root].astype(np.int64), loose[root], moved)


def _unsettled(likely: Likely, root: Ints, loose: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Rows that may fit elsewhere better, and the partners of each: those of `who[k]` are `others[starts[k] : starts[k + 1]]`."""
    left, right = likely.left, likely.right
    outside = root[left] != root[right]
    who = distinct(np.r_[left[outside], right[outside], np.flatnonzero(loose[root])])
    a, b = np.r_[left[outside], right[outside]], np.r_[right[outside], left[outside]]
    order = np.lexsort((b, a))
    starts: Ints = np.searchsorted(a[order], np.append(who, len(root)))
    return who, starts, b[order]
