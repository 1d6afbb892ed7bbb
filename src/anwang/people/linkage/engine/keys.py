"""Keys of blocking rules: several columns as one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def mix(*columns: Ints) -> Ints:
    """One key of several columns; 0 where any of them is 0 (not known)."""
    key = np.zeros(len(columns[0]), np.uint64)
    known = np.ones(len(columns[0]), np.bool_)
    for column in columns:
        known &= column != 0
        key = (key ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return np.where(known, (key >> np.uint64(1)).astype(np.int64) | 1, 0)
