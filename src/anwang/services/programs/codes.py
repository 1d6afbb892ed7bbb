"""Codes of a programme file, each with its zh-TW label: the schema check lists them when a file names another."""

from __future__ import annotations

from enum import StrEnum


class UnitKind(StrEnum):
    """Kinds of unit that may take a programme: those of `agencies.models.Unit.Kind` (a test compares them)."""

    OFFICE = "office"
    WELFARE_CENTER = "welfare_center"
    INTAKE_CENTER = "intake_center"
    PROTECTION = "protection"


class JurisdictionRule(StrEnum):
    """How the responsible unit follows from the facts."""

    BY_TOWNSHIP = "by_township"  # the unit that serves the township of residence
    COUNTY_WIDE = "county_wide"  # one unit for the whole county

    @property
    def label(self) -> str:
        return "依居住鄉鎮市的服務單位" if self is JurisdictionRule.BY_TOWNSHIP else "全縣由同一單位"


class FieldKind(StrEnum):
    """How a field of a form is answered and checked."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    ADDRESS = "address"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    FieldKind.TEXT: "文字",
    FieldKind.LONG_TEXT: "長文字",
    FieldKind.CHOICE: "單選",
    FieldKind.CHOICES: "複選",
    FieldKind.NUMBER: "數字",
    FieldKind.DATE: "日期",
    FieldKind.YES_NO: "是否",
    FieldKind.NAME: "姓名",
    FieldKind.ID_NUMBER: "統一編號",
    FieldKind.PHONE: "電話",
    FieldKind.ADDRESS: "地址",
}


class FormKind(StrEnum):
    """What a form is for: later rooms ask a programme for its form of a kind."""

    APPLICATION = "application"
    SCREENING = "screening"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    VISIT = "visit"
    RECORD = "record"
    REVIEW = "review"
    CLOSING = "closing"

    @property
    def label(self) -> str:
        return _FORM_LABELS[self]


_FORM_LABELS = {
    FormKind.APPLICATION: "申請",
    FormKind.SCREENING: "篩檢",
    FormKind.ASSESSMENT: "評估",
    FormKind.PLAN: "計畫",
    FormKind.VISIT: "訪視",
    FormKind.RECORD: "紀錄",
    FormKind.REVIEW: "檢討",
    FormKind.CLOSING: "結案",
}


class About(StrEnum):
    """Whom a form is filled in about."""

    PERSON = "person"
    HOUSEHOLD = "household"
    EVENT = "event"  # an activity or a file, not a person

    @property
    def label(self) -> str:
        return {"person": "個人", "household": "家庭", "event": "場次或案件"}[self.value]


class ClockKind(StrEnum):
    """What must be done in time."""

    FIRST_CONTACT = "first_contact"
    INVESTIGATION = "investigation"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    VISIT = "visit"
    REVIEW = "review"
    REPLY = "reply"
    SERVICE = "service"

    @property
    def label(self) -> str:
        return _CLOCK_LABELS[self]


_CLOCK_LABELS = {
    ClockKind.FIRST_CONTACT: "首次聯繫",
    ClockKind.INVESTIGATION: "調查",
    ClockKind.ASSESSMENT: "評估",
    ClockKind.PLAN: "計畫",
    ClockKind.VISIT: "訪視頻率",
    ClockKind.REVIEW: "檢討",
    ClockKind.REPLY: "回復",
    ClockKind.SERVICE: "服務",
}


class ClockStart(StrEnum):
    """The event that a clock runs from. A repeating clock runs anew from each time that it was met."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    APPLIED = "applied"
    OPENED = "opened"
    PLANNED = "planned"
    PLACED = "placed"
    MEETING = "meeting"
    NOTIFIED = "notified"
    LAST_DONE = "last_done"

    @property
    def label(self) -> str:
        return _START_LABELS[self]


_START_LABELS = {
    ClockStart.REPORTED: "接獲通報後",
    ClockStart.ACCEPTED: "收案後",
    ClockStart.APPLIED: "申請後",
    ClockStart.OPENED: "開案後",
    ClockStart.PLANNED: "計畫核定後",
    ClockStart.PLACED: "安置後",
    ClockStart.MEETING: "會議後",
    ClockStart.NOTIFIED: "接獲通知後",
    ClockStart.LAST_DONE: "上一次之後",
}


class ClosingOutcome(StrEnum):
    """What a closing means for figures, whatever the programme calls its reason."""

    GOAL_REACHED = "goal_reached"
    REFERRED = "referred"
    MOVED = "moved"
    DECLINED = "declined"
    LOST = "lost"
    DIED = "died"
    NOT_ELIGIBLE = "not_eligible"
    EXPIRED = "expired"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _OUTCOME_LABELS[self]


_OUTCOME_LABELS = {
    ClosingOutcome.GOAL_REACHED: "達成目標",
    ClosingOutcome.REFERRED: "轉由其他單位服務",
    ClosingOutcome.MOVED: "遷離",
    ClosingOutcome.DECLINED: "拒絕服務",
    ClosingOutcome.LOST: "失去聯繫",
    ClosingOutcome.DIED: "死亡",
    ClosingOutcome.NOT_ELIGIBLE: "不符服務對象",
    ClosingOutcome.EXPIRED: "期滿",
    ClosingOutcome.OTHER: "其他",
}


KNOWN_FACTS: dict[str, str] = {
    "person.name": "本人姓名",
    "person.id_number": "本人統一編號",
    "person.birth": "本人出生日期",
    "person.sex": "本人性別",
    "person.phone": "本人電話",
    "person.address": "本人地址",
    "person.register_address": "本人戶籍地址",
    "carer.name": "主要照顧者姓名",
    "carer.relation": "主要照顧者稱謂",
    "carer.phone": "主要照顧者電話",
    "household.size": "家戶人數",
    "household.children_under_6": "家戶中未滿 6 歲兒童人數",
    "household.services": "目前服務中的單位",
    "report.reported_on": "通報日期",
    "report.summary": "通報事由",
    "case.opened_on": "開案日期",
    "case.risk_level": "目前風險等級",
    "case.closed_on": "結案日期",
    "school.name": "就讀學校",
    "today": "填寫當日",
    "previous": "上一次填的同一題",
}
"""What a field may be filled from (`prefill`), and what the user is told it came from."""


class EntryStrength(StrEnum):
    """How clearly a report speaks for a programme."""

    DIRECT = "direct"  # it names whom the programme is for
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def label(self) -> str:
        return {"direct": "明確", "likely": "很可能", "possible": "可能"}[self.value]

    @property
    def rank(self) -> int:
        return list(EntryStrength).index(self)


class ReportSign(StrEnum):
    """What screening finds in a report (`intake.screening_rules`; a test compares them)."""

    SERIOUS_INJURY = "serious_injury"
    WEAPON = "weapon"
    THREAT_TO_KILL = "threat_to_kill"
    SELF_HARM = "self_harm"
    SEXUAL = "sexual"
    SMALL_CHILD_ALONE = "small_child_alone"
    ALLEGED_PRESENT = "alleged_present"
    INTOXICATED = "intoxicated"
    NOTHING_TO_LIVE_ON = "nothing_to_live_on"
    INJURED = "injured"
    YOUNG_CHILD = "young_child"
    CHILD = "child"
    ELDER = "elder"
    YOUNG_CHILD_AT_HOME = "young_child_at_home"
    ALLEGED_AT_HOME = "alleged_at_home"
    PREGNANT = "pregnant"
    STRANGLED = "strangled"
    INTIMATE_IMAGE = "intimate_image"
    CHILD_HARM = "child_harm"
    ADULT_HARM = "adult_harm"
    RE_REPORT = "re_report"
    MANY_SERVICES = "many_services"
    SEEN_BY_PROFESSIONAL = "seen_by_professional"
