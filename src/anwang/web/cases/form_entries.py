"""表單: the programme's own forms on a case, filled in, read, corrected and printed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.drafts import KeptDraft
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import NoSuchCase, NotAccepted, fill_form
from anwang.services.cases.filling import FormOnCase, begins_from, entry_on, form_of, forms_on, start_of
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.queries import CaseView
from anwang.services.programs import forms
from anwang.services.programs.codes import About
from anwang.services.programs.forms import Prefilled, Typed
from anwang.services.programs.programme import Form
from anwang.services.programs.queries import Entry
from anwang.web.clocks import moment_text
from anwang.web.components import Cell, Column, Row, Table
from anwang.web.drafts import Drafts, revision_of, tab_of
from anwang.web.programs.drafted import drafted, keep_typed
from anwang.web.programs.rendering import Step, posted, rendered, step
from anwang.web.reading import row_number

from .assessments import known_facts
from .reading import NAV, new_key, opened, sent_off

_COLUMNS = (
    Column("表單"),
    Column("填寫紀錄"),
    Column("", narrow=True),
)


@sign_in_required
@require_GET
def forms_of_case(request: MemberRequest, case_id: int) -> HttpResponse:
    """The programme's forms with what was filled in."""
    view = opened(request, case_id)
    rows = [_row(view, each) for each in forms_on(view.case)]
    return render(
        request,
        "cases/forms.html",
        {"nav": NAV, "it": view, "table": Table("方案的表單", _COLUMNS, rows, hide_caption=True)},
    )


def _row(view: CaseView, each: FormOnCase) -> Row:
    latest = each.entries[0] if each.entries else None
    filled = (
        Cell(
            f"{moment_text(latest.row.entered_at)} {latest.row.entered_by_name}",
            sub="・".join(
                filter(
                    None,
                    (
                        _whom(view, latest.row.about_number),
                        f"共 {len(each.entries)} 份" if len(each.entries) > 1 else "",
                    ),
                )
            ),
            href=reverse("case-form-entry", args=[view.case.pk, latest.row.pk]),
        )
        if latest
        else "還沒有填寫"
    )
    fill_in = (
        Cell("填寫", href=reverse("case-form", args=[view.case.pk, each.form.id]))
        if view.case.closed_at is None
        else ""
    )
    return Row(
        (Cell(each.form.label, sub=f"{each.form.kind.label}・{each.form.about.label}"), filled, fill_in)
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def fill(request: MemberRequest, case_id: int, form_id: str) -> HttpResponse:
    """A form to fill in; what is known stands in it already."""
    view = opened(request, case_id)
    return _fill(request, view, _form(view, form_id), None)


@sign_in_required
@require_http_methods(["GET", "POST"])
def correct(request: MemberRequest, case_id: int, entry_id: int) -> HttpResponse:
    """A filled form to correct: a further entry stands in its place, the old one stays readable."""
    view = opened(request, case_id)
    found = _entry(view, entry_id)
    if found.is_corrected:
        messages.error(request, "這一份已更正過，請看更正後的內容。")
        return redirect("case-form-entry", case_id=case_id, entry_id=entry_id)
    return _fill(request, view, _form(view, found.row.form), found)


def _fill(request: MemberRequest, view: CaseView, form: Form, old: Entry | None) -> HttpResponse:
    access, now = require(request, Permission.WORK_CASES), timezone.now()
    member = _member(request, view, form, old)
    today = timezone.localdate(now)
    # Of somebody who was not named nothing is known.
    facts = known_facts(view, member or 0) if member or form.about is not About.PERSON else {}
    start = start_of(view.case, form, facts, today, member)
    if request.method == "GET":
        draft = Drafts.of(request, _draft(view, form, member)) if old is None else None
        if (shown := old or begins_from(view.case, form, member)) is not None:
            _note_read(request, view, shown)
        typed = forms.typed_of(form, old.content) if old else start.typed
        kept = draft.kept if draft else None
        typed = drafted(form, kept.fields, start.typed) if kept else typed
        return _page(request, view, form, old, member, typed, {}, start, new_key(), kept=kept)
    key = request.POST.get("key", "")[:64]
    other = row_number(request.POST.get("about", ""))
    if other in _may_be_about(view, form):
        if old is None:
            name, back = _draft(view, form, member), f"{request.path}?{urlencode({'member': other})}"
            return redirect(keep_typed(request, name, form, now=now, back=back))
        # The correction is about somebody else: what is typed in it is that person's.
        return _page(request, view, form, old, other, posted(form, request.POST), {}, start, key)
    taken = step(form, request.POST, today)
    errors = dict(taken.errors)
    if taken.is_done:
        try:
            made = fill_form(
                case_id=view.case.pk,
                form_id=form.id,
                typed=taken.typed,
                facts=facts,
                member=member,
                corrects_id=old.row.pk if old else None,
                client_key=key,
                by=access,
                by_name=request.user.name,
                now=now,
            )
        except NoSuchCase as error:
            raise Http404("form") from error
        except NotAccepted as error:
            errors = error.problems
        except NotPossible as error:
            errors = {"": str(error)}
        else:
            if old is None:  # a correction has no draft; that of a form which is being filled in stays
                sent_off(request, _draft(view, form, member))
            messages.success(request, f"已存「{form.label}」。")
            return redirect("case-form-entry", case_id=view.case.pk, entry_id=made.pk)
    return _page(request, view, form, old, member, taken.typed, errors, start, key, taken)


def _may_be_about(view: CaseView, form: Form) -> set[int]:
    return {each.number for each in view.members} if form.about is About.PERSON else set()


def _member(request: MemberRequest, view: CaseView, form: Form, old: Entry | None) -> int | None:
    """Whom of the case a form of a person is about: who was chosen, whom the corrected one is about, or the client. One
    from before forms said it stays about nobody named, unless somebody is chosen: to guess would make it the client's."""
    known = _may_be_about(view, form)
    asked = request.POST if request.method == "POST" else request.GET
    client = view.client.number if view.client else None
    otherwise = old.row.about_number if old else client
    chosen = row_number(asked.get("member", ""))
    return next((number for number in (chosen, otherwise) if number in known), None)


def _whom(view: CaseView, number: int | None) -> str:
    """The name of a member in the case, or what is known instead; "" for none."""
    found = next((each for each in view.members if each.number == number), None)
    return (found.name or found.relation or found.get_role_display()) if found else ""


def _page(
    request: MemberRequest,
    view: CaseView,
    form: Form,
    old: Entry | None,
    member: int | None,
    typed: Typed,
    errors: Mapping[str, str],
    start: Prefilled,
    key: str,
    taken: Step | None = None,
    kept: KeptDraft | None = None,
) -> HttpResponse:
    """`kept`: the draft that stands in the form already, so that it is there without script too."""
    remarks = taken.checked.remarks if taken else {}
    return render(
        request,
        "cases/form_fill.html",
        {
            "nav": NAV,
            "it": view,
            "form_label": form.label,
            "form_note": form.note,
            "form": rendered(form, typed, errors=errors, remarks=remarks, start=None if old else start),
            "refused": errors.get("", ""),
            "opened": bool(taken and taken.opened),
            "old": old,
            "key": key,
            "draft": _draft(view, form, member),
            "kept": kept,
            # The script knows the revision by itself.
            "revision": kept.revision if kept else "" if tab_of(request) else revision_of(request) or "",
            "member": member,
            "about": _whom(view, member),
            "others": [
                (each.number, _whom(view, each.number))
                for each in view.present
                if each.number in _may_be_about(view, form) and each.number != member
            ],
            "is_typed": taken is not None,
        },
        status=422 if errors else 200,
    )


@sign_in_required
@require_GET
def entry(request: MemberRequest, case_id: int, entry_id: int) -> HttpResponse:
    """A filled form to read and to print; that it was opened is in the log."""
    view = opened(request, case_id)
    found = _entry(view, entry_id)
    corrected = entry_on(view.case, found.row.corrects_id) if found.row.corrects_id else None
    _note_read(request, view, found)
    others = next((each.entries for each in forms_on(view.case) if each.form.id == found.row.form), ())
    return render(
        request,
        "cases/form_entry.html",
        {
            "nav": NAV,
            "it": view,
            "entry": found,
            "about": _whom(view, found.row.about_number),
            "others": [
                (each, _whom(view, each.row.about_number)) for each in others if each.row.pk != entry_id
            ],
            "answers": forms.answers(found.form, found.content),
            "changes": forms.compare(found.form, corrected.content, found.content) if corrected else [],
            "may_correct": view.case.closed_at is None and not found.is_corrected,
        },
    )


def _note_read(request: MemberRequest, view: CaseView, found: Entry) -> None:
    audit.record(
        context=request.access,
        at=timezone.now(),
        action=audit.Action.OPENED_FORM,
        subject_kind=SUBJECT,
        subject_id=view.case.pk,
        member_name=request.user.name,
        detail={"entry": found.row.pk, "form": f"{found.row.programme}.{found.row.form}"},
    )


def _form(view: CaseView, form_id: str) -> Form:
    try:
        return form_of(view.programme, form_id)
    except NoSuchCase as error:
        raise Http404("form") from error


def _entry(view: CaseView, entry_id: int) -> Entry:
    found = entry_on(view.case, entry_id)
    if found is None:
        raise Http404("entry")
    return found


def _draft(view: CaseView, form: Form, member: int | None) -> str:
    """Each person's form is a draft of its own."""
    return f"case-{view.case.pk}-form-{form.id}" + (f"-{member}" if member is not None else "")
