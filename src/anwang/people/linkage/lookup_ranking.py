"""Which of the few candidates is most like what was typed: the scorer and the model of the matching, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from anwang.standard.record import StandardRecord

from . import explain
from .clustering import Merge
from .columns import tabulate
from .model import LinkageModel, kept_model
from .result import Contribution
from .scoring import Members, Scorer
from .scoring import probability as probability_of

TYPED = 0  # the key of what was typed; row numbers of the registry begin at 1
_TOWNSHIP = 2.0  # bits: one of twelve, of very unequal size, and people move
_SAID = 0.5  # bits from which a comparison is named among the reasons
_NOT_A_REASON = frozenset({"prior", "listing", "stage"})


@dataclass(frozen=True, slots=True)
class Ranked:
    """How likely a person is the one who was typed, and what speaks for it and against it, the strongest first.

    `for_bits`: what the comparisons say before it is weighed how many people there are. `is_barred`: a rule forbids it.
    """

    probability: float
    bits: float
    for_bits: float
    is_barred: bool
    agree: tuple[str, ...]
    differ: tuple[str, ...]

    def with_township(self) -> Ranked:
        """The same, for somebody of the township that was typed."""
        bits = self.bits + _TOWNSHIP
        sure = float(probability_of(np.array([bits]))[0])
        return replace(
            self,
            bits=bits,
            for_bits=self.for_bits + _TOWNSHIP,
            probability=sure,
            agree=(*self.agree, "同一鄉鎮市"),
        )


def home_model(path: Path) -> LinkageModel:
    """The model of the home, else the shipped one."""
    return kept_model(path) or _shipped()


@cache
def _shipped() -> LinkageModel:
    return LinkageModel.load()


def ranked(
    typed: StandardRecord,
    persons: Sequence[Mapping[int, StandardRecord]],
    model: LinkageModel,
    *,
    size: int,
    namesakes: int,
) -> list[Ranked]:
    """Each person (the records by row number) against what was typed. `size`: records in the home; `namesakes`: those of
    them that bear the typed name."""
    if not persons:
        return []
    records = {TYPED: typed}
    owner = {TYPED: 0}
    for place, found in enumerate(persons, 1):
        records |= found
        owner |= dict.fromkeys(found, place)
    table = tabulate(records)
    frequency = np.full(len(table), min(max(namesakes, 0.2) / max(size, 1), 1.0))
    frequency[table.name.full == 0] = 1.0
    scorer = Scorer(table, model, frequency, size)
    entity = np.array([owner[key] for key in table.keys.tolist()], np.int64)
    members = Members.of(entity, len(persons) + 1)
    right = np.arange(1, len(persons) + 1)
    scores = scorer.score(members, np.zeros(len(persons), np.int64), right)
    probability = scores.probability
    merges = [
        Merge(
            int(scores.left_row[k]),
            int(scores.right_row[k]),
            float(probability[k]),
            tuple(scores.parts[k].tolist()),
            bool(scores.is_home[k]),
        )
        for k in range(len(persons))
    ]
    return [
        Ranked(
            float(probability[k]),
            float(scores.bits[k]),
            float(scores.bits[k] - scores.parts[k, -1]),
            bool(scores.veto[k]),
            *_reasons(pair.contributions),
        )
        for k, pair in enumerate(explain.pairs(table, merges))
    ]


def _reasons(contributions: Sequence[Contribution]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    # What further records of the person say cannot be told in the words of the one that is shown.
    told = sorted(
        (c for c in contributions if c.comparison not in _NOT_A_REASON and c.finding != explain.ELSEWHERE),
        key=lambda c: -abs(c.bits),
    )
    return (
        tuple(c.finding for c in told if c.bits >= _SAID),
        tuple(c.finding for c in told if c.bits <= -_SAID),
    )
