"""Clusters of likely pairs: no chains, nothing together that excludes itself, the same whatever happens."""

from __future__ import annotations

from itertools import combinations
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from anwang.people.linkage.engine.comparison import Comparison
from anwang.people.linkage.engine.expressions import NEVER, Node, all_of, distance, known, left, right, same
from anwang.people.linkage.engine.gathering import Gathered, gathered
from anwang.people.linkage.engine.layout import Layout, Packed
from anwang.people.linkage.engine.pairing import Likely, Pairing, Rule
from anwang.people.linkage.engine.plan import Plan, Weights

LAYOUT = Layout(("value", "number", "group", *(f"filler_{k}" for k in range(17))))
VALUE = Comparison(
    "value", "值", ("equal", "near", "other"), ~known("value"),
    (same("value"), distance(left("value"), right("value")).less_than(3)),
)  # fmt: skip
NUMBER = Comparison("number", "號", ("equal", "other"), ~known("number"), (same("number"),))
TWO_NUMBERS: Node = all_of(known("number"), ~same("number"))


class Engine:
    """Rows of a value and a number; equal values speak for one with 6 bits, near ones with 4, others against with 8."""

    def __init__(self, apart: Node = NEVER) -> None:
        plan = Plan((VALUE, NUMBER), (("value", "number"),), apart=apart)
        self.pairing = Pairing(plan, LAYOUT)
        bits = [{"value": np.array([6.0, 4.0, -8.0]), "number": np.array([9.0, -1.0])}]
        self.weights = Weights.of(plan, bits, [-2.0], np.zeros((0, 0)))

    def rows(self, values: list[int], numbers: list[int] | None = None) -> Packed:
        count = len(values)
        columns = {"value": values, "number": numbers or [0] * count, "group": [1] * count}
        return LAYOUT.filled({name: np.array(of, np.int64) for name, of in columns.items()})

    def likely(self, rows: Packed) -> Likely:
        rule = Rule("all", np.ones(len(rows), np.int64))
        return self.pairing.likely(rows, [rule], self.weights, 0.0, most=1_000)

    def clusters(self, values: list[int], numbers: list[int] | None = None) -> Gathered:
        rows = self.rows(values, numbers)
        return gathered(self.pairing, rows, self.likely(rows), self.weights, 0.0)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def strict() -> Engine:
    return Engine(TWO_NUMBERS)


def test_who_fits_is_together_in_the_order_of_the_rows(engine: Engine) -> None:
    found = engine.clusters([50, 10, 11, 50, 90, 12])
    assert found.cluster.tolist() == [0, 1, 1, 0, 2, 1]
    assert not found.loose.any()
    assert found.moved == 0


def test_a_chain_does_not_make_one_of_its_ends(engine: Engine) -> None:
    """10 is like 12, 12 like 14, and so on: pair by pair all hang together, and the ends have nothing in common."""
    values = list(range(10, 60, 2))
    found = engine.clusters(values)
    for members in _members(found).values():
        of = [values[row] for row in members]
        assert max(of) - min(of) < 12
    assert len(_members(found)) > 3


def test_crowds_that_one_row_joins_stay_two(engine: Engine) -> None:
    found = engine.clusters([20] * 300 + [22] + [24] * 300)
    assert len(_members(found)) == 2
    assert len(set(found.cluster[:300].tolist())) == len(set(found.cluster[301:].tolist())) == 1


def test_one_of_several_records_that_differs_does_not_keep_a_person_apart(engine: Engine) -> None:
    found = engine.clusters([20, 20, 22, 20], [7, 7, 0, 7])
    assert set(found.cluster.tolist()) == {0}


def test_what_excludes_itself_is_never_together(strict: Engine, engine: Engine) -> None:
    values, numbers = [30, 30, 30, 31], [1, 2, 0, 1]
    assert set(engine.clusters(values, numbers).cluster.tolist()) == {0}
    found = strict.clusters(values, numbers).cluster
    assert found[0] == found[3] != found[1]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=40))
def test_every_row_is_in_one_cluster_and_no_cluster_excludes_itself(rows: list[tuple[int, int]]) -> None:
    engine = _strict()
    values, numbers = [value for value, _ in rows], [number for _, number in rows]
    if not rows:
        return
    found = engine.clusters(values, numbers)
    again = engine.clusters(values, numbers)
    assert (found.cluster == again.cluster).all()
    first = [found.cluster.tolist().index(k) for k in range(int(found.cluster.max()) + 1)]
    assert first == sorted(first)
    for members in _members(found).values():
        assert len({numbers[row] for row in members} - {0}) <= 1
        for row in members if len(members) > 1 else ():
            assert any(_bits(rows[row], rows[other]) >= 0 for other in members if other != row)
    for a, b in combinations(range(len(rows)), 2):
        pair = [row for row in range(len(rows)) if found.cluster[row] in (found.cluster[a], found.cluster[b])]
        if len(pair) == 2 and _bits(rows[a], rows[b]) >= 0 and not _apart(rows[a], rows[b]):
            assert found.cluster[a] == found.cluster[b]  # two by themselves that fit are one


def test_who_was_asked_is_asked_again_when_something_changed() -> None:
    """The same as when every row is asked in every round; also of who left a cluster while its other rows were asked, and
    whatever was decided."""
    engine = _strict()
    rng = np.random.default_rng(5)
    moved = 0
    for k in range(200):
        packed = engine.rows(rng.integers(1, 60, 200).tolist(), rng.integers(0, 6, 200).tolist())
        likely = engine.likely(packed)
        some = rng.random(len(likely.left)) < (k % 3) / 20
        decided = {
            "cannot": (likely.left[some], likely.right[some]),
            "must": (rng.integers(0, 100, k % 4), rng.integers(100, 200, k % 4)),
        }
        found = gathered(engine.pairing, packed, likely, engine.weights, 0.0, **decided)
        forgetful = cast(Pairing, Forgetful(engine.pairing))
        again = gathered(forgetful, packed, likely, engine.weights, 0.0, **decided)
        assert again.cluster.tolist() == found.cluster.tolist()
        assert again.moved == found.moved
        moved += found.moved
    assert moved > 200


class Forgetful:
    """The engine's loops, for which nobody has been asked yet, in every round."""

    def __init__(self, pairing: Pairing) -> None:
        self.kernels = self
        self.unite, self.gather, self.of = pairing.kernels.unite, pairing.kernels.gather, pairing.kernels

    def settle(self, *given: Any) -> Any:
        *_, asked = given
        asked[:] = -1
        return self.of.settle(*given)


PAIRS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=8)
ROWS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=20, max_size=30)


@settings(max_examples=300, deadline=None)
@given(ROWS, PAIRS, PAIRS)
def test_what_was_decided_holds_whatever_the_scores_say(
    rows: list[tuple[int, int]], must: list[tuple[int, int]], cannot: list[tuple[int, int]]
) -> None:
    engine = _strict()
    must, cannot = ([(a, b) for a, b in pairs if a != b] for pairs in (must, cannot))
    packed = engine.rows([value for value, _ in rows], [number for _, number in rows])
    likely = engine.likely(packed)

    def found(must: list[tuple[int, int]]) -> Gathered:
        decided = {"must": _sides(must), "cannot": _sides(cannot)}
        return gathered(engine.pairing, packed, likely, engine.weights, 0.0, **decided)

    told = found(must)
    cluster = told.cluster.tolist()
    for a, b in cannot:
        assert cluster[a] != cluster[b]
    for (a, b), refused in zip(must, told.refused.tolist(), strict=True):
        assert (cluster[a] == cluster[b]) != refused
    group = list(range(len(rows)))  # what hangs together by decisions
    for a, b in must:
        group = [group[a] if of == group[b] else of for of in group]
    if told.refused.any():
        assert any(group[a] == group[b] for a, b in cannot)
    back = found([(b, a) for a, b in must[::-1]])
    assert back.cluster.tolist() == cluster
    assert back.refused.tolist() == told.refused.tolist()[::-1]
    first = [cluster.index(k) for k in range(max(cluster) + 1)]
    assert first == sorted(first)


def test_who_left_is_still_barred() -> None:
    """Rows that go elsewhere take with them from whom they are barred."""
    engine = _strict()
    rng = np.random.default_rng(8)
    moved = 0
    for _ in range(200):
        packed = engine.rows(rng.integers(1, 60, 200).tolist(), rng.integers(0, 6, 200).tolist())
        likely = engine.likely(packed)
        some = rng.random(len(likely.left)) < 0.2
        cannot = likely.left[some], likely.right[some]
        found = gathered(engine.pairing, packed, likely, engine.weights, 0.0, cannot=cannot)
        assert (found.cluster[cannot[0]] != found.cluster[cannot[1]]).all()
        moved += found.moved
    assert moved > 200


def test_a_decision_reaches_no_further_than_its_records() -> None:
    """Rows that are like none of those that were decided about are where they were."""
    engine = _strict()
    rng = np.random.default_rng(3)
    values = np.r_[rng.integers(1, 30, 100), rng.integers(40, 70, 100)].tolist()
    packed = engine.rows(values, rng.integers(0, 4, 200).tolist())
    likely = engine.likely(packed)
    plain = gathered(engine.pairing, packed, likely, engine.weights, 0.0)
    pairs = [(a, b) for a, b in combinations(range(100), 2) if plain.cluster[a] == plain.cluster[b]]
    told = gathered(
        engine.pairing, packed, likely, engine.weights, 0.0,
        must=_sides([(k, 99 - k) for k in range(0, 40, 7)]), cannot=_sides(pairs[::9]),
    )  # fmt: skip
    assert told.cluster[:100].tolist() != plain.cluster[:100].tolist()
    shift = int(told.cluster[100:].min() - plain.cluster[100:].min())
    assert (told.cluster[100:] - shift == plain.cluster[100:]).all()
    assert (told.loose[100:] == plain.loose[100:]).all()


def _sides(pairs: list[tuple[int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    return left, right


def test_nothing_and_one() -> None:
    engine = _strict()
    rows = LAYOUT.empty(1)
    nothing = engine.likely(rows)
    assert gathered(engine.pairing, rows, nothing, engine.weights, 0.0).cluster.tolist() == [0]


_MADE: dict[str, Engine] = {}


def _strict() -> Engine:
    return _MADE.setdefault("strict", Engine(TWO_NUMBERS))


def _bits(one: tuple[int, int], other: tuple[int, int]) -> float:
    bits = -2.0
    if one[0] and other[0]:
        apart = abs(one[0] - other[0])
        bits += 6.0 if apart == 0 else 4.0 if apart < 3 else -8.0
    if one[1] and other[1]:
        bits += 9.0 if one[1] == other[1] else -1.0
    return bits


def _apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return bool(one[1] and other[1] and one[1] != other[1])


def _members(found: Gathered) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    for row, cluster in enumerate(found.cluster.tolist()):
        members.setdefault(cluster, []).append(row)
    return members
