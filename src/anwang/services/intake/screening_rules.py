"""Screening (篩案): how soon somebody must act on a report, which programme it is for, and what speaks for each.

Pure. A rule only suggests: the person decides, and a reason is asked for when they decide otherwise. Points, thresholds
and what speaks for a programme are policy (`screening.*`), because 000 二(二)1 asks for a risk tool without giving one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anwang.policy import Citation, Policy, PolicyError

from .vocabulary import MandatedKind, ReporterKind, ReportRole, Urgency

RULE = "screening.urgency"
REASON_MIN, REASON_MAX = 5, 300


class Danger(StrEnum):
    """What a report may say of danger: the codes in `Report.dangers`."""

    SEVERE_INJURY = "severe_injury"
    STRANGLED = "strangled"
    WEAPON = "weapon"
    DEATH_THREAT = "death_threat"
    SUICIDE_ATTEMPT = "suicide_attempt"
    NEEDS_TREATMENT = "needs_treatment"
    LEFT_ALONE = "left_alone"
    SUICIDE_THOUGHT = "suicide_thought"
    VIOLENCE = "violence"
    SEXUAL_VIOLENCE = "sexual_violence"
    NEGLECT = "neglect"
    EMOTIONAL_ABUSE = "emotional_abuse"
    INTIMATE_IMAGE = "intimate_image"
    ALLEGED_AT_HOME = "alleged_at_home"
    MENTAL_CRISIS = "mental_crisis"
    DRUGS = "drugs"
    NO_FOOD_OR_SHELTER = "no_food_or_shelter"
    MISSING = "missing"
    PREGNANT = "pregnant"
    DISABLED = "disabled"

    @property
    def label(self) -> str:
        return _DANGERS[self]


_DANGERS = {
    Danger.SEVERE_INJURY: "重傷，或頭部、臟器受傷",
    Danger.STRANGLED: "勒、掐脖子",
    Danger.WEAPON: "使用或揚言使用凶器",
    Danger.DEATH_THREAT: "揚言殺害或同歸於盡",
    Danger.SUICIDE_ATTEMPT: "有自殺或自傷行為",
    Danger.NEEDS_TREATMENT: "需要立即就醫而未就醫",
    Danger.LEFT_ALONE: "遭遺棄，或不能自理而無人照顧",
    Danger.SUICIDE_THOUGHT: "有自殺意念",
    Danger.VIOLENCE: "身體暴力",
    Danger.SEXUAL_VIOLENCE: "性侵害、性剝削",
    Danger.NEGLECT: "疏忽照顧",
    Danger.EMOTIONAL_ABUSE: "精神暴力、恐嚇、跟蹤",
    Danger.INTIMATE_IMAGE: "性影像外流或遭威脅散布",
    Danger.ALLEGED_AT_HOME: "相對人同住，或隨時能接觸",
    Danger.MENTAL_CRISIS: "疑似精神疾病發作、失控",
    Danger.DRUGS: "施用毒品，或家中有人施用",
    Danger.NO_FOOD_OR_SHELTER: "斷炊、無處可住",
    Danger.MISSING: "行蹤不明",
    Danger.PREGNANT: "被通報人懷孕",
    Danger.DISABLED: "被通報人身心障礙或失能",
}
_HARM = frozenset(
    {
        Danger.SEVERE_INJURY,
        Danger.STRANGLED,
        Danger.WEAPON,
        Danger.DEATH_THREAT,
        Danger.LEFT_ALONE,
        Danger.VIOLENCE,
        Danger.SEXUAL_VIOLENCE,
        Danger.NEGLECT,
        Danger.EMOTIONAL_ABUSE,
    }
)
"""What somebody does to somebody else: it makes a case of protection, for a child or for an adult."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One person of a report. `age` in completed years on the day of the report, None when the birth is not known."""

    role: ReportRole
    age: int | None = None
    injured: bool = False


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What screening weighs.

    `dangers`: codes of `Danger`; others are passed over, and named in the result. `is_re_report`: an earlier report of
    the same person or household stands behind it. `services`: how many units serve somebody of it now.
    """

    dangers: frozenset[str] = frozenset()
    persons: tuple[PersonFacts, ...] = ()
    is_re_report: bool = False
    services: int = 0
    reporter: ReporterKind = ReporterKind.CITIZEN
    mandated: MandatedKind | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that speaks for acting sooner: its points, whether it is enough alone, and where the rule stands."""

    code: str
    label: str
    points: int
    alone: bool
    citation: str


@dataclass(frozen=True, slots=True)
class ProgrammeSuggestion:
    """A programme that the report may be for, and the factors that speak for it (zh-TW)."""

    programme: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the rule suggests. `programmes` are in the order of policy; the first one is proposed.

    `reason` is one sentence (zh-TW); `missing` says what the report leaves open; `flags` are notes on the values.
    """

    urgency: Urgency
    points: int
    factors: tuple[Factor, ...]
    programmes: tuple[ProgrammeSuggestion, ...]
    reason: str
    citation: Citation
    policy_version: str
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def programme(self) -> str:
        return self.programmes[0].programme if self.programmes else ""


def suggest(facts: ReportFacts, *, policy: Policy, on: dt.date) -> Suggestion:
    """Urgency and programmes for a report received on a day.

    One factor named in `screening.immediate.alone` makes it immediate; else the points of all factors are compared
    with the thresholds.
    """
    codes = _codes(facts, policy, on)
    alone = set(policy.texts("screening.immediate.alone", on=on))
    factors = tuple(
        Factor(
            code,
            label,
            policy.number(f"screening.points.{code}", on=on),
            code in alone,
            str(policy.citation(f"screening.points.{code}")),
        )
        for code, label in codes
    )
    points = sum(factor.points for factor in factors)
    decisive = [factor for factor in factors if factor.alone]
    for_immediate = policy.number("screening.immediate.points", on=on)
    for_priority = policy.number("screening.priority.points", on=on)
    if decisive:
        urgency, why = Urgency.IMMEDIATE, f"有「{'」、「'.join(f.label for f in decisive)}」，單獨即屬立即危險。"
        basis = "screening.immediate.alone"
    elif points >= for_immediate:
        urgency, why = Urgency.IMMEDIATE, f"各項因素合計 {points} 分，達立即危險的 {for_immediate} 分。"
        basis = "screening.immediate.points"
    elif points >= for_priority:
        urgency, why = Urgency.PRIORITY, f"各項因素合計 {points} 分，達優先的 {for_priority} 分。"
        basis = "screening.priority.points"
    else:
        urgency, why = Urgency.ORDINARY, f"各項因素合計 {points} 分，未達優先的 {for_priority} 分。"
        basis = "screening.priority.points"
    return Suggestion(
        urgency=urgency,
        points=points,
        factors=factors,
        programmes=_programmes(dict(codes), policy, on),
        reason=why,
        citation=policy.citation(basis),
        policy_version=policy.version,
        missing=_missing(facts),
        flags=policy.flags(basis),
    )


def _codes(facts: ReportFacts, policy: Policy, on: dt.date) -> list[tuple[str, str]]:
    """The factors that hold, as code and label: dangers in the order of the list, then people, then history."""
    dangers = {Danger(each) for each in facts.dangers & set(Danger)}
    subjects = [person for person in facts.persons if person.role is ReportRole.SUBJECT]
    found = [(danger.value, danger.label) for danger in Danger if danger in dangers]
    if any(person.injured for person in subjects) and Danger.SEVERE_INJURY not in dangers:
        found.append(("injured", "被通報人受傷"))
    young = policy.number("screening.young_child.under_age", on=on)
    adult = policy.number("person.adult_age", on=on)
    old = policy.number("screening.elder.age", on=on)
    ages = [person.age for person in subjects if person.age is not None]
    if any(age < young for age in ages):
        found.append(("young_child", f"被通報人未滿 {young} 歲"))
    elif any(age < adult for age in ages):
        found.append(("child", f"被通報人未滿 {adult} 歲"))
    if any(age >= old for age in ages):
        found.append(("elder", f"被通報人 {old} 歲以上"))
    at_home = {ReportRole.CARER, ReportRole.FAMILY}
    if any(p.role in at_home and p.age is not None and p.age < young for p in facts.persons):
        found.append(("young_child_at_home", f"同住家人有未滿 {young} 歲的兒童"))
    if dangers & _HARM or any(person.injured for person in subjects):
        if any(age < adult for age in ages):
            found.append(("child_harm", "兒童或少年疑似受暴力、疏忽或不當對待"))
        if any(age >= adult for age in ages) or not ages:
            found.append(("adult_harm", "成人疑似受暴力、疏忽或不當對待"))
    if facts.is_re_report:
        found.append(("re_report", "再通報：同一人或同一家以前通報過"))
    if facts.services >= policy.number("screening.many_services.units", on=on):
        found.append(("many_services", f"目前有 {facts.services} 個單位服務中"))
    if facts.reporter is ReporterKind.MANDATED and facts.mandated in (
        MandatedKind.MEDICAL,
        MandatedKind.POLICE,
    ):
        found.append(("seen_by_professional", "醫事或警察人員親見後通報"))
    return found


def _programmes(held: dict[str, str], policy: Policy, on: dt.date) -> tuple[ProgrammeSuggestion, ...]:
    found = []
    for programme in policy.texts("screening.programmes", on=on):
        because = [code for code in policy.texts(f"screening.programme.{programme}", on=on) if code in held]
        if because:
            found.append(ProgrammeSuggestion(programme, tuple(held[code] for code in because)))
    if not found:
        default = policy.code("screening.programme_otherwise", on=on)
        found.append(ProgrammeSuggestion(default, ("沒有指向其他方案的因素",)))
    return tuple(found)


def _missing(facts: ReportFacts) -> tuple[str, ...]:
    """What the report leaves open, and what the suggestion does about it."""
    found = []
    subjects = [person for person in facts.persons if person.role is ReportRole.SUBJECT]
    if not subjects:
        found.append("沒有填寫被通報人，無法依年齡判斷。")
    elif any(person.age is None for person in subjects):
        found.append("有被通報人的年齡不詳，未依年齡加計；請向通報人確認。")
    if unknown := sorted(facts.dangers - set(Danger)):
        found.append(f"有 {len(unknown)} 個危險情形不在目前的清單，未加計。")
    return tuple(found)


def screening_problems(
    *,
    suggested: Urgency,
    suggested_programmes: Sequence[str],
    urgency: str,
    programme: str,
    reason: str,
    known_programmes: Iterable[str],
) -> dict[str, str]:
    """What is wrong with a person's decision: field to what to do; empty when it will do.

    Another urgency than suggested, or a programme that nothing speaks for, needs a reason.
    """
    found = {}
    if urgency not in set(Urgency):
        found["urgency"] = "請選擇緊急程度。"
    if programme not in set(known_programmes):
        found["programme"] = "請選擇派案的方案。"
    if len(reason) > REASON_MAX:
        found["reason"] = f"理由請在 {REASON_MAX} 個字以內（現在 {len(reason)} 個字）。"
    elif (
        not found
        and is_overruling(suggested, suggested_programmes, urgency, programme)
        and len("".join(reason.split())) < REASON_MIN
    ):
        found["reason"] = f"決定與建議不同，請寫明理由，至少 {REASON_MIN} 個字。"
    return found


def is_overruling(
    suggested: Urgency, suggested_programmes: Sequence[str], urgency: str, programme: str
) -> bool:
    """Whether a person decides otherwise than the rule: any programme that it suggests is as suggested."""
    return urgency != suggested or programme not in suggested_programmes


def handling_due_at(received_at: dt.datetime, *, policy: Policy) -> dt.datetime:
    """The end of the 24-hour clock (003 貳二(2/2)). It counts elapsed hours: nights and holidays do not stop it."""
    hours = policy.number("screening.handle.hours", on=received_at.date())
    if hours <= 0:
        raise PolicyError("規定「screening.handle.hours」必須大於零。")
    return received_at + dt.timedelta(hours=hours)
