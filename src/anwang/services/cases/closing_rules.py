"""May the case be closed? Each check with why it fails, what to do about it, and its clause. Pure.

002 參案由七 決定三, 001 參三(六)3(5): nobody is dropped between systems. So what is still open is named, and closing
waits until it is done; a supervisor may pass over what can be passed over, with a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from anwang.policy import Citation, Policy
from anwang.services.programs.codes import ClosingOutcome

from .promise_rules import DutyFact, GoalFact, PlannedFact

RULE = "case.closing"
_VISIT, _LOST = "case.closing.visit_days", "case.closing.lost_attempts"
_DROPPED = Citation("002", "參案由七 決定三")
_SUPERVISION = Citation("004", "附錄1 策略五 2")
_INTERVENTION = Citation("004", "附錄1 策略二 1")
_REREPORT = Citation("004", "附錄2 策略一 3")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something of another room that keeps the case open: an open referral, an open tracked item (列管)."""

    label: str
    text: str
    what_to_do: str
    citation: str = ""
    can_be_passed: bool = False


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What the checks look at. `last_met_on`: when somebody of the family was last met face to face; `missed`: visits
    at which nobody was met since then. `has_scales`: the programme has an assessment to make."""

    outcome: ClosingOutcome | None
    duties: Sequence[DutyFact] = ()
    visits: Sequence[PlannedFact] = ()
    goals: Sequence[GoalFact] = ()
    last_met_on: dt.date | None = None
    missed: int = 0
    unread_reports: int = 0
    is_assessed: bool = False
    has_assessment: bool = True
    has_waiting_plan: bool = False
    has_waiting_transfer: bool = False
    obstacles: Sequence[Obstacle] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `what_to_do` is empty when it passed; `can_be_passed`: a supervisor may close all the same."""

    id: str
    label: str
    passed: bool
    text: str
    what_to_do: str = ""
    citation: str = ""
    can_be_passed: bool = False


def closing_checks(facts: ClosingFacts, *, policy: Policy, now: dt.datetime) -> list[Check]:
    """All checks in the order in which they are shown. `now` carries the zone whose days count."""
    return [
        _reports(facts),
        _transfer(facts),
        _plan(facts),
        _duties(facts, now),
        _visits(facts),
        _met(facts, policy, now),
        _assessed(facts),
        _goals(facts),
        *(
            Check(
                f"other-{number}",
                each.label,
                False,
                each.text,
                each.what_to_do,
                each.citation,
                each.can_be_passed,
            )
            for number, each in enumerate(facts.obstacles, 1)
        ),
    ]


def may_close(checks: Sequence[Check]) -> bool:
    return all(check.passed for check in checks)


def may_be_passed_over(checks: Sequence[Check]) -> bool:
    """Whether all that fails may be passed over by a supervisor with a reason."""
    return all(check.passed or check.can_be_passed for check in checks)


def _reports(facts: ClosingFacts) -> Check:
    if not facts.unread_reports:
        return Check("reports", "新的通報", True, "沒有未看的再通報。", citation=str(_REREPORT))
    return Check(
        "reports",
        "新的通報",
        False,
        f"有 {facts.unread_reports} 件關於這一家的新通報還沒有看。",
        "到個案時間軸上方看這件通報，記下怎麼處理。",
        str(_REREPORT),
    )


def _transfer(facts: ClosingFacts) -> Check:
    if not facts.has_waiting_transfer:
        return Check("transfer", "移轉", True, "沒有進行中的移轉。", citation=str(_DROPPED))
    return Check(
        "transfer", "移轉", False, "個案正在移轉給別人。", "等對方接手，或先收回移轉。", str(_DROPPED)
    )


def _plan(facts: ClosingFacts) -> Check:
    if not facts.has_waiting_plan:
        return Check("plan", "待核定的計畫", True, "沒有寫到一半或待核定的計畫。", citation=str(_SUPERVISION))
    return Check(
        "plan",
        "待核定的計畫",
        False,
        "有一版計畫還沒有核定。",
        "請督導核定或退回，或收回不用的計畫。",
        str(_SUPERVISION),
        can_be_passed=True,
    )


def _duties(facts: ClosingFacts, now: dt.datetime) -> Check:
    """A duty that comes once must be done; of a repeating one only what is overdue: the next falls away with the case."""
    waiting = [duty for duty in facts.duties if not duty.repeats or duty.due_at < now]
    if not waiting:
        return Check("duties", "期限", True, "沒有未完成的期限。", citation=str(_DROPPED))
    names = "、".join(dict.fromkeys(duty.label for duty in waiting))
    return Check(
        "duties",
        "期限",
        False,
        f"還有 {len(waiting)} 項期限沒有完成：{names}。",
        "先完成這些事；做了就會自動銷掉期限。",
        str(_DROPPED),
        can_be_passed=True,
    )


def _visits(facts: ClosingFacts) -> Check:
    if not facts.visits:
        return Check("visits", "約定的訪視", True, "沒有還沒記錄的訪視。", citation=str(_INTERVENTION))
    return Check(
        "visits",
        "約定的訪視",
        False,
        f"還有 {len(facts.visits)} 次約定的訪視沒有紀錄。",
        "把訪視記為已訪或未遇，或寫理由取消。",
        str(_INTERVENTION),
    )


def _met(facts: ClosingFacts, policy: Policy, now: dt.datetime) -> Check:
    today, citation = now.date(), str(policy.citation(_VISIT))
    days = policy.number(_VISIT, on=today)
    if facts.outcome is ClosingOutcome.LOST:
        least = policy.number(_LOST, on=today)
        passed = facts.missed >= least
        return Check(
            "met",
            "找過幾次",
            passed,
            f"最近一次見面後訪視未遇 {facts.missed} 次，要 {least} 次以上。",
            "" if passed else "再訪，並記為未遇；有兒少下落不明時送警政協尋。",
            str(policy.citation(_LOST)),
        )
    if facts.outcome is not None and facts.outcome in policy.texts(
        "case.closing.no_visit_outcomes", on=today
    ):
        return Check(
            "met", "最近的訪視", True, f"以「{facts.outcome.label}」結案，不要求最近訪視。", citation=citation
        )
    if facts.last_met_on is None:
        text, passed = "開案以來還沒有見過服務對象。", False
    else:
        ago = (today - facts.last_met_on).days
        passed = ago <= days
        when = f"最近一次見面在 {ago} 天前" if ago else "今天見過面"
        text = f"{when}，要在 {days} 天內。"
    return Check(
        "met",
        "最近的訪視",
        passed,
        text,
        "" if passed else "結案前再訪一次，看到每一名兒童。",
        citation,
        can_be_passed=True,
    )


def _assessed(facts: ClosingFacts) -> Check:
    if facts.is_assessed or not facts.has_assessment:
        text = "已做過家庭評估。" if facts.is_assessed else "這個方案沒有評估表。"
        return Check("assessed", "家庭評估", True, text, citation=str(_INTERVENTION))
    return Check(
        "assessed",
        "家庭評估",
        False,
        "還沒有做過家庭評估，看不出前後的改變。",
        "先做一次評估。",
        str(_INTERVENTION),
        can_be_passed=True,
    )


def _goals(facts: ClosingFacts) -> Check:
    waiting = [goal for goal in facts.goals if goal.is_open]
    if not waiting:
        return Check("goals", "計畫目標", True, "沒有未了的目標。", citation=str(_INTERVENTION))
    return Check(
        "goals",
        "計畫目標",
        False,
        f"還有 {len(waiting)} 項目標沒有達成，也沒有決定不再進行。",
        "在「檢討」裡把每一項記為已達成，或不再進行並寫原因。",
        str(_INTERVENTION),
        can_be_passed=True,
    )
