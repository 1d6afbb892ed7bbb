"""What is written in a case, as `services/cases` keeps it: assessments, plans and their reviews."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from anwang.platform import audit
from anwang.services.cases import duties as case_duties
from anwang.services.cases import planning
from anwang.services.cases.assessing import GivenAssessment, read_assessment
from anwang.services.cases.clock_rules import Deed
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.models import Assessment, GoalProgress, Plan, PlanGoal, PlanReview
from anwang.services.cases.process import PLAN, PlanState
from anwang.services.cases.rules import RULE as RISK
from anwang.services.cases.rules import level_of, suggest_risk
from anwang.services.cases.vocabulary import CaseRole, GoalState
from anwang.services.programs.codes import FormKind

from . import deeds, words
from .book import Book
from .rows import Row
from .writing_case_duties import CaseDuties, KeptCase
from .writing_cases import CasesWriter
from .writing_promises import PromisesWriter

WHY = {GoalState.GIVEN_UP: words.GIVEN_UP, GoalState.WORSE: words.WORSE}
"""What is said of a goal that is given up or got worse."""


@dataclass
class PlansWriter:
    """Writes the deeds on paper of a case."""

    book: Book
    duties: CaseDuties
    cases: CasesWriter
    promises: PromisesWriter

    # ---- assessments --------------------------------------------------------------------------------------------

    def assess(self, deed: deeds.Assessed) -> None:
        case = self.cases.worked(deed)
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
        found = suggest_risk(read.items, last_safety=case.last_safety, policy=self.book.policy, on=today)
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
            self.duties.regrade(case, now)
        self.duties.deed_done(case, Deed.ASSESSED, now, now)
        self.duties.note(
            audit.Action.CHANGED_CASE, case, by, now, "assess", level=deed.level, suggested=suggested
        )

    # ---- plans --------------------------------------------------------------------------------------------------

    def submit_plan(self, deed: deeds.PlanSubmitted) -> None:
        case = self.cases.worked(deed)
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
        self.duties.note(audit.Action.CHANGED_CASE, case, by, now, "begin_plan", version=made["version"])
        self.duties.deed_done(case, Deed.PLAN_SUBMITTED, now, now)
        self.book.meet(SUBJECT, case.key, case_duties.PLAN_MENDING, now, by.member_id)
        self.duties.ask(
            case, case_duties.PLAN_APPROVAL, now, owner=case.row["supervisor_id"],
            sequence=made["version"] * 1000 + made["revision"], url=f"/cases/{case.key}/plans/{made['id']}/",
        )  # fmt: skip
        self.duties.note(audit.Action.CHANGED_CASE, case, by, now, "submit_plan", version=made["version"])

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
            for goal in self.goals(case, source)
            if self.state(case, goal).is_open
        ]

    def goals(self, case: KeptCase, plan: Row) -> list[Row]:
        return [goal for goal in case.goals.values() if goal["plan_id"] == plan["id"]]

    def state(self, case: KeptCase, goal: Row | None) -> GoalState:
        """How a goal stands: its last progress, or that of the goal that it continues."""
        while goal is not None and goal["id"] not in case.states:
            goal = case.goals.get(goal["continues_id"]) if goal["continues_id"] else None
        return GoalState(case.states[goal["id"]]) if goal is not None else GoalState.OPEN

    def in_force(self, case: KeptCase) -> Row | None:
        return next((plan for plan in reversed(case.plans) if plan["state"] == PlanState.APPROVED), None)

    def answer_plan(self, deed: deeds.PlanAnswered) -> None:
        case = self.cases.worked(deed)
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
            facts={"plan": plan["id"], "version": plan["version"], "goals": len(self.goals(case, plan))},
            unit_id=by.context.unit_id,
            now=now,
            member_id=by.member_id,
        )  # fmt: skip
        self.book.meet(SUBJECT, case.key, case_duties.PLAN_APPROVAL, now, by.member_id)
        self.duties.note(
            audit.Action.CHANGED_CASE, case, by, now, f"plan_{after.value}", version=plan["version"]
        )
        if deed.returned_for:
            self.duties.ask(
                case, case_duties.PLAN_MENDING, now, owner=case.row["worker_id"], sequence=plan["version"],
                url=f"/cases/{case.key}/plan/",
            )  # fmt: skip
        else:
            self.duties.deed_done(case, Deed.PLAN_APPROVED, now, now, by)
            self.promises.keep_goals(case, plan, now, by.member_id, f"處遇計畫第 {plan['version']} 版核定")

    def review(self, deed: deeds.Reviewed) -> None:
        case = self.cases.worked(deed)
        plan = self.in_force(case) if case is not None else None
        if case is None or plan is None:
            return
        now, by = deed.at, case.worker
        open_goals = [goal for goal in self.goals(case, plan) if self.state(case, goal).is_open]
        made = self.book[PlanReview].add(
            case_id=case.key, unit_id=case.row["unit_id"], plan_id=plan["id"], text=deed.text, at=now,
            by_id=by.member_id, by_name=by.name,
        )  # fmt: skip
        for goal in open_goals:
            state = deed.states.get(goal["goal"], deed.otherwise)
            case.states[goal["id"]], case.said_at[goal["id"]] = state, now
            self.book[GoalProgress].add(
                goal_id=goal["id"], case_id=case.key, unit_id=case.row["unit_id"], review_id=made["id"], state=state,
                text=WHY.get(state, ""), at=now, by_id=by.member_id, by_name=by.name,
            )  # fmt: skip
        self.duties.deed_done(case, Deed.REVIEWED, now, now)
        self.promises.keep_goals(case, plan, now, by.member_id, "檢討計畫")
        self.duties.note(audit.Action.CHANGED_CASE, case, by, now, "review_plan", goals=len(open_goals))
