"""通報: the reports of the unit, by their clock; with the figures of the desk. The text that is searched for comes in a
POST, never in an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.models import Draft
from anwang.services.intake.persons import shown_name
from anwang.services.intake.process import ReportState
from anwang.services.intake.queries import Figures, ReportFilter, ReportLine, figures, reports_page
from anwang.services.intake.vocabulary import Channel
from anwang.standard.masks import mask_name
from anwang.standard.record import StandardRecord
from anwang.standard.townships import TOWNSHIPS
from anwang.web.clocks import moment_text
from anwang.web.components import Cell, Choice, Column, Filter, Pages, Row, Table, tag
from anwang.web.downloads import list_download
from anwang.web.paging import page_number

from .matching import is_desk
from .words import clock_cell, state_tag

PAGE = 50
EXPORT_LIMIT = 10_000
SHOWN_NAMES = 3
_PERIODS = (("", "全部"), ("today", "今天"), ("7", "近 7 天"), ("30", "近 30 天"), ("365", "近一年"))
_COLUMNS = (
    Column("時限", narrow=True),
    Column("通報"),
    Column("通報中的人"),
    Column("鄉鎮市", narrow=True),
    Column("狀態", narrow=True),
    Column("收到", narrow=True),
)


@sensitive_post_parameters("q")
@sign_in_required
@require_http_methods(["GET", "POST"])
def reports(request: MemberRequest) -> HttpResponse:
    """The list; a POST searches; `?format=ods` or `csv` is the filtered list as a file."""
    access = require(request, Permission.ENTER_REPORTS)
    now = timezone.localtime(timezone.now())
    desk = is_desk(request)
    chosen = {name: request.GET.get(name, "").strip()[:20] for name in ("state", "period", "township", "re")}
    query = request.POST.get("q", "").strip()[:80] if request.method == "POST" else ""
    wanted = _filter(chosen, query, now.date())
    suffix = request.GET.get("format", "")
    if suffix:
        _, found = reports_page(wanted, desk=desk, limit=EXPORT_LIMIT)
        _remember(request, audit.Action.EXPORTED_REPORTS, now, rows=len(found), form=suffix)
        columns = ("編號", "收到", "時限", "狀態", "通報中的人", "鄉鎮市", "來源")
        return list_download("通報", suffix, columns, _file_rows(found))
    number = page_number(request)
    total, lines = reports_page(wanted, desk=desk, limit=PAGE, offset=(number - 1) * PAGE)
    pages = Pages(number, PAGE, total, chosen)
    if query:
        _remember(request, audit.Action.SEARCHED, now, hits=total)
    told = figures(unit_id=access.unit_id or 0, now=now) if desk else None
    return render(
        request,
        "intake/list.html",
        {
            "nav": "reports",
            "is_desk": desk,
            "query": query,
            "figures": told,
            "share": _share(told),
            "table": Table(
                "通報", _COLUMNS, [_row(line, now, desk=desk) for line in lines], hide_caption=True
            ),
            "pages": pages,
            "filters": _filters(chosen, desk=desk),
            "total": total,
            "is_filtered": any(chosen.values()) or bool(query),
            "drafts": _drafts(access.member_id or 0),
            "keep": "&".join(f"{name}={value}" for name, value in chosen.items() if value),
        },
    )


def _filter(chosen: dict[str, str], query: str, today: dt.date) -> ReportFilter:
    state = chosen["state"]
    period = chosen["period"]
    since = None
    if period == "today":
        since = today
    elif period in {"7", "30", "365"}:
        since = today - dt.timedelta(days=int(period) - 1)
    return ReportFilter(
        state=state if state in set(ReportState) else "",
        is_open=state == "open",
        re_reports=chosen["re"] == "1",
        township=chosen["township"],
        from_on=since,
        text=query,
    )


def _filters(chosen: dict[str, str], *, desk: bool) -> list[Filter]:
    states = [
        Choice("", "全部"),
        Choice("open", "時限進行中"),
        *(Choice(s.value, s.label) for s in ReportState),
    ]
    found = [
        Filter("state", "狀態", chosen["state"], states),
        Filter("period", "收到", chosen["period"], [Choice(value, label) for value, label in _PERIODS]),
        Filter(
            "township",
            "鄉鎮市",
            chosen["township"],
            [Choice("", "全部"), *(Choice(each.name, each.name) for each in TOWNSHIPS)],
        ),
    ]
    if desk:
        found.append(Filter("re", "再通報", chosen["re"], [Choice("", "全部"), Choice("1", "只看再通報")]))
    return found


def _row(line: ReportLine, now: dt.datetime, *, desk: bool) -> Row:
    report = line.report
    again = tag("再通報", "amber") if desk and report.re_report_of_id else ""
    return Row(
        (
            clock_cell(report, now),
            Cell(report.number, sub=Channel(report.channel).label, href=reverse("report", args=[report.pk])),
            _people(line.persons),
            report.township or "不詳",
            format_html("{} {}", state_tag(report), again),
            moment_text(report.received_at),
        ),
        urgent=report.handled_at is None and report.due_at < now,
    )


def _people(persons: Sequence[StandardRecord]) -> SafeString | str:
    """Masked: opening a report is a step of its own, which is written down."""
    names = "、".join(_masked(record) for record in persons[:SHOWN_NAMES])
    return f"{names} 等 {len(persons)} 人" if len(persons) > SHOWN_NAMES else names


def _masked(record: StandardRecord) -> str:
    return mask_name(record.name.text) if record.name.text else shown_name(record)


def _file_rows(lines: Sequence[ReportLine]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        report = line.report
        yield (
            report.number,
            moment_text(report.received_at),
            moment_text(report.due_at),
            ReportState(report.state).label,
            "、".join(_masked(record) for record in line.persons),
            report.township,
            Channel(report.channel).label,
        )


def _share(told: Figures | None) -> str:
    """The share of fields that nobody had to be asked for, in words; "" while nothing was asked."""
    if told is None or told.share is None:
        return ""
    return f"{told.share:.0%}（近 30 天 {told.reports} 件，{told.asked} 欄中 {told.prefilled} 欄已帶入）"


def _drafts(member_id: int) -> list[tuple[str, dt.datetime]]:
    """The member's reports that were begun and not sent, by their keys."""
    rows = Draft.objects.filter(member_id=member_id, tab="", form__startswith="report-new-")
    return [(row.form.removeprefix("report-new-"), row.saved_at) for row in rows.order_by("-saved_at")[:20]]


def _remember(request: MemberRequest, action: str, now: dt.datetime, **detail: object) -> None:
    audit.record(context=request.access, at=now, action=action, member_name=request.user.name, detail=detail)
