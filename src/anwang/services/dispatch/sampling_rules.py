"""Sampling (抽案): which reports go to a second reader, and how far two readers agree. Pure.

The draw is random to everybody without the secret and the same for everybody with it, so it can be audited and not
foreseen. 003 參一 asks that not-opened reports are looked at again by sampling, and gives neither size nor strata.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report of the month that may be drawn: its row number, its stratum, and whether it was opened."""

    report: int
    stratum: str
    opened: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A report that was drawn, and of how many of its stratum."""

    report: int
    stratum: str
    opened: bool
    of: int


@dataclass(frozen=True, slots=True)
class Size:
    """How much is drawn (`sampling.*`): percent of a stratum, at least, at most in all, and opened reports as a share of
    the not-opened ones that were drawn."""

    share_percent: int
    minimum: int
    maximum: int
    controls_percent: int


def draw(candidates: Iterable[Candidate], *, period: str, secret: bytes, size: Size) -> tuple[Drawn, ...]:
    """The sample of a month. The same candidates, period and secret always give the same one, in any order given.

    Not-opened reports are drawn by stratum; opened ones are mixed in, so that the reader cannot know what was decided.
    When the strata together would exceed the maximum, the largest give up first, and every stratum keeps one.
    """
    strata: dict[str, list[Candidate]] = defaultdict(list)
    opened: list[Candidate] = []
    for each in candidates:
        (opened if each.opened else strata[each.stratum]).append(each)
    wanted = {
        name: min(len(found), max(size.minimum, math.ceil(len(found) * size.share_percent / 100)))
        for name, found in strata.items()
    }
    while sum(wanted.values()) > size.maximum and max(wanted.values()) > 1:
        largest = max(sorted(wanted), key=lambda name: wanted[name])
        wanted[largest] -= 1

    def place(each: Candidate) -> str:
        return hmac.new(secret, f"{period}:{each.report}".encode(), hashlib.sha256).hexdigest()

    result = [
        Drawn(each.report, name, False, len(found))
        for name, found in sorted(strata.items())
        for each in sorted(found, key=place)[: wanted[name]]
    ]
    controls = math.ceil(len(result) * size.controls_percent / 100)
    of_stratum: dict[str, int] = defaultdict(int)
    for each in opened:
        of_stratum[each.stratum] += 1
    result += [
        Drawn(each.report, each.stratum, True, of_stratum[each.stratum])
        for each in sorted(opened, key=place)[:controls]
    ]
    # By their place, so that the order tells nothing either.
    return tuple(sorted(result, key=lambda each: place(Candidate(each.report, each.stratum, each.opened))))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the desk decided and what the second reader said. `first` and `second`: True for opening."""

    stratum: str
    first: bool
    second: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readers agree. `low` and `high` bound the raw agreement (Wilson, 95 %), `kappa_low` and `kappa_high`
    Cohen's kappa. None where the readings do not allow it: kappa needs that each reader gave both answers."""

    read: int
    agreed: int
    low: float | None
    high: float | None
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None

    @property
    def raw(self) -> float | None:
        return self.agreed / self.read if self.read else None


def agreement(readings: Sequence[Reading]) -> Agreement:
    """Raw agreement with Wilson's interval, and Cohen's kappa with the interval of Fleiss, Cohen and Everitt (1969)."""
    n = len(readings)
    agreed = sum(each.first == each.second for each in readings)
    low, high = wilson(agreed, n) if n else (None, None)
    kappa, error = _kappa(readings)
    if kappa is None:
        return Agreement(n, agreed, low, high, None, None, None)
    return Agreement(n, agreed, low, high, kappa, max(-1.0, kappa - Z * error), min(1.0, kappa + Z * error))


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; it stays within 0 and 1 however small the sample."""
    share = successes / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _kappa(readings: Sequence[Reading]) -> tuple[float | None, float]:
    """Kappa and its large-sample standard error. None when one of the two always gave the same answer: it is then 0
    whatever the other said, and tells nothing."""
    n = len(readings)
    if not n:
        return None, 0.0
    cells = {
        (first, second): sum(1 for each in readings if each.first is first and each.second is second) / n
        for first in (True, False)
        for second in (True, False)
    }
    row = {answer: cells[answer, True] + cells[answer, False] for answer in (True, False)}
    column = {answer: cells[True, answer] + cells[False, answer] for answer in (True, False)}
    observed = cells[True, True] + cells[False, False]
    expected = row[True] * column[True] + row[False] * column[False]
    if any(share in (0.0, 1.0) for share in (row[True], column[True])):
        return None, 0.0
    kappa = (observed - expected) / (1 - expected)
    first_part = sum(
        cells[answer, answer] * (1 - (row[answer] + column[answer]) * (1 - kappa)) ** 2
        for answer in (True, False)
    )
    second_part = (1 - kappa) ** 2 * sum(
        cells[first, not first] * (column[first] + row[not first]) ** 2 for first in (True, False)
    )
    third = (kappa - expected * (1 - kappa)) ** 2
    variance = (first_part + second_part - third) / (n * (1 - expected) ** 2)
    return kappa, math.sqrt(max(0.0, variance))


def should_have_opened(readings: Sequence[Reading], of: dict[str, int]) -> float | None:
    """The share of the month's not-opened reports that a second reader would have opened, each stratum weighted by how
    many reports it had (`of`). None when nothing was read."""
    by_stratum: dict[str, list[bool]] = defaultdict(list)
    for each in readings:
        if not each.first:
            by_stratum[each.stratum].append(each.second)
    weight = sum(of[name] for name in by_stratum)
    if not weight:
        return None
    return sum(of[name] * sum(found) / len(found) for name, found in by_stratum.items()) / weight
