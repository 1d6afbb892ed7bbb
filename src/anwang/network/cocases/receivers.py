"""To whom an entry of a list must go, by when, and what that unit may see of it (001 參三(六)2(2)–(5)). Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from anwang.policy import Citation, Decision, Policy, PolicyError
from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.fields import FieldId as F

from .facts import Household, ListCode, Service
from .words import says


class Duty(StrEnum):
    """What a unit of a bureau takes. `general` takes whatever no other unit of the bureau does."""

    CENTRE = "centre"  # 社會福利服務中心, the window that takes every list and sends it on
    GENERAL = "general"
    SUICIDE = "suicide"  # 自殺防治
    MENTAL = "mental"  # 心理健康
    DRUG = "drug"  # 毒品防制


class Step(StrEnum):
    """First the centre, then the units it sends to; missing children go to the police at once."""

    CENTRE = "centre"
    UNIT = "unit"
    AT_ONCE = "at_once"


class ListField(StrEnum):
    """A column of an exported list. `reason` tells all, `brief` nothing of health, drugs, suicide or police."""

    NAME = "name"
    ID_NUMBER = "id_number"
    BIRTH = "birth"
    SEX = "sex"
    PHONE = "phone"
    ADDRESS = "address"
    CARER = "carer"
    REASON = "reason"
    BRIEF = "brief"
    OTHER_AGENCIES = "other_agencies"
    DUE_ON = "due_on"

    @property
    def label(self) -> str:
        return _FIELD_LABELS[self]


_FIELD_LABELS = {
    ListField.NAME: "姓名",
    ListField.ID_NUMBER: "統一編號",
    ListField.BIRTH: "出生日期",
    ListField.SEX: "性別",
    ListField.PHONE: "電話",
    ListField.ADDRESS: "地址",
    ListField.CARER: "主要照顧者",
    ListField.REASON: "列入原因",
    ListField.BRIEF: "協助事項",
    ListField.OTHER_AGENCIES: "其他服務單位與聯絡人",
    ListField.DUE_ON: "期限",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can receive lists. Empty `townships`: the whole county."""

    agency: AgencyCode
    code: str
    label: str
    duties: frozenset[Duty]
    townships: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Jurisdictions:
    """The county's units with their townships and duties (003: five centres for twelve townships)."""

    units: tuple[Unit, ...]

    def find(self, agency: AgencyCode, duty: Duty, township: str) -> Unit | None:
        """The unit of a bureau for a duty in a township, else the bureau's general unit there, else None.

        A unit of the township goes before one of the whole county. A centre is found only by its own township.
        """
        for wanted in dict.fromkeys((duty, Duty.GENERAL)):
            if duty is Duty.CENTRE and wanted is not Duty.CENTRE:
                break
            able = [u for u in self.units if u.agency is agency and wanted in u.duties]
            local = [u for u in able if township and township in u.townships]
            county = [u for u in able if not u.townships]
            if local or county:
                return (local or county)[0]
        return None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One entry to one bureau. `unit` is None when the bureau must decide itself who takes it; `note` says why.

    `due_on`: by when it must be there. `due_is_ours`: the source gives no number of days, this system's default holds.
    """

    agency: AgencyCode
    unit: Unit | None
    step: Step
    due_on: dt.date
    citation: Citation
    due_is_ours: bool
    note: str = ""


def receivers(
    list_code: ListCode,
    decision: Decision,
    household: Household,
    jurisdictions: Jurisdictions,
    *,
    policy: Policy,
    made_on: dt.date,
) -> tuple[Delivery, ...]:
    """Who must get an entry and by when, each unit once, in the order in which they get it.

    幸扶守護 and 兒少高危機 go to the centre of the household's township and from there to the bureaus of their clause;
    行方不明兒少 at once to the police, with the centre told; 共案 to the centre and every bureau that serves the household.
    """
    centre_due = "deadline.to_centre.days"
    if list_code is ListCode.MISSING_CHILD:
        at_once = "deadline.missing_child.days"
        wanted = [
            (AgencyCode(code), Duty.GENERAL, Step.AT_ONCE, at_once)
            for code in _bureaus(list_code, policy, made_on)
        ]
        wanted.append((AgencyCode.SOCIAL, Duty.CENTRE, Step.AT_ONCE, at_once))
    else:
        wanted = [(AgencyCode.SOCIAL, Duty.CENTRE, Step.CENTRE, centre_due)]
        if list_code is ListCode.COCASE:
            contact = "deadline.cocase_contact.days"
            counted = policy.texts("cocase.rosters", on=made_on)
            wanted += [
                (s.agency, _duty_of(s, policy, made_on), Step.UNIT, contact)
                for _, s in household.services
                if s.roster in counted
            ]
        else:
            wanted += [
                (AgencyCode(code), duty, Step.UNIT, "deadline.to_units.days")
                for code in _bureaus(list_code, policy, made_on)
                for duty in _duties(list_code, AgencyCode(code), decision)
            ]
    found: dict[object, Delivery] = {}
    for agency, duty, step, deadline in wanted:
        unit = jurisdictions.find(agency, duty, household.township)
        if unit is None and agency is AgencyCode.SOCIAL and duty is not Duty.CENTRE:
            unit = jurisdictions.find(agency, Duty.CENTRE, household.township)
        note = "" if unit else _no_unit_note(agency, household.township)
        delivery = Delivery(
            agency=agency,
            unit=unit,
            step=step,
            due_on=made_on + dt.timedelta(days=policy.number(deadline, on=made_on)),
            citation=policy.citation(deadline),
            due_is_ours=policy.is_ours(deadline),
            note=note,
        )
        found.setdefault(unit.code if unit else agency, delivery)
    return tuple(found.values())


def receipt_due_on(list_code: ListCode, sent_on: dt.date, *, policy: Policy) -> dt.date:
    """By when a receiving unit must receipt a list that was sent on a day."""
    return sent_on + dt.timedelta(days=policy.number(receipt_rule(list_code), on=sent_on))


def receipt_rule(list_code: ListCode) -> str:
    """The policy's id of the days within which a list must be receipted."""
    missing = list_code is ListCode.MISSING_CHILD
    return "deadline.missing_child_receipt.days" if missing else "deadline.receipt.days"


def leave_until(month_end: dt.date, sent_on: dt.date, *, policy: Policy) -> dt.date:
    """The last day on which a unit may open a household by a list of the month that ends on `month_end`."""
    days = policy.number("list_leave.days", on=sent_on)
    return max(month_end, sent_on) + dt.timedelta(days=days)


def visible_fields(
    list_code: ListCode, agency: AgencyCode, *, policy: Policy, on: dt.date
) -> tuple[ListField, ...]:
    """The columns that a bureau's copy of a list may hold: what its task needs. Empty for one that is no receiver."""
    other = list_code is ListCode.COCASE and agency is not AgencyCode.SOCIAL
    try:
        names = policy.texts(f"visible.{list_code}.{'other' if other else agency}", on=on)
    except PolicyError:
        return ()
    return tuple(ListField(name) for name in names)


def _bureaus(list_code: ListCode, policy: Policy, on: dt.date) -> tuple[str, ...]:
    return policy.texts(f"receivers.{list_code}", on=on)


def _duties(list_code: ListCode, agency: AgencyCode, decision: Decision) -> tuple[Duty, ...]:
    if agency is not AgencyCode.HEALTH:
        return (Duty.GENERAL,)
    if list_code is ListCode.XINGFU:
        return (Duty.SUICIDE,)
    return tuple(duty for duty in (Duty.MENTAL, Duty.DRUG) if duty in decision.marks) or (Duty.GENERAL,)


def _duty_of(service: Service, policy: Policy, on: dt.date) -> Duty:
    if service.roster is RosterCode.SUICIDE_REPORT:
        return Duty.SUICIDE
    if service.roster is RosterCode.HEALTH_CASE:
        drug = says(service, F.CASE_CATEGORY, "codes.category.drug", policy, on)
        return Duty.DRUG if drug else Duty.MENTAL
    return Duty.GENERAL


def _no_unit_note(agency: AgencyCode, township: str) -> str:
    return f"{township or '鄉鎮市不詳'}，找不到負責單位，請{agency.label}分派。"
