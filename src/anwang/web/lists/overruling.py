"""不送: the office leaves one entry out of this month's sending, with a reason, or takes it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.network.cocases import queries
from anwang.network.cocases.actions import SendingError, leave_out, take_back
from anwang.network.cocases.documents import month_text
from anwang.network.cocases.models import ListEntry
from anwang.network.cocases.returning import text_problem
from anwang.platform import audit
from anwang.standard.record import Period
from anwang.web.components import Field

from .answers import as_office, member_name, remember, this_moment


@sign_in_required
@require_http_methods(["GET", "POST"])
def leave(request: MemberRequest, entry_id: int) -> HttpResponse:
    """The entry, to whom it would go, and the reason why it shall not."""
    require(request, Permission.SEND_LISTS)
    access = as_office(request)
    entry = queries.entry(entry_id)
    if entry is None:
        raise Http404("entry")
    reason = request.POST.get("reason", "").strip()
    problem = ""
    if request.method == "POST":
        problem = text_problem(reason)
        if not problem:
            try:
                leave_out(
                    entry_id=entry_id,
                    reason=reason,
                    by=access,
                    by_name=member_name(request),
                    now=this_moment(),
                )
            except SendingError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, "已記錄不送的理由。送出前可以恢復。")
            return redirect(_list_of(entry))
    remember(request, audit.Action.OPENED_LIST, "list_entry", entry_id, this_moment())
    return render(
        request,
        "lists/leave_out.html",
        {
            "nav": "lists",
            "entry": entry,
            "who": entry.shown.get("name", "") or "（姓名不詳）",
            "list_url": _list_of(entry),
            "title": f"{month_text(entry.period)}{entry.get_list_code_display()}名單",
            "units": [copy.unit.name for copy in queries.receiving_units([entry]).get(entry.pk, ())],
            "fields": [
                Field(
                    "reason",
                    "不送的理由",
                    kind="textarea",
                    value=reason,
                    rows=3,
                    error=problem,
                    hint="至少 5 個字，例如何時向誰查證、結果如何。",
                )
            ],
        },
        status=422 if problem else 200,
    )


@require_POST
@sign_in_required
def back(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Send the entry after all."""
    require(request, Permission.SEND_LISTS)
    access = as_office(request)
    try:
        entry = take_back(entry_id=entry_id, by=access, by_name=member_name(request), now=this_moment())
    except SendingError as error:
        messages.error(request, str(error))
        return redirect("lists")
    messages.success(request, "已恢復，這一筆會和其他列一起送出。")
    return redirect(_list_of(entry))


def _list_of(entry: ListEntry) -> str:
    period = Period(entry.period.year, entry.period.month)
    return reverse("list-entries", args=[period, entry.list_code])
