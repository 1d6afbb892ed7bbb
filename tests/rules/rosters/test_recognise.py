"""What a file is: list, agency, month, header, columns; and what must be asked."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.people.rosters.recognise import recognise_all
from anwang.people.rosters.recognition import Given, RecognitionUnsure
from anwang.people.rosters.rows import read_rows
from anwang.platform.files.refused import FileRefused
from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.fields import FieldId as F
from anwang.standard.record import Period

from .made import USUAL_HEADERS, csv_table, ods_table, recognise, rows_of, xlsx_table

MARCH = Period(2026, 3)


def fields(recognition, sheet: int = 0) -> list[F | None]:
    return [column.field for column in recognition.sheets[sheet].columns]


@pytest.mark.parametrize("roster", list(RosterCode))
def test_the_nine_lists_by_name_and_by_columns_alone(roster):
    headers, rows = rows_of(roster)
    for name in (f"11503{roster.label}.csv", "附件11503.csv"):
        found = recognise(csv_table([headers, *rows], name))
        assert (found.roster, found.agency, found.period) == (roster, roster.agency, MARCH)
        assert fields(found) == list(USUAL_HEADERS[roster].values())
        assert not found.is_period_guess
        assert found.roster_reason
        assert "檔名" in found.period_reason
        assert all(column.reason for column in found.sheets[0].columns)


@pytest.mark.parametrize("roster", list(RosterCode))
def test_columns_without_any_known_header_are_named_by_their_content(roster):
    """The sender's system calls its columns F1, F2 …; the title says which list it is."""
    headers, rows = rows_of(roster, count=60)
    unknown = [f"F{i}" for i in range(len(headers))]
    found = recognise(csv_table([[roster.label], unknown, *rows], "11503.csv"))
    assert found.roster is roster
    wanted = dict(enumerate(USUAL_HEADERS[roster].values()))
    got = {column.index: column.field for column in found.sheets[0].columns}
    named = [i for i in wanted if got.get(i) == wanted[i]]
    assert len(named) >= len(wanted) - 1, {headers[i]: got.get(i) for i in wanted if i not in named}
    for index, field in wanted.items():
        if field in (F.RECORD_NUMBER, F.NAME, F.ID_NUMBER, F.BIRTH, F.SEX, F.ADDRESS):
            assert got[index] is field


def test_a_file_without_a_header_is_read_by_content():
    _, rows = rows_of(RosterCode.SUICIDE_REPORT, count=40)
    found = recognise(csv_table(rows, "11503自殺通報個案.csv"))
    assert found.sheets[0].header_lines == ()
    assert found.sheets[0].first_line == 1
    assert {F.RECORD_NUMBER, F.NAME, F.ID_NUMBER, F.BIRTH, F.PHONE, F.ADDRESS} <= set(fields(found))


def test_header_below_titles_and_blank_rows():
    headers, rows = rows_of(RosterCode.EMPLOYMENT)
    above = [["宜蘭縣政府勞工處"], [], ["資料月份：115-03"], ["製表日期：115/4/8", "承辦人：甲"], []]
    found = recognise(ods_table([["弱勢失業者名冊", "", ""], *above, headers, *rows], "名冊.ods"))
    sheet = found.sheets[0]
    assert sheet.header_lines == (7,)
    assert sheet.first_line == 8
    assert "資料月份：115-03" in sheet.titles
    assert found.period == MARCH
    assert found.agency_reason == "檔名或標題寫明機關"


def test_a_header_in_two_lines_with_merged_groups():
    headers, rows = rows_of(RosterCode.CHILD_OUTREACH)
    top = ["編號", "兒童基本資料", "", "", "", "聯絡資料", "", "主要照顧者", "訪視結果"]
    bottom = ["", "姓名", "身分證字號", "出生日期", "性別", "電話", "地址", "", ""]
    merges = [(1, 0, 2, 0), (1, 1, 1, 4), (1, 5, 1, 6), (1, 7, 2, 7), (1, 8, 2, 8)]
    table = xlsx_table({"S": [["六歲以下弱勢兒童主動關懷 115年3月"], top, bottom, *rows]}, "a.xlsx", merges)
    found = recognise(table)
    assert found.sheets[0].header_lines == (2, 3)
    assert fields(found) == list(USUAL_HEADERS[RosterCode.CHILD_OUTREACH].values())
    found = recognise(csv_table([["六歲以下弱勢兒童主動關懷 115年3月"], top, bottom, *rows], "a.csv"))
    assert fields(found) == list(USUAL_HEADERS[RosterCode.CHILD_OUTREACH].values())
    assert len(headers) == len(top)


def test_a_word_in_the_group_completes_the_word_below():
    _, rows = rows_of(RosterCode.SUICIDE_REPORT)
    top = ["案件", "個案", "", "出生", "", "聯絡", "", "通報", "自殺"]
    bottom = ["編號", "姓名", "身分證字號", "年月日", "性別", "電話", "地址", "日期", "原因"]
    found = recognise(csv_table([top, bottom, *rows], "11503自殺通報.csv"))
    assert fields(found) == list(USUAL_HEADERS[RosterCode.SUICIDE_REPORT].values())


@pytest.mark.parametrize(
    "name",
    ["名冊11503.csv", "名冊_115-03.csv", "115年3月名冊.csv", "一百一十五年三月名冊.csv", "名冊202603.csv", "名冊2026-03.csv",
     "2026年03月.csv", "名冊（民國115年3月份）.csv", "１１５０３名冊.csv", "名冊1150331.csv", "20260331名冊.csv", "115.3.csv"],
)  # fmt: skip
def test_the_month_in_a_file_name(name):
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    found = recognise(csv_table([headers, *rows], name))
    assert found.period == MARCH
    assert not found.is_period_guess


@pytest.mark.parametrize(
    "title",
    ["資料月份：115-03", "資料期間：115/03/01~115/03/31", "資料期間：115年3月1日至115年3月31日", "中華民國115年3月自殺通報", "統計年月 202603",
     "資料月份:115/3"],
)  # fmt: skip
def test_the_month_in_a_title(title):
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    found = recognise(csv_table([[title], ["製表日期：115年4月8日"], headers, *rows], "自殺通報.csv"))
    assert found.period == MARCH
    assert found.period_reason.startswith("標題")


def test_the_month_in_a_column_of_its_own():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    found = recognise(csv_table([[*headers, "資料年月"], *([*row, "11503"] for row in rows)], "自殺通報.csv"))
    assert found.period == MARCH


def test_the_month_guessed_from_event_dates_is_marked():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    found = recognise(csv_table([headers, *rows], "自殺通報.csv"))
    assert found.period == MARCH
    assert found.is_period_guess
    assert found.period_score < 0.55
    assert any("推測" in note for note in found.notes)


def test_a_day_in_the_file_name_may_be_the_day_it_was_made():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    with pytest.raises(RecognitionUnsure, match="事件日期多在 115-03"):
        recognise(csv_table([headers, *rows], "自殺通報1150405.csv"))
    headers, rows = rows_of(RosterCode.HOUSEHOLD_REGISTER)
    found = recognise(csv_table([headers, *rows], "戶籍資料查詢1150405.csv"))
    assert found.period == Period(2026, 4)
    assert found.is_period_guess
    found = recognise(csv_table([headers, *rows], "20260405_11503戶籍資料查詢(1).csv"))
    assert (found.period, found.is_period_guess) == (MARCH, False)


def test_no_month_at_all_is_asked_for():
    headers, rows = rows_of(RosterCode.HOUSEHOLD_REGISTER)
    with pytest.raises(RecognitionUnsure) as caught:
        recognise(csv_table([headers, *rows], "戶籍資料查詢.csv"))
    assert caught.value.missing == ("period",)
    assert "請指定月份" in caught.value.message_zh
    given = Given(period=Period(2026, 4))
    assert recognise(csv_table([headers, *rows], "戶籍資料查詢.csv"), given).period == Period(2026, 4)


def test_name_and_title_that_disagree_about_the_month_are_asked_about():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    with pytest.raises(RecognitionUnsure) as caught:
        recognise(csv_table([["資料月份：115-04"], headers, *rows], "自殺通報11503.csv"))
    assert caught.value.missing == ("period",)
    assert "115-03" in caught.value.message_zh
    assert "115-04" in caught.value.message_zh


def test_a_list_that_cannot_be_told_is_asked_about_and_can_be_given():
    headers = ["編號", "姓名", "身分證字號", "出生日期", "性別", "電話", "地址"]
    _, rows = rows_of(RosterCode.SUICIDE_REPORT)
    table = csv_table([headers, *(row[:7] for row in rows)], "名冊11503.csv")
    with pytest.raises(RecognitionUnsure) as caught:
        recognise(table)
    assert caught.value.missing == ("list", "agency")
    assert "請指定名冊與機關" in caught.value.message_zh
    assert len(caught.value.rivals) == 2
    found = recognise(table, Given(roster=RosterCode.POLICE_VISIT, agency=AgencyCode.SOCIAL))
    assert (found.roster, found.agency) == (RosterCode.POLICE_VISIT, AgencyCode.SOCIAL)
    assert found.roster_reason == "由送檔者指定"
    assert any("通常由警察局" in note for note in found.notes)


def test_an_agency_alone_settles_between_its_own_lists():
    headers = ["編號", "姓名", "身分證字號", "出生日期", "性別", "電話", "地址"]
    _, rows = rows_of(RosterCode.SUICIDE_REPORT)
    table = csv_table([headers, *(row[:7] for row in rows)], "名冊11503.csv")
    assert recognise(table, Given(agency=AgencyCode.POLICE)).roster is RosterCode.POLICE_VISIT


def test_a_file_name_that_contradicts_the_columns_is_noted_or_asked_about():
    headers, rows = rows_of(RosterCode.EMPLOYMENT)
    found = recognise(csv_table([headers, *rows], "11503自殺通報個案.csv"))
    assert found.roster is RosterCode.EMPLOYMENT
    assert any("自殺通報個案名冊" in note for note in found.notes)
    plain = [*headers[:7], "備註"]
    with pytest.raises(RecognitionUnsure):
        recognise(csv_table([plain, *(row[:8] for row in rows)], "11503自殺通報及急難紓困.csv"))


def test_sheets_of_one_list_belong_together_and_others_are_left_out_with_a_note():
    headers, rows = rows_of(RosterCode.POLICE_VISIT, count=40)
    table = xlsx_table(
        {
            "說明": [["填表說明"], ["1. 請依格式填寫"], ["2. 日期用民國年"]],
            "宜蘭分局": [headers, *rows[:20]],
            "羅東分局": [list(reversed(headers)), *(list(reversed(row)) for row in rows[20:])],
            "代碼": [["代碼", "名稱"], ["1", "男"], ["2", "女"]],
        },
        "11503治安顧慮人口查訪.xlsx",
    )
    found = recognise(table)
    assert [sheet.name for sheet in found.sheets] == ["宜蘭分局", "羅東分局"]
    assert any("代碼" in note for note in found.notes)


def test_hidden_sheets_are_left_out():
    headers, rows = rows_of(RosterCode.POLICE_VISIT)
    table = xlsx_table({"名冊": [headers, *rows], "舊": [headers, *rows]}, "11503治安顧慮人口.xlsx")
    sheets = (table.sheets[0], type(table.sheets[1])("舊", table.sheets[1].rows, (), True))
    hidden = type(table)(table.name, table.kind, table.sha256, table.size, sheets)
    found = recognise(hidden)
    assert [sheet.name for sheet in found.sheets] == ["名冊"]
    assert any("隱藏" in note for note in found.notes)


def test_a_header_that_means_two_things_is_settled_by_its_cells():
    """「ID」 is the case number of the police system and the identity number of others."""
    headers, rows = rows_of(RosterCode.HEALTH_CASE)
    named = ["ID" if header == "身分證號" else header for header in headers]
    found = recognise(csv_table([named, *rows], "11503毒防個管名冊.csv"))
    assert fields(found) == list(USUAL_HEADERS[RosterCode.HEALTH_CASE].values())


@pytest.mark.parametrize("below", [[], [["本月無個案"]], [["無資料"], ["承辦人：甲"]]])
def test_a_month_without_cases(below):
    headers, _ = rows_of(RosterCode.SUICIDE_REPORT)
    table = csv_table([headers, *below], "11503自殺通報個案.csv")
    reading = read_rows(table, recognise(table), today=dt.date(2026, 4, 5))
    assert (reading.accepted, reading.refused) == (0, 0)


def test_headers_that_no_list_of_spellings_has():
    _, rows = rows_of(RosterCode.EMPLOYMENT, count=40)
    strange = [
        "求職號",
        "失業民眾",
        "身證字編",
        "生辰",
        "男/女",
        "可聯繫電話",
        "目前住的地方",
        "對象身分",
        "何時登記",
        "媒合後狀況",
    ]
    found = recognise(csv_table([["就業服務站"], strange, *rows], "失業者11503.csv"))
    assert fields(found) == list(USUAL_HEADERS[RosterCode.EMPLOYMENT].values())


def test_several_lists_or_months_in_one_workbook():
    police = rows_of(RosterCode.POLICE_VISIT)
    suicide = rows_of(RosterCode.SUICIDE_REPORT)
    table = xlsx_table(
        {"治安顧慮人口": [police[0], *police[1]], "自殺通報": [suicide[0], *suicide[1]]}, "11503名冊.xlsx"
    )
    assert {found.roster for found in recognise_all(table)} == {
        RosterCode.POLICE_VISIT,
        RosterCode.SUICIDE_REPORT,
    }
    months = xlsx_table(
        {"2月": [suicide[0], *suicide[1]], "3月": [suicide[0], *suicide[1]]}, "115年3月自殺通報.xlsx"
    )
    assert {found.period for found in recognise_all(months)} == {MARCH, Period(2026, 2)}


def test_tables_that_are_no_rosters():
    with pytest.raises(FileRefused, match="no_table"):
        recognise(csv_table([["會議紀錄"], ["時間", "地點"], ["上午", "會議室"]], "11503.csv"))
    with pytest.raises(FileRefused):
        recognise(
            csv_table([["品名", "金額"], ["紙", "20000"], ["筆", "30000"], ["墨", "10000"]], "11503.csv")
        )


def test_a_list_without_a_record_number_is_refused_as_a_whole():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    with pytest.raises(RecognitionUnsure) as caught:
        recognise(csv_table([headers[1:], *(row[1:] for row in rows)], "11503自殺通報.csv"))
    assert caught.value.missing == ("columns",)
    assert "案號" in caught.value.message_zh


def test_a_running_number_is_the_record_number_only_when_nothing_else_is():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    numbered = [["項次", *headers[1:]], *([str(i), *row[1:]] for i, row in enumerate(rows, 1))]
    found = recognise(csv_table(numbered, "11503自殺通報.csv"))
    choice = found.sheets[0].columns[0]
    assert choice.field is F.RECORD_NUMBER
    assert "序號當作案號" in choice.reason
    both = [["序號", *headers], *([str(i), *row] for i, row in enumerate(rows, 1))]
    found = recognise(csv_table(both, "11503自殺通報.csv"))
    assert fields(found)[:2] == [F.ROW_NUMBER, F.RECORD_NUMBER]


def test_a_case_number_shared_by_a_family_gives_way_to_one_that_is_unique():
    headers, rows = rows_of(RosterCode.VULNERABLE_FAMILY)
    shared = [
        ["案號", "個案編號", *headers[1:]],
        *([f"C{i // 3}", f"P{1000 + 7 * i}", *row[1:]] for i, row in enumerate(rows)),
    ]
    found = recognise(csv_table(shared, "11503脆弱家庭.csv"))
    assert next(c.header for c in found.sheets[0].columns if c.field is F.RECORD_NUMBER) == "個案編號"


def test_two_phone_columns_are_one_field_and_unknown_columns_stay():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    more = [[*headers, "手機", "社工員", ""], *([*row, "0988776655", "甲", "x"] for row in rows)]
    found = recognise(csv_table(more, "11503自殺通報.csv"))
    sheet = found.sheets[0]
    assert [column.header for column in sheet.columns_of(F.PHONE)] == ["電話", "手機"]
    assert [(column.header, column.field) for column in sheet.columns[-2:]] == [("社工員", None), ("", None)]
    assert sheet.columns[-1].label == "L 欄"


def test_a_header_that_its_cells_contradict_is_not_believed():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    i, a = headers.index("身分證統一編號"), headers.index("住址")
    swapped = list(headers)
    swapped[i], swapped[a] = swapped[a], swapped[i]
    found = recognise(csv_table([swapped, *rows], "11503自殺通報.csv"))
    assert fields(found)[i] is not F.ADDRESS
    assert fields(found)[a] is not F.ID_NUMBER


@pytest.mark.parametrize(
    ("roster", "field", "header", "wanted"),
    [
        (RosterCode.HEALTH_CASE, F.CARE_STATUS, "目前狀態", F.CARE_STATUS),
        (RosterCode.SCHOOL_DROPOUT, F.DROPOUT_STATUS, "目前狀態", F.DROPOUT_STATUS),
        (RosterCode.CHILD_OUTREACH, F.VISIT_RESULT, "目前狀態", F.VISIT_RESULT),
    ],
)
def test_a_state_is_the_lists_own_state(roster, field, header, wanted):
    """Another list's usual spelling does not take the column from the one that the lists are made of."""
    headers, rows = rows_of(roster)
    at = list(USUAL_HEADERS[roster].values()).index(field)
    headers = [*headers[:at], header, *headers[at + 1 :]]
    assert fields(recognise(csv_table([headers, *rows], f"11503{roster.label}.csv")))[at] is wanted


@pytest.mark.parametrize("header", ["服務狀態", "個案現況"])
def test_the_family_list_may_tell_the_state_of_a_child(header):
    headers, rows = rows_of(RosterCode.VULNERABLE_FAMILY)
    rows = [[*row, "行方不明" if n == 0 else "服務中"] for n, row in enumerate(rows)]
    table = csv_table([[*headers, header], *rows], "11503脆弱家庭服務名冊.csv")
    found = recognise(table)
    assert fields(found)[-1] is F.VISIT_RESULT
    reading = read_rows(table, found, today=dt.date(2026, 4, 2))
    assert reading.records[0].details[F.VISIT_RESULT] == "行方不明"
    assert "unknown_code" not in {note.code for note in reading.notes}
