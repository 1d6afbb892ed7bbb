"""Writes a month of rosters as the files bureaus send, and the truth beside them."""

from __future__ import annotations

import csv
import datetime as dt
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from anwang.standard.codes import RosterCode

from .county import MonthOfRosters
from .rows import RosterSheet
from .writing import EXCEL_STYLES

_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that the same seed gives the same bytes


def write_rosters(month: MonthOfRosters, folder: Path) -> dict[RosterCode, Path]:
    """Writes the nine files into `folder` (made if absent) in the kind each layout names."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for roster, sheet in month.rosters.items():
        path = folder / sheet.layout.file_name(month.period)
        match sheet.layout.kind:
            case "xlsx":
                _write_xlsx(path, sheet)
            case "ods":
                _write_ods(path, sheet)
            case "csv":
                _write_csv(path, sheet, "utf-8-sig")
            case "big5":
                _write_csv(path, sheet, "cp950")
            case other:
                raise ValueError(f"unknown kind of file: {other}")
        written[roster] = path
    return written


def lines(sheet: RosterSheet) -> Iterator[list[str]]:
    """The file's lines from the first title to the total; a title or total is a line of one or two cells."""
    layout = sheet.layout
    rng = random.Random(f"{layout.roster}:{sheet.period.roc}:{len(sheet.rows)}")
    for title in layout.title_rows(sheet.period):
        yield [title]
    headers = [header for _, header in layout.columns]
    yield headers
    for row in sheet.rows:
        yield [row.cells[header] for header in headers]
        if rng.random() < layout.blank_rows:
            yield []
    if layout.total:
        yield []
        yield layout.total.format(n=len(sheet.rows)).split("\t")


def _write_csv(path: Path, sheet: RosterSheet, encoding: str) -> None:
    """Characters that Big5 lacks become `?`, as in real exports."""
    with path.open("w", encoding=encoding, errors="replace", newline="") as out:
        csv.writer(out).writerows(lines(sheet))


def _write_xlsx(path: Path, sheet: RosterSheet) -> None:
    layout = sheet.layout
    titles = len(layout.titles)
    merged = layout.values and len(layout.columns) > 1  # the samples do not merge their titles
    dates = {
        column
        for column, (field, _) in enumerate(layout.columns)
        if (field == "birth" and layout.birth_style in EXCEL_STYLES)
        or (field in ("opened_on", "visited_on") and layout.date_style in EXCEL_STYLES)
    }
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})
        day = book.add_format({"num_format": "yyyy/m/d"})
        page = book.add_worksheet("工作表1")
        for number, cells in enumerate(lines(sheet)):
            if number < titles and merged:
                page.merge_range(number, 0, number, len(layout.columns) - 1, cells[0])
                continue
            for column, text in enumerate(cells):
                if column in dates and number > titles and _is_day(text):
                    page.write_datetime(number, column, dt.datetime.fromisoformat(text), day)
                elif text:
                    page.write_string(number, column, text)


def _is_day(text: str) -> bool:
    """Whether the text is a date a workbook can hold (1900 and later)."""
    try:
        return dt.date.fromisoformat(text).year >= 1901
    except ValueError:
        return False


_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3" '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="名冊">'
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def _write_ods(path: Path, sheet: RosterSheet) -> None:
    """A plain ODS of text cells."""
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            _entry("mimetype", zipfile.ZIP_STORED), "application/vnd.oasis.opendocument.spreadsheet"
        )
        book.writestr(_entry("META-INF/manifest.xml"), _ODS_MANIFEST)
        with book.open(_entry("content.xml"), "w") as out:
            out.write(_ODS_HEAD.encode())
            for cells in lines(sheet):
                out.write(
                    f"<table:table-row>{''.join(map(_ods_cell, cells or ['']))}</table:table-row>".encode()
                )
            out.write(_ODS_TAIL.encode())


def _entry(name: str, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MADE.timetuple()[:6])
    entry.compress_type = compression
    return entry


def _ods_cell(text: str) -> str:
    """Runs of spaces need an element of their own in ODF, so that a reader keeps them."""
    if not text:
        return "<table:table-cell/>"
    kept = escape(text).replace(" ", "<text:s/>")
    return f'<table:table-cell office:value-type="string"><text:p>{kept}</text:p></table:table-cell>'
