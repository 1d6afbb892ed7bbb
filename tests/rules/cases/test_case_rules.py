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
from anwang.services.cases.clock_rules import Deed, deed_of_visit, is_met_by, rule_id, started_by
from anwang.services.cases.process import CASE, PROCESSES, WORKED_ON, CaseState
from anwang.services.cases.promise_rules import PromiseKind
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
    VisitRecord,
)
from anwang.services.cases.vocabulary import (
    ChildSeen,
    ContactKind,
    GoalState,
    NotMetReason,
    RiskGrade,
    Safety,
    VisitPlace,
)
from anwang.services.programs.codes import ClockKind, ClockStart
from anwang.services.programs.loading import shipped

POLICY = standard()
NOW = dt.datetime(2026, 4, 20, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
TODAY = NOW.date()
FAMILY = shipped().latest["vulnerable_family"]


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


# ---- forms --------------------------------------------------------------------------------------------------------


def visit(**changes: object) -> VisitRecord:
    made = VisitRecord(True, VisitPlace.HOME, NOW, (1,), ChildSeen.ALL, Safety.SAFE, None, "母女都在家中")
    return replace(made, **changes)  # type: ignore[arg-type]


# ---- assessments over time ----------------------------------------------------------------------------------------


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
