"""The same model on Spark: the same pairs, weights and clusters as on one machine; and what is said when it cannot run.

The functions that the workers run are tested without Spark in tests/rules/linkage/test_components.py.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import polars
import pytest

from anwang.cli import main
from anwang.people.linkage.spark import session

LACK = session.missing()
with_spark = pytest.mark.skipif(LACK is not None, reason=f"Spark: {LACK}")


@with_spark
def test_spark_finds_what_one_machine_finds(capfd: pytest.CaptureFixture[str]) -> None:
    """Our engine and Splink, each on local[2]."""
    assert main(["bench", "linkage", "--records", "20000", "--against", "spark", "--seed", "5"]) == 0
    told = capfd.readouterr().out
    kept = {side: re.search(rf"^\| 20,000 .*\| {side} \|(.*)$", told, re.MULTILINE)[1].split("|")[7].strip()
            for side in ("anwang", "spark", "spark-splink")}  # fmt: skip
    assert len(set(kept.values())) == 1
    assert int(kept["spark"].replace(",", "")) > 10_000
    said = re.findall(
        r"pairs on one side only (\d+), largest difference of a weight (\S+) bits. Clusters: (.*)\.", told
    )
    assert len(said) == 2
    for one_sided, difference, clusters in said:
        assert one_sided == "0"
        assert float(difference) < 1e-4
        assert clusters == "the same"


@with_spark
def test_a_file_that_is_not_records_is_refused(tmp_path: Path) -> None:
    """In a process of its own: Java's is not ended within one."""
    polars.DataFrame({"unique_id": [1, 2]}).write_parquet(tmp_path / "other.parquet")
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "anwang", "link-on-spark", str(tmp_path / "other.parquet"), "--out",
         str(tmp_path / "out"), "--master", "local[1]"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "缺少欄位：" in done.stderr
    assert not (tmp_path / "out").exists()


def _refused(capfd: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["link-on-spark", "records.parquet", "--out", "out", *more]) != 0
    return capfd.readouterr().err


def test_without_pyspark_it_says_how_to_get_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.importlib.util, "find_spec", lambda name: None)
    assert "沒有安裝 PySpark" in _refused(capfd)


def _java(folder: Path, says: str) -> str:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{says}\"' >&2\n")
    program.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("says", "words"),
    [("1.8.0_392", "這裡的 Java 是第 8 版"), ("11.0.2", "這裡的 Java 是第 11 版"), ("", "找不到 Java")],
)
def test_without_its_java_it_says_which_is_needed(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str, words: str
) -> None:
    monkeypatch.setattr(session.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", _java(tmp_path / "java", says) if says else str(tmp_path))
    told = _refused(capfd)
    assert words in told
    assert "第 17 版" in told or "Java 17" in told


@pytest.mark.parametrize(
    ("more", "words"),
    [(("--conf", "memory"), "看不懂"), (("--model", "nowhere.json"), "讀不到模型檔"), (("--most", "0"), "--most"),
     (("--threshold", "nan"), "--threshold"), (("--parts", "-1"), "--parts")],
)  # fmt: skip
def test_what_is_typed_wrongly_is_said(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    more: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.setattr(session.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", _java(tmp_path / "java", "17.0.15"))
    assert words in _refused(capfd, *more)


def test_a_model_of_another_version_is_refused(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(session.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", _java(tmp_path / "java", "17.0.15"))
    model = tmp_path / "model.json"
    model.write_text('{"anwang": {"version": 1}}')
    assert "模型版本 1" in _refused(capfd, "--model", str(model))
    model.write_text("[]")
    assert "不是安網的模型檔" in _refused(capfd, "--model", str(model))
