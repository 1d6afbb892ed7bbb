"""新通報: the report form. One page for the whole telephone call; every button is a POST that gives the form back.

A draft is kept under the address's own key, which is also the key under which the report is sent: sent twice it is one.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import IO, cast

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
from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.attachments import CheckedFile, checked_attachment
from anwang.platform.files.refused import FileRefused
from anwang.services.intake.actions import AlreadySubmitted, ReportError, submit_report
from anwang.services.intake.completeness import completeness
from anwang.services.intake.fields import PERSON_FIELD, Section
from anwang.services.intake.report_form import PersonForm
from anwang.services.intake.rules import MOST_PERSONS
from anwang.services.intake.vocabulary import Channel, MandatedKind, ReporterKind, ReportRole
from anwang.web.drafts import Drafts

from .form_fields import form_view, gap_links, whys
from .matching import ShownMatches, is_desk, known_form, matches_of
from .steps import Step, at_start, finish, kept_step
from .typed import Fields, Typed, TypedPerson, moment_typed, new_key, read_typed

MOST_LOOKED_UP = 8
"""Rows whose matches one answer shows at most; the others are looked up when they come into view."""
MOST_FILES = 10
_DROP = re.compile(r"^drop-([a-z0-9]{1,12})$")
_WHO = re.compile(r"^who-([a-z0-9]{1,12})-(\d{1,17})$")
_MANDATED = {
    "social": MandatedKind.SOCIAL_WORK, "health": MandatedKind.MEDICAL, "police": MandatedKind.POLICE,
    "education": MandatedKind.EDUCATION, "labour": MandatedKind.LABOUR,
    "civil": MandatedKind.HOUSEHOLD_REGISTRATION,
}  # fmt: skip


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
            return _answer(
                cast(MemberRequest, request), key, None, typed, status=status, signed_out=signed_out
            )
    return _form(request, key)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@sign_in_required
def _form(request: MemberRequest, key: str) -> HttpResponse:
    require(request, Permission.ENTER_REPORTS)
    drafts = Drafts.of(request, f"report-new-{key}")
    if request.method == "GET":
        typed = read_typed(drafts.fields) if drafts.fields else _fresh(request)
        return _answer(request, key, drafts, typed, step=at_start(drafts))
    typed = read_typed(fields_sent(request))
    deed = request.POST.get("do", "check")
    if deed == "submit":
        return _submit(request, key, drafts, typed)
    if request.FILES:
        messages.warning(request, "剛選的附件沒有留下，請在送出前再選一次。")
    focus = ""
    if deed == "person":
        typed, focus = _with_row(typed)
    elif found := _DROP.match(deed):
        typed = replace(typed, persons=tuple(row for row in typed.persons if row.key != found[1]))
        typed = typed if typed.persons else _with_row(typed)[0]
    elif found := _WHO.match(deed):
        typed, focus = _chosen(request, typed, found[1], int(found[2])), found[1]
    shown = _looked_up(request, typed) if deed == "check" else {}
    step = kept_step(request, drafts, typed.fields())
    return _answer(request, key, drafts, typed, focus=focus, shown=shown, step=step)


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
        shown = matches_of(request, person.form, now=timezone.now(), head=_head(typed, person))
    return render(request, "intake/matches.html", {"shown": shown, "key": row})


@sensitive_post_parameters()
@sign_in_required
@require_POST
def check(request: MemberRequest, key: str) -> HttpResponse:
    """Is it complete enough to dispatch? While it is typed: a part of the page."""
    require(request, Permission.ENTER_REPORTS)
    return render(request, "intake/check.html", _completeness(read_typed(fields_sent(request))))


# ---- what stands in the form -------------------------------------------------------------------------------------


def fields_sent(request: HttpRequest) -> Fields:
    """The names and values of the form's inputs, in the order of the page."""
    return {name: [str(value) for value in values] for name, values in request.POST.lists()}


def _fresh(request: MemberRequest) -> Typed:
    """An empty form with what is known without asking: the time, and of another unit who reports."""
    now = timezone.now()
    texts = {"received_at": moment_typed(now), "channel": "", "reporter_kind": ""}
    if not is_desk(request):
        unit = Unit.objects.select_related("agency").get(pk=request.access.unit_id or 0)
        texts |= {
            "channel": Channel.WEB.value,
            "reporter_kind": ReporterKind.MANDATED.value,
            "mandated_kind": _MANDATED.get(unit.agency.code, MandatedKind.OTHER).value,
            "reporter_name": request.user.name,
            "reporter_phone": request.user.phone or unit.phone,
            "reporter_workplace": unit.name,
        }
    typed = read_typed({name: [value] for name, value in texts.items()})
    return typed.marked(texts)


def _with_row(typed: Typed) -> tuple[Typed, str]:
    """A further row: family who live there, once there is somebody who needs help."""
    if len(typed.persons) >= MOST_PERSONS:
        return typed, ""
    has_subject = any(row.form.role == ReportRole.SUBJECT for row in typed.persons)
    role = ReportRole.FAMILY if has_subject else ReportRole.SUBJECT
    fresh = TypedPerson(new_key(), PersonForm(role=role))
    return replace(typed, persons=(*typed.persons, fresh)), fresh.key


def _head(typed: Typed, person: TypedPerson) -> PersonForm | None:
    """The first subject, to whom relations are said; None for themselves."""
    first = next((row for row in typed.said if row.form.role == ReportRole.SUBJECT), None)
    return None if first is None or first.key == person.key else first.form


def _chosen(request: MemberRequest, typed: Typed, key: str, person_id: int) -> Typed:
    """「是同一人」: only who was shown for this row can be chosen; what the unit knows of them fills the gaps."""
    row = typed.row(key)
    if row is None:
        return typed
    now = timezone.now()
    shown = matches_of(request, replace(row.form, person_id=None), now=now, head=_head(typed, row))
    match = next((each for each in shown.persons if each.match.person_id == person_id), None)
    if match is None:
        messages.error(request, "填寫的資料改變後，這個人已經不在可能的名單中，請重新選擇。")
        return typed
    filled = replace(known_form(request, person_id, row.form, now), person_id=person_id)
    gained = {
        row.prefix + name: getattr(filled, name)
        for name in PERSON_FIELD
        if getattr(filled, name) != getattr(row.form, name)
    }
    return typed.with_person(key, filled, match.label).marked(gained)


def _looked_up(request: MemberRequest, typed: Typed) -> dict[str, ShownMatches]:
    rows = [row for row in typed.said if row.form.person_id is None][:MOST_LOOKED_UP]
    now = timezone.now()
    return {row.key: matches_of(request, row.form, now=now, head=_head(typed, row)) for row in rows}


# ---- sending -----------------------------------------------------------------------------------------------------


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
            return _answer(request, key, drafts, typed, problems={"": sent}, step=step)
        except ReportError as error:
            problem = dict(error.problems)
        else:
            finish(drafts, step)
            messages.success(request, f"已受理，編號 {report.number}。")
            return redirect("report", report_id=report.pk)
    if request.FILES:
        messages.warning(request, "通報還沒有送出；附件請在送出前再選一次。")
    return _answer(request, key, drafts, typed, problems=problem, step=step)


def read_files(request: HttpRequest) -> tuple[list[CheckedFile], dict[str, str]]:
    """The files that came along, checked; or what is wrong with one of them."""
    given = request.FILES.getlist("files")
    if len(given) > MOST_FILES:
        return [], {"files": f"一次最多 {MOST_FILES} 個附件，其餘請在送出後用「補充」加入。"}
    found = []
    for each in given:
        try:
            found.append(checked_attachment(each.name or "附件", cast(IO[bytes], each)))
        except FileRefused as error:
            return [], {"files": f"「{each.name}」：{error}"}
    return found, {}


# ---- the page ----------------------------------------------------------------------------------------------------


def _completeness(typed: Typed) -> dict[str, object]:
    found = completeness(typed.report, typed.forms)
    return {"found": found, "links": gap_links(found, typed)}


def _answer(
    request: MemberRequest,
    key: str,
    drafts: Drafts | None,
    typed: Typed,
    *,
    problems: Mapping[str, str] | None = None,
    focus: str = "",
    shown: Mapping[str, ShownMatches] | None = None,
    step: Step | None = None,
    signed_out: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    problems = problems or {}
    view = form_view(typed, problems, focus=focus)
    loose = [text for name, text in problems.items() if name in ("", "files")]
    return render(
        request,
        "intake/new.html",
        {
            "nav": "reports",
            "key": key,
            "view": view,
            "rows": [(row, (shown or {}).get(row.key)) for row in view.rows],
            "errors": view.errors,
            "loose": loose,
            "file_error": problems.get("files", ""),
            "whys": {section.value: whys(section) for section in Section},
            "titles": {section.value: section.label for section in Section},
            "draft": drafts,
            "signed_out": signed_out,
            "step": step,
            "may_add": len(typed.persons) < MOST_PERSONS,
            "most": MOST_PERSONS,
            **_completeness(typed),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else status,
    )
