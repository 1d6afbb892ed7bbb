"""Lanes by agency along time: who has served this household, since when, when they last met it, what was reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from anwang.standard.dates import roc_date

from ..clocks import roc_day
from .figure import FONT_SIZE, Chart, clipped, data_table, element, picture, text_width

WIDTH = 820.0
BAR = 20.0
STEP = 40.0
RIGHT = 12.0
LABEL_MAX = 190.0
MARK_LINE = 19.0
MARK_LABEL_MAX = 104.0
LABEL_MIN = 124.0  # room left of the first day for the label of a mark on it
TICK_GAP = 44.0


@dataclass(frozen=True, slots=True)
class Span:
    """One period of service. `closed` None means that it goes on. `note` is its outcome, said beside a closed bar.

    `known_until`: the day up to which its source speaks (a monthly roster says nothing of today); None: up to the end of
    the chart. The bar of a going service stops there.
    """

    opened: dt.date
    closed: dt.date | None = None
    note: str = ""
    known_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """The service of one agency under one programme. `own` is the reader's unit. `contacts` are days of contact."""

    label: str
    spans: Sequence[Span]
    contacts: Sequence[dt.date] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A day that matters to all lanes, such as a report. `level`: `ink`, `amber` or `red`."""

    on: dt.date
    label: str
    level: str = "ink"


def agency_lanes(
    lanes: Sequence[Lane],
    start: dt.date,
    end: dt.date,
    marks: Sequence[Mark] = (),
    *,
    title: str = "各單位服務期間",
) -> Chart:
    """Draw `lanes` from `start` to `end` (the youngest day that any of the data speaks of), with `marks` across them.

    Going service of the reader's unit is dark, of others light, closed service grey with its outcome in words;
    dots are contacts. What lies outside the time shown is cut; a lane that lies wholly outside keeps its name.
    Raises ValueError when `end` is not after `start`.
    """
    if end <= start:
        raise ValueError("the end of the chart must be after its start")
    left = max(LABEL_MIN, min(LABEL_MAX, max((text_width(lane.label) for lane in lanes), default=0.0))) + 18
    scale = _Scale(start, end, left, WIDTH - RIGHT)
    shown = sorted((mark for mark in marks if start <= mark.on <= end), key=lambda mark: mark.on)
    rows = _mark_rows(shown, scale)
    top = (max(rows, default=-1) + 1) * MARK_LINE + 6
    bottom = top + len(lanes) * STEP
    parts: list[SafeString] = [*_grid(scale, top, bottom)]
    for index, lane in enumerate(lanes):
        parts += _lane(lane, scale, top + index * STEP + (STEP - BAR) / 2, end)
    for mark, row in zip(shown, rows, strict=True):
        parts += _mark(mark, scale, row, bottom)
    height = bottom + 26
    svg = picture(
        f"{title}，{roc_date(start)}至{roc_date(end)}",
        *parts,
        width=WIDTH,
        height=height,
        label=f"{title}：{len(lanes)} 條，下方有同內容的表格",
    )
    return Chart(
        title,
        svg,
        _table(title, lanes, shown),
        "深色：本單位服務中　淺色：其他單位服務中　灰色：已結案　圓點：接觸",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    start: dt.date
    end: dt.date
    left: float
    right: float

    def x(self, day: dt.date) -> float:
        share = (day - self.start).days / (self.end - self.start).days
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)


def _months(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    day = start.replace(day=1)
    while day <= end:
        if day >= start:
            yield day
        day = (day + dt.timedelta(days=32)).replace(day=1)


def _grid(scale: _Scale, top: float, bottom: float) -> Iterator[SafeString]:
    """A line for each month; as many names as fit, the year where it first appears and at each January."""
    months = list(_months(scale.start, scale.end))
    per_month = (scale.right - scale.left) / max(1.0, (scale.end - scale.start).days / 30.4)
    every = next((n for n in (1, 2, 3, 6, 12, 24, 60) if per_month * n >= TICK_GAP), 120)
    shown = [
        day
        for day in months
        if (day.month - 1) % every == 0 and (every < 24 or day.year % (every // 12) == 0)
    ]
    for day in months if every <= 3 else shown:
        yield element("path", d=f"M{scale.x(day):.1f} {top:g}V{bottom:g}", class_="c-grid")
    last_end = float("-inf")
    for index, day in enumerate(shown):
        full = index == 0 or day.month == 1 or every >= 12
        text = f"{day.year - 1911}/{day.month}" if full else str(day.month)
        half = text_width(text) / 2
        if scale.x(day) - half < last_end + 4 or scale.x(day) + half > WIDTH:
            continue
        last_end = scale.x(day) + half
        yield element("text", text, x=scale.x(day), y=bottom + 18, class_="c-muted c-mid")


def _lane(lane: Lane, scale: _Scale, y: float, end: dt.date) -> Iterator[SafeString]:
    middle = y + BAR / 2 + FONT_SIZE * 0.36
    label = clipped(lane.label, LABEL_MAX)
    yield element(
        "text",
        element("title", lane.label) if label != lane.label else SafeString(""),
        label,
        x=0,
        y=middle,
        class_="c-ink c-strong" if lane.own else "c-ink",
    )
    spans = sorted(lane.spans, key=lambda span: span.opened)
    for index, span in enumerate(spans):
        if span.opened > scale.end or (span.closed and span.closed < scale.start):
            continue
        x, until = scale.x(span.opened), scale.x(span.closed or span.known_until or end)
        css = "c-closed" if span.closed else "c-own" if lane.own else "c-other"
        width = max(3.0, until - x)
        yield element(
            "rect", element("title", _span_words(span)), x=x, y=y, width=width, height=BAR, rx=2, class_=css
        )
        free_until = scale.x(spans[index + 1].opened) if index + 1 < len(spans) else WIDTH
        if span.closed and span.note:
            yield from _note(span.note, x, x + width, free_until, middle)
    for day in lane.contacts:
        if scale.start <= day <= scale.end:
            words = f"接觸 {roc_date(day)}"
            yield element(
                "circle", element("title", words), cx=scale.x(day), cy=y + BAR / 2, r=4, class_="c-dot"
            )


def _note(note: str, start: float, end: float, free_until: float, y: float) -> Iterator[SafeString]:
    """The outcome goes right of the bar; if that is taken, into the bar; if neither holds it, only the table says it."""
    if text_width(note) <= free_until - end - 10:
        yield element("text", note, x=end + 8, y=y, class_="c-muted")
    elif text_width(note) <= end - start - 10:
        yield element("text", note, x=start + 5, y=y, class_="c-ink")


def _mark_rows(marks: Sequence[Mark], scale: _Scale) -> list[int]:
    """The line of text for each mark. A label hangs left of its line like a flag, and of two that would meet the
    later one stands higher: so no label meets another, and no line runs through a label."""
    rows: list[int] = []
    begins: list[float] = []  # where each row of text is taken from, filled from the right
    for mark in reversed(marks):
        begin, finish = _mark_extent(mark, scale)
        row = 1 + max((index for index, taken in enumerate(begins) if taken < finish + 8), default=-1)
        if row == len(begins):
            begins.append(begin)
        begins[row] = begin
        rows.append(row)
    return rows[::-1]


def _mark_extent(mark: Mark, scale: _Scale) -> tuple[float, float]:
    end = scale.x(mark.on) - 4
    return end - text_width(_mark_words(mark)), end


def _mark_words(mark: Mark) -> str:
    label = clipped(mark.label, MARK_LABEL_MAX)
    return f"{label} {mark.on.month}/{mark.on.day}"


def _mark(mark: Mark, scale: _Scale, row: int, bottom: float) -> Iterator[SafeString]:
    colour = f" c-mark--{mark.level}" if mark.level in {"red", "amber"} else ""
    text = f"c-{mark.level}" if colour else "c-ink"
    _, end = _mark_extent(mark, scale)
    yield element(
        "path", d=f"M{scale.x(mark.on):.1f} {row * MARK_LINE + 2:g}V{bottom:g}", class_=f"c-mark{colour}"
    )
    yield element("text", _mark_words(mark), x=end, y=(row + 1) * MARK_LINE - 5, class_=f"{text} c-end")


def _span_words(span: Span) -> str:
    until = roc_date(span.closed) if span.closed else "服務中"
    if span.closed is None and span.known_until is not None:
        until += f"，資料到{roc_date(span.known_until)}"
    return f"{roc_date(span.opened)} – {until}" + (f"（{span.note}）" if span.note else "")


def _table(title: str, lanes: Sequence[Lane], marks: Sequence[Mark]) -> SafeString:
    rows: list[tuple[str, str, str]] = []
    for lane in lanes:
        periods = "；".join(_span_words(span) for span in sorted(lane.spans, key=lambda span: span.opened))
        contacts = "、".join(roc_day(day, "short") for day in sorted(lane.contacts))
        rows.append((lane.label + ("（本單位）" if lane.own else ""), periods or "無", contacts or "無"))
    rows += [(mark.label, roc_date(mark.on), "") for mark in marks]
    return data_table(title, ("單位與方案", "期間", "接觸"), rows)
