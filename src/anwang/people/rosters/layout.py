"""Where a sheet's header is: titles above it, one line or two, merged cells, or none at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anwang.platform.files.sheet import Cell, MergedRange, Sheet, cell_text
from anwang.standard.rosters import match_header
from anwang.standard.text import fold_label

from .content import is_data_like

_SEARCHED = 60  # lines; a header further down is not one that people write
_KNOWN = 0.5  # a header score from which a cell counts as known


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """`header_rows` and `first_row` are indices from 0; `header_rows` is () for a sheet without a header.

    `headers` has one text a column, "" where the header is blank. `known` counts the fields that the header names.
    """

    header_rows: tuple[int, ...]
    first_row: int
    headers: tuple[str, ...]
    titles: tuple[str, ...]
    known: int


def text_rows(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in rows]


def sheet_layout(sheet: Sheet) -> SheetLayout | None:
    """The layout of the sheet, or None when nothing in it looks like a table of people."""
    rows = text_rows(sheet.rows[:_SEARCHED])
    best: tuple[float, tuple[int, ...], tuple[str, ...], int] | None = None
    for index, row in enumerate(rows):
        if sum(1 for text in row if text) < 2 or _data_share(row) > 0.34:
            continue
        candidates: list[tuple[tuple[int, ...], tuple[str, ...]]] = [((index,), tuple(row))]
        if index + 1 < len(rows) and _may_be_second_line(rows[index + 1]):
            candidates.append(((index, index + 1), _two_lines(row, rows[index + 1], index, sheet.merged)))
        for header_rows, headers in candidates:
            score, known = _header_score(headers)
            # The header stands right above data; each line of distance counts against a look-alike in the titles.
            score += (
                0.5 * _is_followed_by_data(rows, header_rows[-1])
                - 0.01 * index
                - 0.05 * (len(header_rows) - 1)
            )
            if known >= 2 and (best is None or score > best[0] + 1e-9):
                best = (score, header_rows, headers, known)
    if best is not None:
        _, header_rows, headers, known = best
        return SheetLayout(header_rows, header_rows[-1] + 1, headers, _titles(rows[: header_rows[0]]), known)
    return _layout_by_content(rows)


def _layout_by_content(rows: list[list[str]]) -> SheetLayout | None:
    """No line names known fields: the header is the line above the first line of data, if it is one of words."""
    first = next((i for i, row in enumerate(rows) if _is_data_row(row)), None)
    if first is None or sum(1 for row in rows[first : first + 10] if _is_data_row(row)) * 2 < len(
        rows[first : first + 10]
    ):
        return None
    width = max(len(row) for row in rows[first:])
    above = first - 1
    while above >= 0 and not any(rows[above]):
        above -= 1
    if above >= 0:
        words = [text for text in rows[above] if text]
        if len(words) * 2 >= width and _data_share(rows[above]) == 0:
            return SheetLayout((above,), first, tuple(rows[above]), _titles(rows[:above]), 0)
    return SheetLayout((), first, ("",) * width, _titles(rows[:first]), 0)


def _titles(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(" ".join(dict.fromkeys(text for text in row if text)) for row in rows if any(row))


def _header_score(headers: Sequence[str]) -> tuple[float, int]:
    """The sum of each field's best spelling, and how many fields are named; unknown words count a little against."""
    best: dict[str, float] = {}
    unknown = 0
    for header in headers:
        matches = match_header(header) if header and len(header) <= 40 else ()
        if matches:
            top = matches[0]
            best[top.field] = max(best.get(top.field, 0.0), top.score)
        elif header:
            unknown += 1
    return sum(best.values()) - 0.05 * unknown, sum(1 for score in best.values() if score >= _KNOWN)


def _data_share(row: Sequence[str]) -> float:
    filled = [text for text in row if text]
    return sum(1 for text in filled if is_data_like(text)) / len(filled) if filled else 0.0


def _is_data_row(row: Sequence[str]) -> bool:
    filled = [text for text in row if text]
    return len(filled) >= 3 and sum(1 for text in filled if is_data_like(text)) >= 2


def _is_followed_by_data(rows: Sequence[Sequence[str]], last_header: int) -> bool:
    following = [row for row in rows[last_header + 1 : last_header + 6] if any(row)]
    return bool(following) and any(_is_data_row(row) for row in following)


def _may_be_second_line(row: Sequence[str]) -> bool:
    filled = [text for text in row if text]
    return bool(filled) and _data_share(row) == 0 and all(len(text) <= 30 for text in filled)


def _two_lines(
    top: Sequence[str], bottom: Sequence[str], index: int, merged: Sequence[MergedRange]
) -> tuple[str, ...]:
    """One header text a column from a group line and the line below it.

    A group name is carried over its merged range, or, in a file without merges (CSV), over the blanks that follow it.
    It is put before the lower text only where that alone is unknown: 出生 over 日期 is 出生日期, but 個人資料 over 姓名
    is 姓名.
    """
    width = max(len(top), len(bottom))
    upper = [*top, *[""] * (width - len(top))]
    lower = [*bottom, *[""] * (width - len(bottom))]
    groups = list(upper)
    ranges = [r for r in merged if r.first_row == index]
    for found in ranges:
        for column in range(found.first_column, min(found.last_column + 1, width)):
            groups[column] = upper[found.first_column]
    if not ranges:
        for column in range(1, width):
            if not groups[column] and lower[column]:
                groups[column] = groups[column - 1]
    headers = []
    for own, group, below in zip(upper, groups, lower, strict=True):
        if not below:
            headers.append(own)
        elif not group or fold_label(group) == fold_label(below):
            headers.append(below)
        else:
            alone, both = match_header(below), match_header(group + below)
            headers.append(group + below if both and (not alone or both[0].score > alone[0].score) else below)
    return tuple(headers)
