"""How good each threshold is: precision and recall with their bands of uncertainty, over the pairs that each decides on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from .figure import Chart, data_table, element, picture

LEFT, RIGHT = 46.0, 74.0
COLUMN = 42.0
HEIGHT = 190.0
TOP = 12.0
BARS = 58.0
GAP = 44.0
LABEL_GAP = 17.0
FLOORS = {0.95: 5, 0.9: 5, 0.8: 4, 0.5: 5, 0.0: 4}  # where the scale may begin, and its steps up to 1


@dataclass(frozen=True, slots=True)
class Limits:
    """An estimate between its limits, each a share of 1."""

    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True)
class ThresholdPoint:
    """A threshold (at the beginning of column `column`) and how good it is; None where it cannot be said."""

    column: int
    link_at: float
    precision: Limits | None
    recall: Limits | None


@dataclass(frozen=True, slots=True)
class PairColumn:
    """The pairs of one band, from the likelihood `begins`; `decided` by people."""

    begins: float
    pairs: int
    decided: int


def threshold_chart(
    points: Sequence[ThresholdPoint],
    columns: Sequence[PairColumn],
    now: float,
    *,
    title: str = "各門檻的精確度與找回率",
) -> Chart:
    """Lines over the thresholds, the present one (`now`) marked; below, how many pairs lie in each band."""
    edges = [column.begins for column in columns]
    width = LEFT + COLUMN * len(columns) + RIGHT
    bottom = TOP + HEIGHT
    lows = [each.low for point in points for each in (point.precision, point.recall) if each is not None]
    floor = next((each for each in FLOORS if each <= min(lows, default=0.0)), 0.0)

    def y(share: float) -> float:
        return bottom - (share - floor) / (1 - floor) * HEIGHT

    parts: list[SafeString] = []
    for k in range(FLOORS[floor] + 1):
        share = floor + (1 - floor) * k / FLOORS[floor]
        parts.append(element("path", d=f"M{LEFT:g} {y(share):.1f}H{width - RIGHT:g}", class_="c-grid"))
        parts.append(element("text", _percent(share), x=LEFT - 6, y=y(share) + 4.5, class_="c-muted c-end"))
    series: list[tuple[str, str, Callable[[ThresholdPoint], Limits | None]]] = [
        ("精確度", "act", lambda point: point.precision),
        ("找回率", "two", lambda point: point.recall),
    ]
    for _, css, of in series:
        parts += _band([(_x(p.column), of(p)) for p in points], y, css)
    lines = [[(_x(p.column), each) for p in points if (each := of(p)) is not None] for _, _, of in series]
    lowered = _label_offsets([y(line[-1][1].value) if line else None for line in lines])
    for (label, css, _), line, lower in zip(series, lines, lowered, strict=True):
        parts += _line(label, line, y, css, lower)
    parts += _now(_place(now, edges), bottom, now)
    parts += _bars(columns, bottom + GAP)
    height = bottom + GAP + BARS + 24
    svg = picture(
        title,
        *parts,
        width=width,
        height=height,
        label=f"{title}，現行門檻 {_percent(now)}，下方有同內容的表格",
    )
    return Chart(
        title,
        svg,
        _table(title, points),
        "實線與圓點：精確度　虛線與方塊：找回率　淺色帶：95% 信賴區間　下方長條：各區間的比對數，深色為已決定（長度依對數尺度）",
    )


def _x(column: float) -> float:
    return LEFT + COLUMN * column


def _place(link_at: float, edges: Sequence[float]) -> float:
    """Where a threshold stands among the columns; between two edges in proportion."""
    for k, begins in enumerate(edges):
        ends = edges[k + 1] if k + 1 < len(edges) else 1.0
        if begins <= link_at < ends:
            return _x(k + (link_at - begins) / (ends - begins))
    return _x(0)


def _band(
    points: Sequence[tuple[float, Limits | None]], y: Callable[[float], float], css: str
) -> list[SafeString]:
    known = [(x, each) for x, each in points if each is not None]
    if len(known) < 2:
        return []
    over = [f"{x:.1f} {y(each.high):.1f}" for x, each in known]
    under = [f"{x:.1f} {y(each.low):.1f}" for x, each in reversed(known)]
    return [element("path", d="M" + "L".join([*over, *under]) + "z", class_=f"c-band c-band--{css}")]


def _label_offsets(ends: Sequence[float | None]) -> list[float]:
    """How far below its line's end each of two labels stands: apart, when the lines end close to each other."""
    first, second = ends
    if first is None or second is None or abs(first - second) >= LABEL_GAP:
        return [4.5, 4.5]
    apart = (LABEL_GAP - abs(first - second)) / 2
    return [4.5 - apart, 4.5 + apart] if first <= second else [4.5 + apart, 4.5 - apart]


def _line(
    label: str, line: Sequence[tuple[float, Limits]], y: Callable[[float], float], css: str, lower: float
) -> list[SafeString]:
    if not line:
        return []
    path = "L".join(f"{x:.1f} {y(each.value):.1f}" for x, each in line)
    parts = [element("path", d=f"M{path}", class_=f"c-trend c-trend--{css}")]
    for x, each in line:
        said = element("title", f"{label} {limits_words(each)}")
        at, css_ = y(each.value), f"c-point c-point--{css}"
        if css == "act":
            parts.append(element("circle", said, cx=x, cy=at, r=3.5, class_=css_))
        else:
            parts.append(element("rect", said, x=x - 3, y=at - 3, width=6, height=6, class_=css_))
    x, last = line[-1]
    parts.append(element("text", label, x=x + 10, y=y(last.value) + lower, class_="c-ink"))
    return parts


def _now(x: float, bottom: float, now: float) -> list[SafeString]:
    return [
        element("path", d=f"M{x:.1f} {TOP:g}V{bottom + 6:g}", class_="c-mark"),
        element("text", f"現行 {_percent(now)}", x=x, y=bottom + 20, class_="c-ink c-strong c-mid"),
    ]


def _bars(columns: Sequence[PairColumn], top: float) -> list[SafeString]:
    most = max((math.log1p(column.pairs) for column in columns), default=1.0) or 1.0
    base = top + BARS
    parts = [element("text", "對數", x=LEFT - 6, y=base, class_="c-muted c-end")]
    for k, column in enumerate(columns):
        x, tall = _x(k) + 6, math.log1p(column.pairs) / most * (BARS - 16)
        done = math.log1p(column.decided) / most * (BARS - 16)
        said = element(
            "title", f"{band_words(column.begins, columns, k)}：{column.pairs} 對，已決定 {column.decided} 對"
        )
        if column.pairs:
            parts.append(
                element(
                    "rect",
                    said,
                    x=x,
                    y=base - tall,
                    width=COLUMN - 12,
                    height=max(tall, 1.0),
                    class_="c-other",
                )
            )
        if column.decided:
            parts.append(
                element("rect", x=x, y=base - done, width=COLUMN - 12, height=max(done, 1.0), class_="c-own")
            )
        parts.append(
            element(
                "text", str(column.pairs), x=_x(k) + COLUMN / 2, y=base - tall - 4, class_="c-muted c-mid"
            )
        )
        parts.append(element("text", _percent(column.begins), x=_x(k), y=base + 17, class_="c-muted c-mid"))
    parts.append(element("text", "100%", x=_x(len(columns)), y=base + 17, class_="c-muted c-mid"))
    return parts


def band_words(begins: float, columns: Sequence[PairColumn], k: int) -> str:
    ends = columns[k + 1].begins if k + 1 < len(columns) else 1.0
    return f"{_percent(begins)} 到 {_percent(ends)}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".rstrip("0").rstrip(".") + "%"


def limits_words(each: Limits | None) -> str:
    """`98.2%（96.1%–99.4%）`; what cannot be said is said to be so."""
    if each is None:
        return "尚無法估計"
    return f"{each.value * 100:.1f}%（{each.low * 100:.1f}%–{each.high * 100:.1f}%）"


def _table(title: str, points: Sequence[ThresholdPoint]) -> SafeString:
    rows = [(_percent(p.link_at), limits_words(p.precision), limits_words(p.recall)) for p in points]
    return data_table(title, ("門檻", "精確度", "找回率"), rows)
