"""Likely pairs by our engine: records go to the partition of their key's hash, and each partition compares its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..engine.grouping import grouped
from ..engine.keys import Ints
from ..engine.layout import Packed
from ..engine.plan import Weights
from ..model import LinkageModel
from .packing import ID, NAME_BITS, REFERENCE_BITS, ROW, unpacked
from .weighing import apart_weights, pairing

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PAIRS_SCHEMA = "left long, right long, bits double"
RULE, ITS_KEY = "rule", "its_key"
ROOM = 100_000  # pairs found for which there is room at first


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
    """The likely pairs of one partition, which holds all records of its keys."""
    held = list(batches)
    if not held:
        return
    table = pa.Table.from_batches(held)
    del held
    known = LinkageModel.from_json(model)
    rule = table.column(RULE).to_numpy()
    for k in distinct_rules(rule):
        mine = table.filter(pa.array(rule == k)).sort_by(
            ID
        )  # as on one machine: the lower record is the left one
        ids = mine.column(ID).to_numpy()
        rows, terms = unpacked(mine)
        earlier = np.stack([mine.column(key).to_numpy() for key in keys], axis=1)
        weights = apart_weights(known, records, terms)
        left, right, bits = _inside(rows, mine.column(ITS_KEY).to_numpy(), earlier, k, weights, threshold)
        yield pa.RecordBatch.from_arrays(
            [pa.array(ids[left]), pa.array(ids[right]), pa.array(bits)], ["left", "right", "bits"]
        )


def distinct_rules(rule: Any) -> list[int]:
    return np.flatnonzero(np.bincount(rule)).tolist()


def _inside(
    rows: Packed, keys: Ints, all_keys: Ints, rule: int, weights: Weights, threshold: float
) -> tuple[Ints, Ints, Any]:
    """The likely pairs of rows with an equal key that no earlier rule brings together."""
    groups = grouped(np.array(keys))
    room = ROOM
    while True:
        left, right = np.empty((2, room), np.int64)
        bits = np.empty(room)
        count, _, _ = pairing().kernels.score_groups(
            groups.order, groups.starts, 0, len(groups.starts) - 1, len(rows), rows, all_keys, rule,
            weights.levels, weights.terms, weights.prior, weights.rest, threshold, left, right, bits,
        )  # fmt: skip
        if count <= room:
            return left[:count], right[:count], bits[:count]
        room = count
