"""A programme's own forms, filled in on a case: applications, records and whatever else the programme asks for.

The family assessment has a deed of its own (`assessing`). An entry is never changed; a correction is a further entry.
A unit that takes the case over reads the forms of the units before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.services.programs import forms, queries
from anwang.services.programs.actions import NotKept, keep_form_entry
from anwang.services.programs.codes import About, FormKind
from anwang.services.programs.forms import Content, Prefilled, Typed
from anwang.services.programs.models import FormEntry
from anwang.services.programs.programme import Form, Programme
from anwang.services.programs.queries import Entry

from .duties import programme_of
from .frame import SUBJECT, NoSuchCase, NotAccepted, deed, once, worked_case
from .models import Case
from .people import current_members


@dataclass(frozen=True, slots=True)
class FormOnCase:
    """A form of the programme with what was filled in so far, the latest first; corrected entries are left out."""

    form: Form
    entries: tuple[Entry, ...]


# What the case has screens of its own for. The programme's form adds the questions that those do not ask.
_HAVE_SCREENS = (FormKind.VISIT, FormKind.PLAN, FormKind.REVIEW, FormKind.CLOSING)


def own_forms(programme: Programme) -> tuple[Form, ...]:
    """The forms that are filled in here: all but those of the assessment; first those that have no other place."""
    found = (form for form in programme.forms if form.kind is not FormKind.ASSESSMENT)
    return tuple(sorted(found, key=lambda form: form.kind in _HAVE_SCREENS))


def form_of(programme: Programme, form_id: str) -> Form:
    """Raises NoSuchCase for a form that is not filled in here."""
    found = next((form for form in own_forms(programme) if form.id == form_id), None)
    if found is None:
        raise NoSuchCase(form_id)
    return found


def forms_on(case: Case) -> list[FormOnCase]:
    """Every form of the programme and what was filled in. Call it for a case that the reader has opened."""
    with acting(SYSTEM):
        entries = queries.entries_of(SUBJECT, case.pk)
    return [
        FormOnCase(form, tuple(each for each in entries if each.row.form == form.id))
        for form in own_forms(programme_of(case))
    ]


def entry_on(case: Case, entry_id: int) -> Entry | None:
    """One filled form of the case. Call it for a case that the reader has opened."""
    with acting(SYSTEM):
        found = queries.entry(entry_id)
    if found is None or (found.row.subject_kind, found.row.subject_id) != (SUBJECT, str(case.pk)):
        return None
    return found


def start_of(
    case: Case, form: Form, facts: Mapping[str, str], today: dt.date, member: int | None = None
) -> Prefilled:
    """What a form begins with: known facts, and the answers before; of a person those about the same `member`."""
    last = begins_from(case, form, member)
    before: Content | None = last.content if last else None
    return forms.prefill(form, facts, before, today)


def begins_from(case: Case, form: Form, member: int | None = None) -> Entry | None:
    """The entry whose answers stand in the form when it is opened: a page that shows them writes that down. One about a
    person who was not named belongs to nobody."""
    if form.about is About.PERSON and member is None:
        return None
    with acting(SYSTEM):
        return queries.latest_entry(
            SUBJECT, case.pk, programme=case.programme, form=form.id, about_number=_about(form, member)
        )


def _about(form: Form, member: int | None) -> int | None:
    return member if form.about is About.PERSON else None


@deed(Permission.WORK_CASES)
def fill_form(
    *,
    case_id: int,
    form_id: str,
    typed: Typed,
    facts: Mapping[str, str],
    member: int | None = None,
    corrects_id: int | None = None,
    client_key: str = "",
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> FormEntry:
    """Check and keep a filled form, or (`corrects_id`) the correction of one. `member`: the number of whom in the case a
    form of a person is about (None: nobody named, in the correction of one that named nobody). Raises NoSuchCase, NotAccepted (by the
    form's fields; "" for the whole) and, when the case is closed, NotPossible.

    Sent again with the same `client_key`, the entry kept then comes back; another content under it is not accepted: who
    went back in the browser and changed something would think that it was kept.
    """
    once(client_key)
    before = (
        FormEntry.objects.filter(unit_id=by.unit_id or 0, once_key=client_key).first() if client_key else None
    )
    if before is not None:
        _check_same(before, case_id, form_id, typed, member, corrects_id, now)
        return before
    case = worked_case(case_id, "填表單")
    form, today = form_of(programme_of(case), form_id), timezone.localdate(now)
    corrects = entry_on(case, corrects_id) if corrects_id is not None else None
    if corrects_id is not None and corrects is None:
        raise NoSuchCase(case_id)
    if corrects is not None and corrects.is_corrected:
        raise NotAccepted({"": "這一份已更正過，請看更正後的內容，再決定要不要更正。"})
    # One from before forms said about whom stays about nobody named, unless somebody is chosen.
    unnamed = corrects is not None and corrects.row.about_number is None and member is None
    known = {each.number for each in current_members(case.pk)}
    if form.about is About.PERSON and not unnamed and member not in known:
        raise NotAccepted({"": "請選擇這份表單是關於個案裡的哪一位。"})
    checked = forms.check(form, typed, today)
    if not checked.holds:
        raise NotAccepted(checked.errors)
    if not checked.content:
        raise NotAccepted({"": "還沒有填寫任何一題。"})
    start = start_of(case, form, facts, today, member)
    try:
        return keep_form_entry(
            subject_kind=SUBJECT,
            subject_id=case.pk,
            programme=case.programme,
            form=form,
            content=checked.content,
            about_number=_about(form, member),
            prefilled=forms.stayed_prefilled(form, checked.content, start, today),
            corrects=corrects.row if corrects else None,
            once_key=client_key,
            by=by,
            by_name=by_name,
            now=now,
        )
    except NotKept as error:
        raise NotAccepted({"": str(error)}) from error


def _check_same(
    before: FormEntry, case_id: int, form_id: str, typed: Typed, member: int | None, corrects_id: int | None,
    now: dt.datetime,
) -> None:  # fmt: skip
    there = (before.subject_kind, before.subject_id, before.form, before.corrects_id)
    kept = queries.entry(before.pk)
    if there == (SUBJECT, str(case_id), form_id, corrects_id) and kept is not None:
        checked = forms.check(kept.form, typed, timezone.localdate(now))
        same = before.about_number == _about(kept.form, member)
        if same and checked.holds and dict(checked.content) == dict(kept.content):
            return
    raise NotAccepted({"": "這張表單已經存過，這次的修改沒有存。請從「表單」打開存好的一份，再按「更正」。"})
