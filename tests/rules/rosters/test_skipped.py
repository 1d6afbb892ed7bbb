"""Rows that are no records, and rows that only look so."""

from __future__ import annotations

import pytest

from anwang.people.rosters.skipped import SkippedKind, skipped_kind

HEADERS = frozenset(("編號", "姓名", "身分證字號", "生日", "地址"))
PERSON = (1, 2, 3)


def kind(*cells: str):
    return skipped_kind([*cells, *[""] * (9 - len(cells))], HEADERS, frozenset(("名冊標題",)), PERSON)


@pytest.mark.parametrize(
    "text",
    ["合計", "總計", "合計 81 筆", "共 12 人", "共計12筆", "小計：5", "總人數：30 人", "合計：共三十筆", "以下空白", "－以下空白－", "本頁小計 3", "(以下空白)".strip("()"),
     "Total: 81", "無資料", "本月無"],
)  # fmt: skip
def test_totals(text):
    assert kind(text) is SkippedKind.TOTAL
    assert kind("", text) is SkippedKind.TOTAL


@pytest.mark.parametrize(
    "cells",
    [("承辦人：王小明", "", "科長：", "處長："), ("製表人 甲",), ("備註：含個資",), ("※ 請妥善保管",), ("第1頁，共3頁",), ("列印時間：115/4/8 09:00",),
     ("填表日期：115年4月8日", "", "核章")],
)  # fmt: skip
def test_footnotes(cells):
    assert kind(*cells) is SkippedKind.FOOTNOTE


def test_other_lines():
    assert kind() is SkippedKind.BLANK
    assert kind("編號", "姓名", "身分證字號", "生日", "地址") is SkippedKind.REPEATED_HEADER
    assert kind("名冊標題") is SkippedKind.REPEATED_HEADER
    assert kind("宜蘭市（共12人）") is SkippedKind.SECTION
    assert kind("羅東分局") is SkippedKind.SECTION
    assert kind("這是一段很長的文字，" * 6) is SkippedKind.FOOTNOTE


@pytest.mark.parametrize(
    "cells",
    [
        ("X-BAD-1",),
        ("A001",),
        ("TOTAL-1", "王小明"),
        ("A1", "合計", "A123456789", "780302"),
        ("A1", "計程", "", "780302"),
        ("說明1", "王小明", "A123456789"),
        ("備註2", "王小明", "", "0780302"),
        ("", "王小明", "A123456789", "0780302", "宜蘭市"),
        ("案主", "王小明"),
    ],
)
def test_rows_that_must_be_read(cells):
    assert kind(*cells) is None
