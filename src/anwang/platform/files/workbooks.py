"""Workbooks (XLSX, XLS, ODS) to sheets, by a bounded process of their own; see `workbook_child.py`."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .kinds import FileKind
from .refused import FileLimits, FileRefused
from .sheet import Cell, MergedRange, Sheet

_CHILD = Path(__file__).with_name("workbook_child.py")
_DAMAGED = "檔案不完整或已損壞（可能只傳了一部分），無法讀出工作表。請重新產生並送出整個檔案。"
_TOO_BIG = (
    "讀取這個檔案需要過多的記憶體或時間，疑似惡意或損壞的檔案，不予處理。請只留下名冊工作表，另存新檔後再送。"
)


def workbook_sheets(data: bytes, kind: FileKind, limits: FileLimits) -> tuple[Sheet, ...]:
    """The worksheets in order, hidden ones too. `data` has passed the guards for its kind (`tables.read_table`).

    Raises FileRefused; never hangs, never exceeds the limits.
    """
    # -P: the child's own folder is not put on the path. Only what it needs of the environment is handed on, so
    # that no secret of the server stands in a process that reads strangers' files.
    environment = {
        name: os.environ[name]
        for name in ("PATH", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own script, no shell, arguments are ours
            [sys.executable, "-P", str(_CHILD), kind.value, json.dumps(asdict(limits))],
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused("too_heavy", _TOO_BIG) from error
    return _sheets(done.stdout, done.returncode, limits)


def _sheets(output: bytes, status: int, limits: FileLimits) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    name, hidden, started = "", False, False
    merged: tuple[MergedRange, ...] = ()
    rows: list[tuple[Cell, ...]] = []
    for line in output.splitlines():
        try:
            message = json.loads(line)
        except ValueError:
            break  # the child was ended in the middle of a line
        match message:
            case ["refused", code, detail]:
                raise _refusal(code, detail, limits)
            case ["rows", batch]:
                rows.extend(_row(row) for row in batch)
            case ["sheet", *_] | ["end"]:
                if started:
                    sheets.append(Sheet(name, tuple(rows), merged, hidden))
                if message[0] == "end":
                    return tuple(sheets)
                started, rows = True, []
                name, hidden = message[1], message[2]
                merged = tuple(MergedRange(*corners) for corners in message[3])
    # No end: the process was stopped by its bounds (signals are negative), or the parser fell over the file.
    if status < 0 or status == 137:
        raise FileRefused("too_heavy", _TOO_BIG)
    raise FileRefused("damaged", _DAMAGED)


def _row(cells: list[Any]) -> tuple[Cell, ...]:
    return tuple([_moment(cell) if type(cell) is list else cell for cell in cells])


def _moment(cell: list[str]) -> Cell:
    kind, text = cell
    if kind == "t":
        return dt.time.fromisoformat(text)
    return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)


def _refusal(code: str, detail: str, limits: FileLimits) -> FileRefused:
    parts = detail.split("\t")
    match code:
        case "encrypted":
            return FileRefused("encrypted", "檔案設有開啟密碼，無法讀取。請移除密碼後再送。")
        case "memory":
            return FileRefused("too_heavy", _TOO_BIG)
        case "too_many_sheets":
            return FileRefused(
                code, f"活頁簿有 {detail} 個工作表，超過上限 {limits.sheets} 個。請只留下名冊工作表。"
            )
        case "too_many_columns":
            return FileRefused(
                code,
                f"工作表「{parts[0]}」第 {parts[1]} 列有 {parts[2]} 欄，超過上限 {limits.columns} 欄，這不像名冊。",
            )
        case "too_many_rows":
            return FileRefused(
                code,
                f"工作表「{parts[0]}」有內容的最後一列超過上限第 {limits.rows:,} 列。請檢查最下方是否有多餘的儲存格，或分批送檔。",
            )
        case "too_many_cells":
            return FileRefused(
                code, f"工作表「{parts[0]}」的儲存格超過上限 {limits.cells:,} 格。請分批送檔。"
            )
        case _:
            return FileRefused("damaged", _DAMAGED)
