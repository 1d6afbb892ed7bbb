"""Bytes of a text file to text: UTF-8, UTF-16 with its mark, or Big5 as Taiwan's offices really write it.

Big5 in offices is Microsoft's code page 950 plus whatever the sender's machine added: the ETEN signs, HKSCS, and
private characters (造字). The first two have Unicode characters; the last are kept in the private use area exactly
as Windows maps them, so that nothing is lost and the bytes could be rebuilt.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

from .refused import FileRefused

_UNKNOWN = (
    "檔案的文字編碼無法辨識（可用 UTF-8、UTF-16 或 Big5）。請用試算表軟體另存為 XLSX、ODS 或 UTF-8 CSV。"
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """`encoding` is `utf-8`, `utf-16` or `big5`; `private` counts characters in the private use area (造字)."""

    text: str
    encoding: str
    private: int = 0


def decoded_text(data: bytes) -> DecodedText:
    """Raises FileRefused(`encoding`), naming the line and the column (from 1, in characters) of the first bad byte."""
    for mark, encoding, label in (
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
    ):
        if data.startswith(mark):
            return _checked(_strict(data[len(mark) :], encoding, label), label)
    try:
        return _checked(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        if _is_nearly_utf8(data):
            _strict(data, "utf-8", "utf-8")
    return _checked(_big5(data), "big5")


def _strict(data: bytes, encoding: str, label: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        text_before = data[: error.start].decode(encoding, errors="ignore")
        if error.end >= len(data) and "end of data" in error.reason:
            raise FileRefused(
                "truncated",
                f"檔案在{_place(text_before)}中斷，最後一個字不完整，可能只傳了一部分。請重新送檔。",
            ) from error
        raise FileRefused(
            "encoding",
            f"{_place(text_before)}有無法以 {label.upper()} 解讀的位元組，請修正該處或另存為 UTF-8 後再送。",
        ) from error


def _place(text_before: str) -> str:
    line = text_before.count("\n") + 1
    column = len(text_before) - (text_before.rfind("\n") + 1) + 1
    return f"第 {line} 行第 {column} 個字"


def _is_nearly_utf8(data: bytes) -> bool:
    """Chinese in Big5 hardly ever forms valid UTF-8: a text where most sequences are valid is UTF-8 with damage."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for char in text if char > "\x7f") - bad
    return good > 4 * bad


def _big5(data: bytes) -> str:
    private_ok = _Big5Extensions()
    codecs.register_error(_HANDLER, private_ok.handle)  # stateless: registering again changes nothing
    try:
        text = data.decode("cp950", errors=_HANDLER)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("cp950", errors="replace")
        if not _is_plausible_chinese(before):
            raise FileRefused("encoding", _UNKNOWN) from error
        if error.start >= len(data) - 1:
            raise FileRefused(
                "truncated", f"檔案在{_place(before)}中斷，最後一個字不完整，可能只傳了一部分。請重新送檔。"
            ) from error
        raise FileRefused(
            "encoding", f"{_place(before)}有無法以 Big5 解讀的位元組，請修正該處或另存為 UTF-8 後再送。"
        ) from error
    if not _is_plausible_chinese(text):
        raise FileRefused("encoding", _UNKNOWN)
    return text


_HANDLER = "anwang-big5-extensions"


class _Big5Extensions:
    """Decoder fallback for pairs that code page 950 lacks."""

    def handle(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        pair = error.object[error.start : error.start + 2]
        if (
            len(pair) < 2
            or not 0x81 <= pair[0] <= 0xFE
            or not (0x40 <= pair[1] <= 0x7E or 0xA1 <= pair[1] <= 0xFE)
        ):
            raise error
        try:
            return pair.decode("big5hkscs"), error.start + 2
        except UnicodeDecodeError:
            return _private_character(pair[0], pair[1]), error.start + 2


def _private_character(lead: int, trail: int) -> str:
    """Windows' mapping of Big5's user-defined areas: FA40–FEFE, 8E40–A0FE, 8140–8DFE, C6A1–C8FE from U+E000 on."""
    offset = trail - 0x40 if trail < 0x7F else trail - 0x62
    if lead >= 0xFA:
        return chr(0xE000 + 157 * (lead - 0xFA) + offset)
    if 0x8E <= lead <= 0xA0:
        return chr(0xE311 + 157 * (lead - 0x8E) + offset)
    if lead <= 0x8D:
        return chr(0xEEB8 + 157 * (lead - 0x81) + offset)
    return chr(0xF6B1 + 157 * (lead - 0xC6) + offset - 63) if 0xC6 <= lead <= 0xC8 else "\ufffd"


def _is_plausible_chinese(text: str) -> bool:
    """Text decoded with the wrong double-byte table is full of rare characters; Big5's own level 1 is common ones."""
    wide = [char for char in text[:200_000] if char > "\x7f"]
    if len(wide) < 8:
        return True
    common = 0
    for char in wide:
        try:
            lead = char.encode("cp950")[0]
        except UnicodeEncodeError:
            continue
        common += 0xA1 <= lead <= 0xC6
    return common * 10 >= len(wide) * 7


def _checked(text: str, encoding: str) -> DecodedText:
    if "\0" in text:
        raise FileRefused(
            "not_a_table", "檔案內容不是文字，也不是認得的表格格式。請改送 XLSX、ODS、XLS 或 CSV。"
        )
    private = sum(text.count(char) for char in set(text) if unicodedata.category(char) == "Co")
    return DecodedText(text, encoding, private)
