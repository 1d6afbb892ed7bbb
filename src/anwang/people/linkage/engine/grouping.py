"""Rows with an equal key stand together: a counting sort, because comparing a nation's keys takes too long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .keys import Ints

FINER = 12
PART = 1 << FINER  # rows that are brought in order at a time; the processor's nearest cache holds them


@dataclass(frozen=True, slots=True)
class Groups:
    """Group `g` has the rows `order[starts[g] : starts[g + 1]]`, ascending; rows without a key (0) are in none, and a
    row that is alone with its key neither."""

    order: NDArray[np.int32]
    starts: Ints

    @property
    def sizes(self) -> Ints:
        return np.diff(self.starts)

    def since(self, row: int) -> Groups:
        """The groups that have a row from `row` on."""
        if not row or not len(self.order):
            return self
        newest = np.maximum.reduceat(self.order, self.starts[:-1])
        kept = newest >= row
        sizes = self.sizes
        return Groups(self.order[np.repeat(kept, sizes)], np.r_[0, np.cumsum(sizes[kept])])

    def tell(self, group_of: NDArray[np.int32], most: int) -> None:
        """Writes the number of its group, from 1, to each row's place; not those of groups of more than `most` rows."""
        _tell(self.order, self.starts, group_of, most)

    def rows_of(self, groups: Ints) -> NDArray[np.int32]:
        """The rows of some groups."""
        parts = [self.order[self.starts[g] : self.starts[g + 1]] for g in groups.tolist()]
        return np.concatenate([np.zeros(0, np.int32), *parts])


def grouped(keys: Ints) -> Groups:
    """The rows of each key that two or more have."""
    bits = max(len(keys) // PART, 1).bit_length()
    return Groups(*_grouped(keys, bits))


@njit(nogil=True, cache=True)
def _tell(order: Any, starts: Any, group_of: Any, most: int) -> None:
    for group in range(len(starts) - 1):
        if starts[group + 1] - starts[group] <= most:
            for at in range(starts[group], starts[group + 1]):
                group_of[order[at]] = group + 1


@njit(nogil=True, cache=True)
def _grouped(keys: Any, bits: int) -> Any:
    """First into 2^`bits` parts by the hash of the key, then each part, which the processor's cache holds, by itself."""
    starts_of = np.zeros((1 << bits) + 1, np.int64)
    for row in range(len(keys)):
        if keys[row] != 0:
            starts_of[_hash(keys[row], 0, bits) + 1] += 1
    largest = starts_of.max()
    for part in range(1 << bits):
        starts_of[part + 1] += starts_of[part]
    rows, of = np.empty(starts_of[-1], np.int32), np.empty(starts_of[-1], np.int64)
    filled = starts_of[:-1].copy()
    for row in range(len(keys)):
        if keys[row] != 0:
            part = _hash(keys[row], 0, bits)
            rows[filled[part]], of[filled[part]] = row, keys[row]
            filled[part] += 1
    order, starts = np.empty(len(rows), np.int32), np.empty(len(rows) // 2 + 2, np.int64)
    part_rows, part_keys = np.empty(largest, np.int32), np.empty(largest, np.int64)
    count = np.empty((1 << FINER) + 1, np.int64)
    kept, groups = 0, 0
    for part in range(1 << bits):
        begin, end = starts_of[part], starts_of[part + 1]
        _sort_part(rows[begin:end], of[begin:end], bits, count, part_rows, part_keys)
        i = 0
        while i < end - begin:
            j = i + 1
            while j < end - begin and part_keys[j] == part_keys[i]:
                j += 1
            if j - i > 1:
                starts[groups] = kept
                groups += 1
                order[kept : kept + j - i] = part_rows[i:j]
                kept += j - i
            i = j
    starts[groups] = kept
    return order[:kept].copy(), starts[: groups + 1].copy()


@njit(nogil=True)
def _sort_part(rows: Any, keys: Any, bits: int, count: Any, to_rows: Any, to_keys: Any) -> None:
    """Equal keys side by side, of each the lower row first; different keys in no particular order."""
    count[:] = 0
    for at in range(len(keys)):
        count[_hash(keys[at], bits, FINER)] += 1
    before = 0
    for k in range(1 << FINER):
        before += count[k]
        count[k] = before
    for at in range(len(keys) - 1, -1, -1):
        k = _hash(keys[at], bits, FINER)
        count[k] -= 1
        to_rows[count[k]], to_keys[count[k]] = rows[at], keys[at]
    count[1 << FINER] = len(keys)
    for k in range(1 << FINER):
        begin, end = count[k], count[k + 1]
        if end - begin > 32:
            order = np.argsort(to_keys[begin:end], kind="mergesort")
            to_rows[begin:end], to_keys[begin:end] = to_rows[begin:end][order], to_keys[begin:end][order]
        else:
            for i in range(begin + 1, end):
                row, key = to_rows[i], to_keys[i]
                j = i - 1
                while j >= begin and to_keys[j] > key:
                    to_rows[j + 1], to_keys[j + 1] = to_rows[j], to_keys[j]
                    j -= 1
                to_rows[j + 1], to_keys[j + 1] = row, key


@njit(nogil=True)
def _hash(key: Any, skipped: int, bits: int) -> Any:
    """`bits` bits of the key's hash after the first `skipped`."""
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed << np.uint64(skipped)) >> np.uint64(64 - bits))
