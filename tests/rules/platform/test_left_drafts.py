"""Drafts of killed processes, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path

from anwang.platform.left_drafts import left_drafts

GONE = 999_999_999  # the number of no process


def test_only_those_of_this_very_name(tmp_path: Path) -> None:
    for name in (
        f".out.{GONE}.new",
        f".out.{os.getpid()}.new",
        ".out.1.new",
        f".out.may.{GONE}.new",
        ".out.x.new",
    ):
        (tmp_path / name).touch()
    assert {left.name for left in left_drafts(tmp_path / "out")} == {
        f".out.{GONE}.new",
        f".out.{os.getpid()}.new",
    }
    assert [left.name for left in left_drafts(tmp_path / "out.may")] == [f".out.may.{GONE}.new"]
