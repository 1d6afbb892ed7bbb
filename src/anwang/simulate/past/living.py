"""The process behind the past: households under strain are reported; what is done about it changes what follows.

Month by month, a household's reports of a kind come at the kind's rate times its strain, and
- an earlier report makes another more likely, and less so as months pass (a household that was reported is watched);
- an open case with visits that were met makes it less likely, one with visits that were not met does not;
- after a closure with goals unmet, another report comes more often than after one with goals met.

So a re-report (再通報) is not drawn by chance alone: the work done, the goals and the history are its true causes, and
later parts (indicators, warning) have something true to find.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ..population import Household, Person, Population
from .happened import CaseThen, Past, ReportThen
from .kind_table import KINDS
from .kinds import Home, Kind
from .reporting import URGENT, report_of
from .serving import case_of

TAIPEI = ZoneInfo("Asia/Taipei")
AFTER_REPORT = 1.6  # how much a report of this month adds to the rate of the next
COOLS = 0.8  # what is left of that a month later
GOOD_WORK, BAD_WORK = 0.35, 1.15  # what an open case does to the rate
GOALS_MET, GOALS_UNMET = 0.8, 2.2  # what a closure of the last twelve months does
MOST_YEARLY = 0.9
LAST_WEEKS = dt.timedelta(days=10)


@dataclass(slots=True)
class _State:
    """A household as it goes: how hard its life is, how hot its history, its open and its last closed case by kind."""

    strain: float
    eligible: tuple[Kind, ...] = ()
    heat: dict[str, tuple[dt.date, float]] = field(default_factory=dict)
    open: dict[str, CaseThen] = field(default_factory=dict)
    closed: dict[str, CaseThen] = field(default_factory=dict)
    last_report: dict[str, int] = field(default_factory=dict)


def live_the_past(rng: random.Random, county: Population, *, first: dt.date, until: dt.date) -> Past:
    """Reports and cases of every household from `first` to the day before `until`, in order of time.

    The people are those of today as they were then: whoever was not born is not at home yet.
    """
    reports: list[ReportThen] = []
    cases: list[CaseThen] = []
    homes = [home for home in county.households.values() if home.members and home.kind != "institution"]
    states = {home.number: _State(math.exp(rng.gauss(0, 0.6))) for home in homes}
    month = first.replace(day=1)
    while month < until:
        after = (month + dt.timedelta(days=32)).replace(day=1)
        for home in homes:
            _month(rng, county, home, states[home.number], month, min(after, until), reports, cases, until)
        month = after
    order = sorted(reports, key=lambda each: (each.received_at, each.number))
    return Past(tuple(order), tuple(sorted(cases, key=lambda each: (each.opened_at, each.number))))


def _month(
    rng: random.Random,
    county: Population,
    home: Household,
    state: _State,
    month: dt.date,
    after: dt.date,
    reports: list[ReportThen],
    cases: list[CaseThen],
    until: dt.date,
) -> None:
    for programme, case in list(state.open.items()):
        if case.closed_at is not None and case.closed_at.date() < month:
            state.closed[programme] = state.open.pop(programme)
    if month.month in (1, 7) or not state.eligible:  # who is eligible changes slowly: looked at twice a year
        people = _people(county, home, month)
        seen = Home(tuple(each.age(month) for each in people), home.needy, home.indigenous)
        state.eligible = tuple(kind for kind in KINDS if people and kind.eligible(seen))
    for kind in state.eligible:
        if rng.random() >= _rate(kind, home.needy, state, month):
            continue
        if kind.since is not None and month < kind.since:
            continue
        people = _people(county, home, month)
        at = _moment(rng, month, after)
        subject = _subject(rng, kind, people, at.date())
        if subject is None:
            continue
        if kind.by_report:
            _report(rng, kind, home, people, subject, at, state, reports, cases, until)
        elif kind.programme not in state.open:
            made = case_of(rng, kind, home, people, subject, at, len(cases) + 1, None, state.strain, until)
            cases.append(made)
            state.open[kind.programme] = made


def _people(county: Population, home: Household, month: dt.date) -> list[Person]:
    return [each for each in county.members(home) if each.birth < month]


def _heat(state: _State, programme: str, month: dt.date) -> float:
    """What is left this month of the reports of the months before."""
    if programme not in state.heat:
        return 0.0
    then, value = state.heat[programme]
    return value * math.pow(COOLS, (month.year - then.year) * 12 + month.month - then.month)


def _rate(kind: Kind, is_needy: bool, state: _State, month: dt.date) -> float:
    """The chance of one in this month."""
    yearly = kind.yearly * (kind.needy if is_needy else 1.0) * state.strain
    factor = 1.0 + AFTER_REPORT * _heat(state, kind.programme, month)
    case, closed = state.open.get(kind.programme), state.closed.get(kind.programme)
    if case is not None:
        factor *= GOOD_WORK if case.work >= 0.75 else BAD_WORK
    elif closed is not None and _days_since(closed, month) <= 365:
        factor *= GOALS_MET if closed.goals_met else GOALS_UNMET
    return min(MOST_YEARLY, yearly * factor) / 12


def _days_since(closed: CaseThen, day: dt.date) -> int:
    assert closed.closed_at is not None
    return (day - closed.closed_at.date()).days


def _report(
    rng: random.Random,
    kind: Kind,
    home: Household,
    people: Sequence[Person],
    subject: Person,
    at: dt.datetime,
    state: _State,
    reports: list[ReportThen],
    cases: list[CaseThen],
    until: dt.date,
) -> None:
    case = state.open.get(kind.programme)
    # A case whose last weeks have come takes no further report in: what comes then is looked at anew.
    has_case = (
        case is not None
        and case.opened_at < at
        and (case.closed_at is None or case.closed_at - at > LAST_WEEKS)
    )
    opens = case is None and rng.random() < min(0.97, kind.opens * (0.8 + 0.2 * state.strain))
    number = len(reports) + 1
    case_number = len(cases) + 1 if opens else (case.number if case is not None and has_case else None)
    made = report_of(
        rng,
        kind,
        home,
        people,
        subject,
        at,
        number=number,
        opened=opens or has_case,
        case=case_number,
        again_of=state.last_report.get(kind.programme),
        strain=state.strain,
    )
    reports.append(made)
    month = at.date().replace(day=1)
    state.heat[kind.programme] = (month, _heat(state, kind.programme, month) + 1.0)
    state.last_report[kind.programme] = number
    if opens:
        is_urgent = bool(URGENT & set(made.dangers))
        case = case_of(
            rng, kind, home, people, subject, _begins(rng, made), len(cases) + 1, number,
            state.strain * (1.3 if is_urgent else 1.0), until,
        )  # fmt: skip
        cases.append(case)
        state.open[kind.programme] = case


def _begins(rng: random.Random, report: ReportThen) -> dt.datetime:
    """When the case of a report is opened: after its conclusion, else within a day or two of the acceptance."""
    after = report.investigation.concluded_at if report.investigation else report.handled_at
    assert after is not None
    return after + dt.timedelta(minutes=rng.choice((20, 45, 90, 240, 1200)))


def _subject(rng: random.Random, kind: Kind, people: Sequence[Person], on: dt.date) -> Person | None:
    fitting = [each for each in people if each.birth <= on and kind.subject(each.age(on))]
    return rng.choice(fitting) if fitting else None


def _moment(rng: random.Random, month: dt.date, after: dt.date) -> dt.datetime:
    """A moment of the month: most reports come in office hours, some in the evening, few at night."""
    day = month + dt.timedelta(days=rng.randrange(max(1, (after - month).days)))
    hour = rng.choices(
        (rng.randint(8, 17), rng.randint(18, 22), rng.choice((23, 0, 1, 2, 3, 4, 5, 6, 7))), (7, 2, 1)
    )[0]
    return dt.datetime(day.year, day.month, day.day, hour, rng.randrange(60), tzinfo=TAIPEI)
