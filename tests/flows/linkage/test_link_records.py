"""`anwang link-records` from files to a folder: what it prints, what it refuses, and that nothing half written stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars
import pytest

from anwang.cli import main
from anwang.people.linkage.records import linking
from tests.rules.linkage.records.months import make

COUNT, FIRST = 1_200, 1_000


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> polars.DataFrame:
    return make(COUNT, tmp_path_factory.mktemp("made"))


@pytest.fixture
def folder(frame: polars.DataFrame, tmp_path: Path) -> Path:
    frame[:FIRST].write_parquet(tmp_path / "older.parquet")
    frame[FIRST:].write_parquet(tmp_path / "newer.parquet")
    return tmp_path


def run(capfd: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any, str]:
    capfd.readouterr()
    status = main(["link-records", *map(str, words)])
    out, err = capfd.readouterr()
    return status, json.loads(out) if out else None, err


def test_two_months_and_everything_again(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    older, newer = folder / "older.parquet", folder / "newer.parquet"
    status, told, err = run(capfd, older, "--out", folder / "may")
    assert status == 0, err
    assert (told["records"], told["new"], told["changes"], told["compared_all"]) == (FIRST, FIRST, None, True)
    assert [line.partition(" ")[0] for line in err.splitlines()] == ["讀取完成", "分塊與評分完成", "分群完成"]
    (folder / "decisions.csv").write_text(
        "left,right,decision\n0,1,same\n1,0,different\n2,3,same\n4,99999999,same\n", "utf-8"
    )
    decided = ("--decisions", folder / "decisions.csv")
    status, told, err = run(capfd, older, newer, "--out", folder / "june", "--kept", folder / "may", *decided)
    assert status == 0, err
    assert (told["records"], told["new"], told["gone"]) == (COUNT, COUNT - FIRST, 0)
    assert told["compared_all"] is False
    assert told["decisions"] == {"same": 2, "different": 1, "gone": 1, "refused": 1}
    assert "1 行的紀錄不在這些檔案裡，略過：第 5 行" in err
    assert "第 2 行" in err
    assert set(told["changes"]) == {"merged", "split", "moved", "renumbered"}
    assert set(told["left_out"]) == {
        f"key_{name}" for name in ("id", "name_birth", "sound_year", "birthday_surname", "place", "phone")
    }
    status, whole, _ = run(capfd, older, newer, "--out", folder / "whole", *decided)
    assert whole["compared"] > told["compared"]
    for name in ("pairs.parquet", "clusters.parquet"):
        assert polars.read_parquet(folder / "june" / name).equals(
            polars.read_parquet(folder / "whole" / name)
        )
    clusters = polars.read_parquet(folder / "june" / "clusters.parquet")["cluster"]
    assert clusters[2] == clusters[3]
    assert clusters[0] != clusters[1]
    assert sorted(path.name for path in (folder / "june").iterdir()) == [
        "changes.parquet",
        "clusters.parquet",
        "kept",
        "pairs.parquet",
    ]


def test_why_everything_is_compared_is_said(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    older, newer = folder / "older.parquet", folder / "newer.parquet"
    run(capfd, older, "--out", folder / "may")
    status, told, err = run(
        capfd, older, newer, "--out", folder / "june", "--kept", folder / "may", "--most", 500
    )
    assert (status, told["compared_all"]) == (0, True)
    assert "注意：--most 和先前的（1000）不同，所以全部重新比對。" in err


Given = Callable[[Path], tuple[object, ...]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda f: (f / "none.parquet", "--out", f / "out"), "找不到"),
        (lambda f: (f / "text.txt", "--out", f / "out"), "不是 Parquet"),
        (lambda f: (f / "empty", "--out", f / "out"), "裡沒有 Parquet 檔"),
        (lambda f: (f / "newer.parquet", f / "older.parquet", "--out", f / "out"), "由小到大"),
        (lambda f: (f / "older.parquet", f / "older.parquet", "--out", f / "out"), "不可重複"),
        (lambda f: (f / "words.parquet", "--out", f / "out"), "「surname」要是數字"),
        (lambda f: (f / "shares.parquet", "--out", f / "out"), "「tf_whole_name」是名字的常見程度"),
        (lambda f: (f / "older.parquet", "--out", f / "full"), "已經存在"),
        (lambda f: (f / "older.parquet", "--out", f / "full", "--overwrite"), "別的檔案"),
        (lambda f: (f / "older.parquet", "--out", f / "nowhere" / "out"), "上層資料夾不存在"),
        (lambda f: (f / "older.parquet", "--out", f / "out", "--kept", f / "full"), "沒有先前 link-records 留下的結果"),
        (lambda f: (f / "older.parquet", "--out", f / "out", "--decisions", f / "text.txt"), "缺少欄位：left"),
        (lambda f: (f / "older.parquet", "--out", f / "out", "--model", f / "text.txt"), "不是安網的模型檔"),
        (lambda f: (f / "older.parquet", "--out", f / "out", "--threshold", "nan"), "--threshold"),
        (lambda f: (f / "older.parquet", "--out", f / "out", "--most", 1), "--most"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(
    folder: Path, capfd: pytest.CaptureFixture[str], given: Given, words: str
) -> None:
    (folder / "text.txt").write_text("no Parquet", "utf-8")
    (folder / "empty").mkdir()
    (folder / "full").mkdir()
    (folder / "full" / "letter.odt").touch()
    few = polars.read_parquet(folder / "older.parquet")[:9]
    few.with_columns(polars.lit("王").alias("surname")).write_parquet(folder / "words.parquet")
    few.with_columns(polars.lit(0.0).alias("tf_whole_name")).write_parquet(folder / "shares.parquet")
    before = sorted(folder.rglob("*"))
    status, told, err = run(capfd, *given(folder))
    assert (status, told) == (2, None)
    assert words in err
    assert sorted(folder.rglob("*")) == before


def test_who_stops_it_leaves_nothing(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(folder.rglob("*"))

    def stop(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(linking, "gathered", stop)
    status, told, err = run(capfd, folder / "older.parquet", "--out", folder / "out")
    assert (status, told) == (130, None)
    assert "已中止" in err
    assert sorted(folder.rglob("*")) == before


def test_a_full_disk_is_said(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(linking, "keep_pairs", full)
    status, _, err = run(capfd, folder / "older.parquet", "--out", folder / "out")
    assert (status, "磁碟已滿" in err) == (1, True)
