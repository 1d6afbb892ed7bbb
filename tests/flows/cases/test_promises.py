"""Goals with a day and planned visits are duties of who promised them, through revisions, hand-overs and closings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest

from anwang.agencies.actions import appoint, end_post
from anwang.agencies.escalating import escalate
from anwang.agencies.models import Post
from anwang.platform.clock_models import Deadline, DeadlineChange
from anwang.platform.context import SYSTEM, acting
from anwang.platform.due_rules import end_of_day
from anwang.platform.worklist import View, counts, load, shown
from anwang.services.cases import actions
from anwang.services.cases.models import Case, Plan, Visit
from anwang.services.cases.plan_rules import GoalDraft, PlanDraft, ProgressGiven
from anwang.services.cases.promised_rules import APPOINTMENT, GOAL
from anwang.services.cases.queries import case_view, cases_of
from anwang.services.cases.vocabulary import GoalState, NotMetReason, VisitPlace
from tests.county import context, establish

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, open_duties, who

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _county() -> None:
    establish()


def goal(text: str, owner: str, left: int, continues: int = 0) -> GoalDraft:
    return GoalDraft(text, "每週聯繫一次", owner, TODAY + dt.timedelta(days=left), "就學", continues)


def approved(case: Case, at: dt.datetime, *goals: GoalDraft, until: int = 120) -> Plan:
    plan = actions.begin_plan(case_id=case.pk, **who(WORKER, at))
    draft = PlanDraft(goals, "先穩定就學。", "yes", "", TODAY + dt.timedelta(days=until))
    actions.submit_plan(plan_id=plan.pk, revision=plan.revision, draft=draft, **who(WORKER, at))
    return actions.approve_plan(plan_id=plan.pk, **who(SUPERVISOR, at))


def promises(case: Case, rule: str = GOAL) -> list[Deadline]:
    with acting(SYSTEM):
        return list(
            Deadline.objects.filter(subject_kind="case", subject_id=str(case.pk), rule_id=rule).order_by(
                "due_at"
            )
        )


def changes(duty: Deadline) -> list[tuple[str, str]]:
    with acting(SYSTEM):
        return list(DeadlineChange.objects.filter(deadline=duty).order_by("pk").values_list("kind", "reason"))


def is_open(duty: Deadline) -> bool:
    return duty.met_at is None and duty.withdrawn_at is None


def rows(plan: Plan) -> list[int]:
    with acting(SYSTEM):
        return list(plan.goals.order_by("number").values_list("pk", flat=True))


def plan_visit(case: Case, at: dt.datetime, now: dt.datetime = NOW, **changes: object) -> Visit:
    given: dict[str, object] = {"place": VisitPlace.HOME, "at": at, **changes}
    return actions.plan_visit(case_id=case.pk, **given, **who(WORKER, now))  # type: ignore[arg-type]


def test_a_goal_is_a_duty_of_who_is_named_once_the_plan_is_approved_and_gone_when_it_is_reached() -> None:
    case = made.open_case()
    plan = actions.begin_plan(case_id=case.pk, **who(WORKER))
    with acting(SYSTEM):
        supervisor = next(m for m in _members() if m.username == SUPERVISOR)
    goals = [goal("孩子每天到校", "案母", 30), goal("申請生活補助", f"督導{supervisor.name}", 60)]
    draft = PlanDraft(goals, "先穩定就學。", "yes", "", TODAY + dt.timedelta(days=90))
    actions.submit_plan(plan_id=plan.pk, revision=plan.revision, draft=draft, **who(WORKER))
    assert promises(case) == []  # what nobody approved is no promise yet
    actions.approve_plan(plan_id=plan.pk, **who(SUPERVISOR))
    first, second = promises(case)
    assert (first.owner_member_id, second.owner_member_id) == (case.worker_id, made.member_id(SUPERVISOR))
    assert first.due_at == end_of_day(TODAY + dt.timedelta(days=30))
    assert first.citation == "處遇計畫第 1 版（115/4/20 核定）目標 1"
    assert "到校" not in first.label + first.rule_label + first.citation  # nothing of the family in a label
    given = [
        ProgressGiven(rows(plan)[0], GoalState.REACHED),
        ProgressGiven(rows(plan)[1], GoalState.GIVEN_UP, "家裡已有收入"),
    ]
    at = NOW + days(20)
    actions.review_plan(case_id=case.pk, given=given, text="已經穩定到校。", **who(WORKER, at))
    first, second = promises(case)
    assert (first.met_at, first.met_by_member_id) == (at, made.member_id(WORKER))
    assert (second.withdrawn_at, second.withdrawn_reason) == (at, "目標不再進行")


def _members() -> list:  # type: ignore[type-arg]
    from anwang.agencies.models import Member

    return list(Member.objects.all())


def test_a_revised_plan_moves_the_duty_and_names_the_new_version() -> None:
    case = made.open_case()
    plan = approved(case, NOW, goal("孩子每天到校", "林社工", 30))
    (row,) = rows(plan)
    second = approved(
        case, NOW + days(5), goal("孩子每天到校", "林社工", 50, row), goal("媽媽找到工作", "案母", 40)
    )
    new, moved = promises(case)
    assert moved.sequence == row
    assert moved.due_at == end_of_day(TODAY + dt.timedelta(days=50))
    assert moved.citation == "處遇計畫第 2 版（115/4/25 核定）目標 1"
    assert moved.started_at == NOW + days(5)
    assert changes(moved) == [("moved", "處遇計畫第 2 版核定")]
    assert new.sequence == rows(second)[1]
    third = approved(
        case, NOW + days(6), *(goal(text, "案母", 40, each) for text, each in zip(("孩子每天到校", "媽媽找到工作"), rows(second), strict=True))
    )  # fmt: skip
    assert [each.sequence for each in promises(case)] == sorted([row, rows(second)[1]])  # the same two go on
    assert all(is_open(each) and "第 3 版" in each.citation for each in promises(case))
    assert third.version == 3


def test_a_returned_plan_changes_nothing() -> None:
    case = made.open_case()
    plan = approved(case, NOW, goal("孩子每天到校", "林社工", 30))
    again = actions.begin_plan(case_id=case.pk, **who(WORKER, NOW + days(1)))
    draft = PlanDraft(
        [goal("孩子每天到校", "", 60, rows(plan)[0])], "", "yes", "", TODAY + dt.timedelta(days=90)
    )
    draft = replace(draft, goals=[replace(draft.goals[0], owner="案母")])
    actions.submit_plan(plan_id=again.pk, revision=again.revision, draft=draft, **who(WORKER, NOW + days(1)))
    actions.return_plan(plan_id=again.pk, text="請寫清楚由誰陪同", **who(SUPERVISOR, NOW + days(2)))
    (duty,) = promises(case)
    assert duty.due_at == end_of_day(TODAY + dt.timedelta(days=30))
    assert changes(duty) == []


def test_a_planned_visit_is_a_duty_until_somebody_went_and_ends_no_frequency() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(1))
    frequency = next(rule for rule in open_duties(case) if rule.startswith("case.visit."))
    runs = open_duties(case)[frequency]
    at = NOW + days(3)
    planned = plan_visit(case, at, NOW + days(1))
    (duty,) = promises(case, APPOINTMENT)
    assert (duty.sequence, duty.owner_member_id, duty.is_promise) == (planned.pk, case.worker_id, True)
    assert duty.due_at == end_of_day(at.date())
    assert duty.citation == "115/4/21 約定：115/4/23 10:00 到家裡"
    assert open_duties(case)[frequency].pk == runs.pk  # planning is not going
    given = replace(made.met(at), met=False, not_met_reason=NotMetReason.ABSENT, next_at=at + days(4))
    actions.record_visit(case_id=case.pk, visit_id=planned.pk, given=given, **who(WORKER, at + days(0.1)))
    kept, next_one = promises(case, APPOINTMENT)
    assert (
        kept.met_at == at
    )  # who stood at the door kept the word; the family was not met, so the frequency runs on
    assert open_duties(case)[frequency].pk == runs.pk
    assert next_one.due_at == end_of_day((at + days(4)).date())
    actions.record_visit(
        case_id=case.pk, visit_id=next_one.sequence, given=made.met(at + days(4)), **who(WORKER, at + days(4.1))
    )  # fmt: skip
    assert not any(is_open(each) for each in promises(case, APPOINTMENT))
    assert open_duties(case)[frequency].pk != runs.pk  # a done one begins the next round


def test_a_cancelled_visit_falls_away_and_a_repeated_form_makes_one_duty() -> None:
    case = made.open_case()
    first = plan_visit(case, NOW + days(3), client_key="k1")
    assert plan_visit(case, NOW + days(3), client_key="k1").pk == first.pk
    assert len(promises(case, APPOINTMENT)) == 1
    actions.cancel_visit(visit_id=first.pk, reason="案母改到下週", **who(WORKER))
    (duty,) = promises(case, APPOINTMENT)
    assert duty.withdrawn_reason == "訪視取消"


def test_a_promise_is_listed_after_the_legal_clocks_and_overdue_from_the_end_of_its_day() -> None:
    case = made.open_case()
    at = NOW + dt.timedelta(hours=2)
    plan_visit(case, at)
    worker = context(WORKER, TODAY)
    place = {"unit_id": worker.unit_id or 0, "member_id": worker.member_id}
    with acting(worker):
        found = list(shown(View.MINE, now=NOW, **place))
        assert [each.is_promise for each in found] == [False] * (len(found) - 1) + [True]
        assert found[-1].due_at < found[0].due_at  # though it comes first by its moment
        assert [each.rule_id for each in shown(View.PROMISED, now=NOW, **place)] == [APPOINTMENT]
        assert counts(now=NOW, **place).promised == 1
        evening, midnight = end_of_day(TODAY), end_of_day(TODAY) + dt.timedelta(minutes=1)

        def lines(now: dt.datetime) -> tuple[int, int]:
            every = load(unit_id=worker.unit_id or 0, now=now, soon=now)
            return next((each.open, each.overdue) for each in every if each.rule_label == "約定的訪視")

        assert lines(evening) == (1, 0)
        assert lines(midnight) == (1, 1)
        view = case_view(case.pk, evening)
        assert view is not None
        assert view.promises == ()
        view = case_view(case.pk, midnight)
        assert view is not None
        assert [each.kind.value for each in view.promises] == ["visit"]  # pinned once, not again as a duty


def test_a_promise_rises_to_the_supervisors_and_no_further() -> None:
    case = made.open_case()
    plan_visit(case, NOW + days(1))
    escalate(now=NOW + days(60))
    escalate(now=NOW + days(90))
    (duty,) = promises(case, APPOINTMENT)
    assert (duty.escalation_level, duty.escalated_unit_id) == (1, duty.unit_id)
    legal = open_duties(case)["case.plan.plan"]
    assert legal.escalation_level == 2


def test_promises_go_with_the_case_to_another_worker_and_a_colleagues_stay_theirs() -> None:
    second, third = colleagues()
    own = name_of(WORKER)
    case = made.open_case()
    approved(case, NOW, goal("孩子每天到校", own, 30), goal("申請生活補助", "高社工", 60))
    plan_visit(case, NOW + days(3))
    assert [each.owner_member_id for each in promises(case)] == [case.worker_id, third]
    made_transfer = actions.offer_transfer(
        case_id=case.pk, to_unit_id=case.unit_id, to_worker_id=second, reason="調整責任轄區", summary="媽媽配合。",
        **who(WORKER, NOW + days(1)),
    )  # fmt: skip
    actions.accept_transfer(transfer_id=made_transfer.pk, **who("luodong.second", NOW + days(1)))
    assert [each.owner_member_id for each in promises(case)] == [second, third]
    (visit,) = promises(case, APPOINTMENT)
    assert visit.owner_member_id == second
    assert changes(visit) == [("reassigned", "個案移轉")]


def test_promises_go_with_the_case_to_another_unit() -> None:
    case = made.open_case()
    with acting(SYSTEM):
        own = next(m.name for m in _members() if m.username == WORKER)
    approved(case, NOW, goal("孩子每天到校", own, 30))
    plan_visit(case, NOW + days(3))
    offered = actions.offer_transfer(
        case_id=case.pk, to_unit_id=made.unit_id("yilan_center"), to_worker_id=None, reason="全家搬到宜蘭市",
        summary="媽媽配合。", **who(WORKER, NOW + days(1)),
    )  # fmt: skip
    actions.accept_transfer(transfer_id=offered.pk, **who("yilan.worker", NOW + days(1)))
    for duty in (*promises(case), *promises(case, APPOINTMENT)):
        assert (duty.unit_id, duty.owner_member_id) == (
            made.unit_id("yilan_center"),
            made.member_id("yilan.worker"),
        )
        assert is_open(duty)


def test_a_closing_takes_the_goals_away_and_reopening_puts_back_what_is_still_meant() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(1))
    made.assessed(case, NOW + days(2))
    approved(case, NOW + days(2), goal("孩子每天到校", "林社工", 30), goal("申請生活補助", "林社工", 80))
    planned = plan_visit(case, NOW + days(20), NOW + days(3))
    given = {"reason": "goals_reached", "summary": "家庭要求結束服務。", "overrule": "家庭已遷居國外"}
    with pytest.raises(
        actions.NotClosable, match="記為已訪或未遇"
    ):  # nobody closes over a visit that was promised
        actions.close_in_spite(case_id=case.pk, **given, **who(SUPERVISOR, NOW + days(10)))
    actions.cancel_visit(visit_id=planned.pk, reason="家庭已遷居國外", **who(WORKER, NOW + days(10)))
    actions.close_in_spite(case_id=case.pk, **given, **who(SUPERVISOR, NOW + days(10)))
    assert not any(is_open(each) for each in (*promises(case), *promises(case, APPOINTMENT)))
    actions.reopen_case(case_id=case.pk, reason="學校再通報缺課", **who(WORKER, NOW + days(40)))
    first, second = promises(case)
    assert (is_open(first), is_open(second)) == (False, True)  # the first one's day passed meanwhile
    assert changes(second) == [("withdrawn", "個案已結案"), ("restored", "重新開案，目標仍在")]
    with acting(context(WORKER, TODAY)):
        view = case_view(case.pk, NOW + days(41))
        assert view is not None
        assert view.promises == ()  # what fell away is not pinned either


def test_what_a_colleague_took_on_stays_theirs_when_the_case_of_a_leaver_is_assigned() -> None:
    second, third = colleagues()
    case = made.open_case()
    approved(case, NOW, goal("孩子每天到校", name_of(WORKER), 30), goal("申請生活補助", "高社工", 60))
    plan_visit(case, NOW + days(3))
    plan_visit(case, NOW + days(4), worker_id=third)
    leaves(WORKER)
    with acting(context(SUPERVISOR, TODAY)):
        assert [each.pk for each in cases_of(unit_id=case.unit_id, unassigned=True)] == [case.pk]
    actions.assign_worker(case_id=case.pk, worker_id=second, **who(SUPERVISOR, NOW + days(1)))
    assert [each.owner_member_id for each in promises(case)] == [second, third]
    assert [each.owner_member_id for each in promises(case, APPOINTMENT)] == [second, third]
    with acting(SYSTEM):
        assert list(case.visits.order_by("pk").values_list("worker_id", flat=True)) == [second, third]


def test_what_a_colleague_promised_goes_to_the_cases_worker_when_their_post_ends() -> None:
    _, third = colleagues()
    case = made.open_case()
    approved(case, NOW, goal("孩子每天到校", "案母", 30), goal("申請生活補助", "高社工", 60))
    plan_visit(case, NOW + days(3), worker_id=third)
    assert actions.hand_on_promises(now=NOW + days(1)) == 0
    leaves("luodong.third")
    assert actions.hand_on_promises(now=NOW + days(1)) == 1
    for duty in (*promises(case), *promises(case, APPOINTMENT)):
        assert duty.owner_member_id == case.worker_id
    assert changes(promises(case)[1]) == [("reassigned", "同事職務結束，轉主責社工")]
    assert actions.hand_on_promises(now=NOW + days(2)) == 0  # done again it changes nothing


def test_what_waits_for_a_new_worker_waits_whole() -> None:
    case = made.open_case()
    plan_visit(case, NOW + days(3))
    leaves(WORKER)
    assert actions.hand_on_promises(now=NOW + days(1)) == 0
    (visit,) = promises(case, APPOINTMENT)
    assert (
        visit.owner_member_id == case.worker_id
    )  # as its other duties: theirs until a supervisor assigns the case


def colleagues() -> tuple[int, int]:
    """Two more workers of the unit: 周社工 and 高社工."""
    with acting(SYSTEM):
        for username, name in (("luodong.second", "周社工"), ("luodong.third", "高社工")):
            appoint(
                username=username, name=name, unit_code="luodong_center", roles=["social_worker"],
                password=None, from_on=dt.date(2026, 1, 1),
            )  # fmt: skip
    return made.member_id("luodong.second"), made.member_id("luodong.third")


def name_of(username: str) -> str:
    with acting(SYSTEM):
        return next(m.name for m in _members() if m.username == username)


def leaves(username: str) -> None:
    with acting(SYSTEM):
        for post in Post.objects.filter(member__username=username):
            end_post(post_id=post.pk, from_on=TODAY, by=context("admin", TODAY), by_name="系統管理", now=NOW)


def test_cases_from_before_get_their_duties_once_and_the_same_ones() -> None:
    case, other = (
        made.open_case(),
        made.open_case(members=(replace(made.FAMILY[0], name="陳小華", birth="110/5/6"),)),
    )
    approved(case, NOW, goal("孩子每天到校", "林社工", 30), goal("申請生活補助", "案母", 60))
    plan_visit(case, NOW + days(3))
    wrote = [_facts(each) for each in (*promises(case), *promises(case, APPOINTMENT))]
    with acting(SYSTEM):
        _forget(case)
    assert promises(case) == []
    assert actions.promise_older(now=NOW) == 1
    assert [_facts(each) for each in (*promises(case), *promises(case, APPOINTMENT))] == wrote
    assert actions.promise_older(now=NOW + days(1)) == 0
    assert promises(other) == []


def _facts(duty: Deadline) -> tuple[object, ...]:
    return (
        duty.rule_id, duty.sequence, duty.label, duty.citation, duty.url, duty.due_at, duty.owner_member_id,
        duty.unit_id, duty.is_promise,
    )  # fmt: skip


def _forget(case: Case) -> None:
    """As a home from before: the rows without their duties."""
    Deadline.objects.filter(subject_kind="case", subject_id=str(case.pk), is_promise=True).update(
        subject_kind="before"
    )


def test_the_rounds_stay_apart() -> None:
    case = made.open_case()
    made_ones = [plan_visit(case, NOW + days(number)) for number in (1, 2, 3)]
    found = promises(case, APPOINTMENT)
    assert [each.sequence for each in found] == [each.pk for each in made_ones]
    assert all(one.due_at < two.due_at for one, two in pairwise(found))
