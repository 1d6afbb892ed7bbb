"""`bench linkage --records`: both sides find the same pairs with the same weights, at a size for a test."""

from __future__ import annotations

import re

import pytest

from anwang.cli import main


def test_both_sides_find_the_same(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "linkage", "--records", "3000", "--against", "splink", "--seed", "5"]) == 0
    told = capfd.readouterr().out
    ours, theirs = (
        re.search(rf"^\| 3,000 .*\| {side} .*$", told, re.MULTILINE) for side in ("anwang", "splink")
    )
    assert ours
    assert theirs
    kept = [line[0].split("|")[11].strip() for line in (ours, theirs)]
    assert kept[0] == kept[1]
    assert int(kept[0].replace(",", "")) > 500
    assert "pairs on one side only 0, largest difference of a weight" in told
    difference = float(told.rsplit("weight", 1)[1].split()[0])
    assert difference < 1e-4
