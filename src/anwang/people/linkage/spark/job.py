"""From Parquet to Parquet on Spark: records in, likely pairs and clusters out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..model import LinkageModel
from ..packed import COLUMNS, ID, KEY, TERMS
from .clusters import clusters, components
from .packing import PACKED_SCHEMA, packed
from .pairs import likely_pairs
from .session import NoSparkError
from .splink_pairs import likely_pairs_by_splink

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ENGINE, SPLINK = "anwang", "splink"
PER_PART = 250_000  # keys of records that are compared in one partition


class RecordsError(NoSparkError):
    """The file of records is not what the matching reads; the message (zh-TW) says what is wrong."""


@dataclass(frozen=True, slots=True)
class Job:
    """`records`: Parquet (a file or a folder, anywhere Spark reads) with `unique_id`, `packed.COLUMNS`, `tf_whole_name`,
    `tf_reference` and a column `key_…` for each blocking rule, in the order of the rules, 0 for no key. `out`: a folder
    for `pairs` and `clusters`. Groups of more than `most` records with one key are left out. `parts`: partitions; 0 leaves
    it to the number of records."""

    records: str
    out: str
    model: LinkageModel
    scorer: str = ENGINE
    threshold: float = 0.0  # bits
    most: int = 1_000
    parts: int = 0
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """`left_out`: records of each rule whose key too many have."""

    records: int
    pairs: int
    clusters: int
    left_out: dict[str, int]


def link_on_spark(session: SparkSession, job: Job, stage: Callable[[str], None] = lambda name: None) -> Done:
    """Writes `pairs` and `clusters`; `stage` is told the name of each stage that has ended. RecordsError."""
    from pyspark import StorageLevel
    from pyspark.sql import functions as f

    given = _read(session, job.records)
    keys = [name for name in given.columns if name.startswith(KEY)]
    if lacking := {ID, *COLUMNS, *TERMS} - set(given.columns):
        raise RecordsError(f"「{job.records}」缺少欄位：{'、'.join(sorted(lacking))}。")
    if not keys:
        raise RecordsError(f"「{job.records}」沒有分塊鍵（{KEY} 開頭的欄位），不知道哪些紀錄要比。")
    given = given.select(
        ID, *COLUMNS, *TERMS, *(f.coalesce(key, f.lit(0)).cast("long").alias(key) for key in keys)
    )
    ((count, different),) = given.select(f.count(f.lit(1)), f.countDistinct(ID)).collect()
    if count != different:
        raise RecordsError(f"「{job.records}」的 {ID} 有空白或重複（{count} 筆，{different} 個不同的值）。")
    parts = job.parts or max(2 * session.sparkContext.defaultParallelism, count * len(keys) // PER_PART)
    session.conf.set("spark.sql.shuffle.partitions", str(parts))
    given, left_out = _without_large(given, keys, job.most)
    model = job.model.to_json()
    schema = ", ".join([PACKED_SCHEMA, *(f"{key} long" for key in keys)])
    rows = given.mapInArrow(partial(packed, model=model, keys=keys), schema)
    rows = rows.persist(StorageLevel.DISK_ONLY)
    rows.count()
    stage("read")
    if job.scorer == SPLINK:
        found = likely_pairs_by_splink(given, keys, job.model, count, job.threshold, parts)
    else:
        found = likely_pairs(rows, keys, model, count, job.threshold, parts)
    pairs_at, clusters_at = f"{job.out.rstrip('/')}/pairs", f"{job.out.rstrip('/')}/clusters"
    mode = "overwrite" if job.overwrite else "error"
    _write(found, mode, pairs_at)
    pairs = session.read.parquet(pairs_at)
    pair_count = pairs.count()
    stage("block and score")
    hanging = components(pairs, parts)
    made = clusters(rows, pairs, hanging, model, count, job.threshold, parts)
    _write(made, mode, clusters_at)
    cluster_count = session.read.parquet(clusters_at).where(f.col("cluster") == f.col(ID)).count()
    stage("cluster")
    rows.unpersist()
    return Done(count, pair_count, cluster_count, left_out)


def _read(session: SparkSession, path: str) -> DataFrame:
    from pyspark.errors import AnalysisException, PySparkException

    try:
        found: DataFrame = session.read.parquet(path)
    except AnalysisException as error:
        raise RecordsError(
            f"找不到「{path}」，或裡面沒有 Parquet 檔。叢集的每一台機器都要讀得到它。"
        ) from error
    except PySparkException as error:
        raise RecordsError(f"「{path}」不是 Parquet 檔，或讀不到。") from error
    return found


def _write(frame: DataFrame, mode: str, path: str) -> None:
    from pyspark.errors import AnalysisException

    try:
        frame.write.mode(mode).parquet(path)
    except AnalysisException as error:
        raise RecordsError(
            f"「{path}」已經存在，或不能寫入。請換一個 --out，或加上 --overwrite 取代它。"
        ) from error


def _without_large(given: DataFrame, keys: list[str], most: int) -> tuple[DataFrame, dict[str, int]]:
    """Keys that more than `most` records have become 0: their pairs grow with the square. And how many records those are."""
    from pyspark.sql import functions as f

    each = given.select(f.posexplode(f.array(*keys)).alias("rule", "its_key")).where(f.col("its_key") != 0)
    large = each.groupBy("rule", "its_key").count().where(f.col("count") > most)
    left_out = dict.fromkeys(keys, 0)
    for rule, count in large.groupBy("rule").agg(f.sum("count")).collect():
        key = keys[rule]
        left_out[key] = count
        mine = large.where(f.col("rule") == rule).select(
            f.col("its_key").alias(key), f.lit(True).alias("is_large")
        )
        small = f.when(f.col("is_large").isNull(), f.col(key)).otherwise(f.lit(0))
        given = given.join(f.broadcast(mine), key, "left").withColumn(key, small).drop("is_large")
    return given, left_out
