"""The levels of every kind, pair by pair as DuckDB finds them; and letters that differ, counted as two others count them."""

from __future__ import annotations

import random

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rapidfuzz.distance import DamerauLevenshtein

from anwang.people.linkage.engine.comparison import UNKNOWN, Comparison
from anwang.people.linkage.engine.expressions import edits, left, right
from anwang.people.linkage.engine.kernels import compiled, interpreted
from anwang.people.linkage.engine.layout import Layout, Text
from anwang.people.linkage.engine.source import source_of
from anwang.people.linkage.files.kinds import KINDS, Kind
from anwang.people.linkage.files.levels import comparison_of
from anwang.people.linkage.files.map_file import parse_map
from anwang.people.linkage.files.packing import PackedFiles, packed
from anwang.people.linkage.files.reading import Table

from .made import MAP, changed, person

PAIRS = 60_000


def by_sql(
    comparison: Comparison, files: PackedFiles, a: NDArray[np.int64], b: NDArray[np.int64]
) -> list[int]:
    null, when = comparison.sql()
    cases = " ".join(f"when {condition} then {k}" for k, condition in enumerate(when))
    columns = {
        name: np.asarray(values)
        for name, values in {**files.forms, **files.texts}.items()
        if f"{name}_l" in f"{null} {cases}"
    }
    pairs = {f"{name}_{side}": v[at] for name, v in columns.items() for side, at in (("l", a), ("r", b))}
    level = f"case when {null} then {UNKNOWN} {cases} else {len(when)} end"
    with duckdb.connect() as database:
        database.register("pairs", pa.table({**pairs, "at_": np.arange(len(a))}))
        return [row[0] for row in database.sql(f"select {level} from pairs order by at_").fetchall()]  # noqa: S608


EVERY_LEVEL = (
    MAP
    + """  city: category
  door: number
  phone: phone
  whole: name
  note: {kind: text, swapped_with: street}
  han: chinese_name
"""
)


def hostile(count: int) -> Table:
    """Rows that are often nearly one another."""
    rng = random.Random(11)
    bases = [person(rng, k) for k in range(12)]
    rows = [changed(rng, rng.choice(bases), rng.choice((0, 1, 2, 3, 5))) for _ in range(count)]
    columns = {
        name: [row[k] for row in rows]
        for k, name in enumerate(("given", "family", "born", "street", "post", "card"))
    }
    for k in range(0, count, 7):  # month and day the wrong way round
        born = columns["born"][k]
        columns["born"][k] = born[:4] + born[6:8] + born[4:6] if len(born) == 8 else born
    for k in range(0, count, 9):
        columns["family"][k] = columns["family"][k][:3] + rng.choice(("zzzzz", "qqqqqqq", ""))
        columns["street"][k] = " ".join(columns["street"][k].split()[::-1])
    for k in range(0, count, 13):
        columns["given"][k] = rng.choice(("christopher", "kristofer", "christozzzr", "chrubin"))
    columns["no"] = [str(k) for k in range(count)]
    columns["city"] = [rng.choice(("", "x", "y")) for _ in range(count)]
    columns["door"] = [rng.choice(("", "123", "132", "1234", "9")) for _ in range(count)]
    columns["phone"] = [rng.choice(("0912345678", "0912345687", "0912345", "")) for _ in range(count)]
    columns["whole"] = [
        " ".join(rng.sample((a, b), 2)) for a, b in zip(columns["given"], columns["family"], strict=True)
    ]
    roads = "東西南北中山民生忠孝仁愛信義和平復興建國光復大安松江"
    columns["note"] = [
        rng.choice((text, "".join(rng.choice(roads) for _ in range(4)) + text[-9:]))
        for text in columns["street"]
    ]
    for k in range(0, count - 1, 11):
        columns["note"][k], columns["street"][k] = columns["street"][k + 1], columns["note"][k + 1]
    for k in range(0, count, 17):
        columns["whole"][k] = columns["note"][k] = ""
    columns["han"] = [
        rng.choice(
            (
                "王小明",
                "王曉明",
                "汪小明",
                "王小",
                "小明",
                "王明小",
                "李小明",
                "王大同",
                "歐陽小明明明",
                "歐陽小明明",
                "",
            )
        )
        for _ in range(count)
    ]
    return Table("hostile", "utf-8", columns)


@pytest.fixture(scope="module")
def files() -> PackedFiles:
    return packed(parse_map(EVERY_LEVEL, "m.yaml"), [hostile(600)])


def test_every_level_is_what_duckdb_finds(files: PackedFiles) -> None:
    fields = parse_map(EVERY_LEVEL, "m.yaml").fields
    assert {field.kind for field in fields} == set(Kind)
    comparisons = tuple(comparison_of(field) for field in fields)
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, len(files), (2, PAIRS))
    found, slowly = np.empty((2, len(comparisons), PAIRS), np.int8)
    source = source_of(comparisons, files.layout)
    compiled(source).levels(files.rows, a, b, found)
    few = slice(1_000)
    interpreted(source).levels(files.rows.tolist(), a[few].tolist(), b[few].tolist(), slowly)
    assert (found[:, few] == slowly[:, few]).all()
    for k, comparison in enumerate(comparisons):
        assert found[k].tolist() == by_sql(comparison, files, a, b), comparison.name
    # what no pair reaches would not have been compared with anything
    unreached = {
        (field.name, level)
        for k, field in enumerate(fields)
        for n, level in enumerate(field.levels)
        if not (found[k] == n).any()
    }
    assert unreached <= {("post", "first_3"), ("post", "edits_2"), ("phone", "edits_2"), ("door", "edits_2")}
    assert all((found[k] == UNKNOWN).any() for k in range(len(fields)))


TEXTS = st.text("abcd", max_size=9)


@pytest.fixture(scope="module")
def counting() -> tuple[Layout, object, object]:
    layout = Layout(("at",), (Text("word", 9, 6),))
    count = edits("word", 3)
    comparison = Comparison(
        "word",
        "",
        ("0", "1", "2", "3", "more"),
        left("at").equals(right("at")),
        tuple(count.equals(k) for k in range(4)),
    )
    source = source_of((comparison,), layout)
    return layout, compiled(source), interpreted(source)


@given(one=TEXTS, other=TEXTS)
def test_letters_that_differ(counting: tuple[Layout, object, object], one: str, other: str) -> None:
    layout, *modules = counting
    rows = layout.empty(2)
    layout.put(rows, "at", np.array([1, 2]))
    letters = np.zeros((2, 9), np.int64)
    for k, text in enumerate((one, other)):
        letters[k, : len(text)] = [ord(c) - 96 for c in text]
    layout.put_text(rows, "word", letters)
    expected = min(DamerauLevenshtein.distance(one, other), 4)
    for module in modules:
        found = np.empty((1, 1), np.int8)
        module.levels(rows, np.array([0]), np.array([1]), found)  # type: ignore[attr-defined]
        assert found[0, 0] == expected


def test_texts_that_are_written_unlike_are_refused() -> None:
    layout = Layout(("at",), (Text("short", 5, 6), Text("long", 20, 6)))
    count = edits("short", 1, "long")
    comparison = Comparison("c", "", ("a", "b"), left("at").equals(0), (count.equals(0),))
    with pytest.raises(ValueError, match="not written alike"):
        source_of((comparison,), layout)
    with pytest.raises(OverflowError):
        layout.put_text(layout.empty(1), "short", np.array([[64]]))


def test_kinds_name_levels_that_there_are() -> None:
    for kind, told in KINDS.items():
        assert told.levels[0] == "exact", kind


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("王小明", "王小明", "exact"),
        ("王小明", "王曉明", "sound"),
        ("王小明", "王大明", "edits_1"),
        ("王小明", "王明小", "edits_1"),
        ("王小明", "王明", "edits_1"),
        ("小明", "王小明", "edits_1"),
        ("王小明", "王大同", "first_1"),
        ("王小明", "李大同", "different"),
        ("歐陽小明明明", "歐陽小明明", "edits_1"),
    ],
)
def test_han_names_character_by_character(one: str, other: str, level: str) -> None:
    link_map = parse_map("id: no\nfields:\n  han: chinese_name\n", "m.yaml")
    files = packed(link_map, [Table("x", "utf-8", {"no": ["1", "2"], "han": [one, other]})])
    (field,) = link_map.fields
    found = np.empty((1, 2), np.int8)
    source = source_of((comparison_of(field),), files.layout)
    interpreted(source).levels(files.rows.tolist(), [0, 1], [1, 0], found)
    assert [(*field.levels, "different")[k] for k in found[0]] == [level, level]


def test_more_letters_than_codes_share_them() -> None:
    """Hundreds of characters in addresses: what is equal stays equal, and a change of a letter is hardly ever missed."""
    rng = random.Random(1)
    characters = [chr(0x4E00 + k) for k in range(900)]
    roads = ["".join(rng.choices(characters, k=8)) for _ in range(400)]
    changes = [road[:3] + rng.choice(characters) + road[4:] for road in roads]
    link_map = parse_map("id: no\nfields:\n  road: address\n", "m.yaml")
    files = packed(
        link_map, [Table("x", "utf-8", {"no": [str(k) for k in range(800)], "road": roads + changes})]
    )
    assert files.layout.texts[0].bits == 7
    comparison = comparison_of(link_map.fields[0])
    found = np.empty((1, 400), np.int8)
    a = np.arange(400)
    compiled(source_of((comparison,), files.layout)).levels(files.rows, a, a + 400, found)
    assert found[0].tolist() == by_sql(comparison, files, a, a + 400)
    assert (found[0] == link_map.fields[0].levels.index("edits_1")).mean() > 0.99
