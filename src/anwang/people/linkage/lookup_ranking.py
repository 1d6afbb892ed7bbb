"""Which of the few candidates is most like what was typed: the scorer and the model of the matching, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from anwang.standard.masks import HIDDEN
from anwang.standard.names import read_name
from anwang.standard.record import StandardRecord

from . import explain
from .clustering import Merge
from .columns import RecordTable, tabulate
from .model import LinkageModel, kept_model
from .result import Contribution
from .scoring import Members, Scorer
from .scoring import probability as probability_of

_TOWNSHIP = 2.0  # bits: one of twelve, of very unequal size, and people move
_SAID = 0.5  # bits from which a comparison is named among the reasons
_NOT_A_REASON = frozenset({"prior", "listing", "stage"})


@dataclass(frozen=True, slots=True)
class Ranked:
    """How likely a person is the one who was typed. `for_bits`: what the comparisons say before it is weighed how many
    people there are. `is_barred`: a rule forbids it. `reasons` tells what speaks for it and against it.
    """

    probability: float
    bits: float
    for_bits: float
    is_barred: bool
    pair: Merge
    is_of_township: bool = False

    def with_township(self) -> Ranked:
        """The same, for somebody of the township that was typed."""
        bits = self.bits + _TOWNSHIP
        return replace(
            self,
            bits=bits,
            for_bits=self.for_bits + _TOWNSHIP,
            probability=float(probability_of(np.array([bits]))[0]),
            is_of_township=True,
        )


@dataclass(frozen=True, slots=True)
class Reasons:
    """What agrees and what differs, the strongest first."""

    agree: tuple[str, ...]
    differ: tuple[str, ...]


def home_model(path: Path) -> LinkageModel:
    """The model of the home, else the shipped one."""
    return kept_model(path) or _shipped()


@cache
def _shipped() -> LinkageModel:
    return LinkageModel.load()


def readings_of_name(typed: StandardRecord) -> list[StandardRecord]:
    """What was typed, and how else its name may be meant: 志明 may be all that is known of 王志明."""
    if len(typed.name.key) == 2 and (given := read_name(HIDDEN + typed.name.key)) is not None:
        return [typed, replace(typed, name=given)]
    return [typed]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The persons against what was typed: a `Ranked` for each, in their order."""

    ranks: list[Ranked]
    table: RecordTable

    def reasons(self, ranks: Sequence[Ranked]) -> list[Reasons]:
        """Why each of these is where it is. Only for those that are shown: the words take as long as the weights."""
        if not ranks:
            return []
        told = explain.pairs(self.table, [rank.pair for rank in ranks])
        return [
            _reasons(pair.contributions, rank.is_of_township) for pair, rank in zip(told, ranks, strict=True)
        ]


def ranked(
    readings: Sequence[StandardRecord],
    persons: Sequence[Mapping[int, StandardRecord]],
    model: LinkageModel,
    *,
    size: int,
    namesakes: int,
) -> Ranking:
    """Each person (the records by row number) against what was typed, under that of its `readings` which says most.

    `size`: records in the home; `namesakes`: those of them that bear the typed name.
    """
    # Row numbers of the registry begin at 1.
    records = {-place: reading for place, reading in enumerate(readings)}
    owner = {-place: place for place in range(len(readings))}
    for place, found in enumerate(persons, len(readings)):
        records |= found
        owner |= dict.fromkeys(found, place)
    table = tabulate(records)
    if not persons:
        return Ranking([], table)
    frequency = np.full(len(table), min(max(namesakes, 0.2) / max(size, 1), 1.0))
    frequency[table.name.full == 0] = 1.0
    scorer = Scorer(table, model, frequency, size)
    entity = np.array([owner[key] for key in table.keys.tolist()], np.int64)
    members = Members.of(entity, len(readings) + len(persons))
    left = np.repeat(np.arange(len(readings)), len(persons))
    right = np.tile(np.arange(len(persons)) + len(readings), len(readings))
    scores = scorer.score(members, left, right)
    probability = scores.probability
    by_reading = scores.bits.reshape(len(readings), len(persons))
    return Ranking(
        [
            Ranked(
                float(probability[k]),
                float(scores.bits[k]),
                float(scores.bits[k] - scores.parts[k, -1]),
                bool(scores.veto[k]),
                Merge(
                    int(scores.left_row[k]),
                    int(scores.right_row[k]),
                    float(probability[k]),
                    tuple(scores.parts[k].tolist()),
                    bool(scores.is_home[k]),
                ),
            )
            for k in (by_reading.argmax(0) * len(persons) + np.arange(len(persons))).tolist()
        ],
        table,
    )


def _reasons(contributions: Sequence[Contribution], is_of_township: bool) -> Reasons:
    # What further records of the person say cannot be told in the words of the one that is shown.
    told = sorted(
        (c for c in contributions if c.comparison not in _NOT_A_REASON and c.finding != explain.ELSEWHERE),
        key=lambda c: -abs(c.bits),
    )
    return Reasons(
        (
            *(c.finding for c in told if c.bits >= _SAID),
            *(("同一鄉鎮市",) if is_of_township else ()),
        ),
        tuple(c.finding for c in told if c.bits <= -_SAID),
    )
