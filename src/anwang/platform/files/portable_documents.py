"""What a PDF must not hold to be kept: programs, files inside it, a password. Read as bytes, never interpreted.

Names in a PDF may be written with #-escapes and may lie in compressed object streams; both are undone before looking.
"""

from __future__ import annotations

import re
import zlib

from .refused import MEGABYTE, FileRefused

_ACTING = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Movie|SubmitForm|ImportData|GoToE)(?![A-Za-z0-9])"
)
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/(?:ObjStm|XRef)(?![A-Za-z0-9])")
_STREAM = re.compile(rb"stream\r?\n")
_ANY_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_INFLATED = 8 * MEGABYTE  # of one object stream; honest ones have some tens of kilobytes
_ALL_INFLATED = 64 * MEGABYTE
_PAST_END = 64 * 1024  # some programs write a little behind the end


def check_pdf(data: bytes) -> None:
    """Raises FileRefused for a PDF that is cut off, has a password, or can act when opened."""
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise FileRefused("truncated", "PDF 不完整（可能只傳了一部分）。請重新產生並上傳整個檔案。")
    if len(data) - end > _PAST_END:
        raise FileRefused("two_kinds", "PDF 後面夾帶了別的內容，不予收存。請重新列印成 PDF 後再上傳。")
    text = _names(data)
    if _ENCRYPTED.search(text):
        raise FileRefused("encrypted", "PDF 設有密碼或限制，別的同仁打不開。請移除密碼後再上傳。")
    if _ACTING.search(text):
        raise FileRefused(
            "acting_pdf", "PDF 裡有程式、內嵌檔案或會執行的動作，不予收存。請「列印」成新的 PDF 後再上傳。"
        )


def _names(data: bytes) -> bytes:
    """The parts of the file where names stand: everything outside streams, and the object streams unpacked."""
    pieces = [_ANY_STREAM.sub(b"stream endstream", data)]
    left = _ALL_INFLATED
    for match in _OBJECT_STREAM.finditer(data):
        start = _STREAM.search(data, match.end(), match.end() + 4096)
        if start is None:
            continue
        unpacker = zlib.decompressobj()
        try:
            piece = unpacker.decompress(data[start.end() : start.end() + _INFLATED], _INFLATED)
        except zlib.error:
            continue
        if unpacker.unconsumed_tail and len(piece) >= _INFLATED:
            raise FileRefused("zip_bomb", "PDF 的壓縮比異常，疑似壓縮炸彈，不予收存。")
        left -= len(piece)
        if left < 0:
            raise FileRefused("zip_bomb", "PDF 解開後過大，疑似壓縮炸彈，不予收存。")
        pieces.append(piece)
    return _ESCAPE.sub(lambda escape: bytes((int(escape[1], 16),)), b"\n".join(pieces))
