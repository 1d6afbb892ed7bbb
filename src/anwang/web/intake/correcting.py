"""更正: the desk corrects what a report says; two people at once meet the page that asks, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.services.intake.actions import ReportConflict, ReportError, correct_report
from anwang.services.intake.correcting import CORRECTABLE, values_of
from anwang.services.intake.fields import FIELD, PERSON_FIELD
from anwang.services.intake.persons import shown_name
from anwang.services.intake.queries import ReportView, Standpoint
from anwang.web.components import Field
from anwang.web.conflicts import FieldWords, FormWords, reconciled
from anwang.web.drafts import Drafts

from .form_fields import form_view
from .one import note_opened, view_or_404
from .typed import LISTS, Typed, read_typed

Values = dict[str, tuple[str, ...]]


@sensitive_post_parameters()
@sign_in_required
@require_http_methods(["GET", "POST"])
def correct(request: MemberRequest, report_id: int) -> HttpResponse:
    """The report as its form, to be corrected with a reason."""
    view = view_or_404(request, report_id)
    if view.standpoint is not Standpoint.DESK:
        raise Http404("report")
    note_opened(request, view, view.persons)
    it = view.report
    now_there = as_sent(values_of(it, [line.row for line in view.persons]))
    drafts = Drafts.of(request, f"report-{report_id}-correct")
    problems: Mapping[str, str] = {}
    sent: Mapping[str, tuple[str, ...]] = now_there
    revision = it.revision
    if request.method == "POST":
        merged = reconciled(request, current=now_there, revision=it.revision, form=_words(request, view))
        if isinstance(merged, HttpResponse):
            return merged
        sent = merged
        try:
            correct_report(
                report_id=report_id,
                revision=it.revision,
                changes=_changes(sent, now_there),
                reason=(sent.get("reason") or ("",))[-1],
                by=request.access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except ReportConflict as error:  # between reading and writing: the next press of the button asks
            problems = {"": str(error)}
        except ReportError as error:
            problems = error.problems
        else:
            drafts.finish(request)
            messages.success(request, "已更正；原來的內容留在歷程中。")
            return redirect("report", report_id=report_id)
    typed = read_typed(sent)
    shown = form_view(typed, _by_key(problems, typed))
    reason = Field(
        "reason", "更正的理由", value=(sent.get("reason") or ("",))[-1], error=problems.get("reason", ""),
        hint="例如：通報人來電更正。",
    )  # fmt: skip
    fields = [each for fields in shown.sections.values() for each in fields if each.name in CORRECTABLE]
    return render(
        request,
        "intake/correct.html",
        {
            "nav": "reports",
            "it": it,
            "fields": fields,
            "rows": shown.rows,
            "reason": reason,
            "errors": [
                reason,
                *(each for each in fields),
                *(each for row in shown.rows for each in row.fields),
            ],
            "loose": [text for name, text in problems.items() if not name],
            "revision": revision,
            "base": now_there,
            "draft": drafts,
            "is_typed": request.method == "POST",
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
    )


def as_sent(values: Mapping[str, Any]) -> Values:
    """Values of a report as its form would send them: nothing for a list without ticks."""
    return {
        name: tuple(value) if name in LISTS else (str(value),)
        for name, value in values.items()
        if name not in LISTS or value
    }


def _changes(sent: Mapping[str, tuple[str, ...]], there: Values) -> dict[str, Any]:
    """What the form says of the fields that can be corrected: persons' rows carry their own number."""
    found: dict[str, Any] = {}
    for name in (*CORRECTABLE, *there):
        if name in LISTS:
            found[name] = list(sent.get(name, ()))
        elif name in sent:
            found[name] = sent[name][-1]
    return found


def _by_key(problems: Mapping[str, str], typed: Typed) -> dict[str, str]:
    """Problems of a kept report speak of the rows' own numbers; the form counts places."""
    places = {row.key: place for place, row in enumerate(typed.said or typed.persons, 1)}
    found = {}
    for name, text in problems.items():
        kind, _, rest = name.partition("-")
        number, _, field = rest.partition("-")
        found[f"person-{places[number]}-{field}" if kind == "person" and number in places else name] = text
    return found


def _words(request: MemberRequest, view: ReportView) -> FormWords:
    words = {name: FieldWords(FIELD[name].label, is_text=name == "story") for name in CORRECTABLE}
    words["reason"] = FieldWords("更正的理由")
    groups = {}
    for line in view.persons:
        number = line.row.number
        groups[f"person-{number}"] = f"第 {number} 人：{shown_name(line.record)}"
        for name, each in PERSON_FIELD.items():
            words[f"person-{number}-{name}"] = FieldWords(each.label)
    last = view.changes[-1] if view.changes else None
    return FormWords(
        title=f"更正 {view.report.number}",
        back=reverse("report", args=[view.report.pk]),
        fields=words,
        groups=groups,
        theirs_by=last.by_name if last else "",
        theirs_at=last.at if last else None,
    )
