"""Screening (篩案): how soon somebody must act on a report, which programme it is for, and what speaks for each.

Pure. A rule only suggests: the person decides, and a reason is asked for when they decide otherwise. Points and
thresholds are policy (`screening.*`), because 000 二(二)1 asks for a risk tool without giving one; what speaks for a
programme stands in the programme's own file (`entry_rules`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from anwang.policy import Citation, Policy
from anwang.services.programs.programme import Programme
from anwang.standard.report_answers import Danger, MandatedKind, Need

from .entry_rules import AGE_UNKNOWN, AGE_UNSURE, ProgrammeSuggestion, Said, entered
from .vocabulary import ReporterKind, ReportRole, Urgency

RULE = "screening.urgency"
REASON_MIN, REASON_MAX = 5, 300


_HARM = frozenset(
    {
        Danger.SERIOUS_INJURY,
        Danger.WEAPON,
        Danger.THREAT_TO_KILL,
        Danger.SEXUAL,
        Danger.SMALL_CHILD_ALONE,
        Danger.ALLEGED_PRESENT,
    }
)
"""Signs that somebody is harmed by another: they make a case of protection, for a child or for an adult."""
_NEEDS = {
    Need.SAFETY: "safety",
    Need.MENTAL: "mental",
    Need.SUBSTANCE: "substance",
    Need.ECONOMIC: "economic",
    Need.DISABILITY: "disabled",
    Need.CARE: "care",
    Need.PARENTING: "parenting",
    Need.EDUCATION: "school",
    Need.ELDER: "elder_care",
}
"""Needs that are factors, by the factor's code."""
WORDS = {"pregnant": "懷孕", "strangled": "勒、掐脖子", "intimate_image": "性影像"}
"""Factors that only words tell, with what they are called; which words is policy (`screening.words.*`)."""
_SEES = (MandatedKind.MEDICAL, MandatedKind.POLICE)
_DENIALS = ("沒有", "沒", "未", "無", "否認", "並非", "不是", "非")


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One person of a report. `age`: the completed years that they have at least on the day of the report, None when no
    age is known; `oldest`: the most that they may have, None where that is `age` too."""

    role: ReportRole
    age: int | None = None
    injured: bool = False
    oldest: int | None = None

    @property
    def ages(self) -> tuple[int, int] | None:
        return None if self.age is None else (self.age, self.age if self.oldest is None else self.oldest)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What screening weighs.

    `dangers` and `needs`: codes of `answers`; those of a list that is not in use any more are passed over, and counted
    in the result. `text`: what happened and the injuries, read for the few words of `screening.words.*`. `same_home`: the
    alleged person lives in the subject's household by the register. `services`: how many units serve somebody of it now.
    """

    dangers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    persons: tuple[PersonFacts, ...] = ()
    text: str = ""
    same_home: bool = False
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
class Suggestion:
    """What the rule suggests. `programmes`: danger first, then what fits best; the first one is proposed.

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

    @property
    def side_by_side(self) -> tuple[ProgrammeSuggestion, ...]:
        """The first programmes where an age must be confirmed before one of them can be chosen; empty where it is clear."""
        leading = tuple(takewhile(lambda each: each.doubt, self.programmes))
        return leading if len(leading) > 1 else ()


def suggest(
    facts: ReportFacts, *, policy: Policy, on: dt.date, programmes: Mapping[str, Programme]
) -> Suggestion:
    """Urgency and programmes for a report received on a day.

    One factor named in `screening.immediate.alone` makes it immediate; else the points of all factors are compared
    with the thresholds. `programmes`: those in force, each with what speaks for entering it.
    """
    codes, doubts = _codes(facts, policy, on)
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
        urgency, why = (
            Urgency.IMMEDIATE,
            f"有「{'」、「'.join(f.label for f in decisive)}」，單獨即屬立即危險。",
        )
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
        programmes=_programmes(facts, dict(codes), doubts, policy, on, programmes),
        reason=why,
        citation=policy.citation(basis),
        policy_version=policy.version,
        missing=_missing(facts),
        flags=policy.flags(basis),
    )


def _codes(facts: ReportFacts, policy: Policy, on: dt.date) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The factors that hold, as code and label: signs of danger, people, words, needs, history, who reported; and those
    that hang on an age that is not known well enough, with what is not known."""
    dangers = {Danger(each) for each in facts.dangers & set(Danger) if Danger(each).is_sign}
    subjects = [person for person in facts.persons if person.role is ReportRole.SUBJECT]
    alleged = any(person.role is ReportRole.ALLEGED for person in facts.persons)
    injured = any(person.injured for person in subjects)
    found = [(danger.value, danger.label) for danger in Danger if danger in dangers]
    if injured and Danger.SERIOUS_INJURY not in dangers:
        found.append(("injured", "被通報人受傷"))
    young = policy.number("screening.young_child.under_age", on=on)
    adult = policy.number("person.adult_age", on=on)
    old = policy.number("screening.elder.age", on=on)
    ages = _ages(subjects)
    # Whom an age leaves open is weighed as the one who needs more, and said to be open.
    if any(low < young for low, _ in ages):
        found.append(("young_child", f"被通報人{_maybe(high < young for _, high in ages)}未滿 {young} 歲"))
    elif any(low < adult for low, _ in ages):
        found.append(("child", f"被通報人{_maybe(high < adult for _, high in ages)}未滿 {adult} 歲"))
    if any(high >= old for _, high in ages):
        found.append(("elder", f"被通報人{_maybe(low >= old for low, _ in ages)} {old} 歲以上"))
    others = _ages([p for p in facts.persons if p.role in (ReportRole.CARER, ReportRole.FAMILY)])
    if any(low < young for low, _ in others):
        found.append(
            (
                "young_child_at_home",
                f"家人中{_maybe(high < young for _, high in others)}有未滿 {young} 歲的兒童",
            )
        )
    if facts.same_home and Danger.ALLEGED_PRESENT not in dangers:
        found.append(("alleged_at_home", "相對人與被通報人同住"))
    for code, label in WORDS.items():
        if mentions(facts.text, policy.texts(f"screening.words.{code}", on=on)):
            found.append((code, f"通報內容提到{label}"))
    found += [(code, f"需求：{need.label}") for need, code in _NEEDS.items() if need in facts.needs]
    doubts: dict[str, str] = {}
    if dangers & _HARM or injured or alleged or Need.SAFETY in facts.needs:
        unknown = _age_unknown(subjects)
        for code, who, sure, may in (
            (
                "child_harm",
                "兒童或少年",
                any(high < adult for _, high in ages),
                any(low < adult for low, _ in ages),
            ),
            (
                "adult_harm",
                "成人",
                any(low >= adult for low, _ in ages),
                any(high >= adult for _, high in ages),
            ),
        ):
            if sure:
                found.append((code, f"{who}疑似受暴力、疏忽或不當對待"))
            elif may or unknown:
                doubts[code] = AGE_UNSURE if may else AGE_UNKNOWN
                found.append((code, f"可能是{who}受暴力、疏忽或不當對待（{doubts[code]}，請先確認）"))
    if facts.is_re_report:
        found.append(("re_report", "再通報：同一人或同一家以前通報過，或有服務"))
    if facts.services >= policy.number("screening.many_services.units", on=on):
        found.append(("many_services", f"目前有 {facts.services} 個單位服務中"))
    if facts.reporter is ReporterKind.MANDATED and facts.mandated in _SEES:
        found.append(("seen_by_professional", "醫事或警察人員通報"))
    return found, doubts


def _ages(persons: Iterable[PersonFacts]) -> list[tuple[int, int]]:
    return [person.ages for person in persons if person.ages is not None]


def _age_unknown(subjects: Sequence[PersonFacts]) -> bool:
    return not subjects or any(person.age is None for person in subjects)


def _maybe(sure: Iterable[bool]) -> str:
    return "" if any(sure) else "可能"


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether a text says one of the words without denying it right before (「未懷孕」 does not say 懷孕)."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            if not text[max(0, at - 3) : at].endswith(_DENIALS):
                return True
            at = text.find(word, at + 1)
    return False


def _programmes(
    facts: ReportFacts,
    held: Collection[str],
    doubts: Mapping[str, str],
    policy: Policy,
    on: dt.date,
    programmes: Mapping[str, Programme],
) -> tuple[ProgrammeSuggestion, ...]:
    subjects = [person for person in facts.persons if person.role is ReportRole.SUBJECT]
    said = Said(
        signs=frozenset(held),
        needs=facts.needs,
        ages=tuple(_ages(subjects)),
        reporter=facts.mandated or "" if facts.reporter is ReporterKind.MANDATED else "",
        mentions=lambda words: mentions(facts.text, words),
        age_unknown=_age_unknown(subjects),
        doubts=doubts,
    )
    found = entered(programmes, said, policy.texts("screening.programmes", on=on))
    if not found:
        default = policy.code("screening.programme_otherwise", on=on)
        cited = str(policy.citation("screening.programme_otherwise"))
        return (ProgrammeSuggestion(default, ("沒有指向其他方案的因素",), (cited,)),)
    return found


def _missing(facts: ReportFacts) -> tuple[str, ...]:
    """What the report leaves open, and what the suggestion does about it."""
    found = []
    subjects = [person for person in facts.persons if person.role is ReportRole.SUBJECT]
    if not subjects:
        found.append("沒有填寫被通報人，無法依年齡判斷。")
    elif any(person.age is None for person in subjects):
        found.append("有被通報人的年齡不詳，未依年齡加計；請向通報人確認。")
    if Danger.UNKNOWN in facts.dangers or not facts.dangers:
        found.append("沒有問到或通報人不清楚現在有沒有危險；請先向通報人確認。")
    if unknown := facts.dangers - set(Danger):
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
