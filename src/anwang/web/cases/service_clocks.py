"""其他期限: clocks of the programme that the worker starts and finishes by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import NoSuchCase, NotAccepted, finish_clock, start_clock
from anwang.services.cases.queries import CaseView
from anwang.services.cases.service_clocks import ServiceClock, service_clock, service_clocks
from anwang.web.clocks import clock_text, moment_text
from anwang.web.components import Cell, Choice, Column, Row, Table
from anwang.web.reading import read_moment, row_number

from .reading import NAV, area, line, opened, pick, typed_of

_COLUMNS = (Column("期限"), Column("現在"), Column("", narrow=True))
_GOES_ON, _ENDS = "goes_on", "ends"


@sign_in_required
@require_GET
def clocks_of_case(request: MemberRequest, case_id: int) -> HttpResponse:
    view = opened(request, case_id)
    rows = [_row(view, each) for each in service_clocks(view.case)]
    return render(
        request,
        "cases/clocks.html",
        {"nav": NAV, "it": view, "table": Table("其他期限", _COLUMNS, rows, hide_caption=True)},
    )


def _row(view: CaseView, each: ServiceClock) -> Row:
    is_open = view.case.closed_at is None
    state = clock_text(each.running.due_at, timezone.localtime()).text if each.running else "沒有在計時"
    deed = "完成…" if each.running else "起算…"
    href = reverse("case-clock", args=[view.case.pk, each.clock.id])
    return Row(
        (
            Cell(each.clock.label, sub=f"{each.words.rule_label}・{each.words.citation}"),
            state,
            Cell(deed, href=href) if is_open else "",
        )
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def clock(request: MemberRequest, case_id: int, clock_id: str) -> HttpResponse:
    """Start a clock that does not run, or finish one that does."""
    access, now = require(request, Permission.WORK_CASES), timezone.now()
    view, typed, problems = opened(request, case_id), typed_of(request), {}
    try:
        found = service_clock(view.case, clock_id)
    except NoSuchCase as error:
        raise Http404("clock") from error
    finishes = found.running is not None if request.method == "GET" else typed.get("deed") == "finish"
    if request.method == "POST":
        try:
            if finishes:
                finish_clock(
                    case_id=case_id, clock_id=clock_id, sequence=row_number(typed.get("round", "")) or 0,
                    at=read_moment(typed.get("at", "")), text=typed.get("text", ""), goes_on=typed.get("next", _GOES_ON) == _GOES_ON,
                    by=access, by_name=request.user.name, now=now,
                )  # fmt: skip
            else:
                start_clock(
                    case_id=case_id, clock_id=clock_id, at=read_moment(typed.get("at", "")),
                    text=typed.get("text", ""), by=access, by_name=request.user.name, now=now,
                )  # fmt: skip
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("case-clocks", case_id=case_id)
        else:
            said = "已完成" if finishes else "已起算"
            messages.success(request, f"{said}「{found.clock.label}」。")
            return redirect("case-clocks", case_id=case_id)
    else:
        typed = {"at": moment_text(now), "next": _GOES_ON}
    fields = [
        line("at", "完成的時間" if finishes else f"從什麼時候起算（{found.clock.starts.label}）", typed, problems,
             width=18, hint="例如 115/3/1 14:30；先填現在。"),
        area("text", "做了什麼" if finishes else "發生了什麼", typed, problems, hint="會列在個案時間軸。"),
    ]  # fmt: skip
    if finishes and found.clock.repeats:
        options = [Choice(_GOES_ON, "接著計算下一次"), Choice(_ENDS, "不再需要，到此為止")]
        fields.append(pick("next", "下一次", options, typed, problems))
    return render(
        request,
        "cases/clock.html",
        {
            "nav": NAV,
            "it": view,
            "found": found,
            "fields": fields,
            "finishes": finishes,
            "round": typed.get("round") or (found.running.sequence if found.running else ""),
        },
        status=422 if problems else 200,
    )
