"""When a job that did not end well is tried again."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.platform.retry_rules import MOST_TRIES, next_try

NOW = dt.datetime(2026, 4, 25, 6, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("was_killed", "minutes"), [(True, [0, 2, 4, 8, 16]), (False, [2, 4, 8, 16, 32])], ids=["killed", "failed"]
)  # fmt: skip
def test_pauses_grow_and_end(was_killed: bool, minutes: list[int]) -> None:
    found = [next_try(tries, NOW, was_killed=was_killed) for tries in range(1, MOST_TRIES + 2)]
    assert found == [*(NOW + dt.timedelta(minutes=each) for each in minutes), None, None]
