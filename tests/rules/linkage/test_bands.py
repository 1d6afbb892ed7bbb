"""Bands, lots and the order of asking."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.people.linkage.asking import (
    Stake,
    batch,
    conflict,
    in_order,
    joined_agencies,
    part_sizes,
)
from anwang.people.linkage.bands import (
    EDGES,
    RIVAL,
    STEPS,
    Band,
    allocated,
    band_of,
    bands,
    bands_of,
    lot,
    lots,
)


@given(st.floats(0, 1), st.booleans())
def test_one_and_many_are_put_into_the_same_band(probability: float, linked: bool) -> None:
    one = band_of(probability, linked, 0.6)
    many = bands_of(np.array([probability]), np.array([linked]), 0.6)
    assert (-1 if one is None else one) == many[0]
    assert (one == RIVAL) == (not linked and probability >= 0.6)
    if one is not None and one != RIVAL:
        assert EDGES[one] <= probability
        assert one + 1 == len(EDGES) or probability < EDGES[one + 1]


def test_every_step_begins_a_band() -> None:
    assert set(STEPS) <= set(EDGES)
    assert STEPS[0] == 0.05
    assert STEPS[-1] == 0.99


@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_a_lot_is_the_same_in_either_order_and_lies_below_one(a: int, b: int) -> None:
    assert lot(a, b) == lot(b, a)
    assert 0 <= lot(a, b) < 1


def test_lots_are_even_even_of_neighbouring_numbers() -> None:
    """Each tenth of the lots has a tenth of the pairs, within five standard deviations, and so has each next pair's."""
    a = np.repeat(np.arange(1, 301), 300)
    b = np.tile(np.arange(1001, 1301), 300)
    found = lots(a, b)
    counts = np.histogram(found, bins=10, range=(0, 1))[0]
    assert abs(counts - 9_000).max() < 5 * np.sqrt(9_000)
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 5 / np.sqrt(len(found))


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=15), st.integers(0, 500))
def test_no_band_is_drawn_beyond_its_size_and_none_is_left_out(pairs: list[int], draws: int) -> None:
    for count, asked in zip(pairs, allocated(pairs, draws), strict=True):
        assert min(count, 10) <= asked <= count


def test_the_share_of_a_band_is_what_is_drawn_of_it() -> None:
    found = bands(np.array([0] * 1000 + [13] * 8000 + [5] * 7 + [-1] * 50), 100)
    assert [(b.number, b.pairs) for b in found if b.pairs] == [(0, 1000), (5, 7), (13, 8000)]
    by = {b.number: b for b in found}
    assert by[5].share == 1
    assert by[0].pairs * by[0].share == pytest.approx(20, abs=1)
    assert by[13].pairs * by[13].share == pytest.approx(80, abs=1)
    assert Band.from_json(by[13].to_json()) == by[13]


def test_what_was_decided_does_not_make_the_share_grow() -> None:
    before = bands(np.array([13] * 1400 + [0] * 60), 100)[13]
    drawn = round(before.pairs * before.share)
    after = bands(np.array([13] * (1400 - drawn) + [0] * 60), 100, decided=drawn)[13]
    assert after.share == pytest.approx(before.share, rel=0.01)
    assert after.pairs == 1400 - drawn


def test_batches_are_parts_of_the_share() -> None:
    assert [batch(x, 0.4) for x in (0.09, 0.11, 0.21, 0.4)] == [0, 1, 2, None]


def test_worth_grows_with_doubt_stake_and_conflict() -> None:
    def worth(
        p: float, linked: bool, records: tuple[int, int] = (1, 1), agencies: int = 0, against: float = 0.0
    ) -> float:
        return Stake(p, linked, records, agencies, 0, against).worth

    assert worth(0.9, True) < worth(0.7, True) < worth(0.35, False) < worth(0.5, False)
    assert worth(0.5, False, (3, 2)) == 6 * worth(0.5, False)
    assert worth(0.5, False, agencies=1) == 2 * worth(0.5, False)
    assert worth(0.5, False, against=1.0) == 2 * worth(0.5, False)


def test_conflict_is_none_when_all_agree_and_full_when_as_much_speaks_against() -> None:
    assert conflict([3.0, 4.0]) == conflict([-3.0]) == conflict([]) == 0
    assert conflict([3.0, -1.5, -1.5]) == 1
    assert conflict([9.0, -1.0]) == pytest.approx(0.2)


def test_agencies_joined_are_those_that_the_larger_side_lacks() -> None:
    assert joined_agencies("ab", "bc") == 1
    assert joined_agencies("ab", "a") == 0
    assert joined_agencies("", "a") == 0


def test_part_sizes_follow_the_merges() -> None:
    assert part_sizes([(0, 1), (2, 3), (1, 2), (9, 0)]) == [(1, 1), (1, 1), (2, 2), (1, 4)]


@given(st.lists(st.tuples(st.floats(0, 9), st.booleans(), st.booleans()), max_size=30))
def test_everybody_is_asked_once_and_every_third_is_a_draw(drawn: list[tuple[float, bool, bool]]) -> None:
    worth = {k: w for k, (w, doubt, _) in enumerate(drawn) if doubt}
    lot_of = {k: (0, w) for k, (w, _, chosen) in enumerate(drawn) if chosen}
    order = in_order(range(len(drawn)), worth, lot_of)
    assert sorted(order) == sorted(worth.keys() | lot_of.keys())
    only = [k for k in order if k not in worth]
    for some, place in zip(only, itertools.count(1)):
        # the n-th pair that is only drawn comes after at most 2n worthy ones, while these last
        before = [k for k in order[: order.index(some)] if k in worth]
        assert len(before) <= 2 * (place + len(lot_of) - len(only))
