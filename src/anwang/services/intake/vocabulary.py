"""Code lists of the report form: who reports, how, who is who in it, how urgent. English codes, zh-TW labels."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a report came."""

    PHONE = "phone"
    WEB = "web"
    DOCUMENT = "document"
    WALK_IN = "walk_in"
    API = "api"
    FOUND = "found"

    @property
    def label(self) -> str:
        return {
            Channel.PHONE: "電話（含113、1999）",
            Channel.WEB: "線上通報",
            Channel.DOCUMENT: "傳真或公文",
            Channel.WALK_IN: "親自到場",
            Channel.API: "系統介接",
            Channel.FOUND: "主動發現",
        }[self]


class ReporterKind(StrEnum):
    """Who reports (000 二(二)1: mandated reporters; citizens; nobody who gave a name)."""

    MANDATED = "mandated"
    CITIZEN = "citizen"
    ANONYMOUS = "anonymous"

    @property
    def label(self) -> str:
        return {
            ReporterKind.MANDATED: "責任通報人員",
            ReporterKind.CITIZEN: "一般民眾",
            ReporterKind.ANONYMOUS: "匿名",
        }[self]


class MandatedKind(StrEnum):
    """The occupations whose members must report (兒少權法第53條、家庭暴力防治法第50條、身權法第76條、老人福利法第43條)."""

    MEDICAL = "medical"
    SOCIAL_WORK = "social_work"
    EDUCATION = "education"
    CHILD_CARE = "child_care"
    POLICE = "police"
    JUDICIAL = "judicial"
    VILLAGE = "village"
    HOUSEHOLD_REGISTRATION = "household_registration"
    IMMIGRATION = "immigration"
    LONG_TERM_CARE = "long_term_care"
    LABOUR = "labour"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _MANDATED[self]


_MANDATED = {
    MandatedKind.MEDICAL: "醫事人員",
    MandatedKind.SOCIAL_WORK: "社會工作人員",
    MandatedKind.EDUCATION: "教育人員",
    MandatedKind.CHILD_CARE: "教保、托育人員",
    MandatedKind.POLICE: "警察人員",
    MandatedKind.JUDICIAL: "司法、矯正人員",
    MandatedKind.VILLAGE: "村里長、村里幹事",
    MandatedKind.HOUSEHOLD_REGISTRATION: "戶政人員",
    MandatedKind.IMMIGRATION: "移民業務人員",
    MandatedKind.LONG_TERM_CARE: "長照、身障服務人員",
    MandatedKind.LABOUR: "勞政、就業服務人員",
    MandatedKind.OTHER: "其他執行業務人員",
}


class ReportRole(StrEnum):
    """Who a person is in a report."""

    SUBJECT = "subject"
    ALLEGED = "alleged"
    CARER = "carer"
    FAMILY = "family"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            ReportRole.SUBJECT: "被通報人（需要協助的人）",
            ReportRole.ALLEGED: "相對人（疑似施暴或疏忽）",
            ReportRole.CARER: "主要照顧者",
            ReportRole.FAMILY: "同住家人",
            ReportRole.OTHER: "其他關係人",
        }[self]


class Urgency(StrEnum):
    """How soon somebody must act; the order is the order of the queue."""

    IMMEDIATE = "immediate"
    PRIORITY = "priority"
    ORDINARY = "ordinary"

    @property
    def label(self) -> str:
        return {
            Urgency.IMMEDIATE: "立即危險",
            Urgency.PRIORITY: "優先",
            Urgency.ORDINARY: "一般",
        }[self]

    @property
    def rank(self) -> int:
        return list(Urgency).index(self)
