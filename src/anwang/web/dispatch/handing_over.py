"""交班單: what stands open when a shift ends, written once and taken over by the next with one click; printed as it is."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import queries
from anwang.services.dispatch.actions import hand_over, take_over
from anwang.services.dispatch.desk_queries import desk_counts
from anwang.services.dispatch.rules import Band
from anwang.services.intake.process import ReportState
from anwang.services.intake.vocabulary import Urgency
from anwang.web.clocks import clock_text, moment_text
from anwang.web.components import Cell, Column, Field, Pages, Row, Table, tag
from anwang.web.paging import page_number

from .answers import at_desk, by_of, desk_tabs, forget_draft, may, remember

PAGE = 30
_COLUMNS = (
    Column("交班", narrow=True),
    Column("未結案件", numeric=True, narrow=True),
    Column("交班事項"),
    Column("接班"),
)


@sign_in_required
@require_http_methods(["GET", "POST"])
def listing(request: MemberRequest) -> HttpResponse:
    """Write the sheet of this shift; the sheets before."""
    access = at_desk(request)
    text = request.POST.get("note", "")
    problems: dict[str, str] = {}
    if request.method == "POST":
        require(request, Permission.SCREEN_REPORTS)
        try:
            made = hand_over(text=text, **by_of(request))
        except NotPossible as error:
            problems = getattr(error, "problems", {})
        else:
            forget_draft(request, "dispatch-hand-over")
            messages.success(request, "交班單已寫好，等下一班接班。")
            return redirect("dispatch-hand-over", hand_over_id=made.pk)
    found = queries.hand_overs(access.unit_id or 0)
    total = found.count()
    number = min(page_number(request), max(1, -(-total // PAGE)))
    rows = [
        Row(
            (
                Cell(
                    moment_text(each.at), sub=each.by_name, href=reverse("dispatch-hand-over", args=[each.pk])
                ),
                str(len(each.open_reports)),
                each.note[:80] or "—",
                Cell(moment_text(each.taken_at), sub=each.taken_by_name)
                if each.taken_at
                else tag("等待接班", "amber"),
            )
        )
        for each in found[(number - 1) * PAGE : number * PAGE]
    ]
    counts = desk_counts(access.unit_id or 0, timezone.now())
    return render(
        request,
        "dispatch/hand_overs.html",
        {
            "nav": "dispatch",
            "tabs": desk_tabs(request, "hand-over", counts),
            "open": sum(counts.by_state.values()),
            "may_write": may(request, Permission.SCREEN_REPORTS),
            "field": Field("note", "交班事項", kind="textarea", rows=5, value=text, required=False,
                           error=problems.get("note", ""),
                           hint="還在等誰回電、哪一件要再追。不要寫姓名，寫通報號碼就可以。"),
            "table": Table("交班單", _COLUMNS, rows, hide_caption=True),
            "pages": Pages(number, PAGE, total),
        },
        status=422 if problems else 200,
    )  # fmt: skip


@sign_in_required
@require_http_methods(["GET", "POST"])
def one(request: MemberRequest, hand_over_id: int) -> HttpResponse:
    """One sheet, by band; POST takes it over."""
    access = at_desk(request)
    now = timezone.localtime(timezone.now())
    sheet = queries.hand_over(hand_over_id, access.unit_id or 0)
    if sheet is None:
        raise Http404("hand over")
    if request.method == "POST":
        require(request, Permission.SCREEN_REPORTS)
        try:
            take_over(hand_over_id=hand_over_id, **by_of(request))
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "已接班。")
        return redirect("dispatch-hand-over", hand_over_id=hand_over_id)
    remember(request, audit.Action.OPENED_DESK, "hand_over", hand_over_id, now, rows=len(sheet.open_reports))
    states = queries.now_of(sheet)
    order = list(Band)
    lines = sorted(sheet.open_reports, key=lambda line: (order.index(Band(line["band"])), line["due_at"]))
    bands = [
        (Band(band).label, [_line(line, states, sheet.at) for line in found])
        for band, found in groupby(lines, key=lambda line: line["band"])
    ]
    return render(
        request,
        "dispatch/hand_over.html",
        {
            "nav": "dispatch",
            "sheet": sheet,
            "bands": bands,
            "total": len(lines),
            "may_take": may(request, Permission.SCREEN_REPORTS)
            and sheet.taken_at is None
            and sheet.by_id != access.member_id,
        },
    )


def _line(line: dict[str, str], states: dict[int, str], at: dt.datetime) -> dict[str, object]:
    report = int(line["report"])
    return {
        "number": line["number"],
        "href": reverse("dispatch-report", args=[report]),
        "urgency": Urgency(line["urgency"]).label,
        "township": line["township"],
        "then": ReportState(line["state"]).label,
        "now": states.get(report, "—"),
        "clock": clock_text(dt.datetime.fromisoformat(line["due_at"]), timezone.localtime(at)).text,
        "due": moment_text(dt.datetime.fromisoformat(line["due_at"])),
    }
