"""How good the pairs are, where the truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.keys import Ints
from .keys import Blocks
from .reading import Table

Floats = NDArray[np.float64]
_ROOM = 10_000_000  # true pairs looked up


@dataclass(frozen=True, slots=True)
class Truth:
    """`pairs`: codes `left * records + right` of the true pairs, in order."""

    pairs: Ints
    records: int

    @classmethod
    def of_entities(cls, entities: Sequence[str], split: int) -> Truth:
        """From the true entity of each row; "" is one of its own. With a `split` only pairs across it count."""
        rows: dict[str, list[int]] = {}
        for row, entity in enumerate(entities):
            if entity:
                rows.setdefault(entity, []).append(row)
        count = len(entities)
        found = [
            a * count + b
            for members in rows.values()
            for i, a in enumerate(members)
            for b in members[i + 1 :]
            if not split or a < split <= b
        ]
        return cls(np.sort(np.array(found, np.int64)), count)

    @classmethod
    def of_pairs(cls, pairs: Sequence[tuple[int, int]], records: int) -> Truth:
        """From pairs of rows."""
        codes = {min(a, b) * records + max(a, b) for a, b in pairs if a != b}
        return cls(np.array(sorted(codes), np.int64), records)

    def are_true(self, left: Ints, right: Ints) -> NDArray[np.bool_]:
        return np.isin(np.minimum(left, right) * self.records + np.maximum(left, right), self.pairs)

    def reached(self, blocks: Blocks) -> float:
        """The share of the true pairs that a blocking rule brings together."""
        if not len(self.pairs):
            return 1.0
        left, right = np.divmod(self.pairs[:_ROOM], self.records)
        met = np.zeros(len(left), np.bool_)
        for rule in blocks.rules:
            met |= (rule.keys[left] != 0) & (rule.keys[left] == rule.keys[right])
        met |= blocks.copy_of[left] == right
        met |= left == blocks.copy_of[right]
        return float(met.mean())


def measures(found: int, right: int, true: int) -> dict[str, float | int]:
    """Precision, recall and F1 of `found` pairs of which `right` are among the `true` ones."""
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * right / (found + true) if found + true else 1.0
    return {
        "pairs": found,
        "wrong": found - right,
        "missed": true - right,
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(f1, 5),
    }


def best_threshold(bits: Floats, are_true: NDArray[np.bool_], true: int) -> dict[str, float | int]:
    """Where F1 is largest, as a probability."""
    if not len(bits):
        return {"threshold": 0.5, **measures(0, 0, true)}
    order = np.argsort(-bits, kind="stable")
    right = np.cumsum(are_true[order])
    found = np.arange(1, len(order) + 1)
    f1 = 2 * right / (found + true)
    # between two pairs of one weight there is no threshold
    is_end = np.r_[np.diff(bits[order]) < 0, True]
    at = int(np.argmax(np.where(is_end, f1, -1.0)))
    lowest = float(bits[order][at])
    return {
        "threshold": round(1 / (1 + 2.0 ** -max(min(lowest, 60.0), -60.0)), 6),
        "bits": round(lowest, 2),
        **measures(at + 1, int(right[at]), true),
    }


def rows_of(tables: Sequence[Table], ids: Sequence[str]) -> Mapping[tuple[int, str], int]:
    """The row of each number of a record, by file."""
    found: dict[tuple[int, str], int] = {}
    row = 0
    for side, (table, id) in enumerate(zip(tables, ids, strict=False)):
        for number in table.columns[id]:
            found[side, number] = row
            row += 1
    return found
