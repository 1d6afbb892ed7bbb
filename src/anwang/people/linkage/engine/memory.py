"""Memory for arrays as long as the records: in large pages where the system has them.

Rows are looked up anywhere in such an array. In pages of 4 KiB finding each page takes as long as the memory itself, and taking
a fresh one longer than filling it.
"""

from __future__ import annotations

import mmap
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

CACHE_LINE = 64
_LARGE_PAGE = 1 << 21


def room(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """An array of zeros, which begins with a cache line. MemoryError."""
    kind = np.dtype(dtype)
    count = int(np.prod(shape, dtype=np.int64))
    size = count * kind.itemsize
    if size < _LARGE_PAGE:
        held = np.zeros(size + CACHE_LINE, np.uint8)
        start = -held.ctypes.data % CACHE_LINE
        return held[start : start + size].view(kind).reshape(shape)
    try:
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError(f"{size} bytes") from error
    if hasattr(mmap, "MADV_HUGEPAGE"):  # Linux
        with suppress(OSError):  # of which some have none
            pages.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(pages, kind, count).reshape(shape)
