"""Rosters as nobody has seen them: headers, extra columns, wordings and names that a bureau could well use.

The words were chosen by what clerks write, not from the lists of the standard, and several are in none of them. A seed
gives a file; its `wanted` says what each column holds: a field, or None for a column that must not become a field of
the person or of the list (`kept` columns may be details of another kind).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from anwang.platform.files.sheet import Table
from anwang.standard.codes import RosterCode as R
from anwang.standard.fields import FieldId as F

from .made import csv_table, id_number, person_name

PERSON = {
    F.RECORD_NUMBER: "編號 案號 流水號 案件編號 個案編號 登記編號 收件號 NO CASE_ID 系統編號 資料編號 文號 單號 案件流水號 建檔編號 紀錄號碼",
    F.ID_NUMBER: "身分證字號 身分證統一編號 國民身分證統一編號 身份證字號 身分證號 統一編號 統號 證號 IDNO PID 身分證/居留證號 國民身分證字號/統一證號 身分證(居留證)號碼 統一證號",
    F.BIRTH: "出生日期 出生年月日 生日 出生日 出生日期(民國) BIRTH 生日(YYYMMDD) 出生年月日(國曆) BIRTH_DT 出生(年/月/日)",
    F.SEX: "性別 SEX GENDER 生理性別 性別(男/女) 性別別",
    F.PHONE: "電話 聯絡電話 連絡電話 手機 行動電話 聯絡方式 手機號碼 TEL 聯絡手機 可聯絡電話 電話(手機) MOBILE 手機/市話",
    F.ADDRESS: "地址 住址 居住地址 通訊地址 現住地址 現居地址 住所 通訊處 ADDR 現住地 實際居住地 目前居住地 住居所 居住地(現址)",
}
OWN: dict[R, dict[F, str]] = {
    R.VULNERABLE_FAMILY: {
        F.NAME: "個案姓名 姓名 家庭成員姓名 服務對象 成員姓名 家庭成員 服務對象姓名",
        F.REFERENCE_NAME: "案主姓名 案主 主案主 案主名 主要案主 案家案主",
        F.RELATION: "與案主關係 關係 與案主之關係 稱謂 與主案主關係 家庭關係 案主關係",
        F.OPENED_ON: "開案日期 開案日 服務起日 開案時間 成案日期 開案年月日",
        F.WELFARE_CENTER: "社福中心 主責中心 服務中心 轄區社福中心 所屬社福中心 家庭服務中心",
    },
    R.CHILD_OUTREACH: {
        F.NAME: "兒童姓名 幼兒姓名 姓名 幼童姓名 案童姓名 孩童姓名 兒童名字",
        F.CARER_NAME: "主要照顧者 照顧者姓名 照顧者 主要照顧人 主要照顧者姓名 實際照顧者 家長/主要照顧者 照護人",
        F.VISIT_RESULT: "訪視結果 訪視情形 訪視狀況 關懷結果 處理結果 關懷訪視情形 訪視結果說明 辦理情形 訪視辦理結果",
    },
    R.EMERGENCY_RELIEF: {
        F.NAME: "申請人 申請人姓名 姓名 申請者 受助人姓名",
        F.APPLIED_ON: "申請日期 申請日 受理日期 收件日期 申請時間 申請年月日",
        F.APPROVED_AMOUNT: "核定金額 核發金額 補助金額 金額 核定補助金額 核發金額（元） 救助金額 核准金額 實發金額 撥付金額",
    },
    R.SUICIDE_REPORT: {
        F.NAME: "姓名 個案姓名 自殺個案姓名 被通報人 通報個案姓名 當事人 當事人姓名",
        F.REPORTED_ON: "通報日期 通報日 通報時間 受理日期 接獲通報日 通報受理日 受理通報日期",
        F.SUICIDE_CAUSE: "自殺原因 原因 企圖自殺原因 主要原因 自殺原因（主要） 自殺動機 自殺/自傷原因 原因別 自殺可能原因 企圖原因(主)",
    },
    R.HEALTH_CASE: {
        F.NAME: "姓名 個案姓名 案主姓名 個案 病人姓名",
        F.CASE_CATEGORY: "個案類別 收案類別 類別 個案別 個案類型 服務類別 案件類別 疾病類別 個管類別",
        F.CARE_STATUS: "就醫或追蹤情形 就醫情形 就醫狀況 目前就醫狀況 追蹤情形 治療情形 就醫追蹤 醫療追蹤狀況 規律就醫情形",
    },
    R.POLICE_VISIT: {
        F.NAME: "姓名 受查訪人 NAME 查訪對象 列管人姓名 治安顧慮人口姓名 受查訪人姓名",
        F.POLICE_UNIT: "查訪單位 派出所 單位 UNIT 轄區派出所 分駐所 管轄派出所 責任區 所屬分駐(派出)所",
        F.VISITED_ON: "最近查訪日期 查訪日 LAST_VISIT 查訪日期 訪查日期 最後查訪日 最近一次查訪日 查訪年月日",
    },
    R.SCHOOL_DROPOUT: {
        F.NAME: "學生姓名 姓名 學生 學童姓名 中輟生姓名 學生名字",
        F.SCHOOL: "就讀學校 學校 校名 學校名稱 原就讀學校 在學學校 就讀學校(校名)",
        F.DROPOUT_ON: "輟學日期 中輟日期 通報日期 中輟起日 離校日期 輟學日 中輟通報日",
        F.DROPOUT_STATUS: "狀態 目前狀態 狀況 辦理情形 就學狀態 輔導情形 復學情形 目前就學情形 處理情形",
    },
    R.EMPLOYMENT: {
        F.NAME: "求職者 姓名 求職人 失業者姓名 求職者姓名 民眾姓名 求職民眾",
        F.WELFARE_STATUS: "身分別 弱勢身分 特定對象別 身分類別 對象別 特定對象身分 弱勢對象類別",
        F.REGISTERED_ON: "登記日期 求職登記日 登記日 求職日期 推介日期 求職登記年月日",
        F.EMPLOYMENT_RESULT: "推介結果 就業情形 推介情形 推介就業結果 就業結果 媒合結果 推介就業情形 媒合就業狀況",
    },
    R.HOUSEHOLD_REGISTER: {
        F.NAME: "姓名 戶內人口姓名 人口姓名 戶內成員姓名 中文姓名",
        F.HOUSEHOLD_NUMBER: "戶號 家戶號 戶口編號 戶籍號 戶別編號 戶長戶號 戶口號碼 HOUSEHOLD_NO 戶籍戶號 戶編 戶名編號",
        F.RELATION: "稱謂 與戶長關係 戶長關係 親屬稱謂 稱謂(與戶長關係) 家屬稱謂 與戶長之稱謂",
    },
}  # fmt: skip
# What a system exports; the list's own fields are called by their English names.
ENGLISH: dict[F, str] = {
    F.RECORD_NUMBER: "ID NO CASE_NO RECNO", F.NAME: "NAME CNAME", F.ID_NUMBER: "IDNO PID ID_NO", F.BIRTH: "BIRTH DOB BIRTHDAY", F.SEX: "SEX GENDER",
    F.PHONE: "TEL MOBILE PHONE", F.ADDRESS: "ADDR ADDRESS", F.REFERENCE_NAME: "CLIENT", F.RELATION: "RELATION REL", F.OPENED_ON: "OPEN_DATE",
    F.WELFARE_CENTER: "CENTER", F.CARER_NAME: "CARER CAREGIVER", F.VISIT_RESULT: "VISIT_RESULT", F.APPLIED_ON: "APPLY_DATE", F.APPROVED_AMOUNT: "AMOUNT AMT",
    F.REPORTED_ON: "REPORT_DATE", F.SUICIDE_CAUSE: "CAUSE REASON", F.CASE_CATEGORY: "CATEGORY CASE_TYPE", F.CARE_STATUS: "TREATMENT CARE_STATUS",
    F.POLICE_UNIT: "UNIT STATION", F.VISITED_ON: "LAST_VISIT VISIT_DATE", F.SCHOOL: "SCHOOL", F.DROPOUT_ON: "DROPOUT_DATE", F.DROPOUT_STATUS: "STATUS",
    F.WELFARE_STATUS: "IDENTITY_TYPE WELFARE", F.REGISTERED_ON: "REG_DATE", F.EMPLOYMENT_RESULT: "RESULT", F.HOUSEHOLD_NUMBER: "HHNO HOUSEHOLD_ID",
}  # fmt: skip
# Columns that a list may have besides; those of other people above all.
OTHERS = [
    "承辦人",
    "社工",
    "主責社工",
    "通報人",
    "通報單位",
    "緊急聯絡人",
    "緊急聯絡人電話",
    "社工電話",
    "年齡",
    "鄉鎮市別",
    "里別",
    "國籍",
    "婚姻狀況",
    "教育程度",
    "建檔日期",
    "更新日期",
    "資料來源",
]
ALSO: dict[R, list[str]] = {
    R.VULNERABLE_FAMILY: ["案主身分證字號", "主責社工", "案家類型", "開案原因", "案主電話"],
    R.CHILD_OUTREACH: ["列冊原因", "關懷類別", "與兒童關係", "照顧者身分證字號", "家長出生日期", "名冊類別"],
    R.EMERGENCY_RELIEF: ["申請事由", "急難事由", "代領人", "撥款日期", "核定日期"],
    R.SUICIDE_REPORT: ["自殺方式", "通報單位", "通報人員姓名", "企圖日期", "訪視人員"],
    R.HEALTH_CASE: ["收案日期", "個管員", "個管師姓名", "就醫院所", "診斷碼"],
    R.POLICE_VISIT: ["前科", "罪名", "查訪員警", "列管類別", "出監日期"],
    R.SCHOOL_DROPOUT: ["年級", "班級", "導師姓名", "家長姓名", "家長聯絡電話", "監護人", "監護人身分證", "輟學原因"],
    R.EMPLOYMENT: ["就服員", "希望職類", "推介單位", "專長"],
    R.HOUSEHOLD_REGISTER: ["戶長姓名", "戶長", "原住民身分", "族別", "遷入日期", "異動日期", "父姓名", "母姓名", "配偶姓名", "戶長統號"],
}  # fmt: skip
# Columns that belong to another list, as extras: a family list with 戶號, a jobseekers' list with 就醫情形.
STRANGE: dict[R, list[str]] = {
    R.VULNERABLE_FAMILY: ["戶號", "福利身分", "就讀學校", "訪視情形", "原住民身分", "主要照顧者"],
    R.CHILD_OUTREACH: ["戶號", "福利身分", "通報來源", "稱謂", "就醫情形", "案主姓名"],
    R.EMERGENCY_RELIEF: ["福利身分", "就業情形", "家庭人口數", "訪視結果", "急難原因"],
    R.SUICIDE_REPORT: ["就醫情形", "就業情形", "關懷訪視員", "身分別", "精神疾病史", "派案日期"],
    R.HEALTH_CASE: ["就業情形", "毒品級數", "主要照顧者", "訪視結果", "派出所"],
    R.POLICE_VISIT: ["就業情形", "毒品級數", "訪視結果", "同住家屬", "戶籍地址"],
    R.SCHOOL_DROPOUT: ["訪視結果", "身分別", "主要照顧者", "就醫情形", "社福中心", "與學生關係"],
    R.EMPLOYMENT: ["失業原因", "就醫情形", "原就讀學校", "申請日期", "轉介單位"],
    R.HOUSEHOLD_REGISTER: ["低收入戶", "就讀學校", "家長", "關係人", "案號備註"],
}  # fmt: skip
OPTIONAL = {F.SEX, F.PHONE, F.ADDRESS, F.WELFARE_CENTER, F.REGISTERED_ON, F.APPLIED_ON, F.VISITED_ON}
TELLING: dict[R, list[str]] = {
    R.VULNERABLE_FAMILY: ["脆弱家庭", "脆家服務名單", "脆弱家庭個案清冊"],
    R.CHILD_OUTREACH: ["六歲以下", "弱勢兒童關懷", "6歲以下兒童主動關懷名單"],
    R.EMERGENCY_RELIEF: ["急難紓困", "急難救助核定", "急難救助申請清冊"],
    R.SUICIDE_REPORT: ["自殺通報", "自殺防治名單", "自殺企圖通報"],
    R.HEALTH_CASE: ["心衛毒防", "個管名冊", "精神及藥癮個案"],
    R.POLICE_VISIT: ["治安顧慮", "治安顧慮人口", "查訪清冊"],
    R.SCHOOL_DROPOUT: ["中輟學生", "學生輔導名冊", "中輟及輔導"],
    R.EMPLOYMENT: ["弱勢失業", "求職名冊", "推介就業情形"],
    R.HOUSEHOLD_REGISTER: ["戶籍資料", "戶役政查詢結果", "戶政查詢"],
}
# How the month is written, in the name or the title.
MONTHS = [
    "{y}年{m:02d}月份",
    "{y}{m:02d}01-{y}{m:02d}28",
    "{y}/{m}",
    "{y}{m:02d}",
    "{y}年{m}月",
    "{g}-{m:02d}",
    "民國{y}年{m:02d}月",
    "{g}{m:02d}",
    "{y}.{m:02d}",
    "{y}-{m:02d}",
]
_WORDS: dict[F, list[str]] = {
    F.VISIT_RESULT: ["已訪視", "待訪視", "行方不明", "訪視未遇", "已完成訪視", "拒訪"],
    F.SUICIDE_CAUSE: ["經濟因素", "感情因素", "家庭關係", "久病不癒", "未註明", "憂鬱情緒", ""],
    F.CASE_CATEGORY: ["藥癮", "精神疾病", "思覺失調症", "毒品"],
    F.CARE_STATUS: ["規則就醫", "未就醫", "追蹤中", "中斷治療", "失聯"],
    F.POLICE_UNIT: ["羅東分駐所", "宜蘭派出所", "礁溪分駐所"],
    F.SCHOOL: ["羅東國中", "宜蘭國小", "員山國中", "羅東高中"],
    F.DROPOUT_STATUS: ["中輟", "復學", "輔導中"],
    F.WELFARE_STATUS: ["低收入戶", "更生人", "中高齡", "長期失業", "身心障礙"],
    F.EMPLOYMENT_RESULT: ["已就業", "推介中", "未就業"],
    F.WELFARE_CENTER: ["羅東", "宜蘭", "礁溪"],
    F.APPROVED_AMOUNT: ["0", "10000", "20000", "15000"],
}
_SAID: dict[str, list[str]] = {
    "年齡": ["33", "41", "8", "65"], "鄉鎮市別": ["羅東鎮", "宜蘭市"], "里別": ["中山里", "新民里"], "國籍": ["中華民國", "越南"],
    "婚姻狀況": ["已婚", "未婚", "離婚"], "教育程度": ["國中", "高中", "大學"], "資料來源": ["系統", "人工"], "通報單位": ["羅東分局", "醫院", "學校"],
    "案家類型": ["單親", "隔代"], "開案原因": ["經濟陷困", "照顧負荷"], "列冊原因": ["未納健保", "逾期未接種", "其他"], "關懷類別": ["其他", "一般"],
    "與兒童關係": ["母", "祖母", "父"], "名冊類別": ["其他", "甲類"], "申請事由": ["失業", "死亡", "重病", "其他"], "急難事由": ["失業", "意外", "其他"],
    "自殺方式": ["服藥", "燒炭"], "就醫院所": ["羅東博愛醫院", "陽明交大醫院"], "診斷碼": ["F20.9", "F31.1"], "前科": ["竊盜", "毒品"],
    "罪名": ["竊盜", "毒品", "詐欺"], "列管類別": ["甲", "乙"], "年級": ["國二", "國一"], "班級": ["201", "103"], "輟學原因": ["家庭因素", "個人因素"],
    "福利身分": ["低收入戶", "", "身心障礙"], "就讀學校": ["羅東國小", "宜蘭國中", ""], "原就讀學校": ["羅東高中", "蘭陽技術學院"], "訪視情形": ["已訪視", "待訪視"],
    "訪視結果": ["已訪視", "待訪視", "未遇"], "就醫情形": ["規則就醫", "未就醫", ""], "就業情形": ["已就業", "未就業", ""], "家庭人口數": ["3", "4"], "通報來源": ["醫院", "學校"],
    "稱謂": ["母", "父", "祖母"], "急難原因": ["失業", "重病"], "身分別": ["一般", "低收入戶"], "精神疾病史": ["有", "無"], "毒品級數": ["一級", "二級", ""],
    "派出所": ["羅東分駐所", "宜蘭派出所"], "社福中心": ["羅東", "宜蘭"], "與學生關係": ["母", "父"], "失業原因": ["資遣", "公司歇業"], "轉介單位": ["社會處", "監所"],
    "低收入戶": ["是", "否"], "案號備註": ["", "重複"], "關係人": ["", "同住"], "戶號": ["G1000123", "G1000124", "G1000133", "G2000123"],
    "希望職類": ["清潔", "作業員"], "推介單位": ["就業服務站"], "專長": ["水電", "無"], "原住民身分": ["", "是"], "族別": ["", "泰雅"],
}  # fmt: skip
FIELDS_OF_LISTS = {field for fields in OWN.values() for field in fields}
ROADS = ("宜蘭縣宜蘭市神農路一段", "宜蘭縣羅東鎮公正路", "宜蘭縣礁溪鄉大忠村中山路二段", "冬山鄉群英村永興路")


@dataclass(frozen=True)
class Plausible:
    """A file and what is in it. `wanted`: a field a column; None where it must not be one of the person or list."""

    name: str
    rows: list[list[str]]
    headers: list[str]
    wanted: list[F | None]
    roster: R
    month: tuple[int, int]

    @property
    def table(self) -> Table:
        return csv_table(self.rows, self.name)

    def mistakes(self, found: Sequence[F | None]) -> list[str]:
        """The columns that were taken for what they are not, or missed. The only day of a list may stand for its own."""
        wrong = []
        for header, wanted, got in zip(self.headers, self.wanted, found, strict=True):
            if wanted is not None:
                is_wrong = got is not wanted
            elif got is F.PHONE:  # a parent's telephone, where the pupil's own is not asked for
                own = [h for h, f in zip(self.headers, self.wanted, strict=True) if f is F.PHONE]
                is_wrong = not header.startswith("家長") or any(not h.startswith("家長") for h in own)
            else:
                is_wrong = (
                    got in PERSON or (got in FIELDS_OF_LISTS and got in self.wanted) or got is F.RELATION
                )
            if is_wrong:
                wrong.append(f"{header}: {wanted} is {got}")
        return wrong


def _date(rng: random.Random, day: dt.date, style: int) -> str:
    year = day.year - 1911
    return (
        f"{year}/{day.month}/{day.day}",
        f"{year:03d}{day.month:02d}{day.day:02d}",
        day.isoformat(),
        f"{year:03d}.{day.month:02d}.{day.day:02d}",
    )[style]


def _born(rng: random.Random, roster: R, now: dt.date, role: int) -> dt.date:
    if roster is R.CHILD_OUTREACH:
        years = rng.uniform(0.2, 5.9)
    elif roster is R.SCHOOL_DROPOUT:
        years = rng.uniform(7, 17.5)
    elif roster in (R.VULNERABLE_FAMILY, R.HOUSEHOLD_REGISTER) and role >= 2:
        years = rng.uniform(0.5, 20)
    else:
        years = rng.uniform(22, 80)
    return now - dt.timedelta(days=int(years * 365.25))


def plausible(roster: R, seed: int, telling: str = "") -> Plausible:
    """`telling`: `file`, `title` or "" for a name and a title that say nothing about the list."""
    rng = random.Random(f"{roster}/{seed}/{telling}")
    count = rng.randrange(12, 40)
    year, month = rng.choice([(113, 11), (114, 7), (115, 9), (115, 12), (116, 1)])
    now = dt.date(year + 1911, month, 25)
    pools = {
        **{f: words.split() for f, words in PERSON.items()},
        **{f: w.split() for f, w in OWN[roster].items()},
    }
    if roster is R.HOUSEHOLD_REGISTER:
        del pools[F.PHONE]
        pools[F.ADDRESS] = [*pools[F.ADDRESS], "戶籍地址", "戶籍地", "門牌地址"]
        pools[F.RECORD_NUMBER] = [*pools[F.RECORD_NUMBER], "查詢序號", "序號"]
    if roster is R.SCHOOL_DROPOUT:
        pools[F.RECORD_NUMBER] = [*pools[F.RECORD_NUMBER], "學生編號"]
        pools[F.PHONE] = [*pools[F.PHONE], "家長電話"]
    if rng.random() < 0.15:
        pools = {field: ENGLISH[field].split() for field in pools}
    dropped = {f for f in sorted(OPTIONAL) if rng.random() < 0.12}
    columns: list[tuple[str, F | None]] = [
        (rng.choice(words), field) for field, words in pools.items() if field not in dropped
    ]
    also = [(word, None) for word in rng.sample([*ALSO[roster], *ALSO[roster], *OTHERS], rng.randrange(0, 4))]
    if rng.random() < 0.35:
        also.append((rng.choice(STRANGE[roster]), None))
    taken = {header for header, _ in columns}
    columns += [(word, None) for word, _ in dict.fromkeys(also) if word not in taken]
    if rng.random() < 0.6:
        first, rest = columns[:1], columns[1:]
        rng.shuffle(rest)
        columns = first + rest
    style = rng.randrange(4)
    body = _body(rng, roster, columns, count, now, style)
    headers = [header for header, _ in columns]
    stamp = rng.choice(MONTHS).format(y=year, m=month, g=year + 1911)
    word = rng.choice(TELLING[roster])
    plain = rng.choice(["名冊", "清冊", "附件", "月報名單", "資料"])
    name = f"{stamp.replace('/', '_')}{word if telling == 'file' else plain}.csv"
    lines: list[list[str]] = []
    if telling == "title":
        name = f"{plain}.csv"
        lines = [[f"{stamp}{word}{'' if word.endswith('冊') else '名冊'}"]]
    if rng.random() < 0.25:
        lines += _two_lines(headers)
    else:
        lines.append(headers)
    return Plausible(name, [*lines, *body], headers, [field for _, field in columns], roster, (year, month))


def _two_lines(headers: list[str]) -> list[list[str]]:
    """Groups over the columns, blank where the group goes on; the number and what follows the person stand alone."""
    top = [
        "",
        *["基本資料" if i == 0 else "" for i in range(4)],
        *["服務資料" if i == 4 else "" for i in range(4, len(headers) - 1)],
    ]
    return [top[: len(headers)], headers]


def _body(
    rng: random.Random, roster: R, columns: list[tuple[str, F | None]], count: int, now: dt.date, style: int
) -> list[list[str]]:
    rows = []
    number, home, role, head, head_id, address = 0, 0, 0, "", "", ""
    size = 0
    prefix = rng.choice(["", "A", "T115", "C-", "YL"])
    household = rng.choice(["G{:07d}", "{:08d}", "F{:06d}"])
    start = rng.randrange(10**5, 10**6)
    while number < count:
        if role >= size:
            home, role, size = home + 1, 0, rng.randrange(1, 5)
            head, head_id = person_name(rng), id_number(rng)
            address = f"{rng.choice(ROADS)}{rng.randrange(1, 400)}號"
        is_head = role == 0
        relation = (
            ("戶長" if roster is R.HOUSEHOLD_REGISTER else "本人")
            if is_head
            else ["配偶", "長子", "長女", "次子"][min(role - 1, 3)]
        )
        name = head if is_head else head[0] + person_name(rng)[1:]
        born = _born(rng, roster, now, role)
        row = []
        for header, field in columns:
            match field:
                case F.RECORD_NUMBER:
                    row.append(f"{prefix}{start + number * 7}")
                case F.NAME:
                    row.append(name)
                case F.ID_NUMBER:
                    row.append("" if rng.random() < 0.3 else head_id if is_head else id_number(rng))
                case F.BIRTH:
                    row.append("" if rng.random() < 0.1 else _date(rng, born, style))
                case F.SEX:
                    row.append(rng.choice("男女"))
                case F.PHONE:
                    row.append(f"09{rng.randrange(10**8):08d}" if rng.random() < 0.8 else "")
                case F.ADDRESS:
                    row.append(address)
                case F.HOUSEHOLD_NUMBER:
                    row.append(household.format(start + home * 13))
                case F.RELATION:
                    row.append(relation)
                case F.REFERENCE_NAME:
                    row.append(head)
                case F.CARER_NAME:
                    row.append(person_name(rng))
                case _ if field in _WORDS:
                    row.append(rng.choice(_WORDS[field]))
                case None:
                    row.append(_other(rng, header, now, style, head, head_id))
                case _:
                    back = rng.randrange(0, 60 if field is not F.OPENED_ON else 700)
                    row.append(_date(rng, now - dt.timedelta(days=back), style))
        rows.append(row)
        number, role = number + 1, role + 1
    return rows


def _other(rng: random.Random, header: str, now: dt.date, style: int, head: str, head_id: str) -> str:
    if header in _SAID:
        return rng.choice(_SAID[header])
    if header.startswith(("戶長", "案主")) and "電話" not in header:
        return head_id if "證" in header or "統號" in header else head
    if "電話" in header:
        return f"09{rng.randrange(10**8):08d}"
    if "證" in header:
        return id_number(rng)
    if header == "家長出生日期":
        return _date(rng, now - dt.timedelta(days=rng.randrange(9000, 14000)), style)
    if "日期" in header or header.endswith("日"):
        return _date(rng, now - dt.timedelta(days=rng.randrange(0, 900)), style)
    return person_name(rng)
