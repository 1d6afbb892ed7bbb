"""How bureaus word their rosters: headers, values, titles and file names.

The first word of each field is the samples'; the rest is a wide pool of what other counties write.
"""

from __future__ import annotations

from anwang.standard.codes import RosterCode as R

PREFIX = {
    R.VULNERABLE_FAMILY: "VUL",
    R.CHILD_OUTREACH: "OUT",
    R.EMERGENCY_RELIEF: "REL",
    R.SUICIDE_REPORT: "SUI",
    R.HEALTH_CASE: "DRU",
    R.POLICE_VISIT: "POL",
    R.SCHOOL_DROPOUT: "DRO",
    R.EMPLOYMENT: "UNE",
    R.HOUSEHOLD_REGISTER: "REG",
}
# fields in the samples' order with the samples' header
SAMPLE_COLUMNS: dict[R, tuple[tuple[str, str], ...]] = {
    R.VULNERABLE_FAMILY: (
        ("record_number", "案號"), ("name", "個案姓名"), ("id_number", "身分證字號"), ("birth", "出生日期"), ("sex", "性別"),
        ("phone", "聯絡電話"), ("address", "居住地址"), ("relation", "與案主關係"), ("reference_name", "案主姓名"),
        ("opened_on", "開案日期"), ("centre", "社福中心")),
    R.CHILD_OUTREACH: (
        ("record_number", "編號"), ("name", "兒童姓名"), ("id_number", "身分證字號"), ("birth", "出生日期"), ("sex", "性別"),
        ("phone", "電話"), ("address", "地址"), ("carer_name", "主要照顧者"), ("visit_result", "訪視結果")),
    R.EMERGENCY_RELIEF: (
        ("record_number", "申請案號"), ("name", "申請人"), ("id_number", "身分證字號"), ("birth", "出生年月日"), ("sex", "性別"),
        ("phone", "聯絡電話"), ("address", "地址"), ("opened_on", "申請日期"), ("amount", "核定金額")),
    R.SUICIDE_REPORT: (
        ("record_number", "編號"), ("name", "姓名"), ("id_number", "身分證統一編號"), ("birth", "生日"), ("sex", "性別"),
        ("phone", "電話"), ("address", "住址"), ("opened_on", "通報日期"), ("suicide_cause", "自殺原因")),
    R.HEALTH_CASE: (
        ("serial", "序"), ("record_number", "流水號"), ("name", "姓名"), ("id_number", "身分證號"), ("birth", "出生年月日"),
        ("sex", "性別"), ("phone", "手機"), ("address", "通訊地址"), ("case_category", "個案類別"), ("care_status", "就醫或追蹤情形")),
    R.POLICE_VISIT: (
        ("record_number", "ID"), ("name", "NAME"), ("id_number", "IDNO"), ("birth", "BIRTH"), ("sex", "SEX"), ("phone", "TEL"),
        ("address", "ADDR"), ("police_unit", "UNIT"), ("visited_on", "LAST_VISIT")),
    R.SCHOOL_DROPOUT: (
        ("record_number", "編號"), ("name", "學生姓名"), ("id_number", "身分證字號"), ("birth", "出生日期"), ("sex", "性別"),
        ("phone", "家長電話"), ("address", "戶籍地址"), ("school", "就讀學校"), ("opened_on", "輟學日期"), ("dropout_state", "狀態")),
    R.EMPLOYMENT: (
        ("record_number", "登記編號"), ("name", "求職者"), ("id_number", "身分證字號"), ("birth", "生日"), ("sex", "性別"),
        ("phone", "電話"), ("address", "地址"), ("employment_kind", "身分別"), ("opened_on", "登記日期"),
        ("employment_result", "推介結果")),
    R.HOUSEHOLD_REGISTER: (
        ("record_number", "序號"), ("household_number", "戶號"), ("name", "姓名"), ("id_number", "統一編號"), ("birth", "出生日期"),
        ("sex", "性別"), ("relation", "稱謂"), ("address", "戶籍地址")),
}  # fmt: skip
# fields: other headers, for any roster; (field, roster) for one roster only
OTHER_HEADERS: dict[str | tuple[str, R], tuple[str, ...]] = {
    "serial": ("項次", "序", "No."),
    "record_number": ("個案編號", "案件編號", "流水編號", "系統編號", "案號", "列管編號"),
    "name": ("姓名", "個案姓名", "當事人姓名", "Name", "服務對象", "服務對象姓名", "個案", "中文姓名"),
    ("name", R.CHILD_OUTREACH): ("幼兒姓名", "兒少姓名", "孩童姓名", "姓名"),
    ("name", R.SCHOOL_DROPOUT): ("學生", "姓名", "學生名字"),
    ("name", R.EMERGENCY_RELIEF): ("申請人姓名", "姓名", "申請者"),
    ("name", R.EMPLOYMENT): ("求職人姓名", "求職人", "姓名"),
    ("name", R.HOUSEHOLD_REGISTER): ("姓名", "當事人姓名"),
    "id_number": (
        "身分證統一編號",
        "身份證字號",
        "身分證號碼",
        "國民身分證統一編號",
        "身分證字號/居留證號",
        "統一編號",
        "身分證",
        "ID_NO",
        "證號",
    ),
    "birth": (
        "出生年月日",
        "生日",
        "出生日期(民國)",
        "出生",
        "出生年月日（民國）",
        "誕生日期",
        "DOB",
        "出生\n年月日",
    ),
    "sex": ("性別", "性別(男/女)", "性 別"),
    "phone": (
        "聯絡電話",
        "連絡電話",
        "電話號碼",
        "手機/電話",
        "聯絡方式",
        "行動電話",
        "Mobile",
        "電話(手機)",
    ),
    "address": ("現居地址", "居住地址", "聯絡地址", "通訊處", "住居所", "地址", "實際居住地址", "住所地址"),
    ("address", R.HOUSEHOLD_REGISTER): ("戶籍地", "戶籍住址", "設籍地址"),
    "relation": ("與案主之關係", "關係", "和案主關係", "稱謂(與案主)"),
    ("relation", R.HOUSEHOLD_REGISTER): ("與戶長關係", "與戶長之關係", "戶內稱謂"),
    "reference_name": ("案主", "主案主", "案主名"),
    "carer_name": ("主要照顧者姓名", "照顧者", "照顧者姓名", "主要照顧人"),
    "visit_result": ("訪視情形", "關懷結果", "訪查結果", "關懷訪視結果"),
    ("opened_on", R.VULNERABLE_FAMILY): ("開案日", "受理日期", "開案年月日"),
    ("opened_on", R.EMERGENCY_RELIEF): ("申請日", "受理日期", "申請年月日"),
    ("opened_on", R.SUICIDE_REPORT): ("通報日", "通報時間", "受理通報日期"),
    ("opened_on", R.SCHOOL_DROPOUT): ("中輟日期", "離校日期", "通報日期"),
    ("opened_on", R.EMPLOYMENT): ("求職登記日", "登記日", "求職日期"),
    "centre": ("服務中心", "轄區社福中心", "主責中心"),
    "amount": ("核發金額", "補助金額", "核定金額(元)"),
    "suicide_cause": ("通報原因", "自殺原因別", "企圖自殺原因", "自殺主因"),
    "case_category": ("類別", "個管類別", "收案類別"),
    "care_status": ("就醫情形", "追蹤情形", "目前狀態", "治療情形"),
    "police_unit": ("所屬分駐所", "查訪單位", "轄區派出所"),
    "visited_on": ("最近查訪日", "最近查訪日期", "查訪日期"),
    "school": ("學校", "學校名稱", "校名"),
    "dropout_state": ("目前狀況", "輔導狀態", "學籍狀態"),
    "employment_kind": ("對象別", "特定對象身分", "身分類別"),
    "employment_result": ("就業結果", "媒合結果", "推介情形"),
    "household_number": ("戶籍號碼", "戶籍編號", "戶號(民政)"),
    "family_state": ("服務狀態", "個案現況", "備註"),
}
# canonical value (the samples') → other words
OTHER_VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "visit_result": {
        "已訪視": ("已訪", "完成訪視", "訪視完成"),
        "待訪視": ("尚未訪視", "未訪視", "待訪"),
        "行方不明": ("行方不明", "失聯(行方不明)", "兒少行方不明"),
    },
    "family_state": {"服務中": ("服務中", "持續服務", ""), "行方不明": ("行方不明", "兒少行方不明")},
    "suicide_cause": {
        "經濟因素": ("經濟問題", "經濟困難", "經濟(債務)"),
        "感情因素": ("感情問題", "感情"),
        "家庭關係": ("家庭問題", "家人衝突"),
        "精神健康": ("精神疾病", "憂鬱", "精神健康/物質濫用"),
        "未註明": ("不詳", "未填", "未註明原因", "不明"),
        "": ("",),
    },
    "case_category": {
        "藥癮": ("毒品", "藥物濫用", "毒防個案"),
        "精神疾病": ("精神病", "精神照護", "精神個案"),
    },
    "care_status": {
        "追蹤中": ("追蹤輔導中", "持續追蹤"),
        "失聯": ("失聯", "聯繫不上"),
        "規則就醫": ("規律就醫", "穩定就醫"),
        "未就醫": ("未就醫", "從未就醫"),
        "未持續就醫": ("中斷就醫", "不規則就醫", "未規律就醫"),
    },
    "dropout_state": {
        "中輟": ("輟學中", "中輟"),
        "輔導中": ("輔導中", "持續輔導"),
        "復學": ("已復學", "復學"),
    },
    "employment_result": {"推介中": ("媒合中",), "已就業": ("就業",), "未就業": ("尚未就業",)},
}
SEX_WORDS = (("男", "女"), ("1", "2"), ("M", "F"), ("男性", "女性"), ("男生", "女生"))
TITLES = ("宜蘭縣政府{agency}", "{label}", "宜蘭縣政府{agency} {label}", "資料月份：{roc}", "{year}年{month}月份{label}",
          "製表日期：{year}年{month}月26日", "（機密，請勿外流）")  # fmt: skip
TOTALS = ("合計 {n} 筆", "總計：{n}人", "以上共 {n} 筆", "小計\t{n}")
EXTRA_COLUMNS = {"承辦人": ("王專員", "林社工", "陳督導", "張小姐"), "備註": ("", "", "電訪未接", "需複訪"),
                 "風險等級": ("低", "中", "高"), "更新註記": ("", "Y")}  # fmt: skip
FILE_STEMS = (
    "{ym}{label}",
    "{label}_{ym}",
    "{agency}-{label}({roc})",
    "{ym}_{label}",
    "{year}年{month}月{label}",
)
SAMPLE_FILES: dict[R, tuple[str, str, tuple[str, ...], bool]] = {  # kind, file stem, titles, total row
    R.VULNERABLE_FAMILY: ("xlsx", "{ym}脆弱家庭服務名冊", ("宜蘭縣政府社會處 脆弱家庭服務個案名冊",), True),
    R.CHILD_OUTREACH: ("csv", "{ym}六歲以下弱勢兒童主動關懷", (), False),
    R.EMERGENCY_RELIEF: ("xlsx", "{ym}急難紓困申請", ("急難紓困申請案件",), True),
    R.SUICIDE_REPORT: ("big5", "{ym}_自殺通報個案", (), False),
    R.HEALTH_CASE: (
        "ods",
        "{ym}心理健康及毒防個管名冊",
        ("宜蘭縣政府衛生局 個案管理名冊", "資料月份：{roc}"),
        True,
    ),
    R.POLICE_VISIT: ("csv", "{ym}治安顧慮人口查訪", (), False),
    R.SCHOOL_DROPOUT: ("xlsx", "{ym}中輟及輔導學生名冊", ("宜蘭縣政府教育處 中輟及輔導學生名冊",), True),
    R.EMPLOYMENT: ("ods", "{ym}弱勢失業者推介就業名冊", ("宜蘭縣政府勞工處", "資料月份：{roc}"), True),
    R.HOUSEHOLD_REGISTER: ("csv", "{ym}戶籍資料查詢", (), False),
}
SAMPLE_DATES: dict[R, tuple[str, str]] = {  # births, other dates: see writing.DATE_STYLES
    R.VULNERABLE_FAMILY: ("roc_slash", "roc_slash"),
    R.CHILD_OUTREACH: ("roc_compact", "roc_compact"),
    R.EMERGENCY_RELIEF: ("roc_words", "roc_slash"),
    R.SUICIDE_REPORT: ("roc_compact", "roc_compact"),
    R.HEALTH_CASE: ("roc_dots", "roc_dots"),
    R.POLICE_VISIT: ("iso", "iso"),
    R.SCHOOL_DROPOUT: ("roc_slash", "roc_slash"),
    R.EMPLOYMENT: ("roc_compact", "roc_slash"),
    R.HOUSEHOLD_REGISTER: ("roc_compact", "roc_compact"),
}
