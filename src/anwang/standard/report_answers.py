"""Code lists of what a report says: signs of danger, what is needed, whose duty it was to report. English codes, zh-TW labels.

The desk asks these questions on the telephone in this order; screening reads the answers (services/dispatch).
"""

from __future__ import annotations

from enum import StrEnum


class Danger(StrEnum):
    """Signs of danger now. `NONE` and `UNKNOWN` are answers too: asked and not seen, asked and not known."""

    SERIOUS_INJURY = "serious_injury"
    WEAPON = "weapon"
    THREAT_TO_KILL = "threat_to_kill"
    SELF_HARM = "self_harm"
    SEXUAL = "sexual"
    SMALL_CHILD_ALONE = "small_child_alone"
    ALLEGED_PRESENT = "alleged_present"
    INTOXICATED = "intoxicated"
    NOTHING_TO_LIVE_ON = "nothing_to_live_on"
    NONE = "none"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _DANGERS[self]

    @property
    def is_sign(self) -> bool:
        """Whether it speaks of a danger, and not of none or of nobody knowing."""
        return self not in (Danger.NONE, Danger.UNKNOWN)


_DANGERS = {
    Danger.SERIOUS_INJURY: "傷勢嚴重或需立即就醫",
    Danger.WEAPON: "持有或使用武器、危險物品",
    Danger.THREAT_TO_KILL: "揚言殺害他人或同歸於盡",
    Danger.SELF_HARM: "自傷、自殺的行為或意念",
    Danger.SEXUAL: "疑似遭性侵害或性剝削",
    Danger.SMALL_CHILD_ALONE: "六歲以下兒童或需特別看護者無人照顧",
    Danger.ALLEGED_PRESENT: "相對人在場或隨時可能返回",
    Danger.INTOXICATED: "現場有人酒後或用藥後失控",
    Danger.NOTHING_TO_LIVE_ON: "斷炊、無處可住或斷水斷電",
    Danger.NONE: "問過，沒有以上情形",
    Danger.UNKNOWN: "通報人不清楚",
}


class Need(StrEnum):
    """What the family seems to need."""

    SAFETY = "safety"
    MEDICAL = "medical"
    CARE = "care"
    PARENTING = "parenting"
    ECONOMIC = "economic"
    HOUSING = "housing"
    MENTAL = "mental"
    SUBSTANCE = "substance"
    EDUCATION = "education"
    WORK = "work"
    ELDER = "elder"
    DISABILITY = "disability"
    LEGAL = "legal"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _NEEDS[self]


_NEEDS = {
    Need.SAFETY: "人身安全",
    Need.MEDICAL: "就醫與驗傷",
    Need.CARE: "兒童照顧、托育",
    Need.PARENTING: "親職教養",
    Need.ECONOMIC: "經濟、急難",
    Need.HOUSING: "住居",
    Need.MENTAL: "心理、精神、自殺防治",
    Need.SUBSTANCE: "酒癮、藥癮",
    Need.EDUCATION: "就學",
    Need.WORK: "就業",
    Need.ELDER: "長者照顧",
    Need.DISABILITY: "身心障礙服務",
    Need.LEGAL: "法律協助",
    Need.OTHER: "其他",
}


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
