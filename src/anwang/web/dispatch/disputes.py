"""主責爭議: which are open, why each unit gave the report back, and who leads."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import queries
from anwang.services.dispatch.actions import settle_dispute
from anwang.services.dispatch.disputing import leads
from anwang.services.dispatch.models import Dispute
from anwang.services.dispatch.process import DisputeState
from anwang.services.dispatch.rules import ReturnReason
from anwang.services.intake.screening import persons_of
from anwang.web.clocks import clock_text, moment_text
from anwang.web.components import Basis, Cell, Choice, Column, Field, Pages, Row, Table
from anwang.web.paging import page_number
from anwang.web.reading import row_number

from .answers import by_of, may, person_lines, programme_label, remember, report_facts, tabs_of, urgency_tag

PAGE = 50
_OPEN = (Column("裁定期限", narrow=True), Column("通報"), Column("第一次退派"), Column("第二次退派"))
_SETTLED = (Column("裁定", narrow=True), Column("通報"), Column("主責"), Column("理由"))


def _see(request: MemberRequest) -> None:
    """The desk and supervisors of units. Raises PermissionDenied for everybody else."""
    if not may(request, Permission.SETTLE_DISPUTES, Permission.SCREEN_REPORTS):
        raise PermissionDenied(Permission.SETTLE_DISPUTES)


@sign_in_required
@require_GET
def listing(request: MemberRequest) -> HttpResponse:
    """Open disputes by their clock, settled ones by age."""
    _see(request)
    now = timezone.localtime(timezone.now())
    open_ones = list(queries.disputes(open_only=True)[:200])
    settled = queries.disputes(open_only=False)
    total = settled.count()
    number = min(page_number(request), max(1, -(-total // PAGE)))
    return render(
        request,
        "dispatch/disputes.html",
        {
            "nav": "dispatch",
            "tabs": tabs_of(request, "disputes"),
            "open": Table("待裁定", _OPEN, [_open_row(each, now) for each in open_ones]),
            "count": len(open_ones),
            "settled": Table(
                "已裁定", _SETTLED, [_settled_row(e) for e in settled[(number - 1) * PAGE : number * PAGE]]
            ),
            "pages": Pages(number, PAGE, total),
            "total": total,
        },
    )


def _open_row(each: Dispute, now: dt.datetime) -> Row:
    clock = clock_text(each.due_at, now)
    return Row(
        (
            mark_safe(render_to_string("components/clock.html", {"clock": clock}).strip()),  # noqa: S308 escaped
            Cell(
                f"R-{each.report_id:07d}",
                sub=f"{moment_text(each.opened_at)} 起",
                href=reverse("dispatch-dispute", args=[each.pk]),
            ),
            *(
                Cell(d.to_unit.name, sub=f"{ReturnReason(d.return_reason).label}：{d.return_text}")
                for d in (each.first, each.second)
            ),
        ),
        urgent=clock.needs_attention,
    )


def _settled_row(each: Dispute) -> Row:
    return Row(
        (
            Cell(moment_text(each.settled_at), sub=each.settled_by_name),
            Cell(f"R-{each.report_id:07d}", href=reverse("dispatch-dispute", args=[each.pk])),
            each.lead_unit.name if each.lead_unit else "不開案",
            each.text,
        )
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def one(request: MemberRequest, dispute_id: int) -> HttpResponse:
    """Both returns beside each other, the report, and the lead."""
    _see(request)
    now = timezone.localtime(timezone.now())
    found = queries.dispute(dispute_id)
    if found is None:
        raise Http404("dispute")
    typed = {name: request.POST.get(name, "").strip() for name in ("lead", "text")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        lead = typed["lead"]
        try:
            settle_dispute(
                dispute_id=dispute_id,
                lead_unit_id=row_number(lead),
                text=typed["text"],
                **by_of(request),
            )
        except NotPossible as error:
            problems = getattr(error, "problems", {})
            if not problems:
                messages.error(request, str(error))
                return redirect("dispatch-dispute", dispute_id=dispute_id)
        else:
            messages.success(request, f"R-{found.report_id:07d} 已裁定主責，24 小時停止計算。")
            return redirect("dispatch-dispute", dispute_id=dispute_id)
    report = queries.report_of(found.report_id)
    persons = persons_of([found.report_id])[found.report_id] if report else []
    remember(request, audit.Action.OPENED_DISPATCH, "dispute", dispute_id, now, persons)
    is_open = found.state == DisputeState.OPEN
    possible = leads(found, request.access) if is_open and may(request, Permission.SETTLE_DISPUTES) else ()
    names = dict(Unit.objects.filter(pk__in=possible).values_list("pk", "name"))
    fields = [
        Field("lead", "由誰主責", kind="radios" if len(possible) < 4 else "select", value=typed["lead"],
              error=problems.get("lead", ""),
              choices=[*([Choice("", "請選擇")] if len(possible) > 3 else []),
                       *(Choice(str(unit), names[unit]) for unit in possible)]),
        Field("text", "裁定的理由", kind="textarea", rows=3, value=typed["text"], error=problems.get("text", ""),
              hint="雙方都會看到。"),
    ]  # fmt: skip
    return render(
        request,
        "dispatch/dispute.html",
        {
            "nav": "dispatch",
            "now": now,
            "it": found,
            "number": f"R-{found.report_id:07d}",
            "is_open": is_open,
            "report": report,
            "urgency": urgency_tag(report.urgency) if report else "",
            "programme": programme_label(report.programme, now.date()) if report else "",
            "facts": report_facts(report) if report else [],
            "persons": person_lines(report, persons) if report else [],
            "returns": [
                (d.to_unit.name, ReturnReason(d.return_reason).label, d.return_text, moment_text(d.answered_at), d.answered_by_name)
                for d in (found.first, found.second)
            ],
            "fields": fields if possible else [],
            "basis": Basis("主責爭議裁定", found.text, found.decision.citation,
                           decided_by=f"{found.settled_by_name}，{moment_text(found.settled_at)}", about="裁定")
            if found.decision else None,
        },
        status=422 if problems else 200,
    )  # fmt: skip
