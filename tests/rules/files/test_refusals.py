"""Files that attack, or came broken, are refused with a clear message, quickly and in bounded memory."""

from __future__ import annotations

import io
import os
import random
import struct
import time
import zipfile
import zlib

import pytest

from anwang.platform.files.ods import ColumnOut, SheetOut, write_ods
from anwang.platform.files.refused import MEGABYTE, FileLimits, FileRefused
from anwang.platform.files.tables import read_table

from .hostile import ODS_HEAD, SHEET, ods, text_row, xlsx, zip_of

GOOD_ROWS = b"".join(text_row(i, f"A{i}", "王小明", "0912345678") for i in range(1, 400))


def refusal(data, name: str = "a.xlsx", limits: FileLimits | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_table(data, name=name, **({"limits": limits} if limits else {}))
    assert caught.value.message_zh
    return caught.value


def test_a_file_of_a_gigabyte_is_refused_without_being_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(1024 * MEGABYTE)  # sparse: takes no room on the disk
    started = time.process_time()
    refused = refusal(path)
    assert refused.code == "too_large"
    assert "1,024 MB" in refused.message_zh
    assert time.process_time() - started < 0.5


def test_too_many_bytes_in_memory_are_refused():
    assert refusal(b"a,b\n" * 100, limits=FileLimits(size=100)).code == "too_large"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_hang(tmp_path):
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    assert refusal(path).code == "unreadable"


def test_a_folder_is_refused(tmp_path):
    assert refusal(tmp_path).code == "unreadable"


@pytest.mark.parametrize("data", [b"", b"\n\r\n \t", b"\0\0\0"])
def test_empty_files(data):
    assert refusal(data, "a.csv").code == "empty"


def test_garbage_is_refused_whatever_its_extension():
    noise = random.Random(5).randbytes(5000)
    for name in ("a.csv", "a.xlsx", "a.ods", "a.xls"):
        assert refusal(b"\x07" + noise, name).code == "not_a_table"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "圖片"),
        (b"Rar!\x1a\x07....", "RAR"),
        (b"7z\xbc\xaf\x27\x1c...", "7z"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "網頁"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "XML"),
        (zip_of({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}), "Word"),
        (zip_of({"名冊.csv": b"a,b"}), "解壓縮"),
        (
            zip_of({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
            "不是試算表",
        ),
        (zip_of({"xl/workbook.bin": b"1"}), "XLSB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "Word"),
    ],
)
def test_other_kinds_of_files_are_called_by_their_name(data, words):
    refused = refusal(data)
    assert refused.code == "not_a_table"
    assert words in refused.message_zh


def test_text_that_begins_like_a_program_is_still_text():
    assert read_table(b"MZ,name\n1,2\n", name="a.csv").sheets[0].rows[0] == ("MZ", "name")


def test_encrypted_files():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert refusal(ole).code == "encrypted"
    manifest = b'<?xml version="1.0"?><m><encryption-data/></m>'
    assert refusal(ods("", **{"META-INF/manifest.xml": manifest})).code == "encrypted"
    data = bytearray(xlsx(GOOD_ROWS))
    at = data.find(b"PK\x01\x02")
    while at >= 0:  # set the flag of every entry, as an encrypted zip has it
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    assert refusal(bytes(data)).code == "encrypted"


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_workbooks_cut_off(keep):
    for data in (xlsx(GOOD_ROWS), _ods_file()):
        assert refusal(data[: int(len(data) * keep)]).code in ("truncated", "damaged")


def test_an_xls_cut_in_half_is_refused():
    from pathlib import Path

    data = (Path(__file__).parent / "fixtures" / "dropout.xls").read_bytes()
    assert refusal(data[: len(data) // 2], "a.xls").code in ("damaged", "truncated")


def test_a_flipped_byte_inside_a_member_is_found():
    data = bytearray(_ods_file())
    at = data.find(b"content.xml") + 200
    data[at] ^= 0xFF
    assert refusal(bytes(data)).code == "truncated"


def test_a_zip_bomb_by_ratio_and_by_sum():
    zeros = b"<worksheet>" + b" " * (40 * MEGABYTE)
    refused = refusal(xlsx(b"", **{"xl/worksheets/sheet2.xml": zeros}))
    assert refused.code == "zip_bomb"
    assert "壓縮比" in refused.message_zh
    many = {
        f"xl/media/{i}.xml": b"<a>" + random.Random(i).randbytes(1000).hex().encode() * 1000 for i in range(4)
    }
    assert refusal(xlsx(b"", **many), limits=FileLimits(unpacked_size=4 * MEGABYTE)).code == "zip_bomb"


def test_a_zip_of_very_many_members():
    assert refusal(xlsx(b"", **{f"xl/x{i}.xml": b"<a/>" for i in range(2100)})).code == "zip_bomb"


def test_members_that_share_the_same_bytes():
    """Entries of the directory that all point at one member (Fifield's bomb)."""
    data = xlsx(GOOD_ROWS)
    directory = data.find(b"PK\x01\x02")
    end = data.rfind(b"PK\x05\x06")
    entries = data[directory:end]
    doubled = entries + entries.replace(b"sheet1.xml", b"sheet9.xml").replace(
        b"workbook.xml", b"workbooj.xml"
    ).replace(b"[Content_Types]", b"[Content_Typez]").replace(b"_rels/.rels", b"_relz/.rels").replace(
        b"xl/_rels", b"xl/_relz"
    )
    count = struct.unpack("<H", data[end + 10 : end + 12])[0] * 2
    tail = b"PK\x05\x06\0\0\0\0" + struct.pack("<HHIIH", count, count, len(doubled), directory, 0)
    assert refusal(data[:directory] + doubled + tail).code in ("zip_bomb", "damaged")


def test_a_member_that_is_longer_than_it_claims():
    """The directory says 10 bytes; the data unpacks to far more."""
    data = bytearray(xlsx(GOOD_ROWS))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        name = bytes(data[at + 46 : at + 46 + struct.unpack("<H", data[at + 28 : at + 30])[0]])
        if name.endswith(b"sheet1.xml"):
            data[at + 24 : at + 28] = struct.pack("<I", 10)
        at = data.find(b"PK\x01\x02", at + 4)
    assert refusal(bytes(data)).code == "truncated"


def test_an_archive_inside():
    assert refusal(xlsx(b"", **{"xl/embeddings/b.xlsx": xlsx(b"")})).code == "nested_archive"
    assert (
        refusal(xlsx(b"", **{"xl/media/image1.png": zlib.compress(b"1") and b"\x1f\x8b\x08rest"})).code
        == "nested_archive"
    )


XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet/>'


@pytest.mark.parametrize(
    "member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels", "docProps/core.xml"]
)
@pytest.mark.parametrize("xml", [XXE, LAUGHS, XXE.decode().encode("utf-16"), b"<!-- x -->" * 2000 + XXE[21:]])
def test_a_document_type_in_any_member_is_refused(member, xml):
    refused = refusal(xlsx(GOOD_ROWS, **{member: xml}))
    assert refused.code == "xml_dtd"
    assert "passwd" not in refused.message_zh


def test_a_document_type_in_an_ods():
    head = ODS_HEAD.replace(
        "<office:document-content",
        '<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd"><office:document-content',
        1,
    )
    assert refusal(ods("", head=head)).code == "xml_dtd"


def test_a_prolog_without_end_is_refused():
    assert refusal(
        xlsx(b"", **{"xl/styles.xml": b"<?xml version='1.0'?>" + b"<!-- a -->" * 300_000})
    ).code in (
        "damaged",
        "zip_bomb",
    )


def test_broken_xml_is_refused():
    assert refusal(xlsx(b"", **{"xl/workbook.xml": b"not xml"})).code == "damaged"
    assert refusal(xlsx(b"<row><c><v>")).code == "damaged"


def test_a_cell_at_the_far_corner_does_not_take_the_memory():
    corner = (
        text_row(1, "案號") + b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    started = time.process_time()
    assert refusal(xlsx(corner)).code in ("too_heavy", "too_many_columns", "too_many_rows")
    assert time.process_time() - started < 60


def test_repeated_rows_and_columns_of_an_ods_do_not_take_the_memory():
    cell = "<table:table-cell table:number-columns-repeated='16384' office:value-type='string'><text:p>x</text:p></table:table-cell>"
    wide = f"<table:table-row table:number-rows-repeated='1048576'>{cell}</table:table-row>"
    started = time.process_time()
    assert refusal(ods(wide)).code in ("too_heavy", "damaged")
    assert time.process_time() - started < 60


def test_limits_of_rows_columns_cells_and_sheets():
    rows = b"".join(text_row(i, "a", "b", "c") for i in range(1, 40))
    assert refusal(xlsx(rows), limits=FileLimits(rows=20)).code == "too_many_rows"
    assert refusal(xlsx(rows), limits=FileLimits(columns=2)).code == "too_many_columns"
    assert refusal(xlsx(rows), limits=FileLimits(cells=60)).code == "too_many_cells"
    assert refusal(xlsx(rows), limits=FileLimits(sheets=0)).code == "too_many_sheets"
    text = b"a,b,c\n" * 40
    assert refusal(text, "a.csv", FileLimits(rows=20)).code == "too_many_rows"
    refused = refusal(text, "a.csv", FileLimits(columns=2))
    assert refused.code == "too_many_columns"
    assert "第 1 列" in refused.message_zh


def test_a_parser_that_takes_too_long_is_stopped():
    refused = refusal(xlsx(GOOD_ROWS), limits=FileLimits(wall_seconds=0))
    assert refused.code == "too_heavy"


def test_a_parser_that_takes_too_much_memory_is_stopped():
    sparse = text_row(1, "案號") + b'<row r="900000"><c r="Z900000" t="inlineStr"><is><t>x</t></is></c></row>'
    assert refusal(xlsx(sparse), limits=FileLimits(memory=300 * MEGABYTE)).code == "too_heavy"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("案號,姓名\nA1,王小明\nA2,".encode() + b"\xe6\x9e" + "\nA3,陳\n".encode(), "第 3 行第 4 個字"),
        (b"\xef\xbb\xbf" + "案號,姓名\nA1,王".encode() + b"\xff" + b",\n", "第 2 行第 5 個字"),
        (
            "案號,姓名,地址\nA1,王小明,宜蘭縣\nA2,林".encode("cp950")
            + b"\xa4\x20"
            + ",羅東鎮\n".encode("cp950"),
            "第 3 行第 5 個字",
        ),
    ],
)
def test_broken_encodings_name_line_and_column(data, place):
    refused = refusal(data, "a.csv")
    assert refused.code == "encoding"
    assert place in refused.message_zh


@pytest.mark.parametrize("encoding", ["utf-8", "cp950", "utf-8-sig"])
def test_text_cut_inside_a_character(encoding):
    data = ("案號,姓名,地址\n" + "A1,王小明,宜蘭縣宜蘭市中山路\n" * 20).encode(encoding)
    assert refusal(data[:-2], "a.csv").code == "truncated"


def test_an_encoding_that_is_none_of_ours():
    text = "编号,姓名,地址\n" + "A1,张伟龙,北京市朝阳区东风乡辛庄村驼房营路\n" * 30
    assert refusal(text.encode("gb18030"), "a.csv").code == "encoding"


def test_an_open_quote_names_its_row():
    text = '案號,姓名\nA1,王\nA2,"林\n' + "A3,陳\n" * 200
    refused = refusal(text.encode(), "a.csv")
    assert refused.code == "quotes"
    assert "第 3 列" in refused.message_zh
    assert refusal('案號,姓名\nA1,王\nA2,"林\n'.encode(), "a.csv").code == "quotes"


def test_duplicate_member_names_are_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<t/>")
        archive.writestr("xl/workbook.xml", b"<t/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", SHEET)
    assert refusal(stream.getvalue()).code == "damaged"


def _ods_file() -> bytes:
    stream = io.BytesIO()
    rows = [(f"A{i}", "王小明", random.Random(i).randbytes(8).hex()) for i in range(300)]
    write_ods(stream, [SheetOut("S", [ColumnOut("a"), ColumnOut("b"), ColumnOut("c")], rows)])
    return stream.getvalue()
