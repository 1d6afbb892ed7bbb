"""From what happened to what was done: the deeds of all members up to a moment, in the order of time."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from anwang.services.programs.codes import ClockKind, FormKind
from anwang.services.programs.programme import Programme

from ..population import Population
from .deeds import Deed, OfReport, Submitted
from .desk import desk_now
from .happened import CaseThen, Past
from .living import live_the_past
from .telling_cases import BEFORE_CLOSING, deeds_of_case
from .telling_reports import deeds_of_report

PER_CENTRE = 3  # cases of a centre about to be closed, and as many whose plan waits for the supervisor
ON_ITS_WAY, RECENTLY = dt.timedelta(days=60), dt.timedelta(days=25)


@dataclass(frozen=True, slots=True)
class History:
    """All deeds up to a moment, and how many of them are not yet due: what the moment finds half done."""

    deeds: tuple[Deed, ...]
    past: Past
    at_desk: tuple[int, ...]


def tell_history(
    seed: int,
    county: Population,
    programmes: Callable[[dt.date], Mapping[str, Programme]],
    *,
    first: dt.date,
    now: dt.datetime,
) -> History:
    """The deeds from `first` to `now` (local time). The same seed, county and moment give the same deeds."""
    past = live_the_past(random.Random(f"{seed}:past"), county, first=first, until=now.date())
    known = {report.household for report in past.reports} | {case.household for case in past.cases}
    waiting = desk_now(
        random.Random(f"{seed}:desk"), county, known=known, now=now, first_number=len(past.reports) + 1
    )
    closing, planning = _waiting_for_supervisors(past, county, programmes, now)
    found: list[Deed] = []
    for case in past.cases:
        found += deeds_of_case(
            random.Random(f"{seed}:case:{case.number}"),
            county,
            case,
            programmes(case.opened_at.date())[case.programme],
            now=now,
            closes_now=case.number in closing,
            plans_now=case.number in planning,
        )
    opened = {case.report: case.opened_at for case in past.cases}
    for report in (*past.reports, *waiting):
        rng = random.Random(f"{seed}:report:{report.number}")
        found += deeds_of_report(rng, county, report, opened_at=opened.get(report.number))
    done = [deed for deed in found if deed.at <= now]
    done.sort(key=_order)
    return History(tuple(done), past, tuple(report.number for report in waiting))


def _order(deed: Deed) -> tuple[dt.datetime, bool, bool]:
    """By time; at the same moment reports come in first, and the report's deeds before a case's."""
    return deed.at, not isinstance(deed, Submitted), not isinstance(deed, OfReport)


def _waiting_for_supervisors(
    past: Past, county: Population, programmes: Callable[[dt.date], Mapping[str, Programme]], now: dt.datetime
) -> tuple[set[int], set[int]]:
    """Of each centre (and of what serves the whole county) a few cases that are about to be closed, and a few whose plan
    waits: a supervisor finds both on any day."""
    places: dict[str, list[tuple[dt.timedelta, int]]] = defaultdict(list)
    for case in past.cases:
        if case.closed_at is not None or now - case.opened_at < ON_ITS_WAY:
            continue
        programme = programmes(case.opened_at.date())[case.programme]
        if programme.forms_for(FormKind.PLAN) and programme.clocks_for(ClockKind.VISIT):
            centre = county.households[case.household].home.centre
            place = centre if "welfare_center" in programme.unit_kinds else programme.agencies[0]
            places[place].append((_since_met(case, now), case.number))
    closing: set[int] = set()
    planning: set[int] = set()
    for found in places.values():
        # Those who were met last can be closed now; a case that is closed has no plan that waits.
        ready = [number for since, number in sorted(found) if since < RECENTLY][:PER_CENTRE]
        closing.update(ready)
        planning.update([number for _, number in found if number not in ready][:PER_CENTRE])
    return closing, planning


def _since_met(case: CaseThen, now: dt.datetime) -> dt.timedelta:
    """How long ago the family was met, if it was at the last visit before the days that a closing takes."""
    before = [visit for visit in case.visits if visit.planned_at < now - BEFORE_CLOSING]
    last = before[-1] if before else None
    return (
        now - last.planned_at
        if last is not None and last.met and last.place != "phone"
        else now - case.opened_at
    )
