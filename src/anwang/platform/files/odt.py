"""Simple official documents as ODT: title, paragraphs, tables whose header repeats on every page, page numbers.

Written directly, as the ODS is: a list of 5,000 rows takes a small part of a second (odfdo: see the test beside it),
and the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
from .ods import ColumnOut
from .sheet import Cell, cell_text

_MIMETYPE = "application/vnd.oasis.opendocument.text"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; line breaks make paragraphs."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3, for readers of outlines and screens."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table. Column widths are shares of the page's width when their sum exceeds it."""

    columns: Sequence[ColumnOut]
    rows: Iterable[Sequence[Cell]]


Block = Paragraph | Heading | TableBlock


def write_odt(
    target: Target,
    title: str,
    blocks: Sequence[Block],
    *,
    header: str = "",
    footer: str = "",
    landscape: bool = False,
) -> None:
    """Write an A4 document in zh-TW to a path (whole or not at all) or a binary stream.

    `header` and `footer` stand on every page; the page number (第 1 頁，共 3 頁) follows the footer.
    """
    page_width = 29.7 if landscape else 21.0
    with whole_or_nothing(target) as stream, OdfZip(stream, _MIMETYPE) as package:
        tables = [block for block in blocks if isinstance(block, TableBlock)]
        with package.member("content.xml") as content:
            content.write(f"{XML_HEAD}<office:document-content{NAMESPACES}>{FONT_FACES}".encode())
            content.write(f"{_table_styles(tables, page_width - 4.0)}<office:body><office:text>".encode())
            content.write(paragraphs(title, '<text:p text:style-name="Title">').encode())
            table_count = 0
            for block in blocks:
                if isinstance(block, TableBlock):
                    for piece in _table_xml(table_count, block):
                        content.write(piece.encode())
                    table_count += 1
                else:
                    content.write(_text_xml(block).encode())
            content.write(b"</office:text></office:body></office:document-content>")
        package.add("styles.xml", _styles(header, footer, landscape))
        package.add(
            "meta.xml",
            f"{XML_HEAD}<office:document-meta{NAMESPACES}><office:meta><meta:generator>Anwang</meta:generator>"
            f"<dc:title>{attribute(title)}</dc:title><dc:language>zh-TW</dc:language></office:meta></office:document-meta>",
        )


def _text_xml(block: Paragraph | Heading) -> str:
    if isinstance(block, Paragraph):
        return paragraphs(block.text, '<text:p text:style-name="Body">')
    level = min(max(block.level, 1), 3)
    inner = paragraphs(block.text.replace("\n", " "), "")
    return f'<text:h text:style-name="Heading_{level}" text:outline-level="{level}">{inner.removesuffix("</text:p>")}</text:h>'


def _table_styles(tables: Sequence[TableBlock], width: float) -> str:
    styles: list[str] = []
    for t, table in enumerate(tables):
        asked = sum(column.width_cm for column in table.columns)
        scale = min(1.0, width / asked) if asked else 1.0
        styles.append(
            f'<style:style style:name="ta{t}" style:family="table"><style:table-properties '
            f'style:width="{asked * scale:.2f}cm" table:align="left" fo:margin-bottom="0.4cm"/></style:style>'
        )
        styles.extend(
            f'<style:style style:name="ta{t}_{c}" style:family="table-column"><style:table-column-properties '
            f'style:column-width="{column.width_cm * scale:.2f}cm"/></style:style>'
            for c, column in enumerate(table.columns)
        )
    return (
        f"<office:automatic-styles>{''.join(styles)}"
        '<style:style style:name="row" style:family="table-row">'
        '<style:table-row-properties fo:keep-together="always"/></style:style>'
        '<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties '
        'fo:border="0.5pt solid #6b7785" fo:padding="0.08cm"/></style:style>'
        '<style:style style:name="head" style:family="table-cell"><style:table-cell-properties '
        'fo:border="0.5pt solid #6b7785" fo:padding="0.08cm" fo:background-color="#e8eef4"/></style:style>'
        "</office:automatic-styles>"
    )


def _table_xml(index: int, table: TableBlock) -> Iterable[str]:
    yield f'<table:table table:name="T{index + 1}" table:style-name="ta{index}">'
    yield "".join(
        f'<table:table-column table:style-name="ta{index}_{c}"/>' for c in range(len(table.columns))
    )
    headers = "".join(
        f'<table:table-cell table:style-name="head" office:value-type="string">'
        f"{paragraphs(column.header, _HEAD_P)}</table:table-cell>"
        for column in table.columns
    )
    yield f'<table:table-header-rows><table:table-row table:style-name="row">{headers}</table:table-row></table:table-header-rows>'
    for row in table.rows:
        cells = "".join(
            f'<table:table-cell table:style-name="cell" office:value-type="string">'
            f"{paragraphs(cell_text(cell), _CELL_P)}</table:table-cell>"
            for cell in row
        )
        yield f'<table:table-row table:style-name="row">{cells}</table:table-row>'
    yield "</table:table>"


_HEAD_P = '<text:p text:style-name="Table_Head">'
_CELL_P = '<text:p text:style-name="Table_Cell">'


def _styles(header: str, footer: str, landscape: bool) -> str:
    width, height = ("29.7cm", "21cm") if landscape else ("21cm", "29.7cm")

    def paragraph(name: str, size: int, extra: str = "", text: str = "", parent: str = "Standard") -> str:
        return (
            f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="{parent}">'
            f"<style:paragraph-properties {extra}/>"
            f'<style:text-properties fo:font-size="{size}pt" style:font-size-asian="{size}pt" {text}/></style:style>'
        )

    bold = 'fo:font-weight="bold" style:font-weight-asian="bold"'
    styles = "".join(
        (
            paragraph("Title", 18, 'fo:text-align="center" fo:margin-bottom="0.4cm"', bold),
            paragraph("Body", 12, 'fo:line-height="150%" fo:margin-bottom="0.15cm"'),
            paragraph(
                "Heading_1",
                15,
                'fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"',
                bold,
            ),
            paragraph(
                "Heading_2",
                13,
                'fo:margin-top="0.3cm" fo:margin-bottom="0.15cm" fo:keep-with-next="always"',
                bold,
            ),
            paragraph(
                "Heading_3",
                12,
                'fo:margin-top="0.2cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"',
                bold,
            ),
            paragraph("Table_Cell", 10),
            paragraph("Table_Head", 10, "", bold),
            paragraph("Page_Edge", 9, 'fo:text-align="center"', 'fo:color="#4a5a6a"'),
        )
    )
    edge = '<text:p text:style-name="Page_Edge">'
    pages = '第 <text:page-number text:select-page="current">1</text:page-number> 頁，共 <text:page-count>1</text:page-count> 頁'
    footer_text = paragraphs(footer, edge) if footer else ""
    return (
        f"{XML_HEAD}<office:document-styles{NAMESPACES}>{FONT_FACES}<office:styles>"
        f'<style:default-style style:family="paragraph"><style:text-properties {TEXT_LANGUAGE} fo:font-size="12pt" '
        'style:font-size-asian="12pt"/></style:default-style>'
        '<style:style style:name="Standard" style:family="paragraph" style:class="text"/>'
        f"{styles}</office:styles><office:automatic-styles>"
        f'<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="{width}" fo:page-height="{height}" '
        f'style:print-orientation="{"landscape" if landscape else "portrait"}" fo:margin="2cm"/>'
        '<style:header-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-bottom="0.3cm"/></style:header-style>'
        '<style:footer-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.3cm"/></style:footer-style>'
        "</style:page-layout></office:automatic-styles><office:master-styles>"
        '<style:master-page style:name="Standard" style:page-layout-name="A4">'
        f"<style:header>{paragraphs(header, edge)}</style:header>"
        f"<style:footer>{footer_text}{edge}{pages}</text:p></style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )
