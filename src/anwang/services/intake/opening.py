"""Reading what is written down when it is read: a report, a file of it, and who reported."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.attachments import opened_attachment, withdraw_attachment
from anwang.platform.context import AccessContext
from anwang.platform.sealing import open_field

from .errors import ReportError
from .models import Report, ReportAttachment, Reporter, ReportPerson
from .report_form import ReporterForm
from .rules import reason_problem
from .submitting import SUBJECT, check_may, note


@transaction.atomic
def open_report(
    *, report: Report, persons: Sequence[ReportPerson], by: AccessContext, by_name: str, now: dt.datetime
) -> None:
    """Write down that a report was opened, with everybody in it."""
    note(audit.Action.OPENED_REPORT, report, persons, by, by_name, now)


@transaction.atomic
def open_reporter(
    *, report_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime
) -> ReporterForm:
    """Who reported, for a stated reason, which the log keeps (兒少權法第53條: kept secret).

    Raises Report.DoesNotExist, ReportError without a reason or where nobody is named, PermissionDenied.
    """
    check_may(by, Permission.OPEN_REPORTER)
    report = Report.objects.get(pk=report_id)
    if by.unit_id != report.unit_id:
        raise PermissionDenied("只有受理中心可以查看通報人身分。")
    if problem := reason_problem(reason):
        raise ReportError({"reason": problem})
    row = Reporter.objects.filter(report=report).first()
    if row is None:
        raise ReportError("這件通報沒有留下通報人的身分資料。")
    values = open_field(row, "sealed")
    audit.record(
        context=by,
        at=now,
        action=audit.Action.OPENED_REPORTER,
        subject_kind=SUBJECT,
        subject_id=report.pk,
        purpose=" ".join(reason.split()),
        member_name=by_name,
    )
    return ReporterForm(**values, wants_reply=row.wants_reply)


@transaction.atomic
def open_attachment(
    *, report: Report, attachment: ReportAttachment, by: AccessContext, by_name: str, now: dt.datetime
) -> bytes:
    """The bytes of a file of a report that the unit may read; written down. Raises SealingError, ValueError."""
    return opened_attachment(
        attachment, subject_kind=SUBJECT, subject_id=report.pk, by=by, by_name=by_name, now=now
    )


@transaction.atomic
def take_back_attachment(
    *, report_id: int, attachment_id: uuid.UUID, by: AccessContext, by_name: str, now: dt.datetime
) -> bool:
    """Withdraw a wrong file; it can be opened no more. False when it was already. The desk only."""
    check_may(by, Permission.ENTER_REPORTS)
    report = Report.objects.get(pk=report_id)
    if by.unit_id != report.unit_id:
        raise PermissionDenied("只有受理中心可以撤回附件。")
    row = ReportAttachment.objects.get(pk=attachment_id, report=report)
    return withdraw_attachment(
        row, subject_kind=SUBJECT, subject_id=report.pk, by=by, by_name=by_name, now=now
    )
