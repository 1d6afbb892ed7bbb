"""What may be attached, what may not, and what the sender is told."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.attachments import AttachmentLimits, checked_attachment, clean_name
from anwang.platform.files.attached_kinds import AttachedKind
from anwang.platform.files.ods import ColumnOut, SheetOut, write_ods
from anwang.platform.files.odt import Paragraph, write_odt
from anwang.platform.files.refused import FileRefused

from . import attached as made
from .hostile import zip_of

GOOD = {
    "報告.pdf": (made.PDF, "application/pdf"),
    "傷勢.jpg": (made.jpeg(), "image/jpeg"),
    "傷勢.JPEG": (made.jpeg(tiff=made.exif(gps=False)), "image/jpeg"),
    "現場.png": (made.png(), "image/png"),
    "IMG_0001.HEIC": (made.heic(), "image/heic"),
    "個案.docx": (made.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "名冊.xlsx": (made.xlsx_plain(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "個案.odt": (made.odf(), "application/vnd.oasis.opendocument.text"),
    "名冊.ods": (made.odf(b"spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    "紀錄.txt": (made.TEXT, "text/plain"),
    "名單.csv": ("姓名,電話\n王小明,0912345678\n".encode("big5"), "text/plain"),
    "通話.wav": (made.WAV, "audio/wav"),
    "通話.mp3": (made.MP3, "audio/mpeg"),
    "通話.m4a": (made.mp4(b"soun"), "audio/mp4"),
}


def check(name: str, data: bytes, **limits: object):
    return checked_attachment(name, io.BytesIO(data), limits=AttachmentLimits(**limits))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_is_taken_as_what_it_is(name: str) -> None:
    data, media_type = GOOD[name]
    found = check(name, data)
    assert (found.name, found.media_type, found.size, found.content) == (name, media_type, len(data), data)
    assert not found.has_location
    assert found.notes == ()


def test_documents_that_we_write_ourselves_are_taken() -> None:
    text, sheet = io.BytesIO(), io.BytesIO()
    write_odt(text, "通報單", [Paragraph("林小安")])
    write_ods(sheet, [SheetOut("名冊", [ColumnOut("姓名", 3.0)], [["林小安"]])])
    assert check("a.odt", text.getvalue()).kind is AttachedKind.ODT
    assert check("a.ods", sheet.getvalue()).kind is AttachedKind.ODS


BAD: dict[str, tuple[str, bytes, str, str]] = {
    # case: name, content, code, what the sender reads
    "empty": ("a.pdf", b"", "empty", "空的"),
    "only zeros": ("a.txt", b"\0" * 100, "empty", "空的"),
    "program": ("a.pdf", b"MZ\x90\0\3\0\0\0" + b"\0" * 100, "program", "程式檔"),
    "elf": ("a.jpg", b"\x7fELF\2\1\1\0" + b"\0" * 60, "program", "程式檔"),
    "shell script": ("a.txt", b"#!/bin/sh\nrm -rf /\n", "program", "程式檔"),
    "renamed program": ("報告.exe", made.PDF, "name_disagrees", ".exe"),
    "another kind's name": ("報告.jpg", made.PDF, "name_disagrees", "PDF"),
    "a page": ("a.txt", b"<!DOCTYPE html><p>x", "page", "網頁"),
    "a page by another name": ("a.html", b"<html></html>", "page", "網頁"),
    "svg": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "page", "SVG"),
    "svg behind a declaration": ("a.txt", b'\xef\xbb\xbf <?xml version="1.0"?><svg/>', "page", "SVG"),
    "script inside text": ("a.txt", "說明\n<script>alert(1)</script>".encode(), "page", "網頁"),
    "zip": ("a.docx", zip_of({"a.txt": b"x"}), "packed", "壓縮檔"),
    "rar": ("a.pdf", b"Rar!\x1a\7\0" + b"\0" * 20, "packed", "壓縮檔"),
    "old word": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_office", "DOCX"),
    "rtf": ("a.txt", b"{\\rtf1 x}", "page", "PDF"),
    "gif": ("a.jpg", b"GIF89a\1\0\1\0\0\0\0;", "other_kind", "GIF"),
    "film": ("a.m4a", made.mp4(b"vide"), "video", "影片"),
    "film by its own name": ("a.mp4", made.mp4(b"vide", b"isom"), "video", "影片"),
    "binary of no kind": ("a.txt", bytes(range(256)) * 20, "unknown", "可以上傳"),
    "text in no encoding": ("a.txt", b"\xff\xfa\xfb abc\xff\xff" * 30, "encoding", "UTF-8"),
    # PDF
    "pdf cut off": ("a.pdf", made.PDF[:-20], "truncated", "不完整"),
    "pdf with a password": ("a.pdf", made.PDF.replace(b"/Root", b"/Encrypt 9 0 R /Root"), "encrypted", "密碼"),
    "pdf with script": ("a.pdf", made.pdf_with(b"<< /S /JavaScript /JS (app.alert) >>"), "acting_pdf", "列印"),
    "pdf with an escaped name": ("a.pdf", made.pdf_with(b"<< /S /J#61vaScript >>"), "acting_pdf", "列印"),
    "pdf with packed script": ("a.pdf", made.pdf_with_object_stream(b"4 0 << /S /JavaScript >>"), "acting_pdf", "列印"),
    "pdf with a file in it": ("a.pdf", made.pdf_with(b"<< /Type /EmbeddedFile >>"), "acting_pdf", "列印"),
    "pdf that starts a program": ("a.pdf", made.pdf_with(b"<< /S /Launch /F (cmd.exe) >>"), "acting_pdf", "列印"),
    "pdf with a tail": ("a.pdf", made.PDF + b"x" * 100_000, "two_kinds", "夾帶"),
    "pdf bomb": ("a.pdf", made.pdf_with_object_stream(b" " * 40_000_000), "zip_bomb", "炸彈"),
    "pdf and zip": ("a.pdf", made.PDF + zip_of({"a.txt": b"x"}), "two_kinds", "壓縮檔"),
    # pictures
    "jpeg and zip": ("a.jpg", made.jpeg(tail=zip_of({"a.txt": b"x"})), "two_kinds", "壓縮檔"),
    "jpeg cut off": ("a.jpg", made.jpeg()[:-2], "truncated", "不完整"),
    "jpeg that is only a head": ("a.jpg", b"\xff\xd8\xff\xe0", "truncated", "不完整"),
    "huge jpeg": ("a.jpg", made.jpeg(65_000, 65_000), "absurd_image", "像素"),
    "jpeg of no height": ("a.jpg", made.jpeg(640, 0), "absurd_image", "像素"),
    "huge png": ("a.png", made.png(2_000_000_000, 1), "absurd_image", "像素"),
    "png with a tail": ("a.png", made.png(tail=b"<script>"), "two_kinds", "夾帶"),
    "png damaged": ("a.png", made.png().replace(b"IDAT", b"IDAU"), "truncated", "不完整"),
    "huge heic": ("a.heic", made.heic(100_000, 100_000), "absurd_image", "像素"),
    "heic cut off": ("a.heic", made.heic()[:-3], "truncated", "不完整"),
    # office
    "macro document": ("a.docx", made.docx(**{"word/vbaProject.bin": b"x"}), "macro", "巨集"),
    "macro by its type": ("a.docx", made.docx(**{"[Content_Types].xml": b"<?xml version='1.0'?><Types>macroEnabled</Types>"}), "macro", "巨集"),
    "remote template": (
        "a.docx",
        made.docx(**{"word/_rels/settings.xml.rels": b'<?xml version="1.0"?><Relationships><Relationship Type="http://x/attachedTemplate" Target="http://evil/a" TargetMode="External"/></Relationships>'}),
        "fetches", "外部網址",
    ),
    "odf with basic": ("a.odt", made.odf(**{"Basic/Standard/Module1.xml": b"<?xml version='1.0'?><m/>"}), "macro", "巨集"),
    "odf with an event": ("a.odt", made.odf(content=b"<?xml version='1.0'?><a><script:event-listener/></a>"), "macro", "巨集"),
    "odf with a password": ("a.odt", made.odf(**{"META-INF/manifest.xml": b"<?xml version='1.0'?><m:encryption-data/>"}), "encrypted", "密碼"),
    "slides": ("a.odp", made.odf(b"presentation"), "other_kind", "PDF"),
    "file in a document": ("a.docx", made.docx(**{"word/embeddings/a.xlsx": made.xlsx_plain()}), "nested_archive", "內嵌"),
    "entity in a document": ("a.docx", made.docx(**{"word/document.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "xml_dtd", "DTD"),
    "zip bomb": ("a.docx", made.docx(**{"word/media.bin": b"\0" * 60_000_000}), "zip_bomb", "炸彈"),
    "something before the zip": ("a.docx", b"PK\3\4" + b"junk" * 20 + made.docx(), "two_kinds", "夾帶"),
    "something behind the zip": ("a.docx", made.docx() + b"tail", "two_kinds", "夾帶"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_refused_and_why(case: str) -> None:
    name, data, code, says = BAD[case]
    started = time.process_time()
    with pytest.raises(FileRefused) as caught:
        check(name, data)
    assert (caught.value.code, says in caught.value.message_zh) == (code, True), caught.value.message_zh
    assert time.process_time() - started < 5


def test_size_and_kinds_are_limits_of_the_place() -> None:
    with pytest.raises(FileRefused, match="too_large"):
        check("a.txt", b"x" * 2_000_001, size=2_000_000)
    with pytest.raises(FileRefused, match="other_kind"):
        check("a.mp3", made.MP3, kinds=frozenset({AttachedKind.PDF}))


@pytest.mark.parametrize("order", "<>")
def test_a_photo_that_says_where_it_was_taken_is_kept_and_said(order: str) -> None:
    for name, data in (
        ("a.jpg", made.jpeg(tiff=made.exif(gps=True, order=order))),
        ("a.heic", made.heic(tiff=made.exif(gps=True, order=order))),
    ):
        found = check(name, data)
        assert found.has_location
        assert "GPS" in found.notes[0]
        assert found.content == data


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("C:\\Users\\王\\傷勢.pdf", "傷勢.pdf"),
        ("../../etc/傷勢.pdf", "傷勢.pdf"),
        ("fdp\u202efdp.傷勢.pdf", "fdpfdp.傷勢.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ('a<b>"c".pdf', "a_b_c_.pdf"),
        ("沒有結尾", "沒有結尾.pdf"),
        (".pdf", "附件.pdf"),
        ("長" * 300 + ".pdf", "長" * 116 + ".pdf"),
        ("", "附件.pdf"),
    ],
)
def test_names_are_made_fit_to_show(given_name: str, shown: str) -> None:
    assert clean_name(given_name, AttachedKind.PDF) == shown


@given(st.text(max_size=200))
def test_no_name_leaves_its_folder_or_misleads(name: str) -> None:
    shown = clean_name(name, AttachedKind.PDF)
    assert 0 < len(shown) <= 120
    assert not set(shown) & set('/\\<>:"|?*\0\n\u202e')
    assert not shown.startswith(".")


_STARTS = st.sampled_from([made.PDF, made.jpeg(), made.png(), made.heic(), made.docx(), made.odf(), made.WAV, made.MP3, made.mp4(b"soun"), made.TEXT])  # fmt: skip


@given(_STARTS, st.data())
def test_a_damaged_file_never_breaks_the_check(start: bytes, data: st.DataObject) -> None:
    content = bytearray(start)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    with pytest.raises(FileRefused) as caught:  # whole or broken: no kind is called .bin
        check("a.bin", bytes(content[:cut]))
    assert caught.value.message_zh
