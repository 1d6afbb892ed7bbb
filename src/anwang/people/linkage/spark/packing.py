"""Records as Spark carries them: a packed row of whole numbers in one binary column, which nobody on the way looks into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from ..engine.layout import Packed
from ..engine.plan import Floats
from ..model import LinkageModel
from ..packed import COLUMNS, ID, LAYOUT, TERMS
from ..scoring import term_bits

ROW, NAME_BITS, REFERENCE_BITS = "packed_row", "name_bits", "reference_bits"
PACKED_SCHEMA = f"{ID} long, {ROW} binary, {NAME_BITS} double, {REFERENCE_BITS} double"


def packed(
    batches: Iterable[pa.RecordBatch], model: Mapping[str, Any], keys: list[str]
) -> Iterator[pa.RecordBatch]:
    """The columns of `packed.COLUMNS`, the terms and the keys as rows of `PACKED_SCHEMA` and the keys."""
    known = LinkageModel.from_json(model)
    for batch in batches:
        if not batch.num_rows:
            continue
        rows = LAYOUT.filled({name: _numbers(batch, name) for name in COLUMNS})
        terms = term_bits(known, *(_numbers(batch, name) for name in TERMS))
        columns = [batch.column(ID), as_binary(rows), pa.array(terms[:, 0]), pa.array(terms[:, 1])]
        names = [ID, ROW, NAME_BITS, REFERENCE_BITS, *keys]
        yield pa.RecordBatch.from_arrays([*columns, *(batch.column(key) for key in keys)], names)


def as_binary(rows: Packed) -> pa.Array:
    """Each row as the bytes of its words."""
    width = rows.shape[1] * rows.itemsize
    held = pa.py_buffer(np.ascontiguousarray(rows))
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(rows), [None, held]).cast(pa.binary())


def unpacked(table: pa.Table) -> tuple[Packed, Floats]:
    """The rows of a table with `PACKED_SCHEMA`'s columns, each beginning with a cache line, and their terms."""
    rows = LAYOUT.empty(table.num_rows)
    width = rows.shape[1] * rows.itemsize
    at = 0
    for chunk in table.column(ROW).chunks:
        fixed = chunk.cast(pa.binary(width))
        begin = fixed.offset * rows.shape[1]
        words = np.frombuffer(fixed.buffers()[1], np.int32)[begin : begin + len(fixed) * rows.shape[1]]
        rows[at : at + len(fixed)] = words.reshape(len(fixed), -1)
        at += len(fixed)
    terms = np.stack([table.column(name).to_numpy() for name in (NAME_BITS, REFERENCE_BITS)], axis=1)
    return rows, terms


def _numbers(batch: pa.RecordBatch, name: str) -> Any:
    return batch.column(name).to_numpy(zero_copy_only=False)
