"""The months of these tests are long past, and the database knows what day it is."""

from __future__ import annotations

import datetime as dt

import pytest


@pytest.fixture(autouse=True)
def _leave_lasts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave by a list does not run out, except where that is what is tried."""
    if "leave_runs_out" not in request.fixturenames:
        monkeypatch.setattr("anwang.network.cocases.grants.leave_until", lambda *_, **__: dt.date(2100, 1, 1))


@pytest.fixture
def leave_runs_out() -> None:
    """As policy says."""
