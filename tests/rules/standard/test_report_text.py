"""Texts of reports and what must be found in them; figures of precision and recall over all of them.

The tables in `report_texts/` say what a careful reader would fill in, whether or not it is found: `misses` and `extra`
count what is not found, or found too much, in a case where that is known. A change in either fails.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.report_text import What, Who, read_report
from anwang.standard.text import half_width

HERE = Path(__file__).parent / "report_texts"
CASES: dict[str, dict[str, Any]] = {
    f"{path.stem}/{case['case']}": case
    for path in sorted(HERE.glob("*.yaml"))
    for case in yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
}
KEYS = {
    "id": What.ID_NUMBER, "birth": What.BIRTH, "sex": What.SEX, "phone": What.PHONE, "address": What.ADDRESS,
    "township": What.TOWNSHIP, "workplace": What.WORKPLACE, "reporter": What.REPORTER_KIND, "mandated": What.MANDATED_KIND,
    "on": What.HAPPENED_ON, "at": What.HAPPENED_AT, "place": What.PLACE, "danger": What.DANGER, "injury": What.INJURY,
}  # fmt: skip
Fact = tuple[str, str, str]


def wanted(case: dict[str, Any]) -> Counter[Fact]:
    facts: Counter[Fact] = Counter()
    for head, values in (case["expect"] or {}).items():
        owner = "event"
        if head != "event":
            who, _, rest = head.partition(" ")
            name, relation = _name_and_relation(rest)
            owner = f"{who} {name}"
            if name != "-":
                facts[owner, What.NAME, name] += 1
            if relation:
                facts[owner, What.RELATION, relation] += 1
        for key, value in (values or {}).items():
            for each in value if isinstance(value, list) else [value]:
                facts[owner, KEYS[key], each] += 1
    return facts


def _name_and_relation(rest: str) -> tuple[str, str]:
    """`林大明 案父`; a Latin name has blanks of its own."""
    if rest.isascii() or not rest.partition(" ")[2]:
        return rest, ""
    name, _, relation = rest.rpartition(" ")
    return name, relation


def got(case: dict[str, Any]) -> Counter[Fact]:
    read = read_report(case["text"])
    names = {f.person: f.value for f in reversed(read.found) if f.what is What.NAME}
    facts: Counter[Fact] = Counter()
    for each in read.found:
        if each.what is What.STORY:
            continue
        owner = "event"
        if each.person is not None:
            owner = f"{read.persons[each.person].who} {names.get(each.person, '-')}"
        facts[owner, each.what, each.value] += 1
    return facts


@pytest.mark.parametrize("name", CASES)
def test_the_table(name: str) -> None:
    case = CASES[name]
    want, have = wanted(case), got(case)
    misses, extra = want - have, have - want
    counted = (int(case.get("misses", 0)), int(case.get("extra", 0)))
    assert (misses.total(), extra.total()) == counted, f"missed {sorted(misses)}, too much {sorted(extra)}"
    doubts = sum(1 for each in read_report(case["text"]).found if each.doubt)
    assert doubts == int(case.get("doubts", 0))


def figures() -> tuple[int, float, float]:
    """Cases, precision and recall over all facts of all tables."""
    right = found = true = 0
    for case in CASES.values():
        want, have = wanted(case), got(case)
        right += (want & have).total()
        found += have.total()
        true += want.total()
    return len(CASES), right / found, right / true


def test_precision_and_recall_over_all_tables() -> None:
    count, precision, recall = figures()
    assert count >= 60
    assert precision >= 0.98
    assert recall >= 0.95


@pytest.mark.parametrize("name", CASES)
def test_every_value_stands_in_the_text_where_it_says(name: str) -> None:
    text = CASES[name]["text"]
    for each in read_report(text).found:
        assert text[each.start : each.end] == each.text
        assert each.text.strip() == each.text != ""
        plain = half_width(each.text).replace(" ", "")
        if each.what in (What.ADDRESS, What.INJURY, What.PLACE, What.WORKPLACE, What.RELATION, What.TOWNSHIP):
            assert each.value.replace(" ", "") == plain
        if each.what is What.PHONE:
            digits = "".join(c for c in plain if c.isdigit())
            assert each.value.replace("#", "")[-8:] in digits or each.value.partition("#")[0][1:] in digits


def test_the_story_is_the_stretch_behind_its_label() -> None:
    text = CASES["2_forms/國中學校報告"]["text"]
    (story,) = [each for each in read_report(text).found if each.what is What.STORY]
    assert story.text.startswith("該生自115年3月起")
    assert story.text.endswith("三餐不繼。")
    assert "酗酒：酒後會罵人" in story.text  # a colon inside does not end it


_PIECES = st.sampled_from(
    ["姓名", "：", "個案", "通報人", "案母", "林小安", "陳美玉", "電話", "0912345678", "F229170347", "115年3月1日", "\n", "\t", " ", "（", "）", "，", "羅東鎮公正路120號", "不詳", "案情", "地址", "出生", "103/5/6", "女", "遭父親毆打", "【相對人資料】", "１", "。", "Ａ", "\ufeff", "\r\n", "𠮷", "○", ":", "無", "關係", "母子"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_nothing_is_invented_and_nothing_breaks(text: str) -> None:
    read = read_report(text)
    for each in read.found:
        assert text[each.start : each.end] == each.text
        assert each.person is None or 0 <= each.person < len(read.persons)
    assert [p.number for p in read.persons] == list(range(len(read.persons)))
    assert Who.STAFF not in {p.who for p in read.persons}
    assert list(read.found) == sorted(read.found, key=lambda f: (f.start, f.end, f.what))


@given(st.text(max_size=300))
def test_any_text_at_all(text: str) -> None:
    for each in read_report(text).found:
        assert text[each.start : each.end] == each.text


def test_a_long_text_is_read_quickly() -> None:
    import time

    text = "\n".join(case["text"] for case in CASES.values()) * 12
    started = time.process_time()
    read_report(text[:200_000])
    assert time.process_time() - started < 20
    started = time.process_time()
    read_report("左手臂、" * 25_000 + "：" * 25_000 + "0" * 25_000 + "個案" * 12_000)
    assert time.process_time() - started < 20
