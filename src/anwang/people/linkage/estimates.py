"""How good a threshold is, from pairs that people decided: precision and recall with intervals. Pure.

Stratified by bands of likelihood. In each band the decided draws are a simple random sample; the number of its pairs that
are one person has an exact interval (hypergeometric, after Clopper and Pearson, so a band that is decided as a whole has
no width). Sums over bands join the intervals by the method of variance estimates recovery (Zou and Donner 2008). The recall
is a share of two independent sums and takes the limits of both: joined any closer, they missed a truth of one pair in 4,000
by a millionth.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .asking import BATCHES
from .bands import EDGES, RIVAL, STEPS, Band
from .model import REVIEW_FROM, SURE_FROM

LEVEL = 0.95
LEAST_SAMPLE = 5  # decided draws from which a band says anything, where it has as many


@dataclass(frozen=True, slots=True)
class BandSample:
    """A band: `pairs` in all, `decided` of them by anybody for any reason; `sample` counts (drawn by lot, or the whole
    band), of which `same` is one person and `open` not decided yet. `missing`: further decisions that are asked for next."""

    number: int
    pairs: int
    decided: int
    sample: int
    same: int
    missing: int
    open: int = 0

    @property
    def is_known(self) -> bool:
        """Whether anything can be said of the band."""
        return self.pairs == 0 or self.sample > self.open

    @property
    def value(self) -> float:
        """The estimated number of its pairs that are one person."""
        return self.pairs * self.same / (self.sample - self.open) if self.pairs else 0.0

    def limits(self, level: float) -> tuple[int, int]:
        """The limits of that number. What is not decided yet counts as none for the one and as all for the other."""
        if not self.pairs:
            return 0, 0
        low, _ = count_limits(self.pairs, self.sample, self.same, level)
        _, high = count_limits(self.pairs, self.sample, self.same + self.open, level)
        return low, high


@dataclass(frozen=True, slots=True)
class Seen:
    """A pair of a band that was offered: its lot, whether it is one person (None: not decided), and whether the last run
    counted it (it did not count what was decided before)."""

    lot: float
    same: bool | None
    is_counted: bool = True


def sample_of(band: Band, seen: Sequence[Seen]) -> BandSample:
    """The band with the decisions that count: all of it when all is decided, else the batch of draws that says most.

    A batch counts with its open draws, which may be either: those that were decided first may be the easy ones, and the
    next run brings new pairs among the draws.
    """
    decided = [each for each in seen if each.same is not None]
    pairs = band.pairs + sum(not each.is_counted for each in decided)
    if pairs and len(decided) >= pairs:
        return BandSample(band.number, pairs, pairs, pairs, _same(decided[:pairs]), 0)
    batches = [[each for each in seen if each.lot < band.share * part] for part in BATCHES]
    missing = next((count for batch in batches if (count := _open(batch))), 0)
    counting = [
        BandSample(band.number, pairs, len(decided), len(batch), _same(batch), missing, _open(batch))
        for batch in batches
        if batch and len(batch) - _open(batch) >= min(LEAST_SAMPLE, len(batch))
    ]
    none = BandSample(band.number, pairs, len(decided), 0, 0, missing)
    return min(counting, key=_vagueness, default=none)


def _vagueness(sample: BandSample) -> tuple[float, int]:
    """About how wide its limits are. It may not look at the answers: choosing by them would choose the sample in which
    nothing happened to be wrong."""
    return sample.open / sample.sample + 3 / (sample.sample - sample.open), -sample.sample


def _open(seen: Sequence[Seen]) -> int:
    return sum(each.same is None for each in seen)


def _same(seen: Sequence[Seen]) -> int:
    return sum(each.same is True for each in seen)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its limits."""

    low: float
    value: float
    high: float

    def scaled(self, by: float) -> Interval:
        return Interval(*(min(1.0, max(0.0, each * by)) for each in (self.low, self.value, self.high)))


@dataclass(frozen=True, slots=True)
class ThresholdEstimate:
    """What would hold if `link_at` were the threshold; None where a band that counts has no decided draws.

    `links`: pairs that it would link; `to_review`: pairs of the last matching that people would be asked about."""

    link_at: float
    precision: Interval | None
    recall: Interval | None
    links: int
    to_review: int


def estimates(
    samples: Sequence[BandSample], steps: Sequence[float] = STEPS, level: float = LEVEL
) -> list[ThresholdEstimate]:
    """For each threshold of `steps` (an edge between bands), from the samples of all bands."""
    by_number = {sample.number: sample for sample in samples}
    found = []
    for step in steps:
        first = EDGES.index(step)
        linked = [by_number[k] for k in range(first, RIVAL) if k in by_number]
        apart = [sample for number, sample in by_number.items() if number < first or number == RIVAL]
        total, missed = same_in(linked, level), same_in(apart, level)
        links = sum(sample.pairs for sample in linked)
        found.append(
            ThresholdEstimate(
                step,
                total.scaled(1 / links) if total and links else None,
                share_of(total, missed) if total and missed else None,
                links,
                _to_review(by_number.values(), step),
            )
        )
    return found


def _to_review(samples: Iterable[BandSample], link_at: float) -> int:
    """Links that are not sure, and pairs left apart that are not unlikely."""
    return sum(
        sample.pairs
        for sample in samples
        if sample.number == RIVAL
        or (EDGES[sample.number] < SURE_FROM and EDGES[sample.number] >= min(REVIEW_FROM, link_at))
        or SURE_FROM <= EDGES[sample.number] < link_at
    )


def same_in(samples: Sequence[BandSample], level: float = LEVEL) -> Interval | None:
    """How many pairs of these bands are one person; None when one of them says nothing."""
    if not all(sample.is_known for sample in samples):
        return None
    value = below = above = 0.0
    for sample in samples:
        low, high = sample.limits(level)
        value += sample.value
        below += (sample.value - low) ** 2
        above += (high - sample.value) ** 2
    return Interval(max(0.0, value - math.sqrt(below)), value, value + math.sqrt(above))


def share_of(found: Interval, missed: Interval) -> Interval | None:
    """found / (found + missed), at its limits with the least of one and the most of the other; None when there is
    neither. Where few are missed, their own limits are nearly all of the width."""
    if found.value + missed.value <= 0:
        return None

    def share(some: float, others: float) -> float:
        return some / (some + others) if some + others > 0 else 0.0

    value = share(found.value, missed.value)
    return Interval(share(found.low, missed.high), value, share(found.high, missed.low))


@lru_cache(maxsize=4096)
def count_limits(pairs: int, sample: int, same: int, level: float = LEVEL) -> tuple[int, int]:
    """Between which numbers of one-person pairs among `pairs` the truth lies, when of `sample` drawn without putting back
    `same` were so: all that the two one-sided exact tests at half of 1 - `level` do not refute."""
    least, most = same, pairs - (sample - same)
    tail = (1 - level) / 2
    low, high = least, most
    a, b = least, most  # the smallest count under which so many or more are not too unlikely
    while a < b:
        middle = (a + b) // 2
        if _at_least(pairs, middle, sample, same) > tail:
            b = middle
        else:
            a = middle + 1
    low = a
    a, b = least, most  # the largest count under which so few or fewer are not too unlikely
    while a < b:
        middle = (a + b + 1) // 2
        if 1 - _at_least(pairs, middle, sample, same + 1) > tail:
            a = middle
        else:
            b = middle - 1
    high = a
    return low, high


def _at_least(pairs: int, marked: int, sample: int, count: int) -> float:
    """The probability of `count` or more marked ones in the sample."""
    least, most = max(0, sample - (pairs - marked)), min(sample, marked)
    if count <= least:
        return 1.0
    whole = _choose(pairs, sample)
    terms = [
        math.exp(_choose(marked, k) + _choose(pairs - marked, sample - k) - whole)
        for k in range(count, most + 1)
    ]
    return min(1.0, math.fsum(terms))


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


@dataclass(frozen=True, slots=True)
class StepEffect:
    """What moving the threshold from `now` to `to` would do: `pairs` that would be linked (or no longer linked), of which
    an estimated share `same` is one person; `more_reviews` may be negative."""

    now: float
    to: float
    pairs: int
    same: Interval | None
    more_reviews: int

    @property
    def is_raised(self) -> bool:
        return self.to > self.now


def effect(samples: Sequence[BandSample], now: float, to: float, level: float = LEVEL) -> StepEffect:
    """Of moving the threshold from one edge to another."""
    low, high = sorted((now, to))
    moved = [s for s in samples if s.number != RIVAL and low <= EDGES[s.number] < high]
    count = sum(sample.pairs for sample in moved)
    same = same_in(moved, level)
    return StepEffect(
        now,
        to,
        count,
        same.scaled(1 / count) if same and count else None,
        _to_review(samples, to) - _to_review(samples, now),
    )


def neighbours(link_at: float) -> tuple[float | None, float | None]:
    """The step below and the step above a threshold."""
    below = [step for step in STEPS if step < link_at]
    above = [step for step in STEPS if step > link_at]
    return (below[-1] if below else None, above[0] if above else None)
