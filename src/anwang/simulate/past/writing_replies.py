"""回復通報人, written in bulk as `intake.replying` does it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.platform import audit
from anwang.platform.due_rules import Term, TermKind
from anwang.services.intake import submitting
from anwang.services.intake.models import ReporterReply
from anwang.services.intake.reply_rules import REPLY_DAYS, REPLY_NAME, REPLY_RULE, ReplyHow, ReplyOutcome

from . import deeds, words
from .book import Book
from .staff import Staff
from .writing_reports import ReportsWriter

SUBJECT = submitting.SUBJECT


@dataclass
class RepliesWriter:
    """What the desk owes to reporters who asked for it, and what it replied."""

    book: Book
    staff: Staff
    reports: ReportsWriter

    def submit(self, deed: deeds.Submitted) -> None:
        """The report, and the duty that comes with it."""
        self.reports.submit(deed)
        if deed.reporter.wants_reply:
            report = self.reports.of[deed.report]
            self._owe(report.key, report.number, report.row["received_at"])

    def _owe(self, key: int, number: str, received_at: dt.datetime) -> None:
        self.book.open_duty(
            SUBJECT, key, REPLY_RULE,
            label=f"{REPLY_NAME}（{number}）",
            rule_label=REPLY_NAME,
            subject_label=number,
            unit_id=self.staff.desk_unit,
            opened_at=received_at,
            term=Term(TermKind.DAYS, self.book.number(REPLY_DAYS, received_at)),
            citation=submitting.reply_citation(self.book.policy),
            url=f"/reports/{key}/reply/",
        )  # fmt: skip

    def reply(self, deed: deeds.Replied) -> None:
        report, by = self.reports.of[deed.report], self.staff.dispatcher(deed.report)
        row = self.book[ReporterReply].add(
            report_id=report.key,
            unit_id=self.staff.desk_unit,
            outcome=ReplyOutcome.REPLIED,
            how=ReplyHow.PHONE,
            replied_at=deed.at,
            text=words.REPLY,
            at=deed.at,
            by_id=by.member_id,
            by_name=by.name,
        )
        self.book.meet(SUBJECT, report.key, REPLY_RULE, deed.at, by.member_id)
        self.book.note(
            audit.Action.REPLIED_REPORTER, SUBJECT, report.key, by.context, by.name, deed.at,
            reply=row["id"], outcome=ReplyOutcome.REPLIED,
        )  # fmt: skip
