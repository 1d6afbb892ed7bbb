"""Persons by Splink: u by random sampling, m by expectation maximisation, then connected components of sure pairs."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np

from anwang.people.linkage.columns import RecordTable
from anwang.people.linkage.engine.keys import Ints

from .model import CERTAIN_RECALL, CERTAIN_RULES, TRAINING_RULES, settings
from .rows import splink_rows

SEED = 7
RANDOM_PAIRS = 2e6  # ten million take four times as long and change F1 by less than .001
# Bits of evidence from which two rows are one person: best over seeds 7 and 8 of the three profiles, on no other.
LINK_FROM = 7.0


def persons(table: RecordTable) -> Ints:
    """The person of each row, named by the number of one of its rows."""
    if len(table) < 2:
        return np.arange(len(table))
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)  # it tells of every level that one session does not train
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _clusters(_trained(table), len(table))
    finally:
        logger.setLevel(before)


def _trained(table: RecordTable) -> Any:
    import duckdb
    from splink import DuckDBAPI, Linker
    from splink.internals.exceptions import EMTrainingException

    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 2")
    api = DuckDBAPI(connection)
    rows = api.register(splink_rows(table).to_arrow())
    linker = Linker(rows, settings(), log_level=None, validate_settings=False)
    training = linker.training
    training.estimate_probability_two_random_records_match(CERTAIN_RULES, recall=CERTAIN_RECALL)
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED, min_count_per_level=None)
    for rule in TRAINING_RULES:
        try:
            training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )
        except (
            EMTrainingException
        ):  # no pair of a small county meets the rule: the other sessions teach the rest
            continue
    return linker


def _clusters(linker: Any, count: int) -> Ints:
    found = linker.inference.predict(threshold_match_weight=LINK_FROM)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_weight=LINK_FROM
    ).as_dict()
    person = np.arange(count)
    person[np.array(clusters["unique_id"], np.int64)] = np.array(clusters["cluster_id"], np.int64)
    return person
