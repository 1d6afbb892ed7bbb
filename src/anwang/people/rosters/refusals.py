"""The refused rows of a receipt as a file to send back: the columns as received, and where and why each was refused.

Written from what the receipt keeps, not from the file: the same download comes from the page and from the command.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from anwang.platform.files.odf_zip import Target
from anwang.platform.files.ods import ColumnOut, SheetOut, write_csv, write_ods
from anwang.platform.files.sheet import Cell, cell_text
from anwang.standard.codes import RosterCode
from anwang.standard.record import Period

from .models import RosterReceipt, RosterRemark

ADDED_COLUMNS = ("檔案列號", "欄位", "原因", "收到的值")
_WIDTHS = (2.2, 4.5, 9.0, 4.0)
SHEET_NAME_LENGTH = 80  # as much of a sheet's name as a remark keeps


def cells_to_json(cells: Iterable[Cell]) -> list[Any]:
    """Cells as a receipt keeps them: texts, numbers and yes/no as such, days and moments as `{"day": …}`."""
    return [_cell_to_json(cell) for cell in cells]


def _cell_to_json(cell: Cell) -> Any:
    if isinstance(cell, dt.datetime):
        return {"moment": cell.replace(tzinfo=None).isoformat()}
    if isinstance(cell, dt.date):
        return {"day": cell.isoformat()}
    return cell_text(cell) if isinstance(cell, dt.time) else cell


def cells_from_json(kept: Iterable[Any]) -> tuple[Cell, ...]:
    """The cells that `cells_to_json` kept."""
    return tuple(_cell_from_json(cell) for cell in kept)


def _cell_from_json(kept: Any) -> Cell:
    if not isinstance(kept, dict):
        cell: Cell = kept
        return cell
    if "moment" in kept:
        return dt.datetime.fromisoformat(kept["moment"])
    return dt.date.fromisoformat(kept["day"])


@dataclass(frozen=True, slots=True)
class _Part:
    """The refused rows of one sheet of the file, with the headers that it had."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[RosterRemark, ...]

    def lines(self) -> Iterator[tuple[Cell, ...]]:
        for row in self.rows:
            cells = cells_from_json(row.cells)
            padding = (None,) * (len(self.headers) - len(cells))
            yield (row.line, row.column, row.reason, row.value, *cells, *padding)


def _parts(receipt: RosterReceipt, rows: Sequence[RosterRemark]) -> list[_Part]:
    sheets = receipt.recognition.get("sheets", [])
    known = {sheet["name"][:SHEET_NAME_LENGTH]: tuple(sheet["headers"]) for sheet in sheets}
    by_sheet: dict[str, list[RosterRemark]] = {name: [] for name in known}
    for row in rows:
        by_sheet.setdefault(row.sheet, []).append(row)
    parts = []
    for name, found in by_sheet.items():
        if not found:
            continue
        headers = known.get(name, ())
        width = max(len(headers), *(len(row.cells) for row in found))
        parts.append(_Part(name, headers + ("",) * (width - len(headers)), tuple(found)))
    return parts or [_Part("", next(iter(known.values()), ()), ())]


def write_refusals(target: Target, receipt: RosterReceipt, rows: Sequence[RosterRemark]) -> None:
    """Write the refused rows of a receipt to a path or stream as ODS, a sheet for each sheet of the file with some.

    `rows`: its remarks of kind REFUSED. Dates and numbers keep their type, texts that look like formulas stay texts.
    With no refused row there is one sheet with nothing but its header.
    """
    sheets = []
    for part in _parts(receipt, rows):
        columns = [ColumnOut(name, width) for name, width in zip(ADDED_COLUMNS, _WIDTHS, strict=True)]
        columns += [ColumnOut(header, 3.2) for header in part.headers]
        titles = (
            f"{_what(receipt)}退回 {len(part.rows)} 列，請修正後重新送出",
            f"原檔：{receipt.file_name}　收據：{receipt.number}",
        )
        sheets.append(SheetOut(part.name or "退回", columns, part.lines(), titles))
    write_ods(target, sheets)


def write_refusals_csv(target: Target, receipt: RosterReceipt, rows: Sequence[RosterRemark]) -> None:
    """The same as CSV: one table, each further sheet under its own header line."""
    first, *others = _parts(receipt, rows)

    def lines() -> Iterator[Sequence[Cell]]:
        yield from first.lines()
        for part in others:
            yield ()
            yield (*ADDED_COLUMNS, *part.headers)
            yield from part.lines()

    write_csv(target, (*ADDED_COLUMNS, *first.headers), lines())


def _what(receipt: RosterReceipt) -> str:
    if not receipt.roster or receipt.period is None:
        return ""
    period = Period(receipt.period.year, receipt.period.month)
    return f"{RosterCode(receipt.roster).label}（{period.roc}）"


def refusals_file_name(file_name: str, today: dt.date, suffix: str = "ods") -> str:
    """`名冊.xlsx` on 2026-04-02 → `名冊_退回_1150402.ods`."""
    stem = file_name.rsplit(".", 1)[0]
    return f"{stem}_退回_{today.year - 1911}{today:%m%d}.{suffix}"
