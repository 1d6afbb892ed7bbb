"""Sampling: the draw can be audited and not foreseen; agreement against figures worked out by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.services.dispatch.sampling_rules import (
    Candidate,
    Reading,
    Size,
    agreement,
    draw,
    should_have_opened,
    wilson,
)

SIZE = Size(share_percent=10, minimum=2, maximum=60, controls_percent=50)
SECRET = b"secret of a test"


def _closed(number: int, stratum: str = "a", start: int = 0) -> list[Candidate]:
    return [Candidate(start + each, stratum, False) for each in range(number)]


def test_strata_are_drawn_by_share_with_a_minimum_and_opened_ones_are_mixed_in() -> None:
    candidates = [*_closed(95), *_closed(5, "b", 1000), *_closed(1, "c", 2000)]
    candidates += [Candidate(5000 + each, "a", True) for each in range(50)]
    found = draw(candidates, period="2026-03", secret=SECRET, size=SIZE)
    closed = [each for each in found if not each.opened]
    assert {name: sum(each.stratum == name for each in closed) for name in "abc"} == {"a": 10, "b": 2, "c": 1}
    assert {each.of for each in closed if each.stratum == "a"} == {95}
    assert sum(each.opened for each in found) == 7
    assert {each.of for each in found if each.opened} == {50}
    # The order does not tell which is which.
    assert [each.opened for each in found] != sorted(each.opened for each in found)


@given(st.randoms(use_true_random=False), st.integers(0, 80))
def test_the_same_for_everybody_who_knows_the_secret_in_any_order(
    shuffle: random.Random, number: int
) -> None:
    candidates = [*_closed(number), *_closed(7, "b", 1000), Candidate(9000, "a", True)]
    mixed = list(candidates)
    shuffle.shuffle(mixed)
    first = draw(candidates, period="2026-03", secret=SECRET, size=SIZE)
    assert draw(mixed, period="2026-03", secret=SECRET, size=SIZE) == first


def test_another_month_or_another_secret_draws_others() -> None:
    candidates = _closed(400)
    first = {each.report for each in draw(candidates, period="2026-03", secret=SECRET, size=SIZE)}
    assert {each.report for each in draw(candidates, period="2026-04", secret=SECRET, size=SIZE)} != first
    assert {each.report for each in draw(candidates, period="2026-03", secret=b"other", size=SIZE)} != first


def test_the_maximum_takes_from_the_largest_and_leaves_every_stratum_one() -> None:
    candidates = [*_closed(900, "a"), *_closed(100, "b", 1000), *_closed(3, "c", 2000)]
    size = Size(10, 2, 12, 0)
    found = draw(candidates, period="2026-03", secret=SECRET, size=size)
    counted = {name: sum(each.stratum == name for each in found) for name in "abc"}
    assert sum(counted.values()) == 12
    assert min(counted.values()) >= 1
    tiny = draw(candidates, period="2026-03", secret=SECRET, size=Size(10, 2, 1, 0))
    assert {each.stratum for each in tiny} == {"a", "b", "c"}


def test_nothing_to_draw() -> None:
    assert draw([], period="2026-03", secret=SECRET, size=SIZE) == ()
    assert draw([Candidate(1, "a", True)], period="2026-03", secret=SECRET, size=SIZE) == ()


def test_every_report_of_a_stratum_has_the_same_chance() -> None:
    candidates = _closed(20)
    hits = [0] * 20
    for month in range(3000):
        for each in draw(candidates, period=str(month), secret=SECRET, size=Size(10, 2, 60, 0)):
            hits[each.report] += 1
    # 300 expected each; five standard deviations of a share of one tenth.
    assert all(abs(each - 300) < 5 * (3000 * 0.1 * 0.9) ** 0.5 for each in hits)


def _readings(both: int, first: int, second: int, neither: int) -> list[Reading]:
    return [
        *[Reading("a", True, True)] * both,
        *[Reading("a", True, False)] * first,
        *[Reading("a", False, True)] * second,
        *[Reading("a", False, False)] * neither,
    ]


def test_kappa_of_a_table_worked_out_by_hand() -> None:
    # 20 both, 5 only the first, 10 only the second, 15 neither: observed .7, expected .5, so kappa is .4.
    found = agreement(_readings(20, 5, 10, 15))
    assert (found.read, found.agreed, found.raw) == (50, 35, 0.7)
    assert found.kappa == pytest.approx(0.4)
    # Fleiss, Cohen and Everitt: variance .0160 (standard error .1265) for this table.
    assert found.kappa_high is not None
    assert found.kappa_low is not None
    assert (found.kappa_high - found.kappa_low) / (2 * 1.959964) == pytest.approx(0.1265, abs=0.0005)
    assert (found.low, found.high) == (pytest.approx(0.5625, abs=0.001), pytest.approx(0.8090, abs=0.001))


def test_kappa_tells_nothing_when_one_reader_always_says_the_same() -> None:
    for readings in (
        _readings(0, 0, 3, 7),
        _readings(4, 6, 0, 0),
        _readings(5, 0, 0, 0),
        _readings(3, 0, 4, 0),
    ):
        found = agreement(readings)
        assert found.kappa is None
        assert found.kappa_low is None
        assert found.low is not None


def test_perfect_agreement() -> None:
    found = agreement(_readings(5, 0, 0, 5))
    assert (found.kappa, found.kappa_low, found.kappa_high, found.raw) == (1, 1, 1, 1)


def test_nothing_read() -> None:
    found = agreement([])
    assert (found.read, found.raw, found.low, found.kappa) == (0, None, None, None)
    assert should_have_opened([], {}) is None


@given(st.integers(1, 500), st.data())
def test_wilson_stays_within_bounds_and_holds_the_share(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n + 1e-9
    assert successes / n - 1e-9 <= high <= 1


def test_the_share_that_should_have_been_opened_is_weighted_by_stratum() -> None:
    readings = [
        Reading("a", False, True),
        Reading("a", False, False),
        Reading("b", False, False),
        Reading("b", True, True),  # an opened one does not count here
    ]
    assert should_have_opened(readings, {"a": 90, "b": 10}) == pytest.approx(0.45)
