"""Guards for XLSX and ODS, which are zips of XML: all are passed before any parser sees the file.

The sizes in a zip directory are claims of the sender. They are checked first, and then every member is unpacked
once, in pieces that are thrown away, so that a false claim or a broken piece shows (length and CRC).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import IO
from xml.parsers import expat

from .kinds import FileKind
from .refused import FileLimits, FileRefused

_CHUNK = 256 * 1024
_PROLOG = 1024 * 1024  # a DTD can stand only before the root element
_XML_SUFFIXES = (".xml", ".rels", ".vml", ".rdf")
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_DAMAGED = "檔案不完整或已損壞（可能只傳了一部分）。請重新產生並送出整個檔案。"


def is_zip(data: bytes) -> bool:
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def checked_archive(data: bytes, limits: FileLimits) -> FileKind:
    """Pass all guards and say whether it is XLSX or ODS. Raises FileRefused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as error:
        raise FileRefused("truncated", _DAMAGED) from error
    with archive:
        _check_directory(members, limits)
        kind = _kind(archive, {member.filename for member in members})
        for member in members:
            _check_member(archive, member)
        return kind


def checked_members(data: bytes, limits: FileLimits) -> dict[str, zipfile.ZipInfo]:
    """The same guards for a zip of any kind: the members by name, when all may be unpacked. Raises FileRefused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as error:
        raise FileRefused("truncated", _DAMAGED) from error
    with archive:
        _check_directory(members, limits)
        by_name = {member.filename: member for member in members}
        if len(by_name) != len(members):
            raise FileRefused("damaged", _DAMAGED)
        _refuse_encrypted_odf(archive, set(by_name))
        for member in members:
            _check_member(archive, member)
    return by_name


def _check_directory(members: list[zipfile.ZipInfo], limits: FileLimits) -> None:
    if len(members) > limits.members:
        raise FileRefused(
            "zip_bomb", f"壓縮檔內有 {len(members)} 個項目，超過上限 {limits.members}，不予開啟。"
        )
    if any(member.flag_bits & 0x1 for member in members):
        raise FileRefused("encrypted", "檔案設有開啟密碼，無法讀取。請移除密碼後再送。")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_size:
        raise FileRefused(
            "zip_bomb", f"檔案解開後有 {unpacked // 1_048_576:,} MB，超過上限，疑似壓縮炸彈，不予開啟。"
        )
    # Two entries that share the same bytes make a small file large; honest writers never do this.
    starts = sorted((member.header_offset, member.compress_size) for member in members)
    if any(a + size > b for (a, size), (b, _) in pairwise(starts)):
        raise FileRefused("zip_bomb", "壓縮檔內的項目互相重疊，疑似壓縮炸彈，不予開啟。")
    for member in members:
        if member.file_size > limits.ratio_from and member.file_size > limits.unpacked_ratio * max(
            member.compress_size, 1
        ):
            raise FileRefused("zip_bomb", "檔案的壓縮比異常，疑似壓縮炸彈，不予開啟。")


def _kind(archive: zipfile.ZipFile, names: set[str]) -> FileKind:
    if len(names) != len(archive.infolist()):
        raise FileRefused("damaged", "壓縮檔內有同名的項目，不予開啟。請用試算表軟體另存新檔後再送。")
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        return FileKind.XLSX
    if "xl/workbook.bin" in names:
        raise FileRefused("not_a_table", "這是 XLSB（二進位活頁簿）。請用 Excel 另存為 XLSX 後再送。")
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as stream:
            mimetype = _read_or_refuse(stream, 200)
        if mimetype.strip().startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            _refuse_encrypted_odf(archive, names)
            return FileKind.ODS
        raise FileRefused("not_a_table", "這是 ODF 文件但不是試算表。請改送 ODS、XLSX、XLS 或 CSV。")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise FileRefused("not_a_table", "這是 Word 或簡報檔，不是表格檔。請改送 XLSX、ODS、XLS 或 CSV。")
    raise FileRefused(
        "not_a_table", "這是壓縮檔，不是表格檔。請先解壓縮，再逐一上傳裡面的 XLSX、ODS、XLS 或 CSV。"
    )


def _refuse_encrypted_odf(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "META-INF/manifest.xml" not in names:
        return
    with archive.open("META-INF/manifest.xml") as stream:
        if b"encryption-data" in _read_or_refuse(stream, 4 * 1_048_576):
            raise FileRefused("encrypted", "檔案設有開啟密碼，無法讀取。請移除密碼後再送。")


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member to nowhere: its length, CRC, prolog and first bytes must be right."""
    if member.is_dir():
        return
    is_xml = member.filename.lower().endswith(_XML_SUFFIXES)
    first = True
    guard = _PrologGuard() if is_xml else None
    for chunk in _chunks(archive, member):
        if first and chunk.startswith(_ARCHIVE_MAGIC):
            raise FileRefused(
                "nested_archive",
                "檔案內還包著另一個壓縮檔或內嵌活頁簿，不予開啟。請只留下名冊工作表，另存新檔後再送。",
            )
        first = False
        if guard is not None and not guard.finished:
            guard.feed(chunk)
    if guard is not None and not guard.finished and member.file_size:
        raise FileRefused("damaged", _DAMAGED)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise FileRefused("truncated", _DAMAGED) from error


def _read_or_refuse(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise FileRefused("truncated", _DAMAGED) from error


class _PrologGuard:
    """Reads an XML member up to its root element and refuses any document type declaration.

    Without a DTD there are no entities: neither XXE nor a billion laughs. Expat is used, not a search for bytes,
    because the declaration may hide in UTF-16.
    """

    def __init__(self) -> None:
        self.finished = False
        self._seen = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._parser.StartElementHandler = self._on_element

    def feed(self, chunk: bytes) -> None:
        for start in range(0, len(chunk), 4096):
            if self.finished:
                return
            self._seen += 4096
            if self._seen > _PROLOG:
                raise FileRefused("damaged", "檔案內的 XML 開頭異常，不予開啟。")
            try:
                self._parser.Parse(chunk[start : start + 4096], False)
            except expat.ExpatError as error:
                # An error after the root element began belongs to the reader, which has its own bounds.
                if not self.finished:
                    raise FileRefused("damaged", _DAMAGED) from error

    def _on_doctype(self, *_: object) -> None:
        raise FileRefused(
            "xml_dtd",
            "檔案內含 DTD 宣告（可能夾帶外部實體），基於安全不予開啟。請用試算表軟體另存新檔後再送。",
        )

    def _on_element(self, *_: object) -> None:
        self.finished = True
