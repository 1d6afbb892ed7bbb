"""What a worker promised of their own, as duties: the goals of the plan in force and the visits that are planned. Pure.

No legal clocks: they stand after those. A visit that the programme's frequency asks for is another duty, which a planned
visit does not end. The duty of a goal goes on through the versions of the plan, so its sequence is the row of the goal
with which it began; that of a visit is the visit's row.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anwang.platform.due_rules import TAIPEI, end_of_day
from anwang.standard.dates import roc_short

from .process import VisitState
from .vocabulary import GoalState

GOAL, APPOINTMENT = "case.goal", "case.appointment"
NAMES = {GOAL: "計畫目標", APPOINTMENT: "約定的訪視"}
_BETWEEN = re.compile(r"[\s、，,；;／/與和及（）()・]+")
_TITLE_BEFORE, _TITLE_AFTER = (
    re.compile(r"^(?:主責社工|社工師|社工|督導)"),
    re.compile(r"(?:社工師|社工|督導)$"),
)

Key = tuple[str, int]
"""The rule and the sequence of a promise's duty: with the case they name one."""


@dataclass(frozen=True, slots=True)
class PlanFact:
    """The plan in force. `approved_at`: since when it is."""

    row: int
    version: int
    approved_at: dt.datetime
    until_on: dt.date | None


@dataclass(frozen=True, slots=True)
class GoalPromised:
    """A goal of the plan in force. `root`: the row that it goes back to; `said_at`: when its state was said last;
    `owner`: the member whose it is (None: the unit's)."""

    root: int
    number: int
    due_on: dt.date | None
    state: GoalState
    said_at: dt.datetime | None
    owner: int | None


@dataclass(frozen=True, slots=True)
class VisitPromised:
    """A visit that was planned, whatever became of it. `place` is the label of where."""

    row: int
    place: str
    planned_at: dt.datetime
    made_at: dt.datetime
    state: VisitState
    visited_at: dt.datetime | None
    owner: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A duty as it should stand open. No text of the plan or of the visit is in it: supervisors and lists read it."""

    rule: str
    sequence: int
    label: str
    citation: str
    url: str
    due_at: dt.datetime
    started_at: dt.datetime
    owner: int | None

    @property
    def key(self) -> Key:
        return self.rule, self.sequence


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a promise waits no longer: kept (`kept_at`), or fallen away for a reason."""

    kept_at: dt.datetime | None = None
    reason: str = "計畫修訂後不再列這項目標"


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A promise's duty as it stands: open, or ended (met, or withdrawn)."""

    key: Key
    unit: int
    owner: int | None
    due_at: dt.datetime
    label: str
    citation: str
    url: str
    is_open: bool
    is_met: bool


class StepKind(StrEnum):
    OPEN = "open"
    RESTORE = "restore"
    MOVE = "move"
    RESTATE = "restate"
    HAND_OVER = "hand_over"
    MEET = "meet"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Step:
    """One change that makes the duties say what was promised. `wanted` for those that stand on, `ended` for the others."""

    kind: StepKind
    key: Key
    wanted: Wanted | None = None
    ended: Ended | None = None


def goals_wanted(
    goals: Iterable[GoalPromised], plan: PlanFact, *, case: int, number: str, since: dt.date | None = None
) -> list[Wanted]:
    """The open goals. `since`: when the case went on after a closing; what was due before then, or stands in a plan that
    had run out, is promised no longer."""
    if since is not None and plan.until_on is not None and plan.until_on < since:
        return []
    return [
        Wanted(
            GOAL,
            goal.root,
            f"計畫第 {plan.version} 版目標 {goal.number} 到期（{number}）",
            f"處遇計畫第 {plan.version} 版（{_day(plan.approved_at)} 核定）目標 {goal.number}",
            f"/cases/{case}/review/",
            end_of_day(goal.due_on),
            plan.approved_at,
            goal.owner,
        )
        for goal in goals
        if goal.due_on is not None and goal.state.is_open and (since is None or goal.due_on >= since)
    ]


def goals_ended(goals: Iterable[GoalPromised]) -> dict[Key, Ended]:
    """How the goals ended that are open no more."""
    return {
        (GOAL, goal.root): Ended(goal.said_at)
        if goal.state is GoalState.REACHED
        else Ended(None, "目標不再進行")
        for goal in goals
        if not goal.state.is_open
    }


def visits_wanted(visits: Iterable[VisitPromised], *, case: int, number: str) -> list[Wanted]:
    """The planned visits, due until the end of their day. None outlasts a closing, which it keeps from coming."""
    return [
        Wanted(
            APPOINTMENT,
            visit.row,
            f"約定訪視 {_moment(visit.planned_at)} {visit.place}（{number}）",
            f"{_day(visit.made_at)} 約定：{_moment(visit.planned_at)} {visit.place}",
            f"/cases/{case}/visits/{visit.row}/",
            end_of_day(_on(visit.planned_at)),
            visit.made_at,
            visit.owner,
        )
        for visit in visits
        if visit.state is VisitState.PLANNED
    ]


def visits_ended(visits: Iterable[VisitPromised]) -> dict[Key, Ended]:
    """Who went there kept the promise, whether somebody was met or not."""
    return {
        (APPOINTMENT, visit.row): Ended(None, "訪視取消")
        if visit.state is VisitState.CANCELLED
        else Ended(visit.visited_at)
        for visit in visits
        if visit.state is not VisitState.PLANNED
    }


def steps(
    wanted: Sequence[Wanted], held: Mapping[Key, HeldDuty], ended: Mapping[Key, Ended], *, unit: int
) -> list[Step]:
    """What to change so that the duties say what is promised; none when they do. `unit`: whose the case is."""
    found = []
    keys = {each.key for each in wanted}
    for each in wanted:
        there = held.get(each.key)
        if there is None:
            found.append(Step(StepKind.OPEN, each.key, each))
            continue
        if there.is_met:
            continue
        if not there.is_open:
            found.append(Step(StepKind.RESTORE, each.key, each))
        if there.due_at != each.due_at:
            found.append(Step(StepKind.MOVE, each.key, each))
        if (there.label, there.citation, there.url) != (each.label, each.citation, each.url):
            found.append(Step(StepKind.RESTATE, each.key, each))
        if (there.unit, there.owner) != (unit, each.owner):
            found.append(Step(StepKind.HAND_OVER, each.key, each))
    for key, duty in held.items():
        if duty.is_open and key not in keys:
            how = ended.get(key, Ended())
            kind = StepKind.WITHDRAW if how.kept_at is None else StepKind.MEET
            found.append(Step(kind, key, ended=how))
    return found


def owner_in(text: str, members: Mapping[int, str]) -> int | None:
    """The one member whose name stands in 誰負責 (「林以晴」, 「社工林以晴、案母」); None for nobody of ours or several.

    `members`: who works in the unit, row to name.
    """
    words = {text.strip()}
    for each in _BETWEEN.split(text):
        bare = _TITLE_BEFORE.sub("", each)
        words |= {each, bare, _TITLE_AFTER.sub("", each), _TITLE_AFTER.sub("", bare)}
    found = [row for row, name in members.items() if name and name in words]
    return found[0] if len(found) == 1 else None


def _on(at: dt.datetime) -> dt.date:
    return at.astimezone(TAIPEI).date()


def _day(at: dt.datetime) -> str:
    return roc_short(_on(at))


def _moment(at: dt.datetime) -> str:
    return f"{_day(at)} {at.astimezone(TAIPEI):%H:%M}"
