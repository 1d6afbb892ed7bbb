"""Office documents that are zips (ODT, ODS, DOCX, XLSX): which one it is, and that nothing in it acts by itself."""

from __future__ import annotations

import io
import re
import zipfile

from .archives import checked_members
from .refused import FileLimits, FileRefused

_MACRO_NAMES = re.compile(
    r"(?i)(?:^|/)(?:vbaproject\.bin|vbadata\.xml|activex/|basic/|scripts/|macrosheets/|customui/)|\.(?:exe|dll|js|vbs|bat|cmd|ps1|jar|class|scr|hta)$"
)
# A document may point to web pages; it may not fetch its template, its objects or its parts from elsewhere.
_FETCHED = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)
_FETCHED_TYPES = (
    b"attachedtemplate",
    b"oleobject",
    b"subdocument",
    b"/frame",
    b"externallink",
    b"aftemplate",
)
_SCRIPTED = re.compile(
    rb"<script:event-listener|<office:script\b|<form:button|macro:|vnd\.sun\.star\.script:"
)
_MACRO = "文件裡有巨集或程式，不予收存。請另存為不含巨集的檔案，或列印成 PDF 後再上傳。"
_TEXTS = {
    "encrypted": "檔案設有開啟密碼，別的同仁打不開。請移除密碼後再上傳。",
    "nested_archive": "檔案裡還包著另一個壓縮檔或內嵌的活頁簿，不予收存。請移除內嵌物件，或列印成 PDF 後再上傳。",
    "xml_dtd": "檔案內含 DTD 宣告（可能夾帶外部實體），基於安全不予收存。請用文書軟體另存新檔後再上傳。",
}


def office_package(data: bytes, limits: FileLimits) -> str:
    """`odt`, `ods`, `docx` or `xlsx`. Raises FileRefused: another zip, damaged, encrypted, a bomb, macros."""
    try:
        members = checked_members(data, limits)
    except FileRefused as error:
        raise FileRefused(error.code, _TEXTS.get(error.code, error.message_zh)) from error
    _check_whole(data, members)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kind = _kind(archive, members)
        _refuse_acting(archive, members)
    return kind


def _check_whole(data: bytes, members: dict[str, zipfile.ZipInfo]) -> None:
    """The zip is the whole file: nothing in front of its first member, nothing behind its end."""
    start = min((member.header_offset for member in members.values()), default=0)
    end = data.rfind(b"PK\x05\x06")
    comment = int.from_bytes(data[end + 20 : end + 22], "little") if end >= 0 else 0
    if start != 0 or end < 0 or end + 22 + comment != len(data) or comment:
        raise FileRefused("two_kinds", "檔案前後夾帶了別的內容，不予收存。請用文書軟體另存新檔後再上傳。")


def _kind(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> str:
    if "mimetype" in members and "content.xml" in members:
        mimetype = archive.read("mimetype")[:200].strip()
        for kind, name in (("odt", b"text"), ("ods", b"spreadsheet")):
            if mimetype == b"application/vnd.oasis.opendocument." + name:
                return kind
        raise FileRefused("other_kind", "這是簡報、圖形或範本等其他 ODF 檔。請列印成 PDF 後再上傳。")
    if "[Content_Types].xml" in members:
        types = archive.read("[Content_Types].xml")
        if b"macroEnabled" in types or b"vbaProject" in types:
            raise FileRefused("macro", _MACRO)
        if "word/document.xml" in members:
            return "docx"
        if "xl/workbook.xml" in members:
            return "xlsx"
        raise FileRefused("other_kind", "這是簡報或其他 Office 檔。請列印成 PDF 後再上傳。")
    raise FileRefused("packed", "這是壓縮檔。請先解壓縮，再逐一上傳裡面的檔案。")


def _refuse_acting(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
    for name, member in members.items():
        if _MACRO_NAMES.search(name) and not member.is_dir():
            raise FileRefused("macro", _MACRO)
        if name.lower().endswith(".rels"):
            for relation in _FETCHED.findall(archive.read(name)):
                lowered = relation.lower()
                if b'targetmode="external"' in lowered and any(kind in lowered for kind in _FETCHED_TYPES):
                    raise FileRefused(
                        "fetches",
                        "文件會從外部網址載入範本或物件，不予收存。請另存新檔或列印成 PDF 後再上傳。",
                    )
        if name in ("content.xml", "styles.xml") and _SCRIPTED.search(archive.read(name)):
            raise FileRefused("macro", _MACRO)
