"""A map: what a short one means, and what is said of a wrong one, all of it at once and with its line."""

from __future__ import annotations

import pytest

from anwang.people.linkage.files.errors import FilesRefused
from anwang.people.linkage.files.kinds import KINDS, DateOrder, Kind
from anwang.people.linkage.files.link_map import Key
from anwang.people.linkage.files.map_file import parse_map

SHORT = """
id: no
fields:
  given: given_name
  family: surname
  born: date
"""


def test_a_short_map_is_enough() -> None:
    found = parse_map(SHORT, "m.yaml")
    given, family, born = found.fields
    assert (found.id, found.id_b, found.threshold, found.one_to_one) == ("no", "no", 0.5, False)
    assert (given.kind, given.columns, given.columns_b) == (Kind.GIVEN_NAME, ("given",), ("given",))
    # the names may have been exchanged, which is told once
    assert given.levels[:2] == ("exact", "swapped")
    assert (given.swapped_with, family.swapped_with) == ("family", "given")
    assert family.levels == KINDS[Kind.SURNAME].levels
    assert born.order is DateOrder.YMD
    assert (Key(("born",)),) in found.blocking
    assert (Key(("given", "family"), "sound"),) in found.blocking
    assert (Key(("family",), "sound"), Key(("born",), "year")) in found.blocking


def test_everything_that_can_be_said() -> None:
    found = parse_map(
        """
id: no
id_b: number
threshold: 0.9
one_to_one: true
missing: ["N/A"]
fields:
  name: {kind: name, columns: [first, last], column_b: full, label: 全名}
  born: {kind: date, column: dob, date_order: dmy, levels: [exact, edits_1, year]}
  lane: {kind: address, swapped_with: town}
  town: address
blocking:
  - [name/words, born/year]
  - [lane & town, name/first_2]
""",
        "m.yaml",
    )
    name, born, lane, town = found.fields
    assert (found.id_b, found.threshold, found.one_to_one, found.missing) == ("number", 0.9, True, {"n/a"})
    assert (name.columns, name.columns_b, name.label) == (("first", "last"), ("full",), "全名")
    assert (born.columns, born.columns_b, born.order) == (("dob",), ("dob",), DateOrder.DMY)
    assert born.levels == ("exact", "edits_1", "year")
    assert "swapped" in lane.levels
    assert "swapped" not in town.levels
    assert found.blocking == (
        (Key(("name",), "words"), Key(("born",), "year")),
        (Key(("lane", "town")), Key(("name",), "first_2")),
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("id: no\nfields: [", 3, "不是合格的 YAML"),
        ("- 1", 1, "這裡應為「欄位: 值」"),
        ("fields:\n  a: name", 1, "缺少欄位「id」"),
        ("id: no\nfields:\n  a: nmae", 3, "「nmae」不在可選的"),
        ("id: no\nfeilds: 1\nfields: {a: name}", 2, "是不是「fields」"),
        ("id: no\nfields:\n  A b: name", 3, "欄位代稱「A b」"),
        ("id: no\nfields:\n  a__b: name", 3, "欄位代稱「a__b」"),
        ("id: no\nfields: {}", 2, "欄位應有 1 到 30 個"),
        ("id: no\nfields:\n  a:\n    kind: name\n    column: x\n    columns: [y]", 6, "只能寫一個"),
        ("id: no\nfields:\n  a:\n    kind: name\n    columns: []", 5, "至少要有一項"),
        ("id: no\nfields:\n  a:\n    kind: name\n    levels: [edits_1]", 5, "第一級應為 exact"),
        ("id: no\nfields:\n  a:\n    kind: name\n    levels: [exact, year]", 5, "「year」不在可選的"),
        ("id: no\nfields:\n  a:\n    kind: name\n    levels: [exact, edits_2, edits_1]", 5, "由少到多"),
        ("id: no\nfields:\n  a:\n    kind: name\n    levels: [exact, sound, sound]", 5, "重複"),
        ("id: no\nfields:\n  a:\n    kind: category\n    levels: [exact, sound]", 5, "「sound」不在可選的"),
        ("id: no\nfields:\n  a:\n    kind: date\n    date_order: ydm", 5, "「ydm」不在可選的"),
        ("id: no\nfields:\n  a:\n    kind: name\n    swapped_with: b", 4, "沒有「b」這個欄位可以對調"),
        ("id: no\nfields: {a: name}\nthreshold: 90", 3, "門檻是機率"),
        ("id: no\nfields: {a: name}\none_to_one: often", 3, "true 或 false"),
        ("id: no\nfields: {a: name}\nblocking: []", 3, "分塊規則應有"),
        ("id: no\nfields: {a: name}\nblocking:\n  - [b]", 4, "fields 中沒有「b」"),
        ("id: no\nfields: {a: name}\nblocking:\n  - [a/year]", 4, "不是日期"),
        ("id: no\nfields: {a: name}\nblocking:\n  - [a/loud]", 4, "「loud」不在可選的"),
        ("id: no\nfields: {a: name}\nblocking:\n  - []", 4, "至少要有一項"),
        ("id: no\nfields: {a: name}\nblocking:\n  - [a&a&a]", 4, "兩邊各一個欄位"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(FilesRefused) as refused:
        parse_map(text, "m.yaml")
    (problem,) = refused.value.problems
    assert problem.startswith(f"對應檔 m.yaml 第 {line} 行：")
    assert words in problem


def test_all_mistakes_are_told_at_once_in_order() -> None:
    with pytest.raises(FilesRefused) as refused:
        parse_map("id: no\nthreshold: 2\nfields:\n  a: nmae\n  b: {kind: date, date_order: x}\n", "m.yaml")
    assert [problem.split("：")[0].split("第 ")[1] for problem in refused.value.problems] == [
        "2 行",
        "4 行",
        "5 行",
    ]
