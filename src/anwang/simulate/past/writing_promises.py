"""The duties of what a worker promised, as `services/cases/promising` keeps them: goals of the plan, planned visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.process import VisitState
from anwang.services.cases.promised_rules import (
    APPOINTMENT,
    GOAL,
    NAMES,
    Ended,
    GoalPromised,
    HeldDuty,
    Key,
    PlanFact,
    Step,
    StepKind,
    VisitPromised,
    Wanted,
    goals_ended,
    goals_wanted,
    steps,
    visits_ended,
    visits_wanted,
)
from anwang.services.cases.vocabulary import GoalState, VisitPlace

from .book import Book
from .rows import Row
from .writing_case_duties import KeptCase


@dataclass
class PromisesWriter:
    """Opens, moves and ends the duties. Nobody hands a case on here, so every promise is its worker's."""

    book: Book

    def keep_goals(self, case: KeptCase, plan: Row, now: dt.datetime, by: int | None, reason: str) -> None:
        """`plan` is the version in force."""
        fact = PlanFact(plan["id"], plan["version"], plan["answered_at"], plan["until_on"])
        goals = [_goal(case, goal) for goal in case.goals.values() if goal["plan_id"] == plan["id"]]
        wanted = goals_wanted(goals, fact, case=case.key, number=case.number)
        self._do(case, GOAL, wanted, goals_ended(goals), now, by, reason)

    def keep_appointments(self, case: KeptCase, rows: Iterable[Row], now: dt.datetime, reason: str) -> None:
        """`rows`: the visits that the deed was about, planned or made."""
        visits = [
            VisitPromised(
                row["id"],
                VisitPlace(row["place"]).label,
                row["planned_at"],
                row["made_at"],
                VisitState(row["state"]),
                row["visited_at"],
                row["worker_id"],
            )
            for row in rows
        ]
        wanted = visits_wanted(visits, case=case.key, number=case.number)
        self._do(case, APPOINTMENT, wanted, visits_ended(visits), now, case.worker.member_id, reason)

    def _do(
        self, case: KeptCase, rule: str, wanted: list[Wanted], ended: dict[Key, Ended], now: dt.datetime,
        by: int | None, reason: str,
    ) -> None:  # fmt: skip
        for step in steps(wanted, self._held(case, rule), ended, unit=case.row["unit_id"]):
            self._step(case, step, now, by, reason)

    def _held(self, case: KeptCase, rule: str) -> dict[Key, HeldDuty]:
        return {
            (rule, row["sequence"]): HeldDuty(
                (rule, row["sequence"]),
                row["unit_id"],
                row["owner_member_id"],
                row["due_at"],
                row["label"],
                row["citation"],
                row["url"],
                row["met_at"] is None and row["withdrawn_at"] is None,
                row["met_at"] is not None,
            )
            for row in self.book.duties_of(SUBJECT, case.key, rule)
        }

    def _step(self, case: KeptCase, step: Step, now: dt.datetime, by: int | None, reason: str) -> None:
        rule, sequence = step.key
        match step.kind, step.wanted, step.ended:
            case StepKind.OPEN, Wanted() as each, _:
                self.book.open_duty(
                    SUBJECT, case.key, rule,
                    sequence=sequence,
                    label=each.label,
                    rule_label=NAMES[rule],
                    subject_label=case.number,
                    unit_id=case.row["unit_id"],
                    owner_member_id=each.owner,
                    opened_at=now,
                    started_at=each.started_at,
                    due_at=each.due_at,
                    citation=each.citation,
                    url=each.url,
                    is_promise=True,
                )  # fmt: skip
            case StepKind.MOVE, Wanted() as each, _:
                self.book.move(SUBJECT, case.key, rule, sequence, now, each.due_at, reason, by)
            case StepKind.RESTATE, Wanted() as each, _:
                self.book.restate(
                    SUBJECT, case.key, rule, sequence, label=each.label, citation=each.citation, url=each.url
                )
            case StepKind.MEET, _, Ended(kept_at=dt.datetime() as at):
                self.book.meet(SUBJECT, case.key, rule, at, by, sequence)
            case StepKind.WITHDRAW, _, Ended() as ended:
                self.book.withdraw(SUBJECT, case.key, rule, now, ended.reason, by, sequence)
            case _:
                raise ValueError(f"a case of the past is neither handed on nor reopened: {step.kind}")


def _goal(case: KeptCase, goal: Row) -> GoalPromised:
    at, root = goal, goal
    while at["id"] not in case.states and at["continues_id"]:
        at = case.goals[at["continues_id"]]
    while root["continues_id"]:
        root = case.goals[root["continues_id"]]
    state = GoalState(case.states.get(at["id"], GoalState.OPEN))
    said = case.said_at.get(at["id"])
    return GoalPromised(root["id"], goal["number"], goal["due_on"], state, said, case.row["worker_id"])
