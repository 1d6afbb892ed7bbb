"""How the records of an earlier month stand among those of this one, and whether comparing the new ones alone is exact.

A pair of two old records that has `threshold` bits under this month's weights had `threshold - rise` under the earlier ones at
least: levels and their weights are of the same model; what an equal name is worth is the smaller one of two records' terms, which
rises by no more than the largest rise of a term; and the prior is the same for all. So while `floor + rise` is not above the
threshold, the kept pairs hold every pair of two old records that is wanted, and `floor + rise` is down to where they do next time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.keys import Ints
from ..engine.plan import HAIR
from ..model import LinkageModel
from ..packed import ID
from .errors import RecordsError
from .kept import BITS, MARK, How, Kept
from .reading import PackedRecords
from .weighing import comparing, prior_bits


@dataclass(frozen=True, slots=True)
class Standing:
    """`place[k]`: the row of the k-th kept record now, -1 when it is gone. `changed`: how many say something else now.
    `since`: the first new row, -1 when new ones stand before old ones. `rise`: the most bits by which the weight of a pair of
    two old records can have risen."""

    place: NDArray[np.int32]
    gone: int
    changed: int
    since: int
    rise: float

    @property
    def floor_rise(self) -> float:
        return self.rise + HAIR


def standing(kept: Kept, records: PackedRecords, marks: Ints, model: LinkageModel) -> Standing:
    """RecordsError when what is kept is broken."""
    place = np.full(kept.how.records, -1, np.int32)
    at, changed, there_are, largest = 0, 0, 0, np.zeros(len(BITS))
    for batch in kept.records():
        ids = batch.column(ID).to_numpy()
        where = np.minimum(np.searchsorted(records.ids, ids), max(len(records) - 1, 0))
        there = records.ids[where] == ids if len(records) else np.zeros(len(ids), np.bool_)
        rows = where[there]
        place[at : at + len(ids)][there] = rows
        changed += int((marks[rows] != batch.column(MARK).to_numpy()[there]).sum())
        for k, name in enumerate(BITS):
            risen = records.terms[rows, k] - batch.column(name).to_numpy()[there]
            largest[k] = risen.max(initial=largest[k])
        there_are += len(rows)
        at += len(ids)
    rows = place[place >= 0]
    if (rows[1:] <= rows[:-1]).any():
        raise RecordsError(
            f"「{kept.folder}」裡先前的紀錄沒有依編號排列，可能被改過。請不用 --kept 重新比對一次。"
        )
    end = int(rows[-1]) + 1 if len(rows) else 0
    prior = prior_bits(model, len(records)) - prior_bits(model, kept.how.records)
    return Standing(
        place,
        kept.how.records - there_are,
        changed,
        end if end == there_are else -1,
        float(largest.sum()) + prior,
    )


def why_all(
    how: How, now: Standing, model: LinkageModel, rules: tuple[str, ...], most: int, threshold: float
) -> str | None:
    """Why everything must be searched again (zh-TW); None when comparing the new records gives the same."""
    if how.model != model.hash:
        return "模型和先前的不同"
    if how.comparing != comparing():
        return "程式比對的方式和先前的不同"
    if how.rules != rules:
        return "分塊鍵和先前的不同"
    if how.most != most:
        return f"--most 和先前的（{how.most}）不同"
    if now.changed:
        return f"先前的紀錄有 {now.changed:,} 筆內容不同"
    if now.since < 0:
        return "有新的紀錄編號在先前的紀錄之前"
    if now.gone and any(how.too_large.values()):
        return "有紀錄已不在，而先前有太大的分塊沒有比對，現在可能變小了"
    if not how.floor + now.floor_rise <= threshold:
        if threshold < how.threshold:
            return f"門檻比先前的（{how.threshold:g}）低，超出留下的 {how.margin:.2f} 位元"
        return f"權重最多升高了 {now.rise:.2f} 位元，超出留下的 {how.margin:.2f} 位元"
    return None
