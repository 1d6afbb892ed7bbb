"""Text of a delimited file to rows: comma, tab, semicolon or bar, quotes with line breaks inside."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from .refused import FileLimits, FileRefused

_DELIMITERS = ",\t;|"
_LONG_FIELD = 20_000  # an open quote swallows the rest of the file into one field
_MANY_BREAKS = 40


@dataclass(frozen=True, slots=True)
class DelimitedRows:
    """`rows` are as a spreadsheet program numbers them: row 1 first, blank lines counted.

    `is_cut_off`: the last row has no line end and fewer columns than most rows; the file was probably cut.
    """

    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    is_cut_off: bool


def delimited_rows(text: str, limits: FileLimits) -> DelimitedRows:
    """Raises FileRefused(`quotes` | `too_many_columns` | `too_many_rows`)."""
    text = text.rstrip("\x1a")  # end-of-file sign of old DOS programs
    delimiter = _delimiter(text)
    rows = _parsed(text, delimiter, limits)
    while rows and not any(rows[-1]):
        rows.pop()
    width = _usual_width(rows)
    has_line_end = text.endswith(("\n", "\r"))
    is_cut_off = bool(rows) and not has_line_end and len(rows) > 2 and len(rows[-1]) < width
    return DelimitedRows(tuple(rows), delimiter, is_cut_off)


def _delimiter(text: str) -> str:
    """The sign that cuts most of the first lines into equally many (two or more) pieces."""
    sample = text[:65536]
    lines = sample.splitlines(keepends=True)
    if len(text) > len(sample) and len(lines) > 1:
        lines.pop()
    best, best_score = ",", 0
    for sign in _DELIMITERS:
        if sign not in sample:
            continue
        widths: dict[int, int] = {}
        for row in csv.reader(lines[:400], delimiter=sign):
            if len(row) > 1:
                widths[len(row)] = widths.get(len(row), 0) + 1
        score = max((count * min(width, 6) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = sign, score
    return best


def _parsed(text: str, delimiter: str, limits: FileLimits) -> list[tuple[str, ...]]:
    try:
        return _read(text, delimiter, limits, strict=True)
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _quote_refusal(text, delimiter) from error
    # Not strict: a quote in the middle of a field (12"管線) is only a character.
    try:
        return _read(text, delimiter, limits, strict=False)
    except csv.Error as error:
        raise _quote_refusal(text, delimiter) from error


def _read(text: str, delimiter: str, limits: FileLimits, *, strict: bool) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    append = rows.append
    previous_line = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    for row in reader:
        if len(row) > limits.columns:
            while row and not row[-1]:
                row.pop()
            if len(row) > limits.columns:
                raise FileRefused(
                    "too_many_columns",
                    f"第 {len(rows) + 1} 列有 {len(row):,} 欄，超過上限 {limits.columns} 欄，這不像名冊。",
                )
        if reader.line_num - previous_line > _MANY_BREAKS:
            raise csv.Error("unexpected end of data")
        previous_line = reader.line_num
        append(tuple(row))
        if len(rows) > limits.rows:
            raise FileRefused("too_many_rows", f"資料超過上限 {limits.rows:,} 列。請分批送檔。")
    return rows


def _quote_refusal(text: str, delimiter: str) -> FileRefused:
    """Names the row where the quote that never closes was opened."""
    row_number = 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    previous_line = 0
    last = 0
    try:
        for row in reader:
            if reader.line_num - previous_line > _MANY_BREAKS or any(
                len(field) > _LONG_FIELD for field in row
            ):
                break
            last = row_number
            row_number += 1
            previous_line = reader.line_num
        else:
            row_number = max(last, 1)  # the last row is the one whose quote never closed
    except csv.Error:
        pass
    return FileRefused(
        "quotes",
        f"第 {row_number} 列的雙引號沒有成對，後面的內容無法分欄；檔案也可能只傳了一部分。請修正後再送。",
    )


def _usual_width(rows: list[tuple[str, ...]]) -> int:
    widths: dict[int, int] = {}
    for row in rows[:2000]:
        widths[len(row)] = widths.get(len(row), 0) + 1
    return max(widths, key=lambda width: (widths[width], width), default=0)
