"""Likely pairs by Splink: the settings document of the saved model, run by Spark's SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import LinkageModel
from ..packed import ID, TERMS
from ..splink_documents import documents

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SLACK = (
    1e-6  # bits; Splink adds in another order, and a pair at the very threshold is judged by our engine's sum
)


def likely_pairs_by_splink(
    records: DataFrame, keys: list[str], model: LinkageModel, count: int, threshold: float, parts: int
) -> DataFrame:
    """Each pair once, `left < right`, with Splink's weight, from a little below `threshold` on."""
    from pyspark.sql import functions as f
    from splink import Linker
    from splink.backends.spark import SparkAPI

    settings = documents(model.home, model.apart, count)["apart"]
    settings["blocking_rules_to_generate_predictions"] = [f"l.{key} = r.{key}" for key in keys]
    settings["retain_intermediate_calculation_columns"] = False
    settings["unique_id_column_name"] = ID
    api = SparkAPI(
        spark_session=records.sparkSession,
        break_lineage_method="persist",
        num_partitions_on_repartition=parts,
        register_udfs_automatically=False,  # our levels are plain SQL
    )
    no_key = {key: f.nullif(f.col(key), f.lit(0)) for key in keys}
    linker = Linker(api.register(records.drop(*TERMS).withColumns(no_key)), settings, log_level=None)
    for term in TERMS:  # Spark takes them from a table only, one line for each name
        name = term.removeprefix("tf_")
        common = records.groupBy(name).agg(f.max(term).alias(term))
        linker.table_management.register_term_frequency_lookup(api.register(common), name)
    found = linker.inference.predict(threshold_match_weight=threshold - SLACK).as_spark_dataframe()
    one, other = f.col(f"{ID}_l"), f.col(f"{ID}_r")
    return found.select(
        f.least(one, other).alias("left"),
        f.greatest(one, other).alias("right"),
        f.col("match_weight").alias("bits"),
    )
