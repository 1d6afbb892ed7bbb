"""What adding to a report and correcting one have in common: the lock, who may, and the rows that say what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from anwang.agencies.rules import Permission
from anwang.platform.context import SYSTEM, AccessContext, acting

from .models import Report, ReportChange
from .submitting import check_may


def locked_report(report_id: int, by: AccessContext) -> Report:
    """The report, locked, when the acting unit may read it. Raises Report.DoesNotExist otherwise."""
    with acting(by):
        if not Report.objects.filter(pk=report_id).exists():
            raise Report.DoesNotExist
    with acting(SYSTEM):
        return Report.objects.select_for_update(of=("self",)).select_related("unit").get(pk=report_id)


def desk_report(report_id: int, by: AccessContext) -> Report:
    check_may(by, Permission.ENTER_REPORTS)
    report = locked_report(report_id, by)
    if by.unit_id != report.unit_id:
        raise PermissionDenied("只有受理中心可以更正；請用「補充」。")
    return report


def write_changes(
    report: Report,
    changes: Sequence[tuple[str, object, object]],
    reason: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> None:
    if not changes:
        return
    report.revision += 1
    report.save()
    ReportChange.objects.bulk_create(
        [
            ReportChange(
                report=report,
                unit_id=report.unit_id,
                field=field,
                before=before,
                after=after,
                reason=" ".join(reason.split()),
                revision=report.revision,
                at=now,
                by_id=by.member_id,
                by_name=by_name,
            )
            for field, before, after in changes
        ]
    )
