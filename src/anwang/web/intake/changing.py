"""補充、更正、移除, 認定是誰, 通報人: what is done with a report after it came in."""

from __future__ import annotations

from collections.abc import Mapping
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
from anwang.services.intake.actions import (
    ReportError,
    add_to_report,
    decide_match,
    open_reporter,
    withdraw_person,
)
from anwang.services.intake.persons import shown_name
from anwang.services.intake.queries import PersonLine, ReportView, Standpoint
from anwang.services.intake.report_form import PersonForm
from anwang.services.intake.vocabulary import ReportRole
from anwang.web.components import Field
from anwang.web.drafts import Drafts
from anwang.web.reading import row_number

from .deeds import fields_sent, read_files
from .form_fields import form_view
from .matching import ShownMatches, matches_of
from .one import note_opened, view_or_404
from .typed import Typed, TypedPerson, new_key, read_typed


def _desk_view(request: MemberRequest, report_id: int) -> ReportView:
    """The report, where the desk reads it. Raises Http404 for everybody else."""
    view = view_or_404(request, report_id)
    if view.standpoint is not Standpoint.DESK:
        raise Http404("report")
    return view


# ---- 補充 --------------------------------------------------------------------------------------------------------


@sensitive_post_parameters()
@sign_in_required
@require_http_methods(["GET", "POST"])
def add(request: MemberRequest, report_id: int) -> HttpResponse:
    """Words, a person, files: by the desk or by the unit that reported."""
    view = view_or_404(request, report_id)
    if view.standpoint not in (Standpoint.DESK, Standpoint.REPORTED):
        raise Http404("report")
    drafts = Drafts.of(request, f"report-{report_id}-add")
    sent = fields_sent(request) if request.method == "POST" else drafts.fields
    typed = read_typed(sent) if sent else _nobody()
    text = (sent.get("text") or [""])[-1] if sent else ""
    problems: Mapping[str, str] = {}
    if request.method == "POST":
        files, wrong = read_files(request)
        problems = wrong
        if not problems:
            try:
                add_to_report(
                    report_id=report_id,
                    text=text,
                    persons=typed.forms,
                    attachments=files,
                    by=request.access,
                    by_name=request.user.name,
                    now=timezone.now(),
                )
            except ReportError as error:
                problems = error.problems
            else:
                drafts.finish(request)
                messages.success(request, "已補充。")
                return redirect("report", report_id=report_id)
    field = Field(
        "text", "補充的內容", kind="textarea", value=text, rows=5, required=False,
        hint="後來才知道的事。原來寫的不會更動。", error=problems.get("text", ""),
    )  # fmt: skip
    shown = form_view(typed, problems)
    return render(
        request,
        "intake/add.html",
        {
            "nav": "reports",
            "it": view.report,
            "field": field,
            "row": shown.rows[0],
            "errors": [field, *shown.errors],
            "loose": [told for name, told in problems.items() if name in ("", "files")],
            "file_error": problems.get("files", ""),
            "draft": drafts,
            "is_typed": request.method == "POST",
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
    )


def _nobody() -> Typed:
    typed = read_typed({})
    row = TypedPerson(new_key(), PersonForm(role=ReportRole.FAMILY))
    return Typed(typed.texts, typed.lists, (row,))


# ---- 是誰 --------------------------------------------------------------------------------------------------------


def _line_of(view: ReportView, number: int) -> PersonLine:
    line = next((each for each in view.persons if each.row.number == number), None)
    if line is None or line.row.record_id is None:
        raise Http404("person")
    return line


@sign_in_required
@require_http_methods(["GET", "POST"])
def who(request: MemberRequest, report_id: int, number: int) -> HttpResponse:
    """Who a person of the report may be; the desk says it is somebody of those, or none. A part of the page where
    script asks for it, else a page of its own."""
    view = _desk_view(request, report_id)
    line = _line_of(view, number)
    shown = _matches(request, view, line)
    if request.method == "POST":
        person_id = row_number(request.POST.get("person", ""))
        if person_id is not None and person_id not in {each.match.person_id for each in shown.persons}:
            messages.error(request, "這個人已經不在可能的名單中，請重新選擇。")
            return redirect("report-who", report_id=report_id, number=number)
        try:
            decide_match(
                report_id=report_id,
                number=number,
                person_id=person_id,
                by=request.access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except ReportError as error:
            messages.error(request, str(error))
        else:
            said = "已認定是同一人，先前的通報與服務都會帶出來。" if person_id else "已記下：不是所列的人。"
            messages.success(request, said)
        return redirect("report", report_id=report_id)
    part = request.headers.get("HX-Request") == "true"
    if not part:  # a part of the report's page, which was written down, shows nobody of the report
        note_opened(request, view, [line])
    return render(
        request,
        "intake/who_part.html" if part else "intake/who.html",
        {
            "nav": "reports",
            "it": view.report,
            "number": number,
            "name": shown_name(line.record),
            "shown": shown,
        },
    )


def _matches(request: MemberRequest, view: ReportView, line: PersonLine) -> ShownMatches:
    first = next((each for each in view.persons if each.row.role == ReportRole.SUBJECT), None)
    return matches_of(
        request,
        line.form,
        now=timezone.now(),
        number=f"{view.report.number}-{line.row.number}",
        besides=view.report.pk,
        head=None if first is None or first is line else first.form,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, report_id: int, number: int) -> HttpResponse:
    """Take somebody out of the report, with a reason."""
    view = _desk_view(request, report_id)
    line = next((each for each in view.persons if each.row.number == number), None)
    if line is None:
        raise Http404("person")
    note_opened(request, view, [line])
    reason, problem = request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            withdraw_person(
                report_id=report_id,
                number=number,
                reason=reason,
                by=request.access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except ReportError as error:
            problem = str(error)
        else:
            messages.success(request, f"已移除第 {number} 人；紀錄仍保留在歷程中。")
            return redirect("report", report_id=report_id)
    return _asked(
        request, view, "intake/remove.html", reason, problem, name=shown_name(line.record), number=number
    )


# ---- 通報人 ------------------------------------------------------------------------------------------------------


@sensitive_post_parameters()
@sign_in_required
@require_http_methods(["GET", "POST"])
def reporter(request: MemberRequest, report_id: int) -> HttpResponse:
    """Who reported: shown on the answer to a stated reason alone, kept in no address and no cache."""
    require(request, Permission.OPEN_REPORTER)
    view = _desk_view(request, report_id)
    reason, problem, found = request.POST.get("reason", ""), "", None
    if request.method == "POST":
        try:
            found = open_reporter(
                report_id=report_id,
                reason=reason,
                by=request.access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except ReportError as error:
            problem = str(error)
    return _asked(request, view, "intake/reporter.html", reason, problem, found=found)


def _asked(
    request: MemberRequest, view: ReportView, template: str, reason: str, problem: str, **more: object
) -> HttpResponse:
    """A page that asks for a reason before it does something."""
    field = Field(
        "reason", "理由", value=reason, error=problem, hint="至少 5 個字，會留在紀錄裡。", autofocus=True
    )
    return render(
        request,
        template,
        {"nav": "reports", "it": view.report, "field": field, "errors": [field], **more},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
    )
