"""Code lists of a case: who is who in it, where a visit was, what a contact was. English codes, zh-TW labels."""

from __future__ import annotations

from enum import StrEnum


class CaseRole(StrEnum):
    """Who a person of the household is in the case."""

    CLIENT = "client"
    CARER = "carer"
    FAMILY = "family"
    ALLEGED = "alleged"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            CaseRole.CLIENT: "案主",
            CaseRole.CARER: "主要照顧者",
            CaseRole.FAMILY: "同住家人",
            CaseRole.ALLEGED: "相對人",
            CaseRole.OTHER: "其他關係人",
        }[self]


class VisitPlace(StrEnum):
    """Where somebody was met. Which of them count for the visit frequency is policy (`case.visit.counting_places`)."""

    HOME = "home"
    SCHOOL = "school"
    OFFICE = "office"
    HOSPITAL = "hospital"
    OUTSIDE = "outside"
    PHONE = "phone"

    @property
    def label(self) -> str:
        return {
            VisitPlace.HOME: "到家裡",
            VisitPlace.SCHOOL: "到學校",
            VisitPlace.OFFICE: "到單位會談",
            VisitPlace.HOSPITAL: "到醫院或機構",
            VisitPlace.OUTSIDE: "其他地點",
            VisitPlace.PHONE: "電話",
        }[self]


class ChildSeen(StrEnum):
    """Whether every child of the household was seen with one's own eyes."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    NO_CHILD = "no_child"

    @property
    def label(self) -> str:
        return {
            ChildSeen.ALL: "每個孩子都看到",
            ChildSeen.SOME: "只看到部分孩子",
            ChildSeen.NONE: "沒有看到孩子",
            ChildSeen.NO_CHILD: "家中沒有孩子",
        }[self]


class Safety(StrEnum):
    """What the worker found, the best first."""

    SAFE = "safe"
    CONCERN = "concern"
    DANGER = "danger"

    @property
    def label(self) -> str:
        return {
            Safety.SAFE: "目前安全",
            Safety.CONCERN: "有疑慮",
            Safety.DANGER: "有立即危險",
        }[self]


class NotMetReason(StrEnum):
    ABSENT = "absent"
    REFUSED = "refused"
    MOVED = "moved"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            NotMetReason.ABSENT: "不在家",
            NotMetReason.REFUSED: "拒絕見面",
            NotMetReason.MOVED: "已搬離",
            NotMetReason.UNKNOWN: "下落不明",
        }[self]


class ContactKind(StrEnum):
    """A contact that is no visit: with the family, or with somebody about it."""

    CALL = "call"
    MESSAGE = "message"
    NETWORK = "network"
    MEETING = "meeting"
    LETTER = "letter"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            ContactKind.CALL: "與家庭通話",
            ContactKind.MESSAGE: "與家庭傳訊",
            ContactKind.NETWORK: "與其他單位聯繫",
            ContactKind.MEETING: "會議",
            ContactKind.LETTER: "公文、信件",
            ContactKind.OTHER: "其他",
        }[self]

    @property
    def reaches_family(self) -> bool:
        return self in (ContactKind.CALL, ContactKind.MESSAGE)


class GoalState(StrEnum):
    """How a goal stands, as its last progress says. Open ones keep a case from closing."""

    OPEN = "open"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    REACHED = "reached"
    GIVEN_UP = "given_up"

    @property
    def label(self) -> str:
        return {
            GoalState.OPEN: "尚未檢討",
            GoalState.BETTER: "有進展",
            GoalState.SAME: "沒有變化",
            GoalState.WORSE: "變差",
            GoalState.REACHED: "已達成",
            GoalState.GIVEN_UP: "不再進行",
        }[self]

    @property
    def is_open(self) -> bool:
        return self not in (GoalState.REACHED, GoalState.GIVEN_UP)


class RiskGrade(StrEnum):
    """What the rule suggests, whatever a programme calls its levels."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


class OtherAgency(StrEnum):
    """協辦單位: what a supporting unit is asked for."""

    SERVICE = "service"
    CONSULTATION = "consultation"
    MONITORING = "monitoring"

    @property
    def label(self) -> str:
        return {
            OtherAgency.SERVICE: "共同服務",
            OtherAgency.CONSULTATION: "提供諮詢",
            OtherAgency.MONITORING: "協助關注",
        }[self]
