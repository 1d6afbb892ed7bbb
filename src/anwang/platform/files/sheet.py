"""A table as read: sheets of rows of typed cells, before anyone knows what the columns mean."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from .kinds import FileKind

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | None


class MergedRange(NamedTuple):
    """Rows and columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows[i]` is row i + 1 as the spreadsheet program numbers it; rows may differ in length.

    Cells of a merged range are empty but for the first. `is_cut_off`: see `DelimitedRows`.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[MergedRange, ...] = ()
    is_hidden: bool = False
    is_cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One file, read. `sha256` and `size` (bytes) are of the file as it came; `notes` are for the receipt (zh-TW)."""

    name: str
    kind: FileKind
    sha256: str
    size: int
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()


def cell_text(value: Cell) -> str:
    """What a person reads in the cell: whole numbers without `.0` or exponent, dates as ISO, None as ""."""
    if type(value) is str:
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return format(value, ".15g") if abs(value) < 1e15 else f"{value:.0f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value).strip()


def column_letter(index: int) -> str:
    """Column 0 is A, 26 is AA: as spreadsheet programs name them."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
