"""Geometry of the charts: for any family nothing overlaps and no line runs through a person."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anwang.standard.codes import Relation, Sex
from anwang.standard.dates import roc_date
from anwang.web.charts import (
    Contribution,
    Lane,
    Limits,
    Mark,
    Member,
    PairColumn,
    Span,
    ThresholdPoint,
    Tie,
    TieKind,
    agency_lanes,
    genogram,
    threshold_chart,
    waterfall_chart,
)
from anwang.web.charts.family import build_family
from anwang.web.charts.family_layout import HALF, LABEL_GAP, Layout, lay_out, spread
from anwang.web.charts.figure import clipped, element, text_width
from anwang.web.charts.kinship import ties_to_head

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["陳建宏", "林", "歐陽娜娜", "伊斯坦大・撒可努・達悟瑪蘭", "Mary Ann dela Cruz Santos", "𠮷田"]


def family_of(
    children_per_couple: list[int], extra: list[tuple[TieKind, int, int]]
) -> tuple[list[str], list[Tie]]:
    """A family grown from one couple: each number is how many children the next person has, with a partner or not."""
    keys = ["p0", "p1"]
    ties = [Tie(TieKind.COUPLE, "p0", "p1")]
    parents = [("p0", "p1")]
    for count in children_per_couple:
        if not parents or len(keys) > 20:
            break
        here = parents.pop(0)
        for number in range(count):
            child = f"p{len(keys)}"
            keys.append(child)
            ties += [Tie(TieKind.PARENT, parent, child) for parent in here]
            if number % 2 == 0:
                partner = f"p{len(keys)}"
                keys.append(partner)
                ties.append(Tie(TieKind.COUPLE if number else TieKind.FORMER_COUPLE, partner, child))
                parents.append((child, partner))
            else:
                parents.append((child,))
    ties += [Tie(kind, keys[a % len(keys)], keys[b % len(keys)]) for kind, a, b in extra]
    return keys, ties


FAMILIES = st.builds(
    family_of,
    st.lists(st.integers(0, 4), max_size=7),
    st.lists(st.tuples(st.sampled_from(TieKind), st.integers(0, 30), st.integers(0, 30)), max_size=4),
)


def boxes(layout: Layout, widths: dict[str, float]) -> dict[str, tuple[float, float, float, float]]:
    return {
        key: (x - HALF, y - HALF, x + HALF + LABEL_GAP + widths[key], y + HALF)
        for key, (x, y) in layout.centres.items()
    }


def crosses(box: tuple[float, float, float, float], a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether an upright or level segment enters the inside of a box."""
    left, top, right, bottom = box
    low_x, high_x = sorted((a[0], b[0]))
    low_y, high_y = sorted((a[1], b[1]))
    slack = 0.2
    return low_x < right - slack and high_x > left + slack and low_y < bottom - slack and high_y > top + slack


@settings(max_examples=150, deadline=None)
@given(FAMILIES, st.lists(st.sampled_from([20.0, 60.0, 100.0, 156.0]), min_size=40, max_size=40))
def test_no_box_overlaps_and_no_line_runs_through_one(
    family: tuple[list[str], list[Tie]], label_widths: list[float]
) -> None:
    keys, ties = family
    widths = dict(zip(keys, itertools.cycle(label_widths), strict=False))
    built = build_family(keys, ties)
    layout = lay_out(built, widths, dict.fromkeys(keys), dict.fromkeys(keys, False))
    placed = boxes(layout, widths)
    assert set(placed) == set(keys), "everyone is drawn"
    for (_, a), (_, b) in itertools.combinations(placed.items(), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    for left, top, right, bottom in placed.values():
        assert left >= 0
        assert top >= 0
        assert right <= layout.width
        assert bottom <= layout.height
    for line in layout.lines:
        for a, b in itertools.pairwise(line.points):
            assert a[0] == b[0] or a[1] == b[1], "lines are upright or level"
            assert min(a[0], b[0]) >= 0
            assert max(a[0], b[0]) <= layout.width
            assert max(a[1], b[1]) <= layout.height
            assert not any(crosses(box, a, b) for box in placed.values())


@settings(max_examples=100, deadline=None)
@given(FAMILIES)
def test_generations_and_couples_stand_as_drawn(family: tuple[list[str], list[Tie]]) -> None:
    keys, ties = family
    built = build_family(keys, ties)
    layout = lay_out(built, dict.fromkeys(keys, 80.0), dict.fromkeys(keys), dict.fromkeys(keys, False))
    for tie in ties:
        if tie in built.conflicts or tie.a == tie.b:
            continue
        above, below = layout.centres[tie.a][1], layout.centres[tie.b][1]
        if tie.kind is TieKind.PARENT:
            assert above < below
        elif tie.kind in {TieKind.COUPLE, TieKind.FORMER_COUPLE}:
            assert above == below


@settings(max_examples=60, deadline=None)
@given(FAMILIES, st.lists(st.sampled_from(NAMES), min_size=1), st.sampled_from(["male", "female", None]))
def test_the_drawing_is_well_formed_and_says_everyone(
    family: tuple[list[str], list[Tie]], names: list[str], sex: str | None
) -> None:
    keys, ties = family
    people = [Member(key, name, sex, 30) for key, name in zip(keys, itertools.cycle(names), strict=False)]
    chart = genogram(people, ties)
    root = ElementTree.fromstring(f'<x xmlns="http://www.w3.org/2000/svg">{chart.svg}</x>')  # noqa: S314 own markup
    titles = [each.text for each in root.iter(f"{SVG}title")]
    for person in people:
        assert person.words in titles
        assert person.name in chart.table


@given(
    st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=12),
    st.lists(st.floats(1, 200), min_size=11, max_size=11),
)
def test_spread_keeps_gaps_and_leaves_alone_what_fits(wanted: list[float], gaps: list[float]) -> None:
    gaps = gaps[: len(wanted) - 1]
    placed = spread(wanted, gaps)
    for (a, b), gap in zip(itertools.pairwise(placed), gaps, strict=True):
        assert b - a >= gap - 1e-6
    if all(b - a >= gap for (a, b), gap in zip(itertools.pairwise(wanted), gaps, strict=True)):
        assert placed == pytest.approx(wanted, abs=1e-6)


def test_parents_stand_over_their_children() -> None:
    keys = ["f", "m", "a", "b", "c"]
    ties = [Tie(TieKind.COUPLE, "f", "m"), *(Tie(TieKind.PARENT, p, c) for p in "fm" for c in "abc")]
    layout = lay_out(
        build_family(keys, ties), dict.fromkeys(keys, 90.0), {"a": 3, "b": 9, "c": 6}, {"f": True}
    )
    x = {key: place[0] for key, place in layout.centres.items()}
    assert x["f"] < x["m"], "the man stands left"
    assert x["b"] < x["c"] < x["a"], "the eldest stands left"
    assert (x["f"] + x["m"]) / 2 == pytest.approx((x["b"] + x["a"]) / 2, abs=1)


def test_symbols_follow_the_standard() -> None:
    people = [
        Member("a", "甲", "male", 70, deceased=True),
        Member("b", "乙", "female", 68, is_client=True, href="/people/2"),
        Member("c", "丙", None, 5, note="<script>", alert=True),
    ]
    chart = genogram(people, [Tie(TieKind.FORMER_COUPLE, "a", "b"), Tie(TieKind.GRANDPARENT, "b", "c")])
    svg = str(chart.svg)
    assert svg.count("<rect") == 1
    assert svg.count("<circle") == 1
    assert "c-cross" in svg
    assert "c-shape--focus" in svg
    assert "c-line--dash" in svg
    assert '<a href="/people/2"' in svg
    assert 'role="group"' in svg, "links inside, so not one image"
    assert "<script>" not in svg
    assert "<script>" not in chart.table
    assert "style=" not in svg
    assert "虛線" in chart.note
    assert "雙斜線" in chart.note
    assert "菱形" in chart.note


def test_contradictions_are_named_not_drawn() -> None:
    ties = [Tie(TieKind.PARENT, "a", "b"), Tie(TieKind.PARENT, "b", "a")]
    family = build_family(["a", "b"], ties)
    assert len(family.conflicts) == 1
    chart = genogram([Member("a", "甲"), Member("b", "乙")], ties)
    assert "互相矛盾" in chart.note


def test_a_grandparent_who_is_also_the_partner_is_a_contradiction() -> None:
    ties = [Tie(TieKind.COUPLE, "a", "b"), Tie(TieKind.GRANDPARENT, "a", "b")]
    family = build_family(["a", "b"], ties)
    assert family.conflicts == [ties[1]]
    assert family.ghosts == set()


def test_a_stranger_in_a_tie_is_refused() -> None:
    with pytest.raises(ValueError, match="not a member"):
        genogram([Member("a", "甲")], [Tie(TieKind.COUPLE, "a", "x")])
    with pytest.raises(ValueError, match="share a key"):
        genogram([Member("a", "甲"), Member("a", "乙")], [])


def test_one_person_alone_and_nobody() -> None:
    assert "甲" in genogram([Member("a", "甲")], []).svg
    assert "0 人" in genogram([], []).svg


def test_roster_words_become_ties() -> None:
    ties = ties_to_head(
        "h",
        [
            ("w", Relation.SPOUSE, Sex.FEMALE),
            ("s", Relation.CHILD, Sex.MALE),
            ("i", Relation.CHILD_IN_LAW, Sex.FEMALE),
            ("g", Relation.GRANDCHILD, Sex.MALE),
            ("f", Relation.PARENT, Sex.MALE),
            ("m", Relation.PARENT, Sex.FEMALE),
            ("o", Relation.NOT_KIN, None),
        ],
    )
    K = TieKind
    assert Tie(K.COUPLE, "h", "w") in ties
    assert Tie(K.PARENT, "w", "s") in ties
    assert Tie(K.COUPLE, "s", "i") in ties
    assert Tie(K.PARENT, "i", "g") in ties
    assert Tie(K.COUPLE, "f", "m") in ties
    assert not any("o" in (tie.a, tie.b) for tie in ties)


def test_a_grandchild_of_unknown_parents_hangs_on_the_grandparents() -> None:
    rows = [("w", Relation.SPOUSE, Sex.FEMALE), ("g", Relation.GRANDCHILD, Sex.MALE)]
    assert Tie(TieKind.GRANDPARENT, "h", "g") in ties_to_head("h", rows)
    two = [
        ("a", Relation.CHILD, Sex.MALE),
        ("b", Relation.CHILD, Sex.MALE),
        ("i", Relation.CHILD_IN_LAW, Sex.FEMALE),
    ]
    assert Tie(TieKind.ELDER, "h", "i") in ties_to_head("h", two), "whose wife she is, is not said"


START, END = dt.date(2025, 11, 1), dt.date(2026, 4, 25)
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 1, 1))


@settings(max_examples=100, deadline=None)
@given(st.lists(DAYS, max_size=8), st.lists(DAYS, max_size=8))
def test_marks_never_meet(days: list[dt.date], contacts: list[dt.date]) -> None:
    marks = [Mark(day, f"通報{index}") for index, day in enumerate(days)]
    chart = agency_lanes([Lane("社會處 脆弱家庭", [Span(START)], contacts)], START, END, marks)
    root = ElementTree.fromstring(str(chart.svg))  # noqa: S314 own markup
    width = float(root.attrib["width"])
    labels, lines = [], []
    for each in root.iter("text"):
        if (each.text or "").startswith("通報"):
            x, y = float(each.attrib["x"]), float(each.attrib["y"])
            labels.append((x - text_width(each.text or ""), y - 12, x, y))
    for each in root.iter("path"):
        if "c-mark" in each.attrib["class"]:
            found = re.fullmatch(r"M([\d.]+) ([\d.]+)V([\d.]+)", each.attrib["d"])
            assert found
            x, top, bottom = map(float, found.groups())
            lines.append(((x, top), (x, bottom)))
    assert len(labels) == len(lines) == sum(START <= day <= END for day in days)
    for a, b in itertools.combinations(labels, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    for box in labels:
        assert box[0] >= 0
        assert box[2] <= width
        assert not any(crosses(box, *line) for line in lines)
    dots = list(root.iter("circle"))
    assert len(dots) == sum(START <= day <= END for day in contacts)


def test_lanes_say_own_others_and_closed() -> None:
    lanes = [
        Lane("社會處", [Span(dt.date(2026, 1, 6))], own=True),
        Lane("衛生局", [Span(dt.date(2020, 1, 1))]),
        Lane(
            "勞工處",
            [Span(dt.date(2025, 11, 17), dt.date(2026, 1, 14), "未就業，結案"), Span(dt.date(2026, 4, 20))],
        ),
        Lane("教育處", [Span(dt.date(2019, 1, 1), dt.date(2019, 6, 1))]),
    ]
    chart = agency_lanes(lanes, START, END, [Mark(dt.date(2026, 4, 18), "通報", "red")])
    assert chart.svg.count('class="c-own"') == 1
    assert chart.svg.count('class="c-other"') == 2
    assert chart.svg.count('class="c-closed"') == 1, "what ended before is not drawn"
    assert "未就業，結案" in chart.svg
    assert "114年11月17日 – 115年1月14日（未就業，結案）" in chart.table
    assert "社會處（本單位）" in chart.table
    assert "通報 4/18" in chart.svg
    with pytest.raises(ValueError, match="after its start"):
        agency_lanes(lanes, END, START)


def test_what_a_roster_says_goes_on_is_drawn_as_far_as_it_speaks() -> None:
    def width_of(span: Span) -> float:
        chart = agency_lanes([Lane("社會處", [span], own=True)], START, END)
        (bar,) = ElementTree.fromstring(str(chart.svg)).iter("rect")  # noqa: S314 own markup
        return float(bar.get("width", ""))

    month = dt.date(START.year, START.month, 28)
    assert width_of(Span(START, known_until=month)) < width_of(Span(START))
    chart = agency_lanes([Lane("社會處", [Span(START, known_until=month)])], START, END)
    assert f"服務中，資料到{roc_date(month)}" in chart.table


@given(
    st.lists(st.floats(-40, 40) | st.sampled_from([float("inf"), float("-inf"), 0.0]), max_size=12),
    st.none() | st.floats(-10, 10),
)
def test_steps_stay_inside_and_each_begins_where_the_last_one_ended(
    weights: list[float], threshold: float | None
) -> None:
    chart = waterfall_chart(
        [Contribution(f"項目{index}", weight) for index, weight in enumerate(weights)], threshold=threshold
    )
    root = ElementTree.fromstring(str(chart.svg))  # noqa: S314 own markup
    arrows = [
        path.attrib["d"]
        for path in root.iter("path")
        if path.attrib["class"] in {"c-plus", "c-minus", "c-total"}
    ]
    assert len(arrows) == len(weights) + 1
    at = None
    for arrow, weight in zip(arrows, weights, strict=False):
        xs = [float(x) for x in re.findall(r"[ML]([-\d.]+) ", arrow)]
        assert all(0 <= x <= 320 for x in xs)
        if len(xs) < 5:  # too short to have a point
            continue
        start, end = xs[0], xs[2]
        assert (end > start) == (weight > 0)
        if at is not None:
            assert start == pytest.approx(at, abs=2.0)
        at = end
    assert len(list(root.iter("text"))) == 2 * (len(weights) + 1) + (threshold is not None)


def test_weights_are_written_with_their_sign_and_their_running_sum() -> None:
    chart = waterfall_chart(
        [Contribution("姓名", 6.2, "同音"), Contribution("住址", -1.6), Contribution("電話", 0.0)],
        threshold=0.585,
    )
    for text in ("+6.2", "−1.6", "±0", "+4.6", "同音", "門檻", "+0.6"):
        assert text in chart.table
    assert chart.table.count("+4.6") == 3, "after the second step, after the third, in all"
    assert "合計 +4.6，門檻 +0.6" in chart.note


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)) | st.none(), min_size=2, max_size=2)
)
def test_the_threshold_chart_stays_inside_and_says_what_it_cannot(
    shares: list[tuple[float, float, float] | None],
) -> None:
    made = [None if each is None else Limits(*sorted(each)) for each in shares]
    columns = [PairColumn(0.2, 100, 3), PairColumn(0.6, 0, 0), PairColumn(0.95, 40_000, 40_000)]
    points = [ThresholdPoint(1, 0.6, made[0], made[1]), ThresholdPoint(2, 0.95, made[1], made[0])]
    chart = threshold_chart(points, columns, 0.6)
    root = ElementTree.fromstring(str(chart.svg))  # noqa: S314 own markup
    height = float(root.attrib["height"])
    for path in root.iter("path"):
        for y in re.findall(r"[ML][-\d.]+ ([-\d.]+)", path.attrib["d"]):
            assert 0 <= float(y) <= height
    assert ("尚無法估計" in chart.table) == (None in made)
    assert "現行 60%" in chart.svg


@given(st.text(max_size=30), st.floats(20, 200))
def test_clipped_text_fits(text: str, width: float) -> None:
    short = clipped(text, width)
    assert short == text or (text_width(short) <= width and short.endswith("…"))


def test_elements_escape() -> None:
    made = element("text", "<b>&", x=1.0, class_='"', font_size=None)
    assert made == '<text x="1" class="&quot;">&lt;b&gt;&amp;</text>'
