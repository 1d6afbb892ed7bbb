"""Unusual volumes of viewing: the floor, the own usual, the role's usual."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.unusual_rules import FACTOR, FLOOR, DayOfViews, is_unusual, unusual_days

FIRST = dt.date(2026, 3, 2)


def days(member: int, *counts: int) -> list[DayOfViews]:
    return [DayOfViews(member, FIRST + dt.timedelta(days=i), count) for i, count in enumerate(counts)]


def test_a_day_far_above_the_own_usual_is_found_and_others_are_not() -> None:
    found = unusual_days(days(1, 5, 6, 5, 7, 6, 40), {1: "social_worker"})
    assert [(each.day.opened, each.own_usual, each.role_usual) for each in found] == [(40, 6, None)]


def test_a_member_who_always_opens_many_is_compared_with_the_role() -> None:
    role = {1: "social_worker", 2: "social_worker", 3: "social_worker"}
    found = unusual_days(days(1, *[60] * 6) + days(2, 5, 5, 5) + days(3, 6, 6, 6), role)
    assert len(found) == 6
    assert {each.role_usual for each in found} == {5.5}


def test_without_anything_known_only_a_very_large_number_counts() -> None:
    assert unusual_days(days(1, FLOOR * FACTOR - 1), {}) == []
    assert len(unusual_days(days(1, FLOOR * FACTOR), {})) == 1


def test_an_earlier_excess_does_not_hide_the_next() -> None:
    found = unusual_days(days(1, 4, 4, 4, 4, 4, 80, 80), {})
    assert [each.day.opened for each in found] == [80, 80]


@given(st.integers(0, 500), st.none() | st.floats(0, 500), st.none() | st.floats(0, 500))
def test_more_is_never_less_unusual(opened: int, own: float | None, role: float | None) -> None:
    if is_unusual(opened, own, role):
        assert opened >= FLOOR
        assert is_unusual(opened + 1, own, role)
