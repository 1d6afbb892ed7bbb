"""What the forms of a case must say: visits, contacts, opening, plans, reviews."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from anwang.services.cases.opening_rules import MEMBERS_MAX, NewMember, Opening, opening_problems
from anwang.services.cases.plan_rules import (
    GOALS_MAX,
    GoalDraft,
    PlanDraft,
    ProgressGiven,
    review_problems,
    saving_problems,
    submitting_problems,
)
from anwang.services.cases.promise_rules import PlannedFact
from anwang.services.cases.visit_rules import (
    ContactRecord,
    VisitRecord,
    contact_problems,
    is_meant,
    may_be_meant,
    plan_problems,
    visit_problems,
)
from anwang.services.cases.vocabulary import (
    CaseRole,
    ContactKind,
    GoalState,
    NotMetReason,
    VisitPlace,
)

from .test_case_rules import NOW, TODAY, visit

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("given_", "fields"),
    [
        (visit(), set()),
        (visit(met=None, place=None, at=None), {"met", "place", "at"}),
        (visit(seen=()), {"seen"}),
        (visit(seen=(9,)), {"seen"}),
        (visit(safety=None, child_seen=None, text="好"), {"safety", "child_seen", "text"}),
        (visit(place=VisitPlace.PHONE, child_seen=None), set()),
        (visit(at=NOW + dt.timedelta(minutes=9)), set()),  # a phone's clock runs ahead
        (visit(at=NOW + dt.timedelta(minutes=11)), {"at"}),
        (visit(at=NOW - 41 * DAY), {"at"}),
        (visit(at=NOW - 39 * DAY), set()),  # a contact that led to the case
        (visit(next_at=NOW), {"next_at"}),
        (visit(met=False, not_met_reason=None), {"not_met_reason"}),
        (visit(met=False, not_met_reason=NotMetReason.ABSENT, text=""), set()),
        (visit(met=False, not_met_reason=NotMetReason.ABSENT, text="長" * 5001), {"text"}),
    ],
)
def test_what_a_visit_must_say(given_: VisitRecord, fields: set[str]) -> None:
    found = visit_problems(given_, members={1, 2}, opened_at=NOW - 10 * DAY, has_children=True, now=NOW)
    assert set(found) == fields


def test_what_a_planned_visit_and_a_contact_must_say() -> None:
    assert set(plan_problems(None, None, now=NOW)) == {"place", "at"}
    assert set(plan_problems(VisitPlace.HOME, NOW - DAY, now=NOW)) == {"at"}
    assert set(plan_problems(VisitPlace.HOME, NOW + 400 * DAY, now=NOW)) == {"at"}
    assert plan_problems(VisitPlace.HOME, NOW + DAY, now=NOW) == {}
    ok = ContactRecord(ContactKind.CALL, NOW, "約好週三到家裡", "案母")
    assert contact_problems(ok, opened_at=NOW, now=NOW) == {}
    bad = ContactRecord(None, None, "", "長" * 81)
    assert set(contact_problems(bad, opened_at=NOW, now=NOW)) == {"kind", "at", "text", "with_whom"}
    assert ContactKind.NETWORK.reaches_family is False


def opening(**changes: object) -> Opening:
    made = Opening("p", [NewMember(CaseRole.CLIENT, "林小安")], "學校通報經常缺課", 1, 2)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_", "workers", "fields"),
    [
        (opening(), {1}, set()),
        (opening(programme="x", reason="", members=[]), {1}, {"programme", "reason", "members"}),
        (opening(worker_id=None), {1}, {"worker"}),
        (opening(worker_id=None), set(), set()),  # a unit without anybody on duty
        (opening(worker_id=9), {1}, {"worker"}),
        (opening(supervisor_id=9), {1}, {"supervisor"}),
        (opening(supervisor_id=None), {1}, set()),
        (opening(members=[NewMember(CaseRole.CLIENT, birth="約1歲")]), {1}, set()),
        (opening(members=[NewMember(CaseRole.CLIENT, "甲")] * (MEMBERS_MAX + 1)), {1}, {"members"}),
        (opening(members=[NewMember(CaseRole.CLIENT)]), {1}, {"members"}),
    ],
)
def test_what_an_opening_must_say(given_: Opening, workers: set[int], fields: set[str]) -> None:
    found = opening_problems(given_, programmes={"p"}, workers=workers, supervisors={2})
    assert set(found) == fields


def test_what_is_known_of_a_person() -> None:
    assert NewMember(CaseRole.CLIENT, id_number="A123456789").is_known
    assert not NewMember(CaseRole.CLIENT, birth="約1歲").is_known


GOAL = GoalDraft("孩子每天到校", "陪同上學並聯繫老師", "林社工", TODAY + DAY, "就學")
PLAN = PlanDraft([GOAL], "重點", "yes", "", TODAY + 30 * DAY)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, set()),
        ({"goals": []}, {"goal_1"}),
        ({"goals": [GoalDraft("好")]}, {"goal_1", "services_1", "owner_1", "due_1"}),
        ({"goals": [replace(GOAL, due_on=TODAY - DAY)]}, {"due_1"}),
        ({"until_on": None}, {"until_on"}),
        ({"until_on": TODAY - DAY}, {"until_on"}),
        ({"until_on": TODAY + 400 * DAY}, {"until_on"}),
        ({"client_agrees": ""}, {"client_agrees"}),
        ({"client_agrees": "no"}, {"disagreement"}),
        ({"client_agrees": "no", "disagreement": "不願意到校會談"}, set()),
        ({"disagreement": "長" * 301}, {"disagreement"}),
        ({"goals": [replace(GOAL, goal="長" * 301)]}, {"goal_1"}),
        ({"goals": [GOAL] * (GOALS_MAX + 1)}, {"goals"}),
    ],
)
def test_what_a_plan_must_hold(changes: dict[str, object], fields: set[str]) -> None:
    assert set(submitting_problems(replace(PLAN, **changes), today=TODAY)) == fields  # type: ignore[arg-type]


def test_no_goal_is_dropped_without_a_word_and_a_draft_may_be_half_written() -> None:
    assert "每天洗澡" in submitting_problems(PLAN, today=TODAY, open_goals={7: "每天洗澡"})["goals"]
    kept = replace(PLAN, goals=[replace(GOAL, continues=7)])
    assert submitting_problems(kept, today=TODAY, open_goals={7: "每天洗澡"}) == {}
    assert saving_problems(PlanDraft([GoalDraft("半句")])) == {}
    assert GoalDraft("", due_on=None).is_empty
    assert not GoalDraft("", due_on=TODAY).is_empty


def test_a_review_says_how_every_open_goal_stands() -> None:
    said = [
        ProgressGiven(1, GoalState.REACHED),
        ProgressGiven(2, GoalState.WORSE),
        ProgressGiven(3, GoalState.OPEN),
    ]
    found = review_problems(said, "", open_goals=[1, 2, 3, 4])
    assert set(found) == {"text_2", "state_3", "state_4", "text"}
    said = [ProgressGiven(1, GoalState.GIVEN_UP, "家庭已遷離本縣")]
    assert review_problems(said, "檢討完成，準備結案", open_goals=[1]) == {}


def test_which_planned_visits_a_record_may_be_and_which_it_most_likely_is() -> None:
    at = NOW.replace(hour=15, minute=0)
    long_ago, noon, evening = (
        PlannedFact(1, at - 40 * DAY, "到家裡"),
        PlannedFact(2, at.replace(hour=12), "到家裡"),
        PlannedFact(3, at.replace(hour=17), "到學校"),
    )
    tomorrow, later = PlannedFact(4, at + DAY, "電話"), PlannedFact(5, at + 15 * DAY, "到家裡")
    every = [later, evening, tomorrow, noon, long_ago]
    assert [each.row for each in may_be_meant(every, at=at)] == [1, 2, 3, 4]
    assert may_be_meant([later], at=at) == []
    assert is_meant(every, at=at) == evening  # two hours later is nearer than three before
    assert is_meant([long_ago, tomorrow], at=at) is None
    midnight = at.replace(hour=0, minute=5)
    assert is_meant([PlannedFact(6, midnight - dt.timedelta(minutes=10), "到家裡")], at=midnight) is None
    assert is_meant([], at=at) is None
