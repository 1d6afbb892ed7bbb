"""「產製本月名單」: at once for a month that is made in seconds, by the worker for a big one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.network.cocases import queries
from anwang.network.cocases.actions import make_lists, request_lists
from anwang.network.cocases.jobs import make_lists_job
from anwang.standard.record import Period

from .answers import as_office, member_name, this_moment

AT_ONCE = 5_000  # records: a few seconds


@require_POST
@sign_in_required
def make(request: MemberRequest, period: Period) -> HttpResponse:
    """Make the lists of a month, or leave it to the worker."""
    require(request, Permission.MAKE_LISTS)
    access = as_office(request)
    now, name = this_moment(), member_name(request)
    number = queries.number_of_records(period)
    if not number:
        messages.error(request, f"{period.roc} 還沒有名冊紀錄，無法產製名單。請先載入名冊並完成歸戶。")
    elif number <= AT_ONCE:
        made = make_lists(period=period, by=access, by_name=name, now=now)
        listed = sum(made.counts.values())
        text = f"名單已產製：列入 {listed} 筆，待查 {made.pending} 筆。"
        messages.success(request, text if made.changed else f"{text}與上次相同，沒有變動。")
    else:
        request_lists(period=period, by_name=name, now=now)
        make_lists_job.defer(period=period.roc, member_id=access.member_id or 0, unit_id=access.unit_id or 0)
        messages.success(request, f"共 {number:,} 筆紀錄，名單已交由背景產製，完成後本頁會更新。")
    return redirect("list-month", period=period)


@require_GET
@sign_in_required
def progress(request: MemberRequest, period: Period) -> HttpResponse:
    """The notice that the lists are being made; once they are, the browser is told to load the month anew."""
    as_office(request)
    month = queries.month_of(period)
    answer = render(request, "lists/progress.html", {"month": month, "period": period})
    if month is None or not month.is_under_way:
        answer.headers["HX-Redirect"] = reverse("list-month", kwargs={"period": period})
    return answer
