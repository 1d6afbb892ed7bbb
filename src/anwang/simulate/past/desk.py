"""The desk as it is at this moment: reports of the last day in every band of the queue and in every state."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from anwang.services.dispatch.rules import ReturnReason
from anwang.standard.report_answers import Danger

from ..population import Household, Person, Population
from .happened import DispatchThen, ReportThen
from .kind_table import KINDS
from .kinds import Home, Kind
from .reporting import report_of

R = ReturnReason


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A report that is wanted now: how many hours ago it came, when it was screened, and its dispatches (hours after it
    came: sent, answered or None, why returned). Given dangers take the place of the drawn ones. `again`: of a family that
    was reported or served before."""

    programme: str
    hours_ago: float
    screened: float | None = None
    dispatches: tuple[tuple[float, float | None, R | None], ...] = ()
    dangers: tuple[Danger, ...] = (Danger.NONE,)
    again: bool = False


# In the order of the queue: danger, past its 24 hours, the last hour, the last shift, the rest; then what others hold.
_DESK = (
    _Wanted("adult_protection", 0.4, dangers=(Danger.WEAPON, Danger.ALLEGED_PRESENT)),
    _Wanted("child_protection", 1.2, dangers=(Danger.SERIOUS_INJURY,), again=True),
    _Wanted("vulnerable_family", 24.6, 20.0, again=True),
    _Wanted("school_dropout", 23.4),
    _Wanted("early_intervention", 18.5, 9.0),
    _Wanted("vulnerable_family", 17.0, 3.0, ((4.0, 9.5, R.NOT_OUR_AREA),), again=True),
    _Wanted("elder_living_alone", 10.0),
    _Wanted("adult_protection", 6.5, 1.0, dangers=(Danger.INTOXICATED,), again=True),
    _Wanted("vulnerable_family", 4.0, again=True),
    _Wanted("mental_illness_care", 2.5),
    _Wanted("vulnerable_family", 15.0, 1.0, ((2.0, 5.0, R.NOT_OUR_AREA), (6.0, 12.5, R.NOT_OUR_POPULATION))),
    _Wanted("vulnerable_family", 7.0, 1.0, ((2.0, None, None),)),
    _Wanted("child_protection", 3.0, 0.5, ((1.0, None, None),), (Danger.ALLEGED_PRESENT,)),
    _Wanted("suicide_prevention", 9.0, 0.5, ((1.0, None, None),), (Danger.SELF_HARM,), again=True),
    _Wanted("child_outreach", 12.0, 2.0, ((3.0, None, None),)),
    _Wanted("elder_living_alone", 5.0, 1.0, ((2.0, None, None),), again=True),
)


def desk_now(
    rng: random.Random, county: Population, *, known: Collection[int], now: dt.datetime, first_number: int
) -> list[ReportThen]:
    """Reports that wait at this moment, numbered from `first_number`. `now` in local time; `known`: households that were
    reported or served before."""
    minute = now.replace(second=0, microsecond=0)
    homes = [home for home in county.households.values() if home.members and home.kind != "institution"]
    sides = {
        True: [h for h in homes if h.number in known],
        False: [h for h in homes if h.number not in known],
    }
    found: list[ReportThen] = []
    used: set[int] = set()
    for wanted in _DESK:
        kind = next(each for each in KINDS if each.programme == wanted.programme)
        at = minute - dt.timedelta(minutes=round(wanted.hours_ago * 60))
        picked = next(_fitting(rng, county, sides[wanted.again], kind, at.date(), used), None)
        if picked is None:
            continue
        home, people, subject = picked
        used.add(home.number)
        made = report_of(
            rng, kind, home, people, subject, at,
            number=first_number + len(found), opened=True, case=None, again_of=None, strain=1.0,
        )  # fmt: skip
        found.append(_as_wanted(made, wanted))
    return found


def _fitting(
    rng: random.Random, county: Population, homes: list[Household], kind: Kind, day: dt.date, used: set[int]
) -> Iterator[tuple[Household, list[Person], Person]]:
    for home in rng.sample(homes, len(homes)):
        people = county.members(home)
        subjects = [each for each in people if each.birth <= day and kind.subject(each.age(day))]
        ages = tuple(each.age(day) for each in people)
        if home.number not in used and subjects and kind.eligible(Home(ages, home.needy, home.indigenous)):
            yield home, people, rng.choice(subjects)


def _as_wanted(made: ReportThen, wanted: _Wanted) -> ReportThen:
    def hours(count: float) -> dt.timedelta:
        return dt.timedelta(minutes=round(count * 60))

    return replace(
        made,
        dangers=wanted.dangers,
        screened_after=hours(wanted.screened) if wanted.screened is not None else None,
        dispatches=tuple(
            DispatchThen(hours(sent), hours(answered) if answered is not None else None, reason)
            for sent, answered, reason in wanted.dispatches
        ),
        investigation=None,
        not_opened=None,
        handled_at=None,
        case=None,
    )
