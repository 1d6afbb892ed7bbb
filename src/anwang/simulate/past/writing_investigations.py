"""An investigation written down as `services/intake` keeps it: its clocks, first contact, conclusion."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from anwang.platform import audit
from anwang.services.intake import investigating
from anwang.services.intake.investigation_rules import (
    CITATION,
    Came,
    conclusion_due,
    first_contact_due,
    suggested_level,
)
from anwang.services.intake.models import Investigation
from anwang.services.intake.process import INVESTIGATION, InvestigationState
from anwang.services.intake.vocabulary import Urgency

from . import deeds
from .book import Book
from .staff import AtWork, Staff
from .writing_reports import KeptReport, ReportsWriter


@dataclass
class InvestigationsWriter:
    """Writes the deeds of investigations."""

    book: Book
    staff: Staff
    reports: ReportsWriter

    def open(self, report: KeptReport, unit_id: int, programme: str, by: AtWork, now: dt.datetime) -> None:
        policy = self.book.policy
        came = Came(timezone.localtime(report.row["received_at"]), programme, report.row["needs"])
        contact_at, contact_rule = first_contact_due(
            timezone.localtime(now), Urgency(report.row["urgency"]), came, policy=policy
        )
        conclude_at, conclude_rule = conclusion_due(came, policy=policy)
        made = report.investigation = self.book[Investigation].add(
            report_id=report.key, unit_id=unit_id, programme=programme, opened_at=now,
            first_contact_due_at=contact_at, conclusion_due_at=conclude_at,
        )  # fmt: skip
        for rule_id, label, due_at, parameter in (
            (
                investigating.FIRST_CONTACT,
                investigating.NAMES[investigating.FIRST_CONTACT],
                contact_at,
                contact_rule,
            ),
            (
                investigating.CONCLUSION,
                investigating.NAMES[investigating.CONCLUSION],
                conclude_at,
                conclude_rule,
            ),
        ):
            self.book.open_duty(
                investigating.SUBJECT, made["id"], rule_id,
                label=f"{label}（{report.number}）", rule_label=label, unit_id=unit_id, opened_at=now, due_at=due_at,
                citation=self.book.cite(parameter), url=f"/investigations/{made['id']}/",
            )  # fmt: skip
        self._note_investigation(audit.Action.OPENED_INVESTIGATION, report, by, now)

    def investigator(self, deed: deeds.OfReport) -> AtWork:
        made = self.reports.of[deed.report].investigation
        assert made is not None
        return self.staff.worker(made["unit_id"], deed.report)

    def name_investigator(self, deed: deeds.InvestigatorNamed) -> None:
        report, worker = self.reports.of[deed.report], self.investigator(deed)
        assert report.investigation is not None
        report.investigation["worker_id"] = worker.member_id
        by = self.staff.supervisor(report.investigation["unit_id"])
        self._note_investigation(
            audit.Action.CHANGED_INVESTIGATION, report, by, deed.at, deed="assign", worker=worker.member_id
        )

    def first_contact(self, deed: deeds.FirstContact) -> None:
        report = self.reports.of[deed.report]
        made = report.investigation
        assert made is not None
        made["first_contact_at"] = deed.contact_at
        member = self.investigator(deed).member_id
        self.book.meet(
            investigating.SUBJECT, made["id"], investigating.FIRST_CONTACT, deed.contact_at, member
        )
        self._note_investigation(
            audit.Action.CHANGED_INVESTIGATION, report, self.investigator(deed), deed.at, deed="first_contact"
        )

    def conclude(self, deed: deeds.Concluded) -> None:
        report, given, by, now = (
            self.reports.of[deed.report],
            deed.conclusion,
            self.investigator(deed),
            deed.at,
        )
        made = report.investigation
        assert made is not None
        assert given.substantiated is not None
        assert given.safety is not None
        assert given.level is not None
        name = "substantiate" if given.substantiated else "not_substantiate"
        after = INVESTIGATION.after(InvestigationState(made["state"]), name)
        found = suggested_level(given.substantiated, given.safety)
        plan = [investigating._plain(line) for line in given.plan]
        self.book.decide(
            investigating.SUBJECT, made["id"], investigating.RULE,
            outcome=found.level, reason=found.reason, unit_id=made["unit_id"], now=now, citation=str(CITATION),
        )  # fmt: skip
        decision = self.book.decide(
            investigating.SUBJECT, made["id"], investigating.RULE,
            outcome=given.level, reason=found.reason, unit_id=made["unit_id"], now=now, member_id=by.member_id,
            facts={
                "result": after.value, "safety": given.safety.value, "finding": given.finding.strip(), "plan": plan,
                "referred_to": given.referred_to.strip(),
            },
            citation=str(CITATION),
        )  # fmt: skip
        made["state"], made["level"], made["finding"] = after, given.level, given.finding.strip()
        made["safety_plan"] = {
            "safety": given.safety.value, "lines": plan, "referred_to": given.referred_to.strip(),
        }  # fmt: skip
        made["concluded_at"], made["decision_id"], made["revision"] = now, decision["id"], 2
        self.book.meet(investigating.SUBJECT, made["id"], investigating.CONCLUSION, now, by.member_id)
        self._note_investigation(audit.Action.CHANGED_INVESTIGATION, report, by, now, deed=name)

    def _note_investigation(
        self, action: str, report: KeptReport, by: AtWork, now: dt.datetime, **detail: object
    ) -> None:
        assert report.investigation is not None
        self.book.note(
            action, investigating.SUBJECT, report.investigation["id"], by.context, by.name, now,
            report=report.key, **detail,
        )  # fmt: skip
