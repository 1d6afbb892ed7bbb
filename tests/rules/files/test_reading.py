"""Honest files of every kind come out as they went in."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
import xlsxwriter

from anwang.platform.files.kinds import FileKind
from anwang.platform.files.ods import ColumnOut, SheetOut, write_ods
from anwang.platform.files.refused import FileRefused
from anwang.platform.files.sheet import MergedRange, cell_text, column_letter
from anwang.platform.files.tables import read_table

from .hostile import ods, text_row, xlsx

FIXTURES = Path(__file__).parent / "fixtures"
ROWS = (("案號", "姓名", "電話"), ("A1", "王小明", "0912345678"), ("A2", "林美", ""))


def as_text(rows: tuple[tuple[object, ...], ...], sign: str = ",", end: str = "\r\n") -> str:
    return "".join(sign.join(str(cell) for cell in row) + end for row in rows)


@pytest.mark.parametrize(
    ("encoding", "mark", "label"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("cp950", b"", "big5"),
    ],
)
@pytest.mark.parametrize("sign", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_in_every_encoding_delimiter_and_line_end(encoding, mark, label, sign, end):
    table = read_table(mark + as_text(ROWS, sign, end).encode(encoding), name="名冊.csv")
    assert table.kind is FileKind.CSV
    assert table.encoding == label
    assert table.delimiter == sign
    assert table.sheets[0].rows == ROWS
    assert table.notes == ()


def test_quoted_breaks_blank_lines_and_stray_quotes_keep_the_row_numbers_of_a_spreadsheet():
    text = '案號,姓名,備註\r\n\r\nA1,王小明,"第一行\n第二行, ""引號"""\r\nA2,林美,12"管線\r\n'
    rows = read_table(text.encode(), name="a.csv").sheets[0].rows
    assert rows[1] == ()
    assert rows[2] == ("A1", "王小明", '第一行\n第二行, "引號"')
    assert rows[3] == ("A2", "林美", '12"管線')


def test_big5_with_eten_and_hkscs_characters_and_private_ones():
    body = (
        "案號,姓名\r\nA1,".encode("cp950")
        + "陳".encode("cp950")
        + b"\xf9\xd6"
        + b"\r\nA2,\x81\x40\r\nA3,\xc7\xf3\r\n"
    )
    body += (
        "A4,游錫".encode("cp950") + "堃".encode("big5hkscs") + "\r\nA5,王小明先生家庭狀況\r\n".encode("cp950")
    )
    table = read_table(body, name="a.csv")
    rows = table.sheets[0].rows
    assert rows[1] == ("A1", "陳碁")
    assert rows[2] == ("A2", "\ueeb8")  # a private character, where Windows puts it
    assert rows[3] == ("A3", "⑴")
    assert rows[4] == ("A4", "游錫堃")
    assert any("造字" in note for note in table.notes)


def test_xlsx_keeps_types_and_shows_numbers_as_people_read_them():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("名冊")
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet.merge_range(0, 0, 0, 3, "標題")
    sheet.write_row(2, 0, ["案號", "電話", "日期", "金額"])
    sheet.write(3, 0, "A1")
    sheet.write_number(3, 1, 941427571)
    sheet.write_datetime(3, 2, dt.datetime(2026, 3, 5), day)  # noqa: DTZ001
    sheet.write_number(3, 3, 1234.5)
    sheet.write_string(4, 0, "=1+1")
    sheet.write_formula(4, 1, "=SUM(1,2)", None, 3)
    sheet.write_boolean(4, 2, True)
    book.add_worksheet("隱藏").hide()
    book.close()
    table = read_table(stream.getvalue(), name="名冊.xlsx")
    first = table.sheets[0]
    assert first.merged == (MergedRange(0, 0, 0, 3),)
    assert first.rows[1] == ()
    assert first.rows[3] == ("A1", 941427571, dt.date(2026, 3, 5), 1234.5)
    assert first.rows[4] == ("=1+1", 3, True)
    assert [cell_text(cell) for cell in first.rows[3]] == ["A1", "941427571", "2026-03-05", "1234.5"]
    assert table.sheets[1].is_hidden


def test_a_sheet_that_begins_further_down_and_right_keeps_its_lines_and_columns():
    data = xlsx(b'<row r="4"><c r="C4" t="inlineStr"><is><t>x</t></is></c></row>')
    assert read_table(data, name="a.xlsx").sheets[0].rows == ((), (), (), (None, None, "x"))


def test_xls():
    table = read_table(FIXTURES / "dropout.xls")
    assert table.kind is FileKind.XLS
    sheet = table.sheets[0]
    assert sheet.rows[1][:3] == ("編號", "學生姓名", "身分證字號")
    assert sheet.rows[2][3] == dt.date(2010, 3, 4)
    assert sheet.rows[2][5] == 912345678
    assert sheet.merged == (MergedRange(0, 0, 0, 6),)


def test_ods_merges_are_found_though_the_library_does_not_report_them():
    rows = (
        "<table:table-row table:number-rows-repeated='2'><table:table-cell/></table:table-row>"
        "<table:table-row><table:table-cell table:number-columns-repeated='2'/>"
        "<table:table-cell table:number-rows-spanned='2' office:value-type='string'><text:p>住址</text:p></table:table-cell>"
        "</table:table-row><table:table-row><table:table-cell table:number-columns-repeated='2'/>"
        "<table:covered-table-cell/><table:table-cell office:value-type='string'><text:p>甲</text:p></table:table-cell></table:table-row>"
    )
    sheet = read_table(ods(rows), name="a.ods").sheets[0]
    assert sheet.merged == (MergedRange(2, 2, 3, 2),)
    assert sheet.rows[2] == (None, None, "住址")
    assert sheet.rows[3] == (None, None, None, "甲")


def test_the_kind_comes_from_the_content_and_a_wrong_extension_is_noted():
    stream = io.BytesIO()
    write_ods(stream, [SheetOut("S", [ColumnOut("甲"), ColumnOut("乙")], [("1", "2")])])
    table = read_table(stream.getvalue(), name="名冊.csv")
    assert table.kind is FileKind.ODS
    assert "副檔名 .csv" in table.notes[0]
    assert "ODS" in table.notes[0]
    assert "沒有副檔名" in read_table(b"a,b\n1,2\n", name="roster").notes[0]


def test_hash_and_size_are_of_the_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    table = read_table(path)
    assert (table.name, table.size) == ("a.csv", 8)
    assert table.sha256 == "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470"
    assert table.sha256 == read_table(str(path)).sha256 == read_table(b"a,b\n1,2\n").sha256


def test_a_last_row_without_end_and_with_fewer_columns_is_marked():
    assert read_table(b"a,b,c\n1,2,3\n4,5,6\n7,8", name="a.csv").sheets[0].is_cut_off
    assert not read_table(b"a,b,c\n1,2,3\n4,5,6\n7,8\n", name="a.csv").sheets[0].is_cut_off
    assert not read_table(b"a,b,c\n1,2,3\n4,5,6\n7,8,9", name="a.csv").sheets[0].is_cut_off


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(index, letters):
    assert column_letter(index) == letters


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("  甲 ", "甲"),
        (True, "是"),
        (9.41427571e8, "941427571"),
        (1e20, "100000000000000000000"),
        (dt.datetime(2026, 3, 1, 8, 30), "2026-03-01 08:30:00"),  # noqa: DTZ001
        (dt.time(8, 30), "08:30:00"),
    ],
)
def test_cell_text(cell, text):
    assert cell_text(cell) == text


def test_an_unknown_file_is_refused_without_a_traceback(tmp_path):
    with pytest.raises(FileRefused, match="unreadable"):
        read_table(tmp_path / "missing.csv")


def test_a_workbook_without_rows_is_empty():
    with pytest.raises(FileRefused, match="empty"):
        read_table(xlsx(b""), name="a.xlsx")
    assert read_table(xlsx(text_row(1, "甲")), name="a.xlsx").sheets[0].rows == (("甲",),)
