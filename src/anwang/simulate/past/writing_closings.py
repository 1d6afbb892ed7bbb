"""Closings written down as `services/cases/closing` keeps them: the checks, what was asked, what the supervisor said."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.utils import timezone

from anwang.platform import audit
from anwang.services.cases import closing
from anwang.services.cases import duties as case_duties
from anwang.services.cases.closing_rules import (
    Check,
    ClosingFacts,
    closing_checks,
    may_be_passed_over,
    may_close,
)
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.models import CaseClosing
from anwang.services.cases.process import CLOSING, CaseState, ClosingState, PlanState
from anwang.services.cases.promise_rules import DutyFact, GoalFact, PlannedFact
from anwang.services.cases.vocabulary import VisitPlace
from anwang.services.programs.codes import ClockKind, ClosingOutcome, FormKind
from anwang.services.programs.programme import ClosingReason
from anwang.standard.codes import OwnSource

from . import deeds
from .book import Book
from .people import People
from .rows import Row
from .staff import AtWork
from .writing_case_duties import CaseDuties, KeptCase
from .writing_cases import CasesWriter
from .writing_plans import PlansWriter


@dataclass
class ClosingsWriter:
    """Writes closings."""

    book: Book
    people: People
    duties: CaseDuties
    cases: CasesWriter
    plans: PlansWriter

    def checks(self, case: KeptCase, outcome: ClosingOutcome, now: dt.datetime) -> list[Check]:
        repeating = (f"case.{ClockKind.VISIT}.", f"case.{ClockKind.REVIEW}.")
        beside = (case_duties.CLOSING_APPROVAL, case_duties.NEW_REPORT, case_duties.TRANSFER)
        programme, number = case.programme.label, f"（{case.number}）"
        plan = self.plans.in_force(case)
        facts = ClosingFacts(
            outcome=outcome,
            duties=[
                DutyFact(
                    row["label"].removesuffix(number).removeprefix(f"{programme}："),
                    row["due_at"],
                    row["rule_id"].startswith(repeating),
                    row["citation"],
                )
                for row in self.book.open_duties(SUBJECT, case.key)
                if row["rule_id"] not in beside and not row["is_promise"]
            ],
            visits=[
                PlannedFact(row["id"], row["planned_at"], VisitPlace(row["place"]).label)
                for row in (case.planned,)
                if row is not None
            ],
            goals=[
                GoalFact(goal["id"], goal["goal"], goal["due_on"], self.plans.state(case, goal).is_open)
                for goal in (self.plans.goals(case, plan) if plan is not None else ())
            ],
            last_met_on=timezone.localdate(case.last_met_at) if case.last_met_at else None,
            missed=case.missed,
            unread_reports=self.cases.unread(case),
            is_assessed=bool(case.assessments),
            has_assessment=bool(case.programme.forms_for(FormKind.ASSESSMENT)),
            has_waiting_plan=any(each["state"] == PlanState.SUBMITTED for each in case.plans),
        )
        return closing_checks(facts, policy=self.book.policy, now=timezone.localtime(now))

    def ask_closing(self, deed: deeds.ClosingAsked) -> None:
        case = self.cases.worked(deed)
        if case is None:
            return
        reason = self._reason(case, deed)
        checks = self.checks(case, reason.outcome, deed.at)
        if not may_close(checks):
            return
        case.move("ask_closing")
        made = case.closing = self._asked(case, deed, reason, checks, case.worker, deed.at)
        case.touch()
        self.duties.ask(
            case, case_duties.CLOSING_APPROVAL, deed.at, owner=case.row["supervisor_id"], sequence=made["id"],
            url=f"/cases/{case.key}/closing/",
        )  # fmt: skip
        self.duties.note(
            audit.Action.CHANGED_CASE, case, case.worker, deed.at, "ask_closing", reason=reason.id
        )

    def _reason(self, case: KeptCase, deed: deeds.ClosingAsked) -> ClosingReason:
        found = case.programme.closing_reason(deed.reason)
        assert found is not None
        return found

    def _asked(
        self, case: KeptCase, deed: deeds.ClosingAsked, reason: ClosingReason, checks: list[Check], by: AtWork,
        now: dt.datetime,
    ) -> Row:  # fmt: skip
        return self.book[CaseClosing].add(
            case_id=case.key,
            unit_id=case.row["unit_id"],
            reason=reason.id,
            outcome=reason.outcome,
            summary=deed.summary,
            note=deed.text,
            referred_to=deed.referred_to,
            aftercare=deed.aftercare,
            checks=[asdict(check) for check in checks],
            asked_at=now,
            asked_by_id=by.member_id,
            asked_by_name=by.name,
        )

    def grant_closing(self, deed: deeds.ClosingGranted) -> None:
        case = self.cases.worked(deed)
        if case is None:
            return
        now, by = deed.at, case.supervisor
        reason = self._reason(case, deed.asked)
        checks = self.checks(case, reason.outcome, now)
        failing = [check for check in checks if not check.passed]
        if failing and not may_be_passed_over(checks):
            return  # it is tried again
        made = case.closing
        if made is None:
            made = case.closing = self._asked(case, deed.asked, reason, checks, by, now)
        overrule = deed.overrule if failing or case.row["state"] != CaseState.CLOSING else ""
        case.move("close")
        self._decide(case, made, failing, overrule, by, now)
        made["checks"] = [asdict(check) for check in checks]
        made["state"] = CLOSING.after(ClosingState(made["state"]), "grant")
        made["answer"], made["answered_at"] = overrule, now
        made["answered_by_id"], made["answered_by_name"] = by.member_id, by.name
        case.row["closed_at"] = now
        case.touch()
        self.book.meet(SUBJECT, case.key, case_duties.CLOSING_APPROVAL, now, by.member_id)
        self.book.withdraw(SUBJECT, case.key, None, now, "個案已結案", by.member_id)
        day = timezone.localdate(now)
        for member in case.members:
            self.people.end_service(OwnSource.CASE_FILE, f"{case.key}-{member['number']}", day)
        if case.row["household_id"] is not None:
            self.people.end_case(case.row["household_id"], case.row["unit_id"], day)
        self.duties.note(
            audit.Action.CLOSED_CASE, case, by, now, "close", reason=reason.id, passed_over=len(failing)
        )

    def _decide(
        self, case: KeptCase, made: Row, failing: list[Check], overrule: str, by: AtWork, now: dt.datetime
    ) -> None:
        facts = {
            "closing": made["id"], "reason": made["reason"], "failing": [check.id for check in failing],
        }  # fmt: skip
        rule = None
        if failing:
            clauses = dict.fromkeys(check.citation for check in failing if check.citation)
            rule = self.book.decide(
                SUBJECT, case.key, closing.RULE,
                outcome="not_closable", reason="".join(check.text for check in failing),
                citation="、".join(clauses)[:300], facts=facts, unit_id=case.row["unit_id"], now=now,
            )  # fmt: skip
        decision = self.book.decide(
            SUBJECT, case.key, closing.RULE,
            outcome="closed", reason=(overrule if failing else "") or "檢核都通過，同意結案。",
            citation=self.book.cite("case.closing.approval_days"), facts=facts, unit_id=by.context.unit_id, now=now,
            member_id=by.member_id, overrules=rule,
        )  # fmt: skip
        made["decision_id"] = decision["id"]
