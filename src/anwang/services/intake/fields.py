"""The fields of the report form: what each is called, why it is asked, and on what that rests. Pure.

Collect least, know most (004 策略六: 以最低程度收集最完整資料): a field without a reason is not asked, one that is already
known is not asked again, and the page shows the reason behind each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from anwang.policy.model import Citation


class Section(StrEnum):
    """The parts of the form, in the order of the telephone call."""

    REPORTER = "reporter"
    EVENT = "event"
    PERSONS = "persons"
    DANGER = "danger"
    NEEDS = "needs"
    FILES = "files"

    @property
    def label(self) -> str:
        return _SECTIONS[self]


_SECTIONS = {
    Section.REPORTER: "誰通報",
    Section.EVENT: "何時何地，發生什麼",
    Section.PERSONS: "有誰",
    Section.DANGER: "危險與傷勢",
    Section.NEEDS: "需要什麼",
    Section.FILES: "附件",
}


class Wanted(StrEnum):
    """How much a field is wanted."""

    TO_SUBMIT = "to_submit"  # the report cannot be kept without it
    TO_DISPATCH = "to_dispatch"  # it can be kept, and is not complete enough to dispatch
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class ReportField:
    """One question. `why` says what the answer is used for; `longest` is in characters, 0 for a choice."""

    id: str
    label: str
    section: Section
    wanted: Wanted
    why: str
    citation: Citation
    longest: int = 0


_LEAST = Citation("004", "策略六")
_CLOCK = Citation("003", "貳二(2/2)")
_MANDATED = Citation("兒少權法", "第53條")
_DANGER = Citation("000", "二(二)1")
_RE_REPORT = Citation("004", "附錄2 1-2、1-3")
_CENTRES = Citation("003", "貳一")
_S, _W = Section, Wanted

REPORT_FIELDS: tuple[ReportField, ...] = (
    ReportField("channel", "怎麼收到的", _S.REPORTER, _W.TO_SUBMIT, "決定要回哪裡查證、補問。", _LEAST),
    ReportField(
        "reporter_kind", "通報人身分", _S.REPORTER, _W.TO_SUBMIT, "責任通報要回復處理情形；匿名也受理。", _MANDATED
    ),
    ReportField(
        "mandated_kind", "責任通報的職務別", _S.REPORTER, _W.TO_SUBMIT, "各類責任通報人員的通報情形要分別統計。", _MANDATED
    ),
    ReportField(
        "received_at", "收到的時間", _S.REPORTER, _W.TO_SUBMIT, "24 小時從這一刻起算，夜間與假日照算。", _CLOCK
    ),
    ReportField("late_reason", "時間的說明", _S.REPORTER, _W.OPTIONAL, "收到時間與現在差太多時，說明原因。", _CLOCK, 200),
    ReportField(
        "reporter_name", "通報人姓名", _S.REPORTER, _W.OPTIONAL, "補問與回復用；加密保存，只有受理人員附理由才能看。", _MANDATED, 60
    ),
    ReportField("reporter_phone", "通報人電話", _S.REPORTER, _W.OPTIONAL, "情況不清楚時要能再問一次；加密保存。", _MANDATED, 60),
    ReportField("reporter_workplace", "服務單位", _S.REPORTER, _W.OPTIONAL, "責任通報回復處理情形用；加密保存。", _MANDATED, 100),
    ReportField("reporter_address", "通報人地址", _S.REPORTER, _W.OPTIONAL, "只在要寄送回復時才問；加密保存。", _MANDATED, 200),
    ReportField("wants_reply", "要回復處理情形", _S.REPORTER, _W.OPTIONAL, "通報人要知道有人處理了。", _MANDATED),
    ReportField("happened", "什麼時候", _S.EVENT, _W.OPTIONAL, "判斷是一次還是持續發生。", _DANGER, 100),
    ReportField("township", "在哪個鄉鎮市", _S.EVENT, _W.TO_DISPATCH, "依轄區決定由哪一個中心接案。", _CENTRES),
    ReportField("place", "地點", _S.EVENT, _W.OPTIONAL, "要找得到人。", _LEAST, 200),
    ReportField("story", "發生什麼事", _S.EVENT, _W.TO_SUBMIT, "篩案與派案都看這一段。", _DANGER, 20_000),
    ReportField("dangers", "現在有沒有危險", _S.DANGER, _W.TO_DISPATCH, "有危險的先處理；這些也是篩案建議的依據。", _DANGER),
    ReportField("needs", "需要什麼", _S.NEEDS, _W.OPTIONAL, "派到能提供的單位，不必再問一次。", _LEAST),
)  # fmt: skip

PERSON_FIELDS: tuple[ReportField, ...] = (
    ReportField("role", "是什麼人", _S.PERSONS, _W.TO_SUBMIT, "分清楚要協助誰、誰可能造成危險。", _DANGER),
    ReportField("relation", "與被通報人的關係", _S.PERSONS, _W.OPTIONAL, "拼出一戶人，判斷還有沒有人能照顧。", _LEAST, 40),
    ReportField("name", "姓名", _S.PERSONS, _W.TO_DISPATCH, "找出是不是已經有人在服務。不知道就留白。", _RE_REPORT, 60),
    ReportField("id_number", "統一編號", _S.PERSONS, _W.OPTIONAL, "同名的人才分得開。不知道就留白。", _RE_REPORT, 40),
    ReportField("birth", "生日或年齡", _S.PERSONS, _W.OPTIONAL, "未滿 18 歲與 65 歲以上，適用的規定不同。", _MANDATED, 40),
    ReportField("sex", "性別", _S.PERSONS, _W.OPTIONAL, "比對是否同一人。", _LEAST),
    ReportField("phone", "電話", _S.PERSONS, _W.OPTIONAL, "聯絡得到人；也用來比對同一戶。", _LEAST, 60),
    ReportField("address", "住址", _S.PERSONS, _W.OPTIONAL, "訪視要去的地方；也用來比對同一戶。", _LEAST, 200),
    ReportField("injuries", "傷勢", _S.PERSONS, _W.OPTIONAL, "決定要不要立即就醫、驗傷。", _DANGER, 300),
    ReportField("note", "其他要說的", _S.PERSONS, _W.OPTIONAL, "只寫跟這件事有關的。", _LEAST, 300),
)  # fmt: skip

FIELD: dict[str, ReportField] = {each.id: each for each in REPORT_FIELDS}
PERSON_FIELD: dict[str, ReportField] = {each.id: each for each in PERSON_FIELDS}


def person_field_id(number: int, name: str) -> str:
    """The id of a field of the person in row `number` (from 1): `person-3-name`."""
    return f"person-{number}-{name}"


def label_of(field_id: str) -> str:
    """A field's label as a reader sees it, of a report (`place`) or of a person (`person-3-name`)."""
    if field_id in FIELD:
        return FIELD[field_id].label
    kind, _, rest = field_id.partition("-")
    number, _, name = rest.partition("-")
    if kind == "person" and name in PERSON_FIELD:
        return f"第 {number} 人的{PERSON_FIELD[name].label}"
    return field_id
