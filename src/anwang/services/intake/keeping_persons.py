"""The persons of a report: kept in the registry at once where something says who they are, else in the report only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from anwang.people.linkage.actions import DecisionNotPossible
from anwang.people.linkage.keeping import keep_person
from anwang.people.registry.keeping import Kept, end_service, lives_at, lock_together, resume_service
from anwang.platform.context import AccessContext
from anwang.platform.county_policy import area_code
from anwang.standard.codes import OwnSource
from anwang.standard.record import Period
from anwang.standard.serial import from_json, to_json

from .errors import ReportError
from .fields import person_field_id
from .models import Report, ReportPerson
from .persons import person_form, person_record
from .report_form import PersonForm
from .vocabulary import ReportRole

LIVES_BY = "通報所述的同住家人"
_TOGETHER = (ReportRole.SUBJECT, ReportRole.CARER, ReportRole.FAMILY)


@dataclass(frozen=True, slots=True)
class _Head:
    """The first subject: to whom relations are said, and in whose home the family lives."""

    number: int
    form: PersonForm
    household_id: int | None


def form_of(person: ReportPerson) -> PersonForm:
    """A kept person of a report as the form shows it."""
    return person_form(
        from_json(person.content),
        role=person.role,
        injuries=person.injuries,
        note=person.note,
        person_id=person.person_id,
    )


def keep_persons(
    report: Report,
    persons: Sequence[tuple[int, PersonForm]],
    *,
    is_other: bool = False,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> list[ReportPerson]:
    """Keep these persons of a report under their row numbers, the first subject before the others.

    A row that there is already is replaced, never overwritten. `is_other`: the worker says that a person is none of
    those who were shown. Call it as the system. Raises ReportError where a chosen person has nothing in common.
    """
    lock_together({form.person_id for _, form in persons if form.person_id is not None})
    rows = ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True).select_related("record")
    there = {row.number: row for row in rows}
    head = _head(there, persons)
    kept: list[ReportPerson] = []
    for number, form in sorted(persons, key=lambda each: (each[0] != head.number, each[0])):
        row = _keep(
            report, number, form, head, there.get(number), is_other=is_other, by=by, by_name=by_name, now=now
        )
        if number == head.number:
            head = _Head(head.number, head.form, row.household_id)
        kept.append(row)
    if report.handled_at is not None:
        # Who is named after the desk is done is written down, and the desk serves them no more than the others.
        _end_work(kept, report, now)
    return sorted(kept, key=lambda row: row.number)


def _head(there: Mapping[int, ReportPerson], persons: Sequence[tuple[int, PersonForm]]) -> _Head:
    everybody = {number: form_of(row) for number, row in there.items()} | dict(persons)
    first = min(everybody, key=lambda number: (everybody[number].role != ReportRole.SUBJECT, number))
    # Where they live today: a matching may have moved them since the report was written.
    record = there[first].record if first in there else None
    home = lives_at(record.person_id) if record is not None and record.person_id is not None else None
    return _Head(first, everybody[first], home)


def _keep(
    report: Report,
    number: int,
    form: PersonForm,
    head: _Head,
    earlier: ReportPerson | None,
    *,
    is_other: bool,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> ReportPerson:
    today = timezone.localdate(now)
    record = person_record(
        form,
        report=report.number,
        number=number,
        period=Period(today.year, today.month),
        head=None if number == head.number else head.form,
        area=area_code(today),
    )
    known: Kept | None = None
    if form.is_named:
        home = head.household_id if _lives_with(number, form, head) else None
        try:
            known = keep_person(
                source=OwnSource.INTAKE_REPORT,
                number=record.record_number,
                record=record,
                unit_id=report.unit_id,
                agency_id=report.unit.agency_id,
                person_id=form.person_id,
                is_other=is_other,
                household_id=home,
                lives_by=LIVES_BY if home else "",
                by=by,
                by_name=by_name,
                now=now,
            )
        except DecisionNotPossible as error:
            raise ReportError({person_field_id(number, "name"): str(error)}) from error
    elif form.person_id is not None:
        raise ReportError(
            {
                person_field_id(
                    number, "name"
                ): "選了「是同一人」的，請填姓名或統一編號；不確定是誰的，請取消選擇。"
            }
        )
    if earlier is not None:
        ReportPerson.objects.filter(pk=earlier.pk).update(withdrawn_at=now)
    return ReportPerson.objects.create(
        report=report,
        unit_id=report.unit_id,
        number=number,
        role=form.role,
        relation=form.relation.strip(),
        content=to_json(record),
        injuries=form.injuries.strip(),
        note=form.note.strip(),
        record_id=known.record_id if known else None,
        person_id=known.person_id if known else None,
        household_id=known.household_id if known else None,
        replaces=earlier,
    )


def _lives_with(number: int, form: PersonForm, head: _Head) -> bool:
    """Whether the report says that somebody lives with the first subject: as family, or as carer or a further subject
    who is kin and of whom no other address is said. Forty children of one nursery are no household."""
    if number == head.number or form.role not in _TOGETHER:
        return False
    if form.role == ReportRole.FAMILY:
        return True
    same_place = not form.address.strip() or form.address.strip() == head.form.address.strip()
    return bool(form.relation.strip()) and same_place


def take_out(report: Report, row: ReportPerson, *, now: dt.datetime) -> None:
    """Withdraw a person from a report; the record stays in the registry, the desk's work with them ends."""
    ReportPerson.objects.filter(pk=row.pk).update(withdrawn_at=now)
    _end_work([row], report, now)


def end_work(report: Report, *, now: dt.datetime) -> None:
    """The desk is done with the report: it was taken, or not opened. It serves those whom the report names no longer;
    who has their household open because of this alone may open it no more after the next matching. Call it as the system.
    """
    _end_work(_standing(report), report, now)


def resume_work(report: Report, *, now: dt.datetime) -> None:
    """The report waits at the desk again, which serves its persons as before. Call it as the system."""
    rows = _standing(report)
    lock_together({row.person_id for row in rows if row.person_id is not None})
    for row in rows:
        resume_service(source=OwnSource.INTAKE_REPORT, number=f"{report.number}-{row.number}", now=now)


def _standing(report: Report) -> list[ReportPerson]:
    """The persons of the report whom the registry keeps."""
    rows = ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True, record__isnull=False)
    return list(rows.order_by("number"))


def _end_work(rows: Sequence[ReportPerson], report: Report, now: dt.datetime) -> None:
    for row in rows:
        if row.record_id is not None:
            end_service(
                source=OwnSource.INTAKE_REPORT,
                number=f"{report.number}-{row.number}",
                on=timezone.localdate(now),
            )
