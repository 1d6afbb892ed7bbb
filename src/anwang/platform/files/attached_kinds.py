"""Kinds of files that may be attached to a record, told from their bytes, and what makes one of them unfit.

A file is what its content says; its name must agree. What can act when it is opened (programs, macros, scripts, pages)
is refused, and so is a file that is two kinds at once.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum

from .image_sizes import ImageSize, heic_size, jpeg_facts, png_size
from .packages import office_package
from .portable_documents import check_pdf
from .refused import DEFAULT_LIMITS, FileLimits, FileRefused
from .sounds import is_m4a, is_mp3, is_wav
from .text_decoding import decoded_text


class AttachedKind(StrEnum):
    """`media_type` is what the platform sends the file out as, whatever the sender called it."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    ODT = "odt"
    ODS = "ods"
    DOCX = "docx"
    XLSX = "xlsx"
    TEXT = "text"
    WAV = "wav"
    MP3 = "mp3"
    M4A = "m4a"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def extensions(self) -> tuple[str, ...]:
        """The endings that names of this kind have; the first is the one we give."""
        return _EXTENSIONS[self]

    @property
    def label(self) -> str:
        return _LABELS.get(self, self.value.upper())


K = AttachedKind
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_MEDIA_TYPES = {
    K.PDF: "application/pdf", K.JPEG: "image/jpeg", K.PNG: "image/png", K.HEIC: "image/heic",
    K.ODT: _ODF + "text", K.ODS: _ODF + "spreadsheet",
    K.DOCX: _OFFICE + "wordprocessingml.document", K.XLSX: _OFFICE + "spreadsheetml.sheet",
    K.TEXT: "text/plain", K.WAV: "audio/wav", K.MP3: "audio/mpeg", K.M4A: "audio/mp4",
}  # fmt: skip
_EXTENSIONS = {
    K.PDF: ("pdf",), K.JPEG: ("jpg", "jpeg", "jfif"), K.PNG: ("png",), K.HEIC: ("heic", "heif"),
    K.ODT: ("odt",), K.ODS: ("ods",), K.DOCX: ("docx",), K.XLSX: ("xlsx",), K.TEXT: ("txt", "csv"),
    K.WAV: ("wav",), K.MP3: ("mp3",), K.M4A: ("m4a",),
}  # fmt: skip
_LABELS = {K.JPEG: "JPEG 照片", K.PNG: "PNG 圖片", K.HEIC: "HEIC 照片", K.TEXT: "文字檔", K.WAV: "WAV 錄音", K.MP3: "MP3 錄音", K.M4A: "M4A 錄音"}  # fmt: skip

ACCEPTED = "PDF、JPEG、PNG、HEIC、ODT、ODS、DOCX、XLSX、TXT、CSV、WAV、MP3、M4A"

_UNPACKING = FileLimits(size=DEFAULT_LIMITS.size, unpacked_size=300 * 1024 * 1024)
_PROGRAM = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"#!", b"dex\n", b"\0asm", b"L\0\0\0\x01\x14\x02\0")  # fmt: skip
_PACKED = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd", b"MSCF")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<iframe", b"<?php", b"<%", b"mime-version:", b"{\\rtf")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recognised:
    """The kind, the size of an image in pixels, and whether the photo says where it was taken."""

    kind: AttachedKind
    pixels: ImageSize | None = None
    has_location: bool = False


def recognise(data: bytes) -> Recognised:
    """What the file is. Raises FileRefused with a reason for the sender; reads all of it, runs none of it."""
    if not data.strip(b"\0 \t\r\n"):
        raise FileRefused("empty", "檔案是空的。請確認後再上傳。")
    found = _by_magic(data)
    if found.kind not in (K.ODT, K.ODS, K.DOCX, K.XLSX) and _is_also_a_zip(data):
        raise FileRefused("two_kinds", "檔案裡還藏著另一個壓縮檔，不予收存。請重新匯出或重新拍攝後再上傳。")
    return found


def _by_magic(data: bytes) -> Recognised:
    if data.startswith(b"PK\x03\x04"):
        return Recognised(AttachedKind(office_package(data, _UNPACKING)))
    if data.startswith(b"%PDF-"):
        check_pdf(data)
        return Recognised(K.PDF)
    if data.startswith(b"\xff\xd8\xff"):
        pixels, has_location = jpeg_facts(data)
        return Recognised(K.JPEG, pixels, has_location)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        pixels, has_location = png_size(data)
        return Recognised(K.PNG, pixels, has_location)
    if data[4:8] == b"ftyp":
        if is_m4a(data):
            return Recognised(K.M4A)
        pixels, has_location = heic_size(data)
        return Recognised(K.HEIC, pixels, has_location)
    if is_wav(data):
        return Recognised(K.WAV)
    if is_mp3(data):
        return Recognised(K.MP3)
    _refuse_known(data)
    return _text(data)


def _refuse_known(data: bytes) -> None:
    """Kinds that are sent by mistake or to harm: each with what to do instead."""
    binary = b"\0" in data[:4096]
    if data.startswith(b"#!") or (binary and data.startswith(_PROGRAM)):
        raise FileRefused("program", "這是程式檔，不能當附件。請只上傳文件、照片或錄音。")
    if data.startswith(_PACKED) and binary:
        raise FileRefused("packed", "這是壓縮檔。請先解壓縮，再逐一上傳裡面的檔案。")
    if data.startswith(_OLE):
        raise FileRefused(
            "old_office",
            "這是舊版 Office 檔（DOC、XLS、PPT），可能含巨集。請另存為 DOCX、ODT 或 PDF 後再上傳。",
        )
    if data.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:16].lower().startswith(_PAGE):
        raise FileRefused("page", "這是網頁、SVG 或其他會執行內容的檔案，不能當附件。請列印成 PDF 後再上傳。")
    for magic, label in (
        (b"GIF8", "GIF"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"BM", "BMP"),
        (b"RIFF", ""),
    ):
        if binary and data.startswith(magic):
            what = f"{label} 圖片" if label else "這種影音或圖片檔"
            raise FileRefused(
                "other_kind", f"不收{what}。請轉存為 JPEG 或 PNG（錄音用 WAV、MP3、M4A）後再上傳。"
            )


def _text(data: bytes) -> Recognised:
    try:
        text = decoded_text(data).text
    except FileRefused as error:
        if error.code in ("truncated", "encoding") and b"\0" not in data:
            raise FileRefused(
                "encoding", "文字檔的編碼認不出來或有壞掉的字。請另存為 UTF-8 文字檔，或列印成 PDF 後再上傳。"
            ) from error
        raise FileRefused("unknown", f"認不出這是什麼檔案。可以上傳：{ACCEPTED}。") from error
    odd = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 12, 13, 26))
    if odd * 200 > len(text):
        raise FileRefused("unknown", f"認不出這是什麼檔案。可以上傳：{ACCEPTED}。")
    head = text[:4096].lower()
    if any(sign in head for sign in ("<script", "<html", "<svg", "<iframe", "<?php", "javascript:")):
        raise FileRefused("page", "這份文字裡有網頁程式碼，不能當附件。請列印成 PDF 後再上傳。")
    return Recognised(K.TEXT)


def _is_also_a_zip(data: bytes) -> bool:
    """A zip is read from its end, so one can hang behind any other file."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if at < 0:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return False
