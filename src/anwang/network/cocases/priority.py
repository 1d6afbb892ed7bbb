"""Priority marks for the case conference (001 參三(六)1(6)): A self-harm or harm to others, B habitual unemployment."""

from __future__ import annotations

import datetime as dt

from anwang.policy import Decision, Outcome, Policy
from anwang.standard.codes import RosterCode
from anwang.standard.fields import FieldId as F

from .ages import is_under_six, under
from .carers import call
from .facts import Household, Member, Service
from .words import mentions, says


def priority_marks(household: Household, *, policy: Policy, on: dt.date) -> tuple[Decision, ...]:
    """The decisions on A and B that have a ground in the records, listed or not; none when there is no ground.

    No roster says who is disabled. Where B turns on that (an elder, or any member), the decision is uncertain and names it.
    """
    return tuple(
        d for d in (_harm(household, policy, on), _unemployed(household, policy, on)) if d is not None
    )


def _harm(household: Household, policy: Policy, on: dt.date) -> Decision | None:
    rosters = policy.texts("priority.self_harm_rosters", on=on)
    self_harm = [s for _, s in household.services if s.roster in rosters]
    harm = [
        s
        for _, s in household.services
        if s.roster is RosterCode.POLICE_VISIT
        and mentions(s, F.CASE_CATEGORY, "words.harm_to_others", policy, on)
    ]
    if not self_harm and not harm:
        return None
    parts = [
        text for text, found in (("自殺通報個案（自傷）", self_harm), ("治安顧慮人口（傷人）", harm)) if found
    ]
    return Decision(
        rule="priority_a",
        subject=household.key,
        outcome=Outcome.LISTED,
        reason=f"戶內有{'、'.join(parts)}",
        brief="優先討論個案",
        citation=policy.citation("priority.self_harm_rosters"),
        policy_version=policy.version,
        on=on,
        marks=tuple(mark for mark, found in (("self_harm", self_harm), ("harm_to_others", harm)) if found),
        record_keys=tuple(dict.fromkeys(key for s in [*self_harm, *harm] for key in s.record_keys)),
    )


def _unemployed(household: Household, policy: Policy, on: dt.date) -> Decision | None:
    workers = [(m, s, *_unemployment(s, policy, on)) for m, s in household.services]
    idle = [(m, s, certain) for m, s, is_idle, certain in workers if is_idle and not m.deceased]
    if not idle:
        return None
    persons = {m.key for m, _, _ in idle}
    needs, missing = _dependants(household, persons, policy, on)
    certain_worker = any(certain for _, _, certain in idle)
    if not needs and not missing:
        return None
    if not certain_worker:
        missing.append("推介後未就業，名冊未載明是否經常性失業。")
    who = "、".join(dict.fromkeys(call(m) for m, _, _ in idle))
    need = "、".join(text for text, _ in needs) if needs else "名冊未能確認戶內有需照顧的家人，暫不列入"
    sure = bool(needs) and certain_worker and any(certain for _, certain in needs)
    return Decision(
        rule="priority_b",
        subject=household.key,
        outcome=Outcome.LISTED if needs else Outcome.NOT_LISTED,
        reason=f"{who}{'經常性失業' if certain_worker else '推介後未就業'}；{need}",
        brief="優先討論個案",
        citation=policy.citation("priority.elder_age"),
        policy_version=policy.version,
        on=on,
        certain=sure,
        missing=tuple(missing),
        flags=policy.flags("priority.child_under_age"),
        marks=("habitual_unemployment",) if needs else (),
        record_keys=tuple(dict.fromkeys(key for _, s, _ in idle for key in s.record_keys)),
    )


def _unemployment(service: Service, policy: Policy, on: dt.date) -> tuple[bool, bool]:
    """Whether an employment record says that the person is out of work, and whether it says habitually so."""
    if service.roster is not RosterCode.EMPLOYMENT:
        return False, False
    if says(service, F.EMPLOYMENT_RESULT, "codes.employed", policy, on):
        return False, False
    if says(service, F.WELFARE_STATUS, "codes.unemployed.habitual", policy, on):
        return True, True
    return says(service, F.EMPLOYMENT_RESULT, "codes.unemployed.not_employed", policy, on), False


def _dependants(
    household: Household, workers: set[str], policy: Policy, on: dt.date
) -> tuple[list[tuple[str, bool]], list[str]]:
    """Who needs care: (text, certain) each, and what the records do not say."""
    needs: list[tuple[str, bool]] = []
    missing: list[str] = []
    child_age = policy.number("priority.child_under_age", on=on)
    elder_age = policy.number("priority.elder_age", on=on)
    for member in household.members:
        if member.deceased or member.key in workers:
            continue
        young = is_under_six(member, policy, on, "priority.child_under_age")
        elder = _is_elder(member, elder_age, on)
        if young.answer:
            needs.append((f"家中有未滿 {child_age} 歲的{call(member)}", young.certain))
            if not young.certain:
                missing.append(f"{call(member)}生日不詳或不全，依{young.basis}推定未滿 {child_age} 歲。")
        elif _is_disabled(member, policy, on):
            kind = f"{elder_age} 歲以上失能的" if elder else "身心障礙的"
            needs.append((f"家中有{kind}{call(member)}", True))
        elif elder and member.disabled is None:
            missing.append(f"{call(member)}已滿 {elder_age} 歲，名冊沒有失能或身心障礙欄，請查證。")
    return needs, missing


def _is_disabled(member: Member, policy: Policy, on: dt.date) -> bool:
    """Said by the facts, or by the status on the employment roster, the only roster that mentions it."""
    said = any(says(s, F.WELFARE_STATUS, "codes.disabled", policy, on) for s in member.services)
    return member.disabled is True or said


def _is_elder(member: Member, years: int, on: dt.date) -> bool:
    return under(member.birth, years, on).answer is False
