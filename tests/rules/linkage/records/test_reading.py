"""Parquet files of packed records: several as one, and what is wrong is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars
import pyarrow.parquet as pq
import pytest

from anwang.commands.bench.many_records import RULES, make_records
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.packed import COLUMNS, ID, KEY, LAYOUT, TERMS
from anwang.people.linkage.records.errors import RecordsError
from anwang.people.linkage.records.reading import read_records
from anwang.people.linkage.scoring import term_bits

COUNT = 70_000  # more than one batch


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("records") / "records.parquet"
    make_records(COUNT, 5, made, lambda text: None)
    return made


@pytest.fixture(scope="module")
def frame(path: Path) -> polars.DataFrame:
    return polars.read_parquet(path)


@pytest.fixture(scope="module")
def model() -> LinkageModel:
    return LinkageModel.load()


def test_all_columns_come_as_they_are(path: Path, frame: polars.DataFrame, model: LinkageModel) -> None:
    read = read_records([path], model)
    assert len(read) == COUNT
    for name in COLUMNS:
        assert (LAYOUT.column(read.rows, name) == frame[name].to_numpy()).all(), name
    assert read.ids.tolist() == frame[ID].to_list()
    assert read.names == RULES
    for rule, name in zip(read.rules, RULES, strict=True):
        assert (rule.keys == frame[KEY + name].to_numpy()).all()
    assert (read.terms == term_bits(model, *(frame[name].to_numpy() for name in TERMS))).all()


def test_months_are_one_after_the_other(
    path: Path, frame: polars.DataFrame, model: LinkageModel, tmp_path: Path
) -> None:
    older, newer = tmp_path / "older.parquet", tmp_path / "newer.parquet"
    frame[: COUNT - 10].write_parquet(older)
    frame[COUNT - 10 :].write_parquet(newer)
    read, whole = read_records([older, newer], model), read_records([path], model)
    assert (read.rows == whole.rows).all()
    assert (read.keys == whole.keys).all()
    with pytest.raises(RecordsError, match="由小到大"):
        read_records([newer, older], model)
    with pytest.raises(RecordsError, match="不可重複"):
        read_records([newer, newer], model)


def test_a_key_left_empty_is_none(frame: polars.DataFrame, model: LinkageModel, tmp_path: Path) -> None:
    path = tmp_path / "nulls.parquet"
    key = KEY + RULES[0]
    frame.with_columns(polars.when(polars.col(key) != 0).then(polars.col(key))).write_parquet(path)
    assert (read_records([path], model).rules[0].keys == frame[key].to_numpy()).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop("surname"), "缺少欄位：surname"),
        (lambda f: f.drop(*(KEY + name for name in RULES)), "沒有分塊鍵"),
        (lambda f: f.with_columns(month=polars.lit(16, polars.Int32)), "month"),
        (lambda f: f.with_columns(place=polars.lit(1 << 31, polars.Int64)), "place"),
        (lambda f: f.with_columns(place=polars.lit(1 << 31, polars.UInt32)), "place"),
        (lambda f: f.with_columns(unique_id=polars.when(polars.col(ID) > 0).then(polars.col(ID))), f"有紀錄沒有 {ID}"),
        (lambda f: f.with_columns(unique_id=polars.col(ID).cast(polars.UInt64) + (1 << 63)), f"{ID} 太大"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(
    frame: polars.DataFrame, model: LinkageModel, tmp_path: Path, change: object, message: str
) -> None:
    assert callable(change)
    path = tmp_path / "wrong.parquet"
    change(frame[:100]).write_parquet(path)
    with pytest.raises(RecordsError, match=message):
        read_records([path], model)


def test_files_that_are_none(model: LinkageModel, tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="找不到"):
        read_records([tmp_path / "none.parquet"], model)
    text = tmp_path / "text.parquet"
    text.write_text("no Parquet")
    with pytest.raises(RecordsError, match="不是 Parquet"):
        read_records([text], model)


def test_a_later_file_without_a_rule(
    path: Path, frame: polars.DataFrame, model: LinkageModel, tmp_path: Path
) -> None:
    later = tmp_path / "later.parquet"
    frame[:5].with_columns(polars.col(ID) + COUNT).drop(KEY + "phone").write_parquet(later)
    with pytest.raises(RecordsError, match="缺少分塊鍵：key_phone"):
        read_records([path, later], model)


def test_a_later_file_with_another_rule(
    path: Path, frame: polars.DataFrame, model: LinkageModel, tmp_path: Path
) -> None:
    """Its pairs would be missing, and nobody would know."""
    later = tmp_path / "later.parquet"
    frame[:5].with_columns(polars.col(ID) + COUNT, key_more=polars.lit(1)).write_parquet(later)
    with pytest.raises(RecordsError, match="第一個檔案沒有的分塊鍵：key_more"):
        read_records([path, later], model)


def test_a_column_twice(path: Path, model: LinkageModel, tmp_path: Path) -> None:
    table = pq.read_table(path).slice(0, 5)
    pq.write_table(table.append_column("place", table.column("road")), tmp_path / "twice.parquet")
    with pytest.raises(RecordsError, match="欄位重複：place"):
        read_records([tmp_path / "twice.parquet"], model)


def test_yes_and_no_left_empty_is_not_known(
    frame: polars.DataFrame, model: LinkageModel, tmp_path: Path
) -> None:
    path = tmp_path / "nulls.parquet"
    flats = polars.Series([True, None, False, None, True])
    frame[:5].with_columns(has_flats=flats).write_parquet(path)
    assert LAYOUT.column(read_records([path], model).rows, "has_flats").tolist() == [1, 0, 0, 0, 1]


def test_rows_begin_with_a_cache_line() -> None:
    for count in (1, 3, 200_000):
        rows = LAYOUT.empty(count)
        assert rows.shape == (count, LAYOUT.width)
        assert rows.ctypes.data % 64 == 0
        assert not np.any(rows)
