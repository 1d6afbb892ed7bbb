"""Rows with an equal key stand together: a counting sort, because comparing a nation's keys takes too long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Group `g` has the rows `order[starts[g] : starts[g + 1]]`, ascending; rows without a key (0) are in none, and a
    row that is alone with its key neither."""

    order: Ints
    starts: Ints

    @property
    def sizes(self) -> Ints:
        return np.diff(self.starts)


def grouped(keys: Ints) -> Groups:
    """The rows of each key that two or more have."""
    buckets = 1 << max(len(keys).bit_length() - 1, 4)
    order, starts = _grouped(keys, buckets)
    return Groups(order, starts)


@njit(nogil=True, cache=True)
def _grouped(keys: Any, buckets: int) -> Any:
    count = np.zeros(buckets + 1, np.int64)
    for row in range(len(keys)):
        if keys[row] != 0:
            count[_bucket(keys[row], buckets) + 1] += 1
    for k in range(buckets):
        count[k + 1] += count[k]
    filled = count[:-1].copy()
    rows = np.empty(count[buckets], np.int64)
    for row in range(len(keys)):
        if keys[row] != 0:
            at = _bucket(keys[row], buckets)
            rows[filled[at]] = row
            filled[at] += 1
    order = np.empty(len(rows), np.int64)
    starts = np.empty(len(rows) + 1, np.int64)
    kept, groups = 0, 0
    for k in range(buckets):
        begin, end = count[k], count[k + 1]
        if end - begin < 2:
            continue
        inside = rows[begin:end]
        if end - begin > 32:
            inside = inside[np.argsort(keys[inside], kind="mergesort")]
        else:
            for i in range(1, len(inside)):  # of equal keys the lower row stays first
                row = inside[i]
                j = i - 1
                while j >= 0 and keys[inside[j]] > keys[row]:
                    inside[j + 1] = inside[j]
                    j -= 1
                inside[j + 1] = row
        i = 0
        while i < len(inside):
            j = i + 1
            while j < len(inside) and keys[inside[j]] == keys[inside[i]]:
                j += 1
            if j - i > 1:
                starts[groups] = kept
                groups += 1
                order[kept : kept + j - i] = inside[i:j]
                kept += j - i
            i = j
    starts[groups] = kept
    return order[:kept].copy(), starts[: groups + 1].copy()


@njit(nogil=True)
def _bucket(key: Any, buckets: int) -> Any:
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed >> np.uint64(20)) & np.uint64(buckets - 1))
