"""A few seeded points of `anwang bench kills`: nothing lost, nothing doubled, repeating finishes the job."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from anwang.commands.bench.kills import STEPS, kills


def test_commands_killed_at_any_moment_lose_and_double_nothing() -> None:
    # Not in pytest's folder: as root the server runs as another account, which must reach its data.
    folder = Path(tempfile.mkdtemp(prefix="anwang-kills-"))
    folder.chmod(0o755)
    try:
        # With this seed all three kills come before half of the time that the command took undisturbed, so that they
        # meet it at work even when the machine has become twice as fast since.
        tallies = kills(points=3, households=12, seed=11735, folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    assert list(tallies) == list(STEPS)
    assert sum(tally.amid for tally in tallies.values()) >= 2, "the kills must meet commands at work"
    for name, tally in tallies.items():
        assert tally.points == 1
        assert tally.is_sound, (name, tally)
