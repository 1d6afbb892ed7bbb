"""更正: a report is corrected by further rows; what stood there before stays readable.

Two people may work on one report at once. A correction names the revision that its page showed: fields that somebody
else changed since are a conflict, which a person settles; all others are simply merged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force

from .changing import desk_report, write_changes
from .errors import FieldConflict, ReportConflict, ReportError
from .fields import PERSON_FIELD, label_of, person_field_id
from .keeping_persons import form_of, keep_persons
from .marking import mark_re_report
from .models import Report, ReportChange, ReportPerson
from .report_form import PersonForm, ReporterForm, ReportForm
from .rules import form_problems, happened_parts, reason_problem
from .screening import queue_by_suggestion
from .submitting import note

CORRECTABLE = (
    "channel", "reporter_kind", "mandated_kind", "happened", "township", "place", "story", "dangers", "needs",
)  # fmt: skip
_LISTS = ("dangers", "needs")


@transaction.atomic
def correct_report(
    *,
    report_id: int,
    revision: int,
    changes: Mapping[str, Any],
    reason: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Report:
    """Correct fields of a report: ids of `CORRECTABLE`, and `person-3-name` for those of its persons. The desk only.

    Values that stand there already change nothing. Raises ReportConflict when somebody else changed one of these fields
    after `revision`, ReportError when the reason or a value will not do, Report.DoesNotExist, PermissionDenied.
    """
    report = desk_report(report_id, by)
    if problem := reason_problem(reason):
        raise ReportError({"reason": problem})
    with acting(SYSTEM):
        rows = {
            row.number: row for row in ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True)
        }
        before = values_of(report, rows.values())
        unknown = [name for name in changes if name not in before]
        if unknown:
            raise ReportError(f"沒有「{label_of(unknown[0])}」這個欄位，或這個人已經不在通報裡。")
        wanted = {name: value for name, value in changes.items() if value != before[name]}
        _check_conflicts(report, revision, before, wanted)
        if not wanted:
            return report
        _check_values(report, rows, before, wanted, now)
        kept = _correct_persons(report, rows, wanted, by, by_name, now)
        _correct_fields(report, wanted)
        written = [(name, before[name], value) for name, value in wanted.items()]
        write_changes(report, written, reason, by, by_name, now)
        if kept:
            mark_re_report(report, now=now)
        queue_by_suggestion(report)
        note(audit.Action.CHANGED_REPORT, report, kept, by, by_name, now, fields=sorted(wanted))
    return report


def values_of(report: Report, persons: Iterable[ReportPerson]) -> dict[str, Any]:
    """Every field that can be corrected with what stands in it now, as the form would send it."""
    found: dict[str, Any] = {name: getattr(report, name) for name in CORRECTABLE if name != "happened"}
    found["happened"] = report.happened_text
    for row in persons:
        form = form_of(row)
        found |= {person_field_id(row.number, name): getattr(form, name) for name in PERSON_FIELD}
    return found


def _check_conflicts(
    report: Report, revision: int, before: Mapping[str, Any], wanted: Mapping[str, Any]
) -> None:
    since = ReportChange.objects.filter(
        report=report, revision__gt=revision, field__in=list(wanted)
    ).order_by("pk")
    last = {change.field: change for change in since}
    conflicts = [
        FieldConflict(name, label_of(name), before[name], wanted[name], change.by_name)
        for name, change in last.items()
    ]
    if conflicts:
        raise ReportConflict(conflicts, report.revision)


def _check_values(
    report: Report,
    rows: Mapping[int, ReportPerson],
    before: Mapping[str, Any],
    wanted: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """A correction must not make a report worse: what was wrong with it before is not in the way."""
    was = _problems(before, [form_of(row) for row in rows.values()], now)
    said = _problems({**before, **wanted}, [_corrected(row, wanted) for row in rows.values()], now)
    # Rows are numbered by their place there, by their own number here.
    places = dict(enumerate(rows, 1))
    if found := {_renumbered(name, places): text for name, text in said.items() if name not in was}:
        raise ReportError(found)


def _problems(values: Mapping[str, Any], persons: Sequence[PersonForm], now: dt.datetime) -> dict[str, str]:
    local = timezone.localtime(now)
    given: dict[str, Any] = {
        name: tuple(values[name]) if name in _LISTS else values[name] for name in CORRECTABLE
    }
    form = ReportForm(**given, received_at=local)
    return form_problems(form, persons, ReporterForm(), policy=policy_in_force(), now=local)


def _renumbered(name: str, places: Mapping[int, int]) -> str:
    kind, _, rest = name.partition("-")
    number, _, field = rest.partition("-")
    return person_field_id(places[int(number)], field) if kind == "person" and number.isdecimal() else name


def _corrected(row: ReportPerson, wanted: Mapping[str, Any]) -> PersonForm:
    prefix = f"person-{row.number}-"
    mine: dict[str, Any] = {
        name.removeprefix(prefix): str(value) for name, value in wanted.items() if name.startswith(prefix)
    }
    return replace(form_of(row), **mine)


def _correct_persons(
    report: Report,
    rows: Mapping[int, ReportPerson],
    wanted: Mapping[str, Any],
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> list[ReportPerson]:
    touched = [
        (number, replace(_corrected(row, wanted), person_id=None))
        for number, row in rows.items()
        if any(name.startswith(f"person-{number}-") for name in wanted)
    ]
    return keep_persons(report, touched, by=by, by_name=by_name, now=now) if touched else []


def _correct_fields(report: Report, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        if name == "happened":
            report.happened_on, report.happened_text = happened_parts(str(value))
        elif name in _LISTS:
            setattr(report, name, list(value))
        elif name in CORRECTABLE:
            setattr(report, name, value)
