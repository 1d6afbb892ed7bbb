"""The catalogue of standard fields: what a person, an address, a service record and a roster row may say.

One entry a field: its id (the name in code and in `StandardRecord.details`), Chinese label, meaning, type, checks,
an example and what it corresponds to in TWCDI-Social. The handbook page is printed from here (`describe.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldId(StrEnum):
    """Every field the standard knows. The first block are fields of `StandardRecord`, the rest go to `details`."""

    RECORD_NUMBER = "record_number"
    ROW_NUMBER = "row_number"
    NAME = "name"
    ID_NUMBER = "id_number"
    BIRTH = "birth"
    SEX = "sex"
    PHONE = "phone"
    ADDRESS = "address"
    HOUSEHOLD_NUMBER = "household_number"
    RELATION = "relation"
    REFERENCE_NAME = "reference_name"
    CARER_NAME = "carer_name"
    # details
    REGISTER_ADDRESS = "register_address"
    REFERENCE_ID_NUMBER = "reference_id_number"
    CARER_ID_NUMBER = "carer_id_number"
    CARER_PHONE = "carer_phone"
    CARER_RELATION = "carer_relation"
    OPENED_ON = "opened_on"
    WELFARE_CENTER = "welfare_center"
    VISIT_RESULT = "visit_result"
    APPLIED_ON = "applied_on"
    APPROVED_AMOUNT = "approved_amount"
    REPORTED_ON = "reported_on"
    SUICIDE_CAUSE = "suicide_cause"
    CASE_CATEGORY = "case_category"
    CARE_STATUS = "care_status"
    POLICE_UNIT = "police_unit"
    VISITED_ON = "visited_on"
    SCHOOL = "school"
    DROPOUT_ON = "dropout_on"
    DROPOUT_STATUS = "dropout_status"
    WELFARE_STATUS = "welfare_status"
    REGISTERED_ON = "registered_on"
    EMPLOYMENT_RESULT = "employment_result"
    CLOSED_ON = "closed_on"
    PERIOD = "period"
    NOTE = "note"


class FieldType(StrEnum):
    """How the value of a field is read; the reader stands beside it."""

    NUMBER_OF_RECORD = "number_of_record"  # text as it stands
    TEXT = "text"  # text as it stands
    NAME = "name"  # names.read_name
    ID_NUMBER = "id_number"  # identity.read_id_number
    BIRTH = "birth"  # dates.read_date; a year that cannot be a birth is a slip
    DATE = "date"  # dates.read_date
    PERIOD = "period"  # dates.read_period
    SEX = "sex"  # vocabularies.read_sex
    PHONE = "phone"  # phones.read_phones
    ADDRESS = "address"  # addresses.read_address
    RELATION = "relation"  # kinship.read_relation
    CODE = "code"  # vocabularies.read_code
    AMOUNT = "amount"  # vocabularies.read_amount

    @property
    def label(self) -> str:
        return _TYPE_LABELS[self]


_TYPE_LABELS = {
    FieldType.NUMBER_OF_RECORD: "編號",
    FieldType.TEXT: "文字",
    FieldType.NAME: "姓名",
    FieldType.ID_NUMBER: "統一編號",
    FieldType.BIRTH: "出生日期",
    FieldType.DATE: "日期",
    FieldType.PERIOD: "月份",
    FieldType.SEX: "性別",
    FieldType.PHONE: "電話",
    FieldType.ADDRESS: "地址",
    FieldType.RELATION: "稱謂",
    FieldType.CODE: "代碼",
    FieldType.AMOUNT: "金額",
}


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One standard field. `repeatable`: several columns of a file may hold it (市話 and 手機), their values join."""

    id: FieldId
    label: str
    meaning: str
    type: FieldType
    checks: str
    example: str
    twcdi: str
    repeatable: bool = False


_F, _T = FieldId, FieldType
_OWN = "無對應，本平台自訂"
_PATIENT = "TWCDI-Social 個人基本資料"
_SERVICE = "TWCDI-Social 服務紀錄"
_DATE = "須為實際存在的日期；民國、西元皆可"

CATALOGUE: tuple[FieldDefinition, ...] = (
    FieldDefinition(
        _F.RECORD_NUMBER,
        "案號",
        "名冊所屬機關自己的編號；與是誰無關，不得跨名冊比對",
        _T.NUMBER_OF_RECORD,
        "不得空白；同一名冊內不得重複",
        "SUI1150301783",
        f"{_SERVICE}：案件編號",
    ),
    FieldDefinition(_F.ROW_NUMBER, "序號", "列印順序，不是編號", _T.TEXT, "不檢核", "1", _OWN),
    FieldDefinition(
        _F.NAME,
        "姓名",
        "本人姓名；註記（歿）（改名）另存，遮罩字以○表示，罕用字原樣保存",
        _T.NAME,
        "不得空白；任何長度皆可",
        "歐陽○文",
        f"{_PATIENT}：姓名",
    ),
    FieldDefinition(
        _F.ID_NUMBER,
        "統一編號",
        "國民身分證統一編號，或新式、舊式外來人口統一證號",
        _T.ID_NUMBER,
        "檢查碼；不符或有遮罩者收下，只當部分證據；可空白",
        "A123456789",
        f"{_PATIENT}：身分證字號",
    ),
    FieldDefinition(
        _F.BIRTH,
        "出生日期",
        "只有年份或年月者收下，當部分證據",
        _T.BIRTH,
        f"{_DATE}；在未來或早於 125 年前者，年份不採；可空白",
        "78/3/2",
        f"{_PATIENT}：出生日期",
    ),
    FieldDefinition(_F.SEX, "性別", "男、女", _T.SEX, "男女、1/2、M/F；可空白", "女", f"{_PATIENT}：性別"),
    FieldDefinition(
        _F.PHONE,
        "電話",
        "市話或手機，可多個",
        _T.PHONE,
        "缺首位 0 者補回；讀不出者保留原文；可空白",
        "0912-345-678",
        f"{_PATIENT}：聯絡電話",
        repeatable=True,
    ),
    FieldDefinition(
        _F.ADDRESS,
        "地址",
        "實際居住或通訊地址",
        _T.ADDRESS,
        "拆成縣市至樓層；讀不出的部分保留；可空白",
        "宜蘭縣宜蘭市中山路2段424號3樓",
        f"{_PATIENT}：地址",
    ),
    FieldDefinition(
        _F.HOUSEHOLD_NUMBER,
        "戶號",
        "戶籍登記的戶號；同號即同一戶",
        _T.TEXT,
        "可空白",
        "G4047695",
        f"{_PATIENT}：戶號",
    ),
    FieldDefinition(
        _F.RELATION,
        "稱謂",
        "與戶長或案主的關係",
        _T.RELATION,
        "對照稱謂表；讀不出者保留原文",
        "長女",
        "TWCDI-Social 家庭成員：關係",
    ),
    FieldDefinition(
        _F.REFERENCE_NAME,
        "案主姓名",
        "稱謂所指的人：案主或戶長",
        _T.NAME,
        "可空白",
        "郭怡婷",
        "TWCDI-Social 家庭成員：案主",
    ),
    FieldDefinition(
        _F.CARER_NAME,
        "主要照顧者",
        "兒童的主要照顧者或監護人",
        _T.NAME,
        "可空白",
        "陳萍慧",
        "TWCDI-Social 家庭成員：主要照顧者",
    ),
    FieldDefinition(
        _F.REGISTER_ADDRESS,
        "戶籍地址",
        "另有居住地址時的戶籍地址",
        _T.ADDRESS,
        "同地址",
        "宜蘭縣羅東鎮公正路186號",
        f"{_PATIENT}：戶籍地址",
    ),
    FieldDefinition(
        _F.REFERENCE_ID_NUMBER,
        "案主統一編號",
        "案主或戶長的統一編號",
        _T.ID_NUMBER,
        "同統一編號",
        "A123456789",
        "TWCDI-Social 家庭成員：身分證字號",
    ),
    FieldDefinition(
        _F.CARER_ID_NUMBER,
        "照顧者統一編號",
        "主要照顧者的統一編號",
        _T.ID_NUMBER,
        "同統一編號",
        "A123456789",
        "TWCDI-Social 家庭成員：身分證字號",
    ),
    FieldDefinition(
        _F.CARER_PHONE,
        "照顧者電話",
        "家長或主要照顧者的電話（另有本人電話時）",
        _T.PHONE,
        "同電話",
        "0912345678",
        "TWCDI-Social 家庭成員：聯絡電話",
    ),
    FieldDefinition(
        _F.CARER_RELATION,
        "照顧者關係",
        "主要照顧者是兒童的何人",
        _T.RELATION,
        "對照稱謂表",
        "祖母",
        "TWCDI-Social 家庭成員：關係",
    ),
    FieldDefinition(
        _F.OPENED_ON, "開案日期", "開始服務的日期", _T.DATE, _DATE, "114/5/8", f"{_SERVICE}：開案日期"
    ),
    FieldDefinition(
        _F.WELFARE_CENTER,
        "社福中心",
        "主責的社會福利服務中心",
        _T.TEXT,
        "不檢核",
        "羅東",
        f"{_SERVICE}：服務單位",
    ),
    FieldDefinition(
        _F.VISIT_RESULT,
        "訪視結果",
        "六歲以下關懷訪視的結果",
        _T.CODE,
        "對照代碼表",
        "行方不明",
        f"{_SERVICE}：訪視結果",
    ),
    FieldDefinition(
        _F.APPLIED_ON, "申請日期", "申請急難紓困的日期", _T.DATE, _DATE, "115/2/15", f"{_SERVICE}：申請日期"
    ),
    FieldDefinition(
        _F.APPROVED_AMOUNT,
        "核定金額",
        "核定的金額，新臺幣元；0 為未核定",
        _T.AMOUNT,
        "非負整數",
        "20000",
        f"{_SERVICE}：補助金額",
    ),
    FieldDefinition(
        _F.REPORTED_ON, "通報日期", "自殺通報的日期", _T.DATE, _DATE, "1150228", f"{_SERVICE}：通報日期"
    ),
    FieldDefinition(
        _F.SUICIDE_CAUSE,
        "自殺原因",
        "通報所載的原因；空白即未註明",
        _T.CODE,
        "對照代碼表",
        "經濟因素",
        f"{_SERVICE}：自殺原因",
    ),
    FieldDefinition(
        _F.CASE_CATEGORY, "個案類別", "精神疾病或藥癮", _T.CODE, "對照代碼表", "藥癮", f"{_SERVICE}：個案類別"
    ),
    FieldDefinition(
        _F.CARE_STATUS,
        "就醫或追蹤情形",
        "是否就醫、持續就醫或接受追蹤",
        _T.CODE,
        "對照代碼表",
        "未就醫",
        f"{_SERVICE}：就醫情形",
    ),
    FieldDefinition(
        _F.POLICE_UNIT,
        "查訪單位",
        "查訪的分駐所或派出所",
        _T.TEXT,
        "不檢核",
        "宜蘭分駐所",
        f"{_SERVICE}：服務單位",
    ),
    FieldDefinition(
        _F.VISITED_ON,
        "查訪日期",
        "最近一次訪視或查訪的日期",
        _T.DATE,
        _DATE,
        "2026-02-06",
        f"{_SERVICE}：訪視日期",
    ),
    FieldDefinition(
        _F.SCHOOL, "就讀學校", "學生的學校", _T.TEXT, "不檢核", "員山國小", f"{_SERVICE}：就讀學校"
    ),
    FieldDefinition(
        _F.DROPOUT_ON, "輟學日期", "中輟通報的輟學日期", _T.DATE, _DATE, "114/10/2", f"{_SERVICE}：輟學日期"
    ),
    FieldDefinition(
        _F.DROPOUT_STATUS,
        "就學狀態",
        "中輟、復學或輔導中",
        _T.CODE,
        "對照代碼表",
        "輔導中",
        f"{_SERVICE}：就學狀態",
    ),
    FieldDefinition(
        _F.WELFARE_STATUS,
        "身分別",
        "特定對象的身分",
        _T.CODE,
        "對照代碼表",
        "低收入戶",
        f"{_PATIENT}：福利身分",
    ),
    FieldDefinition(
        _F.REGISTERED_ON, "登記日期", "求職登記的日期", _T.DATE, _DATE, "114/5/10", f"{_SERVICE}：登記日期"
    ),
    FieldDefinition(
        _F.EMPLOYMENT_RESULT,
        "推介結果",
        "推介就業的結果",
        _T.CODE,
        "對照代碼表",
        "已就業",
        f"{_SERVICE}：推介結果",
    ),
    FieldDefinition(
        _F.CLOSED_ON, "結案日期", "結束服務的日期", _T.DATE, _DATE, "115/3/30", f"{_SERVICE}：結案日期"
    ),
    FieldDefinition(
        _F.PERIOD, "資料月份", "這份名冊是哪一個月的", _T.PERIOD, "民國或西元的年月", "115-03", _OWN
    ),
    FieldDefinition(
        _F.NOTE, "備註", "機關自己的註記", _T.TEXT, "不檢核", "每週三不在家", f"{_SERVICE}：備註"
    ),
)

FIELDS: dict[FieldId, FieldDefinition] = {definition.id: definition for definition in CATALOGUE}
