"""The daily deeds killed on the running server, a few seeded points of `anwang bench kills --deeds`; and that what it
looks for would be found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from anwang.commands.bench.deed_kills import QUICK, staff
from anwang.commands.bench.deeds import Desks, accepted_by, case_of, desks, screened_by, sent_to
from anwang.commands.bench.kills import _environment
from anwang.commands.bench.looking_at_deeds import deed_problems
from anwang.platform.attachments import CheckedFile
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.files.attached_kinds import AttachedKind
from anwang.platform.models import AuditEntry, Decision, OutboxEvent
from anwang.services.cases.models import Case
from anwang.services.dispatch.actions import not_open, return_dispatch
from anwang.services.dispatch.models import Dispatch, Dispute
from anwang.services.intake.models import Report, Reporter, Screening
from tests import county


def test_daily_deeds_killed_on_the_server_lose_and_double_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "anwang", "bench", "kills", "--deeds", "--quick", "--points", "5", "--seed", "7"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=_environment(),
        cwd=Path(__file__).parents[2],
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")][2:]
    assert sorted(row[0] for row in rows) == sorted(QUICK)
    assert all(row[3:] == ["0", "0", "0", "0"] for row in rows), done.stdout
    assert sum(int(row[2]) for row in rows) >= 2, "the kills must meet deeds under way"
    assert "lost 0. Log:" in done.stdout
