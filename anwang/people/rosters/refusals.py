"""The refused rows as an ODS to send back: the columns as received, and where and why each row was refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from anwang.platform.files.odf_zip import Target
from anwang.platform.files.ods import ColumnOut, SheetOut, write_ods
from anwang.platform.files.sheet import Cell

from .reading import RowFault, RowReading

ADDED_COLUMNS = ("檔案列號", "欄位", "原因", "收到的值")


def write_refusals(target: Target, file_name: str, reading: RowReading) -> None:
    """Write the refused rows of one roster to a path or stream, a sheet for each sheet of the file that has some.

    Dates and numbers keep their type, texts that look like formulas stay texts. With no refused row the sheet is empty
    but for its header.
    """
    recognition = reading.recognition
    sheets: list[SheetOut] = []
    for found in recognition.sheets:
        faults = [fault for fault in reading.faults if fault.sheet == found.name]
        if not faults and (sheets or found is not recognition.sheets[-1]):
            continue
        headers = {column.index: column.header or column.letter for column in found.columns}
        width = max([*(index + 1 for index in headers), *(len(fault.cells) for fault in faults), 0])
        columns = [
            ColumnOut(name, width) for name, width in zip(ADDED_COLUMNS, (2.2, 4.5, 9.0, 4.0), strict=True)
        ]
        columns += [ColumnOut(headers.get(index, ""), 3.2) for index in range(width)]
        titles = (
            f"{recognition.roster.label}（{recognition.agency.label}，{recognition.period.roc}）退回 {len(faults)} 列，請修正後重新送出",
            f"原檔：{file_name}",
        )
        sheets.append(SheetOut(found.name or "退回", columns, list(_rows(faults, width)), titles))
    write_ods(target, sheets)


def _rows(faults: list[RowFault], width: int) -> Iterator[tuple[Cell, ...]]:
    for fault in faults:
        cells: tuple[Cell, ...] = fault.cells + (None,) * (width - len(fault.cells))
        yield (fault.line, fault.column, fault.reason, fault.value, *cells)


def refusals_file_name(file_name: str, today: date) -> str:
    """`名冊.xlsx` on 2026-04-02 → `名冊_退回_1150402.ods`."""
    stem = file_name.rsplit(".", 1)[0]
    return f"{stem}_退回_{today.year - 1911}{today:%m%d}.ods"
