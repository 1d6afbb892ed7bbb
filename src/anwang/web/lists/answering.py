"""What the office does with what a unit gave back: send it again, send it elsewhere, or close it, with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.network.cocases import queries
from anwang.network.cocases.actions import Answered, SendingError, answer_returns
from anwang.network.cocases.documents import month_text
from anwang.network.cocases.models import ListSending
from anwang.network.cocases.redirecting import units_that_may_take
from anwang.network.cocases.returning import ReturnOutcome, text_problem
from anwang.platform import audit
from anwang.web.components import Choice, Field
from anwang.web.reading import row_number, row_numbers

from .answers import as_office, member_name, remember, this_moment
from .copies import history
from .giving_back import who
from .sending import office_line

_HINTS = {
    ReturnOutcome.AGAIN: "仍請該單位處理；會重新要求簽收。",
    ReturnOutcome.ELSEWHERE: "放入另一個單位的名單，看過後再送出。",
    ReturnOutcome.CLOSED: "不再送出；理由會留下紀錄。",
}


@sign_in_required
@require_http_methods(["GET", "POST"])
def answer(request: MemberRequest, sending_id: int) -> HttpResponse:
    """What a unit gave back of a list, and the form that answers it."""
    require(request, Permission.SEND_LISTS)
    access = as_office(request)
    line, _ = office_line(sending_id)
    now = this_moment()
    chosen = request.POST.getlist("returns")
    outcome, to_unit = request.POST.get("outcome", ""), request.POST.get("to_unit", "")
    text = request.POST.get("text", "").strip()
    problems: dict[str, str] = {}
    errors: list[str] = []
    if request.method == "POST":
        problems = _problems(chosen, outcome, to_unit, text)
        if not problems:
            try:
                answered = answer_returns(
                    sending_id=sending_id,
                    return_ids=row_numbers(chosen),
                    outcome=outcome,
                    to_unit_id=row_number(to_unit),
                    text=text,
                    by=access,
                    by_name=member_name(request),
                    now=now,
                )
            except SendingError as error:
                errors.append(str(error))
            else:
                return _done(request, line.sending, answered, outcome)
    returns = queries.open_returns(line.sending)
    remember(request, audit.Action.OPENED_LIST, "list_sending", sending_id, now, entries=len(returns))
    ticked = chosen if request.method == "POST" else [str(row.pk) for row in returns]
    units = units_that_may_take(line.sending, timezone.localdate(now))
    fields = [
        Field(
            "returns",
            "退回的列",
            kind="checkboxes",
            values=ticked,
            error=problems.get("returns", ""),
            choices=[Choice(str(row.pk), who(row.copy), "；".join(history(row))) for row in returns],
        ),
        Field(
            "outcome",
            "如何處理",
            kind="radios",
            value=outcome,
            error=problems.get("outcome", ""),
            choices=[Choice(each.value, each.label, _HINTS[each]) for each in ReturnOutcome],
        ),
        Field(
            "to_unit",
            "改送的單位",
            kind="select",
            value=to_unit,
            error=problems.get("to_unit", ""),
            hint="選「改送其他單位」時必填。只列業務上可以看這份名單的單位。",
            choices=[Choice("", "請選擇"), *(Choice(str(unit.pk), unit.name) for unit in units)],
        ),
        Field(
            "text",
            "理由",
            kind="textarea",
            value=text,
            rows=3,
            error=problems.get("text", ""),
            hint="至少 5 個字。退回的單位看得到。",
        ),
    ]
    return render(
        request,
        "lists/returns.html",
        {
            "nav": "lists",
            "now": now,
            "line": line,
            "sending": line.sending,
            "title": f"{month_text(line.sending.period)}{line.sending.get_list_code_display()}名單",
            "fields": fields if returns else [],
            "errors": errors,
            "number": len(returns),
        },
        status=422 if problems or errors else 200,
    )


def _problems(chosen: list[str], outcome: str, to_unit: str, text: str) -> dict[str, str]:
    found = {
        "returns": "" if chosen else "請勾選要處理的列。",
        "outcome": "" if outcome in set(ReturnOutcome) else "請選擇如何處理。",
        "to_unit": "請選擇要改送的單位。" if outcome == ReturnOutcome.ELSEWHERE and not to_unit else "",
        "text": text_problem(text),
    }
    return {name: problem for name, problem in found.items() if problem}


def _done(request: MemberRequest, sending: ListSending, answered: Answered, outcome: str) -> HttpResponse:
    if answered.sending_id is not None:
        messages.success(request, f"{answered.number} 筆已放入這個單位的名單，請看過後送出。")
        return redirect("list-sending", sending_id=answered.sending_id)
    deed = f"已再送{sending.unit.name}，等候簽收" if outcome == ReturnOutcome.AGAIN else "已結案，不再送出"
    messages.success(request, f"{answered.number} 筆{deed}。")
    return redirect("list-sending", sending_id=sending.pk)
