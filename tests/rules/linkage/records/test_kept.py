"""What an earlier run left is read again, or it is said what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars
import pytest

from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.records.errors import RecordsError
from anwang.people.linkage.records.kept import read_kept
from anwang.people.linkage.records.linking import Job

from .months import Months, make


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> polars.DataFrame:
    return make(220, tmp_path_factory.mktemp("made"))


@pytest.fixture
def months(tmp_path: Path) -> Months:
    return Months(tmp_path, Job((), tmp_path, LinkageModel.load()))


def _spoil(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    body = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(change(body)), "utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda out: (out / "kept" / "kept.json").unlink(), "沒有先前"),
        (lambda out: (out / "kept" / "kept.json").write_text("{"), "壞了"),
        (lambda out: _spoil(out / "kept" / "kept.json", lambda body: [body]), "壞了"),
        (lambda out: _spoil(out / "kept" / "kept.json", lambda body: body | {"format": 9}), "另一個版本留下的（格式 9"),
        (lambda out: _spoil(out / "kept" / "kept.json", lambda body: body | {"floor": "low"}), "壞了"),
        (lambda out: _spoil(out / "kept" / "kept.json", lambda body: body | {"more": 1}), "壞了"),
        (lambda out: (out / "kept" / "records.parquet").write_bytes(b"PAR1"), "壞了"),
        (lambda out: (out / "kept" / "pairs.parquet").unlink(), "壞了"),
        (lambda out: polars.read_parquet(out / "kept" / "pairs.parquet")[1:].write_parquet(out / "kept" / "pairs.parquet"),
         "壞了"),
        (lambda out: polars.read_parquet(out / "kept" / "records.parquet").reverse()
         .write_parquet(out / "kept" / "records.parquet"), "沒有依編號排列"),
        (lambda out: (out / "clusters.parquet").unlink(), "壞了"),
    ],
)  # fmt: skip
def test_a_folder_that_is_no_earlier_run_is_refused(
    frame: polars.DataFrame, months: Months, spoil: Callable[[Path], object], words: str
) -> None:
    first, _ = months.run(frame[:200])
    spoil(first)
    with pytest.raises(RecordsError, match=words):
        months.run(frame, first)
    assert not (months.folder / "out-2").exists()


@pytest.mark.parametrize("name", ["kept/records.parquet", "kept/pairs.parquet", "clusters.parquet"])
def test_what_will_be_lacking_is_said_before_the_work(
    frame: polars.DataFrame, months: Months, name: str
) -> None:
    first, _ = months.run(frame[:200])
    (first / name).unlink()
    with pytest.raises(RecordsError, match="壞了"):
        read_kept(first)
