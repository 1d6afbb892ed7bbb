import pytest

from anwang.standard.codes import AgencyCode, RosterCode, Sex
from anwang.standard.fields import CATALOGUE, FIELDS, FieldId, FieldType
from anwang.standard.headers import HEADER_WORDS, HEADERS, NOT_WORDS
from anwang.standard.rosters import AGENCY_WORDS, ROSTERS, match_header
from anwang.standard.text import fold_label
from anwang.standard.vocabularies import VOCABULARIES, label_of, read_amount, read_code, read_sex

F = FieldId


def test_the_catalogue_has_every_field_once():
    assert [definition.id for definition in CATALOGUE] == list(dict.fromkeys(d.id for d in CATALOGUE))
    assert set(FIELDS) == set(FieldId)
    assert len({d.label for d in CATALOGUE}) == len(CATALOGUE)


def test_every_roster_is_defined_and_can_be_recognised():
    assert set(ROSTERS) == set(RosterCode)
    assert set(AGENCY_WORDS) == set(AgencyCode)
    for definition in ROSTERS.values():
        assert definition.agency is definition.code.agency
        needed = {column.field for column in definition.fields if column.needs_value}
        assert needed == {F.RECORD_NUMBER, F.NAME}


def test_every_field_with_a_code_list_has_its_words():
    assert {d.id for d in CATALOGUE if d.type is FieldType.CODE} == set(VOCABULARIES)
    for vocabulary in VOCABULARIES.values():
        assert {code for code, _ in vocabulary.words} <= set(vocabulary.labels)


def test_the_usual_columns_of_each_roster_have_spellings():
    for definition in ROSTERS.values():
        for field in definition.expected:
            assert HEADERS.get(field), field
    assert all(field in FIELDS for _, field in HEADER_WORDS)
    assert set(NOT_WORDS) <= set(FIELDS)


def test_no_spelling_is_written_twice_for_one_field():
    for field, spellings in HEADERS.items():
        folded = [fold_label(s) for s in spellings if fold_label(s)]
        # English words are given with and without the underline; Chinese ones only once.
        han = [s for s in folded if not s.isascii()]
        assert len(han) == len(set(han)), field


V, C, E, S = (
    RosterCode.VULNERABLE_FAMILY,
    RosterCode.CHILD_OUTREACH,
    RosterCode.EMERGENCY_RELIEF,
    RosterCode.SUICIDE_REPORT,
)
H, P, D, J, R = (
    RosterCode.HEALTH_CASE, RosterCode.POLICE_VISIT, RosterCode.SCHOOL_DROPOUT, RosterCode.EMPLOYMENT, RosterCode.HOUSEHOLD_REGISTER,
)  # fmt: skip


@pytest.mark.parametrize(
    ("roster", "header", "field"),
    [
        (V, "身份證字號", F.ID_NUMBER), (V, "與案主之關係", F.RELATION), (V, "案主", F.REFERENCE_NAME), (V, "個案姓名", F.NAME), (V, "主責社福中心", F.WELFARE_CENTER),
        (V, "案主姓名", F.REFERENCE_NAME), (V, "案主身分證字號", F.REFERENCE_ID_NUMBER), (V, "家庭成員", F.NAME),
        (C, "主要照顧者姓名", F.CARER_NAME), (C, "幼兒姓名", F.NAME), (C, "關懷訪視結果", F.VISIT_RESULT), (C, "照顧者電話", F.PHONE), (C, "訪視日期", F.VISITED_ON),
        (E, "申請者", F.NAME), (E, "受理日期", F.APPLIED_ON), (E, "核發金額（元）", F.APPROVED_AMOUNT), (E, "案件編號", F.RECORD_NUMBER),
        (S, "被通報人", F.NAME), (S, "企圖自殺原因", F.SUICIDE_CAUSE), (S, "西元生日", F.BIRTH), (S, "出生年月日(民國)", F.BIRTH), (S, "聯絡方式", F.PHONE), (S, "通訊處", F.ADDRESS),
        (H, "序", F.ROW_NUMBER), (H, "流水號", F.RECORD_NUMBER), (H, "診斷類別", F.CASE_CATEGORY), (H, "治療狀況", F.CARE_STATUS), (H, "目前就醫情形說明", F.CARE_STATUS),
        (P, "ID", F.RECORD_NUMBER), (P, "IDNO", F.ID_NUMBER), (P, "ID_NO", F.ID_NUMBER), (P, "NAME", F.NAME), (P, "DOB", F.BIRTH), (P, "GENDER", F.SEX),
        (P, "MOBILE", F.PHONE), (P, "ADDRESS", F.ADDRESS), (P, "UNIT", F.POLICE_UNIT), (P, "LAST_VISIT", F.VISITED_ON), (P, "轄區派出所", F.POLICE_UNIT), (P, "最近查訪日", F.VISITED_ON),
        (D, "戶籍地址", F.ADDRESS), (D, "家長電話", F.PHONE), (D, "就讀學校名稱", F.SCHOOL), (D, "中輟日期", F.DROPOUT_ON), (D, "目前狀態", F.DROPOUT_STATUS), (D, "學生身分證號碼", F.ID_NUMBER),
        (J, "求職人姓名", F.NAME), (J, "特定對象身分", F.WELFARE_STATUS), (J, "求職登記日", F.REGISTERED_ON), (J, "媒合結果", F.EMPLOYMENT_RESULT), (J, "行動電話", F.PHONE),
        (R, "序號", F.RECORD_NUMBER), (R, "戶號", F.HOUSEHOLD_NUMBER), (R, "統一編號", F.ID_NUMBER), (R, "與戶長關係", F.RELATION), (R, "設籍地址", F.ADDRESS), (R, "戶長姓名", F.REFERENCE_NAME),
        (None, "身分證\n字號", F.ID_NUMBER), (None, "　姓　名　", F.NAME), (None, "電話（H）", F.PHONE), (None, "個案之現居地址", F.ADDRESS), (None, "資料月份", F.PERIOD), (None, "備註說明", F.NOTE),
    ],
)  # fmt: skip
def test_headers(roster, header, field):
    assert match_header(header, roster)[0].field is field


@pytest.mark.parametrize("header", ["", "　", "血型", "Z9"])
def test_an_unknown_header_matches_nothing(header):
    assert match_header(header) == ()


def test_an_only_register_address_is_the_address_and_beside_another_it_is_not():
    assert match_header("通訊地址", D)[0].score > match_header("戶籍地址", D)[0].score
    assert {m.field for m in match_header("戶籍地址", D)} == {F.ADDRESS, F.REGISTER_ADDRESS}


def test_a_known_spelling_beats_a_word_inside():
    assert match_header("出生日期")[0].score > match_header("學生的出生日期")[0].score
    assert match_header("兒童姓名", C)[0].score > match_header("姓名", C)[0].score - 0.01


WORDS = {
    F.SUICIDE_CAUSE: {
        "economic": "無經濟來源 無生活費 破產 生活困難 詐騙損失 債務 積欠貸款 失業/經濟 經濟因素 經濟壓力 負債 家庭關係、經濟因素 失業 生計困難",
        "unstated": "無 N/A 待查 未敘明 － (空白) 無法判斷 未註明 不詳 未填寫 原因不明",
        "mental_health": "精神健康 憂鬱症 情緒困擾",
        "family": "家庭關係 夫妻爭吵 家庭（非經濟因素）",
        "romantic": "感情因素 失戀",
        "physical_illness": "久病不癒",
        "substance": "酒精濫用",
        "work_or_school": "工作壓力 學業",
        "other": "其他 其他原因",
    },
    F.CASE_CATEGORY: {"drug": "雙重診斷 愷他命 鴉片類 美沙冬替代治療 甲基安非他命 第一級毒品 第二級 第三級毒品 F11.2 F15 F20、F15.2 精神疾病合併愷他命 藥癮 毒品 施用二級毒品 精神疾病合併藥癮 DRUG", "mental": "雙相情緒障礙症 焦慮症 憂鬱症 重度憂鬱症 思覺失調 F20 F20.9 F31.1 F41-1 恐慌症 精神疾病（非藥癮） 精神疾病，無毒品 精神疾病 思覺失調症 憂鬱症 mental", "alcohol": "酒癮 F10.2 酒精成癮", "other": "其他 F17"},
    F.CARE_STATUS: {
        "untreated": "未接受戒治 拒醫 從未就診 拒絕醫療 未就醫 拒絕就醫 從未就醫 沒有就醫 無病識感，未就醫",
        "discontinued": "拒打長效針 未穩定就醫 就醫不穩定 未規則就醫 治療中斷 無法持續就醫 無規律就醫 未持續就醫 中斷治療 不規則就醫 未規律就醫 自行停藥 未定期回診",
        "regular": "未中斷 未中斷治療 無停藥 居家治療 長效針劑 規則就醫 規律就醫 持續就醫 定期回診 就醫中 穩定服藥",
        "following": "追蹤中，未失聯 追蹤中 持續追蹤 列管中",
        "lost": "失聯 失去聯繫 行方不明",
        "closed": "已結案",
    },
    F.VISIT_RESULT: {
        "visited": "失聯已尋獲 未失聯 非失蹤 無失聯情形 已尋回 解除協尋 非行方不明 已訪視 訪視完成 完成訪視 已尋獲 無行方不明情事",
        "pending": "待訪視 未訪視 訪視未遇 尚未訪視 安排中",
        "missing": "查無、失聯 查訪未獲 搬遷不明 行蹤不明 失聯 迄未尋獲 遷移不明 失聯，尚未尋獲 行方不明 失蹤 查無此人，去向不明 已訪視，行方不明 協尋中 未尋獲",
        "refused": "拒訪",
        "moved": "遷居他縣市 已搬遷",
    },
    F.DROPOUT_STATUS: {"dropped_out": "中輟 中輟，未復學 輟學 未復學", "returned": "復學 已復學 已返校", "counselling": "輔導中 持續輔導", "at_risk": "中輟之虞"},
    F.EMPLOYMENT_RESULT: {"employed": "已就業 就業中 錄取 媒合成功", "unemployed": "未就業 媒合未成功 尚未就業 待業中", "referring": "推介中 媒合中 辦理中"},
    F.WELFARE_STATUS: {
        "low_income": "低收入戶 低收 第二款", "lower_middle_income": "中低收入戶 中低收", "long_term_unemployed": "長期失業", "middle_aged": "中高齡",
        "former_offender": "更生人 更生受保護人", "violence_victim": "家暴被害人 家庭暴力被害人", "disabled": "身心障礙者", "indigenous": "原住民",
        "new_immigrant": "新住民", "special_circumstances": "特殊境遇家庭", "sole_breadwinner": "獨力負擔家計者",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "word", "code"),
    [
        (field, word, code)
        for field, codes in WORDS.items()
        for code, words in codes.items()
        for word in words.split(" ")
    ],
)
def test_words_become_codes(field, word, code):
    assert read_code(field, word) == code


def test_every_label_and_code_reads_as_itself():
    for field, vocabulary in VOCABULARIES.items():
        for code, label in vocabulary.labels.items():
            assert read_code(field, label) is code
            assert read_code(field, code.value) is code
            assert label_of(field, code.value) == label


def test_an_unknown_word_is_never_guessed():
    assert read_code(F.CARE_STATUS, "？？") is None
    assert read_code(F.CASE_CATEGORY, "甲") is None
    assert read_code(F.CARE_STATUS, "") is None
    # What is said not to be so is no word of the list, and a code of other chapters is none of this one.
    for field, text in (
        (F.SUICIDE_CAUSE, "非經濟因素"), (F.SUICIDE_CAUSE, "無債務問題"), (F.SUICIDE_CAUSE, "無生活困難"), (F.CASE_CATEGORY, "非藥癮"), (F.CASE_CATEGORY, "無毒品"),
        (F.CASE_CATEGORY, "E11.9"), (F.CASE_CATEGORY, "AF20"), (F.DROPOUT_STATUS, "無中輟之虞"), (F.CARE_STATUS, "未失聯"),
        (F.CARE_STATUS, "無"),
    ):  # fmt: skip
        assert read_code(field, text) is None, text
    assert read_code(F.SUICIDE_CAUSE, " ") == "unstated"
    assert read_code(F.NAME, "藥癮") is None
    assert label_of(F.NAME, "x") == "x"
    assert label_of(F.CARE_STATUS, "x") == "x"


@pytest.mark.parametrize("text", ["男", "男性", "1", "M", "Male", "１", "生理男", "男(M)", "先生"])
def test_male(text):
    assert read_sex(text) is Sex.MALE


@pytest.mark.parametrize("text", ["女", "女性", "2", "F", "ｆ", "FEMALE", "2-女", "小姐"])
def test_female(text):
    assert read_sex(text) is Sex.FEMALE


@pytest.mark.parametrize("text", ["", "不詳", "男女", "9", "其他"])
def test_unknown_sex(text):
    assert read_sex(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [("20000", 20000), ("20,000", 20000), ("20,000元", 20000), ("NT$ 20,000", 20000), ("２００００", 20000), ("2萬", 20000), ("兩萬元整", 20000), ("1.5萬元", 15000),
     ("3千元", 3000), ("0", 0), ("20000.0", 20000), ("", None), ("-5", None), ("不予核定", None), ("1.5", None)],
)  # fmt: skip
def test_amounts(text, amount):
    assert read_amount(text) == amount
