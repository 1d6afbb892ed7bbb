"""The reporter who asked for it gets a reply: a duty of the desk, met by it, or fallen away with what was tried."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction

from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.services.intake.actions import ReportError, record_reply, submit_report
from anwang.services.intake.models import Report, ReporterReply
from anwang.services.intake.reply_rules import REPLY_RULE, ReplyGiven, ReplyHow, ReplyOutcome
from anwang.services.intake.replying import replies_of, reply_due
from tests.county import context, establish

from .typed import CHILD, NOW, REPORTER, form

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=2)
GOOD = ReplyGiven(ReplyOutcome.REPLIED, ReplyHow.PHONE, LATER, "已告知由社工處理中。")


@pytest.fixture(autouse=True)
def county() -> None:
    establish()


def reported(*, wants_reply: bool = True) -> Report:
    return submit_report(
        form=form(), persons=[CHILD], reporter=replace(REPORTER, wants_reply=wants_reply),
        by=context("intake", NOW.date()), by_name="許派案", now=NOW,
    )  # fmt: skip


def reply(report: Report, given: ReplyGiven = GOOD, username: str = "intake") -> ReporterReply:
    return record_reply(
        report_id=report.pk, given=given, by=context(username, NOW.date()), by_name="許派案", now=LATER
    )


def duty(report: Report) -> Deadline:
    with acting(SYSTEM):
        return Deadline.objects.get(subject_kind="report", subject_id=str(report.pk), rule_id=REPLY_RULE)


def test_only_who_asked_for_it_is_owed_a_reply_and_it_is_met_once() -> None:
    quiet = reported(wants_reply=False)
    with acting(SYSTEM):
        assert reply_due(quiet.pk) is None
    with pytest.raises(ReportError, match="沒有要回復"):
        reply(quiet)
    report = reported()
    owed = duty(report)
    last_day = (report.received_at + dt.timedelta(days=7)).date()
    assert (owed.due_at.astimezone(NOW.tzinfo).date(), owed.unit_id) == (last_day, report.unit_id)
    assert "本系統預設" in owed.citation
    assert report.number in owed.label
    made = reply(report)
    assert reply(report).pk == made.pk, "pressed twice"
    assert duty(report).met_at == LATER
    with pytest.raises(ReportError, match="已由別人回復"):
        reply(report, replace(GOOD, text="又打了一次電話。"))
    with acting(SYSTEM):
        noted = AuditEntry.objects.filter(action="replied_reporter", subject_id=str(report.pk))
        assert [entry.detail for entry in noted] == [{"reply": made.pk, "outcome": "replied"}]


def test_a_try_leaves_the_duty_and_who_cannot_be_reached_is_owed_no_more() -> None:
    report = reported()
    reply(report, replace(GOOD, outcome=ReplyOutcome.TRIED, text="沒有人接，下午再打。"))
    assert (duty(report).met_at, duty(report).withdrawn_at) == (None, None)
    reply(report, replace(GOOD, outcome=ReplyOutcome.UNREACHABLE, text="號碼是空號，沒有地址。"))
    assert duty(report).met_at is None
    assert duty(report).withdrawn_at == LATER
    with acting(context("intake", NOW.date())):
        assert [each.outcome for each in replies_of(report.pk)] == ["unreachable", "tried"]


def test_who_may_not_open_the_reporter_neither_replies_nor_reads_replies_and_rows_stay() -> None:
    report = reported()
    for username in ("luodong.worker", "admin"):
        with pytest.raises((PermissionDenied, Report.DoesNotExist)):
            reply(report, username=username)
    reply(report)
    with acting(context("luodong.worker", NOW.date())):
        assert replies_of(report.pk) == []
        assert reply_due(report.pk) is None
    with acting(SYSTEM), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ReporterReply.objects.update(text="別的")
    with pytest.raises(ReportError) as caught:
        reply(reported(), replace(GOOD, at=None, text=""))
    assert set(caught.value.problems) == {"at", "text"}
