"""Blocking and scoring in one pass against the same in two: every pair, every weight, whatever the number of threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from anwang.people.linkage.blocking import pairs_in_groups
from anwang.people.linkage.columns import RecordTable, tabulate
from anwang.people.linkage.comparisons import ALL
from anwang.people.linkage.engine import pairing
from anwang.people.linkage.engine.grouping import grouped
from anwang.people.linkage.engine.keys import mix
from anwang.people.linkage.engine.pairing import Likely, Pairing, Rule
from anwang.people.linkage.engine.plan import Plan, Weights
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.packed import LAYOUT
from anwang.people.linkage.regime import weights
from anwang.people.linkage.scoring import Members, Scorer

from .maker import make

AT_HOME = ("shared", "identity", "birth", "name", "sex", "role", "case_role", "stage", "listing")
APART = ("identity", "birth", "name", "place", "sex", "reference", "stage", "listing")
PLAN = Plan(ALL, (AT_HOME, APART), "shared", ((1, "name"), (1, "reference")))


@pytest.fixture(scope="module")
def table() -> RecordTable:
    return tabulate(make(300, seed=9).records)


@pytest.fixture(scope="module")
def scorer(table: RecordTable) -> Scorer:
    return Scorer(table, LinkageModel.load())


def weighed(scorer: Scorer) -> Weights:
    model = LinkageModel.load()
    bits = [
        {name: weights(regime, name)[:-1] for name in names}
        for regime, names in ((model.home, AT_HOME), (model.apart, APART))
    ]
    for each in bits:
        each["listing"] = np.minimum(each["listing"], 0.0)
    terms = np.stack([scorer.name_bits, scorer.reference_bits], axis=1)
    return Weights.of(PLAN, bits, [scorer.prior_home, scorer.prior_apart], terms)


def rules(table: RecordTable) -> list[Rule]:
    birthday = mix(table.year, table.month, table.day)
    return [
        Rule("id", table.id_code),
        Rule("register", table.register),
        Rule("place", table.place),
        Rule("name", table.name.full),
        Rule("birthday_surname", mix(birthday, table.name.surname)),
    ]


def by_hand(table: RecordTable, most: int) -> set[tuple[int, int]]:
    everyone = np.arange(len(table))
    found: set[tuple[int, int]] = set()
    for rule in rules(table):
        left, right, _ = pairs_in_groups(everyone, rule.keys, most)
        found |= {(min(p), max(p)) for p in zip(left.tolist(), right.tolist(), strict=True)}
    return found


@pytest.mark.parametrize("most", [60, 7])
def test_all_pairs_with_the_weights_of_the_scorer(table: RecordTable, scorer: Scorer, most: int) -> None:
    found = Pairing(PLAN, LAYOUT).likely(table.packed, rules(table), weighed(scorer), -1e6, most=most)
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert set(pairs) == by_hand(table, most)
    assert pairs == sorted(set(pairs))
    assert sum(found.compared.values()) == len(pairs)
    scores = scorer.score(Members.of(np.arange(len(table)), len(table)), found.left, found.right)
    assert np.abs(scores.bits - found.bits).max() < 1e-9
    assert (found.too_large["name"] > 0) == (most == 7)


def test_the_threshold_cuts_nothing_else_away(table: RecordTable, scorer: Scorer) -> None:
    engine, weight = Pairing(PLAN, LAYOUT), weighed(scorer)
    every = engine.likely(table.packed, rules(table), weight, -1e6, most=60)
    likely = engine.likely(table.packed, rules(table), weight, 3.0, most=60)
    keep = every.bits >= 3.0
    assert 100 < keep.sum() < len(every.left) / 2
    assert (likely.left == every.left[keep]).all()
    assert (likely.right == every.right[keep]).all()
    assert (likely.bits == every.bits[keep]).all()
    assert likely.compared == every.compared
    assert engine.score(table.packed, likely.left, likely.right, weight) == pytest.approx(
        likely.bits, abs=1e-9
    )


def test_a_pair_at_the_very_threshold_is_not_lost_by_rounding(table: RecordTable, scorer: Scorer) -> None:
    """A record twice, so that each comparison adds the most it can, in sums that other orders of adding round otherwise."""
    engine, rng = Pairing(PLAN, LAYOUT), np.random.default_rng(4)
    twice = np.flatnonzero((table.id_code > 0) & (table.name.full > 0) & (table.year > 0))[[0, 0]]
    rows, rule = table.packed[twice], Rule("all", np.ones(2, np.int64))
    equal = engine.levels(rows, np.array([0]), np.array([1]))[:, 0] == 0
    assert equal.sum() == 5
    for _ in range(100):
        bits = [
            {
                c.name: np.r_[rng.uniform(1, 18) * equal[k], np.zeros(len(c.levels) - 1)]
                for k, c in enumerate(ALL)
                if c.name in names
            }
            for names in (AT_HOME, APART)
        ]
        weight = Weights.of(PLAN, bits, [-3.0, -9.0], np.full((2, 2), rng.uniform(1, 18)))
        (threshold,) = engine.score(rows, np.array([0]), np.array([1]), weight)
        found = engine.likely(rows, [rule], weight, float(threshold), most=60)
        assert found.bits.tolist() == [threshold]


def test_threads_and_slices_change_nothing(
    table: RecordTable, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, weight = Pairing(PLAN, LAYOUT), weighed(scorer)
    once = engine.likely(table.packed, rules(table), weight, 0.0, most=60, threads=1)
    monkeypatch.setattr(pairing, "SLICE", 500)
    told: list[tuple[int, int]] = []
    again = engine.likely(
        table.packed,
        rules(table),
        weight,
        0.0,
        most=60,
        threads=3,
        progress=lambda done, of: told.append((done, of)),
    )
    for name in ("left", "right", "bits"):
        assert (getattr(once, name) == getattr(again, name)).all()
    assert once.compared == again.compared
    assert len(told) > 5
    assert told[-1][0] == told[-1][1]


def test_groups_that_are_too_large_are_cut_by_finer_keys(table: RecordTable, scorer: Scorer) -> None:
    everyone = np.arange(len(table))
    one = np.ones(len(table), np.int64)  # as if all lived in one institution
    by_register = Rule("all", one, finer=(table.register, mix(table.year, table.month, table.day)))
    found = Pairing(PLAN, LAYOUT).likely(table.packed, [by_register], weighed(scorer), -1e6, most=60)
    expected: set[tuple[int, int]] = set()
    alone = np.ones(len(table), np.bool_)
    for column in by_register.finer:
        left, right, large = pairs_in_groups(everyone, mix(one, column), 60)
        expected |= {(min(p), max(p)) for p in zip(left.tolist(), right.tolist(), strict=True)}
        alone[left] = alone[right] = False
        assert not len(large)
    assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == expected
    assert found.too_large["all"] == alone.sum() > 0
    alike = Pairing(PLAN, LAYOUT).likely(table.packed, [Rule("all", one)], weighed(scorer), -1e6, most=60)
    assert not len(alike.left)
    assert alike.too_large["all"] == len(table)


def test_a_row_may_have_several_keys(
    table: RecordTable, scorer: Scorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.tile(np.arange(len(table)), table.phones.shape[1])
    keys = table.phones.T.reshape(-1)
    left, right, _ = pairs_in_groups(rows, keys, 60)
    expected = {(min(p), max(p)) for p in zip(left.tolist(), right.tolist(), strict=True) if p[0] != p[1]}
    both = [*rules(table), Rule("phone", keys, rows)]
    engine, weight = Pairing(PLAN, LAYOUT), weighed(scorer)
    found = engine.likely(table.packed, both, weight, -1e6, most=60)
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert set(pairs) == by_hand(table, 60) | expected
    assert pairs == sorted(set(pairs))
    monkeypatch.setattr(pairing, "SLICE", 500)
    spilled = engine.likely(table.packed, both, weight, -1e6, most=60, spill=tmp_path)
    assert (spilled.left == found.left).all()
    assert (spilled.bits == found.bits).all()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 1.0])
def test_new_rows_bring_what_a_search_among_all_rows_finds(
    table: RecordTable, scorer: Scorer, share: float
) -> None:
    engine, weight = Pairing(PLAN, LAYOUT), weighed(scorer)
    rows = np.tile(np.arange(len(table)), table.phones.shape[1])
    both = [*rules(table), Rule("phone", table.phones.T.reshape(-1), rows)]
    every = engine.likely(table.packed, both, weight, 0.0, most=1_000)
    since = len(table) - int(share * len(table))
    kept = every.right < since
    before = Likely(every.left[kept], every.right[kept], every.bits[kept], {}, {})
    new = engine.likely(table.packed, both, weight, 0.0, most=1_000, since=since)
    assert (new.right >= since).all()
    after = before.joined(new)
    for name in ("left", "right", "bits"):
        assert (getattr(after, name) == getattr(every, name)).all()
    assert sum(new.compared.values()) <= sum(every.compared.values())


@pytest.mark.parametrize("most", [4, 7, 12])
def test_what_is_kept_falls_out_when_its_groups_become_too_large(
    table: RecordTable, scorer: Scorer, most: int
) -> None:
    """Half of the rows, and then the others: pairs of groups that were small enough then and are not now."""
    engine, weight = Pairing(PLAN, LAYOUT), weighed(scorer)
    phones = Rule("phone", table.phones.T.reshape(-1), np.tile(np.arange(len(table)), table.phones.shape[1]))
    both = [*rules(table)[:-1], Rule("all", table.sex, finer=(mix(table.year, table.month),)), phones]
    half = len(table) // 2
    older = [Rule(r.name, r.keys[:half], finer=tuple(key[:half] for key in r.finer)) for r in both[:-1]] + [
        Rule("phone", table.phones[:half].T.reshape(-1), np.tile(np.arange(half), table.phones.shape[1]))
    ]
    kept = engine.likely(table.packed[:half], older, weight, -1e6, most=most)
    new = engine.likely(table.packed, both, weight, -1e6, most=most, since=half)
    every = engine.likely(table.packed, both, weight, -1e6, most=most)
    still = kept.still_together(both, len(table), most)
    assert len(still.left) < len(kept.left)
    after = still.joined(new)
    for name in ("left", "right", "bits"):
        assert (getattr(after, name) == getattr(every, name)).all()
    assert after.too_large == every.too_large
    assert sum(every.too_large.values()) > 0


class Stopped(Exception):
    pass


def test_work_is_cancelled_from_its_progress(
    table: RecordTable, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "SLICE", 500)
    told: list[int] = []

    def stop(done: int, of: int) -> None:
        told.append(done)
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        Pairing(PLAN, LAYOUT).likely(
            table.packed, rules(table), weighed(scorer), 0.0, most=60, threads=1, progress=stop
        )
    assert told == [1, 2]


def test_no_records_no_pairs(scorer: Scorer) -> None:
    empty = tabulate({})
    weight = weighed(Scorer(empty, LinkageModel.load()))
    found = Pairing(PLAN, LAYOUT).likely(empty.packed, rules(empty), weight, 0.0, most=60)
    assert len(found.left) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-3, 40), max_size=300))
def test_groups_are_those_of_equal_keys(keys: list[int]) -> None:
    groups = grouped(np.array(keys, np.int64))
    found = [groups.order[a:b].tolist() for a, b in zip(groups.starts[:-1], groups.starts[1:], strict=True)]
    expected: dict[int, list[int]] = {}
    for row, key in enumerate(keys):
        if key:
            expected.setdefault(key, []).append(row)
    assert sorted(found) == sorted(rows for rows in expected.values() if len(rows) > 1)


def test_a_plan_has_one_regime_or_two_with_a_chooser() -> None:
    with pytest.raises(ValueError, match="chooser"):
        Plan(ALL, (AT_HOME, APART))


def test_keys_that_all_fall_into_one_place_are_told_apart() -> None:
    keys: NDArray[np.int64] = np.repeat(np.arange(1, 200), 3)
    assert grouped(keys).sizes.tolist() == [3] * 199
    assert grouped(np.full(5000, 7)).sizes.tolist() == [5000]
