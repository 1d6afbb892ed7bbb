"""不開案: the decision with its onward referral, the list of them, and opening one again after a second reading."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.county_policy import policy_in_force
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import queries
from anwang.services.dispatch.actions import DispatchError, not_open, reopen
from anwang.services.dispatch.desk_queries import desk_row
from anwang.services.dispatch.rules import NotOpenedReason, not_opened_reasons
from anwang.services.intake.process import REPORT, ReportState
from anwang.web.clocks import moment_text
from anwang.web.components import Basis, Cell, Choice, Column, Field, Pages, Row, Table, tag
from anwang.web.paging import page_number
from anwang.web.reading import row_number

from .answers import at_desk, by_of, desk_tabs, remember

PAGE = 50
_COLUMNS = (Column("決定", narrow=True), Column("通報"), Column("原因"), Column("轉介"), Column("接手"))


@sign_in_required
@require_GET
def listing(request: MemberRequest) -> HttpResponse:
    """Not-opened reports with their reasons and who went on, the newest first."""
    access = at_desk(request)
    now = timezone.now()
    found = queries.not_opened(access.unit_id or 0)
    total = found.count()
    number = min(page_number(request), max(1, -(-total // PAGE)))
    shown = found[(number - 1) * PAGE : number * PAGE]
    rows = [
        Row(
            (
                Cell(moment_text(each.at), sub=each.by_name),
                Cell(
                    each.report.number,
                    sub="・".join(filter(None, (each.report.township, each.report.get_urgency_display()))),
                    href=reverse("dispatch-report", args=[each.report_id]),
                ),
                Cell(NotOpenedReason(each.reason).label, sub=each.text),
                Cell(
                    each.referred_unit.name if each.referred_unit else each.referred_to,
                    sub=each.referred_to if each.referred_unit else "外部服務",
                ),
                moment_text(each.received_at)
                if each.received_at
                else (tag("還沒確認收到", "amber") if each.referred_unit else "—"),
            )
        )
        for each in shown
    ]
    remember(request, audit.Action.OPENED_DESK, "desk", access.unit_id, now, rows=len(rows), tab="not_opened")
    return render(
        request,
        "dispatch/list.html",
        {
            "nav": "dispatch",
            "title": "未開案",
            "sub": f"{total} 件・未開案仍須轉介，並按月抽案複閱",
            "tabs": desk_tabs(request, "not-opened"),
            "table": Table("未開案的通報", _COLUMNS, rows, hide_caption=True),
            "pages": Pages(number, PAGE, total),
            "empty": "目前沒有未開案的通報",
            "empty_text": "在通報頁決定不開案並轉介後，會列在這裡。",
        },
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def decide(request: MemberRequest, report_id: int) -> HttpResponse:
    """Decide not to open, and say who goes on."""
    access = require(request, Permission.SCREEN_REPORTS)
    now = timezone.localtime(timezone.now())
    row = desk_row(report_id, access.unit_id or 0, now)
    if row is None:
        raise Http404("report")
    typed = {
        name: request.POST.get(name, "").strip()
        for name in ("reason", "text", "referred_unit", "referred_to")
    }
    problems: dict[str, str] = {}
    if request.method == "POST":
        chosen = typed["referred_unit"]
        try:
            not_open(
                report_id=report_id,
                reason=typed["reason"],
                text=typed["text"],
                referred_unit_id=row_number(chosen),
                referred_to=typed["referred_to"],
                **by_of(request),
            )
        except NotPossible as error:
            problems = getattr(error, "problems", {})
            if not problems:
                messages.error(request, str(error))
                return redirect("dispatch-report", report_id=report_id)
        else:
            messages.success(request, f"{row.report.number} 已決定不開案並轉介，24 小時停止計算。")
            return redirect("dispatch-desk")
    state = ReportState(row.report.state)
    if request.method == "GET" and not REPORT.allows(state, "not_open"):
        messages.error(request, f"{row.report.number} 目前是「{state.label}」，不能決定不開案。")
        return redirect("dispatch-report", report_id=report_id)
    policy = policy_in_force()
    units = Unit.objects.exclude(pk=row.report.unit_id).order_by("agency_id", "pk")
    fields = [
        Field("reason", "不開案的原因", kind="radios", value=typed["reason"], error=problems.get("reason", ""),
              choices=[Choice(each.value, each.label) for each in not_opened_reasons(policy=policy, on=now.date())]),
        Field("text", "判斷的依據", kind="textarea", rows=3, value=typed["text"], error=problems.get("text", ""),
              hint="查證了什麼、跟誰確認過。複閱的人會看原通報，不會看到這一段。"),
        Field("referred_unit", "由哪個單位接手", kind="select", value=typed["referred_unit"], required=False,
              error=problems.get("referred_unit", ""), hint="單位會看到這件通報，並要確認收到。",
              choices=[Choice("", "不是縣內單位（寫在下一欄）"), *(Choice(str(u.pk), u.name) for u in units)]),
        Field("referred_to", "外部服務，或轉介時說明的事", value=typed["referred_to"], required=False, width=40,
              error=problems.get("referred_to", ""), hint="例如外縣市社會局、民間服務的名稱與聯絡人。"),
    ]  # fmt: skip
    return render(
        request,
        "dispatch/form.html",
        {
            "nav": "dispatch",
            "title": f"不開案 {row.report.number}",
            "over": "派案台",
            "over_href": "dispatch-desk",
            "sub": "不開案仍須轉介（003 參一）。決定後 24 小時停止計算，並可能被抽案複閱。",
            "fields": fields,
            "button": "決定不開案並轉介",
            "back": reverse("dispatch-report", args=[report_id]),
            "row": row,
        },
        status=422 if problems else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def open_again(request: MemberRequest, report_id: int) -> HttpResponse:
    """複閱後改派: the desk's supervisor."""
    access = require(request, Permission.READ_SAMPLES)
    now = timezone.localtime(timezone.now())
    row = desk_row(report_id, access.unit_id or 0, now)
    if row is None:
        raise Http404("report")
    reason = request.POST.get("reason", "").strip()
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            reopen(report_id=report_id, reason=reason, **by_of(request))
        except DispatchError as error:
            problems = error.problems
            if not problems:
                messages.error(request, str(error))
                return redirect("dispatch-report", report_id=report_id)
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("dispatch-report", report_id=report_id)
        else:
            messages.success(request, f"{row.report.number} 已回到派案台，重新起算 24 小時。")
            return redirect("dispatch-report", report_id=report_id)
    standing = queries.not_opened(access.unit_id or 0).filter(report_id=report_id).first()
    if standing is None:
        messages.error(request, f"{row.report.number} 目前不是未開案，不能改為重新派案。")
        return redirect("dispatch-report", report_id=report_id)
    basis = Basis(NotOpenedReason(standing.reason).label, standing.text, standing.decision.citation,
                  decided_by=f"{standing.by_name}，{moment_text(standing.at)}", about="原決定")  # fmt: skip
    return render(
        request,
        "dispatch/form.html",
        {
            "nav": "dispatch",
            "title": f"重新派案 {row.report.number}",
            "over": "派案台",
            "over_href": "dispatch-desk",
            "sub": "通報回到派案台，重新起算 24 小時；原決定保留在紀錄上。",
            "fields": [
                Field(
                    "reason",
                    "重新派案的理由",
                    kind="textarea",
                    rows=3,
                    value=reason,
                    error=problems.get("reason", ""),
                )
            ],
            "button": "重新派案",
            "back": reverse("dispatch-not-opened"),
            "basis": basis,
        },
        status=422 if problems else 200,
    )
