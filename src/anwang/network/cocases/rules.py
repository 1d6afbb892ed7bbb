"""The rules of the month's lists (001 參三(六)1): household and person in, Decision out. Pure; `on` is passed in.

`on` is the day on which ages are counted, `reference_day(period)`. What a roster does not say is inferred in `ages`
and `carers` and named in `Decision.missing`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from anwang.policy import Decision, Outcome, Policy
from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.fields import FieldId as F
from anwang.standard.record import Period
from anwang.standard.vocabularies import VisitResult, read_code

from .ages import is_under_six, under
from .carers import call
from .facts import Household, ListCode, Member, Service
from .high_risk import high_risk_child
from .priority import priority_marks
from .words import says, shown

__all__ = [
    "ListCode",
    "Standing",
    "cocases",
    "economic_suicide_watch",
    "high_risk_child",
    "missing_child",
    "priority_marks",
    "reference_day",
]


def reference_day(period: Period, policy: Policy) -> dt.date:
    """The day on which ages are counted for a month's lists."""
    first = policy.code("lists.reference_day", on=period.first_day) == "first"
    return period.first_day if first else period.last_day


def cocases(household: Household, *, policy: Policy, on: dt.date) -> Decision | None:
    """共案: two or more bureaus (or units, as policy says) serve the household. None when fewer than two units do.

    Two units of one bureau, counted by bureau, are not listed but decided on, with the mark `same_bureau_units`.
    Marks of a listed household: `joint_plan` when several bureaus must agree on one plan (2(5)B).
    """
    counted = policy.texts("cocase.rosters", on=on)
    served = [(m, s) for m, s in household.services if s.roster in counted]
    minimum = policy.number("cocase.minimum", on=on)
    agencies = _in_order(s.agency for _, s in served)
    units = dict.fromkeys((s.agency, counted_unit(s, policy, on)) for _, s in served)
    if len(units) < minimum:
        return None
    by_agency = policy.code("cocase.counted_by", on=on) == "agency"
    listed = len(agencies if by_agency else units) >= minimum
    lanes = "、".join(
        f"{agency.label}（{'、'.join(unit for a, unit in units if a is agency)}）" for agency in agencies
    )
    marks = ("joint_plan",) if len(agencies) >= minimum else ("same_bureau_units",)
    if len(agencies) < minimum:
        count = f"同一局處的 {len(units)} 個單位服務同一家：{lanes}"
    else:
        count = f"{len(agencies)} 個局處、{len(units)} 個單位服務同一家：{lanes}"
    if not listed:
        count += "；以局處計不列入共案，請單位間自行聯繫"
    keys = tuple(dict.fromkeys(key for _, s in served for key in s.record_keys))
    return Decision(
        rule="cocase",
        subject=household.key,
        outcome=Outcome.LISTED if listed else Outcome.NOT_LISTED,
        reason=count,
        brief=f"本戶另有其他單位服務中（共 {len(agencies)} 個局處），請互相聯繫",
        citation=policy.citation("cocase.minimum"),
        policy_version=policy.version,
        on=on,
        flags=policy.flags("cocase.counted_by"),
        marks=marks,
        record_keys=keys,
        subject_record_keys=keys,
        facts={
            "agencies": ",".join(agencies),
            "units": ",".join(f"{agency}:{unit}" for agency, unit in units),
            "persons": str(len({m.key for m, _ in served})),
        },
    )


def economic_suicide_watch(
    person: Member, household: Household | None = None, *, policy: Policy, on: dt.date
) -> Decision | None:
    """幸扶守護: a suicide report for economic reasons, or without a reason but with an emergency-relief application.

    None when there is no suicide report, or its reason is another one. The application is the person's own; one by
    somebody else of the household is named, and counts only where policy says so.
    """
    reports = [s for s in person.services if s.roster is RosterCode.SUICIDE_REPORT]
    economic = [s for s in reports if says(s, F.SUICIDE_CAUSE, "codes.cause.economic", policy, on)]
    own = _relief(person)
    marks: tuple[str, ...] = ()
    missing: list[str] = []
    if economic:
        listed, behind = True, economic
        reason = f"自殺通報，原因：{shown(economic[0], F.SUICIDE_CAUSE)}"
    elif not any(says(s, F.SUICIDE_CAUSE, "codes.cause.unstated", policy, on) for s in reports):
        return None
    else:
        theirs = [
            s for m in (household.members if household else ()) if m.key != person.key for s in _relief(m)
        ]
        whole_household = policy.code("xingfu.relief_applicant", on=on) == "household"
        listed = bool(own) or (bool(theirs) and whole_household)
        behind = [*reports, *(own or theirs)]
        reason = "自殺通報，未註明原因"
        if own:
            reason += f"；本人申請急難救助{_applied(own[0])}"
        elif theirs:
            marks = ("relief_by_household",)
            limit = "" if whole_household else "，條文限本人，不列入"
            reason += f"；同戶他人申請急難救助{_applied(theirs[0])}{limit}"
        else:
            reason += "；沒有急難救助申請，不列入"
        missing.append("自殺通報未註明原因。")
    if person.deceased:
        missing.append(f"{call(person)}姓名註記歿，請先查證。")
    return Decision(
        rule="economic_suicide_watch",
        subject=person.key,
        outcome=Outcome.LISTED if listed else Outcome.NOT_LISTED,
        reason=reason,
        brief="經濟有困難，請依職掌提供協助",
        citation=policy.citation("xingfu.relief_applicant"),
        policy_version=policy.version,
        on=on,
        certain=not person.deceased and "relief_by_household" not in marks,
        missing=tuple(missing),
        marks=marks,
        record_keys=tuple(dict.fromkeys(key for s in behind for key in s.record_keys)),
        subject_record_keys=tuple(dict.fromkeys(key for s in reports for key in s.record_keys)),
        facts={
            "cause": "、".join(shown(s, F.SUICIDE_CAUSE) for s in reports),
            "own_applications": str(len(own)),
        },
    )


def _says_missing(service: Service, policy: Policy, on: dt.date) -> F | None:
    """The field that says the child cannot be found: the visit's result, else a note of the list in those very words."""
    if says(service, F.VISIT_RESULT, "codes.visit.missing", policy, on):
        return F.VISIT_RESULT
    note = service.details.get(F.NOTE, "")
    if "行方不明" in note and read_code(F.VISIT_RESULT, note) is VisitResult.MISSING:
        return F.NOTE  # a note that it was found again reads as visited
    return None


def missing_child(child: Member, *, policy: Policy, on: dt.date) -> Decision | None:
    """行方不明兒少: an outreach or vulnerable-family record of a child says it cannot be found. None otherwise.

    A person certainly of age is no child; one of unknown age on the outreach roster is, else it is named as missing.
    """
    rosters = policy.texts("missing_child.rosters", on=on)
    said = [
        (s, field)
        for s in child.services
        if s.roster in rosters and (field := _says_missing(s, policy, on)) is not None
    ]
    if not said:
        return None
    limit = policy.number("missing_child.under_age", on=on)
    young = under(child.birth, limit, on)
    on_outreach = is_under_six(child, policy, on).answer
    if young.answer is False and not on_outreach:
        return None
    missing: tuple[str, ...] = ()
    if not young.certain and not on_outreach:
        missing = (f"{call(child)}生日不詳，未能確認未滿 {limit} 歲。",)
    programmes = "、".join(dict.fromkeys(s.roster.label.removesuffix("名冊") for s, _ in said))
    return Decision(
        rule="missing_child",
        subject=child.key,
        outcome=Outcome.LISTED,
        reason=f"{programmes}期間{'訪視結果' if said[0][1] is F.VISIT_RESULT else '備註'}：{shown(*said[0])}",
        brief="兒少行方不明，請協助查找",
        citation=policy.citation("missing_child.rosters"),
        policy_version=policy.version,
        on=on,
        certain=not missing,
        missing=missing,
        record_keys=tuple(dict.fromkeys(key for s, _ in said for key in s.record_keys)),
        subject_record_keys=tuple(dict.fromkeys(key for s, _ in said for key in s.record_keys)),
        facts={"carer": child.carer.label if child.carer else ""},
    )


class Standing(StrEnum):
    """An entry of a list against last month's, and what a month keeps beside its list.

    `pending`: not listed, but on records that leave it open; somebody has to find out. `withdrawn`: was listed and
    sent this month, and no longer qualifies after a correction.
    """

    NEW = "new"
    CONTINUING = "continuing"
    PENDING = "pending"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "new": "新增",
            "continuing": "續列",
            "pending": "待查",
            "ended": "本月未列",
            "withdrawn": "更正後不列",
        }[self.value]

    @property
    def is_listed(self) -> bool:
        return self in {Standing.NEW, Standing.CONTINUING}


def counted_unit(service: Service, policy: Policy, on: dt.date) -> str:
    """The unit that a roster's work counts for: each by itself, but those that the county gives to its welfare centres.

    Which of several centres or stations a row names does not matter: after a move two rows of one programme may name
    two of them, and that is a transfer, not a co-case.
    """
    if service.roster in policy.texts("cocase.centre_rosters", on=on):
        return "社會福利服務中心"
    return service.roster.label.removesuffix("名冊")


def _relief(member: Member) -> list[Service]:
    return [s for s in member.services if s.roster is RosterCode.EMERGENCY_RELIEF]


def _applied(service: Service) -> str:
    applied_on = shown(service, F.APPLIED_ON)
    return f"（{applied_on}）" if applied_on else ""


def _in_order(agencies: Iterable[AgencyCode]) -> list[AgencyCode]:
    present = set(agencies)
    return [agency for agency in AgencyCode if agency in present]
