"""Clusters on several machines: what hangs together goes to one partition, where our clustering decides.

What it decides about records that hang together depends on these and their pairs alone, so it is what one machine decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..engine.components import forest
from ..engine.gathering import gathered
from ..engine.pairing import Likely
from ..model import LinkageModel
from ..packed import ID
from ..records.weighing import apart_weights, pairing
from .packing import unpacked

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

FEWER = 8  # forests that become one at a time
CLUSTERS_SCHEMA = f"{ID} long, cluster long, loose boolean"


def components(pairs: DataFrame, parts: int) -> DataFrame:
    """Of each record that is in a pair the lowest one with which it hangs together: `node`, `root`. Each partition keeps
    the forest of its pairs, and forests are united until there is one."""
    found = pairs.select("left", "right").mapInArrow(_forest, "node long, root long")
    while parts > 1:
        parts = -(-parts // FEWER)
        found = found.repartition(parts).mapInArrow(_forest, "node long, root long")
    return found


def _forest(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    held = [(batch.column(0).to_numpy(), batch.column(1).to_numpy()) for batch in batches]
    if held:
        nodes, root = forest(*(np.concatenate(column) for column in zip(*held, strict=True)))
        yield pa.RecordBatch.from_arrays([pa.array(nodes), pa.array(root)], ["node", "root"])


def clusters(
    rows: DataFrame, pairs: DataFrame, hanging: DataFrame, model: Mapping[str, Any], records: int, threshold: float,
    parts: int,
) -> DataFrame:  # fmt: skip
    """Of every record the lowest one of its cluster, and whether some rows of the cluster do not fit each other."""
    from pyspark.sql import functions as f

    own = hanging.select(
        "node", f.pmod(f.xxhash64("root"), f.lit(parts)).cast("int").alias("bucket")
    ).persist()
    records_of = rows.drop(*(name for name in rows.columns if name.startswith("key_")))
    records_of = records_of.join(own.withColumnRenamed("node", ID), ID)
    pairs_of = pairs.join(
        own.select(f.col("node").alias("left"), f.col("bucket").alias("its_bucket")), "left"
    )
    gather = partial(_gathered, model=dict(model), records=records, threshold=threshold)
    joined = (
        records_of.groupBy("bucket")
        .cogroup(pairs_of.groupBy("its_bucket"))
        .applyInArrow(gather, CLUSTERS_SCHEMA)
    )
    alone = rows.select(ID).join(own.withColumnRenamed("node", ID), ID, "left_anti")
    return joined.unionByName(alone.select(ID, f.col(ID).alias("cluster"), f.lit(False).alias("loose")))


def _gathered(
    rows_of: pa.Table, pairs_of: pa.Table, model: Mapping[str, Any], records: int, threshold: float
) -> pa.Table:
    """The clusters of all that hangs together in one bucket, as one machine would make them: records and pairs in the
    same order, and weights of our own, whoever found the pairs."""
    rows_of = rows_of.sort_by(ID)
    ids = rows_of.column(ID).to_numpy()
    rows, terms = unpacked(rows_of)
    weights = apart_weights(LinkageModel.from_json(model), records, terms)
    left, right = (np.searchsorted(ids, pairs_of.column(name).to_numpy()) for name in ("left", "right"))
    order = np.argsort(left * len(ids) + right)
    left, right = left[order], right[order]
    bits = pairing().score(rows, left, right, weights)
    keep = bits >= threshold
    likely = Likely(left[keep], right[keep], bits[keep], {}, {})
    found = gathered(pairing(), rows, likely, weights, threshold)
    _, first = np.unique(found.cluster, return_index=True)
    return pa.table({ID: ids, "cluster": ids[first[found.cluster]], "loose": found.loose})
