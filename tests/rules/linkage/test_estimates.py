"""Precision and recall of a threshold: exact limits, coverage, and honesty where nothing is known."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anwang.people.linkage.bands import EDGES, RIVAL, STEPS, Band, allocated
from anwang.people.linkage.estimates import (
    BandSample,
    Interval,
    Seen,
    count_limits,
    effect,
    estimates,
    neighbours,
    same_in,
    sample_of,
    share_of,
)


def at_least(pairs: int, marked: int, sample: int, count: int) -> float:
    """By counting all samples."""
    ways = sum(math.comb(marked, k) * math.comb(pairs - marked, sample - k) for k in range(count, sample + 1))
    return ways / math.comb(pairs, sample)


@settings(max_examples=60)
@given(st.data())
def test_the_limits_are_those_that_the_exact_tests_do_not_refute(data: st.DataObject) -> None:
    pairs = data.draw(st.integers(1, 30))
    sample = data.draw(st.integers(1, pairs))
    same = data.draw(st.integers(0, sample))
    possible = [
        marked
        for marked in range(same, pairs - (sample - same) + 1)
        if at_least(pairs, marked, sample, same) > 0.025 + 1e-12
        and 1 - at_least(pairs, marked, sample, same + 1) > 0.025 + 1e-12
    ]
    low, high = count_limits(pairs, sample, same)
    assert low <= min(possible) <= max(possible) <= high
    assert high - low <= max(possible) - min(possible) + 2, "rounding moves a limit by one at most"


def test_a_band_that_is_wholly_decided_has_no_width() -> None:
    assert count_limits(8, 8, 5) == (5, 5)
    found = same_in([BandSample(3, 8, 8, 8, 5, 0)])
    assert found == Interval(5, 5, 5)


def test_what_nobody_decided_is_not_estimated() -> None:
    none = BandSample(0, 500, 3, 0, 0, 10)
    some = BandSample(13, 900, 40, 40, 40, 0)
    assert same_in([none, some]) is None
    by = {e.link_at: e for e in estimates([none, some])}
    assert by[0.6].recall is None
    assert by[0.6].precision is not None
    assert by[0.6].precision.value == 1
    assert 0.9 < by[0.6].precision.low < 0.95
    assert estimates([])[0].precision is None


def test_recall_lies_between_what_the_two_sums_allow() -> None:
    found = share_of(Interval(90, 100, 110), Interval(0, 5, 20))
    assert found is not None
    assert found.low < 100 / 105 == found.value < found.high
    assert found.low == pytest.approx(1 - 20 / 120, abs=0.02)
    assert found.high == 1
    assert share_of(Interval(0, 0, 3), Interval(0, 0, 9)) is None


@given(st.integers(1, 400), st.integers(0, 400), st.floats(0, 100), st.floats(0, 100))
def test_an_interval_holds_its_value(found: int, missed: int, more: float, less: float) -> None:
    share = share_of(
        Interval(max(0.0, found - less), found, found + more),
        Interval(max(0.0, missed - more), missed, missed + less),
    )
    assert share is not None
    assert 0 <= share.low <= share.value <= share.high <= 1


def test_lowering_links_pairs_and_raising_asks_for_more_only_above_95_percent() -> None:
    samples = [BandSample(k, 10 * (k + 1), 0, 0, 0, 10) for k in range(len(EDGES))] + [
        BandSample(RIVAL, 7, 7, 7, 2, 0)
    ]
    down = effect(samples, 0.6, 0.5)
    assert (down.is_raised, down.pairs, down.same, down.more_reviews) == (False, 70, None, 0)
    up = effect(samples, 0.95, 0.99)
    assert (up.is_raised, up.pairs, up.more_reviews) == (True, 120, 120)
    assert effect(samples, 0.2, 0.1).more_reviews == 30
    assert neighbours(0.6) == (0.5, 0.7)
    assert neighbours(0.05)[0] is None
    assert neighbours(0.99)[1] is None
    assert neighbours(0.65) == (0.6, 0.7)


BAND = Band(13, 100, 0.4)


def seen(*lots: tuple[float, bool | None]) -> list[Seen]:
    return [Seen(lot, same) for lot, same in lots]


def test_the_batch_that_says_most_counts_and_other_decisions_do_not() -> None:
    first = seen(*((0.01 * k, True) for k in range(1, 8)))
    others = seen((0.6, False), (0.9, False))
    put_off = seen(*((0.12 + 0.01 * k, None) for k in range(8)))
    found = sample_of(BAND, [*first, *put_off, *others])
    assert (found.pairs, found.decided, found.sample, found.same, found.open, found.missing) == (
        100,
        9,
        7,
        7,
        0,
        8,
    )
    whole = sample_of(BAND, [*first, *seen((0.15, False), (0.3, True)), *others])
    assert (whole.sample, whole.same, whole.open, whole.missing) == (9, 8, 0, 0)
    assert not sample_of(BAND, [*others, *seen((0.05, None))]).is_known


def test_open_draws_may_be_either() -> None:
    many = seen(*((0.0001 * k, True) for k in range(1, 40)))
    one_open = sample_of(BAND, [*many, *seen((0.00005, None))])
    assert (one_open.sample, one_open.same, one_open.open, one_open.missing) == (40, 39, 1, 1)
    assert one_open.value == 100
    assert one_open.limits(0.95) == (count_limits(100, 40, 39)[0], count_limits(100, 40, 40)[1])
    whole = seen(*((0.9, True),) * 5, (0.9, False), (0.9, None), (0.9, None))
    assert sample_of(Band(5, 8, 1.0), whole).limits(0.95) == (5, 7)


def test_few_draws_say_nothing_while_many_of_them_are_open() -> None:
    assert sample_of(BAND, seen((0.05, True), (0.06, None))).sample == 0
    assert sample_of(BAND, seen((0.05, True), (0.06, False))).sample == 2


def test_a_wholly_decided_band_counts_however_it_was_chosen() -> None:
    small = Band(5, 2, 1.0)
    found = sample_of(small, [*seen((0.9, True), (0.8, False)), Seen(0.1, True, is_counted=False)])
    assert (found.pairs, found.sample, found.same, found.missing) == (3, 3, 2, 0)
    part = sample_of(small, seen((0.9, True), (0.8, None)))
    assert (part.sample, part.missing) == (0, 1), "half of two says nothing"
    assert sample_of(Band(5, 0, 1.0), []).is_known


Truth = list[list[bool]]


def simulated(rng: random.Random, shift: float) -> Truth:
    """Whether each pair of each band is one person, where the scores are off by `shift` bits; sizes as of a county."""
    sizes = [900, 120, 60, 30, 18, 12, 10, 9, 9, 10, 14, 60, 240, 4000, 12]
    truth = []
    for number, size in enumerate(sizes):
        low = 0.6 if number == RIVAL else EDGES[number]
        high = 0.99 if number == RIVAL else [*EDGES, 0.99999][number + 1]
        pairs = []
        for _ in range(size):
            p = rng.uniform(low, high)
            odds = p / (1 - p) * 2**shift
            pairs.append(rng.random() < odds / (1 + odds))
        truth.append(pairs)
    return truth


def shares(truth: Truth, step: float) -> tuple[float, float]:
    first = EDGES.index(step)
    linked = [pair for band in truth[first:RIVAL] for pair in band]
    return sum(linked) / len(linked), sum(linked) / sum(map(sum, truth))


def half_decided(rng: random.Random, truth: Truth, draws: int) -> Sequence[BandSample]:
    """The draws of which reviewers put the hard ones off: one person's pairs are decided first, four of five."""
    out = []
    for number, band in enumerate(truth):
        share = allocated([len(each) for each in truth], draws)[number] / len(band)
        pairs = [
            Seen(lot, same if same or rng.random() < 0.2 else None)
            for same in band
            if (lot := rng.random()) < share
        ]
        out.append(sample_of(Band(number, len(band), share), pairs))
    return out


def test_intervals_hold_when_the_hard_draws_are_put_off() -> None:
    rng = random.Random(7)
    held = asked = 0
    for _ in range(60):
        truth = simulated(rng, -1.0)
        for each in estimates(half_decided(rng, truth, 150)):
            precision, recall = shares(truth, each.link_at)
            for found, true in ((each.precision, precision), (each.recall, recall)):
                if found is not None:
                    asked += 1
                    held += found.low - 1e-9 <= true <= found.high + 1e-9
    assert asked > 300
    assert held / asked >= 0.9


def sampled(rng: random.Random, truth: Truth, draws: int) -> Sequence[BandSample]:
    wanted = allocated([len(band) for band in truth], draws)
    out = []
    for number, (band, asked) in enumerate(zip(truth, wanted, strict=True)):
        seen = rng.sample(band, asked)
        out.append(BandSample(number, len(band), asked, asked, sum(seen), 0))
    return out


@pytest.mark.parametrize(("shift", "draws"), [(0.0, 150), (-1.5, 150), (1.5, 60)])
def test_intervals_cover_the_truth_also_where_the_scores_are_wrong(shift: float, draws: int) -> None:
    """95 % intervals hold the true precision and recall in 90 % and more of 200 seeded draws, at every threshold."""
    rng = random.Random(20261128)
    held: dict[tuple[float, str], int] = dict.fromkeys(itertools.product(STEPS, ("precision", "recall")), 0)
    widths = []
    for _ in range(200):
        truth = simulated(rng, shift)
        for each in estimates(sampled(rng, truth, draws)):
            assert each.precision is not None
            assert each.recall is not None
            precision, recall = shares(truth, each.link_at)
            held[each.link_at, "precision"] += (
                each.precision.low - 1e-9 <= precision <= each.precision.high + 1e-9
            )
            held[each.link_at, "recall"] += each.recall.low - 1e-9 <= recall <= each.recall.high + 1e-9
            widths.append(each.precision.high - each.precision.low)
    assert min(held.values()) >= 180, held
    assert max(widths) < 0.25, "an interval of everything covers, too"
