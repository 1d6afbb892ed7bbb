"""What a command says when something happens that nobody foresaw: one line for the person, the traceback in the home.

The traceback names files, lines and kinds of errors. The messages of errors stay out: they may quote a person's data.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

UNEXPECTED = "發生未預期的錯誤"


def keep_failure(error: BaseException, home: Path) -> str:
    """Append `error` to `logs/errors.log` of the home; returns the line for the person (zh-TW)."""
    log = home / "logs" / "errors.log"
    kind = type(error).__name__
    try:
        # Closed to others, like everything in the home. There is no home to write into before `init`.
        fd = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(fd, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write("\n".join(_lines(error)) + "\n\n")
    except OSError:
        return f"{UNEXPECTED}（{kind}）。"
    return f"{UNEXPECTED}（{kind}）。詳細記錄在「{log}」，回報時請附上這個檔案。"


def _lines(error: BaseException) -> list[str]:
    # What was typed may name a person's file; the sub-command alone says what was being done.
    words = [word for word in sys.argv[1:3] if word.isascii() and word.isalpha()]
    lines = [f"{dt.datetime.now(dt.UTC).isoformat(timespec='seconds')} anwang {' '.join(words)}"]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(_name(current))
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        current = current.__cause__ or current.__context__
    return lines


def _name(error: BaseException) -> str:
    """The kind of an error with what is safe to repeat: the database's state code, the system's number."""
    code = getattr(error, "sqlstate", None) or getattr(error, "errno", None)
    return f"{type(error).__module__}.{type(error).__qualname__}" + (f" [{code}]" if code else "")


def system_words(error: OSError) -> str:
    """Why the system refused, in zh-TW where it is one of the usual reasons."""
    if isinstance(error, FileNotFoundError):
        return "資料夾不存在"
    if isinstance(error, IsADirectoryError):
        return "那是資料夾"
    if isinstance(error, NotADirectoryError):
        return "路徑中有一段不是資料夾"
    if isinstance(error, PermissionError):
        return "沒有權限"
    return {28: "磁碟已滿", 30: "磁碟是唯讀的", 36: "名稱太長"}.get(error.errno or 0, error.strerror or "")


def release_output() -> None:
    """After the reader of our output went away: let Python close it quietly at the end."""
    with suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
