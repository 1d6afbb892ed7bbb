"""The folder that is written: in the place of last month's, whole or not at all, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars
import pytest

from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.records import linking
from anwang.people.linkage.records.errors import RecordsError
from anwang.people.linkage.records.linking import Job, link_records

from .months import make

COUNT, FIRST = 600, 500


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> polars.DataFrame:
    return make(COUNT, tmp_path_factory.mktemp("made"))


def test_in_the_place_of_last_months_folder(frame: polars.DataFrame, tmp_path: Path) -> None:
    files = [tmp_path / f"{k}.parquet" for k in (1, 2)]
    frame[:FIRST].write_parquet(files[0])
    frame[FIRST:].write_parquet(files[1])
    out = tmp_path / "out"
    job = Job((files[0],), out, LinkageModel.load())
    link_records(job)
    said: list[str] = []
    done = link_records(replace(job, records=tuple(files), kept=out, overwrite=True), said.append)
    assert (done.new, done.records, done.why_all) == (COUNT - FIRST, COUNT, None)
    assert len(polars.read_parquet(out / "clusters.parquet")) == COUNT
    assert [path.name for path in tmp_path.glob(".out*")] == []
    assert [text.partition(" ")[0] for text in said] == ["讀取完成", "分塊與評分完成", "分群完成"]
    again = link_records(replace(job, records=(tmp_path,), out=tmp_path / "all"))  # both files of the folder
    assert again.records == COUNT


@pytest.mark.parametrize("what", [KeyboardInterrupt, OSError(28, "full")])
def test_nothing_half_written_is_left(
    frame: polars.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: BaseException
) -> None:
    path, out = tmp_path / "records.parquet", tmp_path / "out"
    frame[:100].write_parquet(path)
    job = Job((path,), out, LinkageModel.load())
    link_records(job)
    before = (out / "clusters.parquet").read_bytes()

    def stop(*given: object, **more: object) -> None:
        raise what

    monkeypatch.setattr(linking, "gathered", stop)
    for again in (replace(job, overwrite=True), replace(job, out=tmp_path / "other")):
        with pytest.raises(type(what) if isinstance(what, OSError) else KeyboardInterrupt):
            link_records(again)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "records.parquet"]
    assert (out / "clusters.parquet").read_bytes() == before


def test_what_somebody_puts_there_meanwhile_stays(frame: polars.DataFrame, tmp_path: Path) -> None:
    path, out = tmp_path / "records.parquet", tmp_path / "out"
    frame[:100].write_parquet(path)

    def meanwhile(text: str) -> None:
        out.mkdir(exist_ok=True)
        (out / "letter.odt").touch()

    with pytest.raises(RecordsError, match="已經存在"):
        link_records(Job((path,), out, LinkageModel.load()), meanwhile)
    assert [file.name for file in out.iterdir()] == ["letter.odt"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out", "records.parquet"]
