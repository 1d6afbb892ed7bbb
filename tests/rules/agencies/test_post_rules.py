"""Members and posts as pure decisions: names, overlaps, ends, and the administrator who must remain."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.agencies.models import Role
from anwang.agencies.post_rules import (
    ADMINISTRATOR,
    Term,
    end_problem,
    last_day,
    name_problem,
    post_problem,
    username_problem,
)

TODAY = dt.date(2026, 4, 25)
START = dt.date(2026, 1, 1)
ADMIN = Term(1, 7, 1, ADMINISTRATOR, START)
WORKER = Term(2, 8, 2, "social_worker", START)


def test_the_role_that_must_remain_is_a_role() -> None:
    assert Role.ADMINISTRATOR == ADMINISTRATOR


@pytest.mark.parametrize(
    ("username", "ok"),
    [("luodong.lin", True), ("a1", True), ("x@y-z_1", True), ("", False), ("a", False), ("林社工", False),
     ("a b", False), (".ab", False), ("a" * 61, False)],
)  # fmt: skip
def test_user_names(username: str, ok: bool) -> None:
    assert (username_problem(username) == "") is ok


def test_names() -> None:
    assert name_problem("林社工") == ""
    assert name_problem("")
    assert name_problem("林" * 61)


@pytest.mark.parametrize(
    ("unit", "role", "from_on", "until_on", "ok"),
    [
        (2, "social_worker", TODAY, None, False),
        (2, "supervisor", TODAY, None, True),
        (3, "social_worker", TODAY, None, True),
        (2, "social_worker", TODAY, dt.date(2026, 4, 24), True),  # it ended the day before
        (2, "social_worker", TODAY, TODAY, False),
    ],
)
def test_nobody_holds_the_same_post_twice(
    unit: int, role: str, from_on: dt.date, until_on: dt.date | None, ok: bool
) -> None:
    held = [Term(2, 8, 2, "social_worker", START, until_on)]
    assert (post_problem(unit, role, from_on, held) == "") is ok


def test_a_post_ends_from_a_day_on() -> None:
    assert end_problem(WORKER, TODAY, TODAY, [ADMIN]) == ""
    assert end_problem(WORKER, START, TODAY, [ADMIN]) == ""  # as if it had never begun
    assert end_problem(WORKER, dt.date(2026, 12, 1), TODAY, [ADMIN]) == ""
    assert "不能早於" in end_problem(WORKER, dt.date(2025, 12, 31), TODAY, [ADMIN])
    over = Term(2, 8, 2, "social_worker", START, dt.date(2026, 4, 24))
    assert "已經結束" in end_problem(over, TODAY, TODAY, [ADMIN])
    ending = Term(2, 8, 2, "social_worker", START, TODAY)
    assert end_problem(ending, TODAY, TODAY, [ADMIN]) == ""
    assert last_day(TODAY) == dt.date(2026, 4, 24)
    assert ending.holds_on(TODAY)
    assert not ending.holds_on(dt.date(2026, 4, 26))
    assert not ending.holds_on(dt.date(2025, 12, 31))
    assert WORKER.holds_on(TODAY)


@pytest.mark.parametrize(
    ("other", "ok"),
    [
        (None, False),
        (Term(3, 9, 1, ADMINISTRATOR, START), True),
        (Term(3, 9, 1, "auditor", START), False),
        (Term(3, 7, 2, ADMINISTRATOR, START), True),  # the same person, who goes on in another unit
        (Term(3, 9, 1, ADMINISTRATOR, START, dt.date(2026, 12, 31)), False),  # one who will end too
        (Term(3, 9, 1, ADMINISTRATOR, dt.date(2026, 5, 1)), False),  # not yet
        (Term(3, 9, 1, ADMINISTRATOR, START, is_active=False), False),
    ],
)
def test_one_administrator_remains(other: Term | None, ok: bool) -> None:
    problem = end_problem(ADMIN, TODAY, TODAY, [ADMIN, *([other] if other else [])])
    assert (problem == "") is ok
    assert ok or "至少要有一位系統管理" in problem
