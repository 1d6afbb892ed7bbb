"""The refused rows that go back to the sender."""

from __future__ import annotations

import datetime as dt
import io

from anwang.agencies.models import Unit
from anwang.people.rosters.models import RosterReceipt, RosterRemark
from anwang.people.rosters.refusals import refusals_file_name, write_refusals
from anwang.people.rosters.remarks import recognition_json, row_remarks
from anwang.people.rosters.rows import read_rows
from anwang.platform.files.tables import read_table
from anwang.standard.codes import RosterCode

from .made import csv_table, recognise, rows_of, xlsx_table

TODAY = dt.date(2026, 4, 5)


def written(table):
    reading = read_rows(table, recognise(table), today=TODAY)
    found = reading.recognition
    receipt = RosterReceipt(  # as a load would keep it; nothing is saved
        pk=1,
        file_name=table.name,
        roster=found.roster,
        period=found.period.first_day,
        recognition=recognition_json(found),
    )
    remarks = row_remarks(reading, receipt, Unit(pk=1))
    refused = [remark for remark in remarks if remark.kind == RosterRemark.Kind.REFUSED]
    stream = io.BytesIO()
    write_refusals(stream, receipt, refused)
    return read_table(stream.getvalue(), name="退回.ods"), reading


def test_the_columns_as_received_with_line_column_reason_and_value():
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    bad = list(rows[0])
    bad[headers.index("生日")] = "999/13/45"
    bad[headers.index("住址")] = "=1+1"
    back, _ = written(csv_table([["標題"], headers, *rows[1:], bad, ["X-BAD-1"]], "11503自殺通報.csv"))
    found = back.sheets[0].rows
    assert "退回 2 列" in str(found[0][0])
    assert "11503自殺通報.csv" in str(found[1][0])
    assert found[2] == ("檔案列號", "欄位", "原因", "收到的值", *headers)
    assert found[3][0] == len(rows) + 2
    assert found[3][1] == "生日（D 欄）"
    assert "出生日期不可能" in str(found[3][2])
    assert found[3][3:] == ("999/13/45", *[cell or None for cell in bad])[: len(found[3]) - 3]
    assert "=1+1" in found[3]
    assert found[4][:2] == (len(rows) + 3, "姓名（B 欄）")


def test_a_sheet_for_each_sheet_with_faults_and_an_empty_one_when_there_is_none():
    headers, rows = rows_of(RosterCode.POLICE_VISIT)
    good = xlsx_table({"甲": [headers, *rows]}, "11503治安顧慮人口.xlsx")
    back, reading = written(good)
    assert reading.refused == 0
    assert len(back.sheets) == 1
    assert len(back.sheets[0].rows) == 3
    second = [[f"B{row[0]}", *row[1:]] for row in rows]
    mixed = xlsx_table(
        {
            "甲": [headers, *rows],
            "乙": [headers, *second, ["B1"]],
            "丙": [headers, *([f"C{r[0]}", *r[1:]] for r in rows), ["C1"]],
        },
        "11503治安顧慮人口.xlsx",
    )
    back, reading = written(mixed)
    assert [sheet.name for sheet in back.sheets] == ["乙", "丙"]
    assert reading.refused == 2


def test_what_was_refused_can_be_corrected_and_sent_again():
    """The file that goes back is itself a roster: with the cell put right it loads."""
    headers, rows = rows_of(RosterCode.SUICIDE_REPORT)
    bad = list(rows[0])
    bad[headers.index("生日")] = "999/13/45"
    back, _ = written(csv_table([headers, *rows[1:], bad], "11503自殺通報.csv"))
    corrected = [list(row) for row in back.sheets[0].rows]
    corrected[3] = ["0780302" if cell == "999/13/45" else cell for cell in corrected[3]]
    table = xlsx_table({"S": corrected}, "11503自殺通報_退回.xlsx")
    reading = read_rows(table, recognise(table), today=TODAY)
    assert [record.record_number for record in reading.records] == [rows[0][0]]


def test_file_name():
    assert refusals_file_name("11503名冊.xlsx", dt.date(2026, 4, 2)) == "11503名冊_退回_1150402.ods"
