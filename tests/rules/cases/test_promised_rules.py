"""What a worker promised, as duties: which stand, whose they are, and what changes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.due_rules import TAIPEI
from anwang.services.cases.clock_rules import Deed, is_met_by
from anwang.services.cases.process import VisitState
from anwang.services.cases.promised_rules import (
    APPOINTMENT,
    GOAL,
    Ended,
    GoalPromised,
    HeldDuty,
    Key,
    PlanFact,
    Step,
    StepKind,
    VisitPromised,
    Wanted,
    goals_ended,
    goals_wanted,
    owner_in,
    steps,
    visits_ended,
    visits_wanted,
)
from anwang.services.cases.vocabulary import GoalState

NOW = dt.datetime(2026, 4, 20, 10, 0, tzinfo=TAIPEI)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
UNIT, WORKER, OTHER = 3, 11, 12
PLAN = PlanFact(5, 2, NOW - 3 * DAY, TODAY + 90 * DAY)
GOALS = [
    GoalPromised(21, 1, TODAY + 30 * DAY, GoalState.OPEN, None, WORKER),
    GoalPromised(22, 2, TODAY + 60 * DAY, GoalState.WORSE, NOW, OTHER),
    GoalPromised(23, 3, TODAY + 60 * DAY, GoalState.REACHED, NOW - DAY, WORKER),
    GoalPromised(24, 4, TODAY + 60 * DAY, GoalState.GIVEN_UP, NOW, WORKER),
    GoalPromised(25, 5, None, GoalState.OPEN, None, WORKER),
]
VISIT = VisitPromised(
    7, "到家裡", NOW + 5 * dt.timedelta(hours=1), NOW - 2 * DAY, VisitState.PLANNED, None, WORKER
)


def wanted(**changes: object) -> Wanted:
    (found,) = visits_wanted([VISIT], case=9, number="C-0000009")
    return replace(found, **changes)  # type: ignore[arg-type]


def held(each: Wanted, **changes: object) -> HeldDuty:
    found = HeldDuty(
        each.key, UNIT, each.owner, each.due_at, each.label, each.citation, each.url, True, False
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def kinds(found: list[Step]) -> list[tuple[StepKind, Key]]:
    return [(step.kind, step.key) for step in found]


def test_open_goals_with_a_day_are_duties_until_the_end_of_that_day_and_name_their_version() -> None:
    found = goals_wanted(GOALS, PLAN, case=9, number="C-0000009")
    assert [(each.key, each.owner) for each in found] == [((GOAL, 21), WORKER), ((GOAL, 22), OTHER)]
    assert found[0].due_at == dt.datetime(2026, 5, 20, 23, 59, tzinfo=TAIPEI)
    assert found[0].citation == "處遇計畫第 2 版（115/4/17 核定）目標 1"
    assert found[0].started_at == PLAN.approved_at


def test_a_goal_that_was_reached_is_kept_and_one_given_up_falls_away() -> None:
    assert goals_ended(GOALS) == {(GOAL, 23): Ended(NOW - DAY), (GOAL, 24): Ended(None, "目標不再進行")}


def test_a_planned_visit_is_overdue_only_from_the_end_of_its_day_and_names_the_appointment() -> None:
    late = replace(VISIT, planned_at=dt.datetime(2026, 4, 20, 15, 30, tzinfo=dt.UTC))  # 23:30 in Taiwan
    (found,) = visits_wanted([late], case=9, number="C-0000009")
    assert found.due_at == dt.datetime(2026, 4, 20, 23, 59, tzinfo=TAIPEI)
    assert found.citation == "115/4/18 約定：115/4/20 23:30 到家裡"


def test_going_there_keeps_the_word_whether_somebody_was_met_or_not() -> None:
    ended = visits_ended(
        [
            replace(VISIT, row=1, state=VisitState.DONE, visited_at=NOW),
            replace(VISIT, row=2, state=VisitState.NOT_MET, visited_at=NOW),
            replace(VISIT, row=3, state=VisitState.CANCELLED),
            VISIT,
        ]
    )
    assert ended == {
        (APPOINTMENT, 1): Ended(NOW),
        (APPOINTMENT, 2): Ended(NOW),
        (APPOINTMENT, 3): Ended(None, "訪視取消"),
    }


def test_what_was_due_before_a_closing_is_not_promised_again_by_going_on() -> None:
    since = TODAY + 40 * DAY
    assert [each.key for each in goals_wanted(GOALS, PLAN, case=9, number="C", since=since)] == [(GOAL, 22)]
    run_out = replace(PLAN, until_on=since - DAY)
    assert goals_wanted(GOALS, run_out, case=9, number="C", since=since) == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"due_at": NOW}, StepKind.MOVE),
        ({"citation": "處遇計畫第 1 版"}, StepKind.RESTATE),
        ({"owner": OTHER}, StepKind.HAND_OVER),
        ({"unit": UNIT + 1}, StepKind.HAND_OVER),
        ({"is_open": False}, StepKind.RESTORE),
    ],
)
def test_each_difference_is_one_step(changes: dict[str, object], kind: StepKind) -> None:
    each = wanted()
    assert kinds(steps([each], {each.key: held(each, **changes)}, {}, unit=UNIT)) == [(kind, each.key)]


def test_what_was_kept_is_never_opened_again() -> None:
    each = wanted()
    there = held(each, is_open=False, is_met=True, due_at=NOW)
    assert steps([each], {each.key: there}, {}, unit=UNIT) == []


def test_what_waits_no_longer_is_met_or_falls_away() -> None:
    each, gone = wanted(), wanted(sequence=8)
    there = {each.key: held(each), gone.key: held(gone)}
    found = steps([], there, {each.key: Ended(NOW)}, unit=UNIT)
    assert kinds(found) == [(StepKind.MEET, each.key), (StepKind.WITHDRAW, gone.key)]
    assert found[1].ended is not None
    assert found[1].ended.reason


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 40)), unique_by=lambda each: each[0]),
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(0, 40), st.sampled_from(["open", "met", "withdrawn"])),
        unique_by=lambda each: each[0],
    ),
)
def test_after_its_steps_nothing_is_left_to_change(
    now: list[tuple[int, int]], before: list[tuple[int, int, str]]
) -> None:
    want = [wanted(sequence=row, due_at=NOW + days * DAY) for row, days in now]
    there = {
        each.key: held(each, is_open=state == "open", is_met=state == "met")
        for row, days, state in before
        for each in (wanted(sequence=row, due_at=NOW + days * DAY),)
    }
    for step in steps(want, there, {}, unit=UNIT):
        if step.wanted is not None:
            there[step.key] = held(step.wanted)
        else:
            there[step.key] = replace(there[step.key], is_open=False)
    assert steps(want, there, {}, unit=UNIT) == []
    assert {key for key, duty in there.items() if duty.is_open} == {
        each.key for each in want if not there[each.key].is_met
    }


def test_no_deed_of_a_programmes_clock_meets_a_promise() -> None:
    for deed in Deed:
        assert not is_met_by(GOAL, deed)
        assert not is_met_by(APPOINTMENT, deed)


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("林以晴", 1),
        ("社工林以晴", 1),
        ("林以晴社工、案母", 1),
        (" 案母 / 王明 ", 2),
        ("督導黃督導", 3),
        ("林以晴、王明", None),
        ("案母", None),
        ("王明珠（案外婆）", None),
        ("", None),
    ],
)
def test_the_owner_is_the_one_member_who_is_named(text: str, owner: int | None) -> None:
    assert owner_in(text, {1: "林以晴", 2: "王明", 3: "黃督導"}) == owner


def test_two_members_of_one_name_are_nobody_for_certain() -> None:
    assert owner_in("王明", {1: "王明", 2: "王明"}) is None
