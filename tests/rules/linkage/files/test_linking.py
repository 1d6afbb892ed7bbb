"""Pairs across two files and inside one: none twice, none too many, in bounded work whatever the files hold."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from splink import DuckDBAPI, Linker

from anwang.people.linkage.files import keys, linking
from anwang.people.linkage.files.errors import FilesRefused
from anwang.people.linkage.files.linking import FileLinker, one_to_one
from anwang.people.linkage.files.map_file import parse_map
from anwang.people.linkage.files.model import read_model
from anwang.people.linkage.files.reading import Table, read_table
from anwang.people.linkage.files.truth import Truth, best_threshold, measures

from .made import MAP, one_file, two_files

NAME_AND_BIRTH = "id: no\nfields:\n  name: chinese_name\n  born: date\n"


def linker(text: str, *tables: Table) -> FileLinker:
    return FileLinker(parse_map(text, "m.yaml"), tables, lambda _: None)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> FileLinker:
    return linker(MAP, *map(read_table, two_files(tmp_path_factory.mktemp("two"), people=150)))


def test_only_pairs_across_two_files_each_once(two: FileLinker) -> None:
    model = two.trained()
    found = two.link(model, -1e6)
    split = two.files.split
    assert (found.left < split).all()
    assert (found.right >= split).all()
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert len(pairs) == len(found.left) == sum(found.compared.values())
    by_hand = {
        (a, b)
        for rule in two.blocks.rules
        for a in range(split)
        for b in range(split, len(two.files))
        if rule.keys[a] != 0 and rule.keys[a] == rule.keys[b]
    }
    assert pairs == by_hand
    assert np.abs(two.score(model, found.left, found.right) - found.bits).max() < 1e-9


def test_the_model_in_splinks_words_gives_the_same_weights(two: FileLinker) -> None:
    model = two.trained()
    found = two.link(model, -1e6)
    settings = json.loads(model.to_text(two.link_map, two.pairs, two.records))["splink"]
    columns: dict[str, object] = {
        name: pa.array(v) for name, v in {**two.files.forms, **two.files.texts}.items()
    }
    columns |= {f"tf_{name}": pa.array(two.frequency[name]) for name in two.rare}
    rows = pa.table({"unique_id": pa.array(np.arange(len(two.files))), **columns})
    split = two.files.split
    api = DuckDBAPI()
    splink = Linker(api.register(rows), settings, log_level=None)
    told = (
        splink.inference.score_pairs(api.register(rows.slice(0, split)), api.register(rows.slice(split)))
        .as_duckdbpyrelation()
        .select("unique_id_l, unique_id_r, match_weight")
        .fetchnumpy()
    )
    weight = np.full((split, len(two.files)), np.nan)
    weight[told["unique_id_l"], told["unique_id_r"]] = told["match_weight"]
    a, b = (
        each.ravel() for each in np.meshgrid(np.arange(split), np.arange(split, len(rows)), indexing="ij")
    )
    assert np.abs(weight[a, b] - two.score(model, a, b)).max() < 1e-4
    assert np.abs(weight[found.left, found.right] - found.bits).max() < 1e-4
    assert len(found.left) > 100


def test_a_model_is_read_back_and_refused_when_it_does_not_fit(two: FileLinker) -> None:
    model = two.trained()
    text = model.to_text(two.link_map, two.pairs, two.records)
    again = read_model(text, "m.json", two.link_map)
    assert (again.regime, again.shape) == (model.regime, model.shape)
    other = parse_map(MAP.replace("post: postcode", "post: number"), "m.yaml")
    for broken, link_map, words in (
        (text.replace('"version": 1', '"version": 7'), two.link_map, "版本是 7"),
        (text.replace('"rounds"', '"round"'), two.link_map, "可能被改過"),
        (text[: len(text) // 2], two.link_map, "讀不出來"),
        ("[]", two.link_map, "不是 link-files 存下的模型"),
        ('{"format": "anwang-link-files", "version": 1}', two.link_map, "讀不出來"),
        (text, other, "「post」的種類或級別不同"),
    ):
        with pytest.raises(FilesRefused, match=words):
            read_model(broken, "m.json", link_map)


def test_groups_are_the_people(tmp_path: Path) -> None:
    whole = linker(MAP, read_table(one_file(tmp_path, people=80)))
    model = whole.trained()
    found = whole.link(model, 0.0)
    entity = whole.clusters(found, 0.0)
    assert len(entity) == len(whole.files)
    truth = Truth.of_entities(read_table(tmp_path / "one.csv").columns["who"], 0)
    together = Truth.of_entities([str(each) for each in entity.tolist()], 0)
    assert (
        measures(len(together.pairs), int(np.isin(together.pairs, truth.pairs).sum()), len(truth.pairs))["f1"]
        > 0.97
    )


def test_one_partner_each_the_likeliest() -> None:
    told = one_to_one(np.array([0, 0, 1]), np.array([2, 3, 2]), np.array([5.0, 4.0, 9.0]))
    assert told.tolist() == [False, True, True]


def test_ten_thousand_of_one_name_are_compared_with_those_near_them() -> None:
    rng = random.Random(4)
    rows = 10_000
    born = [f"{rng.randint(1940, 2015)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}" for _ in range(rows)]
    table = Table(
        "x", "utf-8", {"no": [str(k) for k in range(rows)], "name": ["王小明"] * rows, "born": born}
    )
    crowd = linker(NAME_AND_BIRTH, table)
    assert crowd.blocks.large == {"name": rows}
    found = crowd.link(crowd.trained(), 0.0)
    assert sum(found.compared.values()) < rows * keys.MOST // 4
    touched = np.zeros(rows, np.bool_)
    for rule in crowd.blocks.rules:
        touched |= rule.keys != 0
    assert touched.all()


def test_rows_that_say_the_same_bring_as_many_pairs_as_rows() -> None:
    rows = 10_000
    table = Table(
        "x",
        "utf-8",
        {"no": [str(k) for k in range(rows)], "name": ["王小明"] * rows, "born": ["19900101"] * rows},
    )
    crowd = linker(NAME_AND_BIRTH, table)
    assert len(crowd.copies) == rows - 1
    found = crowd.link(crowd.trained(), -1e6)
    assert (found.left == 0).all()
    assert len(found.left) == rows - 1
    assert crowd.clusters(found, -1e6).tolist() == [0] * rows


def test_too_many_pairs_end_with_a_word(two: FileLinker, monkeypatch: pytest.MonkeyPatch) -> None:
    model = two.trained()
    monkeypatch.setattr(linking, "MOST_FOUND", 10)
    with pytest.raises(FilesRefused, match="可能相同的配對超過 10 組"):
        two.link(model, -1e6)


def test_columns_without_any_value() -> None:
    table = Table("x", "utf-8", {"no": ["1", "2"], "name": ["", ""], "born": ["", ""]})
    with pytest.raises(FilesRefused, match="都是空的"):
        linker(NAME_AND_BIRTH, table)
    one = linker(NAME_AND_BIRTH, Table("x", "utf-8", {**table.columns, "name": ["王小明", "王小明"]}))
    assert one.empty == ["born"]
    assert one.link(one.trained(), -1e6).left.tolist() == [0]


def test_a_single_record_has_no_partner() -> None:
    alone = linker(
        NAME_AND_BIRTH, Table("x", "utf-8", {"no": ["1"], "name": ["王小明"], "born": ["19900101"]})
    )
    assert len(alone.link(alone.trained(), -1e6).left) == 0


def test_files_whose_columns_have_other_names() -> None:
    text = "id: no\nid_b: number\nfields:\n  name: {kind: chinese_name, column_b: full}\n  born: date\n"
    here = Table(
        "a", "utf-8", {"no": ["1", "2"], "name": ["王小明", "李大同"], "born": ["19900101", "19800202"]}
    )
    there = Table("b", "utf-8", {"number": ["1"], "full": ["王曉明"], "born": ["1990/1/1"]})
    found = linker(text, here, there).link(linker(text, here, there).trained(), -1e6)
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 2)]
    assert found.levels[:, 0].tolist() == [0, 1]  # the date is equal, the name sounds alike


def test_truth_and_its_measures(two: FileLinker) -> None:
    entities = ["x", "y", "", "x", "x", ""]
    assert Truth.of_entities(entities, 0).pairs.tolist() == [0 * 6 + 3, 0 * 6 + 4, 3 * 6 + 4]
    truth = Truth.of_entities(entities, 3)
    assert truth.pairs.tolist() == [3, 4]
    assert Truth.of_pairs([(4, 0), (0, 3), (0, 3), (1, 1)], 6).pairs.tolist() == [3, 4]
    assert truth.are_true(np.array([3, 1]), np.array([0, 2])).tolist() == [True, False]
    found = measures(4, 3, 6)
    assert (found["precision"], found["recall"], found["f1"]) == (0.75, 0.5, 0.6)
    assert (found["wrong"], found["missed"]) == (1, 3)
    bits = np.array([9.0, 5.0, 5.0, 1.0])
    best = best_threshold(bits, np.array([True, True, False, False]), 2)
    assert (best["pairs"], best["bits"]) == (3, 5.0)  # of two pairs with one weight both or none
    assert best_threshold(np.zeros(0), np.zeros(0, np.bool_), 0)["f1"] == 1.0
    assert truth.reached(replace(two.blocks, rules=[])) == 0.0
