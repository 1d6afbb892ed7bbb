"""Investigation: its clocks, and what a conclusion must hold (004 附錄1 策略二: 通報、調查、處遇; 分級處遇).

A conclusion is 成案 or 不成案, with a safety assessment, the level of intervention that follows from it, and a safety plan
where the person is safe only with one. Somebody not substantiated is referred on all the same (003 參一).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from anwang.policy.model import Citation
from anwang.policy.store import Policy
from anwang.standard.report_answers import Need

from .vocabulary import Urgency

CITATION = Citation("004", "附錄1 策略二1")


class Safety(StrEnum):
    """The result of the safety assessment."""

    SAFE = "safe"
    SAFE_WITH_PLAN = "safe_with_plan"
    UNSAFE = "unsafe"

    @property
    def label(self) -> str:
        return {Safety.SAFE: "安全", Safety.SAFE_WITH_PLAN: "有安全計畫才安全", Safety.UNSAFE: "不安全"}[self]


class Level(StrEnum):
    """Graded intervention (分級處遇), the strongest first."""

    OUT_OF_HOME = "out_of_home"
    IN_HOME = "in_home"
    FAMILY_SUPPORT = "family_support"
    REFERRAL = "referral"

    @property
    def label(self) -> str:
        return {
            Level.OUT_OF_HOME: "緊急安置或家外安置",
            Level.IN_HOME: "保護性家內處遇",
            Level.FAMILY_SUPPORT: "家庭支持服務（脆弱家庭）",
            Level.REFERRAL: "轉介其他服務",
        }[self]

    @property
    def rank(self) -> int:
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a safety plan: what is done, by whom, until when."""

    what: str
    who: str
    until_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the worker wants to conclude; empty texts are what was left blank."""

    substantiated: bool | None
    safety: Safety | None
    level: Level | None
    finding: str
    level_reason: str = ""
    plan: tuple[PlanLine, ...] = ()
    referred_to: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The level that the answers speak for, and why."""

    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class Came:
    """What is investigated: when the report came (local time), the programme that took it, the needs that it names."""

    received_at: dt.datetime
    programme: str
    needs: Collection[str] = ()

    def concerns_disabled(self, policy: Policy) -> bool:
        """Whether the terms of 身權法第76條 apply: nothing else tells of a disability before the first visit."""
        programmes = policy.texts("investigation.disabled_programmes", on=self.received_at.date())
        return self.programme in programmes and Need.DISABILITY in self.needs


def first_contact_due(
    accepted_at: dt.datetime, urgency: Urgency, came: Came, *, policy: Policy
) -> tuple[dt.datetime, str]:
    """By when the worker must have seen or reached the person: hours that run through nights and holidays; and the rule's id.

    They run from the acceptance; those of 身權法第76條第4項 from the report, and the earlier of the two counts.
    """
    rule = f"investigation.first_contact_hours.{urgency}"
    due = accepted_at + dt.timedelta(hours=policy.number(rule, on=accepted_at.date()))
    if came.concerns_disabled(policy):
        legal = "investigation.first_contact_hours.disabled"
        last = came.received_at + dt.timedelta(hours=policy.number(legal, on=came.received_at.date()))
        return min((due, rule), (last, legal))
    return due, rule


def conclusion_due(came: Came, *, policy: Policy) -> tuple[dt.datetime, str]:
    """By when the result must be there: the last moment of the day, so many days after the report came; and the rule's id."""
    day = came.received_at.date()
    if came.programme in policy.texts("investigation.child_programmes", on=day):
        kind = "child"
    else:
        kind = "disabled" if came.concerns_disabled(policy) else "other"
    rule = f"investigation.conclusion_days.{kind}"
    last = day + dt.timedelta(days=policy.number(rule, on=day))
    return dt.datetime.combine(last, dt.time(23, 59, 59), came.received_at.tzinfo), rule


def suggested_level(substantiated: bool, safety: Safety) -> Suggestion:
    """The level of intervention that result and safety speak for."""
    if safety is Safety.UNSAFE:
        return Suggestion(Level.OUT_OF_HOME, "安全評估為「不安全」，留在家中無法確保安全。")
    if substantiated:
        plan = "，須依安全計畫執行" if safety is Safety.SAFE_WITH_PLAN else ""
        return Suggestion(Level.IN_HOME, f"成案且{safety.label}{plan}，以家內處遇改善照顧。")
    if safety is Safety.SAFE_WITH_PLAN:
        return Suggestion(Level.FAMILY_SUPPORT, "不成案，但有安全計畫才安全，家庭需要持續支持。")
    return Suggestion(Level.REFERRAL, "不成案且安全，依需求轉介相關單位（003 參一）。")


def conclusion_problems(given: Conclusion, *, policy: Policy, on: dt.date) -> dict[str, str]:
    """What has to be mended before the conclusion can be kept, by field; empty when it is complete."""
    problems: dict[str, str] = {}
    if given.substantiated is None:
        problems["result"] = "請選擇成案或不成案。"
    if given.safety is None:
        problems["safety"] = "請選擇安全評估的結果。"
    if given.level is None:
        problems["level"] = "請選擇處遇分級。"
    least = policy.number("investigation.finding_least", on=on)
    if len("".join(given.finding.split())) < least:
        problems["finding"] = f"請說明調查結果，至少 {least} 個字。"
    if given.safety is Safety.SAFE_WITH_PLAN and not given.plan:
        problems["plan"] = "安全評估為「有安全計畫才安全」，請至少寫一項安全計畫：做什麼、誰做、到何時。"
    for number, line in enumerate(given.plan, 1):
        if not line.what or not line.who:
            problems["plan"] = f"安全計畫第 {number} 項請寫明做什麼與誰做。"
        elif line.until_on is not None and line.until_on < on:
            problems["plan"] = f"安全計畫第 {number} 項的日期已過，請寫今天以後的日期。"
    if given.substantiated is False and not given.referred_to.strip():
        problems["referred_to"] = "不成案仍須轉介，請寫明轉介到哪裡，或已有哪些服務會繼續（003 參一）。"
    if is_overruling(given) and len(given.level_reason.strip()) < 5:
        problems["level_reason"] = "處遇分級與建議不同，請說明理由，至少 5 個字。"
    return problems


def is_overruling(given: Conclusion) -> bool:
    """Whether the chosen level is another than the one that result and safety speak for."""
    if given.substantiated is None or given.safety is None or given.level is None:
        return False
    return given.level is not suggested_level(given.substantiated, given.safety).level
