"""One case of the past: level, assessments, goals, visits, closure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..population import Household, Person
from .happened import AssessmentThen, CaseThen, GoalThen, VisitThen
from .kinds import Kind

LEVELS = ("low", "medium", "high")
AREAS = ("economy", "housing", "care", "health", "relations", "schooling", "work", "network")
REVIEW_DAYS = 90
AHEAD = dt.timedelta(days=120)  # how far a case that goes on is drawn beyond the end of the past
LATE_TO_WRITE = 0.1  # of the visits: written down a day or more later
PLACES = (("home", "phone", "school", "office", "outside"), (60, 14, 8, 12, 6))
# With the last visit so long before the closing, the closing finds no visit still planned.
QUIET = dt.timedelta(days=4)


def case_of(
    rng: random.Random,
    kind: Kind,
    home: Household,
    people: Sequence[Person],
    subject: Person,
    at: dt.datetime,
    number: int,
    report: int | None,
    strain: float,
    until: dt.date,
) -> CaseThen:
    """Draw a case from its opening to its end, or to some time after `until` when it is still open then.

    A worker who meets the family more often reaches more goals; a heavier life makes both harder.
    """
    level = LEVELS[min(2, max(0, round(rng.gauss(0.4 + 0.6 * strain, 0.5))))]
    length = dt.timedelta(
        days=max(12, round(30 * kind.months[LEVELS.index(level)] * rng.lognormvariate(0, 0.35)))
    )
    end = (at + length).replace(hour=rng.randint(9, 17), minute=rng.choice((5, 20, 35, 50)))
    is_over = end.date() < until
    last = end - QUIET if is_over else dt.datetime.combine(until, dt.time(), at.tzinfo) + AHEAD
    diligence = min(0.98, max(0.35, rng.gauss(0.84, 0.12) - 0.05 * (strain - 1)))
    areas = rng.sample(areas_of([each.age(at.date()) for each in people]), rng.choice((2, 2, 3)))
    course = _Course(rng, kind, level, areas, diligence)
    course.run(at, last)
    progress = course.share * (length.days / 30) / max(1.0, 3.0 * strain)
    goals = tuple(
        GoalThen(
            area,
            (at + length * rng.uniform(0.5, 0.9)).date(),
            2 if rng.random() < min(0.92, 0.35 + 0.3 * progress) else rng.choice((0, 1)),
        )
        for area in areas
    )
    return CaseThen(
        number=number,
        report=report,
        programme=kind.programme,
        household=home.number,
        client=subject.number,
        members=(subject.number, *(each.number for each in people if each is not subject)),
        opened_at=at,
        level=level,
        assessments=tuple(course.assessments),
        goals=goals,
        visits=tuple(course.visits),
        closed_at=end if is_over else None,
        goals_met=is_over and sum(goal.reached == 2 for goal in goals) * 2 > len(goals),
    )


def areas_of(ages: Sequence[int]) -> list[str]:
    """What a family of these ages may need help with: no school without a pupil, no work without somebody of that age."""
    beside = set()
    if not any(6 <= age < 18 for age in ages):
        beside.add("schooling")
    if not any(18 <= age < 65 for age in ages):
        beside.add("work")
    return [area for area in AREAS if area not in beside]


@dataclass(slots=True)
class _Course:
    """A case as it goes: visits as often as the level asks for, each quarter an assessment that may change the level."""

    rng: random.Random
    kind: Kind
    level: str
    areas: list[str]
    diligence: float
    needs: dict[str, int] = field(default_factory=dict)
    visits: list[VisitThen] = field(default_factory=list)
    assessments: list[AssessmentThen] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of the visits so far, those at which somebody was met."""
        return sum(visit.met for visit in self.visits) / max(1, len(self.visits))

    def run(self, at: dt.datetime, last: dt.datetime) -> None:
        rng = self.rng
        self.needs = _needs(rng, self.level, self.areas)
        assess_on = at.date() + dt.timedelta(days=rng.randint(4, 24))
        day = at.date() + dt.timedelta(days=rng.randint(1, 4))
        while day < last.date():
            while assess_on <= day:
                self._assess(assess_on)
                assess_on += dt.timedelta(days=REVIEW_DAYS)
            self._visit(day, at)
            day = _in_the_week(rng, day + dt.timedelta(days=self._days_until_next()))
        while assess_on < last.date():
            self._assess(assess_on)
            assess_on += dt.timedelta(days=REVIEW_DAYS)

    def _days_until_next(self) -> int:
        """As often as the level asks for; sooner after a telephone call, and soon when nobody was met."""
        every, last = self.kind.every[LEVELS.index(self.level)], self.visits[-1]
        if not last.met:
            return self.rng.randint(2, max(3, min(7, every)))
        share = self.rng.uniform(0.75, 1.04) * (0.5 if last.place == "phone" else 1.0)
        return max(2, round(every * share))

    def _visit(self, day: dt.date, begun: dt.datetime) -> None:
        rng = self.rng
        hour, minute = rng.randint(9, 18), rng.choice((0, 20, 30, 40))
        moment = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=begun.tzinfo)
        place = rng.choices(*PLACES)[0] if self.visits else "home"
        lag = dt.timedelta(minutes=rng.choice((25, 40, 70, 150)))
        if rng.random() < LATE_TO_WRITE:
            lag = dt.timedelta(hours=rng.choice((18, 20, 26, 42)))
        self.visits.append(VisitThen(moment, rng.random() < self.diligence, place, lag))

    def _assess(self, on: dt.date) -> None:
        """The first says how it is; later ones find needs that went down where the family is met."""
        rng = self.rng
        if self.assessments:
            for area in self.areas:
                if rng.random() < 0.55 * self.share:
                    self.needs[area] = max(0, self.needs[area] - 1)
                elif rng.random() < 0.12:
                    self.needs[area] = min(3, self.needs[area] + 1)
            self.level = LEVELS[min(2, max(0, max(self.needs.values()) - 1))]
        self.assessments.append(AssessmentThen(on, self.level, dict(self.needs)))


def _in_the_week(rng: random.Random, day: dt.date) -> dt.date:
    """Most of what falls on a weekend is done on the Monday after."""
    days_over = day.weekday() - 4
    return day + dt.timedelta(days=3 - days_over) if days_over > 0 and rng.random() < 0.7 else day


def _needs(rng: random.Random, level: str, areas: Sequence[str]) -> dict[str, int]:
    """Needs as a family of that level has them: the rule of `services/cases` mostly finds the level again."""
    worst = LEVELS.index(level) + 1
    beside = (0.08, 0.5, 0.6)[worst - 1]
    return {area: worst if area in areas else int(rng.random() < beside) for area in AREAS}
