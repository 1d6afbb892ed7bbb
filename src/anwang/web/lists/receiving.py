"""The receiving unit's side: the lists that were sent to it, its own copies only, and the receipt."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.network.cocases import queries
from anwang.network.cocases.actions import SendingError, receipt_list
from anwang.network.cocases.copy_states import returns_of
from anwang.network.cocases.documents import basis_text, month_text, sheet_of_sending
from anwang.network.cocases.facts import ListCode
from anwang.network.cocases.models import SendingEntry
from anwang.network.cocases.queries import SendingLine
from anwang.platform import audit
from anwang.web.components import Cell, Column, Pages, Row, Table
from anwang.web.paging import page_number

from .answers import file_answer, may, member_name, remember, this_moment
from .copies import copies_table, notes
from .tables import clock, state_tag

PAGE = 50


@require_GET
@sign_in_required
def received(request: MemberRequest) -> HttpResponse:
    """The lists that the member's unit received, what is to be receipted on top."""
    access = require(request, Permission.RECEIPT_LISTS)
    now = this_moment()
    lines = queries.received(access.unit_id or 0, now)
    total = len(lines)
    pages = Pages(min(page_number(request), max(1, -(-total // PAGE))), PAGE, total)
    start = (pages.number - 1) * PAGE
    table = Table(
        "收到的名單",
        [
            Column("簽收期限", narrow=True),
            Column("名單"),
            Column("月份"),
            Column("筆數"),
            Column("狀態"),
            Column("簽收"),
        ],
        [
            Row(
                [
                    clock(line.due_at, now) or "—",
                    Cell(
                        f"{line.sending.get_list_code_display()}名單",
                        href=reverse("list-received", args=[line.sending.pk]),
                    ),
                    month_text(line.sending.period),
                    f"{line.sent} 筆"
                    + (f"、{line.withdrawn} 筆更正後不列" if line.withdrawn else "")
                    + (f"、退回 {back} 筆" if (back := line.returned + line.settled) else ""),
                    state_tag(line),
                    line.sending.receipted_by_name or "—",
                ],
                urgent=line.state.is_late,
            )
            for line in lines[start : start + PAGE]
        ],
        hide_caption=True,
    )
    open_lines = [line for line in lines if line.owes_receipt]
    return render(
        request,
        "lists/received.html",
        {
            "nav": "lists",
            "table": table,
            "pages": pages,
            "waiting": len(open_lines),
            "late": sum(line.state.is_late for line in open_lines),
        },
    )


@require_GET
@sign_in_required
def one(request: MemberRequest, sending_id: int) -> HttpResponse:
    """One list that was sent to the unit."""
    require(request, Permission.RECEIPT_LISTS)
    now = this_moment()
    line, copies = received_line(request, sending_id)
    sending = line.sending
    fields = queries.fields_of(sending)
    pages = Pages(min(page_number(request), max(1, -(-len(copies) // PAGE))), PAGE, len(copies))
    shown = copies[(pages.number - 1) * PAGE : pages.number * PAGE]
    remember(
        request,
        audit.Action.OPENED_LIST,
        "list_sending",
        sending.pk,
        now,
        entries=len(shown),
        of=len(copies),
        list=sending.list_code,
    )
    return render(
        request,
        "lists/received_one.html",
        {
            "nav": "lists",
            "now": now,
            "line": line,
            "sending": sending,
            "state": state_tag(line),
            "month": month_text(sending.period),
            "title": f"{sending.get_list_code_display()}名單",
            "basis": basis_text(ListCode(sending.list_code)),
            "at_once": sending.list_code == ListCode.MISSING_CHILD,
            "table": copies_table(
                shown,
                fields,
                f"{sending.get_list_code_display()}名單",
                _pages_of(request, shown),
                returns_of(shown),
            ),
            "pages": pages,
        },
    )


@require_POST
@sign_in_required
def receipt(request: MemberRequest, sending_id: int) -> HttpResponse:
    """Receipt a list."""
    access = require(request, Permission.RECEIPT_LISTS)
    try:
        receipt_list(
            sending_id=sending_id,
            by=access,
            by_name=member_name(request),
            now=this_moment(),
        )
    except SendingError as error:
        messages.error(request, str(error))
        return redirect("lists-received")
    messages.success(request, "已簽收。請依職掌處理，並於期限前辦理。")
    return redirect("list-received", sending_id=sending_id)


@require_GET
@sign_in_required
def as_file(request: MemberRequest, sending_id: int, suffix: str) -> HttpResponse:
    """Exactly the unit's own copies as ODS, CSV or ODT."""
    require(request, Permission.RECEIPT_LISTS)
    line, copies = received_line(request, sending_id)
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


def received_line(request: MemberRequest, sending_id: int) -> tuple[SendingLine, list[SendingEntry]]:
    """A list that was sent to the member's unit, with the unit's copies. Raises Http404 for any other."""
    unit_id = request.access.unit_id or 0
    line = queries.received_one(sending_id, unit_id, this_moment())
    if line is None:
        raise Http404("sending")
    return line, [copy for copy in queries.copies(line.sending) if copy.unit_id == unit_id and copy.sent_at]


def _pages_of(request: MemberRequest, copies: list[SendingEntry]) -> dict[int, str]:
    """Household to its page, where the member may open households and the unit's leave still stands."""
    if not may(request, Permission.OPEN_HOUSEHOLDS):
        return {}
    open_to_us = queries.open_households({copy.household_id for copy in copies})
    try:
        return {household: reverse("household", args=[household]) for household in open_to_us}
    except NoReverseMatch:
        return {}
