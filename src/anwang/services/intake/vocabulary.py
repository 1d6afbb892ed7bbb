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
