"""Unmet promises: what was promised to the family or to the supervisor and is past its day. Pinned on the case. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from anwang.platform.due_rules import end_of_day


class PromiseKind(StrEnum):
    DUTY = "duty"
    VISIT = "visit"
    GOAL = "goal"
    PLAN = "plan"

    @property
    def label(self) -> str:
        return {
            PromiseKind.DUTY: "期限",
            PromiseKind.VISIT: "約定的訪視",
            PromiseKind.GOAL: "計畫目標",
            PromiseKind.PLAN: "計畫期間",
        }[self]


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise that is past its day: what, since when (`due_at` where it ran to the minute), and the row that it is
    about (0: none)."""

    kind: PromiseKind
    text: str
    due_on: dt.date
    row: int = 0
    citation: str = ""
    due_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyFact:
    """An open duty of the case. `repeats`: another one follows whenever it is met (visits, reviews)."""

    label: str
    due_at: dt.datetime
    repeats: bool
    citation: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFact:
    """A visit that is still planned."""

    row: int
    at: dt.datetime
    place: str


@dataclass(frozen=True, slots=True)
class GoalFact:
    """A goal of the plan in force and whether it is still open."""

    row: int
    goal: str
    due_on: dt.date
    is_open: bool


def unmet_promises(
    *,
    duties: Sequence[DutyFact],
    visits: Sequence[PlannedFact],
    goals: Sequence[GoalFact],
    plan_until: dt.date | None,
    now: dt.datetime,
) -> list[Promise]:
    """Everything past its day, the oldest first; a planned visit has until the end of its day. `now` carries the zone
    whose days count."""
    today = now.date()
    found = [
        Promise(
            PromiseKind.DUTY,
            duty.label,
            duty.due_at.astimezone(now.tzinfo).date(),
            0,
            duty.citation,
            duty.due_at,
        )
        for duty in duties
        if duty.due_at < now
    ]
    found += [
        Promise(
            PromiseKind.VISIT,
            f"約定{visit.place}，還沒有紀錄",
            on,
            visit.row,
            due_at=end_of_day(on),
        )
        for visit in visits
        if (on := visit.at.astimezone(now.tzinfo).date()) < today
    ]
    found += [
        Promise(PromiseKind.GOAL, goal.goal, goal.due_on, goal.row, due_at=end_of_day(goal.due_on))
        for goal in goals
        if goal.is_open and goal.due_on < today
    ]
    if plan_until is not None and plan_until < today:
        found.append(Promise(PromiseKind.PLAN, "計畫期間已過，請檢討並修訂", plan_until))
    return sorted(found, key=lambda promise: (promise.due_on, promise.kind, promise.row))
