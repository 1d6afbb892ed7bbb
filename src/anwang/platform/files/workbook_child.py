"""Takes one workbook apart in a process of its own, with hard bounds on memory and time.

Started by `workbooks.py` as a script, so that a hostile file can at worst end this process. Reads the file from
standard input, writes JSON lines to standard output; imports nothing of Anwang. Protocol, in order, per sheet:
`["sheet", name, is_hidden, [[first_row, first_column, last_row, last_column], …]]`, then `["rows", [[cell, …], …]]`
as often as needed; at the end `["end"]`; or, instead of anything, `["refused", code, detail]`.
A cell is a string, a number, a truth value, null, or `["d" | "t", text]` for a date (or moment) and a time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import sys
import zipfile
from typing import Any
from xml.parsers import expat

_BATCH = 500
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0|"


def main() -> int:
    kind, limits = sys.argv[1], json.loads(sys.argv[2])
    _bound(limits["memory"], limits["cpu_seconds"])
    data = sys.stdin.buffer.read()
    try:
        _take_apart(data, kind, limits)
    except _Refused as refused:
        _say(["refused", refused.code, refused.detail])
    except MemoryError:
        _say(["refused", "memory", ""])
    return 0


class _Refused(Exception):
    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def _bound(memory: int, cpu_seconds: int) -> None:
    # Not every system knows these bounds (macOS ignores RLIMIT_AS, Windows has no such module); the wall clock of
    # the parent and the guards before it still hold there.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _take_apart(data: bytes, kind: str, limits: dict[str, int]) -> None:
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        if len(sheets) > limits["sheets"]:
            raise _Refused("too_many_sheets", str(len(sheets)))
        spans = _ods_spans(data) if kind == "ods" else {}
        cells = 0
        for metadata in sheets:
            sheet = book.get_sheet_by_name(metadata.name)
            merged = (
                spans.get(metadata.name, [])
                if kind == "ods"
                else [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
            )
            _say(["sheet", metadata.name, metadata.visible != SheetVisibleEnum.Visible, merged[:100_000]])
            cells += _say_rows(sheet, limits, cells)
    except PasswordError as error:
        raise _Refused("encrypted") from error
    except (CalamineError, zipfile.BadZipFile, expat.ExpatError) as error:
        raise _Refused("damaged", type(error).__name__) from error
    _say(["end"])


def _say_rows(sheet: Any, limits: dict[str, int], cells_before: int) -> int:
    batch: list[list[Any]] = []
    blank = 0
    count = 0
    cells = 0
    if sheet.start is None:
        return 0
    # iter_rows begins at row 1 whatever is there, but leaves the columns before the first one in use out.
    left = [None] * sheet.start[1]
    for values in sheet.iter_rows():
        row = [_cell(value) for value in values]
        while row and row[-1] is None:
            row.pop()
        if not row:
            blank += 1
            continue
        row = left + row
        if len(row) > limits["columns"]:
            raise _Refused("too_many_columns", f"{sheet.name}\t{count + blank + 1}\t{len(row)}")
        count += blank + 1
        cells += len(row)
        if count > limits["rows"]:
            raise _Refused("too_many_rows", f"{sheet.name}\t{count}")
        if cells_before + cells > limits["cells"]:
            raise _Refused("too_many_cells", sheet.name)
        batch.extend([] for _ in range(blank))
        batch.append(row)
        blank = 0
        if len(batch) >= _BATCH:
            _say(["rows", batch])
            batch = []
    if batch:
        _say(["rows", batch])
    return cells


def _cell(value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value.replace("\0", "") or None  # the database cannot keep it, and nobody can see it
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return ["d", (value.date() if is_day else value).isoformat()]
    if isinstance(value, dt.date):
        return ["d", value.isoformat()]
    if isinstance(value, dt.time):
        return ["t", value.isoformat()]
    return str(value)


def _ods_spans(data: bytes) -> dict[str, list[list[int]]]:
    """Merged ranges of an ODS, which Calamine does not report: sheet → [first row, first column, last row, last column]."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
    if b"rows-spanned" not in content and b"columns-spanned" not in content:
        return {}
    spans: dict[str, list[list[int]]] = {}
    sheet = ""
    row = column = repeat = 0

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal sheet, row, column, repeat
        if name == _TABLE + "table":
            sheet, row = attributes.get(_TABLE + "name", ""), 0
        elif name == _TABLE + "table-row":
            column, repeat = 0, _number(attributes, "number-rows-repeated")
        elif name in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            rows, columns = (
                _number(attributes, "number-rows-spanned"),
                _number(attributes, "number-columns-spanned"),
            )
            if rows > 1 or columns > 1:
                spans.setdefault(sheet, []).append([row, column, row + rows - 1, column + columns - 1])
            column += _number(attributes, "number-columns-repeated")

    def on_end(name: str) -> None:
        nonlocal row
        if name == _TABLE + "table-row":
            row += repeat

    parser = expat.ParserCreate(namespace_separator="|")
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.Parse(content, True)
    return spans


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    return max(int(text), 1) if text.isdigit() and len(text) < 9 else 1


def _say(message: list[Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")))
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
