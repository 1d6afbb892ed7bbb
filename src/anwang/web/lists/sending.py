"""One unit's list before and after it is sent: the office sees exactly what the unit will see."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.network.cocases import queries
from anwang.network.cocases.actions import SendingError, send_list
from anwang.network.cocases.copy_states import returns_of
from anwang.network.cocases.documents import basis_text, month_text, sheet_of_sending
from anwang.network.cocases.facts import ListCode
from anwang.network.cocases.models import SendingEntry
from anwang.network.cocases.queries import SendingLine
from anwang.platform import audit
from anwang.standard.record import Period

from .answers import as_office, file_answer, may, member_name, remember, this_moment
from .copies import copies_table, notes
from .tables import left_out_text, state_tag


@require_GET
@sign_in_required
def one(request: MemberRequest, sending_id: int) -> HttpResponse:
    """What a unit gets, to look at before sending, and its state afterwards."""
    as_office(request)
    now = this_moment()
    line, copies = office_line(sending_id)
    sending = line.sending
    fields = queries.fields_of(sending)
    title = f"{sending.get_list_code_display()}名單"
    waiting = [copy for copy in copies if copy.sent_at is None]
    sent = [copy for copy in copies if copy.sent_at is not None]
    may_send = may(request, Permission.SEND_LISTS)
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
            "waiting": copies_table(
                waiting, fields, title, actions=_leaving_out(waiting) if may_send else None
            )
            if waiting
            else None,
            "sent": copies_table(sent, fields, title, returns=returns_of(sent)) if sent else None,
            "left_out": [(copy, left_out_text(copy.entry)) for copy in queries.left_out_copies(sending)],
            "at_once": sending.list_code == ListCode.MISSING_CHILD,
            "confirming": request.GET.get("confirm") == "1" and bool(waiting),
            "may_send": may_send,
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
    line, copies = office_line(sending_id)
    sheet = sheet_of_sending(line.sending, copies, queries.fields_of(line.sending), notes(returns_of(copies)))
    answer = file_answer(sheet, suffix)
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


def office_line(sending_id: int) -> tuple[SendingLine, list[SendingEntry]]:
    """A list as the office sees it, with what the unit gets or got. Raises Http404 when there is none."""
    line = queries.sending(sending_id, this_moment())
    if line is None:
        raise Http404("sending")
    return line, queries.copies(line.sending)


def _leaving_out(copies: list[SendingEntry]) -> dict[int, SafeString]:
    """Copy to the link that leaves its entry out, where nobody was sent the entry yet."""
    sent = queries.entries_sent({copy.entry_id for copy in copies})
    return {
        copy.pk: format_html(
            '<a href="{}">不送…<span class="hidden-text">{}</span></a>',
            reverse("list-leave-out", args=[copy.entry_id]),
            copy.shown.get("name", ""),
        )
        for copy in copies
        if copy.entry_id not in sent
    }
