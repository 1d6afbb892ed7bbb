"""`anwang link-files` from files to files: what it finds, what it refuses, and that it says nothing of anybody."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from anwang.cli import main
from tests.rules.linkage.files.made import MAP, one_file, two_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return tmp_path


def run(capfd: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any, str]:
    capfd.readouterr()
    status = main(["link-files", *map(str, words)])
    out, err = capfd.readouterr()
    return status, json.loads(out) if out else None, err


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_between_two_files_and_again_with_the_model(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first, second = two_files(folder)
    out, again = folder / "pairs.csv", folder / "again.csv"
    status, said, err = run(
        capfd, first, second, "--map", folder / "map.yaml", "--out", out, "--truth", "who"
    )
    assert status == 0, err
    truth = said["truth"]
    assert truth["at_threshold"]["f1"] > 0.98
    assert truth["at_best"]["f1"] >= truth["at_threshold"]["f1"]
    assert truth["met_by_blocking"] > 0.99
    found = rows_of(out)
    assert len(found) == said["pairs"] == truth["at_threshold"]["pairs"]
    who = {row["no"]: row["who"] for path in (first, second) for row in rows_of(path)}
    right = sum(who[row["id_left"]] == who[row["id_right"]] for row in found)
    assert len(found) - right == truth["at_threshold"]["wrong"]
    assert {row["id_left"][0] for row in found} == {"a"}
    assert {row["id_right"][0] for row in found} == {"b"}
    assert all(float(row["probability"]) >= 0.5 for row in found)
    assert {"exact", "edits_1", "different", "", "swapped"} <= {row["given"] for row in found}

    model = folder / "pairs.model.json"
    assert said["model"] == str(model)
    status, told, err = run(
        capfd, first, second, "--map", folder / "map.yaml", "--out", again, "--model", model
    )
    assert status == 0
    assert "訓練" not in err
    assert "model" not in told
    assert again.read_bytes() == out.read_bytes()


def test_inside_one_file_with_groups(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one = one_file(folder)
    groups = folder / "groups.csv"
    status, said, err = run(
        capfd,
        one,
        "--map",
        folder / "map.yaml",
        "--out",
        folder / "p.csv",
        "--clusters",
        groups,
        "--truth",
        "who",
    )
    assert status == 0, err
    assert said["truth"]["clusters"]["f1"] > 0.98
    group_of = {row["id"]: row["cluster"] for row in rows_of(groups)}
    assert group_of.keys() == {row["no"] for row in rows_of(one)}
    assert len(set(group_of.values())) == said["clusters"]
    assert {row["file"] for row in rows_of(groups)} == {"one.csv"}


def test_truth_as_a_file_of_pairs(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first, second = two_files(folder, people=120)
    right = {row["who"]: row["no"] for row in rows_of(second)}
    pairs = [(row["no"], right[row["who"]]) for row in rows_of(first) if row["who"] in right]
    truth = folder / "truth.csv"
    truth.write_text("a,b\n" + "".join(f"{a},{b}\n" for a, b in pairs), "utf-8")
    (folder / "map.yaml").write_text(MAP + "one_to_one: true\nthreshold: 0.8\n", "utf-8")
    status, said, _ = run(
        capfd, first, second, "--map", folder / "map.yaml", "--out", folder / "p.csv", "--truth", truth
    )
    assert status == 0
    assert said["threshold"] == 0.8
    assert said["truth"]["true_pairs"] == len(pairs)
    assert said["truth"]["at_threshold"]["f1"] > 0.97
    found = rows_of(folder / "p.csv")
    assert len({row["id_left"] for row in found}) == len({row["id_right"] for row in found}) == len(found)
    truth.write_text("a,b\na0,nobody\n", "utf-8")
    status, _, err = run(
        capfd, first, second, "--map", folder / "map.yaml", "--out", folder / "q.csv", "--truth", truth
    )
    assert (status, "有 1 列的編號不在要比對的檔裡" in err) == (2, True)


def test_nothing_of_anybody_is_said(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first, second = two_files(folder, people=100)
    status, said, err = run(capfd, first, second, "--map", folder / "map.yaml", "--out", folder / "p.csv")
    assert status == 0
    told = json.dumps(said, ensure_ascii=False) + err + (folder / "p.model.json").read_text("utf-8")
    values = {
        v for row in rows_of(first) for k, v in row.items() if k in ("card", "born", "street") and len(v) > 6
    }
    assert len(values) > 200
    assert [value for value in values if value in told] == []


@pytest.mark.parametrize("encoding", ["cp950", "utf-16", "utf-8-sig"])
def test_encodings_of_chinese(folder: Path, capfd: pytest.CaptureFixture[str], encoding: str) -> None:
    text = "編號,姓名,生日\n1,王小明,79/1/1\n2,王曉明,0790101\n3,陳大同,60/5/6\n4,林美惠,55/12/30\n5,張家豪,81/7/7\n"
    (folder / "x.csv").write_bytes(text.encode(encoding))
    (folder / "map.yaml").write_text(
        "id: 編號\nfields:\n  name: {kind: chinese_name, column: 姓名}\n  born: {kind: date, column: 生日}\n",
        "utf-8",
    )
    status, said, err = run(
        capfd,
        folder / "x.csv",
        "--map",
        folder / "map.yaml",
        "--out",
        folder / "p.csv",
        "--threshold",
        "0.01",
    )
    assert status == 0, err
    assert (
        said["files"][0]["encoding"] == {"cp950": "big5", "utf-16": "utf-16", "utf-8-sig": "utf-8"}[encoding]
    )
    (found,) = rows_of(folder / "p.csv")
    assert (found["id_left"], found["id_right"], found["name"], found["born"]) == ("1", "2", "sound", "exact")


def test_western_europe(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = "no,name\n1,José Müller\n2,Jose Muller\n3,Zoë Brontë\n4,Anne Hathaway\n5,Amélie François\n"
    (folder / "x.csv").write_bytes(text.encode("latin-1"))
    (folder / "map.yaml").write_text("id: no\nfields:\n  name: name\n", "utf-8")
    status, said, _ = run(
        capfd,
        folder / "x.csv",
        "--map",
        folder / "map.yaml",
        "--out",
        folder / "p.csv",
        "--threshold",
        "0.01",
    )
    assert (status, said["files"][0]["encoding"]) == (0, "windows-1252")
    assert [(row["id_left"], row["id_right"], row["name"]) for row in rows_of(folder / "p.csv")] == [
        ("1", "2", "exact")
    ]


def test_what_cannot_be_done_is_said_and_nothing_is_written(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = two_files(folder, people=40)
    out, good = folder / "p.csv", folder / "map.yaml"
    empty, header, doubled, again = (
        folder / f"{name}.csv" for name in ("empty", "header", "doubled", "again")
    )
    empty.write_text("", "utf-8")
    header.write_text("no,given,family,born,street,post,card\n", "utf-8")
    doubled.write_text("no,no,given\n1,1,x\n", "utf-8")
    again.write_text(first.read_text("utf-8").replace("\na1,", "\na0,"), "utf-8")
    wrong, one = folder / "wrong.yaml", folder / "one.yaml"
    wrong.write_text("id: no\nfields:\n  given: naem\n", "utf-8")
    one.write_text(MAP + "one_to_one: true\n", "utf-8")
    (folder / "big5.yaml").write_bytes("id: 編號\n".encode("cp950"))
    taken = folder / "taken.csv"
    taken.write_text("mine", "utf-8")
    (folder / "old.json").write_text('{"format": "anwang-link-files", "version": 0}', "utf-8")
    cases: list[tuple[list[object], str]] = [
        ([empty, "--map", good, "--out", out], "檔案是空的"),
        ([header, "--map", good, "--out", out], "沒有資料"),
        ([doubled, "--map", good, "--out", out], "欄名「no」重複"),
        ([again, "--map", good, "--out", out], "1 列的編號與別列相同"),
        ([folder / "none.csv", "--map", good, "--out", out], "找不到這個檔案"),
        ([first, "--map", folder / "none.yaml", "--out", out], "找不到這個檔案"),
        ([first, "--map", folder / "big5.yaml", "--out", out], "不是 UTF-8"),
        ([first, "--map", wrong, "--out", out], "第 3 行"),
        ([first, second, first, "--map", good, "--out", out], "最多比對兩個檔"),
        ([first, first, "--map", good, "--out", out], "是同一個"),
        ([first, "--map", one, "--out", out], "one_to_one 只能用在兩個檔之間"),
        ([first, "--map", good, "--out", taken], "已經存在"),
        ([first, "--map", good, "--out", first, "--overwrite"], "是輸入的檔"),
        ([first, "--map", good, "--out", out, "--clusters", out], "寫到不同的檔"),
        ([first, "--map", good, "--out", folder / "no" / "p.csv"], "資料夾不存在"),
        ([first, "--map", good, "--out", folder], "那是資料夾"),
        ([first, "--map", good, "--out", out, "--threshold", "1"], "應在 0 與 1 之間"),
        ([first, "--map", good, "--out", out, "--truth", "nobody"], "沒有「nobody」這些欄"),
        ([first, "--map", good, "--out", out, "--model", folder / "old.json"], "版本是 0"),
    ]
    before = sorted(path.name for path in folder.iterdir())
    for words, message in cases:
        status, said, err = run(capfd, *words)
        assert (status, said) == (2, None), words
        assert message in err, err
    assert sorted(path.name for path in folder.iterdir()) == before
    assert taken.read_text("utf-8") == "mine"
    status, said, _ = run(capfd, first, "--map", good, "--out", taken, "--overwrite")
    assert (status, said["out"]) == (0, str(taken))


def test_the_example_maps_of_the_guide_are_good() -> None:
    from anwang.people.linkage.files.map_file import parse_map

    maps = sorted((Path(__file__).parents[3] / "docs" / "examples" / "link-files").glob("*.yaml"))
    assert {path.name for path in maps} >= {"febrl3.yaml", "febrl4.yaml", "people.yaml"}
    for path in maps:
        assert parse_map(path.read_text("utf-8"), path.name).fields


def test_a_column_of_another_kind_is_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first, second = two_files(folder, people=60)
    wrong = MAP.replace("post: postcode", "post: {kind: date, column: family}")
    (folder / "map.yaml").write_text(wrong, "utf-8")
    status, said, err = run(capfd, first, second, "--map", folder / "map.yaml", "--out", folder / "p.csv")
    assert status == 0
    assert "「post」整欄空白或讀不出來" in err
    assert said["unread"]["post"] > 100
