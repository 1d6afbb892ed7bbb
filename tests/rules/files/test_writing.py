"""What goes out: ODS, CSV and ODT that others can read, that hold no formula, and that come out the same each time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
import zipfile
from xml.etree import ElementTree

import odfdo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anwang.platform.files.ods import ColumnOut, SheetOut, formula_safe, write_csv, write_ods
from anwang.platform.files.odt import Heading, Paragraph, TableBlock, write_odt
from anwang.platform.files.tables import read_table

COLUMNS = [ColumnOut("案號"), ColumnOut("姓名", 4.5), ColumnOut("日期")]


def ods_bytes(sheets) -> bytes:
    stream = io.BytesIO()
    write_ods(stream, sheets)
    return stream.getvalue()


def test_typed_cells_come_back_as_they_were():
    row = (
        "A1",
        "=SUM(A1:A9)",
        dt.date(2026, 3, 1),
        12,
        1.5,
        True,
        None,
        dt.datetime(2026, 3, 1, 8, 30),  # noqa: DTZ001
        "  兩  空 格 ",
        "上\n下",
        '<&">',
    )
    columns = [ColumnOut(f"欄{i}") for i in range(len(row))]
    table = read_table(ods_bytes([SheetOut("名冊", columns, [row], titles=("標題一",))]), name="a.ods")
    assert table.sheets[0].rows[0] == ("標題一",)
    assert table.sheets[0].rows[1][0] == "欄0"
    assert table.sheets[0].rows[2] == row


def test_no_cell_is_a_formula():
    data = ods_bytes([SheetOut("S", COLUMNS, [("=1+1", "@SUM(1)", "-2+3")])])
    content = zipfile.ZipFile(io.BytesIO(data)).read("content.xml").decode()
    assert "table:formula" not in content
    assert content.count('office:value-type="string"') == 6


def test_the_same_input_gives_the_same_bytes_and_the_mimetype_is_first_and_plain():
    sheets = [SheetOut("S", COLUMNS, [("A1", "王", dt.date(2026, 3, 1))])]
    data = ods_bytes(sheets)
    assert data == ods_bytes(sheets)
    assert data[30:38] == b"mimetype"
    assert data[38:84] == b"application/vnd.oasis.opendocument.spreadsheet"


def test_header_is_bold_frozen_and_below_the_titles_and_widths_are_kept():
    data = ods_bytes([SheetOut("甲/乙", COLUMNS, [], titles=("一", "二")), SheetOut("甲_乙", COLUMNS, [])])
    archive = zipfile.ZipFile(io.BytesIO(data))
    settings = archive.read("settings.xml").decode()
    assert 'config:name="VerticalSplitPosition" config:type="int">3<' in settings
    assert 'config:name="VerticalSplitPosition" config:type="int">1<' in settings
    styles = archive.read("styles.xml").decode()
    assert 'style:name="header"' in styles
    assert 'fo:font-weight="bold"' in styles
    content = archive.read("content.xml").decode()
    assert 'style:column-width="4.50cm"' in content
    document = odfdo.Document(io.BytesIO(data))
    assert [table.name for table in document.body.tables] == ["甲_乙", "甲_乙_2"]


def test_every_xml_member_is_well_formed():
    nasty = "\x00\x0b\ud800\ufffe]]>&<>\"'"
    data = ods_bytes([SheetOut(nasty, [ColumnOut(nasty)], [(nasty,)], titles=(nasty,))])
    stream = io.BytesIO()
    write_odt(
        stream,
        nasty,
        [Heading(nasty), Paragraph(nasty), TableBlock([ColumnOut(nasty)], [(nasty,)])],
        header=nasty,
        footer=nasty,
    )
    for package in (data, stream.getvalue()):
        archive = zipfile.ZipFile(io.BytesIO(package))
        for name in archive.namelist():
            if name.endswith(".xml"):
                ElementTree.fromstring(archive.read(name))  # noqa: S314


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
            min_size=3,
            max_size=3,
        ),
        max_size=4,
    )
)
def test_any_text_survives_the_way_through_an_ods_member(rows):
    content = zipfile.ZipFile(io.BytesIO(ods_bytes([SheetOut("S", COLUMNS, rows)]))).read("content.xml")
    root = ElementTree.fromstring(content)  # noqa: S314
    cell = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-cell"
    space = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}s"
    count = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}c"
    found = []
    for element in list(root.iter(cell))[3:]:
        text = ""
        for part in element.iter():
            text += " " * int(part.get(count, "0")) if part.tag == space else (part.text or "")
            text += (part.tail or "") if part is not element else ""
        found.append(text)
    wanted = [text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") for row in rows for text in row]
    assert found == wanted


def test_nothing_half_written_is_left_behind(tmp_path):
    target = tmp_path / "名冊.ods"
    target.write_bytes(b"old")

    def rows():
        yield ("A1", "王", None)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_ods(target, [SheetOut("S", COLUMNS, rows())])
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["名冊.ods"]
    write_ods(target, [SheetOut("S", COLUMNS, [("A1", "王", None)])])
    assert target.read_bytes()[:2] == b"PK"


def test_an_ods_needs_a_sheet():
    with pytest.raises(ValueError, match="sheet"):
        write_ods(io.BytesIO(), [])


def test_twenty_thousand_rows_take_no_seconds():
    rows = ((f"A{i}", "宜蘭縣宜蘭市中山路二段214巷138號3樓", i) for i in range(20_000))
    started = time.process_time()
    ods_bytes([SheetOut("S", COLUMNS, rows)])
    assert time.process_time() - started < 3  # 0.3 s alone on a desk; odfpy takes 15 to 22 s


@pytest.mark.parametrize("text", ["=1+1", "+886912345678", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1"])
def test_csv_marks_what_a_spreadsheet_would_run(text):
    assert formula_safe(text) == "'" + text


@pytest.mark.parametrize("text", ["王小明", "0912-345-678", "", "a=1", "'=1"])
def test_csv_leaves_other_texts(text):
    assert formula_safe(text) == text


def test_csv_has_a_mark_and_escapes_headers_and_cells():
    stream = io.BytesIO()
    write_csv(stream, ["案號", "=x"], [("A1", "=1+1"), (-5, dt.date(2026, 3, 1)), (None, '引"號,逗')])
    data = stream.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == [
        ["案號", "'=x"],
        ["A1", "'=1+1"],
        ["-5", "2026-03-01"],
        ["", '引"號,逗'],
    ]


def test_odt_has_title_text_table_with_repeated_header_language_and_page():
    stream = io.BytesIO()
    write_odt(
        stream,
        "共案名單",
        [
            Heading("一、說明"),
            Paragraph("第一段\n第二段"),
            TableBlock(COLUMNS, [("A1", "王小明", dt.date(2026, 3, 1))]),
        ],
        header="宜蘭縣政府",
        footer="密",
    )
    document = odfdo.Document(io.BytesIO(stream.getvalue()))
    assert document.body.tables[0].get_values()[1] == ["A1", "王小明", "2026-03-01"]
    assert [heading.text_recursive for heading in document.body.headers] == ["一、說明"]
    assert [p.text_recursive for p in document.body.paragraphs][:3] == ["共案名單", "第一段", "第二段"]
    archive = zipfile.ZipFile(io.BytesIO(stream.getvalue()))
    content, styles = archive.read("content.xml").decode(), archive.read("styles.xml").decode()
    assert "<table:table-header-rows>" in content
    assert 'fo:page-width="21cm" fo:page-height="29.7cm"' in styles
    assert 'fo:language="zh" fo:country="TW"' in styles
    assert "宜蘭縣政府" in styles
    assert "text:page-number" in styles
    first = stream.getvalue()
    stream = io.BytesIO()
    write_odt(stream, "橫", [], landscape=True)
    assert 'fo:page-width="29.7cm"' in zipfile.ZipFile(stream).read("styles.xml").decode()
    assert first[30:38] == b"mimetype"
