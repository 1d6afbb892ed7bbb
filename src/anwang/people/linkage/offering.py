"""What a run leaves to persons: pairs in doubt, pairs drawn by lot for the estimate, in the order in which to ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import explain
from .asking import Stake, batch, conflict, in_order, joined_agencies, part_sizes
from .bands import EDGES, RIVAL, Band, bands, bands_of, lots
from .clustering import Merge, merges_of
from .columns import RecordTable
from .engine.keys import Ints
from .model import SURE_FROM, LinkageModel
from .people import Grouping
from .result import Contribution, LinkDecisions, ReviewPair
from .scoring import Scores


@dataclass(frozen=True, slots=True)
class Offered:
    """`review` is asked, in this order; `vetoed`: how many pairs would link but for a rule; `bands` of all pairs that nobody decided on."""

    review: tuple[ReviewPair, ...]
    vetoed: int
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Every pair that a threshold decides on: the merges (`linked`) and, from the floor of the bands up, the pairs that
    stayed apart without a veto. What persons decided is not among them. `merge_at`: which merge it is, -1 for those that
    stayed apart."""

    scores: Scores
    merge_at: Ints
    probability: NDArray[np.float64]
    linked: NDArray[np.bool_]
    band: Ints
    lot: NDArray[np.float64]


def scored_pairs(
    table: RecordTable, grouping: Grouping, model: LinkageModel, decisions: LinkDecisions
) -> ScoredPairs:
    apart = grouping.persons.scores
    merges = len(grouping.merged.bits)
    near = np.flatnonzero((apart.probability >= EDGES[0]) & (apart.veto == 0))
    scores = Scores.of([grouping.merged, apart.where(near)])
    merge_at = np.r_[np.arange(merges), np.full(len(near), -1)]
    left, right = table.keys[scores.left_row], table.keys[scores.right_row]
    decided = decisions.must | decisions.cannot
    if decided:
        size = int(table.keys.max(initial=0)) + 1
        codes = [min(pair) * size + max(pair) for pair in decided if max(pair) < size]
        still_open = ~np.isin(np.minimum(left, right) * size + np.maximum(left, right), codes)
        scores, merge_at, left, right = (
            scores.where(still_open),
            merge_at[still_open],
            left[still_open],
            right[still_open],
        )
    linked = merge_at >= 0
    band = bands_of(scores.probability, linked, model.link_at)
    return ScoredPairs(scores, merge_at, scores.probability, linked, band, lots(left, right))


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
    asked = np.flatnonzero(in_doubt | drawn)
    merges = merges_of(scored.scores, asked)
    told = explain.pairs(table, merges)
    stakes = _Stakes(table, grouping)
    review, worth, lot = [], {}, {}
    for at, (k, merge, pair) in enumerate(zip(asked.tolist(), merges, told, strict=True)):
        is_linked = bool(scored.linked[k])
        if in_doubt[k]:
            worth[at] = stakes.of(merge, pair.contributions, int(scored.merge_at[k])).worth
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
    place = sorted(range(len(review)), key=lambda at: _rows(merges[at]))
    rank = {at: n for n, at in enumerate(place)}
    ordered = in_order(
        [review[at] for at in place],
        {rank[at]: round(value, 9) for at, value in worth.items()},
        {rank[at]: value for at, value in lot.items()},
    )
    left = grouping.persons.scores
    vetoed = np.count_nonzero((left.probability >= model.link_at) & (left.veto != 0))
    return Offered(tuple(ordered), int(vetoed), found)


def _rows(merge: Merge) -> tuple[int, int]:
    return merge.left_row, merge.right_row


class _Stakes:
    """What hangs on a pair, from the persons and households of the run."""

    def __init__(self, table: RecordTable, grouping: Grouping) -> None:
        self.table, self.grouping = table, grouping
        self.rows = explain.rows_by(grouping.person.tolist())
        merged = grouping.merged
        self.parts = part_sizes(zip(merged.left_row.tolist(), merged.right_row.tolist(), strict=True))

    def of(self, merge: Merge, told: tuple[Contribution, ...], merge_at: int) -> Stake:
        person, household = self.grouping.person, self.grouping.household
        one, other = (self._agencies(int(person[row])) for row in _rows(merge))
        against = conflict(c.bits for c in told if c.comparison != "prior")
        if merge_at >= 0:
            return Stake(merge.probability, True, self.parts[merge_at], len(one) - 1, 0, against)
        a, b = (len(self.rows[int(person[row])]) for row in _rows(merge))
        homes = int(household[merge.left_row] != household[merge.right_row])
        return Stake(merge.probability, False, (a, b), joined_agencies(one, other), homes, against)

    def _agencies(self, person: int) -> set[str]:
        return {self.table.records[row].agency for row in self.rows[person]}
