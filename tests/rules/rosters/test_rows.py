"""The rows of a roster: what is accepted, refused, noted and passed over."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from anwang.people.rosters.rows import read_rows
from anwang.people.rosters.skipped import SkippedKind
from anwang.platform.files.refused import FileRefused
from anwang.platform.files.tables import read_table
from anwang.standard.codes import IdState, Relation, RosterCode, Sex
from anwang.standard.record import PartialDate

from .made import csv_table, ods_table, recognise, rows_of, xlsx_table

TODAY = dt.date(2026, 4, 5)
HEADERS, ROWS = rows_of(RosterCode.SUICIDE_REPORT, count=20)
NAME = "11503自殺通報個案.csv"


def read(rows, name: str = NAME, make=csv_table):
    table = make(rows, name)
    return read_rows(table, recognise(table), today=TODAY)


def changed(row: list[str], **cells: str) -> list[str]:
    """A row with the cells under some headers changed."""
    row = list(row)
    for header, value in cells.items():
        row[HEADERS.index(header)] = value
    return row


def codes(reading) -> list[str]:
    return [note.code for note in reading.notes]


@pytest.mark.parametrize("make", [csv_table, ods_table])
def test_good_rows_beside_bad_ones_titles_totals_and_footnotes(make):
    rows = [
        ["宜蘭縣政府衛生局", *[""] * 8],
        HEADERS,
        *ROWS[:5],
        ["X-BAD-1", *[""] * 8],
        changed(ROWS[5], 生日="999/13/45"),
        [],
        HEADERS,
        *ROWS[6:10],
        ["宜蘭市", *[""] * 8],
        ["小計", "4", *[""] * 7],
        ["合計 11 筆", *[""] * 8],
        ["承辦人：甲", "", "", "科長：乙", "", "", "", "", ""],
        ["備註：本表含個資，請妥善保管。", *[""] * 8],
    ]
    reading = read(rows, make=make)
    assert [record.record_number for record in reading.records] == [
        row[0] for row in (*ROWS[:5], *ROWS[6:10])
    ]
    assert [(fault.line, fault.code, fault.value) for fault in reading.faults] == [
        (8, "no_person", ""),
        (9, "bad_birth", "999/13/45"),
    ]
    assert reading.faults[1].column == "生日（D 欄）"
    assert "出生日期" in reading.faults[1].reason
    assert reading.faults[1].record_number == ROWS[5][0]
    assert {kind: len(lines) for kind, lines in reading.skipped.items()} == {
        SkippedKind.BLANK: 1,
        SkippedKind.REPEATED_HEADER: 1,
        SkippedKind.SECTION: 1,
        SkippedKind.TOTAL: 2,
        SkippedKind.FOOTNOTE: 2,
    }
    assert (reading.accepted, reading.refused) == (9, 2)
    assert len(reading.hashes) == 9


def test_every_field_of_a_row():
    row = changed(
        ROWS[0], 姓名="歐陽 小美（改名）", 身分證統一編號="a223456781", 生日="78/3/2", 性別="", 電話="0912-345-678、03-9322222",
        住址="宜蘭縣宜蘭市神農路一段1號3樓", 通報日期="115/3/9", 自殺原因="經濟因素",
    )  # fmt: skip
    record = read([HEADERS, row, *ROWS[1:]]).records[0]
    assert record.name.text == "歐陽小美"
    assert record.name.raw == "歐陽 小美（改名）"
    assert record.id_number is not None
    assert record.id_number.text == "A223456781"
    assert record.birth == PartialDate("78/3/2", 1989, 3, 2)
    assert record.sex is Sex.FEMALE  # from the number
    assert [phone.digits for phone in record.phones] == ["0912345678", "039322222"]
    assert record.address is not None
    assert record.address.floor == "3"
    assert record.details == {"reported_on": "115/3/9", "suicide_cause": "經濟因素"}
    assert record.line == 2
    assert record.agency is RosterCode.SUICIDE_REPORT.agency


def test_relation_household_and_names_of_others():
    headers, rows = rows_of(RosterCode.HOUSEHOLD_REGISTER)
    rows[0][headers.index("稱謂")] = "長女"
    rows[1][headers.index("稱謂")] = "外星人"
    reading = read([headers, *rows], "11503戶籍資料查詢.csv")
    assert reading.records[0].relation is Relation.CHILD
    assert reading.records[0].relation_raw == "長女"
    assert reading.records[0].household_number == "G0000000"
    assert reading.records[1].relation is None
    assert codes(reading).count("unknown_relation") == 1
    headers, rows = rows_of(RosterCode.CHILD_OUTREACH)
    record = read([headers, *rows], "11503六歲以下.csv").records[0]
    assert record.carer_name is not None
    assert record.carer_name.text == rows[0][headers.index("主要照顧者")]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"身分證統一編號": "A123456780"}, "bad_check_digit"),
        ({"身分證統一編號": "A12345***9"}, "masked_id"),
        ({"身分證統一編號": "甲乙丙丁戊"}, "unreadable_id"),
        ({"生日": "078"}, "partial_birth"),
        ({"生日": "約五十歲"}, "unreadable_birth"),
        ({"生日": "1240316"}, "future_birth"),
        ({"生日": "1893/1/1"}, "too_old"),
        ({"生日": "115/4/2"}, "birth_after_month"),
        ({"性別": "未知數"}, "unreadable_sex"),
        ({"身分證統一編號": "A123456789", "性別": "女"}, "sex_contradicts_id"),
        ({"通報日期": "三天前"}, "unreadable_date"),
        ({"自殺原因": "天曉得"}, "unknown_code"),
        ({"姓名": "", "身分證統一編號": "A123456789"}, "no_name"),
        ({"電話": "請洽里長"}, "unreadable_phone"),
    ],
)
def test_odd_rows_are_accepted_with_a_note(cells, code):
    plain = changed(ROWS[0], 身分證統一編號="", 性別="男")
    reading = read([HEADERS, changed(plain, **cells), *ROWS[1:]])
    assert reading.refused == 0
    notes = [note for note in reading.notes if note.line == 2]
    assert [note.code for note in notes] == [code]
    assert notes[0].message
    assert notes[0].column


def test_a_birth_in_the_future_keeps_month_and_day_but_no_year():
    reading = read([HEADERS, changed(ROWS[0], 生日="1240316"), *ROWS[1:]])
    assert reading.records[0].birth == PartialDate("1240316", None, 3, 16)


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"編號": ""}, "no_record_number", "編號（A 欄）"),
        ({"編號": "－"}, "no_record_number", "編號（A 欄）"),
        ({"姓名": "", "身分證統一編號": ""}, "no_person", "姓名（B 欄）"),
        ({"姓名": "", "身分證統一編號": "甲"}, "no_person", "姓名（B 欄）"),
        ({"生日": "115/2/30"}, "bad_birth", "生日（D 欄）"),
        ({"生日": "78/13/1"}, "bad_birth", "生日（D 欄）"),
    ],
)
def test_rows_that_cannot_be_loaded(cells, code, column):
    reading = read([HEADERS, *ROWS[1:], changed(ROWS[0], **cells)])
    assert [(fault.code, fault.column, fault.line) for fault in reading.faults] == [
        (code, column, len(ROWS) + 1)
    ]
    assert reading.accepted == len(ROWS) - 1
    assert len(reading.faults[0].cells) == len(HEADERS)


def test_repeated_record_numbers():
    other = changed(ROWS[1], 編號=ROWS[0][0])
    reading = read([HEADERS, *ROWS, ROWS[0], other])
    assert reading.accepted == len(ROWS)
    assert reading.repeated == (len(ROWS) + 2,)
    assert "repeated" in codes(reading)
    fault = reading.faults[0]
    assert (fault.code, fault.line) == ("duplicate_number", len(ROWS) + 3)
    assert "第 2 列" in fault.reason
    assert fault.value == ROWS[0][0]


def test_repeats_are_found_across_sheets():
    headers, rows = rows_of(RosterCode.POLICE_VISIT)
    table = xlsx_table(
        {"甲": [headers, *rows], "乙": [headers, rows[0], ["", *rows[1][1:]]]}, "11503治安顧慮人口.xlsx"
    )
    reading = read_rows(table, recognise(table), today=TODAY)
    assert len(reading.repeated) == 1
    assert "工作表「甲」第 2 列" in next(note.message for note in reading.notes if note.code == "repeated")
    assert [fault.sheet for fault in reading.faults] == ["乙"]


def test_numbers_and_dates_of_a_workbook_are_read_as_written():
    row = list(ROWS[0])
    row[HEADERS.index("電話")] = 912345678
    row[HEADERS.index("生日")] = dt.date(1989, 3, 2)
    row[HEADERS.index("通報日期")] = 46090  # a day number whose cell lost its format
    serial = [list(r) for r in ROWS[1:]]
    for r in serial:
        r[HEADERS.index("生日")] = 32569
    table = xlsx_table({"S": [HEADERS, row, *serial]}, NAME.replace("csv", "xlsx"))
    reading = read_rows(table, recognise(table), today=TODAY)
    first = reading.records[0]
    assert first.phones[0].digits == "0912345678"
    assert first.birth is not None
    assert first.birth.date == dt.date(1989, 3, 2)
    assert first.details["reported_on"] == "46090"
    assert "unreadable_date" not in codes(reading)
    assert {r.birth.date for r in reading.records[1:] if r.birth} == {dt.date(1989, 3, 2)}


def test_a_value_merged_over_a_family_stands_in_every_row():
    address = HEADERS.index("住址")
    rows = [list(row) for row in ROWS]
    for row in rows[1:3]:
        row[address] = ""
    table = xlsx_table({"S": [HEADERS, *rows]}, "11503自殺通報.xlsx", [(1, address, 3, address)])
    reading = read_rows(table, recognise(table), today=TODAY)
    assert len({record.address.raw for record in reading.records[:3] if record.address}) == 1
    assert all(record.address for record in reading.records[:3])


def test_unknown_columns_are_kept_under_their_header():
    rows = [[*HEADERS, "社工員", "社工員", ""], *([*row, "甲", "乙", "丙"] for row in ROWS)]
    record = read(rows).records[0]
    assert record.unknown == {"社工員": "甲", "社工員（K 欄）": "乙", "L 欄": "丙"}


def test_a_text_that_looks_like_a_formula_stays_a_text():
    reading = read([HEADERS, changed(ROWS[0], 住址='=HYPERLINK("http://x")'), *ROWS[1:]])
    assert reading.records[0].address is not None
    assert reading.records[0].address.raw == '=HYPERLINK("http://x")'


def test_a_csv_cut_in_its_last_row_is_refused_as_a_whole():
    text = "\n".join(",".join(row) for row in (HEADERS, *ROWS))
    whole = read_table(text.encode(), name=NAME)
    assert read_rows(whole, recognise(whole), today=TODAY).accepted == len(ROWS)
    cut = read_table(text[:-40].encode(), name=NAME)
    with pytest.raises(FileRefused, match="truncated"):
        read_rows(cut, recognise(cut), today=TODAY)
    total = read_table((text + "\n合計 20 筆").encode(), name=NAME)
    assert read_rows(total, recognise(total), today=TODAY).accepted == len(ROWS)


def test_the_hash_is_of_the_content_not_of_its_place():
    first = read([HEADERS, *ROWS])
    order = list(reversed(range(len(HEADERS))))
    turned = read(
        [[row[i] for i in order] for row in (["民國115年3月自殺通報"] * 9, HEADERS, *reversed(ROWS))]
    )
    assert sorted(first.hashes) == sorted(turned.hashes)
    other = read([HEADERS, changed(ROWS[0], 住址="宜蘭縣羅東鎮公正路1號"), *ROWS[1:]])
    assert first.hashes[0] != other.hashes[0]
    assert first.hashes[1:] == other.hashes[1:]
    changed_case = read([HEADERS, changed(ROWS[0], 自殺原因="其他"), *ROWS[1:]])
    assert first.hashes[0] != changed_case.hashes[0]


def test_the_number_of_an_invalid_id_does_not_give_the_sex():
    reading = read([HEADERS, changed(ROWS[0], 身分證統一編號="A223456780", 性別=""), *ROWS[1:]])
    assert reading.records[0].id_number is not None
    assert reading.records[0].id_number.state is IdState.CHECK_FAILED
    assert reading.records[0].sex is None


def test_the_recognition_is_kept_with_the_reading():
    reading = read([HEADERS, *ROWS])
    assert reading.recognition.roster is RosterCode.SUICIDE_REPORT
    assert replace(reading, faults=()).refused == 0
