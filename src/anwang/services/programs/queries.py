"""Reads of the room: filled forms with the form as it was, and the facts for the choice of a unit.

Whoever shows an entry's content to a person writes the audit row beside the read (`audit.Action.OPENED_FORM`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from anwang.agencies.models import Jurisdiction, Unit

from . import rules
from .definitions import from_json
from .models import FormEntry, FormVersion
from .programme import Form, Programme
from .rules import Responsibility, UnitFact


@dataclass(frozen=True, slots=True)
class Entry:
    """A filled form with the form that it was filled in with. `is_corrected`: a later entry replaces it."""

    row: FormEntry
    form: Form
    is_corrected: bool

    @property
    def content(self) -> dict[str, object]:
        return dict(self.row.content)


def entries_of(
    subject_kind: str,
    subject_id: object,
    *,
    programme: str = "",
    form: str = "",
    with_corrected: bool = False,
) -> list[Entry]:
    """The forms filled in about a subject, the latest first; corrected ones only when asked for."""
    rows = FormEntry.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id))
    if programme:
        rows = rows.filter(programme=programme)
    if form:
        rows = rows.filter(form=form)
    found = list(rows.select_related("corrected_by").order_by("-entered_at", "-pk"))
    entries = _with_forms(found)
    return entries if with_corrected else [each for each in entries if not each.is_corrected]


def latest_entry(
    subject_kind: str, subject_id: object, *, programme: str, form: str, about_number: int | None = None
) -> Entry | None:
    """The newest standing entry of one form: what `prefill: previous` starts from. `about_number`: of the same person."""
    found = entries_of(subject_kind, subject_id, programme=programme, form=form)
    return next((each for each in found if each.row.about_number == about_number), None)


def entry(entry_id: int) -> Entry | None:
    """One entry; None when there is no such, or not for the acting unit."""
    row = FormEntry.objects.filter(pk=entry_id).select_related("corrected_by", "unit").first()
    return next(iter(_with_forms([row])), None) if row else None


def _with_forms(rows: Iterable[FormEntry]) -> list[Entry]:
    rows = list(rows)
    versions = {
        (each.programme, each.form, each.version): from_json(each.definition)
        for each in FormVersion.objects.filter(version__in={row.version for row in rows})
    }
    return [
        Entry(row, versions[row.programme, row.form, row.version], hasattr(row, "corrected_by"))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class PrefilledShare:
    """How much of a form nobody had to type. `share` is None before anything was filled in."""

    programme: str
    form: str
    entries: int
    answers: int
    prefilled: int

    @property
    def share(self) -> float | None:
        return self.prefilled / self.answers if self.answers else None


def prefilled_shares(since: dt.datetime, until: dt.datetime, *, programme: str = "") -> list[PrefilledShare]:
    """The share of prefilled answers by form, over the entries that the acting unit may see. Counts only, no content."""
    sql = (
        "select programme, form, count(*), sum((select count(*) from jsonb_object_keys(content))),"
        " sum(jsonb_array_length(prefilled)) from programs_formentry"
        " where entered_at >= %s and entered_at < %s and (%s = '' or programme = %s)"
        " group by programme, form order by programme, form"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [since, until, programme, programme])
        return [PrefilledShare(*row[:2], *(int(each) for each in row[2:])) for row in cursor.fetchall()]


def unit_facts(on: dt.date) -> list[UnitFact]:
    """Every unit with the townships that it serves on a day."""
    serves: dict[int, set[str]] = defaultdict(set)
    rows = (
        Jurisdiction.objects.filter(from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
        .values_list("unit_id", "township__code", "township__name")
    )
    for unit_id, code, name in rows:
        serves[unit_id] |= {code, name}
    return [
        UnitFact(unit.pk, unit.name, unit.agency.code, unit.kind, frozenset(serves[unit.pk]))
        for unit in Unit.objects.select_related("agency").order_by("agency_id", "id")
    ]


def responsible_unit(programme: Programme, township: str, on: dt.date) -> Responsibility:
    """The unit that takes `programme` for a resident of `township` (code or name) on a day, or why there is none."""
    return rules.responsible_unit(programme, township, unit_facts(on))
