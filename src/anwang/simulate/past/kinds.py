"""Which programmes serve whom, how often, how long: the shares that the past is drawn from.

Every programme of the catalogue that serves persons has a kind (`kind_table.py`); `LEFT_OUT` says why two have none.
Opening rates of the protective programmes: 003 貳二 (child 28.99 %, adult 66.6 %). Yearly rates are ours; they are far
above the county's, so that a small demo county has something to find.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from anwang.standard.report_answers import Danger, MandatedKind, Need

LEFT_OUT: Mapping[str, str] = {
    "stationing": "a session at a counter: it serves whoever comes, and nobody's case is opened for it",
    "professional_training": "a course for staff: it serves no family",
}
"""Programmes of the catalogue that no past is drawn for, and why."""


@dataclass(frozen=True, slots=True)
class Home:
    """What the draw looks at: ages of those at home, and whether the household is one that agencies know."""

    ages: tuple[int, ...]
    needy: bool
    indigenous: bool = False

    def has(self, fits: Callable[[int], bool]) -> bool:
        return any(fits(age) for age in self.ages)

    @property
    def is_elder_alone(self) -> bool:
        return len(self.ages) == 1 and self.ages[0] >= 65

    @property
    def has_two_adults(self) -> bool:
        return sum(age >= 18 for age in self.ages) >= 2


@dataclass(frozen=True, slots=True)
class Kind:
    """One programme as the draw sees it.

    `yearly`: reports (or, where `by_report` is False, openings that the unit itself finds) per eligible household that
    agencies do not know. `needy`: how much more often in one that they know. `opens`: share of the reports that open a
    case; `looked_into`: of the others, the share that a unit investigates first (不成案). `months`: how long a case
    lasts, `every`: days between its visits, both by level (low, medium, high). `subject`: whose report it is.
    `reporters`: weights; None is a citizen. `since`: the day from which there is the programme (None: all along).
    """

    programme: str
    eligible: Callable[[Home], bool]
    yearly: float
    needy: float
    by_report: bool
    opens: float
    months: tuple[int, int, int]
    subject: Callable[[int], bool]
    reporters: Mapping[MandatedKind, float] | Mapping[MandatedKind | None, float] = field(
        default_factory=dict
    )
    dangers: Mapping[Danger, float] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    every: tuple[int, int, int] = (30, 14, 7)
    injured: float = 0.0
    alleged: float = 0.0
    looked_into: float = 0.0
    since: dt.date | None = None
