"""What agreement is worth in these files: m and u of every level by expectation maximisation, with no example given.

The mixture is that of ALL pairs of the files, not only of those that a blocking rule brings together: pairs that no rule
brings together count as two persons, and the others carry what brought them together in their levels, so no rule needs
a training of its own. u is learnt from random pairs, each as far as it is of two persons: in a small file even among
random pairs some are of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.comparison import Comparison
from ..regime import LARGEST, Regime

Levels = NDArray[np.int8]
Floats = NDArray[np.float64]

ROUNDS = 200
STILL = 1e-7  # largest change of a probability at which the estimate stands
M_PAIRS = 10.0  # the starting m weighs as so many pairs
U_PAIRS = 1.0  # every level is taken as reached by so many random pairs more than were seen
EXACT = 0.8  # of the starting m


@dataclass(frozen=True, slots=True)
class Patterns:
    """Different combinations of levels, [c, patterns], and how many pairs have each."""

    levels: Levels
    counts: Floats

    @classmethod
    def of(cls, levels: Levels) -> Patterns:
        """From the levels of pairs, [c, pairs]."""
        if not levels.shape[1]:
            return cls(levels, np.zeros(0))
        codes = np.zeros(levels.shape[1], np.uint64)
        for row in levels:
            codes = codes * np.uint64(1_000_003) + (row + 2).astype(np.uint64)  # wraps: a hash, not a number
        _, first, counts = np.unique(codes, return_index=True, return_counts=True)
        return cls(np.ascontiguousarray(levels[:, first]), counts.astype(float))


def starting(comparisons: Sequence[Comparison]) -> dict[str, Floats]:
    """m to begin with: mostly equal, the rest spread, a little less for each further level."""
    found = {}
    for c in comparisons:
        rest = 0.8 ** np.arange(len(c.levels) - 1)
        found[c.name] = np.r_[EXACT, (1 - EXACT) * rest / rest.sum()]
    return found


def u_of(comparisons: Sequence[Comparison], patterns: Patterns, share: Floats) -> dict[str, Floats]:
    """How often each level is reached by pairs of two persons; `share[pattern]` of the pairs of a pattern are."""
    return {
        c.name: _shares(patterns.levels[k], patterns.counts * share, np.full(len(c.levels), U_PAIRS))
        for k, c in enumerate(comparisons)
    }


def estimated(
    comparisons: Sequence[Comparison],
    candidates: Patterns,
    random: Patterns,
    pairs: float,
    rate: float,
) -> tuple[Regime, int]:
    """The estimate and the number of rounds it took. `pairs`: of all records with all; `rate`: to begin with."""
    start = starting(comparisons)
    m = dict(start)
    u = u_of(comparisons, random, np.ones(len(random.counts)))
    least = min(rate, 0.5 / pairs)
    rounds, change = 0, np.inf
    while rounds < ROUNDS and change >= STILL:
        rounds += 1
        likely = posterior(comparisons, candidates.levels, m, u, rate)
        of_one = candidates.counts * likely
        new_m = {
            c.name: _shares(candidates.levels[k], of_one, M_PAIRS * start[c.name])
            for k, c in enumerate(comparisons)
        }
        new_u = u_of(comparisons, random, 1 - posterior(comparisons, random.levels, m, u, rate))
        new_rate = float(np.clip(of_one.sum() / pairs, least, 0.5))
        change = max(
            abs(new_rate - rate) / new_rate,
            *(float(np.abs(new_m[name] - m[name]).max()) for name in m),
            *(float(np.abs(new_u[name] - u[name]).max()) for name in u),
        )
        m, u, rate = new_m, new_u, new_rate
    return Regime(rate, _plain(m), _plain(u)), rounds


def _plain(shares: Mapping[str, Floats]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(float(value) for value in values) for name, values in shares.items()}


def _shares(levels: Levels, counts: Floats, prior: Floats) -> Floats:
    known = levels >= 0
    seen = np.bincount(levels[known], weights=counts[known], minlength=len(prior)) + prior
    found: Floats = seen / seen.sum()
    return found


def posterior(
    comparisons: Sequence[Comparison],
    levels: Levels,
    m: Mapping[str, Floats],
    u: Mapping[str, Floats],
    rate: float,
) -> Floats:
    """The probability that a pair of each pattern is of one person."""
    bits = np.full(levels.shape[1], np.log2(rate / (1 - rate)))
    for k, c in enumerate(comparisons):
        told = np.clip(np.log2(m[c.name] / u[c.name]), -LARGEST, LARGEST)
        bits += np.append(told, 0.0)[levels[k]]
    found: Floats = 1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60)))
    return found
