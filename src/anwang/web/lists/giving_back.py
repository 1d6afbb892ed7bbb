"""退回: a receiving unit gives back a list, or some of its entries, with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.network.cocases import queries
from anwang.network.cocases.actions import SendingError, return_entries
from anwang.network.cocases.documents import month_text
from anwang.network.cocases.models import SendingEntry
from anwang.network.cocases.returning import return_problems, return_reasons
from anwang.platform import audit
from anwang.platform.county_policy import policy_in_force
from anwang.web.components import Choice, Field
from anwang.web.reading import row_numbers

from .answers import member_name, remember, this_moment
from .receiving import received_line

WHOLE, SOME = "whole", "some"


@sign_in_required
@require_http_methods(["GET", "POST"])
def give_back(request: MemberRequest, sending_id: int) -> HttpResponse:
    """The form with what the unit holds of the list; nothing is given back before it is sent off."""
    access = require(request, Permission.RECEIPT_LISTS)
    line, _ = received_line(request, sending_id)
    held = queries.held_copies(line.sending)
    if not held or line.sending.receipted_at is not None:
        messages.error(request, "這份名單已經簽收或整份退回，沒有可以退回的列。")
        return redirect("list-received", sending_id=sending_id)
    now, policy = this_moment(), policy_in_force()
    today = timezone.localdate(now)
    scope = request.POST.get("scope", WHOLE if len(held) == 1 else "")
    chosen = request.POST.getlist("entries")
    reason, text = request.POST.get("reason", ""), request.POST.get("text", "").strip()
    problems: dict[str, str] = {}
    errors: list[str] = []
    if request.method == "POST":
        problems = _scope_problems(scope, chosen) | return_problems(reason, text, policy=policy, on=today)
        if not problems:
            copies = None if scope == WHOLE else row_numbers(chosen)
            try:
                number = return_entries(
                    sending_id=sending_id,
                    copy_ids=copies,
                    reason=reason,
                    text=text,
                    by=access,
                    by_name=member_name(request),
                    now=now,
                )
            except SendingError as error:
                errors.append(str(error))
            else:
                messages.success(request, f"已退回 {number} 筆，社會處名單承辦會處理。")
                return redirect("list-received", sending_id=sending_id)
    remember(request, audit.Action.OPENED_LIST, "list_sending", sending_id, now, entries=len(held))
    fields = [
        *_scope_fields(held, scope, chosen, problems),
        Field(
            "reason",
            "原因",
            kind="radios",
            value=reason,
            error=problems.get("reason", ""),
            choices=[Choice(each.value, each.label) for each in return_reasons(policy=policy, on=today)],
        ),
        Field(
            "text",
            "說明",
            kind="textarea",
            value=text,
            rows=3,
            required=False,
            error=problems.get("text", ""),
            hint="例如應送的單位、已遷往何處。選「其他」時必填。",
        ),
    ]
    return render(
        request,
        "lists/return.html",
        {
            "nav": "lists",
            "sending": line.sending,
            "title": f"{month_text(line.sending.period)}{line.sending.get_list_code_display()}名單",
            "fields": fields,
            "errors": errors,
            "only": held[0].shown.get("name", "") if len(held) == 1 else "",
        },
        status=422 if problems or errors else 200,
    )


def _scope_problems(scope: str, chosen: Sequence[str]) -> dict[str, str]:
    if scope not in {WHOLE, SOME}:
        return {"scope": "請選擇退回整份，還是其中幾列。"}
    if scope == SOME and not chosen:
        return {"entries": "請勾選要退回的列。"}
    return {}


def _scope_fields(
    held: Sequence[SendingEntry], scope: str, chosen: Sequence[str], problems: dict[str, str]
) -> list[Field]:
    if len(held) == 1:
        return []
    return [
        Field(
            "scope",
            "退回哪些",
            kind="radios",
            value=scope,
            error=problems.get("scope", ""),
            choices=[Choice(WHOLE, f"整份名單（{len(held)} 筆）"), Choice(SOME, "只退下面勾選的列")],
        ),
        Field(
            "entries",
            "名單上的列",
            kind="checkboxes",
            values=chosen,
            error=problems.get("entries", ""),
            choices=[Choice(str(copy.pk), who(copy), about(copy)) for copy in held],
        ),
    ]


def who(copy: SendingEntry) -> str:
    """Whom a copy is about."""
    return str(copy.shown.get("name", "")) or "（姓名不詳）"


def about(copy: SendingEntry) -> str:
    """What tells two of one name apart, as far as the unit's copy shows it."""
    return "・".join(filter(None, (copy.shown.get("birth", ""), copy.shown.get("address", ""))))
