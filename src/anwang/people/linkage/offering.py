"""What a run leaves to persons: pairs in doubt, pairs drawn by lot for the estimate, in the order in which to ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import explain
from .asking import Stake, batch, conflict, in_order, joined_agencies, part_sizes
from .bands import EDGES, RIVAL, Band, bands, bands_of, lots
from .clustering import Merge, left_apart
from .columns import RecordTable
from .engine.keys import Ints
from .model import SURE_FROM, LinkageModel
from .people import Grouping
from .result import Contribution, LinkDecisions, Pair, ReviewPair, VetoedPair


@dataclass(frozen=True, slots=True)
class Offered:
    """`edges` made the persons; `review` is asked, in this order; `vetoed` would link but for a rule; `bands` of all
    pairs that nobody decided on."""

    edges: tuple[Pair, ...]
    review: tuple[ReviewPair, ...]
    vetoed: tuple[VetoedPair, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Every pair that a threshold decides on: the merges (`linked`) and, from the floor of the bands up, the pairs that
    stayed apart without a veto. What persons decided is not among them."""

    merges: tuple[Merge, ...]
    probability: NDArray[np.float64]
    linked: NDArray[np.bool_]
    band: Ints
    lot: NDArray[np.float64]


def scored_pairs(
    table: RecordTable, grouping: Grouping, model: LinkageModel, decisions: LinkDecisions
) -> ScoredPairs:
    scores = grouping.persons.scores
    apart = np.flatnonzero((scores.probability >= EDGES[0]) & (scores.veto == 0))
    merges = [*grouping.merges, *left_apart(scores, apart)]
    linked = np.arange(len(merges)) < len(grouping.merges)
    decided = {frozenset(pair) for pair in decisions.must | decisions.cannot}
    if decided:
        keys = table.keys.tolist()
        left_open = np.array(
            [frozenset((keys[m.left_row], keys[m.right_row])) not in decided for m in merges], np.bool_
        )
        merges, linked = [merges[k] for k in np.flatnonzero(left_open)], linked[left_open]
    probability = np.array([m.probability for m in merges], np.float64)
    left = table.keys[np.array([m.left_row for m in merges], np.int64)]
    right = table.keys[np.array([m.right_row for m in merges], np.int64)]
    band = bands_of(probability, linked, model.link_at)
    return ScoredPairs(tuple(merges), probability, linked, band, lots(left, right))


def offered(
    table: RecordTable, grouping: Grouping, model: LinkageModel, decisions: LinkDecisions, draws: int
) -> Offered:
    """`draws`: how many pairs to draw by lot over all bands."""
    scored = scored_pairs(table, grouping, model, decisions)
    found = bands(scored.band, draws, len(decisions.must | decisions.cannot))
    share = np.array([band.share for band in found])
    in_doubt = np.where(
        scored.linked, scored.probability < SURE_FROM, scored.probability >= model.review_from
    )
    in_band = scored.band >= 0
    drawn = in_band & (scored.lot < share[scored.band]) & ~(in_doubt & (share[scored.band] >= 1))
    asked = np.flatnonzero(in_doubt | drawn).tolist()
    told = explain.pairs(table, [scored.merges[k] for k in asked])
    stakes = _Stakes(table, grouping)
    sizes = dict(zip(map(id, grouping.merges), stakes.parts, strict=True))
    review, worth, lot = [], {}, {}
    for at, (k, pair) in enumerate(zip(asked, told, strict=True)):
        is_linked = bool(scored.linked[k])
        merge = scored.merges[k]
        if in_doubt[k]:
            worth[at] = stakes.of(merge, pair.contributions, sizes.get(id(merge))).worth
        if drawn[k]:
            at_batch = batch(float(scored.lot[k]), float(share[scored.band[k]]))
            lot[at] = (at_batch or 0, float(scored.lot[k]))
        rival = "；另有其他人同樣可能，故不逕行連結" if scored.band[k] == RIVAL else ""
        reason = explain.sentence(pair) + rival
        review.append(
            ReviewPair(
                pair.left, pair.right, pair.probability, pair.contributions, is_linked, reason, bool(drawn[k])
            )
        )
    # Ties go by what the rows say, as everything does; only the lots go by the records' numbers.
    place = sorted(range(len(review)), key=lambda at: _rows(scored.merges[asked[at]]))
    rank = {at: n for n, at in enumerate(place)}
    ordered = in_order(
        [review[at] for at in place],
        {rank[at]: round(value, 9) for at, value in worth.items()},
        {rank[at]: value for at, value in lot.items()},
    )
    edges = explain.pairs(table, grouping.merges)
    return Offered(tuple(edges), tuple(ordered), _vetoed(table, grouping, model), found)


def _rows(merge: Merge) -> tuple[int, int]:
    return merge.left_row, merge.right_row


class _Stakes:
    """What hangs on a pair, from the persons and households of the run."""

    def __init__(self, table: RecordTable, grouping: Grouping) -> None:
        self.table, self.grouping = table, grouping
        self.rows = explain.rows_by(grouping.person.tolist())
        self.parts = part_sizes((m.left_row, m.right_row) for m in grouping.merges)

    def of(self, merge: Merge, told: tuple[Contribution, ...], parts: tuple[int, int] | None) -> Stake:
        person, household = self.grouping.person, self.grouping.household
        one, other = (self._agencies(int(person[row])) for row in _rows(merge))
        against = conflict(c.bits for c in told if c.comparison != "prior")
        if parts is not None:
            return Stake(merge.probability, True, parts, len(one) - 1, 0, against)
        a, b = (len(self.rows[int(person[row])]) for row in _rows(merge))
        homes = int(household[merge.left_row] != household[merge.right_row])
        return Stake(merge.probability, False, (a, b), joined_agencies(one, other), homes, against)

    def _agencies(self, person: int) -> set[str]:
        return {self.table.records[row].agency for row in self.rows[person]}


def _vetoed(table: RecordTable, grouping: Grouping, model: LinkageModel) -> tuple[VetoedPair, ...]:
    scores = grouping.persons.scores
    barred = np.flatnonzero((scores.probability >= model.link_at) & (scores.veto != 0))
    return tuple(
        VetoedPair(p.left, p.right, p.probability, p.contributions, explain.veto_reasons(int(scores.veto[k])))
        for k, p in zip(barred.tolist(), explain.pairs(table, left_apart(scores, barred)), strict=True)
    )
