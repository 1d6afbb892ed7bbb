"""派案台: who must take this, by when? The queue in bands of the 24-hour clock, and one key to dispatch."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.county_policy import policy_in_force
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import queries
from anwang.services.dispatch.actions import dispatch_as_suggested
from anwang.services.dispatch.desk_queries import AT_DESK, DeskRow, desk_counts
from anwang.services.dispatch.desk_queries import queue as read_queue
from anwang.services.dispatch.rules import ReturnReason
from anwang.services.dispatch.sending import was_sent_on
from anwang.services.intake.process import ReportState
from anwang.services.intake.rules import HANDLE_HOURS
from anwang.web.clocks import clock_text, roc_day
from anwang.web.components import Basis, Cell, Column, Pages, Row, tag
from anwang.web.paging import page_number

from .answers import (
    TONES,
    ages_text,
    at_desk,
    by_of,
    desk_tabs,
    is_desk,
    may,
    programmes_text,
    remember,
    reporter_text,
)

PAGE = 50
_SENT = (ReportState.SENT,)
_COLUMNS = (
    Column("剩餘", narrow=True),
    Column("通報"),
    Column("為什麼急"),
    Column("可能是同一家"),
    Column("建議派給"),
)


@sign_in_required
@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """Where one's own work with dispatches is: the desk, what was sent to the unit, or what it must settle."""
    if may(request, Permission.SCREEN_REPORTS) or (
        is_desk(request.access.unit_id) and may(request, Permission.SETTLE_DISPUTES)
    ):
        return redirect("dispatch-desk")
    if may(request, Permission.ACCEPT_DISPATCHES):
        return redirect("dispatch-received")
    raise PermissionDenied(Permission.ACCEPT_DISPATCHES)


@sign_in_required
@require_GET
def queue(request: MemberRequest, tab: str = "desk") -> HttpResponse:
    """The desk's open reports: what waits for the desk, or what waits for a unit's answer."""
    access = at_desk(request)
    if tab not in ("desk", "sent"):
        raise Http404("tab")
    now = timezone.localtime(timezone.now())
    unit = access.unit_id or 0
    counts = desk_counts(unit, now)
    states = AT_DESK if tab == "desk" else _SENT
    total = counts.at_desk if tab == "desk" else counts.of(ReportState.SENT)
    number = min(page_number(request), max(1, -(-total // PAGE)))
    rows = read_queue(unit, states, now, limit=PAGE, offset=(number - 1) * PAGE)
    remember(request, audit.Action.OPENED_DESK, "desk", unit, now, rows=len(rows), tab=tab)
    month = timezone.make_aware(dt.datetime.combine(timezone.localdate(now).replace(day=1), dt.time()))
    policy = policy_in_force()
    return render(
        request,
        "dispatch/desk.html",
        {
            "nav": "dispatch",
            "now": now,
            "tab": tab,
            "tabs": desk_tabs(request, tab, counts),
            "counts": counts,
            "next": clock_text(counts.next_due_at, now) if counts.next_due_at else None,
            "disputes": queries.dispute_counts(unit, month),
            "bands": _bands(request, rows, now, tab),
            "columns": _columns(tab),
            "pages": Pages(number, PAGE, total),
            "keys": [("j k", "上下列"), ("d", "派案"), ("Enter", "開啟"), ("h", "交班單")],
            "hours_basis": Basis(
                policy.parameter(HANDLE_HOURS).label_zh,
                "自收到通報起算，夜間與假日照算；受派單位收案，或決定不開案並轉介，才停止。",
                str(policy.citation(HANDLE_HOURS)),
            ),
        },
    )


@sign_in_required
@require_POST
def quick(request: MemberRequest, report_id: int) -> HttpResponse:
    """One key: as the rule suggests, to the proposed unit. What a person must choose opens the report's own page."""
    require(request, Permission.SCREEN_REPORTS)
    try:
        dispatch = dispatch_as_suggested(report_id=report_id, **by_of(request))
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("dispatch-report", report_id=report_id)
    due = clock_text(dispatch.answer_due_at, timezone.localtime(timezone.now()))
    messages.success(request, f"{dispatch.report.number} 已派給{dispatch.to_unit.name}，收案期限{due.text}。")
    return redirect("dispatch-desk")


def _bands(
    request: MemberRequest, rows: list[DeskRow], now: dt.datetime, tab: str
) -> list[tuple[str, int, list[tuple[Row, list[tuple[Column, Cell | str]]]]]]:
    """The rows by band: what it is called, how many are on this page, and each row with its cells by column."""
    token = get_token(request) if may(request, Permission.SCREEN_REPORTS) else ""
    columns = _columns(tab)
    found = []
    for band, members in groupby(rows, key=lambda row: row.band):
        lines = [_line(row, now, tab, token) for row in members]
        found.append(
            (
                band.label,
                len(lines),
                [(line, list(zip(columns, line.cells, strict=True))) for line in lines],
            )
        )
    return found


def _columns(tab: str) -> tuple[Column, ...]:
    return (*_COLUMNS[:4], Column("派給")) if tab == "sent" else _COLUMNS


def _line(row: DeskRow, now: dt.datetime, tab: str, token: str) -> Row:
    report = row.report
    clock = clock_text(report.due_at, now)
    on = timezone.localdate(now)
    return Row(
        (
            _rendered("components/clock.html", {"clock": clock}),
            format_html(
                '<a class="strong" href="{}" data-open>{}</a>　{}{}<span class="table__sub">{}</span>{}',
                reverse("dispatch-report", args=[report.pk]),
                report.number,
                programmes_text(row, on),
                format_html(" {}", tag(report.get_state_display(), "amber"))
                if report.state == ReportState.RETURNED
                else "",
                "・".join(
                    filter(None, (report.township, reporter_text(report), _when(report.received_at, now)))
                ),
                _returned(row),
            ),
            _why(row),
            _same(row),
            _sent_to(row, now) if tab == "sent" else _proposed(row),
        ),
        action=_action(row, tab, token),
        urgent=clock.needs_attention or row.band.value == "danger",
    )


def _when(at: dt.datetime, now: dt.datetime) -> str:
    local = timezone.localtime(at)
    day = {0: "今天", 1: "昨天"}.get((now.date() - local.date()).days, roc_day(local.date(), "short"))
    return f"{day} {local:%H:%M}"


def _returned(row: DeskRow) -> SafeString:
    """The reasons of the units that gave it back."""
    lines = [
        format_html(
            '<span class="table__sub">{} {}：{}，{}</span>',
            tag(f"第 {number} 次退派", "amber"),
            each.to_unit.name,
            ReturnReason(each.return_reason).label,
            each.return_text,
        )
        for number, each in enumerate(row.returns, 1)
    ]
    last = row.last
    if last is not None and was_sent_on(row.report, last):
        lines.append(
            format_html(
                '<span class="table__sub">{} {}</span>', tag("調查後改派", "amber"), last.to_unit.name
            )
        )
    return mark_safe("".join(lines))  # noqa: S308 format_html escaped each


def _why(row: DeskRow) -> SafeString:
    """Urgency, the weightiest factors, and behind 「依據」 all of them with the rule."""
    weighty = sorted(row.suggestion.factors, key=lambda factor: (-factor.alone, -factor.points))
    first = "、".join(factor.label for factor in weighty[:3] if factor.points)
    ages = ages_text(row.ages)
    return format_html(
        '{} {}<span class="table__sub">{}</span>{}',
        tag(row.urgency.label, TONES[row.urgency]),
        ages or "沒有寫被通報人",
        first or "沒有加計的因素",
        _rendered("dispatch/factors.html", {"row": row, "report": row.report}),
    )


def _same(row: DeskRow) -> Cell | str:
    """What is known of the same person or home: units that serve it, and that it was reported before."""
    parts = [f"{row.services} 個單位服務中"] if row.services else []
    if any(factor.code == "re_report" for factor in row.suggestion.factors):
        parts.append("再通報")
    earlier = row.report.re_report_of
    return Cell("、".join(parts) or "沒有", sub=f"前次 {earlier.number}" if earlier else "")


def _proposed(row: DeskRow) -> Cell | str:
    unit = row.proposal.unit
    if row.undecided:
        return format_html(
            '{}<span class="table__sub">{}，請先確認</span>',
            tag("要由人選擇", "amber"),
            row.undecided[0].doubt,
        )
    if unit is None:
        return format_html(
            '{}<span class="table__sub">{}</span>', tag("要由人選擇", "amber"), row.proposal.reason
        )
    if any(each.to_unit_id == unit.id for each in row.returns):
        return format_html('{}<span class="table__sub">{}</span>', unit.name, tag("這個單位退派過", "amber"))
    if row.is_manned:
        return Cell(unit.name, sub=row.proposal.reason)
    return format_html('{}<span class="table__sub">{}</span>', unit.name, tag("今天沒有人可以收案", "red"))


def _sent_to(row: DeskRow, now: dt.datetime) -> Cell | str:
    last = row.last
    if last is None:
        return "—"
    clock = _rendered("components/clock.html", {"clock": clock_text(last.answer_due_at, now)})
    return format_html(
        '{}<span class="table__sub">收案期限 {}・{} 派</span>',
        last.to_unit.name,
        clock,
        _when(last.sent_at, now),
    )


def _action(row: DeskRow, tab: str, token: str) -> str:
    report = row.report
    if not token:
        return ""
    if tab == "sent":
        return format_html(
            '<a href="{}" data-key="b">收回<span class="hidden-text">{}</span></a>',
            reverse("dispatch-call-back", args=[report.pk]),
            report.number,
        )
    hidden = format_html('<span class="hidden-text">{}</span>', report.number)
    comes_back = report.state == ReportState.RETURNED or was_sent_on(report, row.last)
    if comes_back or row.undecided or row.proposal.unit is None or not row.is_manned:
        label = "改派" if comes_back else "選擇方案" if row.undecided else "選擇單位"
        return format_html(
            '<a class="button button--small button--quiet" href="{}" data-key="d">{}{}</a>',
            reverse("dispatch-report", args=[report.pk]),
            label,
            hidden,
        )
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="button button--small" data-key="d">派案{}</button></form>',
        reverse("dispatch-quick", args=[report.pk]),
        token,
        hidden,
    )


def _rendered(template: str, context: dict[str, object]) -> SafeString:
    return mark_safe(render_to_string(template, context).strip())  # noqa: S308 a template escaped it
