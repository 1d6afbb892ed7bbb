"""What happened becomes deeds: the same for a seed, in the order of time, nothing of the future, a desk in every state."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from zoneinfo import ZoneInfo

from anwang.services.dispatch.rules import Band, band
from anwang.services.intake.vocabulary import Urgency
from anwang.services.programs.loading import shipped
from anwang.simulate.county import make_county
from anwang.simulate.past import deeds
from anwang.simulate.past.telling import History, tell_history

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = dt.datetime(2026, 4, 20, 10, 7, tzinfo=TAIPEI)
FIRST = dt.date(2024, 3, 1)


@cache
def told(seed: int = 5, now: dt.datetime = NOW) -> History:
    return tell_history(seed, make_county(115, 600).population, shipped().on, first=FIRST, now=now)


def test_a_seed_and_a_moment_give_the_same_deeds():
    assert told() == told.__wrapped__()
    assert told().deeds != told(6).deeds


def test_deeds_are_in_order_and_none_is_of_the_future():
    moments = [deed.at for deed in told().deeds]
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    assert all(moment.tzinfo is not None for moment in moments)


def test_what_was_done_until_a_moment_does_not_depend_on_what_came_after():
    later = NOW + dt.timedelta(hours=3)
    waits = set(told().at_desk) | set(told(5, later).at_desk)

    def of_the_past(history: History) -> list[deeds.Deed]:
        # What a supervisor finds waiting, and the desk, are of the moment itself.
        return [
            deed
            for deed in history.deeds
            if isinstance(deed, deeds.OfReport)
            and deed.report not in waits
            and deed.at < NOW - dt.timedelta(days=2)
        ]

    assert of_the_past(told()) == of_the_past(told(5, later))


def test_the_desk_has_reports_in_every_band_and_state():
    history = told()
    received = {d.report: d.form.received_at for d in history.deeds if isinstance(d, deeds.Submitted)}
    done: dict[int, list[deeds.Deed]] = {number: [] for number in history.at_desk}
    for deed in history.deeds:
        if isinstance(deed, deeds.OfReport) and deed.report in done:
            done[deed.report].append(deed)
    bands = {
        band(Urgency.ORDINARY, received[number] + dt.timedelta(hours=24), NOW)
        for number, its in done.items()
        if not any(isinstance(deed, deeds.Sent) for deed in its)
    }
    assert bands == {Band.OVERDUE, Band.HOUR, Band.SHIFT, Band.LATER}
    states = Counter(
        type([deed for deed in its if not isinstance(deed, deeds.Noticed | deeds.ReportSeen)][-1])
        for its in done.values()
    )
    assert set(states) == {deeds.Submitted, deeds.Screened, deeds.Sent, deeds.Returned}
    returns = [sum(isinstance(deed, deeds.Returned) for deed in its) for its in done.values()]
    assert {1, 2} <= set(returns)


def test_supervisors_find_plans_and_closings_that_wait():
    planned: Counter[int] = Counter()
    asked: set[int] = set()
    for deed in told().deeds:
        match deed:
            case deeds.PlanSubmitted():
                planned[deed.case] += 1
            case deeds.PlanAnswered():
                planned[deed.case] -= 1
            case deeds.ClosingAsked():
                asked.add(deed.case)
            case deeds.ClosingGranted():
                asked.discard(deed.case)
    assert set(planned.values()) <= {0, 1}
    assert sum(planned.values()) >= 4
    assert len(asked) >= 4


def test_nobody_is_named_in_what_is_written():
    """Stories, visits and plans speak of people without their names; the persons' own lines hold them."""
    county = make_county(115, 600).population
    names = {person.name for person in county.persons.values() if len(person.name) > 2}
    texts = set()
    for deed in told().deeds:
        match deed:
            case deeds.Submitted():
                texts.add(deed.form.story)
            case deeds.VisitRecorded():
                texts.add(deed.record.text)
            case deeds.ClosingAsked():
                texts.add(deed.summary)
    assert texts
    assert not [text for text in texts for name in names if name in text]
