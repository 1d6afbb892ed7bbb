"""One report at the desk: what speaks for what, and both decisions of the desk on one page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch.actions import DispatchError, NobodyOnDuty, call_back, screen_and_send
from anwang.services.dispatch.desk_queries import DeskRow, desk_row, history
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.places import places
from anwang.services.dispatch.queries import SentOn, sent_on
from anwang.services.dispatch.rules import ReturnReason
from anwang.services.intake.process import REPORT, ReportState
from anwang.services.intake.screening import NotScreened, persons_of, screen
from anwang.web.clocks import clock_text, moment_text
from anwang.web.components import Choice, Field
from anwang.web.reading import row_number

from .answers import (
    ages_text,
    at_desk,
    by_of,
    forget_draft,
    may,
    person_lines,
    programmes_text,
    remember,
    report_facts,
    urgency_choices,
    urgency_tag,
)

PROPOSED = ""


@sign_in_required
@require_http_methods(["GET", "POST"])
def one(request: MemberRequest, report_id: int) -> HttpResponse:
    """The report with its factors; sending the form off screens it and sends it, or only screens it."""
    access = at_desk(request)
    now = timezone.localtime(timezone.now())
    row = _row(request, report_id, now)
    typed = _typed(request, row)
    problems: dict[str, str] = {}
    if request.method == "POST":
        require(request, Permission.SCREEN_REPORTS)
        answer, problems = _decide(request, report_id, typed)
        if answer is not None:
            return answer
        row = _row(request, report_id, now)
    persons = persons_of([report_id])[report_id]
    remember(request, audit.Action.OPENED_DISPATCH, "report", report_id, now, persons)
    state, passed_on = ReportState(row.report.state), sent_on(report_id)
    may_decide = may(request, Permission.SCREEN_REPORTS) and REPORT.allows(state, "screen")
    return render(
        request,
        "dispatch/report.html",
        {
            "nav": "dispatch",
            "now": now,
            "row": row,
            "report": row.report,
            "state": state,
            "urgency": urgency_tag(row.urgency),
            "programme": programmes_text(row, now.date()),
            "ages": ages_text(row.ages),
            "facts": report_facts(row.report),
            "persons": person_lines(row.report, persons),
            "fields": _fields(row, typed, problems, now.date()) if may_decide else [],
            "history": [_told(each, passed_on.get(each.pk)) for each in history(report_id)],
            "is_running": row.report.handled_at is None,
            "may_call_back": may(request, Permission.SCREEN_REPORTS) and state is ReportState.SENT,
            "may_not_open": may(request, Permission.SCREEN_REPORTS) and REPORT.allows(state, "not_open"),
            "may_reopen": may(request, Permission.READ_SAMPLES) and REPORT.allows(state, "reopen"),
            "is_desk_unit": access.unit_id == row.report.unit_id,
            "keys": [("s", "派案"), ("n", "不開案"), ("b", "回派案台")],
        },
        status=422 if problems else 200,
    )


def _row(request: MemberRequest, report_id: int, now: dt.datetime) -> DeskRow:
    row = desk_row(report_id, request.access.unit_id or 0, now)
    if row is None:
        raise Http404("report")
    return row


def _typed(request: MemberRequest, row: DeskRow) -> dict[str, str]:
    if request.method == "POST":
        names = ("urgency", "programme", "reason", "to_unit", "unit_reason", "message", "confirmed")
        return {name: request.POST.get(name, "").strip() for name in names}
    return {
        "urgency": row.urgency.value,
        "programme": "" if row.undecided else row.programme,
        "reason": row.screening.reason if row.screening else "",
        "to_unit": PROPOSED,
        "unit_reason": "",
        "message": "",
        "confirmed": "",
    }


def _decide(
    request: MemberRequest, report_id: int, typed: dict[str, str]
) -> tuple[HttpResponse | None, dict[str, str]]:
    """Do what was pressed; an answer when it was done, else what to mend by field."""
    by: dict[str, Any] = by_of(request)
    chosen: dict[str, Any] = {"urgency": typed["urgency"], "programme": typed["programme"]}
    try:
        if request.POST.get("do") == "screen":
            made = screen(report_id=report_id, reason=typed["reason"], **chosen, **by)
            forget_draft(request, f"dispatch-{made.report.number}")
            messages.success(request, "已存篩案結果，還沒有派案。")
            return redirect("dispatch-report", report_id=report_id), {}
        dispatch = screen_and_send(
            report_id=report_id,
            screening_reason=typed["reason"],
            to_unit_id=row_number(typed["to_unit"]),
            message=typed["message"],
            unit_reason=typed["unit_reason"],
            confirmed=typed["confirmed"] == "yes",
            **chosen,
            **by,
        )
    except (NotScreened, NobodyOnDuty, DispatchError) as error:
        if error.problems:
            return None, error.problems
        messages.error(request, str(error))
        return redirect("dispatch-report", report_id=report_id), {}
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("dispatch-report", report_id=report_id), {}
    forget_draft(request, f"dispatch-{dispatch.report.number}")
    due = clock_text(dispatch.answer_due_at, timezone.localtime(by["now"]))
    messages.success(request, f"{dispatch.report.number} 已派給{dispatch.to_unit.name}，收案期限{due.text}。")
    return redirect("dispatch-desk"), {}


def _fields(row: DeskRow, typed: dict[str, str], problems: dict[str, str], on: dt.date) -> list[Field]:
    where = places(on)
    suggested = {each.programme: "、".join(each.because) for each in row.suggestion.programmes}
    ordered = [*suggested, *(code for code in where.programmes if code not in suggested)]
    unit = (
        where.proposed(typed["programme"] or row.programme, "").unit
        if row.proposal.unit is None
        else row.proposal.unit
    )
    proposed = (
        "依方案與轄區"
        if row.undecided
        else f"依方案與轄區（建議：{unit.name}）"
        if unit
        else "依方案與轄區（目前沒有建議，請選擇）"
    )
    fields = [
        Field("urgency", "緊急程度", kind="radios", value=typed["urgency"], choices=urgency_choices(),
              hint=f"建議：{row.suggestion.urgency.label}。", error=problems.get("urgency", "")),
        Field("programme", "方案", kind="select", value=typed["programme"], error=problems.get("programme", ""),
              hint="建議：" + "；".join(f"{where.programmes[code].label}（{why}）" for code, why in suggested.items()
                                        if code in where.programmes) + "。",
              choices=[Choice("", "請選擇"), *(Choice(code, where.programmes[code].label) for code in ordered
                                              if code in where.programmes)]),
        Field("reason", "與建議不同的理由", kind="textarea", rows=2, value=typed["reason"], required=False,
              error=problems.get("reason", "")),
        Field("to_unit", "派給", kind="select", value=typed["to_unit"], error=problems.get("to_unit", ""),
              hint="選定方案後，依方案與轄區派出。" if row.undecided else row.proposal.reason,
              choices=[Choice(PROPOSED, proposed), *(_unit_choice(each, where.is_manned(each.pk)) for each in _units(row))]),
        Field("unit_reason", "不派給建議單位的理由", kind="textarea", rows=2, value=typed["unit_reason"],
              required=False, error=problems.get("unit_reason", "")),
        Field("message", "交代受派單位的事", kind="textarea", rows=2, value=typed["message"], required=False,
              error=problems.get("message", "")),
    ]  # fmt: skip
    if "confirmed" in problems or typed["confirmed"]:
        fields.append(
            Field("confirmed", "單位今天沒有人可以收案", kind="checkboxes", values=[typed["confirmed"]],
                  error=problems.get("confirmed", ""), choices=[Choice("yes", "仍要派給這個單位，並通知局處本部")])
        )  # fmt: skip
    return fields


def _units(row: DeskRow) -> list[Unit]:
    return list(Unit.objects.exclude(pk=row.report.unit_id).order_by("agency_id", "pk"))


def _unit_choice(unit: Unit, manned: bool) -> Choice:
    return Choice(str(unit.pk), unit.name if manned else f"{unit.name}（今天沒有人可以收案）")


def _told(dispatch: Dispatch, passed_on: SentOn | None) -> dict[str, str]:
    """One round as the desk reads it."""
    said = (
        f"{moment_text(passed_on.at)} {passed_on.by_name} 調查後改派：{passed_on.reason}"
        if passed_on
        else dispatch.return_text
    )
    if dispatch.return_reason:
        said = f"{ReturnReason(dispatch.return_reason).label}：{said}"
    return {
        "round": str(dispatch.round),
        "unit": dispatch.to_unit.name,
        "sent": f"{moment_text(dispatch.sent_at)} {dispatch.sent_by_name}",
        "state": dispatch.get_state_display(),
        "answered": f"{moment_text(dispatch.answered_at)} {dispatch.answered_by_name}".strip(),
        "said": said,
    }


@sign_in_required
@require_http_methods(["GET", "POST"])
def take_back(request: MemberRequest, report_id: int) -> HttpResponse:
    """收回改派: with a reason, before the unit answered."""
    require(request, Permission.SCREEN_REPORTS)
    now = timezone.localtime(timezone.now())
    row = _row(request, report_id, now)
    reason = request.POST.get("reason", "").strip()
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            call_back(report_id=report_id, reason=reason, **by_of(request))
        except DispatchError as error:
            problems = error.problems
            if not problems:
                messages.error(request, str(error))
                return redirect("dispatch-report", report_id=report_id)
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("dispatch-report", report_id=report_id)
        else:
            messages.success(request, f"{row.report.number} 已收回，請改派。24 小時照常進行。")
            return redirect("dispatch-report", report_id=report_id)
    if row.report.state != ReportState.SENT or row.last is None:
        messages.error(
            request, f"{row.report.number} 目前是「{row.report.get_state_display()}」，沒有可以收回的派案。"
        )
        return redirect("dispatch-report", report_id=report_id)
    field = Field("reason", "收回的理由", kind="textarea", rows=3, value=reason, error=problems.get("reason", ""),
                  hint="受派單位會看到。")  # fmt: skip
    return render(
        request,
        "dispatch/form.html",
        {
            "nav": "dispatch",
            "title": f"收回派案 {row.report.number}",
            "over": "派案台",
            "over_href": "dispatch-desk",
            "sub": f"已派給{row.last.to_unit.name}，還沒有回覆。",
            "fields": [field],
            "button": "收回",
            "back": f"/dispatch/{report_id}/",
        },
        status=422 if problems else 200,
    )
