"""The compiled comparisons against the same expressions as SQL, on random and on hostile rows."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from anwang.people.linkage.columns import tabulate
from anwang.people.linkage.comparisons import ALL, kernels
from anwang.people.linkage.engine.comparison import UNKNOWN, Comparison
from anwang.people.linkage.engine.expressions import all_of, any_of, left, right, same
from anwang.people.linkage.engine.source import source_of
from anwang.people.linkage.living import LIVING
from anwang.people.linkage.packed import COLUMNS, Packed

from .maker import make

EVERY = (*ALL, *LIVING)
PAIRS = 40_000


def by_sql(
    comparison: Comparison, rows: Packed, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.int8]:
    """The levels that DuckDB finds."""
    used = {
        f"{column}_{side}": rows[at, place]
        for column, place in COLUMNS.items()
        for side, at in (("l", a), ("r", b))
    }
    null, when = comparison.sql()
    cases = " ".join(f"when {condition} then {k}" for k, condition in enumerate(when))
    with duckdb.connect() as database:
        pairs = {name: values for name, values in used.items() if name in f"{null} {cases}"}
        database.register("pairs", pairs | {"_at": np.arange(len(a))})
        level = f"case when {null} then {UNKNOWN} {cases} else {len(when)} end"
        found = database.sql(f"select {level} as level from pairs order by _at").fetchnumpy()["level"]  # noqa: S608
    return np.asarray(found, np.int8)


def hostile(seed: int, count: int) -> Packed:
    """Rows of few different values, so that everything is equal, hidden, missing or crossed with something."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 3, (count, len(COLUMNS))).astype(np.int32)
    for column, place in COLUMNS.items():
        if column.startswith("id_") and column != "id_state":
            rows[:, place] = rng.choice([42, 49, 50], count, p=[0.1, 0.6, 0.3])
        elif column.endswith("length") or column == "id_state":
            rows[:, place] = rng.integers(0, 4, count)
        elif column == "year":
            rows[:, place] = rng.choice([0, 1990, 1991, 1993], count)
    return rows


def levels(
    comparisons: tuple[Comparison, ...], rows: Packed, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.int8]:
    found = np.empty((len(comparisons), len(a)), np.int8)
    kernels(comparisons).levels(rows, a, b, found)
    return found


@pytest.mark.parametrize("comparisons", [ALL, LIVING], ids=["persons", "living"])
def test_compiled_and_sql_agree_pair_by_pair(comparisons: tuple[Comparison, ...]) -> None:
    rng = np.random.default_rng(4)
    table = tabulate(make(400, seed=12).records).packed
    near = np.sort(rng.integers(0, len(table), (PAIRS, 2)), axis=0)  # neighbours in content order are alike
    sets = [
        (table, near[:, 0], near[:, 1]),
        (table, *rng.integers(0, len(table), (2, PAIRS))),
        (odd := hostile(1, 3000), *rng.integers(0, len(odd), (2, PAIRS))),
    ]
    reached: dict[str, set[int]] = {c.name: set() for c in comparisons}
    for rows, a, b in sets:
        found = levels(comparisons, rows, a, b)
        for k, comparison in enumerate(comparisons):
            expected = by_sql(comparison, rows, a, b)
            differing = np.flatnonzero(found[k] != expected)
            assert not len(differing), (comparison.name, found[k][differing[:3]], expected[differing[:3]])
            reached[comparison.name] |= set(np.unique(expected).tolist())
    for comparison in comparisons:
        never = (
            {5} if comparison.name == "shared" else set()
        )  # 同戶（由家人推得） is said of entities, never by two rows
        nothing = set() if comparison.name == "listing" else {UNKNOWN}
        assert reached[comparison.name] == {*range(len(comparison.levels)), *nothing} - never, comparison.name


@pytest.mark.parametrize("comparison", EVERY, ids=lambda c: c.name)
def test_a_level_is_the_same_both_ways_round(comparison: Comparison) -> None:
    """On rows as they are: `mobile` marks the number and not the row, a single role is one of the relation's."""
    table = tabulate(make(400, seed=12).records).packed
    a, b = np.random.default_rng(5).integers(0, len(table), (2, PAIRS))
    assert (levels((comparison,), table, a, b) == levels((comparison,), table, b, a)).all()


def test_the_smallest_expressions() -> None:
    assert all_of().sql() == "(true)"
    assert any_of().sql() == "(false)"
    assert (~same("sex")).sql() == "sex_l <> sex_r"
    assert (left("year").less_than(3) & right("year").more_than(4)).sql() == "(year_l < 3 and 4 < year_r)"
    with pytest.raises(ValueError, match="3 levels need 2 conditions"):
        Comparison("x", "甲", ("一", "二", "三"), any_of(), (same("sex"),))


def test_an_alias_in_another_order_is_refused() -> None:
    odd = Comparison("x", "甲", ("一", "二"), any_of(), (same("year") & same("sex"),), alias="old_")
    place = {"year": 0, "sex": 1, "old_year": 3, "old_sex": 2}
    with pytest.raises(ValueError, match="another order"):
        source_of((odd,), place)
