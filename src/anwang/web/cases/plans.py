"""處遇計畫: the editor, the supervisor's answer, the review of what is in force. Two tabs that meet see both texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import (
    ChangedMeanwhile,
    NoSuchCase,
    NotAccepted,
    approve_plan,
    begin_plan,
    return_plan,
    review_plan,
    save_plan,
    submit_plan,
    take_back_plan,
)
from anwang.services.cases.frame import takes_back
from anwang.services.cases.models import Plan
from anwang.services.cases.plan_rules import GOALS_MAX, GoalDraft, PlanDraft, ProgressGiven
from anwang.services.cases.process import PLAN, PlanState
from anwang.services.cases.queries import CaseView
from anwang.services.cases.standing import goal_states
from anwang.services.cases.vocabulary import GoalState
from anwang.web.components import Choice, Field
from anwang.web.reading import DAY_WANTED, day_typed, read_day, row_number

from .reading import NAV, area, code, line, new_key, opened, pick, sent_off, supervises, typed_of

_AGREES = [Choice("yes", "同意"), Choice("no", "有不同意的部分")]


@sign_in_required
@require_http_methods(["GET", "POST"])
def begin(request: MemberRequest, case_id: int) -> HttpResponse:
    """寫計畫: the version in the making, or a new one from the plan in force. A GET only asks; nothing is made by looking."""
    access = require(request, Permission.WORK_CASES)
    view = opened(request, case_id)
    if request.method == "POST":
        try:
            made = begin_plan(case_id=case_id, by=access, by_name=request.user.name, now=timezone.now())
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("case", case_id=case_id)
        return redirect("case-plan", case_id=case_id, plan_id=made.pk)
    if view.plan_in_the_making is not None:
        return redirect("case-plan", case_id=case_id, plan_id=view.plan_in_the_making.pk)
    return render(request, "cases/plan_begin.html", {"nav": NAV, "it": view})


def _plan(view: CaseView, plan_id: int) -> Plan:
    found = Plan.objects.filter(pk=plan_id, case=view.case).first()
    if found is None:
        raise Http404("plan")
    return found


@sign_in_required
@require_GET
def plan(request: MemberRequest, case_id: int, plan_id: int) -> HttpResponse:
    """A version: to write, to approve, or to read."""
    view = opened(request, case_id)
    made = _plan(view, plan_id)
    if made.state == PlanState.DRAFT and view.case.closed_at is None:
        return _editor(request, view, made, _typed_from(made), {})
    return _read(request, view, made, {}, {})


def _typed_from(made: Plan) -> dict[str, str]:
    typed = {
        "summary": made.summary,
        "client_agrees": made.client_agrees,
        "disagreement": made.disagreement,
        "until_on": day_typed(made.until_on),
        "revision": str(made.revision),
    }
    goals = list(made.goals.order_by("number"))
    for row, goal in enumerate(goals, 1):
        typed |= {
            f"goal_{row}": goal.goal,
            f"need_{row}": goal.need,
            f"services_{row}": goal.services,
            f"owner_{row}": goal.owner,
            f"due_{row}": day_typed(goal.due_on),
            f"continues_{row}": str(goal.continues_id or ""),
        }
    typed["lines"] = str(max(len(goals), 1))
    return typed


def _editor(
    request: MemberRequest,
    view: CaseView,
    made: Plan,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    theirs: Plan | None = None,
) -> HttpResponse:
    lines = min(row_number(typed.get("lines", "")) or 1, GOALS_MAX)
    goals = [_goal_fields(row, typed, problems) for row in range(1, lines + 1)]
    before = [
        area(
            "summary",
            "家庭情形與計畫重點",
            typed,
            problems,
            rows=3,
            required=False,
            hint="由家庭的優勢做起。",
        ),
    ]
    after = [
        pick("client_agrees", "服務對象是否同意", _AGREES, typed, problems),
        area("disagreement", "不同意的部分", typed, problems, rows=2, required=False),
        line("until_on", "計畫到哪一天", typed, problems, width=12, hint="例如 115/9/30；到期前要檢討。"),
    ]
    return render(
        request,
        "cases/plan_edit.html",
        {
            "nav": NAV,
            "it": view,
            "made": made,
            "before": before,
            "goals": goals,
            "after": after,
            "shown": [*before, *(f for g in goals for f in g.fields), *after],
            "lines": lines,
            "may_add": lines < GOALS_MAX,
            "revision": theirs.revision if theirs else typed.get("revision", ""),
            "theirs": [
                (g.goal, g.services, g.owner, day_typed(g.due_on)) for g in theirs.goals.order_by("number")
            ]
            if theirs
            else [],
            "conflict": theirs,
            "errors": [problems[name] for name in ("goals", "") if name in problems],
        },
        status=409 if theirs else 422 if problems else 200,
    )


@dataclass(frozen=True, slots=True)
class GoalFields:
    """The fields of one goal; `continues` is the row of the same goal in the plan before."""

    row: int
    fields: list[Field]
    continues: str


def _goal_fields(row: int, typed: Mapping[str, str], problems: Mapping[str, str]) -> GoalFields:
    fields = [
        line(f"goal_{row}", f"目標 {row}", typed, problems, hint="看得出做到了沒有，例如「孩子每天到校」。"),
        line(f"need_{row}", f"針對的需求（目標 {row}）", typed, problems, required=False),
        area(f"services_{row}", f"服務（目標 {row}）", typed, problems, rows=2, hint="做什麼、多久一次。"),
        line(f"owner_{row}", f"誰負責（目標 {row}）", typed, problems, width=16),
        line(f"due_{row}", f"到哪一天（目標 {row}）", typed, problems, width=12, hint="例如 115/6/30。"),
    ]
    return GoalFields(row, fields, typed.get(f"continues_{row}", ""))


def _draft(typed: Mapping[str, str]) -> PlanDraft:
    lines = min(row_number(typed.get("lines", "")) or 1, GOALS_MAX)
    return PlanDraft(
        [
            GoalDraft(
                typed.get(f"goal_{row}", ""),
                typed.get(f"services_{row}", ""),
                typed.get(f"owner_{row}", ""),
                read_day(typed.get(f"due_{row}", "")),
                typed.get(f"need_{row}", ""),
                row_number(typed.get(f"continues_{row}", "")) or 0,
            )
            for row in range(1, lines + 1)
        ],
        typed.get("summary", ""),
        agrees if (agrees := typed.get("client_agrees", "")) in ("yes", "no") else "",
        typed.get("disagreement", ""),
        read_day(typed.get("until_on", "")),
    )


def _unread_days(typed: Mapping[str, str]) -> dict[str, str]:
    """Days that were typed and cannot be read: kept as a draft they would be lost without a word."""
    days = {"until_on": typed.get("until_on", "")}
    days |= {name: text for name, text in typed.items() if name.startswith("due_")}
    return {name: DAY_WANTED for name, text in days.items() if text and read_day(text) is None}


@sign_in_required
@require_POST
def save(request: MemberRequest, case_id: int, plan_id: int) -> HttpResponse:
    """Keep the draft, add a line, or send it to the supervisor."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    if "add" in request.POST:
        view = opened(request, case_id)
        typed["lines"] = str((row_number(typed.get("lines", "")) or 1) + 1)
        return _editor(request, view, _plan(view, plan_id), typed, {})
    if problems := _unread_days(typed):
        view = opened(request, case_id)
        return _editor(request, view, _plan(view, plan_id), typed, problems)
    action = submit_plan if "submit" in request.POST else save_plan
    try:
        made = action(
            plan_id=plan_id,
            revision=row_number(typed.get("revision", "")) or 0,
            draft=_draft(typed),
            by=access,
            by_name=request.user.name,
            now=timezone.now(),
        )
    except NoSuchCase as error:
        raise Http404("plan") from error
    except ChangedMeanwhile as error:
        view = opened(request, case_id)
        return _editor(request, view, error.plan, typed, {}, theirs=error.plan)
    except NotAccepted as error:
        view = opened(request, case_id)
        return _editor(request, view, _plan(view, plan_id), typed, error.problems)
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("case-plan", case_id=case_id, plan_id=plan_id)
    if made.state == PlanState.SUBMITTED:
        messages.success(request, f"第 {made.version} 版計畫已送督導。")
        return redirect("case", case_id=case_id)
    messages.success(request, "已儲存，還沒有送出。")
    return redirect("case-plan", case_id=case_id, plan_id=plan_id)


def _read(
    request: MemberRequest,
    view: CaseView,
    made: Plan,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> HttpResponse:
    state = PlanState(made.state)
    answering = state is PlanState.SUBMITTED and supervises(request) and view.case.closed_at is None
    states = goal_states(view.case)
    return render(
        request,
        "cases/plan.html",
        {
            "nav": NAV,
            "it": view,
            "made": made,
            "state": state,
            "goals": [(goal, states[goal.pk].label) for goal in made.goals.order_by("number")],
            "answer": area(
                "text", "意見", typed, problems, rows=3, required=False, hint="退回時請寫要修改什麼。"
            )
            if answering
            else None,
            "may_take_back": PLAN.allows(state, "take_back")
            and view.case.closed_at is None
            and takes_back(view.case, made.submitted_by_id, request.access),
            "fields": [area("text", "意見", typed, problems)],
            "agrees": {"yes": "同意", "no": f"不同意：{made.disagreement}"}.get(made.client_agrees, "—"),
        },
        status=422 if problems else 200,
    )


@sign_in_required
@require_POST
def answer(request: MemberRequest, case_id: int, plan_id: int) -> HttpResponse:
    """The supervisor approves or returns."""
    access, typed = require(request, Permission.APPROVE_PLANS), typed_of(request)
    deed = return_plan if "return" in request.POST else approve_plan
    try:
        made = deed(
            plan_id=plan_id,
            text=typed.get("text", ""),
            by=access,
            by_name=request.user.name,
            now=timezone.now(),
        )
    except NoSuchCase as error:
        raise Http404("plan") from error
    except NotAccepted as error:
        view = opened(request, case_id)
        return _read(request, view, _plan(view, plan_id), typed, error.problems)
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("case-plan", case_id=case_id, plan_id=plan_id)
    messages.success(request, f"第 {made.version} 版計畫：{PlanState(made.state).label}。")
    return redirect("case", case_id=case_id)


@sign_in_required
@require_POST
def take_back(request: MemberRequest, case_id: int, plan_id: int) -> HttpResponse:
    """The worker goes on writing."""
    access = require(request, Permission.WORK_CASES)
    try:
        take_back_plan(plan_id=plan_id, by=access, by_name=request.user.name, now=timezone.now())
    except NoSuchCase as error:
        raise Http404("plan") from error
    except NotPossible as error:
        messages.error(request, str(error))
    return redirect("case-plan", case_id=case_id, plan_id=plan_id)


@sign_in_required
@require_http_methods(["GET", "POST"])
def review(request: MemberRequest, case_id: int) -> HttpResponse:
    """檢討: how each open goal stands."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    view = opened(request, case_id)
    states = goal_states(view.case)
    goals = [g for g in view.plan.goals.order_by("number") if states[g.pk].is_open] if view.plan else []
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            review_plan(
                case_id=case_id,
                given=[
                    ProgressGiven(
                        g.pk, code(GoalState, typed.get(f"state_{g.pk}", "")), typed.get(f"text_{g.pk}", "")
                    )
                    # Also what the same form has closed, when it is sent again.
                    for g in (view.plan.goals.order_by("number") if view.plan else [])
                    if states[g.pk].is_open or f"state_{g.pk}" in typed
                ],
                text=typed.get("text", ""),
                client_key=typed.get("key", "")[:64],
                by=access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("case", case_id=case_id)
        else:
            sent_off(request, f"review-{case_id}")
            messages.success(request, "已記錄檢討。")
            return redirect("case", case_id=case_id)
    options = [Choice(each.value, each.label) for each in GoalState if each is not GoalState.OPEN]
    fields: list[Field] = []
    for goal in goals:
        fields += [
            pick(f"state_{goal.pk}", f"目標 {goal.number}：{goal.goal}", options, typed, problems),
            line(
                f"text_{goal.pk}",
                f"說明（目標 {goal.number}）",
                typed,
                problems,
                required=False,
                hint="變差或不再進行時必填。",
            ),
        ]
    fields.append(area("text", "檢討的結果", typed, problems, rows=4, hint="改變了什麼、下一步。"))
    return render(
        request,
        "cases/form.html",
        {
            "nav": NAV,
            "it": view,
            "title": "檢討計畫",
            "fields": fields,
            "key": typed.get("key") or new_key(),
            "button": "記錄檢討",
            "draft": f"review-{case_id}",
            "is_typed": request.method == "POST",
            "intro": "" if view.plan else "還沒有核定的計畫，不能檢討。",
        },
        status=422 if problems else 200,
    )
