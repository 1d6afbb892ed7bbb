"""Who of a household can look after a child, and who of them the health rosters name (001 參三(六)1(3))."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.policy import Policy
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.fields import FieldId as F
from anwang.standard.vocabularies import CareStatus, read_code

from .ages import Judgement, is_adult
from .facts import Absent, Household, Member, RelationTo
from .words import says


@dataclass(frozen=True, slots=True)
class Risk:
    """What the clause counts against a carer, in words for the reason, with the records that say so. `doubt` names
    what was presumed."""

    text: str
    is_drug: bool
    record_keys: tuple[str, ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Carers:
    """The grown-ups around a child.

    `main` is the named main carer if among the members. `at_risk`: carers with their risks; `kin`: grown kin
    without; `unseen`: persons whom records place in the household but who are on no list of members; `minors`:
    whether brothers or sisters under age live there. `doubts`: what was inferred, one sentence each.
    """

    main: Member | None
    at_risk: tuple[tuple[Member, tuple[Risk, ...]], ...]
    kin: tuple[Member, ...]
    unseen: tuple[Absent, ...]
    minors: bool
    doubts: tuple[str, ...]


def risks(member: Member, policy: Policy, on: dt.date) -> tuple[Risk, ...]:
    """Drug case of any follow-up status, or mentally ill and not (or no longer) treated. Regular treatment is none.

    A category that no code list knows, or none, beside 未就醫, is read as an illness: diagnoses have more names than any
    list.
    """
    found: list[Risk] = []
    for service in member.services:
        keys = service.record_keys
        drug = says(service, F.CASE_CATEGORY, "codes.category.drug", policy, on)
        if service.roster is RosterCode.POLICE_VISIT and drug:
            found.append(Risk("毒品案件查訪中", True, keys))
        if service.roster is not RosterCode.HEALTH_CASE:
            continue
        if drug:
            lost = read_code(F.CARE_STATUS, service.details.get(F.CARE_STATUS, "")) is CareStatus.LOST
            found.append(Risk("藥癮個管失聯" if lost else "藥癮個管中", True, keys))
            continue
        category = service.details.get(F.CASE_CATEGORY, "")
        is_unknown = read_code(F.CASE_CATEGORY, category) is None
        if is_unknown or says(service, F.CASE_CATEGORY, "codes.category.mental", policy, on):
            told = f"個案類別「{category}」不在代碼表" if category else "個案類別未填"
            doubt = f"{told}，依就醫情形推定為精神疾病，請查證。" if is_unknown else ""
            if says(service, F.CARE_STATUS, "codes.care.untreated", policy, on):
                found.append(Risk("精神疾病未就醫", False, keys, doubt))
            elif says(service, F.CARE_STATUS, "codes.care.discontinued", policy, on):
                found.append(Risk("精神疾病未持續就醫", False, keys, doubt))
    return tuple(dict.fromkeys(found))


def carers_of(child: Member, household: Household, policy: Policy, on: dt.date) -> Carers:
    """Sort the other members into carers at risk, grown kin, and persons whom the records name but do not show.

    歿 beside a name is often a slip (the same person is served on another list of the month), so it drops no carer at
    risk; but somebody so marked is not counted on as kin that can help, unless as many records of the month list him
    without it. Either way it is named.
    """
    others = [m for m in household.members if m.key != child.key]
    adulthood = {m.key: is_adult(m, policy, on) for m in others}
    main, unseen, doubts = _main_carer(child, others, adulthood)
    for absent in (*household.absent, *_carers_of_siblings(others)):
        if absent.label not in {known.label for known in unseen}:
            unseen.append(absent)
    unseen += _unseen_head(household, others, adulthood)
    at_risk: list[tuple[Member, tuple[Risk, ...]]] = []
    kin: list[Member] = []
    for member in others:
        adult = adulthood[member.key]
        found = risks(member, policy, on)
        is_main = main is not None and member.key == main.key
        if found and (is_main or (adult.answer and member.is_kin)):
            at_risk.append((member, found))
            doubts += [risk.doubt for risk in found if risk.doubt]
            gone = "仍在個管名冊上，請先查證。"
        elif adult.answer and member.is_kin and member.deceased and not member.death_disputed:
            doubts.append(f"{call(member)}姓名註記歿，不計為親屬資源，請查證。")
            continue
        elif adult.answer and member.is_kin:
            kin.append(member)
            gone = "其他名冊仍列，計為親屬，請查證。"
        else:
            continue
        if member.deceased:
            doubts.append(f"{call(member)}姓名註記歿，{gone}")
        if adult.answer and not adult.certain:
            doubts.append(f"{call(member)}生日不詳，依{adult.basis}推定為成人。")
    if not any(m.registered for m in household.members):
        doubts.append("戶籍資料沒有回覆本戶，戶內有無其他親屬未能查證。")
    minors = any(not a.answer for a in adulthood.values())
    return Carers(main, tuple(at_risk), tuple(kin), tuple(unseen), minors, tuple(doubts))


def call(member: Member) -> str:
    """How a reason calls a person: the label, else the relation, else 「一位成員」."""
    return member.label or member.relation_raw or "一位成員"


def _main_carer(
    child: Member, others: list[Member], adulthood: dict[str, Judgement]
) -> tuple[Member | None, list[Absent], list[str]]:
    if child.carer is None:
        return None, [], []
    found = next((m for m in others if m.key == child.carer.person_key), None)
    if found is None:
        return None, [Absent("主要照顧者", child.carer.label, child.carer.record_keys)], []
    if not adulthood[found.key].answer:
        return found, [], [f"主要照顧者欄的{call(found)}未成年，請查證。"]
    return found, [], []


def _carers_of_siblings(others: list[Member]) -> list[Absent]:
    """Whom the record of another child of the home names as main carer, and who is nobody known."""
    return [
        Absent("同住兒童的主要照顧者", m.carer.label, m.carer.record_keys)
        for m in others
        if m.carer is not None and m.carer.person_key is None
    ]


def _unseen_head(household: Household, others: list[Member], adulthood: dict[str, Judgement]) -> list[Absent]:
    """A register answer without its head: a head exists all the same, unless a grown-up of the rosters may be it."""
    answered = [
        m
        for m in household.members
        if m.registered and m.relation is not None and m.relation_to is RelationTo.HEAD
    ]
    if not answered or any(m.relation is Relation.SELF for m in answered):
        return []
    if any(adulthood[m.key].answer and not m.registered for m in others):
        return []
    return [Absent("戶長", "戶長", answered[0].record_keys)]
