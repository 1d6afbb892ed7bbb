"""處遇計畫: writing a version, sending it to the supervisor, approving or returning it, reviewing what is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Max
from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.platform.transitions import NotPossible

from .clock_rules import Deed
from .duties import PLAN_APPROVAL, PLAN_MENDING, answered, ask, deed_done, fall_away
from .frame import (
    SUBJECT,
    NoSuchCase,
    NotAccepted,
    check_takes_back,
    deed,
    has_another_approver,
    note,
    once,
    worked_case,
)
from .models import Case, GoalProgress, Plan, PlanGoal, PlanReview
from .plan_rules import (
    GoalDraft,
    PlanDraft,
    ProgressGiven,
    review_problems,
    saving_problems,
    submitting_problems,
)
from .process import PLAN, PlanState
from .promising import keep_goals
from .rules import text_problem
from .standing import goal_states, plan_in_force

RULE = "case.plan.approval"


class ChangedMeanwhile(Exception):
    """Somebody (or another tab) kept the plan since this one was opened; `plan` is as it stands now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"這份計畫在 {plan.made_by_name} 的另一個畫面改過了。")
        self.plan = plan


@deed(Permission.WORK_CASES)
def begin_plan(*, case_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> Plan:
    """The version that is being written, or a new one with the open goals of the plan in force."""
    case = worked_case(case_id, "寫計畫")
    there = Plan.objects.filter(case=case, state__in=(PlanState.DRAFT, PlanState.SUBMITTED)).first()
    if there is not None:
        return there
    last = Plan.objects.filter(case=case).aggregate(last=Max("version"))["last"] or 0
    source = Plan.objects.filter(case=case).order_by("-version").first()
    made = Plan.objects.create(
        case=case,
        unit_id=case.unit_id,
        version=last + 1,
        summary=source.summary if source else "",
        made_at=now,
        made_by_id=by.member_id,
        made_by_name=by_name,
    )
    if source is not None:
        states = goal_states(case)
        approved = source.state == PlanState.APPROVED
        _write_goals(
            made,
            [
                GoalDraft(
                    goal.goal, goal.services, goal.owner, goal.due_on, goal.need,
                    goal.pk if approved else goal.continues_id or 0,
                )
                for goal in source.goals.order_by("number")
                if goal.pk not in states or states[goal.pk].is_open
            ],
        )  # fmt: skip
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "begin_plan", version=made.version)
    return made


@deed(Permission.WORK_CASES)
def save_plan(
    *, plan_id: int, revision: int, draft: PlanDraft, by: AccessContext, by_name: str, now: dt.datetime
) -> Plan:
    """Keep what was written of a draft. Raises ChangedMeanwhile when it was kept since `revision`, NotPossible when it
    is no draft any more."""
    case, plan = _plan(plan_id)
    if plan.state != PlanState.DRAFT:
        raise NotPossible(f"這一版計畫{PlanState(plan.state).label}，不能再改；要修改請寫新的一版。")
    if plan.revision != revision:
        raise ChangedMeanwhile(plan)
    draft = _whole(draft)
    if problems := saving_problems(draft):
        raise NotAccepted(problems)
    _keep(plan, draft)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "save_plan", version=plan.version)
    return plan


@deed(Permission.WORK_CASES)
def submit_plan(
    *, plan_id: int, revision: int, draft: PlanDraft, by: AccessContext, by_name: str, now: dt.datetime
) -> Plan:
    """Keep the draft and send it to the supervisor, whose duty begins; the worker's duty to plan is met."""
    case, plan = _plan(plan_id)
    after = PLAN.after(PlanState(plan.state), "submit")
    if plan.revision != revision:
        raise ChangedMeanwhile(plan)
    draft = _whole(draft)
    if problems := submitting_problems(draft, today=timezone.localdate(now), open_goals=_open_goals(case)):
        raise NotAccepted(problems)
    plan.state, plan.submitted_at = after, now
    plan.submitted_by_id, plan.submitted_by_name = by.member_id, by_name
    _keep(plan, draft)
    plan.save()
    deed_done(case, Deed.PLAN_SUBMITTED, now, now, by.member_id)
    answered(case, PLAN_MENDING, now, by.member_id)
    ask(
        case,
        PLAN_APPROVAL,
        now,
        owner=case.supervisor_id,
        sequence=_round(plan),
        url=f"/cases/{case.pk}/plans/{plan.pk}/",
    )
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "submit_plan", version=plan.version)
    return plan


@deed(Permission.WORK_CASES)
def take_back_plan(*, plan_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> Plan:
    """The worker goes on writing what the supervisor has not answered; who supervises returns it (`takes_back`)."""
    case, plan = _plan(plan_id)
    after = PLAN.after(PlanState(plan.state), "take_back")
    check_takes_back(case, plan.submitted_by_id, by)
    plan.state = after
    plan.revision += 1
    plan.save()
    fall_away(case, "計畫收回修改", now, by.member_id, PLAN_APPROVAL)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "take_back_plan", version=plan.version)
    return plan


@deed(Permission.APPROVE_PLANS)
def approve_plan(*, plan_id: int, text: str = "", by: AccessContext, by_name: str, now: dt.datetime) -> Plan:
    """The supervisor approves; the plan is in force and its clocks run. Nobody approves what they sent themselves."""
    case, plan = _plan(plan_id)
    after = PLAN.after(PlanState(plan.state), "approve")
    if plan.submitted_by_id == by.member_id and has_another_approver(case, by, now):
        raise NotPossible("自己送出的計畫要由另一位督導核定。")
    if len(text) > 500:
        raise NotAccepted({"text": "意見請在 500 個字以內。"})
    _answer(case, plan, after, text, by, by_name, now)
    deed_done(case, Deed.PLAN_APPROVED, now, now, by.member_id)
    keep_goals(case, now, by.member_id, f"處遇計畫第 {plan.version} 版核定")
    return plan


@deed(Permission.APPROVE_PLANS)
def return_plan(*, plan_id: int, text: str, by: AccessContext, by_name: str, now: dt.datetime) -> Plan:
    """The supervisor sends it back with what to mend; a new version begins from it."""
    case, plan = _plan(plan_id)
    after = PLAN.after(PlanState(plan.state), "return")
    if problem := text_problem(text, "要修改什麼", 500):
        raise NotAccepted({"text": problem})
    _answer(case, plan, after, text, by, by_name, now)
    ask(case, PLAN_MENDING, now, owner=case.worker_id, sequence=plan.version, url=f"/cases/{case.pk}/plan/")
    return plan


def _answer(
    case: Case, plan: Plan, after: PlanState, text: str, by: AccessContext, by_name: str, now: dt.datetime
) -> None:
    policy = policy_in_force()
    plan.state, plan.answer, plan.answered_at = after, text.strip(), now
    plan.answered_by_id, plan.answered_by_name = by.member_id, by_name
    plan.save()
    keep_decision(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=RULE,
        outcome=after.value,
        reason=text.strip() or "計畫完整，同意依計畫執行。",
        citation=str(policy.citation("case.plan.approval_days")),
        policy_version=policy.version,
        facts={"plan": plan.pk, "version": plan.version, "goals": plan.goals.count()},
        by=by,
        now=now,
    )
    answered(case, PLAN_APPROVAL, now, by.member_id)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, f"plan_{after.value}", version=plan.version)


def _open_goals(case: Case) -> dict[int, str]:
    """The goals of the plan in force that are still open, by row."""
    plan, states = plan_in_force(case.pk), goal_states(case)
    if plan is None:
        return {}
    return {goal.pk: goal.goal for goal in plan.goals.order_by("number") if states[goal.pk].is_open}


@deed(Permission.WORK_CASES)
def review_plan(
    *,
    case_id: int,
    given: Sequence[ProgressGiven],
    text: str,
    client_key: str = "",
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> PlanReview:
    """How every open goal of the plan in force stands; the duty to review is met and the next one begins.

    Sent again with the same `client_key`, the review kept then comes back; another content under it is not accepted.
    """
    once(client_key)
    if client_key and (there := PlanReview.objects.filter(client_key=client_key).first()):
        _check_same(there, case_id, given, text)
        return there
    case = worked_case(case_id, "檢討計畫")
    plan = plan_in_force(case_id)
    if plan is None:
        raise NotPossible("還沒有核定的計畫可以檢討。")
    open_goals = list(_open_goals(case))
    if problems := review_problems(given, text, open_goals=open_goals):
        raise NotAccepted(problems)
    made = PlanReview.objects.create(
        case=case,
        unit_id=case.unit_id,
        plan=plan,
        text=text.strip(),
        client_key=client_key or None,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
    )
    for each in given:
        if each.goal_id in open_goals and each.state is not None:
            GoalProgress.objects.create(
                goal_id=each.goal_id,
                case=case,
                unit_id=case.unit_id,
                review=made,
                state=each.state,
                text=each.text.strip(),
                at=now,
                by_id=by.member_id,
                by_name=by_name,
            )
    deed_done(case, Deed.REVIEWED, now, now, by.member_id)
    keep_goals(case, now, by.member_id, "檢討計畫")
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "review_plan", goals=len(open_goals))
    return made


def _check_same(there: PlanReview, case_id: int, given: Sequence[ProgressGiven], text: str) -> None:
    """Who went back in the browser and changed something would think that it was kept."""
    said = {each.goal_id: (each.state.value, each.text.strip()) for each in given if each.state is not None}
    kept = {each.goal_id: (each.state, each.text) for each in there.progress.all()}
    if (there.case_id, there.text, kept) != (case_id, text.strip(), said):
        raise NotAccepted({"text": "這次檢討已經記錄，這次的修改沒有存。要補充請回個案，再按一次「檢討」。"})


def _plan(plan_id: int) -> tuple[Case, Plan]:
    found = Plan.objects.filter(pk=plan_id).first()
    if found is None:
        raise NoSuchCase(plan_id)
    case = worked_case(found.case_id, "更動計畫")
    found.refresh_from_db()
    return case, found


def _whole(draft: PlanDraft) -> PlanDraft:
    """Without the lines that nobody filled in."""
    return PlanDraft(
        [goal for goal in draft.goals if not goal.is_empty],
        draft.summary,
        draft.client_agrees,
        draft.disagreement,
        draft.until_on,
    )


def _keep(plan: Plan, draft: PlanDraft) -> None:
    plan.goals.all().delete()
    _write_goals(plan, draft.goals)
    plan.summary, plan.client_agrees = draft.summary.strip(), draft.client_agrees
    plan.disagreement, plan.until_on = draft.disagreement.strip(), draft.until_on
    plan.revision += 1
    Plan.objects.filter(pk=plan.pk).update(
        summary=plan.summary,
        client_agrees=plan.client_agrees,
        disagreement=plan.disagreement,
        until_on=plan.until_on,
        revision=plan.revision,
    )


def _write_goals(plan: Plan, goals: Sequence[GoalDraft]) -> None:
    known = set(PlanGoal.objects.filter(case_id=plan.case_id).exclude(plan=plan).values_list("pk", flat=True))
    PlanGoal.objects.bulk_create(
        PlanGoal(
            plan=plan,
            case_id=plan.case_id,
            unit_id=plan.unit_id,
            number=number,
            need=goal.need.strip(),
            goal=goal.goal.strip(),
            services=goal.services.strip(),
            owner=goal.owner.strip(),
            due_on=goal.due_on,
            continues_id=goal.continues if goal.continues in known else None,
        )
        for number, goal in enumerate(goals, 1)
    )


def _round(plan: Plan) -> int:
    """The round of the approval duty: a version that was taken back and sent again asks once more."""
    return plan.version * 1000 + plan.revision
