"""Splink trains the model: m and u by expectation maximisation on the levels of candidate pairs.

Splink gets a table of pairs (two rows per pair, blocked on `pair_id`) whose columns are our levels, so that it learns
exactly what the scorer compares. `home`: the candidates are ALL pairs that share a home, so the rate, m and u are all
estimated. `apart`: u from random pairs, m in two sessions (equal IDs teach everything but the ID; equal name and birth
teach the ID). What was learnt is then weighed against the prior model as if that had been `PRIOR_PAIRS` pairs, because
a small home sees too few of the rare levels. With too few sure pairs the prior model is used as it is.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .blocking import Candidates
from .columns import RecordTable
from .comparisons import APART, HOME, Gammas, Levels, compare
from .engine.comparison import Comparison
from .engine.keys import Ints
from .model import LinkageModel
from .regime import Regime

SURE_PAIRS = 300  # pairs with equal valid IDs that a home needs before its own training is used
PRIOR_PAIRS = 200.0
MOST_PAIRS = 200_000  # pairs given to Splink; more change no estimate visibly
RANDOM_PAIRS = 400_000
FIXED_ID_U = (
    1e-8,
    5e-5,
    2e-6,
)  # two strangers' IDs equal / equal where shown / one slip apart: too rare to be sampled
EQUAL_ID_U = (
    1e-5  # two persons of one home with one ID: a slip of the pen, which is rarer than a sample can show
)
FLOOR = 1e-5


class TrainingRefused(Exception):
    """Splink can make no estimate from these pairs; the prior stands in."""


def train(
    table: RecordTable, candidates: Candidates, gammas: Gammas, prior: LinkageModel, seed: int = 7
) -> LinkageModel:
    """The model for these records, with its report."""
    rng = np.random.default_rng(seed)
    sure = int((gammas.levels["identity"] == 0).sum())
    report: dict[str, Any] = {
        "records": len(table),
        "candidate_pairs": len(candidates.left),
        "home_pairs": int(gammas.is_home.sum()),
        "sure_pairs": sure,
        "skipped": dict(candidates.skipped),
        "prior": prior.hash,
        "thresholds": {
            "link": prior.link_at,
            "review": prior.review_from,
            "chosen": "機率門檻，不隨檔案調整：達 link 即連結，介於兩者之間送比對覆核",
        },
    }
    if sure < SURE_PAIRS:
        report["trained"] = False
        report["why"] = f"證號相同的配對只有 {sure} 組，少於 {SURE_PAIRS} 組，沿用隨附的模型"
        return replace(prior, report=report)
    report["trained"] = True
    home = _train_home(gammas, prior.home, rng, report)
    apart = _train_apart(table, gammas, prior.apart, rng, report)
    return replace(prior, home=home, apart=apart, report=report)


def _levels(comparisons: Iterable[Comparison]) -> int:
    return sum(len(c.levels) for c in comparisons)


def _linker(
    comparisons: tuple[Comparison, ...], regime: Regime, rate: float, levels: Mapping[str, Levels], rows: Ints
) -> Any:
    """A Splink linker over the pairs `rows`: two records per pair, both carrying the pair's levels.

    Two made-up pairs per level are added, one plainly of one person and one plainly of two: Splink stops at a
    probability that underflows to 0, which is what it estimates for the u of an equal ID.
    """
    import duckdb
    import polars
    from splink import DuckDBAPI, Linker

    made = _levels(comparisons)
    count, at = len(rows) + 2 * made, len(rows)
    columns: dict[str, Any] = {"unique_id": np.arange(2 * count), "pair_id": np.repeat(np.arange(count), 2)}
    for c in comparisons:
        column = np.full(count, len(c.levels) - 1, np.int32)
        column[: len(rows)] = levels[c.name][rows]
        column[len(rows) : len(rows) + made] = 0
        for start in (at, at + made):
            column[start : start + len(c.levels)] = np.arange(len(c.levels))
        at += len(c.levels)
        columns[f"g_{c.name}"] = np.repeat(column, 2)
    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 2")
    api = DuckDBAPI(connection)
    table = api.register(polars.DataFrame(columns).to_arrow())
    return Linker(table, _settings(comparisons, regime, rate), log_level=None, validate_settings=False)


def _settings(comparisons: tuple[Comparison, ...], regime: Regime, rate: float) -> dict[str, Any]:
    """A Splink settings document over integer level columns `g_<comparison>`, one pair per `pair_id`."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": rate,
        "blocking_rules_to_generate_predictions": ["l.pair_id = r.pair_id"],
        "retain_matching_columns": False,
        "max_iterations": 40,
        "comparisons": [
            {
                "output_column_name": f"g_{c.name}",
                "comparison_levels": [
                    {"sql_condition": f"g_{c.name}_l < 0", "is_null_level": True},
                    *(
                        {
                            "sql_condition": f"g_{c.name}_l = {k}" if k + 1 < len(c.levels) else "ELSE",
                            "m_probability": regime.m[c.name][k],
                            "u_probability": regime.u[c.name][k],
                        }
                        for k in range(len(c.levels))
                    ),
                ],
            }
            for c in comparisons
        ],
    }


def _levels_in(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The levels of a comparison in a Splink document, without the null level, in order."""
    found = next(c for c in document["comparisons"] if c["output_column_name"] == f"g_{name}")
    return [level for level in found["comparison_levels"] if not level.get("is_null_level")]


def _learn(
    linker: Any, rule: str, report: list[dict[str, Any]], *, learn_u: bool, learn_rate: bool = False
) -> dict[str, Any]:
    from splink.internals.exceptions import (
        EMTrainingException,  # late: importing Splink takes a third of a second
    )

    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)  # it announces every level that a session does not train
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session = linker.training.estimate_parameters_using_expectation_maximisation(
                rule,
                estimate_without_term_frequencies=True,
                fix_u_probabilities=not learn_u,
                populate_probability_two_random_records_match_from_trained_values=learn_rate,
            )
    except (ValueError, ArithmeticError, EMTrainingException) as error:
        # such as an m or u that runs to 0 for a level that no pair of this county reaches
        raise TrainingRefused(type(error).__name__) from error
    finally:
        logger.setLevel(before)
    history = session._core_model_settings_history
    report.append(
        {
            "rule": rule,
            "iterations": len(history) - 1,
            "rate": history[-1].probability_two_random_records_match,
        }
    )
    return dict(linker.misc.save_model_to_json(out_path=None))


def _blend(
    document: Mapping[str, Any],
    name: str,
    kind: str,
    prior: tuple[float, ...],
    weight: float,
    made_up: int,
) -> tuple[float, ...]:
    """What Splink learnt for one comparison from `weight` pairs, without the made-up ones, weighed against the prior; a
    level it never saw keeps the prior."""
    told = [level.get(f"{kind}_probability") for level in _levels_in(document, name)]
    learnt = np.array([float(value) if isinstance(value, (int, float)) else 0.0 for value in told])
    if learnt.sum() <= 0:
        return prior
    made = np.ones(len(learnt))
    made[0 if kind == "m" else -1] += made_up - len(learnt)
    seen = np.maximum(learnt * (weight + made_up) - made, 0.0) + PRIOR_PAIRS * np.array(prior)
    mixed = np.maximum(seen / seen.sum(), FLOOR if kind == "m" else 1e-9)
    return tuple(float(v) for v in mixed / mixed.sum())


def _train_home(gammas: Gammas, prior: Regime, rng: np.random.Generator, report: dict[str, Any]) -> Regime:
    rows = np.flatnonzero(gammas.is_home)
    if len(rows) > MOST_PAIRS:
        rows = np.sort(rng.choice(rows, MOST_PAIRS, replace=False))
    sessions: list[dict[str, Any]] = report.setdefault("home_sessions", [])
    rule = "l.pair_id = r.pair_id"
    linker = _linker(HOME, prior, prior.rate, gammas.levels, rows)
    try:
        document = _learn(linker, rule, sessions, learn_u=True, learn_rate=True)
    except TrainingRefused:
        # In some counties a u (of an equal ID) comes so near 0 that Splink refuses it, made-up pairs or not. The
        # prior's u stands in; m and the rate are learnt all the same, if that goes.
        report["home_u"] = "prior"
        linker = _linker(HOME, prior, prior.rate, gammas.levels, rows)
        try:
            document = _learn(linker, rule, sessions, learn_u=False, learn_rate=True)
        except TrainingRefused as refusal:
            report["home"] = f"prior: {refusal}"
            return prior
    rate = float(document["probability_two_random_records_match"])
    made = _levels(HOME)
    m, u = {}, {}
    for c in HOME:
        known = int((gammas.levels[c.name][rows] >= 0).sum())
        m[c.name] = _blend(document, c.name, "m", prior.m[c.name], known * rate, made)
        u[c.name] = _blend(document, c.name, "u", prior.u[c.name], known * (1 - rate), made)
    u["identity"] = _capped(u["identity"], EQUAL_ID_U)
    return Regime(rate, m, u)


def _capped(shares: tuple[float, ...], most: float) -> tuple[float, ...]:
    """The shares with the first at `most` at most; the others take up the rest."""
    first = min(shares[0], most)
    rest = (1 - first) / (1 - shares[0])
    return (first, *(share * rest for share in shares[1:]))


def _train_apart(
    table: RecordTable, gammas: Gammas, prior: Regime, rng: np.random.Generator, report: dict[str, Any]
) -> Regime:
    u = _random_u(table, prior, rng)
    start = Regime(prior.rate, prior.m, u)
    sessions: list[dict[str, Any]] = report.setdefault("apart_sessions", [])
    same_id = np.flatnonzero(~gammas.is_home & (gammas.levels["identity"] == 0))
    same_name = np.flatnonzero(~gammas.is_home & (gammas.levels["name"] == 0) & (gammas.levels["birth"] <= 1)
                               & (gammas.levels["birth"] >= 0))  # fmt: skip
    m = dict(prior.m)
    for rows, fixed, teaches in (
        (same_id, "g_identity = 0", [c for c in APART if c.name != "identity"]),
        (same_name, "g_name = 0 and l.g_birth <= 1", [c for c in APART if c.name == "identity"]),
    ):
        if len(rows) < 50:
            continue
        if len(rows) > MOST_PAIRS:
            rows = np.sort(rng.choice(rows, MOST_PAIRS, replace=False))
        linker = _linker(APART, start, 0.9, gammas.levels, rows)
        try:
            document = _learn(linker, f"l.pair_id = r.pair_id and l.{fixed}", sessions, learn_u=False)
        except TrainingRefused as refusal:
            # A level that no pair of this county reaches: its m runs to 0 and Splink stops. The prior's m hold.
            sessions.append({"rule": fixed, "kept": "prior", "why": str(refusal)})
            continue
        for c in teaches:
            known = int((gammas.levels[c.name][rows] >= 0).sum())
            m[c.name] = _blend(document, c.name, "m", prior.m[c.name], known, _levels(APART))
    home_sure = gammas.is_home & (gammas.levels["name"] == 0) & (gammas.levels["birth"] == 0)
    both = float((gammas.levels["identity"][home_sure] == 0).mean()) if home_sure.any() else 0.4
    rate = len(same_id) / max(both, 0.05) / len(table)
    report["matches_apart_per_record"] = rate
    return Regime(max(rate, 0.01), m, u)


def _random_u(table: RecordTable, prior: Regime, rng: np.random.Generator) -> dict[str, tuple[float, ...]]:
    """u of `apart`: how often two records drawn at random reach each level (the few true matches do not matter)."""
    left = rng.integers(0, len(table), RANDOM_PAIRS)
    right = rng.integers(0, len(table), RANDOM_PAIRS)
    differ = left != right
    drawn = compare(table, left[differ], right[differ])
    u = {}
    for c in APART:
        levels = drawn.levels[c.name][~drawn.is_home]
        counts = np.array([(levels == k).sum() for k in range(len(c.levels))], float)
        mixed = counts + PRIOR_PAIRS * np.array(prior.u[c.name])
        mixed /= mixed.sum()
        if c.name == "identity":
            mixed[: len(FIXED_ID_U)] = FIXED_ID_U
            mixed[len(FIXED_ID_U) :] *= (1 - sum(FIXED_ID_U)) / mixed[len(FIXED_ID_U) :].sum()
        u[c.name] = tuple(float(v) for v in mixed)
    return u


def pooled(models: Sequence[LinkageModel], origin: str) -> LinkageModel:
    """The mean of several trained models: how the shipped prior is made from simulated counties of several profiles."""

    def mean(regimes: Sequence[Regime]) -> Regime:
        def tables(kind: str) -> dict[str, tuple[float, ...]]:
            return {
                name: tuple(
                    float(np.mean(column))
                    for column in zip(*(getattr(r, kind)[name] for r in regimes), strict=True)
                )
                for name in getattr(regimes[0], kind)
            }

        return Regime(float(np.mean([r.rate for r in regimes])), tables("m"), tables("u"))

    return LinkageModel(
        mean([m.home for m in models]), mean([m.apart for m in models]), mean([m.living for m in models]),
        {"origin": origin, "trained": True, "records": [m.report.get("records") for m in models]},
    )  # fmt: skip
