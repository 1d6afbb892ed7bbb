"""The text of documents: what a person would read, in the order of reading; bad files are refused with a reason."""

from __future__ import annotations

import io
import time
import zlib

import pytest
import xlsxwriter

from anwang.platform.files.document_text import DocumentLimits, document_text
from anwang.platform.files.ods import ColumnOut, SheetOut, write_ods
from anwang.platform.files.odt import Heading, Paragraph, TableBlock, write_odt
from anwang.platform.files.refused import FileRefused

from . import attached as made

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(*pages: str) -> bytes:
    """A PDF with a text layer: one composite font with a ToUnicode table, a page for each text."""
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def stream(body: bytes) -> bytes:
        packed = zlib.compress(body)
        return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)

    letters = sorted(set("".join(pages)) - {"\n"})
    chars = b"".join(b"<%04X> <%04X>\n" % (ord(c), ord(c)) for c in letters)
    cmap = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange %d beginbfchar\n%sendbfchar endcmap end"
        % (len(letters), chars)
    )
    unicode = add(stream(cmap))
    descriptor = add(
        b"<< /Type /FontDescriptor /FontName /Test /Flags 4 /Ascent 800 /Descent -200 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /CapHeight 700 /StemV 80 >>"
    )
    child = add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /DW 1000 >>"
        % descriptor
    )
    font = add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>"
        % (child, unicode)
    )
    parent, kids = len(objects) + 2 * len(pages) + 1, []
    for page in pages:
        lines = b" ".join(
            b"<%s> Tj 0 -20 Td" % line.encode("utf-16-be").hex().encode() for line in page.split("\n") if line
        )
        content = add(stream(b"BT /F1 12 Tf 72 700 Td " + lines + b" ET"))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 %d 0 R >> >> >>"
                % (parent, content, font)
            )
        )
    add(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids)))
    root = add(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, root, len(out))
    )


FORM = [Heading("通報單"), Paragraph("案情：鄰居聽見哭聲。\n第二段"), TableBlock([ColumnOut("欄位", 3.0), ColumnOut("內容", 6.0)], [["姓名", "林小安"], ["電話", "0912-345678"]])]  # fmt: skip


def test_an_odt_gives_its_paragraphs_and_its_table_rows() -> None:
    stream = io.BytesIO()
    write_odt(stream, "兒少保護通報單", FORM)
    assert document_text(stream.getvalue()).text.split("\n") == [
        "兒少保護通報單", "通報單", "案情：鄰居聽見哭聲。", "第二段", "欄位\t內容", "姓名\t林小安", "電話\t0912-345678",
    ]  # fmt: skip


def test_an_odt_keeps_spaces_and_leaves_out_what_was_deleted() -> None:
    head = b'<?xml version="1.0"?><o:d xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    body = '<t:tracked-changes><t:p>刪掉的</t:p></t:tracked-changes><t:p>姓名<t:s t:c="3"/>林<t:span>小安</t:span><t:tab/>女<t:line-break/>電話</t:p>'
    content = head + body.encode() + b"</o:d>"
    assert document_text(made.odf(content=content)).text == "姓名   林小安\t女\n電話"


def test_a_docx_gives_runs_tables_and_no_deleted_words() -> None:
    body = (
        f'<?xml version="1.0"?><w:document {W}><w:body><w:p><w:r><w:t>個案</w:t></w:r><w:r><w:t>姓名：林小安</w:t></w:r>'
        "<w:del><w:r><w:t>錯字</w:t></w:r></w:del></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>電話</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>0912345678</w:t></w:r></w:p><w:p><w:r><w:t>039123456</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "</w:body></w:document>"
    ).encode()
    text = document_text(made.docx(**{"word/document.xml": body})).text
    assert text == "個案姓名：林小安\n電話\t0912345678 039123456"


def test_sheets_give_rows_of_cells() -> None:
    ods, xlsx = io.BytesIO(), io.BytesIO()
    write_ods(
        ods, [SheetOut("通報", [ColumnOut("姓名", 3.0), ColumnOut("電話", 3.0)], [["林小安", "0912345678"]])]
    )
    assert document_text(ods.getvalue()).text == "姓名\t電話\n林小安\t0912345678"
    with xlsxwriter.Workbook(xlsx) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "", "電話"])
        sheet.write_row(2, 0, ["林小安", "", "0912345678"])
    assert document_text(xlsx.getvalue()).text == "姓名\t\t電話\n林小安\t\t0912345678"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5"])
def test_text_in_any_encoding(encoding: str) -> None:
    data = "案情：鄰居聽見哭聲，\r\n電話：0912345678\r\n".encode(encoding)
    assert document_text(data).text == "案情：鄰居聽見哭聲，\n電話：0912345678"


def test_a_pdf_gives_its_text_and_says_which_pages_are_pictures() -> None:
    found = document_text(pdf("通報單\n姓名：林小安", "", "電話：0912345678"))
    assert "姓名：林小安" in found.text
    assert "電話：0912345678" in found.text
    assert found.notes == ("第 2 頁是影像，沒有文字可以讀取。",)


BAD = {
    "scanned": (pdf("", ""), "no_text_layer", "掃描"),
    "photo": (made.jpeg(), "no_text", "附件"),
    "pdf without objects": (b"%PDF-1.4\nnothing here\n%%EOF\n", "damaged", "直接貼上"),
    "pdf loop": (made.PDF.replace(b"/Kids []", b"/Kids [2 0 R]"), "damaged", "直接貼上"),
    "docx cut in its text": (made.docx(**{"word/document.xml": f'<?xml version="1.0"?><w:document {W}><w:body><w:p>'.encode()}), "damaged", "直接貼上"),
    "docx with a lone cell": (made.docx(**{"word/document.xml": f'<?xml version="1.0"?><w:document {W}></w:x>'.encode()}), "damaged", "直接貼上"),
    "empty document": (made.odf(content=b'<?xml version="1.0"?><a/>'), "empty", "沒有文字"),
    "program": (b"MZ\0\0" * 10, "program", "程式檔"),
    "zip": (made.zip_of({"a.txt": b"x"}), "packed", "壓縮檔"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_refused_with_a_way_out(case: str) -> None:
    data, code, says = BAD[case]
    started = time.monotonic()
    with pytest.raises(FileRefused) as caught:
        document_text(data)
    assert (caught.value.code, says in caught.value.message_zh) == (code, True), caught.value.message_zh
    assert time.monotonic() - started < 60


def test_bounds_hold() -> None:
    with pytest.raises(FileRefused, match="too_large"):
        document_text(b"x" * 100, DocumentLimits(size=10))
    with pytest.raises(FileRefused, match="too_long"):
        document_text("字".encode() * 100, DocumentLimits(characters=50))
    with pytest.raises(FileRefused, match="too_long"):
        document_text(pdf("一", "二"), DocumentLimits(pages=1))
    with pytest.raises(FileRefused, match="too_heavy"):
        document_text(pdf("一"), DocumentLimits(wall_seconds=0))
