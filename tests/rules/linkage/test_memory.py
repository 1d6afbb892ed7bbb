"""Room for arrays as long as the records, whatever the system gives."""

from __future__ import annotations

import errno
import mmap
from typing import NoReturn

import numpy as np
import pytest

from anwang.people.linkage.engine import memory
from anwang.people.linkage.engine.memory import CACHE_LINE, room

LARGE = (1 << 18, 16)  # int32


@pytest.mark.parametrize("shape", [(0,), (0, 16), (3, 0), (5,), (7, 16), LARGE])
def test_zeros_that_begin_with_a_cache_line(shape: tuple[int, ...]) -> None:
    found = room(shape, np.int32)
    assert (found.shape, found.dtype) == (shape, np.int32)
    assert found.ctypes.data % CACHE_LINE == 0 or not found.size
    assert not np.any(found)
    found += 1
    assert int(found.sum()) == found.size


def test_a_system_without_large_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    class Small(mmap.mmap):
        def madvise(self, *given: int) -> NoReturn:
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(memory.mmap, "mmap", Small)
    found = room(LARGE, np.int32)
    found[-1] = 1
    assert int(found.sum()) == LARGE[1]


def test_no_memory_is_said_as_such() -> None:
    with pytest.raises(MemoryError):
        room((1 << 46, 16), np.int32)
