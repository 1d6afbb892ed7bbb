"""個案: the unit's cases by their next duty, who carries how many, what waits for an answer, what it supports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.services.cases.process import CaseState
from anwang.services.cases.queries import (
    WorkerLoad,
    cases_of,
    programmes_by_id,
    supported_by,
    unit_caseloads,
    unit_members,
    waiting_in,
)
from anwang.services.cases.vocabulary import OtherAgency
from anwang.services.programs.programme import Programme
from anwang.web.clocks import clock_text, moment_text, roc_day
from anwang.web.components import Cell, Choice, Column, Filter, Pages, Row, Tab, Table, tag
from anwang.web.downloads import list_download
from anwang.web.paging import page_number
from anwang.web.reading import row_number

from .reading import NAV

PAGE, EXPORT = 50, 5000
VIEWS = (("mine", "我的個案"), ("unit", "單位個案"), ("none", "未分派"), ("closed", "已結案"))
_COLUMNS = (
    Column("下一個期限", narrow=True),
    Column("案主"),
    Column("方案・風險"),
    Column("狀態", narrow=True),
    Column("社工", narrow=True),
)


@sign_in_required
@require_http_methods(["GET", "POST"])
def cases(request: MemberRequest) -> HttpResponse:
    """The list in one of four views; with `?format=ods` or `csv` as a file. Words to search for come by POST: a name
    stands in no address. The list names people, so that it was opened is in the log."""
    access = require(request, Permission.WORK_CASES)
    unit_id, now = access.unit_id or 0, timezone.now()
    chosen = request.GET.get("view", "")
    if chosen not in dict(VIEWS):
        # Who carries no case (a supervisor) opens the list on the unit's.
        carries = cases_of(unit_id=unit_id, worker_id=access.member_id or 0).exists()
        chosen = "mine" if carries else "unit"
    words = request.POST.get("q", "").strip()[:40] if request.method == "POST" else ""
    worker = row_number(request.GET.get("worker", ""))
    found = cases_of(
        unit_id=unit_id,
        worker_id=access.member_id if chosen == "mine" else worker,
        closed=chosen == "closed",
        unassigned=chosen == "none",
        words=words,
    )
    labels = programmes_by_id()
    if suffix := request.GET.get("format", ""):
        rows = [_file_row(case, labels) for case in found[:EXPORT]]
        _remember(request, audit.Action.EXPORTED_LIST, chosen, len(rows), format=suffix[:8])
        columns = ("個案", "案主", "方案", "風險", "狀態", "社工", "開案", "下一個期限")
        return list_download("個案", suffix, columns, rows)
    total, page = found.count(), page_number(request)
    shown = list(found[(page - 1) * PAGE : page * PAGE])
    _remember(request, audit.Action.SEARCHED if words else audit.Action.READ_CASE, chosen, len(shown))
    keep = {"view": chosen, "worker": str(worker or "")}
    waiting = waiting_in(unit_id)
    workers = unit_members(unit_id, timezone.localdate(now))
    return render(
        request,
        "cases/cases.html",
        {
            "nav": NAV,
            "tabs": [Tab(label, f"?view={key}", current=key == chosen) for key, label in VIEWS],
            "table": Table(
                dict(VIEWS)[chosen],
                _COLUMNS,
                [_row(case, labels, now) for case in shown],
                hide_caption=True,
            ),
            "filters": [
                Filter(
                    "worker",
                    "社工",
                    str(worker or ""),
                    [Choice("", "全部"), *(Choice(str(w.pk), w.name) for w in workers)],
                )
            ]
            if chosen in ("unit", "closed")
            else [],
            "query": words,
            "keep": {"view": chosen},
            "total": total,
            "chosen": chosen,
            "export": urlencode({name: value for name, value in keep.items() if value}),
            "pages": Pages(page, PAGE, total, keep),
            "loads": _loads(unit_caseloads(unit_id, now)) if chosen == "unit" else None,
            "waiting": waiting,
            "supported": _supported(supported_by(unit_id), labels),
            "empty": "換一個姓名或個案號，或到「單位個案」與「已結案」找。" if words else _EMPTY[chosen],
        },
    )


def _remember(request: MemberRequest, action: str, view: str, rows: int, **detail: object) -> None:
    audit.record(
        context=request.access,
        at=timezone.now(),
        action=action,
        subject_kind="cases",
        member_name=request.user.name,
        detail={"view": view, "rows": rows, **detail},
    )


_EMPTY = {
    "mine": "目前沒有由您主責的個案。收案後從派案開案，或按「開案」。",
    "unit": "單位目前沒有個案。收案後從派案開案，或按「開案」。",
    "none": "每一案都有主責社工。",
    "closed": "單位還沒有結案的個案。",
}


def _level(case: Any, labels: dict[str, Programme]) -> tuple[str, str]:
    """The level's name and its tone: amber for the programme's highest."""
    programme = labels.get(case.programme)
    level = programme.risk_level(case.risk_level) if programme else None
    if programme is None or level is None:
        return "未分級", "line"
    return level.label, "amber" if level.id == programme.risk_levels[0].id else ""


def _row(case: Any, labels: dict[str, Programme], now: dt.datetime) -> Row:
    programme = labels.get(case.programme)
    clock = clock_text(case.next_due_at, timezone.localtime(now)) if case.next_due_at else None
    level, tone = _level(case, labels)
    when = moment_text(case.closed_at)[:-6] if case.closed_at else ""
    what = (case.next_label or "").split("：")[-1].split("（")[0]
    return Row(
        (
            Cell(clock.text if clock else when or "—", sub=what if clock else "結案" if when else ""),
            Cell(
                case.client_name or "（姓名不詳）",
                sub=f"{case.number}・{roc_day(timezone.localdate(case.opened_at), 'short')} 開案",
                href=reverse("case", args=[case.pk]),
            ),
            Cell(programme.label if programme else case.programme, sub=level if tone != "amber" else "")
            if tone != "amber"
            else _tagged(programme.label if programme else case.programme, level),
            CaseState(case.state).label.split("，")[0],
            case.worker.name if case.worker else "未分派",
        ),
        urgent=clock is not None and clock.needs_attention,
    )


def _tagged(text: str, level: str) -> SafeString:
    return format_html("{} {}", text, tag(level, "amber"))


def _file_row(case: Any, labels: dict[str, Programme]) -> tuple[str, ...]:
    programme = labels.get(case.programme)
    return (
        case.number,
        case.client_name or "",
        programme.label if programme else case.programme,
        _level(case, labels)[0],
        CaseState(case.state).label,
        case.worker.name if case.worker else "",
        moment_text(case.opened_at),
        moment_text(case.next_due_at),
    )


def _loads(loads: Sequence[WorkerLoad]) -> Table:
    rows = [
        Row(
            (
                Cell(
                    each.member.name if each.member else "未分派",
                    href=f"?view=unit&worker={each.member.pk}" if each.member else "?view=none",
                ),
                tag(str(each.load.cases), "amber") if each.load.is_heavy else str(each.load.cases),
                str(each.load.highest),
                str(each.load.overdue),
            )
        )
        for each in loads
    ]
    columns = (
        Column("社工"),
        Column("案量", numeric=True),
        Column("最高風險", numeric=True),
        Column("逾期", numeric=True),
    )
    return Table("每位社工的案量", columns, rows, css="table--tight")


def _supported(found: Sequence[Any], labels: dict[str, Programme]) -> Table:
    rows = [
        Row(
            (
                f"C-{each.case_id:07d}",
                labels[each.programme].label if each.programme in labels else each.programme,
                Cell(each.unit.name, sub=f"{each.unit.contact} {each.unit.phone}".strip()),
                Cell(
                    OtherAgency(each.task).label,
                    sub=f"{roc_day(each.from_on, 'short')} 起 {each.contact}".strip(),
                ),
            )
        )
        for each in found
    ]
    return Table(
        "本單位協辦的個案",
        (Column("個案"), Column("方案"), Column("主責單位"), Column("協辦")),
        rows,
        css="table--stack table--tight",
    )
