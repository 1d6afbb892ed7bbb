"""我的今天: one list by the legal clock, and what else waits for this member's role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.network.cocases.duty_queries import Together, together
from anwang.people.linkage.queries import waiting_pairs
from anwang.people.rosters.queries import month
from anwang.platform.context import AccessContext, Purpose, acting
from anwang.platform.models import Deadline
from anwang.platform.worklist import counts, open_deadlines
from anwang.standard.record import Period
from anwang.web.clocks import ClockText, clock_text, roc_day
from anwang.web.components import Basis, Cell, Column, Pages, Row, Table
from anwang.web.downloads import list_download
from anwang.web.paging import page_number
from anwang.web.shell import link

PAGE = 50
EXPORT_LIMIT = 10_000
_WORKING = frozenset(Permission) - {Permission.READ_AUDIT, Permission.VERIFY_AUDIT, Permission.MANAGE_MEMBERS}
_COLUMNS = (Column("期限", narrow=True), Column("事項"), Column("依據"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work without a legal clock that waits for a role: how many, of what, and where."""

    text: str
    href: str
    note: str = ""


@sign_in_required
@require_GET
def today(request: MemberRequest) -> HttpResponse:
    access = request.access
    now = timezone.localtime(timezone.now())
    allowed = permissions_of(access.roles)
    works = bool(allowed & _WORKING) and access.unit_id is not None
    unit_id = access.unit_id if works and access.unit_id is not None else 0
    suffix = request.GET.get("format", "")
    if suffix:
        found = open_deadlines(unit_id=unit_id, limit=EXPORT_LIMIT)
        rows = ((clock_text(d.due_at, now).text, _exact(d.due_at), d.label, d.citation) for d in found)
        return list_download("我的今天", suffix, ("剩餘", "期限", "事項", "依據"), rows)
    number = page_number(request)
    sums = counts(unit_id=unit_id, now=now)
    shown, total = _page(access, allowed, unit_id, number, sums.open)
    if not shown and number > 1:  # what stood on that page is done by now
        number = 1
        shown, total = _page(access, allowed, unit_id, number, sums.open)
    return render(
        request,
        "today/today.html",
        {
            "nav": "today",
            "now": now,
            "sums": sums,
            "next": clock_text(sums.next_due_at, now).text if sums.next_due_at else "",
            "table": Table("待辦事項", _COLUMNS, [_row(each, now) for each in shown], hide_caption=True),
            "pages": Pages(number, PAGE, total),
            "waiting": _waiting(access, allowed, now),
            "empty": _what_to_do(allowed),
        },
    )


def _page(
    access: AccessContext, allowed: frozenset[Permission], unit_id: int, number: int, of: int
) -> tuple[list[Together], int]:
    """A page of duties and how many lines there are. For who sends the lists, one deed for many units is one line."""
    start = (number - 1) * PAGE
    if Permission.SEND_LISTS in allowed:
        with acting(replace(access, purpose=Purpose.MONTHLY_LISTS)):
            lines = together(open_deadlines(unit_id=unit_id, limit=EXPORT_LIMIT))
        return lines[start : start + PAGE], len(lines)
    found = open_deadlines(unit_id=unit_id, limit=PAGE, offset=start)
    return [Together(each, each.label, each.url) for each in found], of


def _exact(due_at: dt.datetime) -> str:
    local = timezone.localtime(due_at)
    return f"{roc_day(local.date(), 'short')} {local:%H:%M}"


def _row(line: Together, now: dt.datetime) -> Row:
    deadline, clock = line.first, clock_text(line.due_at, now)
    basis = Basis(line.label, f"期限 {clock.exact}", deadline.citation or "—", about=line.label)
    return Row(
        (
            _rendered("clock", {"clock": clock}),
            Cell(line.label, sub=_opened(deadline, clock, line.units), href=line.url),
            _rendered("why", {"basis": basis, "label": deadline.citation or "依據"}),
        ),
        urgent=clock.needs_attention,
    )


def _opened(deadline: Deadline, clock: ClockText, units: tuple[str, ...]) -> str:
    since = f"{clock.exact}・{roc_day(timezone.localdate(deadline.opened_at), 'short')} 起算"
    return f"{since}・{'、'.join(units)}" if units else since


def _rendered(component: str, context: dict[str, object]) -> str:
    return mark_safe(render_to_string(f"components/{component}.html", context).strip())  # noqa: S308 a template escaped it


def _waiting(access: AccessContext, allowed: frozenset[Permission], now: dt.datetime) -> list[Waiting]:
    """What waits without a clock: pairs to review, rosters of the month that have not come."""
    found = []
    if Permission.REVIEW_PAIRS in allowed:
        with acting(replace(access, purpose=Purpose.LINKAGE_REVIEW)):
            pairs = waiting_pairs().count()
        if pairs:
            found.append(
                Waiting(f"比對覆核：{pairs} 組等待決定", link("review"), "灰色地帶，由人決定是不是同一人")
            )
    if Permission.LINK in allowed:
        day = timezone.localdate(now)
        period = Period(day.year, day.month).previous()
        missing = [line.roster.label for line in month(period.first_day) if line.receipt is None]
        if missing:
            text = f"{roc_day(period.first_day, 'month')}名冊：{len(missing)} 份還沒有收到"
            found.append(Waiting(text, link("rosters"), "、".join(missing)))
    return found


def _what_to_do(allowed: frozenset[Permission]) -> str:
    """What a member may do when nothing is due; by role, the first that fits."""
    if Permission.LINK in allowed:
        return "名冊都收到後，執行歸戶並產製名單；有待決定的配對會列在上方。"
    if Permission.SEND_LISTS in allowed:
        return "每月名單產製後，要送出的名單與期限會列在這裡。"
    if Permission.RECEIPT_LISTS in allowed:
        return "收到名單後，要簽收與處理的期限會列在這裡。也可以用上方的搜尋找人或家戶。"
    if Permission.READ_AUDIT in allowed:
        return "您的工作在「誰看過」：看時間軸、數量異常，並核對紀錄。"
    if Permission.MANAGE_MEMBERS in allowed:
        return "您的工作在「人員與職務」：新增成員、派任與結束職務、設定一次性密碼、解除鎖定。"
    return "有期限的事會列在這裡。"
