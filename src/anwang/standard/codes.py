"""Code lists of the data standard: agencies, rosters, sex, kinds of identity number, kinship.

Codes are English `StrEnum`s (glossary.md); the Chinese label stands beside each code, because lists,
pages and the handbook all print it. Pure: no framework, no I/O.
"""

from __future__ import annotations

from enum import StrEnum


class AgencyCode(StrEnum):
    """A bureau (局處) that sends rosters or receives lists (000 伍、003)."""

    SOCIAL = "social"
    HEALTH = "health"
    POLICE = "police"
    EDUCATION = "education"
    LABOUR = "labour"
    CIVIL = "civil"

    @property
    def label(self) -> str:
        return _AGENCY_LABELS[self]


_AGENCY_LABELS = {
    AgencyCode.SOCIAL: "社會處",
    AgencyCode.HEALTH: "衛生局",
    AgencyCode.POLICE: "警察局",
    AgencyCode.EDUCATION: "教育處",
    AgencyCode.LABOUR: "勞工處",
    AgencyCode.CIVIL: "民政處",
}


class RosterCode(StrEnum):
    """A kind of monthly roster (名冊), named for the people on it."""

    VULNERABLE_FAMILY = "vulnerable_family"
    CHILD_OUTREACH = "child_outreach"
    EMERGENCY_RELIEF = "emergency_relief"
    SUICIDE_REPORT = "suicide_report"
    HEALTH_CASE = "health_case"
    POLICE_VISIT = "police_visit"
    SCHOOL_DROPOUT = "school_dropout"
    EMPLOYMENT = "employment"
    HOUSEHOLD_REGISTER = "household_register"

    @property
    def label(self) -> str:
        return _ROSTER_LABELS[self]

    @property
    def agency(self) -> AgencyCode:
        return _ROSTER_AGENCIES[self]

    @property
    def is_service(self) -> bool:
        """True when a row means that an agency serves the person; the household register does not."""
        return self is not RosterCode.HOUSEHOLD_REGISTER


_ROSTER_LABELS = {
    RosterCode.VULNERABLE_FAMILY: "脆弱家庭服務名冊",
    RosterCode.CHILD_OUTREACH: "六歲以下弱勢兒童主動關懷名冊",
    RosterCode.EMERGENCY_RELIEF: "急難紓困申請名冊",
    RosterCode.SUICIDE_REPORT: "自殺通報個案名冊",
    RosterCode.HEALTH_CASE: "心理健康及毒防個管名冊",
    RosterCode.POLICE_VISIT: "治安顧慮人口查訪名冊",
    RosterCode.SCHOOL_DROPOUT: "中輟及輔導學生名冊",
    RosterCode.EMPLOYMENT: "弱勢失業者推介就業名冊",
    RosterCode.HOUSEHOLD_REGISTER: "戶籍資料查詢",
}

_ROSTER_AGENCIES = {
    RosterCode.VULNERABLE_FAMILY: AgencyCode.SOCIAL,
    RosterCode.CHILD_OUTREACH: AgencyCode.SOCIAL,
    RosterCode.EMERGENCY_RELIEF: AgencyCode.SOCIAL,
    RosterCode.SUICIDE_REPORT: AgencyCode.HEALTH,
    RosterCode.HEALTH_CASE: AgencyCode.HEALTH,
    RosterCode.POLICE_VISIT: AgencyCode.POLICE,
    RosterCode.SCHOOL_DROPOUT: AgencyCode.EDUCATION,
    RosterCode.EMPLOYMENT: AgencyCode.LABOUR,
    RosterCode.HOUSEHOLD_REGISTER: AgencyCode.CIVIL,
}


class OwnSource(StrEnum):
    """A source of records beside the monthly rosters: what workers write into the platform itself, person by person.

    It is of no month, so no month waits for it, and it belongs to the unit that wrote it. Its rows say who is meant and
    where they live; they are no service in the sense of 共案 (001 參三(六)2 names the lists that are).
    """

    INTAKE_REPORT = "intake_report"
    CASE_FILE = "case_file"

    @property
    def label(self) -> str:
        return "通報" if self is OwnSource.INTAKE_REPORT else "個案"

    @property
    def is_service(self) -> bool:
        return False


SourceCode = RosterCode | OwnSource
SOURCES: tuple[SourceCode, ...] = (*RosterCode, *OwnSource)


def source_code(text: str) -> SourceCode:
    """The source of a kept record by its code. Raises ValueError for anything else."""
    return OwnSource(text) if text in set(OwnSource) else RosterCode(text)


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"

    @property
    def label(self) -> str:
        return "男" if self is Sex.MALE else "女"


class IdKind(StrEnum):
    """Kind of identity number."""

    NATIONAL = "national"  # 國民身分證統一編號
    RESIDENT_NEW = "resident_new"  # 外來人口統一證號 (new form, since 110/1/2): letter + 8 or 9 + 8 digits
    RESIDENT_OLD = "resident_old"  # 外來人口統一證號 (old form): two letters + 8 digits


class IdState(StrEnum):
    """How far an identity number can be trusted."""

    VALID = "valid"  # form and check digit agree
    CHECK_FAILED = "check_failed"  # right form, wrong check digit: mistyped, partial evidence
    MASKED = "masked"  # some characters hidden: partial evidence
    UNREADABLE = "unreadable"  # not an identity number


class Relation(StrEnum):
    """Kinship of a person to the reference person (戶長 of the register, 案主 of a case)."""

    SELF = "self"  # 本人、戶長
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    GRANDCHILD = "grandchild"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    CHILD_IN_LAW = "child_in_law"
    PARENT_IN_LAW = "parent_in_law"
    OTHER_KIN = "other_kin"
    NOT_KIN = "not_kin"  # 寄居、同居人 …
