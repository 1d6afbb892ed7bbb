"""Why two records are held to be one person: each comparison moves the sum to one side, from zero to the total."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from .figure import FONT_SIZE, Chart, clipped, data_table, element, picture, text_width

STEP = 26.0
BAR = 14.0
TIP = 5.0
LABEL_SHARE = 0.36
VALUE_WIDTH = 46.0
FOOT = 22.0


@dataclass(frozen=True, slots=True)
class Contribution:
    """One comparison. `weight` in bits: above 0 speaks for one person, below against. `detail` says what was seen."""

    label: str
    weight: float
    detail: str = ""


def waterfall_chart(
    steps: Sequence[Contribution],
    *,
    threshold: float | None = None,
    title: str = "比對依據與權重",
    width: float = 312.0,
) -> Chart:
    """Arrows in the order given, each from where the last one ended: right for one person, left against. The last row is
    the sum, the dashed line the `threshold` (bits) from which the matching links. A weight that is not finite (a rule
    that settles the matter) is drawn as the longest and named 決定性."""
    steps = [replace(each, weight=round(each.weight, 3)) for each in steps]
    total = sum(each.weight for each in steps)
    drawn = _drawn(steps)
    ends = [0.0]
    for length in drawn:
        ends.append(ends[-1] + length)
    marks = [*ends, *([threshold] if threshold is not None else [])]
    low, high = min(marks), max(marks)
    labels = min(width * LABEL_SHARE, max((text_width(each.label) for each in steps), default=40.0))
    left, right = labels + 8, width - VALUE_WIDTH - 4
    per_bit = (right - left) / max(high - low, 1e-9)

    def x(bits: float) -> float:
        return left + (bits - low) * per_bit

    bottom = (len(steps) + 1) * STEP + 4
    parts: list[SafeString] = [element("path", d=f"M{x(0):.1f} 0V{bottom:g}", class_="c-axis")]
    if threshold is not None:
        parts += _threshold(x(threshold), bottom, left, width)
    for index, each in enumerate(steps):
        words = f"{each.label}：{each.detail}" if each.detail else each.label
        css = "c-plus" if each.weight >= 0 else "c-minus"
        parts += _row(
            each.label,
            words,
            signed(each.weight),
            index * STEP,
            x(ends[index]),
            x(ends[index + 1]),
            css,
            labels,
            width,
        )
        y = index * STEP + (STEP + BAR) / 2
        parts.append(
            element("path", d=f"M{x(ends[index + 1]):.1f} {y:g}v{STEP - BAR:g}", class_="c-line c-line--dash")
        )
    parts += _row(
        "合計",
        f"合計 {signed(total)}",
        signed(total),
        len(steps) * STEP,
        x(0),
        x(ends[-1]),
        "c-total",
        labels,
        width,
    )
    height = bottom + (FOOT if threshold is not None else 0)
    said = f"合計 {signed(total)}" + (f"，門檻 {signed(threshold)}" if threshold is not None else "")
    svg = picture(
        title,
        *parts,
        width=width,
        height=height,
        label=f"{title}：{len(steps)} 項，{said}，下方有同內容的表格",
    )
    return Chart(title, svg, _table(title, steps, total, threshold), f"箭頭向右支持同一人，向左反對；{said}")


def _drawn(steps: Sequence[Contribution]) -> list[float]:
    """The weights as they are drawn: what is not finite as long as the longest."""
    longest = max((abs(s.weight) for s in steps if math.isfinite(s.weight)), default=1.0) or 1.0
    return [
        each.weight if math.isfinite(each.weight) else math.copysign(longest, each.weight) for each in steps
    ]


def _threshold(x: float, bottom: float, left: float, width: float) -> list[SafeString]:
    half = text_width("門檻") / 2
    return [
        element("path", d=f"M{x:.1f} 0V{bottom + 4:g}", class_="c-mark"),
        element(
            "text", "門檻", x=min(max(x, left + half), width - half), y=bottom + 17, class_="c-ink c-mid"
        ),
    ]


def _row(
    label: str,
    words: str,
    value: str,
    top: float,
    start: float,
    end: float,
    css: str,
    labels: float,
    width: float,
) -> list[SafeString]:
    middle = top + STEP / 2 + FONT_SIZE * 0.36
    strong = " c-strong" if css == "c-total" else ""
    return [
        element(
            "text", element("title", words), clipped(label, labels), x=0, y=middle, class_=f"c-ink{strong}"
        ),
        element("path", d=_arrow(start, end, top + (STEP - BAR) / 2), class_=css),
        element("text", value, x=width, y=middle, class_=f"c-ink c-end{strong}"),
    ]


def _arrow(start: float, end: float, top: float) -> str:
    """A bar with a point at its end, so that its direction is seen without its colour; never too thin to see."""
    if abs(end - start) < 1.5:
        return f"M{start - 0.8:.1f} {top:g}h1.6v{BAR:g}h-1.6z"
    tip = min(TIP, abs(end - start))
    neck = end - math.copysign(tip, end - start)
    return (
        f"M{start:.1f} {top:g}L{neck:.1f} {top:g}L{end:.1f} {top + BAR / 2:g}"
        f"L{neck:.1f} {top + BAR:g}L{start:.1f} {top + BAR:g}z"
    )


def _table(title: str, steps: Sequence[Contribution], total: float, threshold: float | None) -> SafeString:
    rows, so_far = [], 0.0
    for each in steps:
        so_far += each.weight
        rows.append((each.label, each.detail or "—", signed(each.weight), signed(so_far)))
    rows.append(("合計", "", "", signed(total)))
    if threshold is not None:
        rows.append(("門檻", "達到即視為同一人", "", signed(threshold)))
    return data_table(title, ("比對項目", "看到什麼", "權重", "累計"), rows)


def signed(value: float) -> str:
    """+5.2, −3.0 with a real minus sign, ±0, or 決定性 when it is not finite."""
    if value != value:
        return "互相矛盾"
    if abs(value) == float("inf"):
        return "決定性＋" if value > 0 else "決定性−"
    return f"{value:+.1f}".replace("-", "−") if abs(value) >= 0.05 else "±0"
