"""Code lists of the rosters' own fields, and how the words that bureaus write become codes.

A vocabulary tries its words in order, so the narrower and the negative come first: `未持續就醫` holds `持續就醫`,
and `中低收入戶` holds `低收入戶`. A word that no rule knows gives None and stays as raw text; it is never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from .codes import Sex
from .fields import FieldId
from .text import arabic, fold_label, half_width


class SuicideCause(StrEnum):
    """Cause given in a suicide report. 001 參三(六)1(2) asks for `economic`, or `unstated` with a relief application."""

    ECONOMIC = "economic"
    UNSTATED = "unstated"
    MENTAL_HEALTH = "mental_health"
    FAMILY = "family"
    ROMANTIC = "romantic"
    PHYSICAL_ILLNESS = "physical_illness"
    WORK_OR_SCHOOL = "work_or_school"
    SUBSTANCE = "substance"
    OTHER = "other"


class CaseCategory(StrEnum):
    """Kind of case of the health bureau. A case of both kinds is `drug`: 001 參三(六)1(3) then asks nothing about treatment."""

    DRUG = "drug"
    MENTAL = "mental"
    ALCOHOL = "alcohol"
    OTHER = "other"


class CareStatus(StrEnum):
    """Whether the person is treated or followed. `untreated` and `discontinued` are those of 001 參三(六)1(3)."""

    UNTREATED = "untreated"
    DISCONTINUED = "discontinued"
    REGULAR = "regular"
    FOLLOWING = "following"
    LOST = "lost"
    CLOSED = "closed"


class VisitResult(StrEnum):
    """Result of an outreach visit. `missing` is 行方不明 (001 參三(六)1(4)); an empty house alone is still `pending`."""

    MISSING = "missing"
    VISITED = "visited"
    PENDING = "pending"
    REFUSED = "refused"
    MOVED = "moved"


class DropoutStatus(StrEnum):
    DROPPED_OUT = "dropped_out"
    RETURNED = "returned"
    COUNSELLING = "counselling"
    AT_RISK = "at_risk"


class EmploymentResult(StrEnum):
    EMPLOYED = "employed"
    UNEMPLOYED = "unemployed"
    REFERRING = "referring"


class WelfareStatus(StrEnum):
    """Status of a jobseeker among those the employment service helps first."""

    LOW_INCOME = "low_income"
    LOWER_MIDDLE_INCOME = "lower_middle_income"
    LONG_TERM_UNEMPLOYED = "long_term_unemployed"
    MIDDLE_AGED = "middle_aged"
    FORMER_OFFENDER = "former_offender"
    VIOLENCE_VICTIM = "violence_victim"
    DISABLED = "disabled"
    INDIGENOUS = "indigenous"
    NEW_IMMIGRANT = "new_immigrant"
    SPECIAL_CIRCUMSTANCES = "special_circumstances"
    SOLE_BREADWINNER = "sole_breadwinner"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One code list. `words`: (code, its words), tried in order, each as a part of the folded value; `blank` for ''.

    `whole`: words too short to be looked for inside others (無), tried first; `first`: what is said with a word between
    (未能尋獲), tried next. `denied`: what is said not to be so and is
    taken out before the words are tried (非經濟因素). `coded`: codes of the International Classification of Diseases.
    """

    field: FieldId
    labels: dict[StrEnum, str]
    words: tuple[tuple[StrEnum, tuple[str, ...]], ...]
    blank: StrEnum | None = None
    whole: tuple[tuple[StrEnum, tuple[str, ...]], ...] = ()
    first: tuple[tuple[StrEnum, re.Pattern[str]], ...] = ()
    denied: re.Pattern[str] | None = None
    coded: tuple[tuple[StrEnum, re.Pattern[str]], ...] = ()


_NOT_SO = "(?:未曾|未有|未再|未|不曾|不是|並非|非因|非|已無|(?<!查)無|排除|沒有|否認)(?:明顯|特殊|重大|任何)?"


def _denied(words: str, more: str = "") -> re.Pattern[str]:
    """What is said not to be so; `more`: further patterns that are as good as said not to be."""
    plain = f"{_NOT_SO}(?:{words})(?:因素|問題|壓力|困難|原因|情事|情形|之虞)?"
    return re.compile(f"{more}|{plain}" if more else plain)


def _not_so(*words: str) -> tuple[str, ...]:
    """未失聯, 非失聯, 無失聯情形 …; 無 alone may end another word (查無、失聯)."""
    plain = tuple(no + word for no in ("未", "非", "沒有", "排除") for word in words)
    return plain + tuple(f"無{word}{end}" for word in words for end in ("情形", "情事", "之情"))


def _labels(*pairs: tuple[StrEnum, str]) -> dict[StrEnum, str]:
    return dict(pairs)


_S, _C, _A, _V = SuicideCause, CaseCategory, CareStatus, VisitResult
_D, _E, _W = DropoutStatus, EmploymentResult, WelfareStatus

VOCABULARIES: dict[FieldId, Vocabulary] = {
    v.field: v
    for v in (
        Vocabulary(
            FieldId.SUICIDE_CAUSE,
            _labels(
                (_S.ECONOMIC, "經濟因素"), (_S.UNSTATED, "未註明"), (_S.MENTAL_HEALTH, "精神健康"), (_S.FAMILY, "家庭關係"),
                (_S.ROMANTIC, "感情因素"), (_S.PHYSICAL_ILLNESS, "久病不癒"), (_S.WORK_OR_SCHOOL, "工作或學業"),
                (_S.SUBSTANCE, "物質濫用"), (_S.OTHER, "其他"),
            ),
            (
                (_S.ECONOMIC, ("經濟", "債", "負債", "貧困", "貧窮", "財務", "失業", "生計", "卡債", "缺錢", "投資失利", "破產", "倒閉", "生活困", "生活陷困", "生活費", "詐騙", "詐財", "積欠", "欠款", "欠錢", "周轉", "週轉", "貸款", "錢莊", "金錢", "收入不足", "無收入", "付不出", "繳不出", "economic")),
                (_S.UNSTATED, ("未註明", "未注明", "未填", "不詳", "不明", "未載明", "未說明", "未知", "未提供", "無資料", "空白", "拒答", "未述明", "未敘明", "未表示", "未透露", "不願透露", "不願說明", "待查", "待釐清", "待確認", "查證中", "調查中", "無法判斷", "無法確認", "unknown", "無法得知")),
                (_S.ROMANTIC, ("感情", "情感", "失戀", "分手", "戀愛", "男女", "情傷", "romantic")),
                (_S.FAMILY, ("家庭", "家人", "夫妻", "婚姻", "親子", "家暴", "婆媳", "照顧壓力", "照顧負荷", "喪親", "喪偶", "family")),
                (_S.MENTAL_HEALTH, ("精神", "憂鬱", "心理", "情緒", "躁鬱", "思覺", "失眠", "mental")),
                (_S.PHYSICAL_ILLNESS, ("久病", "慢性", "身體", "疾病", "病痛", "癌", "生病", "physical")),
                (_S.SUBSTANCE, ("物質濫用", "酒", "藥", "毒", "substance")),
                (_S.WORK_OR_SCHOOL, ("工作", "職場", "學校", "學業", "課業", "校園", "霸凌", "人際", "work", "school")),
                (_S.OTHER, ("其他", "其它", "other")),
            ),
            blank=_S.UNSTATED,
            # 「其他」 is a cause that was asked and named as none of the list; 「無」 and 「N/A」 say that none was named.
            whole=((_S.UNSTATED, ("無", "無原因", "na", "none", "nil", "null", "nodata")),),
            denied=_denied(
                "經濟(?!來源|能力|支[持援柱]|收入|基礎)|感情|家庭|精神|債務|負債|失業|(?:財務|金錢|生活)(?:問題|困難|壓力)",
                "(?:家庭)?經濟(?:狀況|情況)?(?:尚可|良好|穩定|無虞|小康)|與經濟(?:因素)?無關|查無經濟(?:因素|問題|困難|壓力)",
            ),
        ),
        Vocabulary(
            FieldId.CASE_CATEGORY,
            _labels((_C.DRUG, "藥癮"), (_C.MENTAL, "精神疾病"), (_C.ALCOHOL, "酒癮"), (_C.OTHER, "其他")),
            (
                (_C.DRUG, ("藥癮", "毒", "吸食", "施用", "藥物成癮", "藥物濫用", "海洛因", "安非他命", "成癮藥物", "藥酒癮", "愷他命", "k他命", "鴉片", "嗎啡", "大麻", "美沙冬", "丁基原啡因", "搖頭丸", "強力膠", "替代治療", "替代療法", "雙重診斷", "雙診斷", "物質使用", "物質濫用", "drug")),
                (_C.MENTAL, ("精神", "思覺", "憂鬱", "躁鬱", "雙極", "雙相", "焦慮", "恐慌", "強迫症", "創傷後", "適應障礙", "適應疾患", "情緒障礙", "人格障礙", "人格違常", "幻聽", "幻覺", "心理", "精障", "情感性", "精分", "妄想", "mental", "psych")),
                (_C.ALCOHOL, ("酒", "alcohol")),
                (_C.OTHER, ("其他", "其它", "other")),
            ),
            # 「一級」 alone is a class of drugs; 二級精神病, 身障二級 are not.
            whole=((_C.DRUG, tuple(which + level for which in ("", "第") for level in ("一級", "二級", "三級", "四級"))),),
            denied=_denied(
                "(?:使用|施用|吸食)?(?:藥癮|毒品|毒癮|酒癮|藥酒癮|物質濫用|物質使用|安非他命|海洛因|精神疾病|精神病|精神障礙|精神科)|吸食|施用",
                "不吸食|不施用|藥癮除外",
            ),
            # ICD-10 F11–F16, F18, F19: by drugs; F10: by alcohol; F17: by tobacco; the rest of chapter V: mental.
            coded=(
                (_C.DRUG, re.compile(r"(?<![a-z])f1[1-689]")),
                (_C.MENTAL, re.compile(r"(?<![a-z])f[02-9][0-9]")),
                (_C.ALCOHOL, re.compile(r"(?<![a-z])f10")),
                (_C.OTHER, re.compile(r"(?<![a-z])f17")),
            ),
        ),
        Vocabulary(
            FieldId.CARE_STATUS,
            _labels(
                (_A.UNTREATED, "未就醫"), (_A.DISCONTINUED, "未持續就醫"), (_A.REGULAR, "規則就醫"), (_A.FOLLOWING, "追蹤中"),
                (_A.LOST, "失聯"), (_A.CLOSED, "已結案"),
            ),
            (
                (_A.REGULAR, (*_not_so("中斷", "間斷", "停藥"), "無中斷", "無停藥", "未曾中斷", "沒中斷", "未曾停藥", "沒停藥", "無自行停藥")),
                (_A.DISCONTINUED, (
                    "未持續", "未規則", "未規律", "未定期", "未按時", "不規則", "不規律", "不定期", "不持續", "沒持續", "沒有持續", "沒規律",
                    "沒有規律", "中斷", "停藥", "自行停", "斷續", "無持續", "未再就醫", "未回診", "無回診", "間斷", "時有時無", "不穩定", "未穩定", "無法持續", "無法規", "未能持續", "未能規", "未能定期", "無規則", "無規律", "無定期", "偶爾就醫", "偶就醫", "拒打", "拒絕施打", "未施打", "未打針", "未依約", "未遵醫囑",
                    "拒絕服藥", "未服藥", "不服藥", "不按時", "沒按時", "沒有按時", "不太穩", "無穩定", "未固定", "無固定", "停止就醫", "停止治療", "拒絕追蹤",
                    "未接受追蹤", "discontinu", "irregular",
                )),
                (_A.UNTREATED, (
                    "未就醫", "未就診", "未曾就醫", "從未就醫", "無就醫", "沒就醫", "沒有就醫", "尚未就醫", "拒絕就醫", "拒就醫", "拒醫", "拒診", "拒絕醫療", "拒治療", "未曾看診", "無治療", "未戒", "未接受戒", "拒絕戒", "未接受居家", "不就醫", "不願就醫", "不肯就醫", "未能就醫", "拒絕住院",
                    "未治療", "未接受治療", "拒絕治療", "未醫療", "無病識感", "未看診", "無就診", "尚未就診", "未接受醫療", "untreated",
                )),
                (_A.LOST, ("失聯", "失去聯", "無法聯", "聯繫不上", "聯絡不上", "失蹤", "行方不明", "去向不明", "失訪", "查無", "未遇", "lost")),
                (_A.CLOSED, ("結案", "除管", "結束追蹤", "closed")),
                (_A.REGULAR, (
                    "規則", "規律", "持續就醫", "持續治療", "持續就診", "定期就醫", "定期回診", "穩定就醫", "穩定治療", "穩定回診", "穩定服藥", "按時",
                    "就醫中", "治療中", "穩定", "已就醫", "有就醫", "接受治療", "居家治療", "長效針", "戒治", "戒癮", "住院", "替代療法", "美沙冬", "regular", "treated",
                )),
                (_A.FOLLOWING, ("追蹤", "輔導中", "列管中", "個管中", "服務中", "管理中", "訪視中", "觀察", "關懷中", "follow")),
            ),
            whole=((_A.FOLLOWING, ("未結案", "尚未結案")),),
            denied=_denied("失聯|失蹤|行方不明|失訪|住院|結案", "無未就醫(?:情形|情事)"),
        ),
        Vocabulary(
            FieldId.VISIT_RESULT,
            _labels((_V.VISITED, "已訪視"), (_V.PENDING, "待訪視"), (_V.MISSING, "行方不明"), (_V.REFUSED, "拒訪"), (_V.MOVED, "遷居他縣市")),
            (
                (_V.MISSING, ("未尋獲", "未能尋獲", "尚未尋獲", "未找到", "未尋到")),
                (_V.VISITED, ("已尋獲", "已尋到", "尋獲", "已找到", "已尋回", "協尋到案", "解除協尋", "撤銷協尋", "撤尋", *_not_so("行方不明", "行蹤不明", "下落不明", "去向不明", "失聯", "失蹤"), "無行方不明")),
                (_V.MISSING, (
                    "行方不明", "行蹤不明", "失蹤", "失聯", "去向不明", "下落不明", "查無此人", "查無人", "查無其人", "查無該", "查無此戶", "查無此址", "查無行蹤", "查無下落", "失去聯", "聯繫不上", "聯絡不上", "無法聯",
                    "協尋", "不知去向", "不知所蹤", "找不到", "遍尋", "未能尋", "未尋獲", "尋無", "查訪未獲", "訪視未獲", "尋訪未獲", "訪查未獲", "搬遷不明", "遷移不明", "遷居不明", "搬離不明", "遷徙不明", "去處不明", "住處不明", "所在不明", "音訊全無", "missing", "notfound",
                )),
                (_V.REFUSED, ("拒訪", "拒絕", "refus")),
                (_V.MOVED, ("遷居", "遷出", "搬離", "搬遷", "出境", "移居", "他縣市", "外縣市", "轉介他", "moved")),
                (_V.PENDING, (
                    "待訪", "未訪", "尚未", "訪視未遇", "未遇", "安排", "排定", "擇期", "再訪", "未完成", "未實訪", "進行中", "處理中", "約訪", "聯繫中", "pending", "待",
                )),
                (_V.VISITED, ("已訪", "完成", "訪視", "已關懷", "訪畢", "正常", "無異狀", "無異常", "無不當", "無受虐", "良好", "穩定", "已面訪", "實訪", "visited", "done", "已見", "見到", "服務中", "持續服務")),
            ),
            whole=((_V.MISSING, ("查無",)),),
            first=(
                (_V.MISSING, re.compile("(?:未|無法|不|沒有?|待|盼)(?:能|再|被|有|曾)?(?:尋獲|尋回|尋到|尋得|找到)|(?:尋獲|尋回|找到)後.*(?:再|又)")),
                (_V.PENDING, re.compile("(?:未|沒有?|無法)能?見到|無法(?:完成)?訪視|無法完成")),
                (_V.VISITED, re.compile("(?:解除|未發現|(?<!查)無)(?:失蹤|失聯|行方不明)")),
            ),
            denied=re.compile("[曾原](?:失聯|失蹤|行方不明)|未拒(?:訪|絕)|未[遷搬][出離居移]"),
        ),
        Vocabulary(
            FieldId.DROPOUT_STATUS,
            _labels((_D.DROPPED_OUT, "中輟"), (_D.RETURNED, "復學"), (_D.COUNSELLING, "輔導中"), (_D.AT_RISK, "中輟之虞")),
            (
                (_D.AT_RISK, ("之虞", "時輟時學", "高風險", "瀕臨", "atrisk")),
                (_D.DROPPED_OUT, (
                    "未復學", "尚未復學", "失學", "再輟", "再度中輟", "復學後再", "復學後又", "復學後中輟", "拒絕復學", "無法復學", "待復學", "不願復學", "復學失敗",
                    "復學未", "未返校", "沒有返校", "未在學", "不在學", "未就學",
                )),
                (_D.RETURNED, ("復學", "返校", "已返", "復課", "就學中", "轉學", "在學", "return")),
                (_D.COUNSELLING, ("輔導", "追蹤", "協助", "諮商", "counsel")),
                (_D.DROPPED_OUT, ("中輟", "輟學", "中離", "離校", "未到校", "行方不明", "失聯", "drop")),
            ),
            denied=_denied("中輟|輟學|中離|失聯|行方不明", "解除中輟"),
        ),
        Vocabulary(
            FieldId.EMPLOYMENT_RESULT,
            _labels((_E.EMPLOYED, "已就業"), (_E.UNEMPLOYED, "未就業"), (_E.REFERRING, "推介中")),
            (
                (_E.UNEMPLOYED, ("未就業", "未能就業", "未成功", "未媒合", "未錄取", "無就業", "失業", "未獲", "待業", "離職", "不成功", "失敗", "拒絕", "未推介", "放棄", "尚未就業", "無法就業", "不願就業", "沒就業", "沒有就業", "不就業", "沒有工作", "無工作", "未有工作", "未到職", "未上工", "未在職", "未再就業", "待就業", "unemploy")),
                (_E.EMPLOYED, ("面試錄取", "獲錄取", "已錄取", "職訓後就業", "已就業")),
                (_E.REFERRING, ("推介中", "媒合中", "轉介中", "辦理中", "進行中", "處理中", "面試", "職訓", "訓練", "待推介", "等待", "諮詢", "服務中", "求職中", "協助就業中", "推介就業中", "輔導就業中", "referr")),
                (_E.EMPLOYED, ("就業", "錄取", "媒合成功", "上工", "到職", "在職", "推介成功", "有工作", "成功", "employ")),
            ),
        ),
        Vocabulary(
            FieldId.WELFARE_STATUS,
            _labels(
                (_W.LOW_INCOME, "低收入戶"), (_W.LOWER_MIDDLE_INCOME, "中低收入戶"), (_W.LONG_TERM_UNEMPLOYED, "長期失業"),
                (_W.MIDDLE_AGED, "中高齡"), (_W.FORMER_OFFENDER, "更生人"), (_W.VIOLENCE_VICTIM, "家暴被害人"),
                (_W.DISABLED, "身心障礙"), (_W.INDIGENOUS, "原住民"), (_W.NEW_IMMIGRANT, "新住民"),
                (_W.SPECIAL_CIRCUMSTANCES, "特殊境遇家庭"), (_W.SOLE_BREADWINNER, "獨力負擔家計"),
            ),
            (
                (_W.LOWER_MIDDLE_INCOME, ("中低收",)),
                (_W.LOW_INCOME, ("低收", "一款", "二款", "三款")),
                (_W.LONG_TERM_UNEMPLOYED, ("長期失業", "長失")),
                (_W.FORMER_OFFENDER, ("更生", "出獄", "出監", "受刑")),
                (_W.VIOLENCE_VICTIM, ("家暴", "家庭暴力", "被害", "性侵", "受暴")),
                (_W.DISABLED, ("身心障礙", "身障", "殘障")),
                (_W.INDIGENOUS, ("原住民", "原民")),
                (_W.NEW_IMMIGRANT, ("新住民", "外籍配偶", "外配", "陸配", "大陸配偶")),
                (_W.SPECIAL_CIRCUMSTANCES, ("特殊境遇", "特境")),
                (_W.SOLE_BREADWINNER, ("獨力負擔", "獨立負擔", "負擔家計", "單親")),
                (_W.MIDDLE_AGED, ("中高齡", "高齡", "中高年")),
            ),
            denied=_denied("中低收入戶|低收入戶|中低收|低收|原住民|身心障礙|身障"),
        ),
    )
}  # fmt: skip


_folded = lru_cache(maxsize=None)(fold_label)  # the lists' own words, which are few


@lru_cache(maxsize=4096)
def read_code(field: FieldId, text: str) -> StrEnum | None:
    """The code that a bureau's word means in `field`; None when the field has no list or no rule knows the word.

    A code written as itself (`economic`) is read too. Of several words in one value the first rule wins, which puts
    what the plan asks for first: `家庭關係、經濟因素` is economic.
    """
    vocabulary = VOCABULARIES.get(field)
    if vocabulary is None:
        return None
    folded = fold_label(text)
    if not folded:
        return vocabulary.blank
    for code, label in vocabulary.labels.items():
        if folded in (_folded(label), _folded(code.value)):
            return code
    for code, words in vocabulary.whole:
        if folded in words:
            return code
    for code, pattern in vocabulary.first:
        if pattern.search(folded):
            return code
    affirmed = vocabulary.denied.sub("", folded) if vocabulary.denied else folded
    said = {code for code, pattern in vocabulary.coded if pattern.search(affirmed)}
    for code, words in vocabulary.words:
        if code in said or any(_folded(word) in affirmed for word in words):
            return code
    return None


def label_of(field: FieldId, code: str) -> str:
    """The Chinese label of a code of `field`; the code itself when the list does not have it."""
    vocabulary = VOCABULARIES.get(field)
    if vocabulary is None:
        return code
    return next((label for key, label in vocabulary.labels.items() if key.value == code), code)


_MALE = frozenset(
    ("男", "男性", "男生", "1", "m", "male", "先生", "生理男", "男孩", "男童", "公", "01", "10")
)
_FEMALE = frozenset(
    (
        "女",
        "女性",
        "女生",
        "2",
        "f",
        "female",
        "小姐",
        "女士",
        "生理女",
        "女孩",
        "女童",
        "母",
        "02",
        "20",
        "0",
    )
)


@lru_cache(maxsize=256)
def read_sex(text: str) -> Sex | None:
    """男/女, 1/2 (2 or 0 is female), M/F, with words around it (`男(M)`); None when empty, unknown or both."""
    folded = fold_label(text)
    if folded in _MALE:
        return Sex.MALE
    if folded in _FEMALE:
        return Sex.FEMALE
    has_male, has_female = "男" in folded, "女" in folded
    if has_male != has_female:
        return Sex.MALE if has_male else Sex.FEMALE
    return None


_AMOUNT = re.compile(r"\D*?(\d+(?:\.\d+)?)(萬|千)?(?:元|整|圓)*$")


def read_amount(text: str) -> int | None:
    """An amount in new Taiwan dollars (`20,000元`, `NT$ 2萬`, `兩萬元整`); None when empty or not one."""
    plain = half_width(text).replace(",", "").replace(" ", "")
    if not any("0" <= c <= "9" for c in plain):
        plain = arabic(plain)  # 兩萬元; but 3千元 keeps its unit
    match = _AMOUNT.match(plain)
    if match is None or plain.startswith("-"):
        return None
    value = float(match[1]) * {"萬": 10_000, "千": 1_000}.get(match[2] or "", 1)
    return int(value) if value == int(value) else None
