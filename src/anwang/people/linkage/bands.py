"""Bands of likelihood, and which pairs of a band are drawn by lot. Pure.

Which pairs people review is no accident: the queue offers the doubtful ones first. To say how good a threshold is, pairs
are also drawn by lot in each band. A pair's lot is a number in [0, 1) made from its two record numbers alone, the same in
every run, and says nothing about the pair; drawn is who lies below the band's share. So a draw stays a draw from month
to month, and it does not matter by which road the reviewer came to it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .engine.keys import Ints

Floats = NDArray[np.float64]

EDGES = (0.005, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
"""Where each band begins; the last reaches to 1. Less likely pairs are in no band: nobody looks for persons there."""
STEPS = EDGES[1:13]
"""The thresholds that are weighed against each other."""
RIVAL = len(EDGES)
"""The band of pairs above the threshold that stay apart because somebody else fits as well: no threshold links them."""
LEAST_DRAWS = 10


def bits_of(probability: float) -> float:
    """A probability as the scorer sums it: log2 of the odds."""
    return math.log2(probability / (1 - probability))


def band_of(probability: float, linked: bool, link_at: float) -> int | None:
    """The band of a pair, None below the first one."""
    if not linked and probability >= link_at:
        return RIVAL
    at = bisect_right(EDGES, probability) - 1
    return at if at >= 0 else None


def bands_of(probability: Floats, linked: NDArray[np.bool_], link_at: float) -> Ints:
    """`band_of` of many pairs; -1 where it says None."""
    at = np.searchsorted(EDGES, probability, side="right") - 1
    return np.where(~linked & (probability >= link_at), RIVAL, at).astype(np.int64)


def lots(one: Ints, other: Ints) -> Floats:
    """The lots of pairs of records, by their numbers in either order."""
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
    x = _mixed(low + np.uint64(0x9E3779B97F4A7C15))
    x = _mixed(x ^ high)
    return (x >> np.uint64(11)) / 2.0**53


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of splitmix64: every bit of the input moves about half of the output's."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def lot(one: int, other: int) -> float:
    return float(lots(np.array([one]), np.array([other]))[0])


@dataclass(frozen=True, slots=True)
class Band:
    """How many pairs nobody decided on a run left in a band, and the share of them that is drawn by lot."""

    number: int
    pairs: int
    share: float

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "pairs": self.pairs, "share": self.share}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Band:
        return cls(int(body["number"]), int(body["pairs"]), float(body["share"]))


def allocated(pairs: Sequence[int], draws: int) -> list[int]:
    """How many to draw of each band. As the two-thirds power of its size: then the bands' shares in the width of the
    whole interval, each about 3 N/n where nearly all or nearly none are one person, sum to the least. At least
    `LEAST_DRAWS` of each, where there are as many."""
    weights = [count ** (2 / 3) for count in pairs]
    total = sum(weights) or 1.0
    return [
        min(count, max(LEAST_DRAWS, round(draws * weight / total)))
        for count, weight in zip(pairs, weights, strict=True)
    ]


def bands(numbers: Ints, draws: int, decided: int = 0) -> tuple[Band, ...]:
    """The bands of a run's open pairs, from the band of each (-1: none). `decided`: pairs that people have decided on,
    which no run scores any more. Most that were drawn were of the largest band: counted there, they keep its share from
    growing from run to run."""
    counts = np.bincount(numbers[numbers >= 0], minlength=RIVAL + 1).tolist()
    largest = counts.index(max(counts))
    known = [count + decided * (number == largest) for number, count in enumerate(counts)]
    wanted = allocated(known, draws)
    return tuple(
        Band(number, counts[number], asked / count if count else 1.0)
        for number, (count, asked) in enumerate(zip(known, wanted, strict=True))
    )
