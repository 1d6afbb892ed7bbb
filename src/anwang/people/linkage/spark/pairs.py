"""Likely pairs by our engine: records go to the partition of their key's hash, and each partition compares its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..engine.rule import Rule
from ..model import LinkageModel
from ..packed import ID
from ..records.weighing import apart_weights, pairing
from .packing import NAME_BITS, REFERENCE_BITS, ROW, unpacked

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PAIRS_SCHEMA = "left long, right long, bits double"
RULE, ITS_KEY = "rule", "its_key"


def likely_pairs(
    rows: DataFrame, keys: list[str], model: Mapping[str, Any], records: int, threshold: float, parts: int
) -> DataFrame:
    """Each pair once, with the bits that one machine gives it. A record travels once for each key that it has."""
    from pyspark.sql import functions as f

    own = [ID, ROW, NAME_BITS, REFERENCE_BITS, *keys]
    by_rule = [
        rows.where(f.col(key) != 0).select(*own, f.lit(k).alias(RULE), f.col(key).alias(ITS_KEY))
        for k, key in enumerate(keys)
    ]
    together = reduce(lambda one, other: one.unionByName(other), by_rule).repartition(parts, RULE, ITS_KEY)
    found = partial(_found, keys=keys, model=dict(model), records=records, threshold=threshold)
    return together.mapInArrow(found, PAIRS_SCHEMA)


def _found(
    batches: Iterable[pa.RecordBatch],
    keys: list[str],
    model: Mapping[str, Any],
    records: int,
    threshold: float,
) -> Iterator[pa.RecordBatch]:
    """The likely pairs of one partition, which holds all records of its keys; a pair belongs to its first rule."""
    held = list(batches)
    if not held:
        return
    table = pa.Table.from_batches(held)
    del held
    known = LinkageModel.from_json(model)
    rule = table.column(RULE).to_numpy()
    for k in np.flatnonzero(np.bincount(rule)).tolist():
        # as on one machine the lower record is the left one
        mine = table.filter(pa.array(rule == k)).sort_by(ID)
        ids = mine.column(ID).to_numpy()
        rows, terms = unpacked(mine)
        earlier = (
            np.array([mine.column(key).to_numpy() for key in keys[:k]], np.int64).reshape(k, len(mine)).T
        )
        weights = apart_weights(known, records, terms)
        own = Rule(keys[k], np.array(mine.column(ITS_KEY).to_numpy()))
        # one thread: Spark gives the other processors work of their own
        likely = pairing().likely(rows, [own], weights, threshold, most=len(rows), threads=1)
        seen = ((earlier[likely.left] == earlier[likely.right]) & (earlier[likely.left] != 0)).any(axis=1)
        left, right, bits = likely.left[~seen], likely.right[~seen], likely.bits[~seen]
        yield pa.RecordBatch.from_arrays(
            [pa.array(ids[left]), pa.array(ids[right]), pa.array(bits)], ["left", "right", "bits"]
        )
