"""How far an overdue duty rises, and to whom."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.escalation_rules import Level, Terms, level_at, receiver, rises

DUE = dt.datetime(2026, 4, 25, 12, 0, tzinfo=dt.UTC)
TERMS = Terms(supervisor=1, head_office=4)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-1, 0), (0, 0), (59, 0), (60, 1), (239, 1), (240, 2), (100_000, 2)],
)
def test_a_duty_rises_when_its_terms_are_over(minutes: int, expected: int) -> None:
    assert level_at(DUE, DUE + dt.timedelta(minutes=minutes), TERMS) == expected


def test_without_a_supervisor_the_head_office_is_told_when_the_supervisor_would_have_been() -> None:
    assert level_at(DUE, DUE + dt.timedelta(minutes=59), TERMS, supervised=False) is Level.OWNER
    assert level_at(DUE, DUE + dt.timedelta(minutes=60), TERMS, supervised=False) is Level.HEAD_OFFICE


def test_a_duty_takes_every_level_and_none_twice() -> None:
    late = DUE + dt.timedelta(days=2)
    assert rises(0, DUE, late, TERMS) == [Level.SUPERVISOR, Level.HEAD_OFFICE]
    assert rises(1, DUE, late, TERMS) == [Level.HEAD_OFFICE]
    assert rises(2, DUE, late, TERMS) == []
    assert rises(2, DUE, DUE - dt.timedelta(hours=1), TERMS) == [], "moved to a later day it is not raised"


@pytest.mark.parametrize(
    ("level", "offices", "expected"),
    [
        (Level.SUPERVISOR, (20, 30), 10),
        (Level.HEAD_OFFICE, (20, 30), 20),
        (Level.HEAD_OFFICE, (10, 30), 30),
        (Level.HEAD_OFFICE, (10, 10), 10),
        (Level.HEAD_OFFICE, (None, 30), 30),
        (Level.HEAD_OFFICE, (None, None), 10),
    ],
)
def test_who_must_look(level: Level, offices: tuple[int | None, int | None], expected: int) -> None:
    assert receiver(level, 10, *offices) == expected


def test_terms_that_go_down_are_refused() -> None:
    for wrong in ((4, 1), (-1, 2)):
        with pytest.raises(ValueError, match="升級的時數"):
            Terms(*wrong)
    assert [level.label for level in Level] == ["承辦", "單位督導", "局處本部"]


@given(
    st.integers(0, 200), st.integers(0, 200), st.integers(-500, 20_000), st.integers(0, 20_000), st.booleans()
)
def test_time_only_raises(first: int, more: int, minutes: int, later: int, supervised: bool) -> None:
    terms = Terms(first, first + more)
    now = DUE + dt.timedelta(minutes=minutes)
    before = level_at(DUE, now, terms, supervised=supervised)
    after = level_at(DUE, now + dt.timedelta(minutes=later), terms, supervised=supervised)
    assert before <= after
    assert [
        int(each)
        for each in rises(before, DUE, now + dt.timedelta(minutes=later), terms, supervised=supervised)
    ] == list(range(before + 1, after + 1))
