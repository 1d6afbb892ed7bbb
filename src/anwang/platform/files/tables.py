"""Reading one table file of a stranger, safely. The only door: everything else in this folder stands behind it."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from .archives import checked_archive, is_zip
from .delimited import delimited_rows
from .kinds import FileKind, file_kind, wrong_extension_note
from .refused import DEFAULT_LIMITS, MEGABYTE, FileLimits, FileRefused
from .sheet import Sheet, Table
from .text_decoding import decoded_text
from .workbooks import workbook_sheets


def read_table(source: Path | str | bytes, *, name: str = "", limits: FileLimits = DEFAULT_LIMITS) -> Table:
    """Read a CSV, XLSX, XLS or ODS file, or its bytes. `name` is the sender's file name when `source` has none.

    The kind comes from the content. Nothing in the file is executed: of a formula only its stored result is taken,
    and a text that begins with = + - @ stays a text. Memory and time are bounded by `limits`.
    Raises FileRefused with a message for the sender.
    """
    if isinstance(source, bytes):
        data = source
        _check_size(len(data), limits)
    else:
        data = _bytes_of(Path(source), limits)
        name = name or Path(source).name
    kind = checked_archive(data, limits) if is_zip(data) else file_kind(data)
    notes = [note for note in (wrong_extension_note(name, kind),) if note]
    digest = hashlib.sha256(data).hexdigest()
    if kind is FileKind.CSV:
        decoded = decoded_text(data)
        found = delimited_rows(decoded.text, limits)
        if decoded.private:
            notes.append(f"檔案含 {decoded.private} 個造字（私用區字元），已原樣保留，畫面可能無法顯示。")
        sheets: tuple[Sheet, ...] = (Sheet(Path(name).stem, found.rows, is_cut_off=found.is_cut_off),)
        table = Table(name, kind, digest, len(data), sheets, decoded.encoding, found.delimiter, tuple(notes))
    else:
        table = Table(name, kind, digest, len(data), workbook_sheets(data, kind, limits), notes=tuple(notes))
    if not any(sheet.rows for sheet in table.sheets):
        raise FileRefused("empty", "檔案裡沒有任何資料。請確認送出的檔案後再上傳。")
    return table


def _bytes_of(path: Path, limits: FileLimits) -> bytes:
    """The whole file, or a refusal before the first byte is read when it is too large or no ordinary file."""
    try:
        # O_NONBLOCK: opening a named pipe must not wait for its other end.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise FileRefused("unreadable", f"無法開啟檔案：{error.strerror}。") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FileRefused("unreadable", "這不是一般檔案，無法讀取。")
    with os.fdopen(descriptor, "rb") as stream:
        _check_size(status.st_size, limits)
        data = stream.read(limits.size + 1)
    _check_size(len(data), limits)
    return data


def _check_size(size: int, limits: FileLimits) -> None:
    if size > limits.size:
        raise FileRefused(
            "too_large",
            f"檔案有 {size / MEGABYTE:,.0f} MB，超過上限 {limits.size // MEGABYTE} MB。請只送名冊，或分批送檔。",
        )
    if size == 0:
        raise FileRefused("empty", "檔案是空的。請確認送出的檔案後再上傳。")
