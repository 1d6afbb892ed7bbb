"""Which programmes serve whom, how often, how long: the shares that the past is drawn from.

Opening rates of the protective programmes: 003 貳二 (child 28.99 %, adult 66.6 %). Yearly rates are ours; they are far
above the county's, so that a small demo county has something to find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from anwang.services.intake.vocabulary import MandatedKind as M


@dataclass(frozen=True, slots=True)
class Home:
    """What the draw looks at: ages of those at home, and whether the household is one that agencies know."""

    ages: tuple[int, ...]
    needy: bool
    indigenous: bool = False

    @property
    def has_child(self) -> bool:
        return any(age < 18 for age in self.ages)

    @property
    def has_small_child(self) -> bool:
        return any(age < 6 for age in self.ages)

    @property
    def has_youth(self) -> bool:
        return any(12 <= age < 24 for age in self.ages)

    @property
    def has_elder(self) -> bool:
        return any(age >= 65 for age in self.ages)

    @property
    def is_elder_alone(self) -> bool:
        return len(self.ages) == 1 and self.ages[0] >= 65

    @property
    def has_two_adults(self) -> bool:
        return sum(age >= 18 for age in self.ages) >= 2

    @property
    def has_worker(self) -> bool:
        return any(18 <= age < 66 for age in self.ages)


@dataclass(frozen=True, slots=True)
class Kind:
    """One programme as the draw sees it.

    `yearly`: reports (or, where `by_report` is False, direct openings) per eligible household that agencies do not know.
    `needy`: how much more often in one that they know. `opens`: share of the reports that open a case. `months`: how long
    a case lasts, by level (low, medium, high). `subject`: whose report it is. `reporters`: weights; None is a citizen.
    """

    programme: str
    eligible: Callable[[Home], bool]
    yearly: float
    needy: float
    by_report: bool
    opens: float
    months: tuple[int, int, int]
    subject: Callable[[int], bool]
    reporters: Mapping[M | None, float]
    dangers: Mapping[str, float]


def _child(age: int) -> bool:
    return age < 18


def _adult(age: int) -> bool:
    return age >= 18


def _elder(age: int) -> bool:
    return age >= 65


def _small(age: int) -> bool:
    return age < 6


def _youth(age: int) -> bool:
    return 12 <= age < 24


_MOST = {M.EDUCATION: 4.0, M.MEDICAL: 2.0, M.POLICE: 3.0, M.SOCIAL_WORK: 1.0, M.CHILD_CARE: 1.0, None: 2.0}
_HOME = {M.VILLAGE: 3.0, M.SOCIAL_WORK: 3.0, M.HOUSEHOLD_REGISTRATION: 1.0, M.EDUCATION: 1.0, None: 2.0}
_HEALTH = {M.MEDICAL: 5.0, M.SOCIAL_WORK: 1.0, M.POLICE: 2.0, None: 1.0}
_NOBODY: Mapping[M | None, float] = {None: 1.0}
_VIOLENT = {"injury": 0.3, "weapon": 0.04, "threat": 0.2, "lives_with_alleged": 0.6}

KINDS: tuple[Kind, ...] = (
    Kind("child_protection", lambda h: h.has_child, 0.018, 5.0, True, 0.29, (4, 8, 14), _child, _MOST, _VIOLENT),
    Kind("adult_protection", lambda h: h.has_two_adults, 0.014, 4.0, True, 0.67, (3, 6, 10), _adult,
         {M.POLICE: 5.0, M.MEDICAL: 2.0, M.SOCIAL_WORK: 1.0, None: 2.0}, _VIOLENT),
    Kind("vulnerable_family", lambda h: h.has_worker, 0.022, 6.0, True, 0.55, (4, 8, 13), _adult, _HOME,
         {"no_food": 0.08, "no_home": 0.03}),
    Kind("child_outreach", lambda h: h.has_small_child, 0.02, 5.0, True, 0.8, (3, 6, 9), _small,
         {M.HOUSEHOLD_REGISTRATION: 4.0, M.MEDICAL: 2.0, M.SOCIAL_WORK: 1.0}, {"child_not_seen": 0.06}),
    Kind("elder_living_alone", lambda h: h.is_elder_alone, 0.06, 2.0, True, 0.85, (12, 24, 36), _elder,
         {M.VILLAGE: 6.0, M.LONG_TERM_CARE: 2.0, None: 2.0}, {"no_contact": 0.08}),
    Kind("suicide_prevention", lambda h: h.has_worker, 0.01, 3.0, True, 0.9, (3, 5, 8), _adult, _HEALTH,
         {"suicide": 1.0}),
    Kind("drug_case_management", lambda h: h.has_worker, 0.006, 5.0, True, 0.9, (8, 12, 20), _adult,
         {M.JUDICIAL: 4.0, M.POLICE: 3.0, M.MEDICAL: 1.0}, {}),
    Kind("at_risk_juvenile", lambda h: h.has_youth, 0.012, 4.0, True, 0.85, (4, 7, 10), _youth,
         {M.POLICE: 5.0, M.EDUCATION: 3.0}, {}),
    Kind("school_dropout", lambda h: h.has_youth, 0.012, 4.0, True, 0.95, (2, 4, 8), _youth, {M.EDUCATION: 1.0}, {}),
    Kind("emergency_relief", lambda h: h.has_worker, 0.02, 6.0, False, 1.0, (1, 2, 3), _adult, _NOBODY, {}),
    Kind("in_kind_aid", lambda h: h.has_worker, 0.012, 8.0, False, 1.0, (3, 6, 12), _adult, _NOBODY, {}),
    Kind("parenting_guidance", lambda h: h.has_small_child, 0.03, 2.0, False, 1.0, (3, 5, 8), _small, _NOBODY, {}),
    Kind("child_development_account", lambda h: h.has_child, 0.01, 6.0, False, 1.0, (36, 48, 60), _child, _NOBODY, {}),
    Kind("employment_placement", lambda h: h.has_worker, 0.015, 4.0, False, 1.0, (2, 4, 6), _adult, _NOBODY, {}),
)  # fmt: skip
