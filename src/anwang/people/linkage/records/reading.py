"""Parquet files of packed records, a batch at a time: memory holds the rows and keys alone, never a file's columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..engine.keys import Ints
from ..engine.layout import Packed
from ..engine.memory import room
from ..engine.plan import Floats
from ..engine.rule import Rule
from ..model import LinkageModel
from ..packed import COLUMNS, ID, KEY, LAYOUT, TERMS
from ..scoring import term_bits
from .errors import RecordsError

AT_A_TIME = 16_384  # rows of a batch: what is read of it stays in the cache until it is packed


@dataclass(frozen=True, slots=True)
class PackedRecords:
    """`ids[row]` ascending; `rows` as `packed.LAYOUT` has them; `keys[rule, row]` of the rules `names`, 0 for none;
    `terms[row]`: what an equal name, and an equal name of the person named, are worth, in bits."""

    ids: Ints
    rows: Packed
    names: tuple[str, ...]
    keys: Ints
    terms: Floats

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def rules(self) -> list[Rule]:
        """The blocking rules, in the order of the files' columns."""
        return [Rule(name, keys) for name, keys in zip(self.names, self.keys, strict=True)]


def read_records(paths: Sequence[Path], model: LinkageModel) -> PackedRecords:
    """The records of all files, which go on from each other by their numbers. RecordsError."""
    files = [_opened(path) for path in paths]
    names = tuple(name.removeprefix(KEY) for name in files[0].schema_arrow.names if name.startswith(KEY))
    for path, file in zip(paths, files, strict=True):
        _must_have_all(path, file.schema_arrow, names)
    count = sum(file.metadata.num_rows for file in files)
    read = PackedRecords(
        np.empty(count, np.int64), LAYOUT.empty(count), names,
        room((len(names), count), np.int64), room((count, len(TERMS)), np.float64),
    )  # fmt: skip
    at = 0
    for path, file in zip(paths, files, strict=True):
        for batch in _batches(path, file, [ID, *COLUMNS, *TERMS, *(KEY + name for name in names)]):
            part = slice(at, at + batch.num_rows)
            at += batch.num_rows
            try:
                LAYOUT.fill(read.rows[part], {name: _numbers(batch, name) for name in COLUMNS})
            except OverflowError as error:
                raise RecordsError(f"「{path}」有欄位的數值太大（{error}）。") from error
            read.ids[part] = _ids(path, batch)
            for k, name in enumerate(names):
                read.keys[k, part] = _numbers(batch, KEY + name)
            read.terms[part] = term_bits(model, *(_shares(path, batch, name) for name in TERMS))
    if not (read.ids[1:] > read.ids[:-1]).all():
        raise RecordsError(f"紀錄要依 {ID} 由小到大排列，不可重複；先前的月份在前，新的月份在後。")
    return read


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, pre_buffer=False)  # which would hold what is read until the end
    except FileNotFoundError as error:
        raise RecordsError(f"找不到「{path}」。") from error
    except pa.ArrowMemoryError:
        raise  # nothing is wrong with the file
    except (OSError, pa.ArrowException) as error:
        raise RecordsError(f"「{path}」不是 Parquet 檔，或讀不到。") from error


def _must_have_all(path: Path, schema: pa.Schema, names: Sequence[str]) -> None:
    there = set(schema.names)
    if lacking := {ID, *COLUMNS, *TERMS} - there:
        raise RecordsError(f"「{path}」缺少欄位：{'、'.join(sorted(lacking))}。")
    if not names:
        raise RecordsError(f"「{path}」沒有分塊鍵（{KEY} 開頭的欄位），不知道哪些紀錄要比。")
    keys = [KEY + name for name in names]
    if lacking := set(keys) - there:
        raise RecordsError(f"「{path}」缺少分塊鍵：{'、'.join(sorted(lacking))}。")
    if more := {name for name in there if name.startswith(KEY)} - set(keys):
        raise RecordsError(
            f"「{path}」有第一個檔案沒有的分塊鍵：{'、'.join(sorted(more))}。每個檔案的分塊鍵要相同。"
        )
    if twice := {name for name, count in Counter(schema.names).items() if count > 1}:
        raise RecordsError(f"「{path}」的欄位重複：{'、'.join(sorted(twice))}。")
    for name in (ID, *COLUMNS, *TERMS, *keys):
        kind = schema.field(name).type
        if not (
            pa.types.is_integer(kind)
            or pa.types.is_boolean(kind)
            or (name in TERMS and pa.types.is_floating(kind))
        ):
            raise RecordsError(f"「{path}」的「{name}」要是數字，不是 {kind}。")


def _batches(path: Path, file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(AT_A_TIME, columns=columns, use_threads=False)
    except pa.ArrowMemoryError:
        raise  # nothing is wrong with the file
    except (OSError, pa.ArrowException) as error:
        raise RecordsError(f"「{path}」壞了，讀不完。") from error


def _numbers(batch: pa.RecordBatch, name: str) -> NDArray[Any]:
    column = batch.column(name)
    if column.null_count:
        nothing = False if pa.types.is_boolean(column.type) else 0
        column = pc.fill_null(column, pa.scalar(nothing, column.type))
    return column.to_numpy(zero_copy_only=False)


def _ids(path: Path, batch: pa.RecordBatch) -> NDArray[Any]:
    found = _numbers(batch, ID)
    if batch.column(ID).null_count:
        raise RecordsError(f"「{path}」有紀錄沒有 {ID}。")
    if found.dtype == np.uint64 and int(found.max(initial=0)) >> 63:
        raise RecordsError(f"「{path}」的 {ID} 太大，最多是 2 的 63 次方減 1。")
    return found


def _shares(path: Path, batch: pa.RecordBatch, name: str) -> NDArray[Any]:
    found = _numbers(batch, name)
    if not ((found > 0) & (found <= 1)).all():
        raise RecordsError(f"「{path}」的「{name}」是名字的常見程度，要大於 0，最多 1。")
    return found
