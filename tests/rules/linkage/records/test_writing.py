"""A folder is there whole or not at all, and nobody else's is taken away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars
import pytest

from anwang.people.linkage.records import writing
from anwang.people.linkage.records.errors import RecordsError
from anwang.people.linkage.records.writing import must_be_free, whole_folder, write_columns


def test_only_what_is_ours_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    must_be_free(out, overwrite=False)
    out.mkdir()
    must_be_free(out, overwrite=False)
    (out / "pairs.parquet").touch()
    with pytest.raises(RecordsError, match="已經存在"):
        must_be_free(out, overwrite=False)
    must_be_free(out, overwrite=True)
    (out / "thesis.odt").touch()
    with pytest.raises(RecordsError, match="別的檔案"):
        must_be_free(out, overwrite=True)
    with pytest.raises(RecordsError, match="是檔案"):
        must_be_free(out / "thesis.odt", overwrite=True)
    with pytest.raises(RecordsError, match="上層資料夾"):
        must_be_free(tmp_path / "none" / "out", overwrite=True)


def test_what_killed_runs_left_goes(tmp_path: Path) -> None:
    out, left, other = tmp_path / "out", tmp_path / ".out.999999999.new", tmp_path / ".out.1.old"
    for folder in (left, other):
        folder.mkdir()
    with whole_folder(out) as draft:
        (draft / "pairs.parquet").touch()
        assert not out.exists()
    assert [path.name for path in out.iterdir()] == ["pairs.parquet"]
    assert not left.exists()
    assert other.exists()  # of a process that lives


def test_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "AT_A_TIME", 4)
    numbers = np.arange(10)
    for count in (0, 3, 4, 10):
        write_columns(tmp_path / "n.parquet", count, lambda part: {"n": numbers[part]}, often_alike=("n",))
        assert polars.read_parquet(tmp_path / "n.parquet")["n"].to_list() == list(range(count))
