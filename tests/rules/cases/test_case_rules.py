"""Rules of a case: graded risk, caseloads, clocks, promises, closing, and what each form must say. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.transitions import NotPossible
from anwang.policy import standard
from anwang.services.cases import closing_rules as closing
from anwang.services.cases.ages_rules import age_on, has_children
from anwang.services.cases.assessment_rules import compare_items, in_words, scored_items, share_of
from anwang.services.cases.clock_rules import Deed, deed_of_visit, is_met_by, rule_id, started_by
from anwang.services.cases.closing_rules import (
    ClosingFacts,
    Obstacle,
    closing_checks,
    may_be_passed_over,
    may_close,
)
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
from anwang.services.cases.process import CASE, PROCESSES, WORKED_ON, CaseState
from anwang.services.cases.promise_rules import DutyFact, GoalFact, PlannedFact, PromiseKind, unmet_promises
from anwang.services.cases.rules import (
    CaseloadFact,
    ScoredItem,
    caseloads,
    level_of,
    level_problem,
    suggest_risk,
    text_problem,
)
from anwang.services.cases.visit_rules import (
    ContactRecord,
    VisitRecord,
    contact_problems,
    plan_problems,
    visit_problems,
)
from anwang.services.cases.vocabulary import (
    CaseRole,
    ChildSeen,
    ContactKind,
    GoalState,
    NotMetReason,
    RiskGrade,
    Safety,
    VisitPlace,
)
from anwang.services.programs.codes import ClockKind, ClockStart, ClosingOutcome, FormKind
from anwang.services.programs.loading import shipped
from anwang.standard.record import PartialDate

POLICY = standard()
NOW = dt.datetime(2026, 4, 20, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
FAMILY = shipped().latest["vulnerable_family"]
FORM = FAMILY.forms_for(FormKind.ASSESSMENT)[0]


def item(id: str, score: int, worst: int = 3) -> ScoredItem:
    return ScoredItem(id, id, str(score), score, worst)


# ---- graded risk --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "safety", "grade", "says"),
    [
        ([item("economy", 0), item("housing", 0)], None, RiskGrade.LOW, "未達 25 %"),
        ([item("economy", 0), item("housing", 2)], None, RiskGrade.MIDDLE, "總分為滿分的 33 %"),
        ([item("economy", 3), *(item(f"x{n}", 0) for n in range(9))], None, RiskGrade.MIDDLE, "「economy」"),
        ([item("economy", 0)], Safety.CONCERN, RiskGrade.MIDDLE, "有疑慮"),
        ([item("economy", 0)], Safety.DANGER, RiskGrade.HIGH, "立即危險"),
        ([item("care", 3), *(item(f"x{n}", 0) for n in range(9))], None, RiskGrade.HIGH, "單獨成立"),
        (
            [item("economy", 3), item("work", 3), *(item(f"x{n}", 0) for n in range(9))],
            None,
            RiskGrade.HIGH,
            "2 項",
        ),
        ([item("economy", 2), item("work", 2)], Safety.SAFE, RiskGrade.HIGH, "67 %"),
        ([], None, RiskGrade.MIDDLE, "沒有可計分"),
        ([], Safety.DANGER, RiskGrade.HIGH, "立即危險"),
    ],
)
def test_the_grade_says_what_speaks_for_it(items, safety, grade, says) -> None:  # type: ignore[no-untyped-def]
    found = suggest_risk(items, last_safety=safety, policy=POLICY, on=TODAY)
    assert found.grade is grade
    assert says in found.reason
    assert found.citation.document == "004"
    assert found.flags  # the source prints no scale: that is said


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["care", "economy", "work", "x"]))), st.data())
def test_a_worse_answer_never_lowers_the_grade(answers: list[tuple[int, str]], data: st.DataObject) -> None:
    items = [item(id, score) for score, id in answers]
    order = [RiskGrade.LOW, RiskGrade.MIDDLE, RiskGrade.HIGH]
    before = suggest_risk(items, policy=POLICY, on=TODAY).grade
    if not items:
        return
    row = data.draw(st.integers(0, len(items) - 1))
    worse = [replace(each, score=min(3, each.score + (n == row))) for n, each in enumerate(items)]
    assert order.index(suggest_risk(worse, policy=POLICY, on=TODAY).grade) >= order.index(before)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((), ("", "", "")),
        (("only",), ("only", "only", "only")),
        (("high", "low"), ("high", "high", "low")),
        (("high", "medium", "low"), ("high", "medium", "low")),
        (("a", "b", "c", "d"), ("a", "b", "d")),
    ],
)
def test_a_grade_is_one_of_the_programmes_levels(levels: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert (
        tuple(level_of(grade, levels) for grade in (RiskGrade.HIGH, RiskGrade.MIDDLE, RiskGrade.LOW))
        == expected
    )


def test_deciding_otherwise_takes_a_reason() -> None:
    levels = ("high", "low")
    assert level_problem("", levels, "high", "")[0] == "level"
    assert level_problem("low", levels, "high", "")[0] == "reason"
    assert level_problem("low", levels, "high", "外婆已搬來同住") == ("", "")
    assert level_problem("high", levels, "high", "") == ("", "")
    assert level_problem("", (), "", "") == ("", "")
    assert "最" not in text_problem("好", "理由")
    assert "300" in text_problem("很" * 301, "理由")


def test_caseloads_count_everybody_on_duty_and_nobodys_cases() -> None:
    facts = [CaseloadFact(1, True, True)] * 25 + [
        CaseloadFact(None, False, False),
        CaseloadFact(3, False, True),
    ]
    found = {load.worker_id: load for load in caseloads(facts, [1, 2], policy=POLICY, on=TODAY)}
    assert list(found) == [1, 2, 3, None]
    assert (found[1].cases, found[1].highest, found[1].overdue, found[1].is_heavy) == (25, 25, 25, True)
    assert (found[2].cases, found[2].is_heavy) == (0, False)
    assert not found[None].is_heavy
    assert [load.worker_id for load in caseloads([], [1], policy=POLICY, on=TODAY)] == [1]


# ---- clocks -------------------------------------------------------------------------------------------------------


def rules_of(deed: Deed, level: str = "") -> set[str]:
    return {duty.rule for duty in started_by(deed, FAMILY, level)}


def test_each_deed_starts_what_the_programme_says() -> None:
    first, visit, review = "case.first_contact.first_contact", "case.visit.visit", "case.review.review"
    assert rules_of(Deed.OPENED) == {
        first, "case.assessment.first_visit", "case.assessment.assessment", "case.plan.plan",
    }  # fmt: skip
    assert rules_of(Deed.REACHED) == rules_of(Deed.VISITED) == {visit}
    assert rules_of(Deed.PLAN_APPROVED) == {review}
    assert rules_of(Deed.REVIEWED) == {review}
    assert rules_of(Deed.ASSESSED) == rules_of(Deed.PLAN_SUBMITTED) == set()
    (high,) = started_by(Deed.VISITED, FAMILY, "high")
    (low,) = started_by(Deed.VISITED, FAMILY, "low")
    (none,) = started_by(Deed.VISITED, FAMILY, "")
    assert (high.term.length, low.term.length, none.term.length) == (7, 30, 7)
    assert "待縣府核定" in high.citation


def test_a_review_that_counts_from_the_plan_is_opened_once() -> None:
    clock = next(clock for clock in FAMILY.clocks if clock.kind is ClockKind.REVIEW)
    planned = replace(FAMILY, clocks=(replace(clock, starts=ClockStart.PLANNED),))
    assert len(started_by(Deed.PLAN_APPROVED, planned, "")) == 1
    once = replace(FAMILY, clocks=(replace(clock, repeats=False),))
    assert started_by(Deed.REVIEWED, once, "") == []


def test_every_programme_of_the_catalogue_can_be_worked() -> None:
    for programme in shipped().latest.values():
        for deed in Deed:
            for duty in started_by(deed, programme, ""):
                assert duty.rule.startswith("case.")
                assert len(duty.rule_label) < 200
                assert duty.citation
        for clock in programme.clocks:
            if clock.kind in (ClockKind.FIRST_CONTACT, ClockKind.VISIT, ClockKind.REVIEW, ClockKind.PLAN):
                assert any(is_met_by(rule_id(clock), deed) for deed in Deed), (programme.id, clock.id)


@pytest.mark.parametrize(
    ("rule", "deeds"),
    [
        ("case.first_contact.x", {Deed.REACHED, Deed.VISITED}),
        ("case.visit.x", {Deed.VISITED}),
        ("case.assessment.first_visit", {Deed.VISITED}),
        ("case.assessment.assessment", {Deed.ASSESSED}),
        ("case.plan.plan", {Deed.PLAN_SUBMITTED}),
        ("case.review.x", {Deed.REVIEWED}),
        ("case.approval.plan", set()),
    ],
)
def test_a_duty_is_met_by_the_deed_itself(rule: str, deeds: set[Deed]) -> None:
    assert {deed for deed in Deed if is_met_by(rule, deed)} == deeds


def test_a_visit_and_a_call_are_deeds_of_their_own() -> None:
    assert deed_of_visit(VisitPlace.HOME, ["home"]) is Deed.VISITED
    assert deed_of_visit(VisitPlace.PHONE, ["home"]) is Deed.REACHED


# ---- promises and closing -----------------------------------------------------------------------------------------

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


# ---- forms --------------------------------------------------------------------------------------------------------


def visit(**changes: object) -> VisitRecord:
    made = VisitRecord(True, VisitPlace.HOME, NOW, (1,), ChildSeen.ALL, Safety.SAFE, None, "母女都在家中")
    return replace(made, **changes)  # type: ignore[arg-type]


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


# ---- assessments over time ----------------------------------------------------------------------------------------


def test_only_the_scales_count_and_the_level_is_decided_beside() -> None:
    content = {
        "economy": "none",
        "care": "fine",
        "risk_level": "high",
        "self_harm": "no",
        "work": "gone",
        "strengths": "好",
    }
    found = scored_items(FORM, content)
    assert [(each.id, each.score, each.worst) for each in found] == [("economy", 3, 3), ("care", 0, 3)]
    assert share_of(found) == 50
    assert share_of([]) is None
    words = in_words(FORM, {"economy": "none", "self_harm": "no"}, "全家")
    assert [part["part"] for part in words] == ["家庭需求與優勢", "評估結果"]


def test_assessments_are_compared_item_by_item_even_when_the_form_changed() -> None:
    first = [item("economy", 2), item("care", 1)]
    second = [item("economy", 1), item("care", 3), item("school", 1)]
    found = {each.label: each for each in compare_items([first, second])}
    assert (found["economy"].direction, found["care"].direction, found["school"].direction) == (
        "better",
        "worse",
        "",
    )
    assert found["school"].points == (None, (1, "1"))
    assert compare_items([first])[0].direction == ""
    assert compare_items([first, first])[0].direction == ""


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (None, None),
        (PartialDate("不明"), None),
        (PartialDate("", 2020, 4, 20), 6),
        (PartialDate("", 2020, 4, 21), 5),
        (PartialDate("", 2020), 5),
        (PartialDate("", 2026, 4), 0),
    ],
)
def test_ages(birth: PartialDate | None, age: int | None) -> None:
    assert age_on(birth, TODAY) == age


def test_children_are_those_known_to_be_under_eighteen() -> None:
    from anwang.standard.codes import AgencyCode, OwnSource
    from anwang.standard.record import Period
    from anwang.standard.typed import typed_person

    def born(birth: str):  # type: ignore[no-untyped-def]
        return typed_person(
            source=OwnSource.CASE_FILE, number="1-1", line=1, agency=AgencyCode.SOCIAL,
            period=Period(2026, 4), name="甲", birth=birth,
        )  # fmt: skip

    assert has_children([born("98/4/21")], TODAY)
    assert not has_children([born("97/4/20"), born("")], TODAY)


# ---- processes ----------------------------------------------------------------------------------------------------


def test_processes_end_where_they_should() -> None:
    assert {process.id: [state.value for state in process.final] for process in PROCESSES} == {
        "case": [],
        "plan": ["approved", "returned"],
        "visit": ["done", "not_met", "cancelled"],
        "transfer": ["accepted", "declined", "called_back"],
        "case_closing": ["granted", "returned", "taken_back"],
    }
    assert CaseState.CLOSED not in WORKED_ON
    with pytest.raises(NotPossible, match="已結案"):
        CASE.after(CaseState.CLOSED, "close")
    for process in PROCESSES:
        assert all(state.label for state in process.states)


def test_every_code_has_a_label() -> None:
    from anwang.services.cases import vocabulary
    from anwang.services.cases.entries import EntryKind

    for codes in (
        vocabulary.CaseRole, VisitPlace, ChildSeen, Safety, NotMetReason, ContactKind, GoalState,
        vocabulary.OtherAgency, PromiseKind, EntryKind,
    ):  # fmt: skip
        assert all(code.label for code in codes)
