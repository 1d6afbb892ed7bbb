"""回復通報人: who asked to hear of it is told that somebody acts. A duty of the desk; each try is a row that stays."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.clock import meet_deadline, withdraw_deadline
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import AccessContext, acting

from .changing import locked_report
from .errors import ReportError
from .models import ReporterReply
from .reply_rules import REPLY_RULE, ReplyGiven, ReplyOutcome, reply_problems
from .screening import TWICE_WITHIN
from .submitting import SUBJECT, check_may


@transaction.atomic
def record_reply(
    *, report_id: int, given: ReplyGiven, by: AccessContext, by_name: str, now: dt.datetime
) -> ReporterReply:
    """Write down a reply to the reporter, or a try. Replied, the duty is met; it falls away when nobody can be reached.

    Who may open the reporter's identity may reply. The same press twice is one row. Raises ReportError with problems by
    field or when no reply is owed, Report.DoesNotExist, PermissionDenied.
    """
    check_may(by, Permission.OPEN_REPORTER)
    report = locked_report(report_id, by)
    if by.unit_id != report.unit_id:
        raise PermissionDenied("只有受理中心回復通報人。")
    text = " ".join(given.text.split())
    with acting(by):
        last = ReporterReply.objects.filter(report=report).order_by("-pk").first()
        if (
            last is not None
            and last.by_id == by.member_id
            and (last.outcome, last.how, last.replied_at, last.text)
            == (given.outcome, given.how, given.at, text)
            and dt.timedelta(0) <= now - last.at <= TWICE_WITHIN
        ):
            return last
        if reply_due(report.pk) is None:
            raise ReportError("這件通報沒有要回復的，或已由別人回復。")
        if problems := reply_problems(given, received_at=report.received_at, now=now):
            raise ReportError(problems)
        assert given.outcome is not None
        assert given.how is not None
        assert given.at is not None
        made = ReporterReply.objects.create(
            report=report,
            unit_id=report.unit_id,
            outcome=given.outcome,
            how=given.how,
            replied_at=given.at,
            text=text,
            at=now,
            by_id=by.member_id,
            by_name=by_name,
        )
    if given.outcome is ReplyOutcome.REPLIED:
        meet_deadline(
            subject_kind=SUBJECT,
            subject_id=report.pk,
            rule_id=REPLY_RULE,
            at=min(given.at, now),
            by_member_id=by.member_id,
        )
    elif given.outcome is ReplyOutcome.UNREACHABLE:
        withdraw_deadline(
            subject_kind=SUBJECT,
            subject_id=report.pk,
            rule_id=REPLY_RULE,
            at=now,
            reason="無法聯絡通報人，理由在回復紀錄",
            by_member_id=by.member_id,
        )
    with acting(by):
        audit.record(
            context=by,
            at=now,
            action=audit.Action.REPLIED_REPORTER,
            subject_kind=SUBJECT,
            subject_id=report.pk,
            member_name=by_name,
            detail={"reply": made.pk, "outcome": made.outcome},
        )
    return made


def reply_due(report_id: int) -> Deadline | None:
    """The open duty to reply; row security shows the desk's own."""
    return Deadline.objects.filter(
        OPEN, subject_kind=SUBJECT, subject_id=str(report_id), rule_id=REPLY_RULE
    ).first()


def replies_of(report_id: int) -> list[ReporterReply]:
    """What was written of replies, the youngest first; row security shows them to the desk alone."""
    return list(ReporterReply.objects.filter(report_id=report_id).order_by("-pk"))
