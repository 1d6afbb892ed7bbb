"""What a matching leaves for the next month, and reads again: every record with a mark of what it says, and the pairs that the
next month might need, which are those down to some bits below the threshold.

`kept/records.parquet`: `unique_id`, `mark` (64 bits of the packed row and its keys), `name_bits`, `reference_bits`.
`kept/pairs.parquet`: `left`, `right`, places among these records. `kept/kept.json`: how they were found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numba import njit
from numpy.typing import NDArray

from ..engine.keys import Ints
from ..engine.layout import Packed
from ..engine.pairing import Likely
from ..packed import ID
from .errors import RecordsError
from .reading import AT_A_TIME, PackedRecords
from .writing import CLUSTERS, KEPT, KEPT_HOW, KEPT_PAIRS, KEPT_RECORDS, write_columns

FORMAT = 1
MARGIN = 4.0  # bits below the threshold down to which pairs are kept
MARK, BITS = "mark", ("name_bits", "reference_bits")
_RECORDS, _PAIRS, _CLUSTERS = f"{KEPT}/{KEPT_RECORDS}", f"{KEPT}/{KEPT_PAIRS}", CLUSTERS
_COLUMNS = {_RECORDS: [ID, MARK, *BITS], _PAIRS: ["left", "right"], _CLUSTERS: ["cluster"]}


@dataclass(frozen=True, slots=True)
class How:
    """`floor`: all pairs that the rules brought together and that had so many bits are kept. `comparing`: see `weighing`.
    `too_large`: rows of each rule in groups of more than `most`."""

    records: int
    pairs: int
    threshold: float
    floor: float
    most: int
    model: str
    comparing: str
    rules: tuple[str, ...]
    too_large: Mapping[str, int]

    @property
    def margin(self) -> float:
        """Bits by which weights may rise until all must be searched again."""
        return self.threshold - self.floor


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run left in its output folder."""

    folder: Path
    how: How

    def records(self) -> Iterator[pa.RecordBatch]:
        """A batch at a time, ascending by number. RecordsError."""
        return self._batches(_RECORDS, self.how.records)

    def pairs(self) -> tuple[Ints, Ints]:
        """Places of the records of each pair, in order. RecordsError."""
        left, right = np.empty((2, self.how.pairs), np.int64)
        at = 0
        for batch in self._batches(_PAIRS, self.how.pairs):
            for into, name in ((left, "left"), (right, "right")):
                into[at : at + len(batch)] = batch.column(name).to_numpy()
            at += len(batch)
        if len(left) and not 0 <= left.min() <= right.max() < self.how.records:
            raise _broken(self.folder)
        return left, right

    def clusters(self) -> Ints:
        """The number of each record's cluster. RecordsError."""
        found = np.empty(self.how.records, np.int64)
        at = 0
        for batch in self._batches(_CLUSTERS, self.how.records):
            found[at : at + len(batch)] = batch.column("cluster").to_numpy()
            at += len(batch)
        return found

    def must_be_there(self) -> None:
        """RecordsError when one of the files is not, before hours have gone into what needs it in the end."""
        for name, count in (
            (_RECORDS, self.how.records),
            (_PAIRS, self.how.pairs),
            (_CLUSTERS, self.how.records),
        ):
            self._opened(name, count)

    def _opened(self, name: str, count: int) -> pq.ParquetFile:
        try:
            file = pq.ParquetFile(self.folder / name, pre_buffer=False)
        except pa.ArrowMemoryError:
            raise
        except (OSError, pa.ArrowException) as error:
            raise _broken(self.folder) from error
        if file.metadata.num_rows != count or not set(_COLUMNS[name]) <= set(file.schema_arrow.names):
            raise _broken(self.folder)
        return file

    def _batches(self, name: str, count: int) -> Iterator[pa.RecordBatch]:
        file = self._opened(name, count)
        try:
            yield from file.iter_batches(AT_A_TIME, columns=_COLUMNS[name], use_threads=False)
        except pa.ArrowMemoryError:
            raise
        except (OSError, pa.ArrowException) as error:
            raise _broken(self.folder) from error


def read_kept(folder: Path) -> Kept:
    """RecordsError when the folder is of no earlier run, of one of another version, or broken."""
    path = folder / KEPT / KEPT_HOW
    try:
        body = json.loads(path.read_text("utf-8"))
        version = body.pop("format")
    except FileNotFoundError as error:
        raise RecordsError(
            f"「{folder}」裡沒有先前 link-records 留下的結果（{KEPT}/{KEPT_HOW}）。"
        ) from error
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise _broken(folder) from error
    if version != FORMAT:
        raise RecordsError(
            f"「{folder}」是另一個版本留下的（格式 {version}，這裡讀 {FORMAT}）。請不用 --kept 重新比對一次。"
        )
    body.pop("margin", None)
    try:
        how = How(**(body | {"rules": tuple(body["rules"]), "too_large": dict(body["too_large"])}))
        numbers = (how.records, how.pairs, how.threshold, how.floor, how.most, *how.too_large.values())
        if not all(isinstance(number, int | float) for number in numbers):
            raise TypeError
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(folder) from error
    found = Kept(folder, how)
    found.must_be_there()
    return found


def keep_records(draft: Path, records: PackedRecords, marks: Ints) -> None:
    (draft / KEPT).mkdir()
    write_columns(
        draft / _RECORDS,
        len(records),
        lambda part: (
            {ID: records.ids[part], MARK: marks[part]}
            | {name: records.terms[part, k] for k, name in enumerate(BITS)}
        ),
        often_alike=BITS,
    )


def keep_pairs(draft: Path, likely: Likely) -> None:
    write_columns(
        draft / _PAIRS,
        len(likely.left),
        lambda part: {name: getattr(likely, name)[part].astype(np.int32) for name in ("left", "right")},
    )


def keep_how(draft: Path, how: How) -> None:
    body: dict[str, Any] = {"format": FORMAT, **asdict(how), "margin": how.margin}
    (draft / KEPT / KEPT_HOW).write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8")


def marks_of(records: PackedRecords) -> Ints:
    """64 bits of what each record says and of its keys; not of how common its name is, which changes with the others."""
    found = np.empty(len(records), np.int64)
    _mark(records.rows.view(np.int64), records.keys, found)
    return found


def _broken(folder: Path) -> RecordsError:
    return RecordsError(f"「{folder}」裡先前的結果壞了或不完整。請不用 --kept 重新比對一次。")


@njit(nogil=True, cache=True)
def _mark(rows: Packed, keys: Ints, found: NDArray[np.int64]) -> None:
    factor = np.uint64(0x9E3779B97F4A7C15)
    for row in range(len(rows)):
        mark = np.uint64(1)
        for word in range(rows.shape[1]):
            mark = (mark ^ np.uint64(rows[row, word])) * factor
            mark ^= mark >> np.uint64(29)
        for rule in range(len(keys)):
            mark = (mark ^ np.uint64(keys[rule, row])) * factor
            mark ^= mark >> np.uint64(29)
        found[row] = np.int64(mark)
