"""The nine rosters as data: which fields each is expected to have, what its columns and files are called.

`people/rosters` recognises a file and its columns with these definitions; nothing here opens a file.
Headers are compared folded (`text.fold_label`): width, case, spaces and punctuation do not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .codes import AgencyCode, RosterCode
from .fields import FieldId as F
from .headers import HEADER_WORDS, HEADERS, HOUSEHOLD_NUMBER, NOT_WORDS
from .text import fold_label


@dataclass(frozen=True, slots=True)
class RosterField:
    """A column that a roster is expected to have.

    `headers`: spellings that mean this field in this roster only (求職者 is the name in the employment list), tried
    before the common ones of `headers.HEADERS`. `words`: words inside a longer header that mean this field in this
    roster only (any 狀況 of the health bureau's list is the care status). `needs_value`: a row without it is refused.
    """

    field: F
    headers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    needs_value: bool = False


@dataclass(frozen=True, slots=True)
class RosterDefinition:
    """One roster of the standard.

    `fields`: expected columns in the usual order. `title_words`: words in a title row or file name that name the list,
    the surest first. What tells a list by its columns is in `signs`.
    """

    code: RosterCode
    fields: tuple[RosterField, ...]
    title_words: tuple[str, ...]

    @property
    def agency(self) -> AgencyCode:
        return self.code.agency

    def field(self, field: F) -> RosterField | None:
        return next((f for f in self.fields if f.field is field), None)

    @property
    def expected(self) -> tuple[F, ...]:
        return tuple(f.field for f in self.fields)


@dataclass(frozen=True, slots=True, order=True)
class HeaderMatch:
    """A field that a header may mean.

    `score`: 1.0 the roster's own spelling, 0.9 a common spelling, 0.7 a common spelling of a field that the roster does
    not usually have, 0.75 and less by a word inside the header.
    """

    score: float
    field: F


_STATE = ("情形", "狀況", "狀態", "結果", "status", "result")
_NAME_OF_CHILD = (
    "兒童姓名",
    "幼兒姓名",
    "兒少姓名",
    "童姓名",
    "孩童姓名",
    "幼童姓名",
    "小朋友姓名",
    "個案兒童",
)
_BASE_NAME = ("個案姓名", "當事人姓名", "服務對象", "對象姓名", "姓名")


def _person(*, name: tuple[str, ...], address: tuple[str, ...] = ()) -> tuple[RosterField, ...]:
    """The columns nearly every roster has, with the name column called as this roster calls it."""
    return (
        RosterField(F.RECORD_NUMBER, needs_value=True),
        RosterField(F.NAME, name, needs_value=True),
        RosterField(F.ID_NUMBER),
        RosterField(F.BIRTH),
        RosterField(F.SEX),
        RosterField(F.PHONE),
        RosterField(F.ADDRESS, address),
    )


ROSTERS: dict[RosterCode, RosterDefinition] = {
    definition.code: definition
    for definition in (
        RosterDefinition(
            RosterCode.VULNERABLE_FAMILY,
            (
                *_person(name=(*_BASE_NAME, "家庭成員姓名", "成員姓名", "家庭成員", "服務對象姓名")),
                RosterField(F.RELATION, ("與案主關係", "與主案主關係", "與個案關係", "家庭關係", "關係")),
                RosterField(F.REFERENCE_NAME, ("案主姓名", "案主", "主案主", "主案姓名", "主要案主")),
                RosterField(F.OPENED_ON, words=("日期", "時間", "date")),
                RosterField(F.WELFARE_CENTER),
                # 001 參三(六)1(4): a child of the family that cannot be found is said where the list tells its state.
                RosterField(
                    F.VISIT_RESULT,
                    (
                        "訪視結果",
                        "服務狀態",
                        "服務狀況",
                        "服務情形",
                        "服務現況",
                        "個案現況",
                        "個案狀態",
                        "個案狀況",
                        "個案情形",
                        "家庭狀態",
                        "兒少狀態",
                        "兒少現況",
                        "目前狀態",
                        "目前情形",
                        "現況",
                        "狀態",
                        "status",
                    ),
                    (*_STATE, "現況", "訪視", "訪查"),
                ),
            ),
            ("脆弱家庭服務", "脆弱家庭", "脆家", "開案名冊", "開案清冊"),
        ),
        RosterDefinition(
            RosterCode.CHILD_OUTREACH,
            (
                *_person(name=(*_NAME_OF_CHILD, *_BASE_NAME)),
                RosterField(F.CARER_NAME),
                RosterField(
                    F.VISIT_RESULT,
                    ("訪視結果", "關懷結果", "訪視情形", "結果", "status", "result"),
                    (*_STATE, "訪視", "訪查"),
                ),
            ),
            (
                "六歲以下弱勢兒童主動關懷",
                "6歲以下弱勢兒童",
                "弱勢兒童主動關懷",
                "六歲以下",
                "6歲以下",
                "主動關懷",
                "弱勢兒童",
                "幼兒關懷",
                "兒童關懷",
            ),
        ),
        RosterDefinition(
            RosterCode.EMERGENCY_RELIEF,
            (
                *_person(
                    name=("申請人", "申請人姓名", "申請者", "申請者姓名", "受助人", "受助者姓名", *_BASE_NAME)
                ),
                RosterField(F.APPLIED_ON, words=("日期", "時間", "收件日", "date")),
                RosterField(F.APPROVED_AMOUNT, words=("核定", "核發", "元")),
            ),
            ("急難紓困", "急難救助", "急難", "紓困"),
        ),
        RosterDefinition(
            RosterCode.SUICIDE_REPORT,
            (
                *_person(name=("被通報人", "被通報者", "被通報人姓名", "自殺個案姓名", *_BASE_NAME)),
                RosterField(
                    F.REPORTED_ON,
                    ("通報日期", "受理日期", "受理日"),
                    ("受理日", "接獲", "日期", "時間", "date"),
                ),
                RosterField(F.SUICIDE_CAUSE, ("原因", "自殺原因", "企圖原因")),
            ),
            ("自殺通報", "自殺防治", "自殺企圖", "自殺", "自傷"),
        ),
        RosterDefinition(
            RosterCode.HEALTH_CASE,
            (
                *_person(name=_BASE_NAME),
                RosterField(
                    F.CASE_CATEGORY, ("個案類別", "類別", "診斷類別", "列管類別"), ("疾病", "病名", "類")
                ),
                RosterField(
                    F.CARE_STATUS,
                    ("就醫或追蹤情形", "就醫情形", "追蹤情形", "治療情形", "情形", "狀態"),
                    (*_STATE, "就診", "醫療"),
                ),
            ),
            (
                "心理健康及毒防",
                "心理健康",
                "毒品危害防制",
                "毒防",
                "藥癮個案",
                "精神病人",
                "精神個案",
                "個案管理名冊",
                "個管名冊",
                "心衛",
                "個案管理",
                "藥癮",
            ),
        ),
        RosterDefinition(
            RosterCode.POLICE_VISIT,
            (
                *_person(name=("查訪對象", "受查訪人", "受查訪人姓名", "治安顧慮人口", *_BASE_NAME)),
                RosterField(
                    F.POLICE_UNIT,
                    ("unit", "單位", "所別"),
                    ("單位", "所", "轄區", "管轄", "unit", "office", "precinct", "branch"),
                ),
                RosterField(F.VISITED_ON, words=("日期", "時間", "查訪日", "date", "visit")),
            ),
            ("治安顧慮人口", "治安顧慮", "查訪", "治安"),
        ),
        RosterDefinition(
            RosterCode.SCHOOL_DROPOUT,
            (
                *_person(name=("學生姓名", "學生", "中輟生姓名", *_BASE_NAME)),
                RosterField(F.SCHOOL),
                RosterField(F.DROPOUT_ON, words=("輟學", "中輟", "日期", "時間", "date")),
                RosterField(
                    F.DROPOUT_STATUS,
                    ("狀態", "就學狀態", "目前狀態", "復學情形", "輔導情形", "輔導結果", "status"),
                    (*_STATE, "在學"),
                ),
            ),
            (
                "中輟及輔導學生",
                "中輟生",
                "中輟",
                "中途輟學",
                "輔導學生",
                "中離",
                "學生輔導",
                "學生名冊",
                "輟學",
            ),
        ),
        RosterDefinition(
            RosterCode.EMPLOYMENT,
            (
                *_person(
                    name=("求職者", "求職者姓名", "求職人", "求職人姓名", "失業者", "失業者姓名", *_BASE_NAME)
                ),
                RosterField(
                    F.WELFARE_STATUS,
                    ("身分別", "身份別", "身分類別", "對象別", "特定對象"),
                    ("身分", "身份", "對象", "弱勢"),
                ),
                RosterField(F.REGISTERED_ON, ("登記日期", "登記日"), ("登記", "日期", "時間", "date")),
                RosterField(
                    F.EMPLOYMENT_RESULT,
                    ("推介結果", "結果", "推介情形", "就業情形", "媒合結果", "status", "result"),
                    (*_STATE, "就業"),
                ),
            ),
            ("弱勢失業者", "推介就業", "就業推介", "失業者", "求職", "弱勢失業", "就業"),
        ),
        RosterDefinition(
            RosterCode.HOUSEHOLD_REGISTER,
            (
                RosterField(F.RECORD_NUMBER, ("序號",), needs_value=True),
                RosterField(F.HOUSEHOLD_NUMBER, words=("家戶", "全戶")),
                RosterField(F.NAME, _BASE_NAME, needs_value=True),
                RosterField(F.ID_NUMBER),
                RosterField(F.BIRTH),
                RosterField(F.SEX),
                RosterField(F.RELATION, ("稱謂", "戶內稱謂", "與戶長關係", "關係")),
                RosterField(F.ADDRESS, ("戶籍地址", "戶籍地", "戶籍住址", "設籍地址")),
            ),
            ("戶籍資料查詢", "戶籍資料", "戶籍謄本", "戶籍", "戶役政", "戶政查詢", "戶口"),
        ),
    )
}

AGENCY_WORDS: dict[AgencyCode, tuple[str, ...]] = {
    AgencyCode.SOCIAL: ("社會處", "社會局", "社會福利", "社福中心", "社會救助", "家庭服務中心"),
    AgencyCode.HEALTH: ("衛生局", "衛生所", "心理衛生", "毒品危害防制中心", "毒防中心", "自殺防治中心"),
    AgencyCode.POLICE: ("警察局", "警局", "分局", "派出所", "分駐所", "少年隊", "婦幼隊"),
    AgencyCode.EDUCATION: ("教育處", "教育局", "學生輔導諮商中心", "學諮中心"),
    AgencyCode.LABOUR: ("勞工處", "勞動局", "勞工局", "就業服務", "就業中心", "勞動處", "就服站"),
    AgencyCode.CIVIL: ("民政處", "民政局", "戶政事務所", "戶政", "戶役政"),
}


@cache
def _spellings(roster: RosterCode | None) -> dict[str, tuple[HeaderMatch, ...]]:
    """Folded header → the fields it may mean, best first; for one roster, or without knowing which."""
    found: dict[str, dict[F, float]] = {}
    for field, spellings in HEADERS.items():
        for spelling in spellings:
            found.setdefault(fold_label(spelling), {})[field] = 0.9
    # The only address of a file, whatever it is called, is its address.
    for spelling in HEADERS[F.REGISTER_ADDRESS]:
        found[fold_label(spelling)].setdefault(F.ADDRESS, 0.85)
    definitions = ROSTERS.values() if roster is None else (ROSTERS[roster],)
    for definition in definitions:
        expected = set(definition.expected)
        for column in definition.fields:
            for rank, spelling in enumerate(column.headers):
                score = (1.0 if roster else 0.8) - rank * 0.001
                fields = found.setdefault(fold_label(spelling), {})
                fields[column.field] = max(score, fields.get(column.field, 0.0))
        if roster is not None:  # a field that this list does not have is the less likely reading
            for fields in found.values():
                for field in fields:
                    if field not in expected:
                        fields[field] -= 0.2
    return {
        header: tuple(sorted((HeaderMatch(s, f) for f, s in fields.items()), reverse=True))
        for header, fields in found.items()
    }


_HOUSEHOLD_NUMBER = re.compile(HOUSEHOLD_NUMBER)
_ANY_DAY = ("日期", "時間", "date")  # words of any day: a header with the list's own word is the surer one
_FOLDED_NOT = {field: tuple(fold_label(w) for w in words) for field, words in NOT_WORDS.items()}


@cache
def _words(roster: RosterCode | None) -> tuple[tuple[str, F, float], ...]:
    """Folded word, the field it gives away, and what is added to the score because the roster has that field or not."""
    if roster is None:
        return tuple((fold_label(word), field, 0.0) for word, field in HEADER_WORDS)
    definition = ROSTERS[roster]
    own = tuple(
        (fold_label(w), column.field, 0.0 if w in _ANY_DAY else 0.1)
        for column in definition.fields
        for w in column.words
    )
    common = tuple(
        (fold_label(word), field, 0.1 if definition.field(field) else -0.1) for word, field in HEADER_WORDS
    )
    return own + common


@cache
def names_household(header: str) -> bool:
    """The header says a household's number: 戶號, 戶口編號, 家戶號, 戶長統號."""
    return bool(_HOUSEHOLD_NUMBER.search(fold_label(header)))


@cache
def match_header(header: str, roster: RosterCode | None = None) -> tuple[HeaderMatch, ...]:
    """The fields a column header may mean, the likeliest first; empty when the standard does not know it.

    By a known spelling, and by a word inside it (`個案之出生年月日(民國)` holds 出生): the longer the word, the surer.
    """
    folded = fold_label(header)
    if not folded:
        return ()
    known = _spellings(roster).get(folded, ())
    if known and known[0].score >= 0.8:
        return known
    best = {match.field: match.score for match in known}
    for word, field, bonus in _words(roster):
        if word in folded and not any(n in folded for n in _FOLDED_NOT.get(field, ())):
            best[field] = max(best.get(field, 0.0), 0.3 + 0.35 * len(word) / len(folded) + bonus)
    if names_household(header):
        unusual = 0.2 if roster is not None and ROSTERS[roster].field(F.HOUSEHOLD_NUMBER) is None else 0.0
        best[F.HOUSEHOLD_NUMBER] = max(best.get(F.HOUSEHOLD_NUMBER, 0.0), 0.75 - unusual)
    return tuple(sorted((HeaderMatch(score, field) for field, score in best.items()), reverse=True))
