"""When an investigation is due, which level follows, and what a conclusion must hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from anwang.policy.store import standard
from anwang.services.intake.investigation_rules import (
    Came,
    Conclusion,
    Level,
    PlanLine,
    Safety,
    conclusion_due,
    conclusion_problems,
    first_contact_due,
    is_overruling,
    suggested_level,
)
from anwang.services.intake.vocabulary import Urgency

TAIPEI = ZoneInfo("Asia/Taipei")
POLICY = standard()
TODAY = dt.date(2026, 4, 25)
FULL = Conclusion(True, Safety.SAFE, Level.IN_HOME, "案母坦承管教過當，案童手臂瘀傷，已驗傷。")


def test_first_contact_runs_through_the_night_and_the_danger_decides_how_long():
    evening = dt.datetime(2026, 4, 30, 22, 15, tzinfo=TAIPEI)
    came = Came(evening, "child_protection")
    due = {each: first_contact_due(evening, each, came, policy=POLICY)[0] for each in Urgency}
    assert due[Urgency.IMMEDIATE] == dt.datetime(2026, 5, 1, 2, 15, tzinfo=TAIPEI)
    assert due[Urgency.PRIORITY] == dt.datetime(2026, 5, 1, 22, 15, tzinfo=TAIPEI)
    assert due[Urgency.IMMEDIATE] < due[Urgency.PRIORITY] < due[Urgency.ORDINARY]


def test_a_child_protection_report_is_due_in_four_days_another_later():
    came = dt.datetime(2026, 2, 26, 23, 59, tzinfo=TAIPEI)
    child, rule = conclusion_due(Came(came, "child_protection"), policy=POLICY)
    assert (child.date(), child.time()) == (dt.date(2026, 3, 2), dt.time(23, 59, 59))
    assert rule == "investigation.conclusion_days.child"
    other, rule = conclusion_due(Came(came, "vulnerable_family"), policy=POLICY)
    assert other.date() == dt.date(2026, 3, 28)
    assert rule == "investigation.conclusion_days.other"


def test_a_disabled_adult_is_visited_within_a_day_of_the_report_and_told_of_in_four():
    """身權法第76條第4項 counts from the report, whatever the urgency and however late somebody accepted it."""
    reported = dt.datetime(2026, 2, 26, 14, 0, tzinfo=TAIPEI)
    accepted = reported + dt.timedelta(hours=20)
    disabled = Came(reported, "adult_protection", ["safety", "disability"])
    due, rule = first_contact_due(accepted, Urgency.ORDINARY, disabled, policy=POLICY)
    assert (due, rule) == (
        reported + dt.timedelta(hours=24),
        "investigation.first_contact_hours.disabled",
    )
    due, rule = first_contact_due(reported, Urgency.IMMEDIATE, disabled, policy=POLICY)
    assert (due, rule) == (reported + dt.timedelta(hours=4), "investigation.first_contact_hours.immediate")
    due, rule = conclusion_due(disabled, policy=POLICY)
    assert (due.date(), rule) == (dt.date(2026, 3, 2), "investigation.conclusion_days.disabled")
    for other in (
        Came(reported, "adult_protection", ["safety"]),
        Came(reported, "vulnerable_family", ["disability"]),
    ):
        assert conclusion_due(other, policy=POLICY)[1] == "investigation.conclusion_days.other"
        assert first_contact_due(accepted, Urgency.ORDINARY, other, policy=POLICY)[
            0
        ] > accepted + dt.timedelta(days=2)
    child = Came(reported, "child_protection", ["disability"])
    assert conclusion_due(child, policy=POLICY)[1] == "investigation.conclusion_days.child"


@pytest.mark.parametrize(
    ("substantiated", "safety", "level"),
    [
        (True, Safety.UNSAFE, Level.OUT_OF_HOME),
        (False, Safety.UNSAFE, Level.OUT_OF_HOME),
        (True, Safety.SAFE_WITH_PLAN, Level.IN_HOME),
        (True, Safety.SAFE, Level.IN_HOME),
        (False, Safety.SAFE_WITH_PLAN, Level.FAMILY_SUPPORT),
        (False, Safety.SAFE, Level.REFERRAL),
    ],
)
def test_the_level_follows_from_result_and_safety(substantiated, safety, level):
    found = suggested_level(substantiated, safety)
    assert found.level is level
    assert found.reason


def test_a_complete_conclusion_has_no_problems():
    assert conclusion_problems(FULL, policy=POLICY, on=TODAY) == {}


def test_everything_that_is_missing_is_said_at_once():
    empty = Conclusion(None, None, None, " ")
    assert set(conclusion_problems(empty, policy=POLICY, on=TODAY)) == {
        "result",
        "safety",
        "level",
        "finding",
    }


def test_safe_only_with_a_plan_needs_one_with_whom_and_until_when():
    given = replace(FULL, safety=Safety.SAFE_WITH_PLAN)
    assert "plan" in conclusion_problems(given, policy=POLICY, on=TODAY)
    for line in (
        PlanLine("", "外婆", None),
        PlanLine("每晚同住", "", None),
        PlanLine("同住", "外婆", TODAY - dt.timedelta(1)),
    ):
        assert "plan" in conclusion_problems(replace(given, plan=(line,)), policy=POLICY, on=TODAY)
    good = PlanLine("案童與外婆同住", "外婆", TODAY)
    assert conclusion_problems(replace(given, plan=(good,)), policy=POLICY, on=TODAY) == {}


def test_not_substantiated_is_referred_on():
    given = replace(FULL, substantiated=False, level=Level.REFERRAL)
    assert set(conclusion_problems(given, policy=POLICY, on=TODAY)) == {"referred_to"}
    assert conclusion_problems(replace(given, referred_to="羅東社福中心"), policy=POLICY, on=TODAY) == {}


def test_another_level_than_suggested_needs_a_reason():
    given = replace(FULL, level=Level.OUT_OF_HOME)
    assert is_overruling(given)
    assert set(conclusion_problems(given, policy=POLICY, on=TODAY)) == {"level_reason"}
    given = replace(given, level_reason="案父已知住處並揚言帶走案童。")
    assert conclusion_problems(given, policy=POLICY, on=TODAY) == {}
    assert not is_overruling(replace(given, safety=None))


def test_codes_have_labels_in_the_order_of_strength():
    assert [each.rank for each in Level] == [0, 1, 2, 3]
    assert len({each.label for each in Level} | {each.label for each in Safety}) == 7
