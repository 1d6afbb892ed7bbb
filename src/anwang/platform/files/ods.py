"""Tables that go out: ODS (the government's exchange form) and CSV, written as a stream.

No cell is ever a formula: in ODS every text is stored as a string, and in CSV a text that a spreadsheet program would
take for a formula gets an apostrophe before it. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .odf_zip import (
    FONT_FACES,
    NAMESPACES,
    TEXT_LANGUAGE,
    XML_HEAD,
    OdfZip,
    Target,
    attribute,
    paragraphs,
    whole_or_nothing,
)
from .sheet import Cell, cell_text

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_FLUSH = 256 * 1024
_BAD_IN_NAME = re.compile(r"[\[\]*?:/\\'\x00-\x1f]")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class ColumnOut:
    """A column with its header and its width in centimetres."""

    header: str
    width_cm: float = 3.0


@dataclass(frozen=True, slots=True)
class SheetOut:
    """A sheet to write. `titles` are lines above the header; `rows` may be a generator: it is read once."""

    name: str
    columns: Sequence[ColumnOut]
    rows: Iterable[Sequence[Cell]]
    titles: Sequence[str] = field(default=())


def write_ods(target: Target, sheets: Sequence[SheetOut]) -> None:
    """Write `sheets` to a path (whole or not at all) or a binary stream; headers bold and frozen.

    Cells: str, int, float, bool, date (shown as 2026-03-01), datetime, time, None. Raises ValueError for no sheet.
    """
    if not sheets:
        raise ValueError("an ODS file needs at least one sheet")
    names = _sheet_names(sheets)
    with whole_or_nothing(target) as stream, OdfZip(stream, _MIMETYPE) as package:
        with package.member("content.xml") as content:
            content.write(f"{XML_HEAD}<office:document-content{NAMESPACES}>{FONT_FACES}".encode())
            content.write(f"{_automatic_styles(sheets)}<office:body><office:spreadsheet>".encode())
            for index, sheet in enumerate(sheets):
                for piece in _sheet_xml(index, names[index], sheet):
                    content.write(piece.encode())
            content.write(b"</office:spreadsheet></office:body></office:document-content>")
        package.add("styles.xml", _STYLES)
        package.add("settings.xml", _settings(sheets, names))
        package.add("meta.xml", _META)


def write_csv(target: Target, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV in UTF-8 with a byte-order mark (Excel needs it for Chinese), safe to open in a spreadsheet."""
    with whole_or_nothing(target) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", errors="replace")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([formula_safe(header) for header in columns])
        writer.writerows(
            [formula_safe(cell) if isinstance(cell, str) else cell_text(cell) for cell in row] for row in rows
        )
        text.flush()
        text.detach()


def formula_safe(text: str) -> str:
    """`text` for a CSV cell: with an apostrophe before it where a spreadsheet program would see a formula."""
    return (
        "'" + text
        if text.lstrip(" ").startswith(_FORMULA_START) or text.startswith(("\t", "\r", "\n"))
        else text
    )


def _sheet_names(sheets: Sequence[SheetOut]) -> list[str]:
    """Allowed by Excel too: at most 31 characters, no []*?:/\\ and no two alike."""
    names: list[str] = []
    for sheet in sheets:
        base = _BAD_IN_NAME.sub("_", sheet.name).strip()[:31] or "工作表"
        name, count = base, 1
        while name.casefold() in {taken.casefold() for taken in names}:
            count += 1
            name = f"{base[: 30 - len(str(count))]}_{count}"
        names.append(name)
    return names


def _automatic_styles(sheets: Sequence[SheetOut]) -> str:
    columns = "".join(
        f'<style:style style:name="co{s}_{c}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{column.width_cm:.2f}cm"/></style:style>'
        for s, sheet in enumerate(sheets)
        for c, column in enumerate(sheet.columns)
    )
    return (
        '<office:automatic-styles><number:date-style style:name="day"><number:year number:style="long"/>'
        '<number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text>'
        '<number:day number:style="long"/></number:date-style>'
        '<number:date-style style:name="moment"><number:year number:style="long"/><number:text>-</number:text>'
        '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
        '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
        '<number:minutes number:style="long"/></number:date-style>'
        '<style:style style:name="d" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="day"/>'
        '<style:style style:name="m" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="moment"/>'
        f"{columns}</office:automatic-styles>"
    )


def _sheet_xml(index: int, name: str, sheet: SheetOut) -> Iterable[str]:
    width = len(sheet.columns)
    yield f'<table:table table:name="{attribute(name)}">'
    yield "".join(f'<table:table-column table:style-name="co{index}_{c}"/>' for c in range(width))
    for title in sheet.titles:
        yield f'<table:table-row><table:table-cell table:style-name="title" {_TEXT_CELL}>{paragraphs(title)}</table:table-cell></table:table-row>'
    header = "".join(
        f'<table:table-cell table:style-name="header" {_TEXT_CELL}>{paragraphs(column.header)}</table:table-cell>'
        for column in sheet.columns
    )
    yield f"<table:table-header-rows><table:table-row>{header}</table:table-row></table:table-header-rows>"
    pieces: list[str] = []
    size = 0
    for row in sheet.rows:
        piece = "<table:table-row>" + "".join(map(_cell_xml, row)) + "</table:table-row>"
        pieces.append(piece)
        size += len(piece)
        if size > _FLUSH:
            yield "".join(pieces)
            pieces.clear()
            size = 0
    yield "".join(pieces)
    yield "</table:table>"


_TEXT_CELL = 'office:value-type="string"'


def _cell_xml(value: Cell) -> str:
    if type(value) is str:
        return (
            f"<table:table-cell {_TEXT_CELL}>{paragraphs(value)}</table:table-cell>"
            if value
            else "<table:table-cell/>"
        )
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"><text:p>{cell_text(value)}</text:p></table:table-cell>'
    if isinstance(value, int | float) and math.isfinite(value):
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>{cell_text(value)}</text:p></table:table-cell>'
    if isinstance(value, dt.datetime):
        moment = value.replace(tzinfo=None, microsecond=0)
        return f'<table:table-cell table:style-name="m" office:value-type="date" office:date-value="{moment.isoformat()}"><text:p>{moment:%Y-%m-%d %H:%M}</text:p></table:table-cell>'
    if isinstance(value, dt.date):
        return f'<table:table-cell table:style-name="d" office:value-type="date" office:date-value="{value.isoformat()}"><text:p>{value.isoformat()}</text:p></table:table-cell>'
    return f"<table:table-cell {_TEXT_CELL}>{paragraphs(cell_text(value))}</table:table-cell>"


def _settings(sheets: Sequence[SheetOut], names: Sequence[str]) -> str:
    def item(name: str, kind: str, value: object) -> str:
        return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'

    tables = "".join(
        f'<config:config-item-map-entry config:name="{attribute(name)}">'
        + item("VerticalSplitMode", "short", 2)
        + item("VerticalSplitPosition", "int", len(sheet.titles) + 1)
        + item("ActiveSplitRange", "short", 2)
        + item("PositionBottom", "int", len(sheet.titles) + 1)
        + "</config:config-item-map-entry>"
        for sheet, name in zip(sheets, names, strict=True)
    )
    return (
        f"{XML_HEAD}<office:document-settings{NAMESPACES}><office:settings>"
        '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
        f"<config:config-item-map-entry>{item('ViewId', 'string', 'view1')}"
        f'<config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named>'
        f"{item('ActiveTable', 'string', attribute(names[0]))}"
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )


_STYLES = (
    f"{XML_HEAD}<office:document-styles{NAMESPACES}>{FONT_FACES}<office:styles>"
    f'<style:default-style style:family="table-cell"><style:text-properties {TEXT_LANGUAGE} fo:font-size="11pt" '
    'style:font-size-asian="11pt"/></style:default-style>'
    '<style:style style:name="Default" style:family="table-cell"/>'
    '<style:style style:name="header" style:family="table-cell" style:parent-style-name="Default">'
    '<style:table-cell-properties fo:background-color="#e8eef4" fo:border-bottom="0.75pt solid #4a5a6a" fo:wrap-option="wrap"/>'
    '<style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>'
    '<style:style style:name="title" style:family="table-cell" style:parent-style-name="Default">'
    '<style:text-properties fo:font-weight="bold" style:font-weight-asian="bold" fo:font-size="13pt" '
    'style:font-size-asian="13pt"/></style:style>'
    "</office:styles></office:document-styles>"
)
_META = f"{XML_HEAD}<office:document-meta{NAMESPACES}><office:meta><meta:generator>Anwang</meta:generator><dc:language>zh-TW</dc:language></office:meta></office:document-meta>"
