"""新通報: the report form. One page for the whole telephone call; every button is a POST that gives the form back.

A draft is kept under the address's own key, which is also the key under which the report is sent: sent twice it is one.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.services.intake.actions import AlreadySubmitted, ReportError, submit_report
from anwang.web.drafts import Drafts

from .deeds import chosen, fields_sent, fresh, head_of, looked_up, read_files, taken, text_of_file, with_row
from .filling import offers
from .form_page import answer, completeness_of
from .matching import ShownMatches, matches_of
from .steps import at_start, finish, kept_step
from .typed import Typed, read_typed

_DROP = re.compile(r"^drop-([a-z0-9]{1,12})$")
_WHO = re.compile(r"^who-([a-z0-9]{1,12})-(\d{1,17})$")


@sign_in_required
@require_GET
def begin(request: MemberRequest) -> HttpResponse:
    """A new report has a key of its own before anything is typed."""
    require(request, Permission.ENTER_REPORTS)
    return redirect("report-new", key=secrets.token_hex(8))


class _Token(CsrfViewMiddleware):
    """Django's own check of the form's token, asked by the view: it says what is wrong and refuses nothing."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=HTTPStatus.FORBIDDEN)


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """The form, by its key: from the draft, or as it was just sent.

    Nothing typed is lost to a time-out, without script either. Who was signed out gets the form back with its text;
    signing in beside it gives a new token, so a form with the old one comes back once more, and does nothing else.
    """
    if request.method == "POST":
        signed_out = getattr(request, "access", None) is None
        if signed_out or _Token(_nothing).process_view(request, _nothing, (), {}) is not None:
            typed = read_typed(fields_sent(request))
            status = HTTPStatus.UNAUTHORIZED if signed_out else HTTPStatus.FORBIDDEN
            return answer(
                cast(MemberRequest, request),
                key,
                None,
                typed,
                text=request.POST.get("paste", ""),
                status=status,
                signed_out=signed_out,
            )
    return _form(request, key)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@sign_in_required
def _form(request: MemberRequest, key: str) -> HttpResponse:
    require(request, Permission.ENTER_REPORTS)
    drafts = Drafts.of(request, f"report-new-{key}")
    if request.method == "GET":
        typed = read_typed(drafts.fields) if drafts.fields else fresh(request)
        return answer(request, key, drafts, typed, step=at_start(drafts))
    typed = read_typed(fields_sent(request))
    deed = request.POST.get("do", "check")
    if deed == "submit":
        return _submit(request, key, drafts, typed)
    if request.FILES.getlist("files"):
        messages.warning(request, "剛選的附件沒有留下，請在送出前再選一次。")
    focus = ""
    text = request.POST.get("paste", "")
    if deed == "take":
        typed = taken(request, typed, text)
    elif deed == "read":
        text = text_of_file(request) or text
    if deed == "person":
        typed, focus = with_row(typed)
    elif drop := _DROP.match(deed):
        typed = replace(typed, persons=tuple(row for row in typed.persons if row.key != drop[1]))
        typed = typed if typed.persons else with_row(typed)[0]
    elif who := _WHO.match(deed):
        typed, focus = chosen(request, typed, who[1], int(who[2])), who[1]
    shown = looked_up(request, typed) if deed == "check" else {}
    step = kept_step(request, drafts, typed.fields())
    found = offers(text, typed) if deed in ("read", "take") and text.strip() else []
    if deed == "read" and not found:
        messages.warning(request, "沒有找到可以帶入的內容；請貼上文字，或換一份檔案。")
    return answer(request, key, drafts, typed, focus=focus, shown=shown, step=step, text=text, found=found)


@sensitive_post_parameters()
@sign_in_required
@require_POST
def matches(request: MemberRequest, key: str, row: str) -> HttpResponse:
    """Who the person in one row may be, while it is typed: a part of the page."""
    require(request, Permission.ENTER_REPORTS)
    typed = read_typed(fields_sent(request))
    person = typed.row(row)
    shown = ShownMatches()
    if person is not None and not person.form.is_blank and person.form.person_id is None:
        shown = matches_of(request, person.form, now=timezone.now(), head=head_of(typed, person))
    return render(request, "intake/matches.html", {"shown": shown, "key": row})


@sensitive_post_parameters()
@sign_in_required
@require_POST
def check(request: MemberRequest, key: str) -> HttpResponse:
    """Is it complete enough to dispatch? While it is typed: a part of the page."""
    require(request, Permission.ENTER_REPORTS)
    return render(request, "intake/check.html", completeness_of(read_typed(fields_sent(request))))


def _submit(request: MemberRequest, key: str, drafts: Drafts, typed: Typed) -> HttpResponse:
    step = kept_step(request, drafts, typed.fields())
    files, problem = read_files(request)
    if not typed.report.received_at and typed.texts.get("received_at", "").strip():
        problem["received_at"] = "讀不出收到的時間；請寫日期與時刻，例如 115/3/1 14:30。"
    if not typed.texts.get("received_at", "").strip():
        problem["received_at"] = "請輸入收到的時間，例如 115/3/1 14:30。"
    if not problem:
        try:
            report = submit_report(
                form=typed.report,
                persons=typed.forms,
                reporter=typed.reporter,
                attachments=files,
                client_key=key,
                by=request.access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except AlreadySubmitted as error:
            sent = format_html(
                '{} <a href="{}">開啟那一件</a>', error, reverse("report", args=[error.report_id])
            )
            return answer(request, key, drafts, typed, problems={"": sent}, step=step)
        except ReportError as error:
            problem = dict(error.problems)
        else:
            finish(drafts, step)
            messages.success(request, f"已受理，編號 {report.number}。")
            return redirect("report", report_id=report.pk)
    if request.FILES.getlist("files"):
        messages.warning(request, "通報還沒有送出；附件請在送出前再選一次。")
    return answer(request, key, drafts, typed, problems=problem, step=step)
