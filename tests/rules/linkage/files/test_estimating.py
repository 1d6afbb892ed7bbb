"""What is learnt with no example given: the truth it was drawn from, and what Splink's own estimate says."""

from __future__ import annotations

import logging

import numpy as np
import polars
import pytest
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker

from anwang.people.linkage.engine.comparison import Comparison
from anwang.people.linkage.engine.expressions import any_of, same
from anwang.people.linkage.files import estimating
from anwang.people.linkage.files.estimating import Patterns, estimated

THREE = tuple(
    Comparison(name, name, ("same", "near", "other"), any_of(), (same(name), same(name)))
    for name in ("one", "two", "three", "four")
)
M = (0.8, 0.15, 0.05)
U = (0.01, 0.04, 0.95)


def drawn(pairs: int, share: float, seed: int) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Levels of pairs of which a share is of one person; a tenth of the values is not there."""
    rng = np.random.default_rng(seed)
    is_one = rng.random(pairs) < share
    levels = np.stack(
        [np.where(is_one, rng.choice(3, pairs, p=M), rng.choice(3, pairs, p=U)) for _ in THREE]
    ).astype(np.int8)
    levels[rng.random(levels.shape) < 0.1] = -1
    return levels, is_one


def test_what_the_pairs_were_drawn_from_is_found() -> None:
    levels, is_one = drawn(200_000, 0.004, 1)
    patterns = Patterns.of(levels)
    assert patterns.counts.sum() == 200_000
    regime, rounds = estimated(THREE, patterns, patterns, 200_000.0, 0.02)
    assert rounds < estimating.ROUNDS
    assert regime.rate == pytest.approx(is_one.mean(), rel=0.1)
    for name in ("one", "two", "three", "four"):
        assert regime.m[name] == pytest.approx(M, abs=0.05)
        assert regime.u[name] == pytest.approx(U, abs=0.002)


def test_random_pairs_of_one_person_do_not_count_as_chance() -> None:
    """In a small file many random pairs are of one person: taken for chance, an equal value would say much less."""
    levels, _ = drawn(200_000, 0.03, 2)
    patterns = Patterns.of(levels)
    naive = estimating.u_of(THREE, patterns, np.ones(len(patterns.counts)))["one"][0]
    regime, _ = estimated(THREE, patterns, patterns, 200_000.0, 0.02)
    assert naive > 1.3 * regime.u["one"][0]
    assert regime.u["one"][0] == pytest.approx(U[0], rel=0.1)


def test_pairs_that_no_rule_brings_together_count_as_two_persons() -> None:
    """Learning from those pairs alone that agree in something gives the same as learning from all."""
    levels, _ = drawn(200_000, 0.004, 3)
    patterns = Patterns.of(levels)
    everything, _ = estimated(THREE, patterns, patterns, 200_000.0, 0.02)
    blocked = Patterns.of(levels[:, (levels == 0).sum(0) >= 1])
    found, _ = estimated(THREE, blocked, patterns, 200_000.0, 0.02)
    assert found.rate == pytest.approx(everything.rate, rel=0.05)
    for name in found.m:
        assert found.m[name] == pytest.approx(everything.m[name], abs=0.03)


def test_nothing_to_learn_from_is_no_error() -> None:
    nothing = Patterns.of(np.zeros((4, 0), np.int8))
    regime, _ = estimated(THREE, nothing, nothing, 1.0, 0.5)
    for name in regime.m:
        assert sum(regime.m[name]) == pytest.approx(1)
        assert min(regime.m[name]) > 0


def test_splink_estimates_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pairs, u given, no weight for what we start from: m and the rate are those of Splink's training."""
    levels, _ = drawn(20_000, 0.05, 4)
    monkeypatch.setattr(estimating, "M_PAIRS", 1e-9)
    monkeypatch.setattr(estimating, "u_of", lambda *_: {c.name: np.array(U) for c in THREE})
    regime, _ = estimated(THREE, Patterns.of(levels), Patterns.of(levels), 20_000.0, 0.05)
    start = estimating.starting(THREE)
    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": 0.05,
        "blocking_rules_to_generate_predictions": ["l.pair_id = r.pair_id"],
        "max_iterations": 300,
        "em_convergence": 1e-8,
        "comparisons": [
            {
                "output_column_name": c.name,
                "comparison_levels": [
                    {"sql_condition": f"{c.name}_l < 0", "is_null_level": True},
                    *(
                        {
                            "sql_condition": f"{c.name}_l = {k}" if k < 2 else "ELSE",
                            "m_probability": float(start[c.name][k]),
                            "u_probability": U[k],
                        }
                        for k in range(3)
                    ),
                ],
            }
            for c in THREE
        ],
    }
    columns = {c.name: np.repeat(levels[k], 2) for k, c in enumerate(THREE)}
    ids = {"unique_id": np.arange(40_000), "pair_id": np.repeat(np.arange(20_000), 2)}
    api = DuckDBAPI()
    linker = Linker(
        api.register(polars.DataFrame(ids | columns).to_arrow()), settings, log_level=logging.ERROR
    )
    session = linker.training.estimate_parameters_using_expectation_maximisation(
        "l.pair_id = r.pair_id", fix_u_probabilities=True
    )
    theirs = session._core_model_settings_history[-1]
    assert regime.rate == pytest.approx(theirs.probability_two_random_records_match, rel=1e-3)
    for c in theirs.comparisons:
        told = [level.m_probability for level in c.comparison_levels if not level.is_null_level]
        assert regime.m[c.output_column_name] == pytest.approx(told, abs=1e-4)
