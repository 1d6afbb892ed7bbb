"""誰看過: the log as a time line, unusual volumes, and checking the log.

Reading the log is written down too (`read_audit`), but with the log as its subject: who reads it learns who is a
client, so it must be known; yet it is no look at a person's data, so it neither appears among the views of that
person nor counts towards unusual volumes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.queries import roles_of_members, unit_names
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.network.cocases.shown_in import shown_in
from anwang.platform import audit
from anwang.platform.audit_queries import (
    EXPORT_LIMIT,
    LogFilter,
    days_of_views,
    log_page,
    log_rows,
    members_in_log,
)
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.models import AuditEntry
from anwang.platform.unusual_rules import FACTOR, FLOOR, Unusual, unusual_days
from anwang.web.clocks import roc_day
from anwang.web.components import Cell, Choice, Column, Filter, Pages, Row, Tab, Table
from anwang.web.downloads import list_download
from anwang.web.paging import page_number

from .filters import PURPOSE_WORDS, LogQuery, read_query, subject_words

PAGE = 100
LOOK_BACK = dt.timedelta(days=90)
_COLUMNS = (
    Column("時間", narrow=True),
    Column("誰"),
    Column("做了什麼"),
    Column("對象", narrow=True),
    Column("目的"),
)


@sign_in_required
@require_GET
def log(request: MemberRequest) -> HttpResponse:
    """The time line, filtered; `?format=ods` or `csv` exports it."""
    access = require(request, Permission.READ_AUDIT)
    now = timezone.now()
    query = read_query(request.GET)
    query = replace(query, wanted=_with_related(query.wanted, access))
    suffix = request.GET.get("format", "")
    units = unit_names()
    if suffix:
        _written_down(request, access, now, query.wanted, {"format": suffix[:8]})
        rows = (_texts(entry, units) for entry in log_rows(query.wanted))
        columns = ("時間", "誰", "單位", "做了什麼", "對象", "目的")
        return list_download("誰看過", suffix, columns, rows, [f"最多 {EXPORT_LIMIT} 列，新的在前"])
    number = page_number(request)
    total, entries = log_page(query.wanted, limit=PAGE, offset=(number - 1) * PAGE)
    members = members_in_log(now - LOOK_BACK)
    _written_down(request, access, now, query.wanted, {"rows": total})
    return render(
        request,
        "views/log.html",
        {
            **_frame(access, "views"),
            "table": Table(
                "查閱紀錄", _COLUMNS, [_row(each, units, query) for each in entries], hide_caption=True
            ),
            "pages": Pages(number, PAGE, total, query.keep),
            "total": total,
            "filters": _filters(query, members, units, access),
            "problems": query.problems,
            "exports": urlencode(query.keep),
            "filtered": bool(query.keep),
            "seen_elsewhere": bool(query.wanted.related),
        },
    )


def _with_related(wanted: LogFilter, access: AccessContext) -> LogFilter:
    """Whoever opened the household of a person, or a list that names them, has seen them. An auditor sees no household,
    so the system looks up the numbers; a supervisor's own leave bounds what may be told."""
    if wanted.subject_kind not in ("person", "household"):
        return wanted
    all_units = Permission.VERIFY_AUDIT in permissions_of(access.roles)
    with acting(SYSTEM if all_units else replace(access, purpose=None)):
        related = shown_in(wanted.subject_kind, int(wanted.subject_id))
    return replace(wanted, related=related)


@sign_in_required
@require_GET
def unusual(request: MemberRequest) -> HttpResponse:
    """Days on which a member was shown far more people than usual."""
    access = require(request, Permission.READ_AUDIT)
    now = timezone.now()
    since = now - LOOK_BACK
    found = unusual_days(days_of_views(since), roles_of_members(timezone.localdate(now)))
    _written_down(request, access, now, LogFilter(), {"unusual": len(found)})
    names = members_in_log(since)
    columns = (
        Column("日期", narrow=True),
        Column("誰"),
        Column("看到的人與家戶", numeric=True),
        Column("本人平常", numeric=True),
        Column("同職務平常", numeric=True),
    )
    rows = [_unusual_row(each, names) for each in found]
    return render(
        request,
        "views/unusual.html",
        {
            **_frame(access, "views-unusual"),
            "table": Table("數量異常的日子", columns, rows, hide_caption=True),
            "found": len(found),
            "floor": FLOOR,
            "factor": FACTOR,
            "since": timezone.localdate(since),
        },
    )


@sign_in_required
@require_POST
def verify(request: MemberRequest) -> HttpResponse:
    """核對紀錄: seal what is not sealed yet, then recompute every seal."""
    access = require(request, Permission.VERIFY_AUDIT)
    now = timezone.now()
    with acting(SYSTEM):
        sealed = audit.seal(now=now)
        result = audit.verify()
    audit.record(
        context=access,
        at=now,
        action=audit.Action.VERIFIED_AUDIT,
        subject_kind="audit",
        member_name=request.user.name,
        detail={"rows": result.rows, "seals": result.seals, "sound": result.is_sound, "sealed": sealed},
    )
    if result.broken is None:
        text = (
            f"核對完成，紀錄完整：{result.rows} 列、{result.seals} 個封存都相符（這次新封存 {sealed} 列）。"
        )
        messages.success(request, text)
    else:
        first, last = result.broken
        text = f"核對不符：第 {first} 到 {last} 列被改過、缺少或多出。請保留現場，立即通報資安與稽核主管。"
        messages.error(request, text)
    return redirect("views")


def _frame(access: AccessContext, current: str) -> dict[str, object]:
    tabs = [("views", "時間軸"), ("views-unusual", "數量異常")]
    return {
        "nav": "views",
        "tabs": [Tab(label, reverse(name), current=name == current) for name, label in tabs],
        "may_verify": Permission.VERIFY_AUDIT in permissions_of(access.roles),
    }


def _written_down(
    request: MemberRequest,
    access: AccessContext,
    now: dt.datetime,
    wanted: LogFilter,
    detail: dict[str, object],
) -> None:
    """`purpose` says whose views were read, so that the subject stays the log."""
    about = subject_words(wanted.subject_kind, wanted.subject_id) if wanted.subject_id else ""
    audit.record(
        context=access,
        at=now,
        action=audit.Action.READ_AUDIT,
        subject_kind="audit",
        purpose=f"查閱 {about} 的紀錄" if about else "",
        member_name=request.user.name,
        detail=detail,
    )


def _who(entry: AuditEntry) -> str:
    if entry.member_name:
        return entry.member_name
    return "系統" if entry.actor == "system" else "未登入者"


def _time(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return f"{roc_day(local.date(), 'short')} {local:%H:%M:%S}"


def _texts(entry: AuditEntry, units: dict[int, str]) -> tuple[str, ...]:
    unit = units.get(entry.unit_id or 0, "")
    subject = subject_words(entry.subject_kind, entry.subject_id)
    purpose = PURPOSE_WORDS.get(entry.purpose, entry.purpose)
    return _time(entry.at), _who(entry), unit, str(entry.get_action_display()), subject, purpose


def _row(entry: AuditEntry, units: dict[int, str], query: LogQuery) -> Row:
    time, who, unit, action, subject, purpose = _texts(entry, units)
    number = subject if entry.subject_kind in ("person", "household", "report", "case") else ""
    href = "?" + urlencode({**query.keep, "subject": number}) if number else ""
    found = entry.detail.get("hits")
    return Row(
        (
            time,
            Cell(who, sub=unit),
            Cell(action, sub=f"找到 {found} 筆" if found is not None else ""),
            Cell(subject, href=href) if subject else "—",
            purpose or "—",
        ),
        urgent=entry.action == AuditEntry.Action.REFUSED,
    )


def _unusual_row(each: Unusual, names: dict[int, str]) -> Row:
    day = each.day
    on = roc_day(day.on, "short")
    href = reverse("views") + "?" + urlencode({"member": str(day.member_id), "from": on, "until": on})
    return Row(
        (
            on,
            Cell(names.get(day.member_id, f"成員 {day.member_id}"), href=href),
            str(day.opened),
            _usual(each.own_usual),
            _usual(each.role_usual),
        )
    )


def _usual(value: float | None) -> str:
    return "不足 5 天" if value is None else f"{value:g}"


def _filters(
    query: LogQuery, members: dict[int, str], units: dict[int, str], access: AccessContext
) -> list[Filter]:
    everyone = [Choice(str(pk), name) for pk, name in sorted(members.items(), key=lambda item: item[1])]
    actions = [Choice(str(value), str(label)) for value, label in AuditEntry.Action.choices]
    filters = [Filter("member", "誰", query.typed["member"], [Choice("", "全部"), *everyone])]
    if Permission.VERIFY_AUDIT in permissions_of(access.roles):  # a supervisor sees one unit only
        every_unit = [Choice(str(pk), name) for pk, name in units.items()]
        filters.append(Filter("unit", "單位", query.typed["unit"], [Choice("", "全部"), *every_unit]))
    return [
        *filters,
        Filter("action", "做了什麼", query.typed["action"], [Choice("", "全部"), *actions]),
        Filter("subject", "人、家戶、通報或個案編號", query.typed["subject"]),
        Filter("from", "從", query.typed["from"]),
        Filter("until", "到", query.typed["until"]),
    ]
