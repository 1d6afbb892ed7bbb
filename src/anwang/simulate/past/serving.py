"""One case of the past: level, assessments, goals, visits, closure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from ..population import Household, Person
from .happened import AssessmentThen, CaseThen, GoalThen, VisitThen
from .kinds import Kind

LEVELS = ("low", "medium", "high")
VISIT_DAYS = {"low": 30, "medium": 14, "high": 7}
AREAS = ("economy", "care", "health", "housing", "relations", "schooling")
REVIEW_DAYS = 90


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
    """Draw a case from its opening to its end, or to `until` when it is still open then.

    A worker who meets the family more often reaches more goals; a heavier life makes both harder.
    """
    level = LEVELS[min(2, max(0, round(rng.gauss(0.4 + 0.6 * strain, 0.5))))]
    length = dt.timedelta(days=round(30 * kind.months[LEVELS.index(level)] * rng.lognormvariate(0, 0.35)))
    end = at + length
    is_over = end.date() < until
    last = end.date() if is_over else until
    diligence = min(0.98, max(0.35, rng.gauss(0.84, 0.12) - 0.05 * (strain - 1)))
    visits = _visits(rng, at, last, level, diligence)
    met = sum(visit.done_at is not None for visit in visits) / max(1, len(visits))
    areas = rng.sample(AREAS, rng.choice((1, 2, 2, 3)))
    progress = met * (length.days / 30) / max(1.0, 3.0 * strain)
    goals = tuple(
        GoalThen(
            area,
            min(last, (at + length * 0.8).date()),
            2 if is_over and rng.random() < min(0.92, 0.35 + 0.3 * progress) else rng.choice((0, 1)),
        )
        for area in areas
    )
    return CaseThen(
        number=number,
        report=report,
        programme=kind.programme,
        household=home.number,
        client=subject.number,
        members=tuple(each.number for each in people),
        opened_at=at,
        level=level,
        assessments=_assessments(rng, at, last, level, areas, met),
        goals=goals,
        visits=visits,
        closed_at=end if is_over else None,
        goals_met=is_over and sum(goal.reached == 2 for goal in goals) * 2 > len(goals),
    )


def _visits(
    rng: random.Random, at: dt.datetime, last: dt.date, level: str, diligence: float
) -> tuple[VisitThen, ...]:
    made: list[VisitThen] = []
    day = at.date() + dt.timedelta(days=rng.randint(1, 5))
    while day < last:
        done: dt.datetime | None = None
        if rng.random() < diligence:
            hour, minute = rng.randint(9, 19), rng.choice((0, 10, 20, 30, 40, 50))
            done = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=at.tzinfo)
        made.append(VisitThen(day, done, rng.choices(("home", "phone", "school", "office"), (6, 3, 1, 1))[0]))
        day += dt.timedelta(days=max(2, round(VISIT_DAYS[level] * rng.uniform(0.8, 1.25))))
    return tuple(made)


def _assessments(
    rng: random.Random, at: dt.datetime, last: dt.date, level: str, areas: Sequence[str], met: float
) -> tuple[AssessmentThen, ...]:
    """One at the beginning, one each quarter: needs go down where the family is met, and the level follows them."""
    made: list[AssessmentThen] = []
    needs = {area: LEVELS.index(level) + 1 if area in areas else rng.choice((0, 0, 1)) for area in AREAS}
    day, now = at.date() + dt.timedelta(days=rng.randint(5, 25)), level
    while day <= last:
        made.append(AssessmentThen(day, now, dict(needs)))
        for area in areas:
            if rng.random() < 0.55 * met:
                needs[area] = max(0, needs[area] - 1)
            elif rng.random() < 0.12:
                needs[area] = min(3, needs[area] + 1)
        now = LEVELS[min(2, max(0, max(needs.values()) - 1))]
        day += dt.timedelta(days=REVIEW_DAYS)
    return tuple(made)
