"""One unit's list before and after it is sent: the office sees exactly what the unit will see."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.network.cocases import queries
from anwang.network.cocases.actions import SendingError, send_list
from anwang.network.cocases.documents import basis_text, month_text, sheet_of_sending
from anwang.network.cocases.facts import ListCode
from anwang.network.cocases.models import SendingEntry
from anwang.network.cocases.queries import SendingLine
from anwang.platform import audit
from anwang.standard.record import Period

from .answers import as_office, file_answer, may, member_name, remember, this_moment
from .tables import copies_table, state_tag


@require_GET
@sign_in_required
def one(request: MemberRequest, sending_id: int) -> HttpResponse:
    """What a unit gets, to look at before sending, and its state afterwards."""
    as_office(request)
    now = this_moment()
    line, copies = _line(sending_id)
    sending = line.sending
    fields = queries.fields_of(sending)
    title = f"{sending.get_list_code_display()}名單"
    waiting = [copy for copy in copies if copy.sent_at is None]
    sent = [copy for copy in copies if copy.sent_at is not None]
    remember(
        request,
        audit.Action.OPENED_LIST,
        "list_sending",
        sending.pk,
        now,
        entries=len(copies),
        list=sending.list_code,
    )
    return render(
        request,
        "lists/sending.html",
        {
            "nav": "lists",
            "now": now,
            "line": line,
            "sending": sending,
            "period": Period(sending.period.year, sending.period.month),
            "month": month_text(sending.period),
            "title": title,
            "state": state_tag(line),
            "basis": basis_text(ListCode(sending.list_code)),
            "fields": [field.label for field in fields],
            "waiting": copies_table(waiting, fields, title) if waiting else None,
            "sent": copies_table(sent, fields, title) if sent else None,
            "at_once": sending.list_code == ListCode.MISSING_CHILD,
            "confirming": request.GET.get("confirm") == "1" and bool(waiting),
            "may_send": may(request, Permission.SEND_LISTS),
        },
    )


@require_POST
@sign_in_required
def send(request: MemberRequest, sending_id: int) -> HttpResponse:
    """Send what waits, once it was confirmed on the page that shows it."""
    require(request, Permission.SEND_LISTS)
    access = as_office(request)
    if request.POST.get("confirm") != "yes":
        return redirect("list-sending", sending_id=sending_id)
    try:
        sending = send_list(
            sending_id=sending_id,
            by=access,
            by_name=member_name(request),
            now=this_moment(),
        )
    except SendingError as error:
        messages.error(request, str(error))
        return redirect("lists")
    messages.success(request, f"已送出給{sending.unit.name}，等候簽收。")
    return redirect("list-sending", sending_id=sending_id)


@require_GET
@sign_in_required
def as_file(request: MemberRequest, sending_id: int, suffix: str) -> HttpResponse:
    """The unit's list as the unit itself can save it: the official document, or a table."""
    as_office(request)
    line, copies = _line(sending_id)
    answer = file_answer(sheet_of_sending(line.sending, copies, queries.fields_of(line.sending)), suffix)
    remember(
        request,
        audit.Action.EXPORTED_LIST,
        "list_sending",
        sending_id,
        this_moment(),
        entries=len(copies),
        form=suffix,
    )
    return answer


def _line(sending_id: int) -> tuple[SendingLine, list[SendingEntry]]:
    line = queries.sending(sending_id, this_moment())
    if line is None:
        raise Http404("sending")
    return line, queries.copies(line.sending)
