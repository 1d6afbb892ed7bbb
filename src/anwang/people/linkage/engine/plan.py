"""How a pair of records is scored: which comparisons, in which order, with which weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .comparison import Comparison
from .expressions import NEVER, Node

Floats = NDArray[np.float64]
HAIR = 1e-9  # bits; more than rounding makes of a sum, less than anything means


@dataclass(frozen=True, slots=True)
class Plan:
    """The shape of a model: `regimes` name the comparisons that each of them adds up, in the order of asking.

    With two regimes the first holds for pairs where `chooser` can be compared, the second for all others. `terms`: for
    each regime the comparisons whose first level weighs by the frequency of the value; their order is that of the
    columns of `Weights.terms`. `apart`: two records of which this holds are never in one cluster.
    """

    comparisons: tuple[Comparison, ...]
    regimes: tuple[tuple[str, ...], ...]
    chooser: str = ""
    terms: tuple[tuple[int, str], ...] = ()
    apart: Node = NEVER

    def __post_init__(self) -> None:
        if len(self.regimes) != (2 if self.chooser else 1):
            raise ValueError("a chooser parts two regimes")

    def term_of(self, regime: int, name: str) -> int | None:
        """The column of a comparison's term, where it weighs by frequency in that regime."""
        return self.terms.index((regime, name)) if (regime, name) in self.terms else None

    def worth_source(self, regime: int, name: str) -> str:
        """In the source of compiled code: what the `level` of a comparison is worth for the rows `a` and `b`."""
        worth = f"weights[{regime}, {self.regimes[regime].index(name)}, level + 1]"
        term = self.term_of(regime, name)
        return (
            worth if term is None else f"(min(terms[a, {term}], terms[b, {term}]) if level == 0 else {worth})"
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """What a plan's levels are worth, in bits: `levels[regime, k, level + 1]` of the k-th comparison (0 for what cannot
    be compared), `prior[regime]`, `terms[row, t]`; `rest[regime, k]` is the most that the comparisons after the k-th can
    add, and a hair more: so no pair drops out by rounding that would reach the threshold in the end."""

    levels: Floats
    prior: Floats
    rest: Floats
    terms: Floats

    @classmethod
    def of(
        cls, plan: Plan, bits: Sequence[Mapping[str, Floats]], prior: Sequence[float], terms: Floats
    ) -> Weights:
        """`bits[regime][name]`: per level; `terms[rows, t]`: bits of an equal value of each row."""
        most_levels = max(len(c.levels) for c in plan.comparisons)
        longest = max(map(len, plan.regimes))
        levels = np.zeros((len(plan.regimes), longest, most_levels + 1))
        rest = np.zeros((len(plan.regimes), longest))
        for regime, names in enumerate(plan.regimes):
            best = []
            for k, name in enumerate(names):
                told = np.asarray(bits[regime][name])
                levels[regime, k, 1 : len(told) + 1] = told
                term = plan.term_of(regime, name)
                first = told[:1].tolist() if term is None else [float(terms[:, term].max(initial=0.0))]
                best.append(max(0.0, *first, *told[1:].tolist()))
            rest[regime, : len(names)] = np.cumsum([0.0, *best[::-1]])[::-1][1:]
            rest[regime, : len(names) - 1] += HAIR
        return cls(levels, np.array(prior, float), rest, np.ascontiguousarray(terms))
