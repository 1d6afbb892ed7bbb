"""Why two records are held to be one person: each comparison's weight, for and against, as horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from .figure import FONT_SIZE, Chart, clipped, data_table, element, text_width

STEP = 28.0
BAR = 16.0
LABEL_SHARE = 0.4
VALUE_WIDTH = 44.0


@dataclass(frozen=True, slots=True)
class Contribution:
    """One comparison. `weight` in bits: above 0 speaks for one person, below against. `detail` says what was seen."""

    label: str
    weight: float
    detail: str = ""


def weights_chart(
    contributions: Sequence[Contribution], *, title: str = "比對依據與權重", width: float = 320.0
) -> Chart:
    """Bars from a common zero, in the order given, with the sum as the last row. A weight that is not finite
    (a rule that settles the matter) is drawn at full length and named 決定性."""
    contributions = [replace(each, weight=round(each.weight, 3)) for each in contributions]
    finite = [abs(each.weight) for each in contributions if abs(each.weight) != float("inf")]
    longest = max(finite, default=1.0) or 1.0
    labels = min(width * LABEL_SHARE, max((text_width(each.label) for each in contributions), default=60.0))
    against = any(each.weight < 0 for each in contributions)
    favour = any(each.weight > 0 for each in contributions) or not against
    left = labels + 14 + (VALUE_WIDTH if against else 0)
    right = width - (VALUE_WIDTH if favour else 0) - 4
    minus, plus = _longest(contributions, longest)
    zero = left + (right - left) * _share_against(minus, plus)
    scales = [(zero - left) / minus if minus else None, (right - zero) / plus if plus else None]
    per_bit = min((scale for scale in scales if scale is not None), default=0.0)
    parts: list[SafeString] = []
    for index, each in enumerate(contributions):
        parts += _bar(each, index * STEP, zero, per_bit * min(longest, abs(each.weight)), labels)
    height = max(1, len(contributions)) * STEP + 4
    parts.append(element("path", d=f"M{zero:.1f} 0V{height:g}", class_="c-axis"))
    total = sum(each.weight for each in contributions)
    svg = element(
        "svg",
        element("title", title),
        *parts,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=f"{title}：{len(contributions)} 項，合計 {_signed(total)}，下方有同內容的表格",
    )
    rows = [(each.label, each.detail or "—", _signed(each.weight)) for each in contributions]
    rows.append(("合計", "", _signed(total)))
    note = f"向右支持同一人，向左反對；合計 {_signed(total)}"
    return Chart(title, svg, data_table(title, ("比對項目", "看到什麼", "權重"), rows), note)


def _longest(contributions: Sequence[Contribution], limit: float) -> tuple[float, float]:
    """The longest bar against and for, in bits; what is not finite counts as `limit`."""
    minus = max((min(limit, -each.weight) for each in contributions if each.weight < 0), default=0.0)
    plus = max((min(limit, each.weight) for each in contributions if each.weight > 0), default=0.0)
    return minus, plus


def _share_against(minus: float, plus: float) -> float:
    """The part of the width left of zero: as the two sides' longest bars ask, but never too thin to see."""
    if not minus or not plus:
        return 1.0 if minus else 0.0
    return min(0.9, max(0.1, minus / (minus + plus)))


def _bar(each: Contribution, top: float, zero: float, length: float, labels: float) -> list[SafeString]:
    middle = top + STEP / 2 + FONT_SIZE * 0.36
    name = clipped(each.label, labels)
    words = f"{each.label}：{each.detail}" if each.detail else each.label
    drawn = max(1.5, length) if each.weight else 0.0
    plus = each.weight >= 0
    return [
        element("text", element("title", words), name, x=0, y=middle, class_="c-ink"),
        element(
            "rect",
            x=zero if plus else zero - drawn,
            y=top + (STEP - BAR) / 2,
            width=drawn,
            height=BAR,
            rx=1.5,
            class_="c-plus" if plus else "c-minus",
        ),
        element(
            "text",
            _signed(each.weight),
            x=zero + drawn + 6 if plus else zero - drawn - 6,
            y=middle,
            class_="c-ink" if plus else "c-ink c-end",
        ),
    ]


def _signed(value: float) -> str:
    """+5.2, −3.0 with a real minus sign, ±0, or 決定性 when it is not finite."""
    if value != value:
        return "互相矛盾"
    if abs(value) == float("inf"):
        return "決定性＋" if value > 0 else "決定性−"
    return f"{value:+.1f}".replace("-", "−") if abs(value) >= 0.05 else "±0"
