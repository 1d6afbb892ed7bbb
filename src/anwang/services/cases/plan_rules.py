"""What a plan must hold before it goes to the supervisor, field by field, in words for the user. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .rules import text_problem
from .vocabulary import GoalState

GOALS_MAX = 12
LONGEST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """A goal as typed. `continues`: the row of the same goal in the plan before (0: a new one)."""

    goal: str
    services: str = ""
    owner: str = ""
    due_on: dt.date | None = None
    need: str = ""
    continues: int = 0

    @property
    def is_empty(self) -> bool:
        return (
            not any(text.strip() for text in (self.goal, self.services, self.owner, self.need))
            and not self.due_on
        )


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A plan as typed. `client_agrees`: yes, no, or "" (not said)."""

    goals: Sequence[GoalDraft]
    summary: str = ""
    client_agrees: str = ""
    disagreement: str = ""
    until_on: dt.date | None = None


def saving_problems(draft: PlanDraft) -> dict[str, str]:
    """What keeps a draft from being kept at all: only what the tables cannot hold."""
    found: dict[str, str] = {}
    if len(draft.goals) > GOALS_MAX:
        found["goals"] = f"一版計畫最多 {GOALS_MAX} 項目標。"
    for number, goal in enumerate(draft.goals, 1):
        for name, text, most in (
            ("goal", goal.goal, 300),
            ("services", goal.services, 500),
            ("owner", goal.owner, 120),
            ("need", goal.need, 200),
        ):
            if len(text) > most:
                found[f"{name}_{number}"] = f"請在 {most} 個字以內（現在 {len(text)} 個字）。"
    if len(draft.disagreement) > 300:
        found["disagreement"] = "請在 300 個字以內。"
    return found


def submitting_problems(
    draft: PlanDraft, *, today: dt.date, open_goals: Mapping[int, str] | None = None
) -> dict[str, str]:
    """What the supervisor would ask back: goals that are whole, a term, what the family says to it; and that no goal of
    the plan in force is dropped without a word (`open_goals`: row to goal)."""
    found = saving_problems(draft)
    kept = {goal.continues for goal in draft.goals}
    dropped = [text for row, text in (open_goals or {}).items() if row not in kept]
    if dropped:
        found.setdefault(
            "goals", f"原計畫的目標「{dropped[0]}」還沒有了結：請保留，或先在檢討裡記為不再進行並寫原因。"
        )
    if not draft.goals:
        found["goal_1"] = "請至少寫一項目標。"
    for number, goal in enumerate(draft.goals, 1):
        if problem := text_problem(goal.goal, "目標"):
            found.setdefault(f"goal_{number}", problem)
        if problem := text_problem(goal.services, "服務", 500):
            found.setdefault(f"services_{number}", problem)
        if not goal.owner.strip():
            found[f"owner_{number}"] = "請寫誰負責。"
        if goal.due_on is None:
            found[f"due_{number}"] = "請輸入日期，例如 115/6/30。"
        elif goal.due_on < today:
            found[f"due_{number}"] = "期限已經過了，請改為以後的日期。"
    if draft.until_on is None:
        found["until_on"] = "請輸入計畫到哪一天，例如 115/6/30。"
    elif not today <= draft.until_on <= today + LONGEST:
        found["until_on"] = "計畫期間要在今天以後、一年以內。"
    if draft.client_agrees not in ("yes", "no"):
        found["client_agrees"] = "請選擇服務對象是否同意。"
    elif draft.client_agrees == "no" and (problem := text_problem(draft.disagreement, "不同意的部分")):
        found.setdefault("disagreement", problem)
    return found


@dataclass(frozen=True, slots=True)
class ProgressGiven:
    """How one goal stands, as said in a review."""

    goal_id: int
    state: GoalState | None
    text: str = ""


def review_problems(
    given: Sequence[ProgressGiven], text: str, *, open_goals: Sequence[int]
) -> dict[str, str]:
    """A review says of every open goal how it stands; what is given up or got worse says why."""
    found: dict[str, str] = {}
    said = {each.goal_id: each for each in given}
    for goal_id in open_goals:
        each = said.get(goal_id)
        if each is None or each.state is None or each.state is GoalState.OPEN:
            found[f"state_{goal_id}"] = "請選擇這項目標的進展。"
        elif each.state in (GoalState.GIVEN_UP, GoalState.WORSE) and (
            problem := text_problem(each.text, "原因", 500)
        ):
            found[f"text_{goal_id}"] = problem
    if problem := text_problem(text, "檢討的結果", 3000):
        found["text"] = problem
    return found
