"""Whose cluster has another number than last month, and why: for whoever numbers persons by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..engine.keys import Ints

# Why: what the cluster had of last month's records is together with others now; it is in several; both, so some went
# elsewhere; neither: the record that gave the number is gone, or a lower one has come.
WHY = ("merged", "split", "moved", "renumbered")


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows whose cluster has another number, the `old` and the `new` one, and the place in `WHY`."""

    rows: Ints
    old: Ints
    new: Ints
    why: NDArray[np.int8]

    @property
    def counts(self) -> dict[str, int]:
        return dict(zip(WHY, np.bincount(self.why, minlength=len(WHY)).tolist(), strict=True))

    def columns(self, ids: Ints, part: slice) -> dict[str, NDArray[np.int64] | pa.Array]:
        why = pa.DictionaryArray.from_arrays(self.why[part], list(WHY)).cast(pa.string())
        return {"unique_id": ids[self.rows[part]], "old": self.old[part], "new": self.new[part], "why": why}


def changes(ids: Ints, place: NDArray[np.int32], old: Ints, lowest: Ints) -> Changes:
    """`old[k]`: the earlier number of the cluster of the k-th kept record, whose row now is `place[k]`, -1 when it is gone;
    `lowest[row]`: the lowest row of its cluster now, whose number is the cluster's."""
    there = place >= 0
    rows, before = place[there].astype(np.int64), old[there]
    changed = before != ids[lowest[rows]]
    # Clusters, as rows, that some record is still in under the same number.
    goes_on = np.zeros(len(ids), np.bool_)
    goes_on[lowest[rows[~changed]]] = True
    rows, before = rows[changed], before[changed]
    now = lowest[rows]
    at = np.minimum(np.searchsorted(ids, before), max(len(ids) - 1, 0))
    is_split = _has_several(before, now) | ((ids[at] == before) & goes_on[at] if len(rows) else False)
    is_mixed = _has_several(now, before) | goes_on[now]
    why = np.select([is_split & is_mixed, is_split, is_mixed], [2, 1, 0], 3).astype(np.int8)
    return Changes(rows, before, ids[now], why)


def _has_several(group: Ints, values: Ints) -> NDArray[np.bool_]:
    """Whether the group of each element has different values."""
    order = np.lexsort((values, group))
    ordered, of = values[order], group[order]
    starts = np.flatnonzero(np.r_[True, of[1:] != of[:-1]][: len(of)])
    ends = np.r_[starts[1:], len(of)][: len(starts)]
    found = np.empty(len(group), np.bool_)
    found[order] = np.repeat(ordered[starts] != ordered[ends - 1], ends - starts)
    return found
