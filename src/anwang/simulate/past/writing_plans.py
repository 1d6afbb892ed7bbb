"""What is written in a case, as `services/cases` keeps it: assessments, plans and their reviews, closing."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from anwang.platform import audit
from anwang.services.cases import closing, duties, planning
from anwang.services.cases.assessing import GivenAssessment, read_assessment
from anwang.services.cases.clock_rules import Deed
from anwang.services.cases.closing_rules import (
    Check,
    ClosingFacts,
    closing_checks,
    may_be_passed_over,
    may_close,
)
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.models import Assessment, CaseClosing, GoalProgress, Plan, PlanGoal, PlanReview
from anwang.services.cases.process import CLOSING, PLAN, CaseState, ClosingState, PlanState
from anwang.services.cases.promise_rules import DutyFact, GoalFact, PlannedFact
from anwang.services.cases.rules import RULE as RISK
from anwang.services.cases.rules import level_of, suggest_risk
from anwang.services.cases.vocabulary import CaseRole, GoalState, VisitPlace
from anwang.services.programs.codes import ClockKind, ClosingOutcome, FormKind
from anwang.services.programs.programme import ClosingReason
from anwang.standard.codes import OwnSource

from . import deeds, words
from .book import Book
from .people import People
from .rows import Row
from .staff import AtWork
from .writing_cases import CasesWriter, KeptCase

WHY = {GoalState.GIVEN_UP: words.GIVEN_UP, GoalState.WORSE: words.WORSE}
"""What is said of a goal that is given up or got worse."""


@dataclass
class PlansWriter:
    """Writes the deeds on paper of a case."""

    book: Book
    people: People
    cases: CasesWriter

    def _case(self, deed: deeds.OfCase) -> KeptCase | None:
        case = self.cases.of.get(deed.case)
        return case if case is not None and case.is_worked_on else None

    # ---- assessments --------------------------------------------------------------------------------------------

    def assess(self, deed: deeds.Assessed) -> None:
        case = self._case(deed)
        if case is None:
            return
        now, by, programme = deed.at, case.worker, case.programme
        today = timezone.localdate(now)
        labels = {0: "全家"} | {
            m["number"]: f"{CaseRole(m['role']).label}（{m['number']}）" for m in case.members
        }
        given = GivenAssessment(
            deed.assessed_on, deed.household, {1: deed.client} if deed.client else {}, deed.level
        )
        read = read_assessment(programme, given, today, labels)
        if read.problems:
            raise ValueError(f"{programme.id}: {read.problems}")
        found = suggest_risk(
            read.items, last_safety=self.cases.last_safety(case), policy=self.book.policy, on=today
        )
        suggested = level_of(found.grade, [level.id for level in programme.risk_levels])
        reason = deed.reason if deed.level != suggested else ""
        made = self.book[Assessment].add(
            case_id=case.key,
            unit_id=case.row["unit_id"],
            assessed_on=deed.assessed_on,
            forms={form.id: form.version for form in programme.forms_for(FormKind.ASSESSMENT)},
            household=read.content.get(0, {}),
            persons={str(number): answers for number, answers in read.content.items() if number},
            items=[asdict(item) for item in read.items],
            answers=list(read.answers),
            suggested=suggested,
            level=deed.level,
            reason=reason,
            basis={
                "rule": RISK,
                "reason": found.reason,
                "citation": str(found.citation),
                "flags": list(found.flags),
                "share": found.share,
            },
            at=now,
            by_id=by.member_id,
            by_name=by.name,
        )
        if suggested:
            facts = {"share": found.share, "factors": len(found.factors)}
            shared: dict[str, Any] = {
                "citation": str(found.citation), "facts": facts, "unit_id": case.row["unit_id"], "now": now,
            }  # fmt: skip
            rule = self.book.decide(SUBJECT, case.key, RISK, outcome=suggested, reason=found.reason, **shared)
            if deed.level != suggested:
                rule = self.book.decide(
                    SUBJECT, case.key, RISK, outcome=deed.level, reason=reason, member_id=by.member_id,
                    overrules=rule, **shared,
                )  # fmt: skip
            made["decision_id"] = rule["id"]
        case.assessments.append(made)
        if case.row["risk_level"] != deed.level:
            case.row["risk_level"] = deed.level
            case.touch()
            self.cases.regrade(case, now)
        self.cases.deed_done(case, Deed.ASSESSED, now, now)
        self.cases.note(
            audit.Action.CHANGED_CASE, case, by, now, "assess", level=deed.level, suggested=suggested
        )

    # ---- plans --------------------------------------------------------------------------------------------------

    def submit_plan(self, deed: deeds.PlanSubmitted) -> None:
        case = self._case(deed)
        if case is None or any(each["state"] == PlanState.SUBMITTED for each in case.plans):
            return
        now, by = deed.at, case.worker
        source = case.plans[-1] if case.plans else None
        kept = self._going_on(case, source)
        made = self.book[Plan].add(
            case_id=case.key,
            unit_id=case.row["unit_id"],
            version=len(case.plans) + 1,
            state=PLAN.after(PlanState.DRAFT, "submit"),
            summary=deed.summary,
            client_agrees="yes",
            until_on=deed.until_on,
            revision=2,
            made_at=now,
            made_by_id=by.member_id,
            made_by_name=by.name,
            submitted_at=now,
            submitted_by_id=by.member_id,
            submitted_by_name=by.name,
        )
        case.plans.append(made)
        today = timezone.localdate(now)
        lines = [
            {**line, "due_on": line["due_on"] if line["due_on"] >= today else deed.until_on} for line in kept
        ]
        lines += [
            {"goal": g.goal, "services": g.services, "owner": by.name, "due_on": g.due_on, "need": g.need}
            for g in deed.goals
            if g.goal not in {line["goal"] for line in kept}
        ]
        for number, line in enumerate(lines, 1):
            goal = self.book[PlanGoal].add(
                plan_id=made["id"], case_id=case.key, unit_id=case.row["unit_id"], number=number, **line
            )
            case.goals[goal["id"]] = goal
        self.cases.note(audit.Action.CHANGED_CASE, case, by, now, "begin_plan", version=made["version"])
        self.cases.deed_done(case, Deed.PLAN_SUBMITTED, now, now)
        self.book.meet(SUBJECT, case.key, duties.PLAN_MENDING, now, by.member_id)
        self.cases.ask(
            case, duties.PLAN_APPROVAL, now, owner=case.row["supervisor_id"],
            sequence=made["version"] * 1000 + made["revision"], url=f"/cases/{case.key}/plans/{made['id']}/",
        )  # fmt: skip
        self.cases.note(audit.Action.CHANGED_CASE, case, by, now, "submit_plan", version=made["version"])

    def _going_on(self, case: KeptCase, source: Row | None) -> list[Row]:
        """The open goals of the version before, as the next one takes them over."""
        if source is None:
            return []
        approved = source["state"] == PlanState.APPROVED
        return [
            {
                **{name: goal[name] for name in ("goal", "services", "owner", "due_on", "need")},
                "continues_id": goal["id"] if approved else goal["continues_id"],
            }
            for goal in self._goals(case, source)
            if self._state(case, goal).is_open
        ]

    def _goals(self, case: KeptCase, plan: Row) -> list[Row]:
        return [goal for goal in case.goals.values() if goal["plan_id"] == plan["id"]]

    def _state(self, case: KeptCase, goal: Row | None) -> GoalState:
        """How a goal stands: its last progress, or that of the goal that it continues."""
        while goal is not None and goal["id"] not in case.states:
            goal = case.goals.get(goal["continues_id"]) if goal["continues_id"] else None
        return GoalState(case.states[goal["id"]]) if goal is not None else GoalState.OPEN

    def _in_force(self, case: KeptCase) -> Row | None:
        return next((plan for plan in reversed(case.plans) if plan["state"] == PlanState.APPROVED), None)

    def answer_plan(self, deed: deeds.PlanAnswered) -> None:
        case = self._case(deed)
        plan = case.plans[-1] if case is not None and case.plans else None
        if case is None or plan is None or plan["state"] != PlanState.SUBMITTED:
            return
        now, by = deed.at, case.supervisor
        plan["state"] = after = PLAN.after(PlanState.SUBMITTED, "return" if deed.returned_for else "approve")
        plan["answer"], plan["answered_at"] = deed.returned_for, now
        plan["answered_by_id"], plan["answered_by_name"] = by.member_id, by.name
        self.book.decide(
            SUBJECT, case.key, planning.RULE,
            outcome=after.value,
            reason=deed.returned_for or "計畫完整，同意依計畫執行。",
            citation=self.book.cite("case.plan.approval_days"),
            facts={"plan": plan["id"], "version": plan["version"], "goals": len(self._goals(case, plan))},
            unit_id=by.context.unit_id,
            now=now,
            member_id=by.member_id,
        )  # fmt: skip
        self.book.meet(SUBJECT, case.key, duties.PLAN_APPROVAL, now, by.member_id)
        self.cases.note(
            audit.Action.CHANGED_CASE, case, by, now, f"plan_{after.value}", version=plan["version"]
        )
        if deed.returned_for:
            self.cases.ask(
                case, duties.PLAN_MENDING, now, owner=case.row["worker_id"], sequence=plan["version"],
                url=f"/cases/{case.key}/plan/",
            )  # fmt: skip
        else:
            self.cases.deed_done(case, Deed.PLAN_APPROVED, now, now, by)

    def review(self, deed: deeds.Reviewed) -> None:
        case = self._case(deed)
        plan = self._in_force(case) if case is not None else None
        if case is None or plan is None:
            return
        now, by = deed.at, case.worker
        open_goals = [goal for goal in self._goals(case, plan) if self._state(case, goal).is_open]
        made = self.book[PlanReview].add(
            case_id=case.key, unit_id=case.row["unit_id"], plan_id=plan["id"], text=deed.text, at=now,
            by_id=by.member_id, by_name=by.name,
        )  # fmt: skip
        for goal in open_goals:
            state = deed.states.get(goal["goal"], deed.otherwise)
            case.states[goal["id"]] = state
            self.book[GoalProgress].add(
                goal_id=goal["id"], case_id=case.key, unit_id=case.row["unit_id"], review_id=made["id"], state=state,
                text=WHY.get(state, ""), at=now, by_id=by.member_id, by_name=by.name,
            )  # fmt: skip
        self.cases.deed_done(case, Deed.REVIEWED, now, now)
        self.cases.note(audit.Action.CHANGED_CASE, case, by, now, "review_plan", goals=len(open_goals))

    # ---- closing ------------------------------------------------------------------------------------------------

    def checks(self, case: KeptCase, outcome: ClosingOutcome, now: dt.datetime) -> list[Check]:
        repeating = (f"case.{ClockKind.VISIT}.", f"case.{ClockKind.REVIEW}.")
        beside = (duties.CLOSING_APPROVAL, duties.NEW_REPORT, duties.TRANSFER)
        programme, number = case.programme.label, f"（{case.number}）"
        plan = self._in_force(case)
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
                if row["rule_id"] not in beside
            ],
            visits=[
                PlannedFact(row["id"], row["planned_at"], VisitPlace(row["place"]).label)
                for row in (case.planned,)
                if row is not None
            ],
            goals=[
                GoalFact(goal["id"], goal["goal"], goal["due_on"], self._state(case, goal).is_open)
                for goal in (self._goals(case, plan) if plan is not None else ())
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
        case = self._case(deed)
        if case is None:
            return
        reason = self._reason(case, deed)
        checks = self.checks(case, reason.outcome, deed.at)
        if not may_close(checks):
            return
        case.move("ask_closing")
        made = case.closing = self._asked(case, deed, reason, checks, case.worker, deed.at)
        case.touch()
        self.cases.ask(
            case, duties.CLOSING_APPROVAL, deed.at, owner=case.row["supervisor_id"], sequence=made["id"],
            url=f"/cases/{case.key}/closing/",
        )  # fmt: skip
        self.cases.note(
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
        case = self._case(deed)
        if case is None:
            return
        now, by = deed.at, case.supervisor
        reason = self._reason(case, deed.asked)
        checks = self.checks(case, reason.outcome, now)
        failing = [check for check in checks if not check.passed]
        if failing and not may_be_passed_over(checks):
            self.cases.passed_over += 1
            return
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
        self.book.meet(SUBJECT, case.key, duties.CLOSING_APPROVAL, now, by.member_id)
        self.book.withdraw(SUBJECT, case.key, None, now, "個案已結案", by.member_id)
        day = timezone.localdate(now)
        for member in case.members:
            self.people.end_service(OwnSource.CASE_FILE, f"{case.key}-{member['number']}", day)
        if case.row["household_id"] is not None:
            self.people.end_case(case.row["household_id"], case.row["unit_id"], day)
        self.cases.note(
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
