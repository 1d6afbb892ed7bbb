"""Lock-out and idle time-out as pure decisions."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from anwang.agencies.rules import (
    LOCK_MINUTES,
    MAX_FAILURES,
    Permission,
    SignInState,
    after_failure,
    is_idle,
    is_locked,
    is_news,
    permissions_of,
)

NOW = dt.datetime(2026, 4, 25, 9, 0, tzinfo=dt.UTC)


def test_the_fifth_failure_locks_and_the_fourth_does_not() -> None:
    state = SignInState(0, None)
    for _ in range(MAX_FAILURES - 1):
        state = after_failure(state, NOW)
    assert not is_locked(state, NOW)
    state = after_failure(state, NOW)
    assert is_locked(state, NOW)
    assert is_locked(state, NOW + dt.timedelta(minutes=LOCK_MINUTES, seconds=-1))
    assert not is_locked(state, NOW + dt.timedelta(minutes=LOCK_MINUTES))


def test_after_a_lock_has_run_out_the_count_begins_anew() -> None:
    locked = SignInState(MAX_FAILURES, NOW)
    assert after_failure(locked, NOW + dt.timedelta(minutes=1)) == SignInState(1, None)


@given(st.lists(st.integers(0, 3600), max_size=30))
def test_an_account_is_locked_only_after_five_failures(gaps: list[int]) -> None:
    state, now, since = SignInState(0, None), NOW, 0
    for gap in gaps:
        now += dt.timedelta(seconds=gap)
        if is_locked(state, now):
            continue
        since = 0 if state.locked_until is not None else since
        state = after_failure(state, now)
        since += 1
        assert is_locked(state, now) == (since >= MAX_FAILURES)


def test_idle_begins_after_the_limit() -> None:
    assert not is_idle(NOW, NOW + dt.timedelta(minutes=31), 30)
    assert is_idle(NOW, NOW + dt.timedelta(minutes=31, seconds=1), 30)


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=40))
def test_nobody_at_work_is_idle_and_nobody_away_stays(seconds: list[int]) -> None:
    """Signs of life, so many seconds one after the other: before 30 minutes nobody is idle, after 31 everybody."""
    noted, at = NOW, NOW
    for pause in seconds:
        at += dt.timedelta(seconds=pause)
        if is_idle(noted, at, 30):
            assert pause > 30 * 60
            return
        assert pause <= 31 * 60
        if is_news(noted, at):
            noted = at
        assert at - noted < dt.timedelta(minutes=1)


def test_permissions_add_up_and_unknown_roles_give_none() -> None:
    assert permissions_of(()) == frozenset()
    assert permissions_of(("nobody",)) == frozenset()
    assert Permission.READ_AUDIT in permissions_of(("social_worker", "auditor"))
    assert Permission.OPEN_HOUSEHOLDS not in permissions_of(("auditor",))
