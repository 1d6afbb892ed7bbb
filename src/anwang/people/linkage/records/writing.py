"""A folder of Parquet files that is there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from anwang.platform.left_drafts import left_drafts

from .errors import RecordsError

AT_A_TIME = 1 << 20  # rows of a row group

PAIRS, CLUSTERS, CHANGES, KEPT = "pairs.parquet", "clusters.parquet", "changes.parquet", "kept"
KEPT_RECORDS, KEPT_PAIRS, KEPT_HOW = "records.parquet", "pairs.parquet", "kept.json"
OURS = {PAIRS, CLUSTERS, CHANGES, KEPT}
OURS_KEPT = {KEPT_RECORDS, KEPT_PAIRS, KEPT_HOW}


def must_be_free(folder: Path, *, overwrite: bool) -> None:
    """RecordsError when results cannot stand at `folder`."""
    if not folder.resolve().parent.is_dir():
        raise RecordsError(f"無法寫入「{folder}」（上層資料夾不存在）。")
    if folder.exists() and not folder.is_dir():
        raise RecordsError(f"「{folder}」是檔案，請換一個 --out。")
    there = _names(folder)
    if there and not overwrite:
        raise RecordsError(f"「{folder}」已經存在。請換一個 --out，或加上 --overwrite 取代它。")
    if there - OURS or _names(folder / KEPT) - OURS_KEPT:
        raise RecordsError(f"「{folder}」裡有別的檔案，不會取代它。請換一個 --out。")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def put_back(folder: Path) -> None:
    """The earlier `folder`, when a run was killed that had put it aside and not yet its own draft in its place."""
    folder = folder.resolve()
    for aside in left_drafts(folder, ".old"):
        if aside.with_suffix(".new").exists() and not folder.exists():
            aside.rename(folder)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A draft beside `folder`, which takes its place when all is written, and goes when it is not."""
    folder = folder.resolve()
    for left in (*left_drafts(folder), *left_drafts(folder, ".old")):
        shutil.rmtree(left, ignore_errors=True)
    draft, aside = (folder.with_name(f".{folder.name}.{os.getpid()}{end}") for end in (".new", ".old"))
    draft.mkdir()
    try:
        yield draft
        if folder.exists():
            folder.rename(aside)
        draft.rename(folder)
    finally:
        if aside.exists() and not folder.exists():
            aside.rename(folder)
        for left in (draft, aside):
            shutil.rmtree(left, ignore_errors=True)


def write_columns(
    path: Path,
    count: int,
    columns: Callable[[slice], Mapping[str, NDArray[Any] | pa.Array]],
    *,
    often_alike: Sequence[str] = (),
) -> None:
    """`count` rows, of which `columns` gives a slice at a time; `often_alike`: columns of few different values."""
    writer: pq.ParquetWriter | None = None
    try:
        for begin in range(0, max(count, 1), AT_A_TIME):
            table = pa.table(dict(columns(slice(begin, min(begin + AT_A_TIME, count)))))
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, use_dictionary=list(often_alike))
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
