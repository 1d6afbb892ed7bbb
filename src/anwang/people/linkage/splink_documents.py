"""The model in Splink's words: settings documents over the columns of `packed`, with the weights that our engine uses.

Splink knows no largest weight, so u (or m) is written as far from the other as our largest weight allows. An equal name
weighs by how common it is: Splink finds that in the column `tf_whole_name` (and `tf_reference` for the person named), as
`scoring` gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .comparisons import APART, HOME
from .engine.comparison import Comparison
from .regime import LARGEST, Regime, rate_apart

REFERENCE_LARGEST = 10.0  # bits; a carer of one name may be known to two families
# That two rows stand in different lists speaks for nobody; that they stand in one list speaks against one person.
ONLY_AGAINST = frozenset({"listing"})
BY_TERM = {"name": LARGEST, "reference": REFERENCE_LARGEST}


def documents(home: Regime, apart: Regime, records: int) -> dict[str, Any]:
    """The settings of the two regimes in which persons are told apart, for a home of so many records."""
    return {
        "home": settings(HOME, home, home.rate, {}),
        "apart": settings(APART, apart, rate_apart(apart, records), BY_TERM),
    }


def settings(
    comparisons: tuple[Comparison, ...], regime: Regime, rate: float, by_term: Mapping[str, float]
) -> dict[str, Any]:
    """A Splink settings document. `by_term`: comparisons whose first level weighs by how common the value is, with the
    largest weight."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": rate,
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "comparisons": [_comparison(c, regime, by_term.get(c.name)) for c in comparisons],
    }


def _comparison(comparison: Comparison, regime: Regime, most: float | None) -> dict[str, Any]:
    null, when = comparison.sql()
    levels: list[dict[str, Any]] = [
        {"sql_condition": null, "label_for_charts": "無法比較", "is_null_level": True}
    ]
    for k, label in enumerate(comparison.levels):
        m, u = _apart_by_at_most(LARGEST, regime.m[comparison.name][k], regime.u[comparison.name][k])
        level: dict[str, Any] = {
            "sql_condition": when[k] if k < len(when) else "ELSE",
            "label_for_charts": label,
            "m_probability": m,
            "u_probability": max(m, u) if comparison.name in ONLY_AGAINST else u,
        }
        if most is not None and k == 0:
            level |= {
                "tf_adjustment_column": comparison.term,
                "tf_adjustment_weight": 1.0,
                "tf_minimum_u_value": m / 2.0**most,
            }
            # Splink weighs by frequency only beside a level that is the equality of the column and nothing else.
            equal = f"{comparison.term}_l = {comparison.term}_r"
            if level["sql_condition"] != equal:
                levels.append(level | {"sql_condition": equal})
        levels.append(level)
    return {
        "output_column_name": comparison.name,
        "comparison_description": comparison.label,
        "comparison_levels": levels,
    }


def _apart_by_at_most(bits: float, m: float, u: float) -> tuple[float, float]:
    return max(m, u / 2.0**bits), max(u, m / 2.0**bits)
