"""Plans go to the supervisor and back; a case closes when nothing is left to do, or in spite of it with a reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from anwang.people.registry.models import Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Decision
from anwang.platform.transitions import NotPossible
from anwang.services.cases import actions
from anwang.services.cases.closing_rules import Obstacle
from anwang.services.cases.duties import programme_of
from anwang.services.cases.entries import EntryKind
from anwang.services.cases.hooks import register_closing_hook, unregister_closing_hook
from anwang.services.cases.models import CaseClosing, GoalProgress, Plan, Visit
from anwang.services.cases.plan_rules import GoalDraft, ProgressGiven
from anwang.services.cases.process import CaseState
from anwang.services.cases.timeline import timeline
from anwang.services.cases.vocabulary import (
    GoalState,
    VisitPlace,
)
from tests.county import establish

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, fresh, open_duties, who

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county() -> None:
    establish()


def test_a_plan_goes_to_the_supervisor_and_comes_back_and_is_approved() -> None:
    case = made.open_case()
    plan = made.submitted(case, NOW + days(1))
    assert "case.plan.plan" not in open_duties(case)
    assert open_duties(case)["case.approval.plan"].owner_member_id == made.member_id(SUPERVISOR)
    with pytest.raises(Exception, match="approve_plans"):
        actions.approve_plan(plan_id=plan.pk, **who(WORKER, NOW + days(1)))
    actions.return_plan(plan_id=plan.pk, text="請補上由誰陪同上學", **who(SUPERVISOR, NOW + days(2)))
    duties = open_duties(case)
    assert "case.approval.plan" not in duties
    assert "case.mending.plan" in duties
    second = actions.begin_plan(case_id=case.pk, **who(WORKER, NOW + days(2)))
    with acting(SYSTEM):
        assert second.version == 2
        assert second.goals.count() == 1  # nothing is typed twice
    approved = made.approved(case, NOW + days(3))
    assert approved.pk == second.pk
    duties = open_duties(case)
    assert "case.mending.plan" not in duties
    assert duties["case.review.review"].due_at.astimezone(NOW.tzinfo).date() == dt.date(2026, 7, 23)


def test_two_tabs_meet_and_nothing_is_overwritten() -> None:
    case = made.open_case()
    plan = actions.begin_plan(case_id=case.pk, **who(WORKER))
    text = made.draft(NOW)
    actions.save_plan(plan_id=plan.pk, revision=plan.revision, draft=text, **who(WORKER))
    other = replace(text, goals=[GoalDraft("另一個分頁寫的目標")])
    with pytest.raises(actions.ChangedMeanwhile):
        actions.save_plan(plan_id=plan.pk, revision=plan.revision, draft=other, **who(WORKER))
    with acting(SYSTEM):
        assert [goal.goal for goal in Plan.objects.get(pk=plan.pk).goals.all()] == ["孩子每天到校"]


def test_nobody_approves_their_own_plan_while_somebody_else_can() -> None:
    from anwang.agencies.actions import appoint

    with acting(SYSTEM):
        appoint(
            username="second",
            name="陳督導",
            unit_code="luodong_center",
            roles=["supervisor"],
            password=None,
            from_on=dt.date(2026, 1, 1),
        )
    case = made.open_case()
    plan = actions.begin_plan(case_id=case.pk, **who(SUPERVISOR))
    actions.submit_plan(plan_id=plan.pk, revision=plan.revision, draft=made.draft(NOW), **who(SUPERVISOR))
    with pytest.raises(NotPossible, match="另一位督導"):
        actions.approve_plan(plan_id=plan.pk, **who(SUPERVISOR))
    actions.approve_plan(plan_id=plan.pk, **who("second"))


def test_goals_keep_their_progress_through_versions() -> None:
    case = made.open_case()
    plan = made.approved(case, NOW + days(1))
    with acting(SYSTEM):
        (goal,) = plan.goals.all()
    actions.review_plan(
        case_id=case.pk,
        given=[ProgressGiven(goal.pk, GoalState.BETTER, "缺課減少")],
        text="有進展，繼續。",
        **who(WORKER, NOW + days(30)),
    )
    again = actions.begin_plan(case_id=case.pk, **who(WORKER, NOW + days(31)))
    with pytest.raises(actions.NotAccepted, match="還沒有了結"):  # no goal is dropped without a word
        actions.submit_plan(
            plan_id=again.pk,
            revision=again.revision,
            draft=made.draft(NOW + days(31)),
            **who(WORKER, NOW + days(31)),
        )
    made.approved(case, NOW + days(31))
    from anwang.services.cases.closing_facts import goal_facts
    from anwang.services.cases.standing import goal_states

    with acting(who(WORKER)["by"]):
        assert set(goal_states(case).values()) == {GoalState.BETTER}
        assert len(goal_facts(case)) == 1
        assert GoalProgress.objects.count() == 1


def test_closing_is_refused_with_what_to_do_until_it_is_done() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(1))
    made.assessed(case, NOW + days(2))
    plan = made.approved(case, NOW + days(3))
    actions.plan_visit(
        case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(40), **who(WORKER, NOW + days(3))
    )
    with pytest.raises(actions.NotClosable) as caught:
        made.ask_closing(case, NOW + days(35))
    failing = {check.id: check for check in caught.value.checks if not check.passed}
    assert set(failing) == {"visits", "met", "goals", "duties"}
    assert all(check.what_to_do and check.citation for check in failing.values())
    assert fresh(case).state == CaseState.ACTIVE
    with acting(SYSTEM):
        planned = Visit.objects.get(case=case, state="planned")
    actions.record_visit(
        case_id=case.pk, visit_id=planned.pk, given=made.met(NOW + days(36)), **who(WORKER, NOW + days(36.1))
    )
    made.goals_reached(case, plan, NOW + days(36))
    closing = made.ask_closing(case, NOW + days(37))
    assert open_duties(case)["case.approval.closing"].owner_member_id == made.member_id(SUPERVISOR)
    actions.return_closing(case_id=case.pk, text="請先告訴學校已結案", **who(SUPERVISOR, NOW + days(38)))
    assert fresh(case).state == CaseState.ACTIVE
    made.ask_closing(case, NOW + days(39))
    actions.grant_closing(case_id=case.pk, **who(SUPERVISOR, NOW + days(40)))
    after = fresh(case)
    assert (after.state, after.closed_at) == (CaseState.CLOSED, NOW + days(40))
    assert open_duties(case) == {}
    with acting(SYSTEM):
        assert CaseClosing.objects.get(pk=closing.pk).state == "returned"
        assert not Touchpoint.objects.filter(person_id=case.client_id, closed_on__isnull=True).exists()
        assert Decision.objects.filter(rule_id="case.closing", outcome="closed").count() == 1
    with pytest.raises(NotPossible, match="已結案"):
        made.visit(case, NOW + days(41))


def test_a_supervisor_closes_in_spite_only_of_what_can_be_passed_over_and_says_why() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(1))
    given = {"reason": "goals_reached", "summary": "家庭已無需求，主動要求結束。"}
    now = NOW + days(3)
    with pytest.raises(actions.NotAccepted) as caught:
        actions.close_in_spite(case_id=case.pk, overrule="", **given, **who(SUPERVISOR, now))
    assert set(caught.value.problems) == {"overrule"}
    with pytest.raises(Exception, match="approve_plans"):
        actions.close_in_spite(case_id=case.pk, overrule="家庭堅持不再受訪", **given, **who(WORKER, now))
    planned = actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(9), **who(WORKER, now))
    with pytest.raises(actions.NotClosable):
        actions.close_in_spite(case_id=case.pk, overrule="家庭堅持不再受訪", **given, **who(SUPERVISOR, now))
    actions.cancel_visit(visit_id=planned.pk, reason="家庭不再受訪", **who(WORKER, now))
    closing = actions.close_in_spite(
        case_id=case.pk, overrule="家庭堅持不再受訪", **given, **who(SUPERVISOR, now)
    )
    with acting(SYSTEM):
        decision = Decision.objects.select_related("overrules").get(pk=closing.decision_id)
        assert decision.overrules is not None
        assert decision.overrules.outcome == "not_closable"
        assert decision.reason == "家庭堅持不再受訪"
    assert fresh(case).state == CaseState.CLOSED
    with acting(who(SUPERVISOR)["by"]):  # asked and granted at one moment: what came later stands above
        told = [entry.title for entry in timeline(fresh(case), programme_of(case), [EntryKind.DECISION])]
    assert told == ["核定結案", "提結案", "開案"]


def test_what_other_rooms_name_keeps_a_case_open() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(1))
    asked: list[int] = []

    def referrals(case_id: int) -> list[Obstacle]:
        asked.append(case_id)
        return [Obstacle("轉介", "還有 1 件轉介沒有回復。", "先請對方回復。", "002 參案由三 決定二")]

    register_closing_hook("referrals", referrals)
    try:
        with pytest.raises(actions.NotClosable) as caught:
            actions.close_in_spite(
                case_id=case.pk,
                reason="goals_reached",
                summary="家庭已無需求，主動要求結束。",
                overrule="家庭堅持不再受訪",
                **who(SUPERVISOR, NOW + days(2)),
            )
    finally:
        unregister_closing_hook("referrals")
    assert asked == [case.pk]
    assert [check.text for check in caught.value.checks if check.id == "other-1"] == [
        "還有 1 件轉介沒有回復。"
    ]
