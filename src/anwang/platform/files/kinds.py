"""Which kind of file it is, told from its bytes. The extension is only compared, never believed."""

from __future__ import annotations

from enum import StrEnum

from .refused import FileRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"

    @property
    def label(self) -> str:
        return self.value.upper()


_EXTENSIONS = {
    "csv": FileKind.CSV,
    "txt": FileKind.CSV,
    "tsv": FileKind.CSV,
    "xlsx": FileKind.XLSX,
    "xlsm": FileKind.XLSX,
    "xls": FileKind.XLS,
    "ods": FileKind.ODS,
}

# Kinds that people do send by mistake, with what they are called.
_OTHER_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "圖片"),
    (b"\xff\xd8\xff", "圖片"),
    (b"GIF8", "圖片"),
    (b"II*\x00", "圖片"),
    (b"MM\x00*", "圖片"),
    (b"Rar!", "RAR 壓縮檔"),
    (b"7z\xbc\xaf", "7z 壓縮檔"),
    (b"\x1f\x8b", "gzip 壓縮檔"),
    (b"BZh", "bzip2 壓縮檔"),
    (b"\xfd7zXZ", "xz 壓縮檔"),
    (b"(\xb5/\xfd", "zstd 壓縮檔"),
    (b"\x7fELF", "程式檔"),
    (b"MZ", "程式檔"),
    (b"SQLite format 3", "資料庫檔"),
    (b"PAR1", "Parquet 檔"),
    (b"{\\rtf", "RTF 文件"),
)


def wrong_extension_note(name: str, kind: FileKind) -> str | None:
    """A note for the receipt when the name promises another kind than the content is; None when they agree."""
    dot = name.rfind(".")
    extension = name[dot + 1 :].lower() if dot >= 0 else ""
    if _EXTENSIONS.get(extension) is kind:
        return None
    promised = f"副檔名 .{extension}" if extension else "檔名沒有副檔名，"
    return (
        f"{promised}與內容不符，已依內容當作 {kind.label} 讀取。"
        if extension
        else f"{promised}已依內容當作 {kind.label} 讀取。"
    )


def file_kind(data: bytes) -> FileKind:
    """The kind of `data`, by its first bytes (for an OLE file also by its directory). A zip may be XLSX or ODS:
    `archives.zip_kind` looks inside. Raises FileRefused for anything that cannot be a table."""
    if not data.strip(b"\0 \t\r\n"):
        raise FileRefused("empty", "檔案是空的。請確認送出的檔案後再上傳。")
    if data.startswith(_OLE):
        return _ole_kind(data)
    for magic, label in _OTHER_MAGIC:
        if data.startswith(magic) and not (
            magic in (b"MZ", b"BZh", b"GIF8", b"PAR1") and _looks_like_text(data)
        ):
            raise FileRefused("not_a_table", f"這是{label}，不是表格檔。請改送 XLSX、ODS、XLS 或 CSV。")
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head")):
        raise FileRefused(
            "not_a_table",
            "這是網頁或 XML 檔，不是表格檔（有些系統匯出的 .xls 其實是網頁）。請用試算表軟體開啟後另存為 XLSX 或 ODS。",
        )
    if not _looks_like_text(data):
        raise FileRefused(
            "not_a_table", "檔案內容不是文字，也不是認得的表格格式。請改送 XLSX、ODS、XLS 或 CSV。"
        )
    return FileKind.CSV


def _ole_kind(data: bytes) -> FileKind:
    def has_stream(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has_stream("EncryptedPackage") or has_stream("EncryptionInfo"):
        raise FileRefused("encrypted", "檔案設有開啟密碼，無法讀取。請移除密碼後再送。")
    if has_stream("Workbook") or has_stream("Book"):
        return FileKind.XLS
    if has_stream("WordDocument"):
        raise FileRefused("not_a_table", "這是 Word 文件，不是表格檔。請改送 XLSX、ODS、XLS 或 CSV。")
    raise FileRefused(
        "damaged", "檔案像是舊版 Excel，但找不到工作表內容，可能已損壞或只傳了一部分。請重新送檔。"
    )


def _looks_like_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True  # UTF-16; the decoder judges it
    sample = data[:65536] + data[-4096:]
    odd = sum(sample.count(bytes((code,))) for code in range(32) if code not in (9, 10, 12, 13, 26))
    # No allowance for NUL: a text file that is not UTF-16 has none, a binary one nearly always has some.
    return b"\0" not in sample and odd * 200 <= len(sample)
