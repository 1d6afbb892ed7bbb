"""Drafts beside what they are to become, `.NAME.PID.new`: those that killed processes left behind."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path


def left_drafts(path: Path, end: str = ".new") -> Iterator[Path]:
    """The drafts of `path` whose process is there no more, or was an earlier one of our own number."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{end}"):
        pid = left.name.removeprefix(f".{path.name}.").removesuffix(end)  # of `NAME.more` it is no number
        if pid.isdigit() and (int(pid) == os.getpid() or not _is_alive(int(pid))):
            yield left


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
