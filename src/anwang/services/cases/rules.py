"""Graded risk (分級): what an assessment suggests, and how a grade becomes one of a programme's levels. Pure.

The suggestion rests on the answers that are scales (the best answer scores 0) and on what the last visit found. A person
decides; another level than the suggested one needs a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from anwang.policy import Citation, Policy
from anwang.standard.reasons import reason_problem

from .vocabulary import RiskGrade, Safety

RULE = "case.risk"
TEXT_MIN, TEXT_MAX = 5, 300
_ALONE, _WORST = "case.risk.alone_items", "case.risk.worst_items"
_HIGH, _MIDDLE = "case.risk.high_share", "case.risk.middle_share"


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One answered scale: `score` from 0 (the best answer) to `worst`. `about` is 全家 or the member's number in words."""

    id: str
    label: str
    answer: str
    score: int
    worst: int
    about: str = "全家"

    @property
    def is_worst(self) -> bool:
        return self.score == self.worst

    @property
    def words(self) -> str:
        return f"{self.about}「{self.label}」為「{self.answer}」"


@dataclass(frozen=True, slots=True)
class RiskSuggestion:
    """What the rule suggests, the factors that speak for it (zh-TW, without names), and the clause."""

    grade: RiskGrade
    factors: tuple[str, ...]
    share: int
    citation: Citation
    flags: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        return "；".join(self.factors) + "。"


def suggest_risk(
    items: Sequence[ScoredItem], *, last_safety: Safety | None = None, policy: Policy, on: dt.date
) -> RiskSuggestion:
    """The grade that the answers speak for. Without any scale answered it is the middle one: nothing is known."""
    alone = policy.texts(_ALONE, on=on)
    worst = [item for item in items if item.is_worst]
    total = sum(item.worst for item in items)
    share = round(100 * sum(item.score for item in items) / total) if total else 0
    high: list[str] = []
    if last_safety is Safety.DANGER:
        high.append("最近一次訪視記為有立即危險")
    high += [f"{item.words}，單獨成立" for item in worst if item.id in alone]
    if len(worst) >= policy.number(_WORST, on=on):
        high.append(f"{len(worst)} 項落在最差一級")
    if share >= policy.number(_HIGH, on=on):
        high.append(f"總分為滿分的 {share} %，達 {policy.number(_HIGH, on=on)} %")
    if high:
        return _suggestion(RiskGrade.HIGH, high, share, policy)
    middle: list[str] = []
    if not total:
        middle.append("沒有可計分的項目，先取中間一級")
    middle += [item.words for item in worst]
    if last_safety is Safety.CONCERN:
        middle.append("最近一次訪視記為有疑慮")
    if total and share >= policy.number(_MIDDLE, on=on):
        middle.append(f"總分為滿分的 {share} %，達 {policy.number(_MIDDLE, on=on)} %")
    if middle:
        return _suggestion(RiskGrade.MIDDLE, middle, share, policy)
    low = f"沒有落在最差一級的項目，總分為滿分的 {share} %，未達 {policy.number(_MIDDLE, on=on)} %"
    return _suggestion(RiskGrade.LOW, [low], share, policy)


def _suggestion(grade: RiskGrade, factors: Sequence[str], share: int, policy: Policy) -> RiskSuggestion:
    return RiskSuggestion(grade, tuple(factors), share, policy.citation(_HIGH), policy.flags(_HIGH))


def level_of(grade: RiskGrade, levels: Sequence[str]) -> str:
    """The programme's level (ids, the highest first) for a grade; "" where the programme grades nothing.

    With two levels the middle grade is the higher one: in doubt more visits.
    """
    if not levels:
        return ""
    if grade is RiskGrade.HIGH:
        return levels[0]
    return levels[-1] if grade is RiskGrade.LOW else levels[(len(levels) - 1) // 2]


def level_problem(level: str, levels: Sequence[str], suggested: str, reason: str) -> tuple[str, str]:
    """The field (`level` or `reason`) and what to do about it; ("", "") when the decision will do."""
    if level not in (levels or ("",)):
        return "level", "請選擇風險等級。" if levels else "這個方案不分風險等級。"
    if level != suggested and (problem := text_problem(reason, "理由")):
        return "reason", f"與建議的等級不同時要寫理由。{problem}"
    if len(reason) > TEXT_MAX:
        return "reason", text_problem(reason, "理由")
    return "", ""


def text_problem(text: str, what: str, most: int = TEXT_MAX) -> str:
    """What is wrong with a reason or note of a person; "" when it will do."""
    return reason_problem(text, what, least=TEXT_MIN, most=most)


@dataclass(frozen=True, slots=True)
class CaseloadFact:
    """One case of somebody's work: whose (None: nobody's yet), and its level's place (0 is the highest; None: none)."""

    worker_id: int | None
    is_highest: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Caseload:
    """How much one worker carries. `is_heavy` when the count reaches the county's mark."""

    worker_id: int | None
    cases: int
    highest: int
    overdue: int
    is_heavy: bool


def caseloads(
    facts: Sequence[CaseloadFact], workers: Sequence[int], *, policy: Policy, on: dt.date
) -> list[Caseload]:
    """The caseload of each of `workers` (also of those with none) and of nobody (None, last and only if there is one)."""
    mark = policy.number("case.caseload.high", on=on)
    known: list[int | None] = [*workers]
    known += sorted({f.worker_id for f in facts if f.worker_id is not None} - set(workers))
    if any(fact.worker_id is None for fact in facts):
        known.append(None)
    result = []
    for worker in known:
        own = [fact for fact in facts if fact.worker_id == worker]
        result.append(
            Caseload(
                worker,
                len(own),
                sum(fact.is_highest for fact in own),
                sum(fact.is_overdue for fact in own),
                worker is not None and len(own) >= mark,
            )
        )
    return result
