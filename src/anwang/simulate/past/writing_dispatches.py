"""A report on its way, written down as `services/dispatch` keeps it: sent, taken, returned, disputed, not opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from anwang.platform import audit
from anwang.platform.due_rules import Term, TermKind
from anwang.services.dispatch import disputing, duties
from anwang.services.dispatch.models import Dispatch, Dispute, NotOpened
from anwang.services.dispatch.places import purpose_of
from anwang.services.dispatch.process import DISPATCH, DISPUTE, DispatchState, DisputeState
from anwang.services.dispatch.rules import (
    NOT_OPEN_RULE,
    RETURN_RULE,
    UNIT_RULE,
    answer_due_at,
    answer_rule,
    makes_dispute,
    returns_in_a_row,
)
from anwang.services.intake.models import ReportReader
from anwang.services.intake.rules import HANDLE_RULE
from anwang.services.intake.vocabulary import Urgency
from anwang.services.programs.codes import ClockKind, ClockStart
from anwang.services.programs.loading import programmes
from anwang.standard.townships import code_of

from . import deeds
from .book import Book
from .rows import Row
from .staff import AtWork, Staff
from .writing_investigations import InvestigationsWriter
from .writing_reports import KeptReport, ReportsWriter

_KIND = ReportReader.Kind


@dataclass
class DispatchesWriter:
    """Writes the deeds between the desk and the units."""

    book: Book
    staff: Staff
    reports: ReportsWriter
    investigations: InvestigationsWriter

    # ---- sending ------------------------------------------------------------------------------------------------

    def send(self, deed: deeds.Sent) -> None:
        report, now, by = self.reports.of[deed.report], deed.at, self.staff.dispatcher(deed.report)
        report.move("send")
        programme = self.staff.where.programme(report.row["programme"])
        proposal = self.staff.where.proposed(report.row["programme"], report.township)
        assert programme is not None
        assert proposal.unit is not None
        unit = self.staff.another(proposal.unit.id, deed.report) if deed.reason else proposal.unit.id
        shared: dict[str, Any] = {
            "citation": str(programme.citation), "unit_id": report.row["unit_id"], "now": now,
        }  # fmt: skip
        decision = self.book.decide(
            duties.REPORT, report.key, UNIT_RULE,
            outcome=str(proposal.unit.id), reason=proposal.reason, facts={"programme": report.row["programme"]},
            **shared,
        )  # fmt: skip
        if unit != proposal.unit.id:
            decision = self.book.decide(
                duties.REPORT, report.key, UNIT_RULE,
                outcome=str(unit), reason=deed.reason,
                facts={"programme": report.row["programme"], "by_name": by.name}, member_id=by.member_id,
                overrules=decision, **shared,
            )  # fmt: skip
        urgency = Urgency(report.row["urgency"])
        made = self.book[Dispatch].add(
            report_id=report.key,
            unit_id=report.row["unit_id"],
            to_unit_id=unit,
            programme=report.row["programme"],
            purpose=purpose_of(programme),
            round=len(report.rounds) + 1,
            note=deed.message,
            decision_id=decision["id"],
            sent_at=now,
            sent_by_id=by.member_id,
            sent_by_name=by.name,
            answer_due_at=answer_due_at(now, urgency, report.row["due_at"], policy=self.book.policy),
        )
        report.rounds.append(made)
        self.reports.let_read(report, unit, _KIND.SENT, now)
        self.book.open_duty(
            duties.DISPATCH, made["id"], duties.ANSWER,
            label=f"{Dispatch.Purpose(made['purpose']).label}派案 {report.number}：收案或退派",
            rule_label=duties.NAMES[duties.ANSWER],
            unit_id=unit, opened_at=now, due_at=made["answer_due_at"], citation=self.book.cite(answer_rule(urgency)),
            url=f"/dispatch/received/{made['id']}/",
        )  # fmt: skip
        self._note(
            audit.Action.SENT_DISPATCH, report, by, now, ("dispatch", made["id"]),
            to_unit=unit, round=made["round"], nobody_on_duty=False,
        )  # fmt: skip

    # ---- answering ----------------------------------------------------------------------------------------------

    def accept(self, deed: deeds.Accepted) -> None:
        report, now = self.reports.of[deed.report], deed.at
        made = report.rounds[-1]
        by = self.staff.worker(made["to_unit_id"], deed.report)
        made["state"] = DISPATCH.after(DispatchState(made["state"]), "accept")
        report.move("accept")
        self._answer(made, by, now)
        self._take(report, made, by, now)
        self._answered(made, by, now)
        self._note(
            audit.Action.ACCEPTED_DISPATCH, report, by, now, ("dispatch", made["id"]),
            in_time=now <= report.row["due_at"],
        )  # fmt: skip

    def return_(self, deed: deeds.Returned) -> None:
        report, now = self.reports.of[deed.report], deed.at
        made = report.rounds[-1]
        by = self.staff.worker(made["to_unit_id"], deed.report)
        before = [each for each in report.rounds if each["state"] == DispatchState.RETURNED]
        count = returns_in_a_row([DispatchState(each["state"]) for each in report.rounds])
        escalates = makes_dispute(count, policy=self.book.policy, on=timezone.localdate(now))
        made["state"] = DISPATCH.after(DispatchState(made["state"]), "return")
        report.move("escalate" if escalates else "return")
        made["return_reason"], made["return_text"] = deed.reason.value, deed.text
        self.book.decide(
            duties.DISPATCH, made["id"], RETURN_RULE,
            outcome=deed.reason.value, reason=deed.text, facts={"round": made["round"], "by_name": by.name},
            citation=self.book.cite("dispatch.return_reasons"), unit_id=by.context.unit_id, now=now,
            member_id=by.member_id,
        )  # fmt: skip
        self._answer(made, by, now)
        self.reports.stop_reading(report, _KIND.SENT, now)
        self._answered(made, by, now)
        if escalates:
            self._dispute(report, (before or [made])[-1], made, now)
        self._note(
            audit.Action.RETURNED_DISPATCH, report, by, now, ("dispatch", made["id"]),
            reason=deed.reason.value, escalated=escalates,
        )  # fmt: skip

    def _answer(self, made: Row, by: AtWork, now: dt.datetime) -> None:
        made["answered_at"], made["answered_by_id"], made["answered_by_name"] = now, by.member_id, by.name

    def _answered(self, made: Row, by: AtWork, now: dt.datetime) -> None:
        for rule in (duties.ANSWER, duties.NOBODY):
            self.book.meet(duties.DISPATCH, made["id"], rule, now, by.member_id)

    def _take(self, report: KeptReport, made: Row, by: AtWork, now: dt.datetime) -> None:
        """The 24 hours stop, the unit's own first duty begins (`answering.take`)."""
        report.row["handled_at"] = now
        self.reports.end_work(report, now)
        self.reports.let_read(report, made["to_unit_id"], _KIND.SENT, now)
        self.reports.stop_reading(report, _KIND.SENT, now, but=made["to_unit_id"])
        self.reports.stop_reading(report, _KIND.DISPUTE, now)
        self._handled(report, by, now)
        if made["purpose"] == Dispatch.Purpose.INVESTIGATE:
            self.investigations.open(report, made["to_unit_id"], made["programme"], by, now)
        else:
            self._to_contact(report, made, now)

    def _handled(self, report: KeptReport, by: AtWork, now: dt.datetime) -> None:
        self.book.meet(duties.REPORT, report.key, HANDLE_RULE, now, by.member_id)

    def _to_contact(self, report: KeptReport, made: Row, now: dt.datetime) -> None:
        programme = programmes(timezone.localdate(now))[made["programme"]]
        clocks = programme.clocks_for(ClockKind.FIRST_CONTACT)
        if clocks:
            term = clocks[0].term()
            start = report.row["received_at"] if clocks[0].starts is ClockStart.REPORTED else now
            label, citation = clocks[0].label, str(clocks[0].citation)
        else:
            term = Term(TermKind.HOURS, self.book.number("dispatch.first_contact.hours", now))
            start, label = now, "首次聯繫"
            citation = self.book.cite("dispatch.first_contact.hours")
        self.book.open_duty(
            duties.REPORT, report.key, duties.FIRST_CONTACT,
            sequence=self.book.next_sequence(duties.REPORT, report.key, duties.FIRST_CONTACT),
            label=f"{label}（{report.number}）", rule_label=duties.NAMES[duties.FIRST_CONTACT],
            unit_id=made["to_unit_id"], opened_at=now, started_at=start, term=term,
            township_code=code_of(report.row["township"]), citation=citation,
            url=f"/dispatch/received/{made['id']}/",
        )  # fmt: skip

    # ---- disputes -----------------------------------------------------------------------------------------------

    def _dispute(self, report: KeptReport, first: Row, second: Row, now: dt.datetime) -> None:
        hours = self.book.number("dispatch.dispute.hours", now)
        made = report.dispute = self.book[Dispute].add(
            report_id=report.key, unit_id=report.row["unit_id"], first_id=first["id"], second_id=second["id"],
            opened_at=now, due_at=now + dt.timedelta(hours=hours),
        )  # fmt: skip
        for unit in dict.fromkeys((first["to_unit_id"], second["to_unit_id"])):
            self.reports.let_read(report, unit, _KIND.DISPUTE, now)
            self.book.open_duty(
                duties.DISPUTE, made["id"], duties.SETTLE,
                label=f"主責爭議 {report.number}：裁定由誰主責", rule_label=duties.NAMES[duties.SETTLE], unit_id=unit, opened_at=now, due_at=made["due_at"],
                citation=self.book.cite("dispatch.dispute.hours"), url=f"/dispatch/disputes/{made['id']}/",
            )  # fmt: skip

    def settle(self, deed: deeds.Settled) -> None:
        report, now, by = self.reports.of[deed.report], deed.at, self.staff.supervisor(self.staff.desk_unit)
        dispute = report.dispute
        assert dispute is not None
        lead = self.staff.in_charge(report.row["programme"], report.township)
        decision = self.book.decide(
            duties.DISPUTE, dispute["id"], disputing.RULE,
            outcome=str(lead), reason=deed.text,
            facts={"first": dispute["first_id"], "second": dispute["second_id"], "by_name": by.name},
            citation=self.book.cite("dispatch.dispute.hours"), unit_id=by.context.unit_id, now=now,
            member_id=by.member_id,
        )  # fmt: skip
        dispute["state"] = DISPUTE.after(DisputeState(dispute["state"]), "settle")
        dispute["settled_at"], dispute["settled_by_id"], dispute["settled_by_name"] = (
            now,
            by.member_id,
            by.name,
        )
        dispute["lead_unit_id"], dispute["text"], dispute["decision_id"] = lead, deed.text, decision["id"]
        report.move("settle")
        made = self.book[Dispatch].add(
            report_id=report.key,
            unit_id=report.row["unit_id"],
            to_unit_id=lead,
            programme=report.row["programme"],
            purpose=purpose_of(programmes(timezone.localdate(now)).get(report.row["programme"])),
            round=len(report.rounds) + 1,
            state=DISPATCH.after(DispatchState.SENT, "accept"),
            note=f"裁定主責：{deed.text}"[:300],
            sent_at=now,
            sent_by_id=by.member_id,
            sent_by_name=by.name,
            answer_due_at=now,
        )
        self._answer(made, by, now)
        report.rounds.append(made)
        self.book.meet(duties.DISPUTE, dispute["id"], duties.SETTLE, now, by.member_id)
        self._take(report, made, by, now)
        self._note(audit.Action.SETTLED_DISPUTE, report, by, now, ("dispute", dispute["id"]), lead=lead)

    # ---- not opening --------------------------------------------------------------------------------------------

    def not_open(self, deed: deeds.NotOpened) -> None:
        report, now, by = self.reports.of[deed.report], deed.at, self.staff.dispatcher(deed.report)
        unit = self.staff.in_charge("vulnerable_family", report.township) if deed.to_centre else None
        report.move("not_open")
        decision = self.book.decide(
            duties.REPORT, report.key, NOT_OPEN_RULE,
            outcome=deed.reason.value, reason=deed.text, facts={"referred_unit": unit, "by_name": by.name},
            citation=self.book.cite("dispatch.not_opened_reasons"), unit_id=by.context.unit_id, now=now,
            member_id=by.member_id,
        )  # fmt: skip
        made = report.not_opened = self.book[NotOpened].add(
            report_id=report.key, unit_id=report.row["unit_id"], reason=deed.reason.value, text=deed.text,
            referred_unit_id=unit, referred_to=deed.place, decision_id=decision["id"], at=now, by_id=by.member_id,
            by_name=by.name,
        )  # fmt: skip
        report.row["handled_at"] = now
        self.reports.end_work(report, now)
        if unit is not None:
            self.reports.let_read(report, unit, _KIND.SENT, now)
        self._handled(report, by, now)
        if unit is not None:
            hours = self.book.number("dispatch.referral.hours", now)
            self.book.open_duty(
                duties.REFERRAL, made["id"], duties.TAKE_OVER,
                label=f"不開案轉介 {report.number}：確認收到並接手", rule_label=duties.NAMES[duties.TAKE_OVER], unit_id=unit,
                opened_at=now,
                due_at=now + dt.timedelta(hours=hours), citation=self.book.cite("dispatch.referral.hours"),
                url=f"/dispatch/referrals/{made['id']}/",
            )  # fmt: skip
        self._note(
            audit.Action.NOT_OPENED_REPORT, report, by, now, None,
            reason=deed.reason.value, referred_unit=unit, in_time=now <= report.row["due_at"],
        )  # fmt: skip

    def receive_referral(self, deed: deeds.ReferralReceived) -> None:
        report = self.reports.of[deed.report]
        made = report.not_opened
        if made is None or made["referred_unit_id"] is None:
            return
        by = self.staff.worker(made["referred_unit_id"], deed.report)
        made["received_at"], made["received_by_id"], made["received_by_name"] = deed.at, by.member_id, by.name
        self.book.meet(duties.REFERRAL, made["id"], duties.TAKE_OVER, deed.at, by.member_id)
        self._note(audit.Action.RECEIVED_REFERRAL, report, by, deed.at, ("not_opened", made["id"]))

    def _note(
        self, action: str, report: KeptReport, by: AtWork, now: dt.datetime, subject: tuple[str, int] | None,
        **detail: object,
    ) -> None:  # fmt: skip
        kind, key = subject or (duties.REPORT, report.key)
        self.book.note(action, kind, key, by.context, by.name, now, report=report.key, **detail)
