"""Taking hold of a report for a deed: who may, what they see, and that nobody else is doing something with it just now.

The row of the report is the lock of everything about its dispatches: two deeds on one report wait for each other, and
the second finds the state that the first left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied

from anwang.agencies.models import Unit
from anwang.agencies.rules import Permission, permissions_of
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.transitions import NotPossible
from anwang.services.intake.models import Report, ReportReader
from anwang.services.intake.process import ReportState

from .models import Dispatch


class DispatchError(NotPossible):
    """It cannot be done so; the text is for the user (zh-TW). `problems` says by field what to mend."""

    def __init__(self, message: str = "", problems: Mapping[str, str] | None = None) -> None:
        super().__init__(message or "".join((problems or {}).values()))
        self.problems = dict(problems or {})


class NobodyOnDuty(DispatchError):
    """The unit has nobody who could answer today: the desk is asked once more before it sends."""


def check_permission(by: AccessContext, permission: Permission) -> None:
    """Raises PermissionDenied for whoever may not do this in any post of the acting unit."""
    if permission not in permissions_of(by.roles):
        raise PermissionDenied(permission)


def check_desk(by: AccessContext) -> None:
    """Raises DispatchError for whoever does not act at the intake centre: its shifts and its samples are its own."""
    if not Unit.objects.filter(pk=by.unit_id or 0, kind=Unit.Kind.INTAKE_CENTER).exists():
        raise DispatchError("這是集中受理通報與派案中心的工作，您的單位不辦理。")


def held_at_desk(report_id: int, by: AccessContext) -> Report:
    """The report of the acting desk, locked. Raises DispatchError when it is none of the desk's."""
    report = (
        Report.objects.select_for_update(of=("self",)).filter(pk=report_id, unit_id=by.unit_id or 0).first()
    )
    if report is None:
        raise DispatchError("沒有這件通報，或不屬於您的單位。")
    return report


def held_by_receiver(dispatch_id: int, by: AccessContext) -> tuple[Dispatch, Report]:
    """A dispatch to the acting unit and its report, locked. Raises DispatchError when it was not sent there."""
    seen = Dispatch.objects.filter(pk=dispatch_id, to_unit_id=by.unit_id or 0).first()
    if seen is None:
        raise DispatchError("沒有這件派案，或不是派給您的單位。")
    with acting(SYSTEM):
        report = Report.objects.select_for_update(of=("self",)).get(pk=seen.report_id)
        dispatch = Dispatch.objects.select_related("to_unit", "unit").get(pk=dispatch_id)
    return dispatch, report


def still_with_unit(dispatches: Collection[Dispatch]) -> set[int]:
    """Of accepted dispatches those whose report is still with the unit: neither at the desk again nor sent elsewhere
    since, whoever may see that."""
    with acting(SYSTEM):
        found = Dispatch.objects.filter(
            report_id__in=[each.report_id for each in dispatches], report__state=ReportState.ACCEPTED
        )
        newest = dict(found.order_by("round").values_list("report_id", "pk"))
    return {each.pk for each in dispatches if newest.get(each.report_id) == each.pk}


def let_read(report_id: int, unit_id: int, kind: ReportReader.Kind, now: dt.datetime) -> None:
    """Let a unit read the report from now on. Call it as the system."""
    ReportReader.objects.update_or_create(
        report_id=report_id, unit_id=unit_id, kind=kind, defaults={"since": now, "until": None}
    )


def stop_reading(report_id: int, kind: ReportReader.Kind, now: dt.datetime, *, but: int = 0) -> None:
    """End what was read for this; `but`: the unit that goes on reading. Call it as the system."""
    ReportReader.objects.filter(report_id=report_id, kind=kind, until__isnull=True).exclude(
        unit_id=but
    ).update(until=now)


def note(
    action: str,
    *,
    report: Report,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    subject: tuple[str, int] | None = None,
    **detail: object,
) -> None:
    """The audit row beside the deed. `detail` holds codes and row numbers."""
    kind, number = subject or ("report", report.pk)
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind=kind,
        subject_id=number,
        member_name=by_name,
        detail={"report": report.pk, **detail},
    )
