"""A folder is there whole or not at all, and nobody else's is taken away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars
import pytest

from anwang.people.linkage.records import writing
from anwang.people.linkage.records.errors import RecordsError
from anwang.people.linkage.records.writing import must_be_free, put_back, whole_folder, write_columns

GONE = 999_999_999  # the number of no process


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
    (out / "thesis.odt").unlink()
    (out / "kept").mkdir()
    (out / "kept" / "records.parquet").touch()
    must_be_free(out, overwrite=True)
    (out / "kept" / "letters.odt").touch()
    with pytest.raises(RecordsError, match="別的檔案"):
        must_be_free(out, overwrite=True)


def test_what_killed_runs_left_goes(tmp_path: Path) -> None:
    out, left, other = tmp_path / "out", tmp_path / f".out.{GONE}.new", tmp_path / ".out.1.old"
    for folder in (left, other):
        folder.mkdir()
    with whole_folder(out) as draft:
        (draft / "pairs.parquet").touch()
        assert not out.exists()
    assert [path.name for path in out.iterdir()] == ["pairs.parquet"]
    assert not left.exists()
    assert other.exists()  # of a process that lives


def _folder(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "pairs.parquet").write_text(text)
    return path


@pytest.mark.parametrize("at", [0, 1])
def test_who_stops_it_while_folders_change_places_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Ctrl-C just after the earlier folder was put aside, or just after the new one has taken its place."""
    out, renamed, calls = _folder(tmp_path / "out", "old"), Path.rename, 0

    def rename(path: Path, to: Path) -> Path:
        nonlocal calls
        calls += 1
        found = renamed(path, to)
        if calls == at + 1:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KeyboardInterrupt), whole_folder(out) as draft:
        (draft / "pairs.parquet").write_text("new")
    assert (out / "pairs.parquet").read_text() == ("old", "new")[at]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_run_that_was_killed_while_folders_changed_places_loses_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    aside = _folder(tmp_path / f".out.{GONE}.old", "old")
    put_back(out)
    assert not out.exists()  # it was in its place, and somebody has taken it away since
    draft = _folder(tmp_path / f".out.{GONE}.new", "new")
    put_back(out)
    assert (out / "pairs.parquet").read_text() == "old"
    assert not aside.exists()
    with whole_folder(out) as later:
        (later / "pairs.parquet").touch()
    assert not draft.exists()


def test_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "AT_A_TIME", 4)
    numbers = np.arange(10)
    for count in (0, 3, 4, 10):
        write_columns(tmp_path / "n.parquet", count, lambda part: {"n": numbers[part]}, often_alike=("n",))
        assert polars.read_parquet(tmp_path / "n.parquet")["n"].to_list() == list(range(count))
