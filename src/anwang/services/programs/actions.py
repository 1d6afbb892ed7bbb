"""Writes of the room: keeping a filled form. Entries are never changed; a correction is a further entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction

from anwang.platform import audit
from anwang.platform.context import AccessContext

from .definitions import to_json
from .models import FormEntry, FormVersion
from .programme import Form


class NotKept(Exception):
    """An entry that cannot be kept; the text is zh-TW, for the user."""


@transaction.atomic
def keep_form_entry(
    *,
    subject_kind: str,
    subject_id: object,
    programme: str,
    form: Form,
    content: Mapping[str, object],
    about_number: int | None = None,
    prefilled: Iterable[str] = (),
    corrects: FormEntry | None = None,
    once_key: str = "",
    unit_id: int | None = None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> FormEntry:
    """Keep what `forms.check` gave, for the acting unit (the system names `unit_id`). `about_number`: whom of the subject
    it is about.

    With a `once_key` that the unit has used before, the entry kept then comes back and nothing is written. Raises
    NotKept when `corrects` is of another subject or form, or has been corrected already.
    """
    unit = by.unit_id or unit_id
    if unit is None:
        raise ValueError("a form is filled in by a unit")
    if once_key and (kept := _kept_before(unit, once_key)) is not None:
        return kept
    if corrects is not None:
        _check_correction(corrects, subject_kind, str(subject_id), programme, form)
    FormVersion.objects.get_or_create(
        programme=programme,
        form=form.id,
        version=form.version,
        defaults={"definition": to_json(form), "kept_at": now},
    )
    try:
        with transaction.atomic():
            entry = FormEntry.objects.create(
                subject_kind=subject_kind,
                subject_id=str(subject_id),
                unit_id=unit,
                programme=programme,
                form=form.id,
                version=form.version,
                about_number=about_number,
                content=dict(content),
                prefilled=list(prefilled),
                corrects=corrects,
                once_key=once_key or None,
                entered_by=by.member_id,
                entered_by_name=by_name,
                entered_at=now,
            )
    except IntegrityError:
        # Sent twice at the same moment, or corrected by two people: the first one stands.
        if once_key and (kept := _kept_before(unit, once_key)) is not None:
            return kept
        if corrects is not None and FormEntry.objects.filter(corrects=corrects).exists():
            raise NotKept(_CORRECTED) from None
        raise
    audit.record(
        context=by,
        at=now,
        action=audit.Action.KEPT_FORM,
        subject_kind=subject_kind,
        subject_id=subject_id,
        member_name=by_name,
        detail={
            "entry": entry.pk,
            "form": f"{programme}.{form.id}",
            "corrects": corrects.pk if corrects else None,
        },
    )
    return entry


_CORRECTED = "這份表單剛由別人更正過；請看最新的內容，再決定要不要更正。"


def _kept_before(unit_id: int, once_key: str) -> FormEntry | None:
    return FormEntry.objects.filter(unit_id=unit_id, once_key=once_key).first()


def _check_correction(
    corrects: FormEntry, subject_kind: str, subject_id: str, programme: str, form: Form
) -> None:
    there = (corrects.subject_kind, corrects.subject_id, corrects.programme, corrects.form)
    if there != (subject_kind, subject_id, programme, form.id):
        raise NotKept("要更正的表單不是這一份；請回到原來的紀錄再按「更正」。")
    if FormEntry.objects.filter(corrects=corrects).exists():
        raise NotKept(_CORRECTED)
