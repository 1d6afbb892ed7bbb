"""行事曆: holidays, make-up days and closures of a year; administrators enter and withdraw closures, others read."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.closures import ClosureError, enter_closure, withdraw_closure, working_day_duties
from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.queries import township_names
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.platform.context import SYSTEM, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.models import Closure
from anwang.platform.office_calendar import calendar_years, closed_days, table_calendar
from anwang.platform.worklist import moved_by
from anwang.web.clocks import roc_day
from anwang.web.components import Choice, Field, Filter
from anwang.web.downloads import list_download
from anwang.web.reading import DAY_WANTED, read_day

from . import year as tables

_FIRST, _LAST = 100, 199
"""Years of the republic that may be asked for."""
_HALF_DAY = "calendar.half_day_closure"


@sign_in_required
@require_GET
def calendar(request: MemberRequest) -> HttpResponse:
    """A year, this one when none is chosen; with `?format=ods` or `csv` its special days as a file."""
    today = timezone.localdate()
    roc = _year(request.GET.get("year", ""), today.year - 1911)
    year = roc + 1911
    table = calendar_years().get(year)
    closures = list(Closure.objects.filter(on__year=year).order_by("-on", "-pk"))
    standing = sorted((each for each in closures if each.withdrawn_at is None), key=lambda each: each.on)
    townships = township_names()
    suffix = request.GET.get("format", "")
    if suffix:
        rows = tables.file_rows(table, closures, townships)
        return list_download(f"{roc}年行事曆", suffix, tables.FILE_COLUMNS, rows)
    with acting(SYSTEM):  # a number only: how many duties, of all units, a closure has moved
        moved = moved_by(closures)
    may_manage = Permission.MANAGE_CALENDAR in permissions_of(request.access.roles)
    known = sorted({roc, today.year - 1911, *(each - 1911 for each in calendar_years())})
    office = replace(table_calendar(), closed=closed_days(standing))
    return render(
        request,
        "office_calendar/calendar.html",
        {
            "nav": "calendar",
            "roc": roc,
            "table": table,
            "source": policy_in_force().documents.get(table.citation.document) if table else None,
            "ours": [day for day in table.holidays if day.is_ours] if table else [],
            "half_day": policy_in_force().flags(_HALF_DAY),
            "may_manage": may_manage,
            "months": tables.months(year, office, table, standing, townships),
            "closures": tables.closure_table(closures, townships, moved, may_manage=may_manage),
            "filters": [Filter("year", "年", str(roc), [Choice(str(each), f"{each}年") for each in known])],
        },
    )


def _year(text: str, default: int) -> int:
    year = int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else default
    return year if _FIRST <= year <= _LAST else default


@sign_in_required
@require_http_methods(["GET", "POST"])
def enter(request: MemberRequest) -> HttpResponse:
    """A day of closure, for the county or for the townships that are ticked."""
    by = require(request, Permission.MANAGE_CALENDAR)
    now = timezone.now()
    today = timezone.localdate(now)
    typed = {name: request.POST.get(name, "").strip() for name in ("on", "part", "reason")}
    chosen = request.POST.getlist("townships")
    townships = township_names()
    problems: dict[str, str] = {}
    if request.method == "POST":
        on = read_day(typed["on"])
        problem = "" if on else DAY_WANTED
        problems = {"on": problem} if problem else {}
        if on is not None:
            try:
                made = enter_closure(
                    on=on,
                    part=typed["part"],
                    township_codes=chosen,
                    reason=typed["reason"],
                    today=today,
                    by=by,
                    by_name=request.user.name,
                    now=now,
                )
            except ClosureError as error:
                problems[error.field or "on"] = str(error)
            else:
                messages.success(
                    request, f"已登錄{tables.closure_title(made, townships)}停班。{_following()}"
                )
                return _back(made)
    else:
        typed = {"on": roc_day(today, "short"), "part": Closure.Part.WHOLE_DAY.value, "reason": ""}
    fields = [
        Field("on", "哪一天", value=typed["on"], width=12, autocomplete="off", hint="例如 115/7/9。",
              error=problems.get("on", "")),
        Field("part", "多久", kind="radios", value=typed["part"], error=problems.get("part", ""),
              choices=[Choice(value, str(label)) for value, label in Closure.Part.choices]),
        Field("reason", "事由", value=typed["reason"], width=30, autocomplete="off",
              hint="照縣府公告，例如：康芮颱風。", error=problems.get("reason", "")),
        Field("townships", "哪些鄉鎮市", kind="checkboxes", values=chosen, required=False,
              hint="全縣停班不用勾。只勾幾個鄉鎮市時，只移動這些地方的期限。", error=problems.get("townships", ""),
              choices=[Choice(code, name) for code, name in townships.items()]),
    ]  # fmt: skip
    return render(
        request,
        "office_calendar/enter.html",
        {"nav": "calendar", "fields": fields},
        status=422 if problems else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def withdraw(request: MemberRequest, closure_id: int) -> HttpResponse:
    """A closure that was entered wrongly, or that the county took back."""
    by = require(request, Permission.MANAGE_CALENDAR)
    closure = Closure.objects.filter(pk=closure_id).first()
    if closure is None:
        raise Http404("closure")
    townships = township_names()
    reason = request.POST.get("reason", "").strip()
    problem = ""
    if request.method == "POST":
        try:
            closure = withdraw_closure(
                closure_id=closure_id, reason=reason, by=by, by_name=request.user.name, now=timezone.now()
            )
        except ClosureError as error:
            if not error.field:
                messages.error(request, str(error))
                return _back(closure)
            problem = str(error)
        else:
            title = tables.closure_title(closure, townships)
            messages.success(request, f"已撤回{title}停班。{_following()}")
            return _back(closure)
    field = Field("reason", "撤回的理由", value=reason, width=30, autocomplete="off", error=problem,
                  hint="例如：縣府改為照常上班、日期登錯。")  # fmt: skip
    return render(
        request,
        "office_calendar/withdraw.html",
        {
            "nav": "calendar",
            "it": closure,
            "title": tables.closure_title(closure, townships),
            "fields": [field],
        },
        status=422 if problem else 200,
    )


def _following() -> str:
    count = working_day_duties()
    if not count:
        return "目前沒有以工作天計算的期限。"
    return f"以工作天計算的待辦共 {count} 件，正在重算；移動了幾件，稍後看下表「移動期限」。"


def _back(closure: Closure) -> HttpResponse:
    answer = redirect("calendar")
    answer["Location"] += f"?year={closure.on.year - 1911}"
    return answer
