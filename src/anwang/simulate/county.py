"""The demo county: a seed gives households, months of rosters, and the truth."""

from __future__ import annotations

import random
from dataclasses import dataclass

from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.record import Period

from .events import live_a_month
from .families import make_population
from .layout import Layout, draw_layouts
from .population import Population
from .profile import Profile
from .profiles import STANDARD
from .rows import RosterSheet, RowWriter
from .services import ServiceBook
from .truth import Truth, find_truth

FIRST_PERIOD = Period(2026, 3)


@dataclass(frozen=True, slots=True)
class MonthOfRosters:
    """The nine rosters of one month and what is true of them."""

    period: Period
    rosters: dict[RosterCode, RosterSheet]
    truth: Truth


class County:
    """Months are made in order and kept; the same seed, size and profile give the same rows."""

    def __init__(self, seed: int, households: int, profile: Profile, first: Period) -> None:
        if households < 1:
            raise ValueError("a county has at least one household")
        self.seed, self.profile, self.first = seed, profile, first
        self.population: Population = make_population(
            self._rng("population"), households, profile.people, first.last_day
        )
        self.layouts: dict[RosterCode, Layout] = draw_layouts(self._rng("layouts"), profile.files)
        self._book = ServiceBook(profile.services)
        self._stale: dict[tuple[int, AgencyCode | None], bool] = {}
        self._months: dict[Period, MonthOfRosters] = {}
        self._next = first

    def _rng(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed}:{purpose}")

    def month(self, period: Period) -> MonthOfRosters:
        """The rosters of a month. Months between are lived through. ValueError before the first month."""
        if period < self.first:
            raise ValueError(f"the county begins in {self.first.roc}, asked for {period.roc}")
        while self._next <= period:
            self._months[self._next] = self._make(self._next)
            self._next = self._next.next()
        return self._months[period]

    def _make(self, period: Period) -> MonthOfRosters:
        if period != self.first:
            live_a_month(self._rng(f"{period.roc}:events"), self.population, period)
        services = self._book.next_month(self._rng(f"{period.roc}:services"), self.population, period)
        writer = RowWriter(
            self._rng(f"{period.roc}:rows"), self.profile, self.population, period, self._stale
        )
        rosters = {code: writer.sheet(self.layouts[code], services) for code in RosterCode}
        return MonthOfRosters(
            period, rosters, find_truth(self.population, period, services, rosters.values())
        )


def make_county(
    seed: int, households: int = 1_500, profile: Profile = STANDARD, first: Period = FIRST_PERIOD
) -> County:
    """A demo county of `households` homes (all synthetic), as it is from the month `first` on."""
    return County(seed, households, profile, first)
