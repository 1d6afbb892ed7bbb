"""受派通報: what the desk sent to a unit. It takes or returns it in one step; referrals of not-opened reports beside."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.platform.county_policy import policy_in_force
from anwang.platform.transitions import NotPossible
from anwang.services.cases.joining import cases_about
from anwang.services.dispatch import queries
from anwang.services.dispatch.actions import accept, receive_referral, return_dispatch
from anwang.services.dispatch.duties import contact_due
from anwang.services.dispatch.holding import still_with_unit
from anwang.services.dispatch.models import Dispatch, NotOpened
from anwang.services.dispatch.process import DispatchState
from anwang.services.dispatch.rules import NotOpenedReason, ReturnReason, return_reasons
from anwang.services.intake.models import ReportPerson
from anwang.services.intake.screening import age_text, persons_of
from anwang.services.intake.vocabulary import ReportRole
from anwang.web.clocks import clock_text, moment_text
from anwang.web.components import Cell, Choice, Column, Field, Pages, Row, Table
from anwang.web.paging import page_number

from .answers import (
    ages_text,
    by_of,
    person_lines,
    programme_label,
    remember,
    report_facts,
    tabs_of,
    urgency_tag,
)
from .following import NextStep, next_steps

PAGE = 50
_COLUMNS = (
    Column("回覆期限", narrow=True),
    Column("通報"),
    Column("方案"),
    Column("被通報人"),
    Column("24 小時"),
)
_REFERRED = (Column("轉介", narrow=True), Column("通報"), Column("不開案的原因"))
_DONE = (Column("回覆", narrow=True), Column("通報"), Column("方案"), Column("結果"))


@sign_in_required
@require_GET
def listing(request: MemberRequest) -> HttpResponse:
    """What waits for the unit's answer, referrals that it has not confirmed, and what it answered."""
    access = require(request, Permission.ACCEPT_DISPATCHES)
    now = timezone.localtime(timezone.now())
    unit = access.unit_id or 0
    waiting = list(queries.received(unit)[:200])
    referred = list(queries.referrals(unit)[:200])
    done = queries.answered(unit)
    total = done.count()
    number = min(page_number(request), max(1, -(-total // PAGE)))
    persons = persons_of([each.report_id for each in waiting])
    answered = list(done[(number - 1) * PAGE : number * PAGE])
    steps = next_steps(answered, access)
    remember(request, audit.Action.OPENED_DESK, "desk", unit, now, rows=len(waiting), tab="received")
    token = get_token(request)
    return render(
        request,
        "dispatch/received.html",
        {
            "nav": "dispatch",
            "now": now,
            "tabs": tabs_of(request, "received"),
            "waiting": Table(
                "待收案的通報", _COLUMNS, [_line(e, persons[e.report_id], now, token) for e in waiting]
            ),
            "referred": Table("不開案轉介，待確認收到", _REFERRED, [_referred(e) for e in referred]),
            "done": Table("已回覆", _DONE, [_done(e, now.date(), steps.get(e.pk)) for e in answered]),
            "pages": Pages(number, PAGE, total),
            "total": total,
            "keys": [("j k", "上下列"), ("a", "收案"), ("r", "退派"), ("Enter", "開啟")],
        },
    )


def _line(dispatch: Dispatch, persons: list[ReportPerson], now: dt.datetime, token: str) -> Row:
    report = dispatch.report
    clock = clock_text(dispatch.answer_due_at, now)
    on = timezone.localdate(report.received_at)
    ages = [age_text(p.content, on) for p in persons if p.role == ReportRole.SUBJECT]
    page = reverse("dispatch-received-one", args=[dispatch.pk])
    hidden = format_html('<span class="hidden-text">{}</span>', report.number)
    return Row(
        (
            _rendered("components/clock.html", {"clock": clock}),
            format_html(
                '<a class="strong" href="{}" data-open>{}</a> {}<span class="table__sub">{}</span>',
                page,
                report.number,
                urgency_tag(report.urgency),
                "・".join(
                    filter(None, (report.township, f"{moment_text(dispatch.sent_at)} 派", dispatch.note))
                ),
            ),
            Cell(programme_label(dispatch.programme, now.date()), sub=dispatch.get_purpose_display()),
            ages_text(ages) or "—",
            _rendered("components/clock.html", {"clock": clock_text(report.due_at, now)}),
        ),
        action=format_html(
            '<div class="row"><form method="post" action="{}">'
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="button button--small" data-key="a">收案{}</button></form>'
            '<a href="{}#return" data-key="r">退派…{}</a></div>',
            reverse("dispatch-accept", args=[dispatch.pk]),
            token,
            hidden,
            page,
            hidden,
        ),
        urgent=clock.needs_attention,
    )


def _referred(each: NotOpened) -> Row:
    return Row(
        (
            moment_text(each.at),
            Cell(
                each.report.number,
                sub=each.report.township,
                href=reverse("dispatch-referral", args=[each.pk]),
            ),
            Cell(NotOpenedReason(each.reason).label, sub=each.text),
        )
    )


def _done(each: Dispatch, on: dt.date, step: NextStep | None) -> Row:
    said = each.return_text
    if each.return_reason:
        said = f"{ReturnReason(each.return_reason).label}：{said}"
    return Row(
        (
            Cell(moment_text(each.answered_at), sub=each.answered_by_name),
            Cell(f"R-{each.report_id:07d}", href=reverse("dispatch-received-one", args=[each.pk])),
            programme_label(each.programme, on),
            Cell(each.get_state_display(), sub=said),
        ),
        action=format_html('<a href="{}">{}</a>', step.href, step.label) if step else "",
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def one(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    """One dispatch with its report: take it, or return it with a reason. POST returns it."""
    access = require(request, Permission.ACCEPT_DISPATCHES)
    now = timezone.localtime(timezone.now())
    dispatch = _mine(dispatch_id, access.unit_id)
    typed = {name: request.POST.get(name, "").strip() for name in ("reason", "text")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            return_dispatch(
                dispatch_id=dispatch_id, reason=typed["reason"], text=typed["text"], **by_of(request)
            )
        except NotPossible as error:
            problems = getattr(error, "problems", {})
            if not problems:
                messages.error(request, str(error))
                return redirect("dispatch-received")
        else:
            messages.success(request, f"R-{dispatch.report_id:07d} 已退派，受理中心會看到原因。")
            return redirect("dispatch-received")
    report = queries.report_of(dispatch.report_id)
    persons = persons_of([dispatch.report_id])[dispatch.report_id] if report else []
    remember(request, audit.Action.OPENED_DISPATCH, "dispatch", dispatch_id, now, persons)
    policy, after = policy_in_force(), _after(dispatch, access)
    fields = [
        Field("reason", "退派的原因", kind="radios", value=typed["reason"], error=problems.get("reason", ""),
              choices=[Choice(each.value, each.label) for each in return_reasons(policy=policy, on=now.date())]),
        Field("text", "說明", kind="textarea", rows=3, value=typed["text"], error=problems.get("text", ""),
              hint="查證了什麼、應由誰處理。受理中心與下一個單位都會看到。"),
    ]  # fmt: skip
    return render(
        request,
        "dispatch/received_one.html",
        {
            "nav": "dispatch",
            "now": now,
            "dispatch": dispatch,
            "number": f"R-{dispatch.report_id:07d}",
            "report": report,
            "programme": programme_label(dispatch.programme, now.date()),
            "urgency": urgency_tag(report.urgency) if report else "",
            "facts": report_facts(report) if report else [],
            "persons": person_lines(report, persons) if report else [],
            "is_waiting": dispatch.state == DispatchState.SENT,
            "earlier": [
                (each.to_unit.name, ReturnReason(each.return_reason).label, each.return_text)
                for each in queries.earlier_returns(dispatch)
            ],
            **after,
            "return_label": ReturnReason(dispatch.return_reason).label if dispatch.return_reason else "",
            "fields": fields,
            "keys": [*_keys(after), ("b", "回受派通報")] if after else [("a", "收案"), ("b", "回受派通報")],
        },
        status=422 if problems else 200,
    )


def _keys(after: dict[str, object]) -> list[tuple[str, str]]:
    return [
        (key, label)
        for key, label, shown in (
            ("f", "記首次聯繫", "may_contact"),
            ("m", "併入既有個案", "may_join"),
        )
        if after.get(shown)
    ] + ([("o", step.label.rstrip("…"))] if isinstance(step := after.get("step"), NextStep) else [])


def _after(dispatch: Dispatch, access: AccessContext) -> dict[str, object]:
    """What the page of an accepted dispatch shows besides: the first contact, what may be done, that it was sent on."""
    if dispatch.state != DispatchState.ACCEPTED:
        return {}
    step = next_steps([dispatch], access).get(dispatch.pk)
    serves = dispatch.purpose == Dispatch.Purpose.SERVE
    is_ours = bool(still_with_unit([dispatch]))
    may_go_on = is_ours and (step is None or step.is_due)
    return {
        "step": step,
        "contacts": queries.family_contacts(dispatch.pk) if serves else [],
        "contact_due": contact_due(dispatch.report_id) if serves and is_ours else None,
        "may_contact": serves and may_go_on,
        "may_join": serves and step is not None and step.is_due,
        "known_cases": cases_about(dispatch.report_id) if serves and step is not None and step.is_due else [],
        "may_send_on": serves and may_go_on,
        "sent_on": queries.sent_on(dispatch.report_id).get(dispatch.pk),
    }


@sign_in_required
@require_POST
def take(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    """收案, in one step."""
    access = require(request, Permission.ACCEPT_DISPATCHES)
    dispatch = _mine(dispatch_id, access.unit_id)
    try:
        accept(dispatch_id=dispatch_id, **by_of(request))
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        step = next_steps([_mine(dispatch_id, access.unit_id)], access).get(dispatch_id)
        further = format_html("　<a href='{}'>{}</a>", step.href, step.label) if step else ""
        messages.success(
            request,
            format_html("{} 已收案，下一個期限在「我的今天」。{}", f"R-{dispatch.report_id:07d}", further),
        )
    return redirect("dispatch-received")


@sign_in_required
@require_http_methods(["GET", "POST"])
def referral(request: MemberRequest, not_opened_id: int) -> HttpResponse:
    """A not-opened report that was referred to the unit: read it, and say that it goes on."""
    access = require(request, Permission.ACCEPT_DISPATCHES)
    now = timezone.localtime(timezone.now())
    found = queries.referral(not_opened_id, access.unit_id or 0)
    if found is None:
        raise Http404("referral")
    if request.method == "POST":
        try:
            receive_referral(not_opened_id=not_opened_id, **by_of(request))
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"R-{found.report_id:07d} 已確認收到，由本單位接手。")
        return redirect("dispatch-received")
    report = queries.report_of(found.report_id)
    persons = persons_of([found.report_id])[found.report_id] if report else []
    remember(request, audit.Action.OPENED_DISPATCH, "not_opened", not_opened_id, now, persons)
    return render(
        request,
        "dispatch/referral.html",
        {
            "nav": "dispatch",
            "it": found,
            "number": f"R-{found.report_id:07d}",
            "reason": NotOpenedReason(found.reason).label,
            "report": report,
            "facts": report_facts(report) if report else [],
            "persons": person_lines(report, persons) if report else [],
        },
    )


def _mine(dispatch_id: int, unit_id: int | None) -> Dispatch:
    found = queries.received_one(dispatch_id, unit_id or 0)
    if found is None:
        raise Http404("dispatch")
    return found


def _rendered(template: str, context: dict[str, object]) -> SafeString:
    return mark_safe(render_to_string(template, context).strip())  # noqa: S308 a template escaped it
