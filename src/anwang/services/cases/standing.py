"""How a plan stands: which version is in force, and what was last said of each goal."""

from __future__ import annotations

from collections.abc import Mapping

from .models import Case, GoalProgress, Plan, PlanGoal
from .process import PlanState
from .vocabulary import GoalState


def plan_in_force(case_id: int) -> Plan | None:
    return Plan.objects.filter(case_id=case_id, state=PlanState.APPROVED).order_by("-version").first()


def goal_states(case: Case) -> dict[int, GoalState]:
    """How each goal of the case stands: its last progress, or that of the goal that it continues."""
    found = last_said(case, goals_of(case))
    return {row: GoalState(said.state) if said else GoalState.OPEN for row, said in found.items()}


def goals_of(case: Case) -> dict[int, PlanGoal]:
    """The goals of all versions, by row."""
    return {goal.pk: goal for goal in PlanGoal.objects.filter(case=case)}


def last_said(case: Case, goals: Mapping[int, PlanGoal]) -> dict[int, GoalProgress | None]:
    """The last progress of each goal, or that of the goal that it continues; None when nothing was said yet."""
    last: dict[int, GoalProgress] = {}
    for progress in GoalProgress.objects.filter(case=case).order_by("at", "pk"):
        last[progress.goal_id] = progress
    found: dict[int, GoalProgress | None] = {}
    for row, goal in goals.items():
        at: PlanGoal | None = goal
        while at is not None and at.pk not in last:
            at = goals.get(at.continues_id) if at.continues_id else None
        found[row] = last[at.pk] if at is not None else None
    return found


def root_of(goal: PlanGoal, goals: Mapping[int, PlanGoal]) -> int:
    """The row of the goal with which it began, through all versions."""
    while goal.continues_id is not None and goal.continues_id in goals:
        goal = goals[goal.continues_id]
    return goal.pk
