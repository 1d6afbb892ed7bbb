"""Headers, names and months as bureaus write them and no table of spellings has them: one case each, and why."""

from __future__ import annotations

import random

import pytest

from anwang.people.rosters.period import month_alone, periods_in
from anwang.people.rosters.recognition import Recognition, RecognitionUnsure
from anwang.standard.codes import RosterCode as R
from anwang.standard.fields import FieldId as F
from anwang.standard.record import Period
from anwang.standard.rosters import match_header
from anwang.standard.whose import Whose, is_event_day, is_office_day, whose

from .made import USUAL_HEADERS, csv_table, id_number, person_name, recognise, rows_of

SEPTEMBER = Period(2026, 9)
PEOPLE = [
    ("林大同", "戶長", "70/3/2"),
    ("王美華", "配偶", "72/5/6"),
    ("林小明", "長子", "99/1/3"),
    ("林小玉", "長女", "101/7/9"),
]


def fields(found: Recognition) -> dict[str, F | None]:
    return {column.header: column.field for column in found.sheets[0].columns}


def register(headers: str, name: str) -> Recognition:
    """A register of four households of four; a column this does not know stays blank."""
    columns = headers.split(",")
    rows = []
    for number in range(16):
        home, (person, role, born) = number // 4, PEOPLE[number % 4]
        known = {
            "姓名": person, "人口姓名": person, "稱謂": role, "戶長": "林大同", "戶長姓名": "林大同", "出生年月日": born, "生日(YYYMMDD)": born,
            "遷入日期": "110/2/3", "性別": "男女男女"[number % 4], "生理性別": "男女男女"[number % 4], "戶籍地址": f"宜蘭縣羅東鎮公正路{home + 3}號",
            "ADDR": f"宜蘭縣羅東鎮公正路{home + 3}號", "查詢序號": f"Q{1000 + number * 3}", "案件編號": f"Q{1000 + number * 3}",
        }  # fmt: skip
        of_head = id_number(random.Random(home))
        shared = {"戶長身分證字號": of_head, "戶長統一編號": of_head}
        number_of = f"F{500 + home * 7:06d}"  # whatever else is called after a household
        rows.append(
            [
                known.get(c) or shared.get(c) or (number_of if "戶" in c or "HOUSE" in c else "")
                for c in columns
            ]
        )
    return recognise(csv_table([columns, *rows], name))


@pytest.mark.parametrize("applicant", ["申請人", "申請人姓名", "受助人姓名"])
def test_who_came_to_the_counter_is_not_the_person_where_a_plain_name_stands(applicant):
    headers, rows = rows_of(R.EMERGENCY_RELIEF)
    at = headers.index(next(h for h in headers if USUAL_HEADERS[R.EMERGENCY_RELIEF][h] is F.NAME))
    rng = random.Random(8)
    headers = [applicant, *headers[:at], "姓名", *headers[at + 1 :]]
    rows = [[person_name(rng), *row] for row in rows]
    found = fields(recognise(csv_table([headers, *rows], "11509_急難救助.csv")))
    assert (found["姓名"], found[applicant]) == (F.NAME, None)


@pytest.mark.parametrize(
    "number", ["戶口編號", "戶別編號", "戶長統號", "家戶號", "戶籍號", "戶名編號", "HOUSEHOLD_NO", "戶碼"]
)
def test_a_register_whatever_its_household_number_is_called(number):
    found = register(f"查詢序號,姓名,出生年月日,性別,{number},稱謂,戶籍地址,遷入日期", "清冊11509.csv")
    assert fields(found)[number] is F.HOUSEHOLD_NUMBER
    assert found.roster is R.HOUSEHOLD_REGISTER
    assert fields(found)["出生年月日"] is F.BIRTH
    assert fields(found)["遷入日期"] is not F.BIRTH
    assert fields(found)["戶籍地址"] is F.ADDRESS


def test_registers_that_were_refused_or_taken_for_families():
    found = register(
        "查詢序號,統號,姓名,出生年月日,性別,戶號,稱謂,原住民身分,戶籍地址,遷入日期", "戶役政查詢結果11509.csv"
    )
    assert found.roster is R.HOUSEHOLD_REGISTER
    found = register(
        "案件編號,ADDR,國籍,生理性別,稱謂,人口姓名,資料來源,生日(YYYMMDD),身分證/居留證號,族別,戶口編號,戶長",
        "11509.csv",
    )
    assert found.roster is R.HOUSEHOLD_REGISTER
    assert fields(found) | {
        "人口姓名": F.NAME, "戶口編號": F.HOUSEHOLD_NUMBER, "戶長": F.REFERENCE_NAME, "生日(YYYMMDD)": F.BIRTH,
        "身分證/居留證號": F.ID_NUMBER, "稱謂": F.RELATION, "案件編號": F.RECORD_NUMBER,
    } == fields(found)  # fmt: skip


def test_a_register_that_numbers_its_households_by_the_head():
    found = register("查詢序號,姓名,出生年月日,性別,戶長身分證字號,稱謂,戶籍地址", "11509.csv")
    assert found.roster is R.HOUSEHOLD_REGISTER
    assert fields(found)["戶長身分證字號"] is F.HOUSEHOLD_NUMBER
    found = register("查詢序號,姓名,出生年月日,性別,戶號,戶長身分證字號,稱謂,戶籍地址", "11509.csv")
    assert fields(found)["戶長身分證字號"] is F.REFERENCE_ID_NUMBER
    found = register("查詢序號,姓名,統號,出生年月日,性別,戶長統一編號,稱謂,戶籍地址", "11509.csv")
    assert fields(found)["戶長統一編號"] is F.HOUSEHOLD_NUMBER
    assert fields(found)["統號"] is F.ID_NUMBER


def renamed(roster: R, names: dict[str, str], more: dict[str, str] | None = None) -> list[list[str]]:
    headers, rows = rows_of(roster)
    extra = more or {}
    return [[*(names.get(h, h) for h in headers), *extra], *([*row, *extra.values()] for row in rows)]


def test_pupils_with_a_parent_and_a_day_of_report():
    names = {
        "編號": "學生編號",
        "學生姓名": "姓名",
        "家長電話": "家長聯絡電話",
        "戶籍地址": "住址",
        "就讀學校": "學校",
        "輟學日期": "通報日期",
        "狀態": "目前狀態",
    }
    table = csv_table(
        renamed(R.SCHOOL_DROPOUT, names, {"年級": "國二", "家長姓名": "林大同"}), "11509_學生輔導名冊.csv"
    )
    found = recognise(table)
    assert found.roster is R.SCHOOL_DROPOUT
    assert fields(found) | {
        "學生編號": F.RECORD_NUMBER,
        "家長姓名": F.CARER_NAME,
        "家長聯絡電話": F.PHONE,
        "通報日期": F.DROPOUT_ON,
    } == fields(found)


def test_a_suicide_report_by_its_cause_whatever_its_day_is_called():
    found = recognise(csv_table(renamed(R.SUICIDE_REPORT, {"通報日期": "受理日期"}), "名冊11509.csv"))
    assert found.roster is R.SUICIDE_REPORT
    assert fields(found)["受理日期"] is F.REPORTED_ON


def test_outreach_with_a_category_and_a_result():
    names = {"身分證字號": "統號", "訪視結果": "處理結果"}
    found = recognise(csv_table(renamed(R.CHILD_OUTREACH, names, {"關懷類別": "其他"}), "11509.csv"))
    assert found.roster is R.CHILD_OUTREACH
    assert fields(found)["處理結果"] is F.VISIT_RESULT
    assert fields(found)["關懷類別"] is None


def test_columns_that_point_two_ways_are_asked_about():
    """Half a relief list and half a list of jobseekers: nothing is clearly ahead."""
    headers, rows = rows_of(R.EMERGENCY_RELIEF)
    both = [[*headers[:7], "受理日期", "弱勢身分"], *([*row[:7], "115/3/2", "甲"] for row in rows)]
    with pytest.raises(RecognitionUnsure) as caught:
        recognise(csv_table(both, "11509.csv"))
    assert caught.value.missing == ("list", "agency")


def test_a_name_that_says_another_list_needs_more_than_a_little_against_it():
    headers, rows = rows_of(R.EMPLOYMENT)
    weak = [[*headers[:7], "備註"], *([*row[:7], ""] for row in rows)]
    with pytest.raises(RecognitionUnsure):
        recognise(csv_table(weak, "11509急難紓困.csv"))
    assert recognise(csv_table(weak, "11509弱勢失業.csv")).roster is R.EMPLOYMENT


STRANGERS = {
    "長照": {"失能等級": "第4級", "照顧者姓名": "林大同", "服務單位": "A單位", "核定額度": "10020"},
    "托育補助": {
        "家長姓名": "林大同",
        "托育機構": "小天使托嬰中心",
        "補助金額": "8500",
        "申請日期": "115/3/2",
    },
    "身障鑑定": {"障礙類別": "第一類", "障礙等級": "輕度", "鑑定日期": "114/2/3", "ICD": "F20"},
    "志工": {"服務單位": "羅東社福中心", "服務時數": "100", "職業": "退休"},
    "保護案件": {"通報日期": "115/3/4", "案件類型": "婚姻暴力", "通報單位": "羅東派出所", "處理情形": "開案"},
    "獨居老人": {"訪視日期": "115/3/4", "訪視結果": "良好", "緊急聯絡人": "林大同"},
    "職訓": {"班別": "烘焙", "開訓日期": "115/3/4", "訓後就業": "已就業", "身分別": "中高齡"},
    "員工": {"職稱": "社工員", "到職日": "110/3/4", "服務單位": "羅東社福中心"},
}


@pytest.mark.parametrize("title", STRANGERS)
def test_a_list_that_is_none_of_the_nine_is_asked_about(title):
    people = ["編號", "姓名", "身分證字號", "出生日期", "電話", "地址"]
    rng = random.Random(title)
    rows = [
        [f"X{1000 + n}", person_name(rng), id_number(rng), f"{rng.randrange(30, 90)}/3/2", "0912345678", "宜蘭縣羅東鎮公正路5號",
         *STRANGERS[title].values()]
        for n in range(20)
    ]  # fmt: skip
    with pytest.raises(RecognitionUnsure) as caught:
        recognise(csv_table([[*people, *STRANGERS[title]], *rows], f"11503{title}名冊.csv"))
    assert caught.value.missing == ("list", "agency")


@pytest.mark.parametrize(
    ("header", "person"),
    [("姓名", Whose.OWN), ("被通報人", Whose.OWN), ("受查訪人姓名", Whose.OWN), ("通報人", Whose.STAFF), ("通報人員姓名", Whose.STAFF), ("主責社工", Whose.STAFF),
     ("承辦人", Whose.STAFF), ("家長姓名", Whose.CARER), ("監護人身分證", Whose.CARER), ("案主身分證字號", Whose.REFERENCE), ("戶長統號", Whose.REFERENCE),
     ("緊急聯絡人", Whose.FAMILY), ("配偶姓名", Whose.FAMILY), ("申請人", Whose.OWN)],
)  # fmt: skip
def test_whose_data_a_column_holds(header, person):
    assert whose(header) is person


@pytest.mark.parametrize(
    "header", ["承辦人", "社工", "通報人", "緊急聯絡人", "配偶姓名", "家長姓名", "監護人", "導師", "查訪員警"]
)
@pytest.mark.parametrize("roster", [R.SUICIDE_REPORT, R.SCHOOL_DROPOUT, R.POLICE_VISIT])
def test_the_name_of_another_is_never_the_persons_own(roster, header):
    """Even where the person's own name stands under a header that nobody knows."""
    own = next(h for h, f in USUAL_HEADERS[roster].items() if f is F.NAME)
    rows = renamed(roster, {own: "Z9"})
    rows = [
        [head, *row] for head, row in zip([header, *["林大同", "陳美玉", "黃志強"] * 10], rows, strict=True)
    ]
    found = fields(recognise(csv_table(rows, f"11509{roster.label}.csv")))
    assert found[header] is not F.NAME
    assert found["Z9"] is F.NAME


@pytest.mark.parametrize(
    "header", ["家長身分證字號", "案主身分證", "社工身分證字號", "戶長統號", "通報人身分證"]
)
def test_the_identity_number_of_another_is_never_the_persons_own(header):
    rows = renamed(R.SUICIDE_REPORT, {"身分證統一編號": header})
    assert fields(recognise(csv_table(rows, "11509自殺通報.csv")))[header] is not F.ID_NUMBER


def test_a_carers_telephone_beside_the_childs_own_is_the_carers_and_a_workers_is_nobodys():
    rows = renamed(R.CHILD_OUTREACH, {}, {"家長聯絡電話": "0911222333", "社工電話": "039322634"})
    found = fields(recognise(csv_table(rows, "11509六歲以下.csv")))
    assert (found["電話"], found["家長聯絡電話"], found["社工電話"]) == (F.PHONE, F.CARER_PHONE, None)
    rows = renamed(R.CHILD_OUTREACH, {"電話": "家長聯絡電話"})
    assert fields(recognise(csv_table(rows, "11509六歲以下.csv")))["家長聯絡電話"] is F.PHONE


@pytest.mark.parametrize(
    "header", ["遷入日期", "通報日期", "建檔日期", "更新時間", "家長出生日期", "最近查訪日"]
)
def test_a_day_of_something_else_is_no_birth(header):
    rows = renamed(R.HOUSEHOLD_REGISTER, {"出生日期": header})
    assert fields(recognise(csv_table(rows, "11509戶籍資料.csv")))[header] is not F.BIRTH


def test_days_by_their_header():
    assert is_office_day("建檔日期")
    assert not is_office_day("出生日期")
    assert is_event_day("遷入日期")
    assert not is_event_day("出生年月日")


@pytest.mark.parametrize(
    ("roster", "header"),
    [(r, "婚姻狀況") for r in R] + [(R.EMPLOYMENT, "推介單位"), (R.SUICIDE_REPORT, "列冊原因"), (R.SCHOOL_DROPOUT, "復學日期"), (R.HEALTH_CASE, "居住狀況")],
)  # fmt: skip
def test_words_that_only_look_like_the_lists_own_state(roster, header):
    coded = {F.VISIT_RESULT, F.CARE_STATUS, F.DROPOUT_STATUS, F.EMPLOYMENT_RESULT, F.SUICIDE_CAUSE}
    assert not {match.field for match in match_header(header, roster)} & coded


@pytest.mark.parametrize("header", ["帳戶號碼", "客戶編號", "低收入戶編號", "郵局帳戶代號"])
def test_numbers_that_are_no_households(header):
    assert F.HOUSEHOLD_NUMBER not in {match.field for match in match_header(header, R.HOUSEHOLD_REGISTER)}


@pytest.mark.parametrize(
    "text",
    ["115年9月", "11509", "2026-09", "民國115年09月", "1150901-1150930", "1150901~1150930", "115/9", "115年09", "115年九月份", "一一五年九月",
     "2026/09/01-2026/09/30", "115年9月1日至9月30日", "20260901_20260930", "115096歲以下", "資料期間 1150801-1150930"],
)  # fmt: skip
def test_months_as_they_are_written(text):
    found = {item.period: item.strength for item in periods_in(text, "檔名")}
    assert list(found) == [SEPTEMBER]
    assert found[SEPTEMBER] >= 0.9


def test_part_of_a_month_is_weaker_and_two_months_are_no_range():
    assert [item.strength < 0.7 for item in periods_in("1150905-1150909", "檔名")] == [True]
    assert {item.period for item in periods_in("115年8月至115年9月", "標題")} == {Period(2026, 8), SEPTEMBER}


def test_a_month_without_a_year_takes_the_year_of_the_days_inside():
    headers, rows = rows_of(R.SUICIDE_REPORT)
    for name, titles in (("三月份自殺通報.csv", []), ("自殺通報.csv", [["自殺通報個案 4月份"]])):
        found = recognise(csv_table([*titles, headers, *rows], name))
        assert found.period == (Period(2026, 4) if titles else Period(2026, 3))
        assert not found.is_period_guess
    assert month_alone([("檔名", "九月份")], Period(2026, 2)) is None
    assert month_alone([("檔名", "8月、9月")], SEPTEMBER) is None
    assert month_alone([("檔名", "製表日期 10月5日")], SEPTEMBER) is None
    assert month_alone([("檔名", "12月")], Period(2027, 1)).period == Period(2026, 12)


def test_a_month_only_in_the_title_or_only_in_the_days():
    headers, rows = rows_of(R.POLICE_VISIT)
    found = recognise(csv_table([["治安顧慮人口 民國115年09月"], headers, *rows], "清冊.csv"))
    assert (found.period, found.is_period_guess) == (SEPTEMBER, False)
    found = recognise(csv_table([headers, *rows], "治安顧慮人口.csv"))
    assert (found.period, found.is_period_guess) == (Period(2026, 3), True)


@pytest.mark.parametrize(
    "title",
    [
        "資料月份：115年9月 製表日期：115年10月5日",
        "115年9月份個案名冊（列印日期：115/10/05）",
        "民國115年9月份(資料截至115年10月3日)",
    ],
)
def test_the_day_of_making_a_list_is_not_its_month(title):
    assert {item.period: item.strength for item in periods_in(title, "標題")} in (
        {SEPTEMBER: 1.0},
        {SEPTEMBER: 0.9},
    )


def test_a_range_of_many_months_is_a_guess():
    assert {item.strength < 0.7 for item in periods_in("1150101-1150930", "檔名")} == {True}


@pytest.mark.parametrize(
    ("name", "header", "words"),
    [
        ("11509 隊員.csv", "轄區派出所", ["羅東派出所", "宜蘭分駐所"]),
        ("11509 營隊.csv", "就讀學校", ["羅東國中", "宜蘭國小"]),
        ("11509 里民名冊.csv", "精神", ["精神佳", "精神良好"]),
    ],
)
def test_one_column_of_a_list_does_not_carry_a_file(name, header, words):
    headers = ["案號", "姓名", "身分證字號", "出生日期", "性別", "電話", "地址", header]
    rows = [
        [f"A{n:04d}", f"林小{'明華美麗'[n % 4]}", "", f"{60 + n}/1/2", "男", f"09{n:08d}", f"宜蘭縣羅東鎮公正路{n + 1}號", words[n % 2]]
        for n in range(20)
    ]  # fmt: skip
    with pytest.raises(RecognitionUnsure):
        recognise(csv_table([headers, *rows], name))


@pytest.mark.parametrize(
    "header",
    [
        "被害人姓名",
        "死者身分證字號",
        "哥哥身分證字號",
        "醫院電話",
        "公司地址",
        "奶奶電話",
        "妻電話",
        "報案人電話",
        "案發地址",
        "派出所電話",
    ],
)
def test_more_columns_of_others(header):
    assert whose(header) is not Whose.OWN
