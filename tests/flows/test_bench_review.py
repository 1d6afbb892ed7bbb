"""`bench review`: reviewing in the queue's order mends more than by chance, and intervals hold, at a size for a test."""

from __future__ import annotations

import re

import pytest

from anwang.cli import main


def test_the_queue_mends_and_the_intervals_hold(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "review", "--households", "250", "--profile", "unseen", "--seed", "3"]) == 0
    told = capfd.readouterr().out
    rows = {
        cells[1].strip(): [float(cell) for cell in cells[2:]]
        for line in told.split("\n\n")[0].splitlines()[2:]
        if len(cells := line.strip("| ").split("|")) > 3
    }
    worth = rows["queue: worth alone"]
    chance = next(cells for name, cells in rows.items() if name.startswith("by chance"))
    mixed = rows["queue: worth and draws"]
    assert worth[1] == mixed[1] > 0, "nothing is wrong, so nothing can be mended"
    assert sum(worth[2:]) <= sum(chance[2:])
    assert mixed[-1] < mixed[1]
    held = [float(share) for share in re.findall(r"\| ([\d.]+)%", told.split("\n\n")[1]) if "." in share]
    assert len(held) == 24
    assert min(held) >= 90
