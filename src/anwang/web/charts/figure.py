"""Building blocks of charts: escaped SVG elements, widths of text, and the finished chart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

FONT_SIZE = 13


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart: `svg` for the eye, `table` (safe HTML) for everyone and for copying, `title` for both."""

    title: str
    svg: SafeString
    table: SafeString
    note: str = ""


def element(name: str, *children: str, **attributes: str | float | None) -> SafeString:
    """An SVG element. Attribute names: `_` becomes `-`, a trailing `_` is dropped; None leaves the attribute out.

    Everything is escaped; children that are SafeString are taken as they are. Numbers are rounded to 0.1.
    """
    pairs = (
        (key.rstrip("_").replace("_", "-") if key != "viewBox" else key, _number(value))
        for key, value in attributes.items()
        if value is not None
    )
    opened = format_html_join("", ' {}="{}"', pairs)
    inside = mark_safe("".join(conditional_escape(child) for child in children))  # noqa: S308 each child is escaped
    return format_html("<{}{}>{}</{}>", name, opened, inside, name)


def picture(
    title: str, *parts: str, width: float, height: float, label: str, role: str = "img"
) -> SafeString:
    """The whole figure. `label` says what a reader who does not see it gets instead."""
    return element(
        "svg",
        element("title", title),
        *parts,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role=role,
        aria_label=label,
    )


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value, 1) + 0.0:g}"


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """Width in px, estimated: a wide character is one em, others a bit more than half (enough for any system font)."""
    ems = sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.6 for each in text)
    return ems * size


def clipped(text: str, width: float, size: float = FONT_SIZE) -> str:
    """`text`, shortened with … so that it fits `width` px."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip(" 　・，、") + "…"


def data_table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> SafeString:
    """The table that says what the chart shows. The first column names the row."""
    head = format_html_join("", '<th scope="col">{}</th>', ((each,) for each in heads))
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((row[0], format_html_join("", "<td>{}</td>", ((each,) for each in row[1:]))) for row in rows),
    )
    return format_html(
        '<table class="table table--tight"><caption class="hidden-text">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        caption,
        head,
        body,
    )
