"""回復通報人: the reporter who asked for it was told, or could not be reached."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.services.intake.actions import ReportError, record_reply
from anwang.services.intake.queries import Standpoint
from anwang.services.intake.reply_rules import ReplyGiven, ReplyHow, ReplyOutcome
from anwang.services.intake.replying import reply_due
from anwang.web.clocks import moment_text
from anwang.web.components import Choice, Field
from anwang.web.reading import read_moment

from .one import view_or_404

_SAID = {
    ReplyOutcome.REPLIED: "已記下回復。",
    ReplyOutcome.TRIED: "已記下；期限照常進行。",
    ReplyOutcome.UNREACHABLE: "已記下；不再提醒回復。",
}


@sensitive_post_parameters()
@sign_in_required
@require_http_methods(["GET", "POST"])
def reply(request: MemberRequest, report_id: int) -> HttpResponse:
    """How, when and with what result; never what the report says."""
    access = require(request, Permission.OPEN_REPORTER)
    view = view_or_404(request, report_id)
    if view.standpoint is not Standpoint.DESK:
        raise Http404("report")
    now = timezone.now()
    typed = {name: request.POST.get(name, "").strip() for name in ("outcome", "how", "at", "text")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        given = ReplyGiven(
            ReplyOutcome(typed["outcome"]) if typed["outcome"] in set(ReplyOutcome) else None,
            ReplyHow(typed["how"]) if typed["how"] in set(ReplyHow) else None,
            read_moment(typed["at"]),
            typed["text"],
        )
        try:
            made = record_reply(
                report_id=report_id, given=given, by=access, by_name=request.user.name, now=now
            )
        except ReportError as error:
            problems = dict(error.problems)
            if not set(problems) & set(typed):
                messages.error(request, str(error))
                return redirect("report", report_id=report_id)
        else:
            messages.success(request, _SAID[ReplyOutcome(made.outcome)])
            return redirect("report", report_id=report_id)
    else:
        if reply_due(report_id) is None:
            messages.info(request, "這件通報沒有要回復的，或已經回復。")
            return redirect("report", report_id=report_id)
        typed["at"] = moment_text(now)
    fields = [
        Field("outcome", "結果", kind="radios", value=typed["outcome"], error=problems.get("outcome", ""),
              choices=[Choice(each.value, each.label) for each in ReplyOutcome]),
        Field("how", "方式", kind="radios", value=typed["how"], error=problems.get("how", ""),
              choices=[Choice(each.value, each.label) for each in ReplyHow]),
        Field("at", "時間", value=typed["at"], error=problems.get("at", ""), width=18,
              hint="例如 115/3/1 14:30；先填現在。", autocomplete="off"),
        Field("text", "概要", kind="textarea", rows=3, value=typed["text"], error=problems.get("text", ""),
              hint="例如「已告知由社工處理中」；沒有聯絡上的寫試了什麼。不寫通報人與案家的資料。"),
    ]  # fmt: skip
    return render(
        request,
        "intake/reply.html",
        {"nav": "reports", "it": view.report, "fields": fields},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
    )
