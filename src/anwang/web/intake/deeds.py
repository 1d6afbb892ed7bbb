"""What the buttons of the report form do to it before it is sent: rows, who somebody is, what a text says."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, cast

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.platform.attachments import CheckedFile, checked_attachment, limits_in_force
from anwang.platform.files.document_text import document_text
from anwang.platform.files.refused import FileRefused
from anwang.services.intake.fields import PERSON_FIELD
from anwang.services.intake.report_form import PersonForm
from anwang.services.intake.rules import MOST_PERSONS
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole
from anwang.standard.report_answers import MandatedKind
from anwang.web.clocks import moment_text

from .filling import filled
from .matching import ShownMatches, is_desk, known_form, matches_of
from .typed import Fields, Typed, TypedPerson, new_key, read_typed

MOST_LOOKED_UP = 8
"""Rows whose matches one answer shows at most; the others are looked up when they come into view."""
MOST_FILES = 10
_MANDATED = {
    "social": MandatedKind.SOCIAL_WORK, "health": MandatedKind.MEDICAL, "police": MandatedKind.POLICE,
    "education": MandatedKind.EDUCATION, "labour": MandatedKind.LABOUR,
    "civil": MandatedKind.HOUSEHOLD_REGISTRATION,
}  # fmt: skip


def fields_sent(request: HttpRequest) -> Fields:
    """The names and values of the form's inputs, in the order of the page."""
    return {name: [str(value) for value in values] for name, values in request.POST.lists()}


def fresh(request: MemberRequest) -> Typed:
    """An empty form with what is known without asking: the time, and of another unit who reports."""
    now = timezone.now()
    texts = {"received_at": moment_text(now), "channel": "", "reporter_kind": ""}
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


def with_row(typed: Typed) -> tuple[Typed, str]:
    """A further row: family who live there, once there is somebody who needs help."""
    if len(typed.persons) >= MOST_PERSONS:
        return typed, ""
    has_subject = any(row.form.role == ReportRole.SUBJECT for row in typed.persons)
    role = ReportRole.FAMILY if has_subject else ReportRole.SUBJECT
    fresh = TypedPerson(new_key(), PersonForm(role=role))
    return replace(typed, persons=(*typed.persons, fresh)), fresh.key


def head_of(typed: Typed, person: TypedPerson) -> PersonForm | None:
    """The first subject, to whom relations are said; None for themselves."""
    first = next((row for row in typed.said if row.form.role == ReportRole.SUBJECT), None)
    return None if first is None or first.key == person.key else first.form


def chosen(request: MemberRequest, typed: Typed, key: str, person_id: int) -> Typed:
    """「是同一人」: only who was shown for this row can be chosen; what the unit knows of them fills the gaps."""
    row = typed.row(key)
    if row is None:
        return typed
    now = timezone.now()
    shown = matches_of(request, replace(row.form, person_id=None), now=now, head=head_of(typed, row))
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


def looked_up(request: MemberRequest, typed: Typed) -> dict[str, ShownMatches]:
    rows = [row for row in typed.said if row.form.person_id is None][:MOST_LOOKED_UP]
    now = timezone.now()
    return {row.key: matches_of(request, row.form, now=now, head=head_of(typed, row)) for row in rows}


def taken(request: MemberRequest, typed: Typed, text: str) -> Typed:
    """The form with what was confirmed of a text."""
    typed, count = filled(text, typed, request.POST.getlist("take"))
    if count:
        messages.success(request, f"已帶入 {count} 項，請再看一次。")
    else:
        messages.warning(request, "請先勾選要帶入的內容。")
    return typed


def text_of_file(request: MemberRequest) -> str:
    """The text of the document that came along; "" without one. What cannot be read is said."""
    given = request.FILES.get("source")
    if given is None:
        return ""
    try:
        found = document_text(given.read())
    except FileRefused as error:
        messages.error(request, f"「{given.name}」：{error}")
        return ""
    for note in found.notes:
        messages.warning(request, note)
    return found.text


def read_files(request: HttpRequest) -> tuple[list[CheckedFile], dict[str, str]]:
    """The files that came along, checked; or what is wrong with one of them."""
    given = request.FILES.getlist("files")
    if len(given) > MOST_FILES:
        return [], {"files": f"一次最多 {MOST_FILES} 個附件，其餘請在送出後用「補充」加入。"}
    found, limits = [], limits_in_force(timezone.localdate())
    for each in given:
        try:
            found.append(checked_attachment(each.name or "附件", cast(IO[bytes], each), limits=limits))
        except FileRefused as error:
            return [], {"files": f"「{each.name}」：{error}"}
    return found, {}
