"""The past of the demo county: the same for a seed, in order, and with true causes behind what comes again."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache

from anwang.simulate.county import make_county
from anwang.simulate.past.happened import Past
from anwang.simulate.past.kind_table import KINDS
from anwang.simulate.past.living import live_the_past

FIRST, UNTIL = dt.date(2021, 7, 1), dt.date(2026, 7, 1)


@cache
def past(households: int = 4000, seed: int = 7) -> Past:
    import random

    county = make_county(seed, households)
    return live_the_past(random.Random(f"{seed}:past"), county.population, first=FIRST, until=UNTIL)


def test_a_seed_gives_the_same_past():
    assert past.__wrapped__(300, 3) == past.__wrapped__(300, 3)
    assert past.__wrapped__(300, 3) != past.__wrapped__(300, 4)


def test_reports_are_in_order_and_handled_nearly_always_in_24_hours():
    reports = past().reports
    assert [each.received_at for each in reports] == sorted(each.received_at for each in reports)
    late = sum(each.handled_at - each.received_at > dt.timedelta(hours=24) for each in reports)
    assert 0 <= late <= len(reports) * 0.004
    assert all(FIRST <= each.received_at.date() < UNTIL for each in reports)
    for each in reports:
        moments = [moment for one in each.dispatches for moment in (one.sent_after, one.answered_after)]
        assert moments == sorted(moments)
        assert bool(each.dispatches) is (each.not_opened is None)
        assert all((one.returned_for is None) is (one is each.dispatches[-1]) for one in each.dispatches)
        if each.dispatches:
            assert each.received_at + moments[-1] == each.handled_at
        if each.investigation is not None:
            assert each.handled_at < each.investigation.contact_at < each.investigation.concluded_at
            assert each.investigation.substantiated is each.opened


def test_every_kind_happens_and_the_opening_rates_are_near_those_of_003():
    seen = Counter(each.programme for each in past().reports) + Counter(
        each.programme for each in past().cases
    )
    assert set(seen) == {kind.programme for kind in KINDS}
    assert min(seen.values()) >= 5
    child = [each for each in past().reports if each.programme == "child_protection"]
    opened = sum(each.opened for each in child) / len(child)
    assert 0.22 < opened < 0.45


def test_cases_are_visited_reviewed_and_closed():
    numbers = {each.number: each for each in past().cases}
    assert len(numbers) == len(past().cases)
    for case in past().cases:
        moments = [visit.planned_at for visit in case.visits]
        assert moments == sorted(moments)
        assert all(moment > case.opened_at for moment in moments)
        if case.closed_at is not None:
            assert case.closed_at > case.opened_at
            assert all(moment < case.closed_at for moment in moments)
        assert case.client == case.members[0]
        assert {goal.reached for goal in case.goals} <= {0, 1, 2}
    for report in past().reports:
        if report.case is not None:
            assert numbers[report.case].household == report.household
            assert numbers[report.case].programme == report.programme
        if report.again_of is not None:
            assert report.again_of < report.number


def _again_share(goals_met: bool) -> tuple[int, int]:
    """Of closed protective cases: how many households were reported again for it within a year."""
    again = closed = 0
    programmes = {"child_protection", "adult_protection", "vulnerable_family"}
    for case in past().cases:
        if case.closed_at is None or case.programme not in programmes or case.goals_met is not goals_met:
            continue
        if case.closed_at.date() > UNTIL - dt.timedelta(days=365):
            continue
        closed += 1
        again += any(
            each.household == case.household
            and each.programme == case.programme
            and dt.timedelta(0) < each.received_at - case.closed_at <= dt.timedelta(days=365)
            for each in past().reports
        )
    return again, closed


def test_goals_unmet_are_a_cause_of_another_report():
    met, met_of = _again_share(True)
    unmet, unmet_of = _again_share(False)
    assert min(met_of, unmet_of) > 60
    assert unmet / unmet_of > 1.3 * met / met_of
