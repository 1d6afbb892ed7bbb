"""Promises that were not kept, and the checks of a closing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from anwang.services.cases import closing_rules as closing
from anwang.services.cases.closing_rules import (
    ClosingFacts,
    Obstacle,
    closing_checks,
    may_be_passed_over,
    may_close,
)
from anwang.services.cases.promise_rules import DutyFact, GoalFact, PlannedFact, PromiseKind, unmet_promises
from anwang.services.programs.codes import ClosingOutcome

from .test_case_rules import NOW, POLICY, TODAY

DAY = dt.timedelta(days=1)
LATE = DutyFact("訪視", NOW - DAY, True, "003")
COMING = DutyFact("訪視", NOW + DAY, True)
ONCE = DutyFact("計畫", NOW + DAY, False)


def test_unmet_promises_are_what_is_past_its_day_the_oldest_first() -> None:
    found = unmet_promises(
        duties=[LATE, COMING],
        visits=[PlannedFact(7, NOW - 3 * DAY, "到家裡"), PlannedFact(8, NOW + DAY, "到家裡")],
        goals=[
            GoalFact(1, "每天到校", TODAY - 2 * DAY, True),
            GoalFact(2, "已達成的", TODAY - 9 * DAY, False),
            GoalFact(3, "今天到期", TODAY, True),
        ],
        plan_until=TODAY - 5 * DAY,
        now=NOW,
    )
    assert [(each.kind, each.row) for each in found] == [
        (PromiseKind.PLAN, 0),
        (PromiseKind.VISIT, 7),
        (PromiseKind.GOAL, 1),
        (PromiseKind.DUTY, 0),
    ]
    assert unmet_promises(duties=[], visits=[], goals=[], plan_until=None, now=NOW) == []
    assert unmet_promises(duties=[], visits=[], goals=[], plan_until=TODAY, now=NOW) == []


def good(**changes: object) -> ClosingFacts:
    return replace(
        ClosingFacts(ClosingOutcome.GOAL_REACHED, last_met_on=TODAY - DAY, is_assessed=True),
        **changes,  # type: ignore[arg-type]
    )


def failing(facts: ClosingFacts) -> set[str]:
    checks = closing_checks(facts, policy=POLICY, now=NOW)
    assert all(check.passed or check.what_to_do for check in checks)
    assert all(check.citation for check in checks)
    return {check.id for check in checks if not check.passed}


@pytest.mark.parametrize(
    ("changes", "expected", "can_be_passed"),
    [
        ({}, set(), True),
        ({"duties": [COMING]}, set(), True),  # the next visit falls away with the case
        ({"duties": [LATE]}, {"duties"}, True),
        ({"duties": [ONCE]}, {"duties"}, True),
        ({"visits": [PlannedFact(1, NOW + DAY, "到家裡")]}, {"visits"}, False),
        ({"goals": [GoalFact(1, "x", TODAY, True)]}, {"goals"}, True),
        ({"goals": [GoalFact(1, "x", TODAY, False)]}, set(), True),
        ({"last_met_on": None}, {"met"}, True),
        ({"last_met_on": TODAY - 31 * DAY}, {"met"}, True),
        ({"last_met_on": TODAY - 30 * DAY}, set(), True),
        ({"last_met_on": TODAY}, set(), True),
        ({"last_met_on": None, "outcome": ClosingOutcome.DIED}, set(), True),
        ({"last_met_on": None, "outcome": None}, {"met"}, True),
        ({"outcome": ClosingOutcome.LOST, "missed": 2}, {"met"}, False),
        ({"outcome": ClosingOutcome.LOST, "missed": 3}, set(), True),
        ({"unread_reports": 1}, {"reports"}, False),
        ({"is_assessed": False}, {"assessed"}, True),
        ({"is_assessed": False, "has_assessment": False}, set(), True),
        ({"has_waiting_plan": True}, {"plan"}, True),
        ({"has_waiting_transfer": True}, {"transfer"}, False),
        ({"obstacles": [Obstacle("列管", "還有 1 項", "先除管", "001 參三(六)3(5)")]}, {"other-1"}, False),
        ({"obstacles": [Obstacle("轉介", "還有 1 件", "請對方回復", "002", True)]}, {"other-1"}, True),
    ],
)
def test_closing_checks_say_what_is_open_and_what_to_do(changes, expected, can_be_passed) -> None:  # type: ignore[no-untyped-def]
    facts = good(**changes)
    assert failing(facts) == expected
    checks = closing_checks(facts, policy=POLICY, now=NOW)
    assert may_close(checks) is not bool(expected)
    assert may_be_passed_over(checks) is can_be_passed


def test_the_rule_has_a_name() -> None:
    assert closing.RULE == "case.closing"
