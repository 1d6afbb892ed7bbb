"""我的今天: one list by the legal clock, and what else waits for this member's role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.network.cocases.duty_queries import Together, together
from anwang.platform.context import AccessContext, Purpose, acting
from anwang.platform.worklist import View, WorklistCounts, counts, shown
from anwang.services.cases.queries import visits_on
from anwang.services.cases.vocabulary import VisitPlace
from anwang.web.clocks import clock_text
from anwang.web.components import Pages, Tab, Table
from anwang.web.downloads import list_download
from anwang.web.duties import COLUMNS, FILE_COLUMNS, alone, around, duty_rows, file_rows
from anwang.web.paging import page_number

from .waiting import waiting, what_to_do

PAGE = 50
EXPORT_LIMIT = 10_000
TOGETHER_LIMIT = 2_000
"""Up to so many duties, an office that sends lists has those of one deed on one line; beyond, each on its own."""
_WORKING = frozenset(Permission) - {
    Permission.READ_AUDIT,
    Permission.VERIFY_AUDIT,
    Permission.MANAGE_MEMBERS,
    Permission.MANAGE_CALENDAR,
    Permission.MANAGE_SYSTEMS,
}
_NEEDS = {View.RISEN: Permission.SEE_UNIT_LOAD, View.PROMISED: Permission.WORK_CASES}
"""Views that make sense only for who may do this."""
_NOTHING = {
    View.MINE: ("您名下沒有到期的事", "單位的事在「單位」；承辦人還沒有分派的，承辦欄寫「單位」。"),
    View.PROMISED: (
        "沒有待做的約定",
        "計畫目標與約好的訪視會列在這裡；做了、檢討為已達成或取消後，自動消失。",
    ),
    View.OVERDUE: ("沒有逾期的事", ""),
    View.RISEN: ("沒有升級給您的事", "逾期一段時間的期限會升級：先給單位督導，再給局處本部。"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which view of which unit, and when."""

    access: AccessContext
    view: View
    unit_id: int
    now: dt.datetime
    merges: bool

    def page(self, number: int, of: int) -> tuple[list[Together], int]:
        """A page of lines and how many there are. For who sends the lists, one deed for many units is one line."""
        start = (number - 1) * PAGE
        found = shown(self.view, unit_id=self.unit_id, member_id=self.access.member_id, now=self.now)
        if self.merges and of <= TOGETHER_LIMIT:
            with acting(replace(self.access, purpose=Purpose.MONTHLY_LISTS)):
                lines = together(found)
            return lines[start : start + PAGE], len(lines)
        return [alone(each) for each in found[start : start + PAGE]], of


@sign_in_required
@require_GET
def today(request: MemberRequest) -> HttpResponse:
    access = request.access
    now = timezone.localtime(timezone.now())
    allowed = permissions_of(access.roles)
    works = bool(allowed & _WORKING) and access.unit_id is not None
    unit_id = access.unit_id if works and access.unit_id is not None else 0
    views = [view for view in View if _NEEDS.get(view) is None or _NEEDS[view] in allowed]
    view = next((each for each in views if each.value == request.GET.get("view")), View.UNIT)
    suffix = request.GET.get("format", "")
    if suffix:
        found = list(shown(view, unit_id=unit_id, member_id=access.member_id, now=now)[:EXPORT_LIMIT])
        known = around(found, unit_id=unit_id, member_id=access.member_id)
        return list_download("我的今天", suffix, FILE_COLUMNS, file_rows(found, now, known))
    asked = Asked(access, view, unit_id, now, Permission.SEND_LISTS in allowed)
    number = page_number(request)
    sums = counts(unit_id=unit_id, member_id=access.member_id, now=now)
    lines, total = asked.page(number, sums.of(view))
    if not lines and number > 1:  # what stood on that page is done by now
        number = 1
        lines, total = asked.page(number, sums.of(view))
    known = around([line.first for line in lines], unit_id=unit_id, member_id=access.member_id)
    keep = {"view": "" if view is View.UNIT else view.value}
    nothing = _NOTHING.get(view, ("目前沒有到期的事", what_to_do(allowed)))
    return render(
        request,
        "today/today.html",
        {
            "nav": "today",
            "now": now,
            "sums": sums,
            "view": view.value,
            "tabs": _tabs(views, view, sums) if works and (sums.open or sums.risen) else [],
            "next": clock_text(sums.next_due_at, now).text if sums.next_due_at else "",
            "table": Table("待辦事項", COLUMNS, duty_rows(lines, now, known), hide_caption=True),
            "pages": Pages(number, PAGE, total, keep),
            "waiting": waiting(access, allowed, now),
            "promised": _promised_today(access, now) if Permission.WORK_CASES in allowed else [],
            "empty_title": nothing[0],
            "empty": nothing[1],
        },
    )


@dataclass(frozen=True, slots=True)
class PromisedVisit:
    """A visit that the member has planned for today, with what it says on the list's head."""

    text: str
    href: str


def _promised_today(access: AccessContext, now: dt.datetime) -> list[PromisedVisit]:
    """The member's planned visits of today, by their time."""
    return [
        PromisedVisit(
            f"{timezone.localtime(visit.planned_at):%H:%M} {VisitPlace(visit.place).label}・{visit.case.number}",
            reverse("case-visit", args=[visit.case_id, visit.pk]),
        )
        for visit in visits_on(unit_id=access.unit_id or 0, day=now.date(), worker_id=access.member_id)
    ]


def _tabs(views: list[View], current: View, sums: WorklistCounts) -> list[Tab]:
    return [
        Tab(
            view.label,
            "?" if view is View.UNIT else f"?view={view.value}",
            sums.of(view),
            view is current,
        )
        for view in views
    ]
