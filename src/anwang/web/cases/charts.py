"""The needs of a family over time as a small chart: the sum of the scales in percent of the worst that could be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from anwang.standard.dates import roc_date
from anwang.web.charts.figure import Chart, data_table, element
from anwang.web.clocks import roc_day

WIDTH, HEIGHT = 640.0, 170.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 24.0, 16.0, 136.0
TITLE = "需求總分（滿分的百分比，越低越好）"


def share_chart(points: Sequence[tuple[dt.date, int]]) -> Chart | None:
    """One dot for each assessment, joined; None when there are not two to compare."""
    if len(points) < 2:
        return None
    first, last = points[0][0], points[-1][0]
    span = max(1, (last - first).days)

    def x(day: dt.date) -> float:
        return LEFT + (day - first).days / span * (WIDTH - LEFT - RIGHT)

    def y(share: int) -> float:
        return BOTTOM - share / 100 * (BOTTOM - TOP)

    parts = [element("title", TITLE)]
    for mark in (0, 25, 50, 75, 100):
        parts.append(element("path", d=f"M{LEFT:g} {y(mark):.1f}H{WIDTH - RIGHT:g}", class_="c-grid"))
        if mark % 50 == 0:
            parts.append(element("text", f"{mark}", x=LEFT - 8, y=y(mark) + 4, class_="c-muted c-end"))
    line = "L".join(f"{x(day):.1f} {y(share):.1f}" for day, share in points)
    parts.append(element("path", d=f"M{line}", class_="c-line"))
    taken = float("-inf")
    for day, share in points:
        parts.append(
            element(
                "circle",
                element("title", f"{roc_date(day)}：{share} %"),
                cx=x(day),
                cy=y(share),
                r=4,
                class_="c-dot",
            )
        )
        if x(day) - taken > 64:
            anchor = "c-muted c-end" if day == last else "c-muted"
            parts.append(element("text", roc_day(day, "short"), x=x(day), y=BOTTOM + 22, class_=anchor))
            taken = x(day)
    svg = element(
        "svg", *parts, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", width=WIDTH, height=HEIGHT, role="img",
        aria_label=f"{TITLE}：{len(points)} 次評估，下方有同內容的表格",
    )  # fmt: skip
    table = data_table(TITLE, ("評估日期", "總分"), [(roc_date(day), f"{share} %") for day, share in points])
    return Chart(TITLE, svg, table, "每一點是一次評估；同一份量表，可以前後比較。")
