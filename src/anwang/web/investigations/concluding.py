"""The form that concludes an investigation: result, safety, level, finding, safety plan."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.intake.investigating import NotConcluded, conclude
from anwang.services.intake.investigation_rules import (
    Conclusion,
    Level,
    PlanLine,
    Safety,
    suggested_level,
)
from anwang.web.components import Choice, Field
from anwang.web.reading import DAY_WANTED, read_day

from .pages import opened

PLAN_LINES = 4
_YES, _NO = "yes", "no"


@sign_in_required
@require_http_methods(["GET", "POST"])
def conclusion(request: MemberRequest, investigation_id: int) -> HttpResponse:
    """Result and what follows from it. The suggested level is shown once result and safety are chosen."""
    access = require(request, Permission.WORK_CASES)
    typed = {key: request.POST.get(key, "").strip() for key in request.POST}
    problems: dict[str, str] = {}
    if request.method == "POST":
        given, problems = _read(typed)
        if not problems:
            try:
                made = conclude(
                    investigation_id=investigation_id,
                    given=given,
                    by=access,
                    by_name=request.user.name,
                    now=timezone.now(),
                )
            except NotConcluded as error:
                problems = error.problems
            except NotPossible as error:
                problems = {"result": str(error)}
            else:
                messages.success(request, f"已提出調查結果：{made.get_state_display()}。")
                return redirect("investigation", investigation_id=investigation_id)
    view = opened(request, investigation_id)
    fields = _fields(typed, problems)
    plan = [_plan_fields(number, typed, problems) for number in range(1, PLAN_LINES + 1)]
    return render(
        request,
        "investigations/conclude.html",
        {
            "nav": "investigations",
            "it": view.investigation,
            "fields": fields,
            "plan": plan,
            "shown": [*fields, *(each for line in plan for each in line)],
            "draft": f"investigation-{investigation_id}",
            "errors": [problems[name] for name in ("first_contact", "plan") if name in problems],
            "plan_error": problems.get("plan", ""),
        },
        status=422 if problems else 200,
    )


def _read(typed: dict[str, str]) -> tuple[Conclusion, dict[str, str]]:
    problems: dict[str, str] = {}
    lines: list[PlanLine] = []
    for number in range(1, PLAN_LINES + 1):
        what, who, until = (typed.get(f"{name}_{number}", "") for name in ("what", "who", "until"))
        if not (what or who or until):
            continue
        day: dt.date | None = None
        if until:
            day = read_day(until)
            if day is None:
                problems[f"until_{number}"] = DAY_WANTED
        lines.append(PlanLine(what, who, day))
    result, safety, level = (typed.get(name, "") for name in ("result", "safety", "level"))
    return (
        Conclusion(
            {_YES: True, _NO: False}.get(result),
            Safety(safety) if safety in set(Safety) else None,
            Level(level) if level in set(Level) else None,
            typed.get("finding", ""),
            typed.get("level_reason", ""),
            tuple(lines),
            typed.get("referred_to", ""),
        ),
        problems,
    )


def _fields(typed: dict[str, str], problems: dict[str, str]) -> list[Field]:
    def text(name: str) -> str:
        return typed.get(name, "")

    return [
        Field(
            "result",
            "調查結果",
            kind="radios",
            value=text("result"),
            error=problems.get("result", ""),
            choices=[Choice(_YES, "成案"), Choice(_NO, "不成案", "仍須轉介，或說明已有的服務")],
        ),
        Field(
            "safety",
            "安全評估",
            kind="radios",
            value=text("safety"),
            error=problems.get("safety", ""),
            choices=[Choice(each.value, each.label) for each in Safety],
        ),
        Field(
            "level",
            "處遇分級",
            kind="radios",
            value=text("level"),
            error=problems.get("level", ""),
            hint=_suggestion(text("result"), text("safety")),
            choices=[Choice(each.value, each.label) for each in Level],
        ),
        Field(
            "level_reason",
            "與建議不同的理由",
            kind="textarea",
            rows=2,
            required=False,
            value=text("level_reason"),
            error=problems.get("level_reason", ""),
            hint="分級與建議相同時不必填。",
        ),
        Field(
            "finding",
            "調查結果說明",
            kind="textarea",
            rows=6,
            value=text("finding"),
            error=problems.get("finding", ""),
            hint="供督導與接手的單位閱讀：看到什麼、問到什麼、如何判斷。",
        ),
        Field(
            "referred_to",
            "轉介到哪裡",
            value=text("referred_to"),
            required=False,
            error=problems.get("referred_to", ""),
            hint="不成案時必填：轉介單位，或已有並會繼續的服務。",
        ),
    ]


def _suggestion(result: str, safety: str) -> str:
    if result in {_YES, _NO} and safety in set(Safety):
        found = suggested_level(result == _YES, Safety(safety))
        return f"建議：{found.level.label}。{found.reason}"
    return "送出後，系統依調查結果與安全評估提出建議；選擇不同的分級須說明理由。"


def _plan_fields(number: int, typed: dict[str, str], problems: dict[str, str]) -> list[Field]:
    def one(name: str, label: str, width: int) -> Field:
        key = f"{name}_{number}"
        return Field(
            key,
            f"{label}（第 {number} 項）",
            value=typed.get(key, ""),
            error=problems.get(key, ""),
            required=False,
            width=width,
            autocomplete="off",
        )

    return [one("what", "做什麼", 0), one("who", "誰做", 12), one("until", "到何時", 10)]
