"""The compiled comparisons against the same expressions as SQL, on random and on hostile rows."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker

from anwang.people.linkage.columns import tabulate
from anwang.people.linkage.comparisons import ALL, levels_source
from anwang.people.linkage.engine.comparison import UNKNOWN, Comparison
from anwang.people.linkage.engine.expressions import all_of, any_of, left, right, same
from anwang.people.linkage.engine.kernels import compiled, interpreted
from anwang.people.linkage.engine.layout import Layout, Packed
from anwang.people.linkage.engine.source import source_of
from anwang.people.linkage.living_comparisons import LIVING
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.packed import COLUMNS, LAYOUT
from anwang.people.linkage.scoring import Members, Scorer, name_frequencies, reference_frequencies
from anwang.people.linkage.splink_documents import documents

from .maker import make

EVERY = (*ALL, *LIVING)
PAIRS = 40_000


def by_sql(
    comparison: Comparison, rows: Packed, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.int8]:
    """The levels that DuckDB finds."""
    used = {
        f"{column}_{side}": LAYOUT.column(rows, column)[at]
        for column in COLUMNS
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
    rows = LAYOUT.empty(count)
    for column, place in LAYOUT.places.items():
        if column.startswith("id_") and column != "id_state":
            values = rng.choice([42, 49, 50], count, p=[0.1, 0.6, 0.3])
        elif column.endswith("length") or column == "id_state":
            values = rng.integers(0, 4, count)
        elif column == "year":
            values = rng.choice([0, 1990, 1991, 1993], count)
        else:
            values = rng.integers(0, min(3, 1 << place.bits), count)
        LAYOUT.put(rows, column, values)
    return rows


def levels(
    comparisons: tuple[Comparison, ...], rows: Packed, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Compiled, and the first few uncompiled as well."""
    found, slowly = np.empty((2, len(comparisons), len(a)), np.int8)
    compiled(levels_source(comparisons)).levels(rows, a, b, found)
    few = slice(2_000)
    interpreted(levels_source(comparisons)).levels(rows.tolist(), a[few].tolist(), b[few].tolist(), slowly)
    assert (found[:, few] == slowly[:, few]).all()
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
    layout = Layout(("year", "sex", "old_sex", "old_year"))
    with pytest.raises(ValueError, match="another order"):
        source_of((odd,), layout)


def _for_splink(rows: Packed, frequency: NDArray[np.float64], reference: NDArray[np.float64]) -> pa.Table:
    columns = {name: pa.array(LAYOUT.column(rows, name)) for name in COLUMNS}
    terms = {"tf_whole_name": pa.array(frequency), "tf_reference": pa.array(reference)}
    return pa.table({"unique_id": pa.array(np.arange(len(rows)))} | columns | terms)


def test_splink_gives_the_weights_that_we_give() -> None:
    """The saved model, read by Splink: for every pair of two samples the weight is ours, to 1e-4 bits."""
    table = tabulate(make(260, seed=21).records)
    model = LinkageModel.load()
    frequency = name_frequencies(table)
    reference = reference_frequencies(table, frequency, len(table))
    rows = _for_splink(table.packed, frequency, reference)
    half = len(table) // 2
    a, b = (each.ravel() for each in np.meshgrid(np.arange(half), np.arange(half, len(table)), indexing="ij"))
    scores = Scorer(table, model, frequency).score(Members.of(np.arange(len(table)), len(table)), a, b)
    compared = {True: 0, False: 0}
    for regime, is_home in (("home", True), ("apart", False)):
        settings = documents(model.home, model.apart, len(table))[regime]
        api = DuckDBAPI()
        linker = Linker(api.register(rows), settings, log_level=None)
        found = linker.inference.score_pairs(
            api.register(rows.slice(0, half)), api.register(rows.slice(half))
        ).as_duckdbpyrelation()
        weight = np.full((half, len(table)), np.nan)
        told = found.select("unique_id_l, unique_id_r, match_weight").fetchnumpy()
        weight[told["unique_id_l"], told["unique_id_r"]] = told["match_weight"]
        of_regime = scores.is_home == is_home
        difference = np.abs(weight[a, b] - scores.bits)[of_regime]
        assert difference.max() < 1e-4
        compared[is_home] = int(of_regime.sum())
    assert compared[True] > 500
    assert compared[False] > 100_000


def test_columns_come_out_of_their_words_as_they_went_in() -> None:
    layout = Layout(("whole", [("low", 7), ("high", 24)]))
    rows = layout.empty(3)
    layout.put(rows, "whole", np.array([-5, 0, 2**31 - 1]))
    layout.put(rows, "low", np.array([0, 127, 1]))
    layout.put(rows, "high", np.array([2**24 - 1, 0, 3]))
    assert [layout.column(rows, name).tolist() for name in ("whole", "low", "high")] == [
        [-5, 0, 2**31 - 1],
        [0, 127, 1],
        [2**24 - 1, 0, 3],
    ]
    assert rows.ctypes.data % 64 == 0
    for values in ([128], [-1]):
        with pytest.raises(OverflowError, match="low"):
            layout.put(layout.empty(1), "low", np.array(values))
    with pytest.raises(ValueError, match="32 bits"):
        Layout(([("a", 16), ("b", 16)],))
    with pytest.raises(ValueError, match="word of its own"):
        layout.source("x", "low", " + p")
