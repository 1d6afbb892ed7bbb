"""The sheets of a file that may hold a roster, each with its layout, its columns' content and the lists it fits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anwang.platform.files.sheet import Sheet, Table, cell_text
from anwang.standard.text import fold_label, squeeze

from .content import ColumnContent, column_content
from .layout import SheetLayout, sheet_layout
from .listing import ListScore, list_scores
from .skipped import skipped_kind

_LOOKED_AT = 4_000  # rows of data that column evidence is taken from


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet that holds a table of people, before its list and month are settled."""

    index: int
    sheet: Sheet
    layout: SheetLayout
    contents: tuple[ColumnContent, ...]
    scores: tuple[ListScore, ...]


def found_candidates(table: Table, notes: list[str]) -> list[Candidate]:
    """The visible sheets that hold a table of people; why the others were left out is added to `notes`."""
    found = []
    for index, sheet in enumerate(table.sheets):
        if not sheet.rows:
            continue
        if sheet.is_hidden:
            notes.append(f"工作表「{sheet.name}」是隱藏的，未讀取。")
            continue
        layout = sheet_layout(sheet)
        if layout is None:
            if len(table.sheets) > 1:
                notes.append(f"工作表「{sheet.name}」不像名冊，未讀取。")
            continue
        layout, contents = _with_contents(sheet, layout)
        names = [
            ("檔名", file_stem(table.name)),
            ("工作表名稱", sheet.name if table.sheets[0].name != file_stem(table.name) else ""),
        ]
        names += [("標題", title) for title in layout.titles]
        found.append(
            Candidate(index, sheet, layout, contents, tuple(list_scores(names, layout.headers, contents)))
        )
    return found


def _with_contents(sheet: Sheet, layout: SheetLayout) -> tuple[SheetLayout, tuple[ColumnContent, ...]]:
    """The evidence of every column that has a header or a value; totals and footnotes do not count as values."""
    header_cells = frozenset(fold_label(header) for header in layout.headers if header)
    rows: list[list[str]] = []
    for row in sheet.rows[layout.first_row : layout.first_row + _LOOKED_AT]:
        texts = [cell_text(cell) for cell in row]
        if skipped_kind(texts, header_cells, frozenset(), ()) is None:
            rows.append(texts)
    width = max([len(layout.headers), *(len(row) for row in rows)])
    headers = layout.headers + ("",) * (width - len(layout.headers))
    columns = [[row[i] if i < len(row) else "" for row in rows] for i in range(width)]
    layout = SheetLayout(layout.header_rows, layout.first_row, headers, layout.titles, layout.known)
    return layout, tuple(column_content(column) for column in columns)


def file_stem(name: str) -> str:
    """The file name without its extension and spaces."""
    return re.sub(r"\.[A-Za-z0-9]{1,5}$", "", squeeze(name))
