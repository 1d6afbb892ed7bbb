"""The kinds of the past speak the rooms' language: programmes of the catalogue, codes that may be chosen."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.policy import standard
from anwang.services.cases.rules import text_problem
from anwang.services.cases.vocabulary import VisitPlace
from anwang.services.dispatch.rules import not_opened_reasons, return_problems, return_reasons
from anwang.services.programs.codes import ClockKind
from anwang.services.programs.loading import shipped
from anwang.simulate.past import reporting, serving, stories, words
from anwang.simulate.past.kind_table import KINDS
from anwang.simulate.past.kinds import LEFT_OUT
from anwang.standard.report_answers import Danger

ON = dt.date(2026, 1, 5)
CATALOGUE = shipped().on(ON)


def test_every_programme_has_a_kind_or_a_reason_for_having_none():
    drawn = [kind.programme for kind in KINDS]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) | set(LEFT_OUT) == set(CATALOGUE)
    assert not set(drawn) & set(LEFT_OUT)
    assert all(LEFT_OUT.values())


def test_nothing_happens_before_there_is_the_programme():
    first = dt.date(2021, 1, 1)
    for kind in KINDS:
        begins = CATALOGUE[kind.programme].effective_on
        assert begins <= (kind.since or first)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.programme)
def test_visits_are_as_frequent_as_the_programme_asks(kind):
    clocks = [c for c in CATALOGUE[kind.programme].clocks_for(ClockKind.VISIT) if c.repeats]
    for level, every in zip(serving.LEVELS, kind.every, strict=True):
        for clock in clocks[:1]:
            assert every <= clock.term(level).about / dt.timedelta(days=1) + 0.5


def test_the_desk_gives_reasons_that_policy_lets_it_choose():
    policy = standard()
    returned, not_opened = reporting.RETURN_REASONS[0], reporting.NOT_OPENED[0]
    assert set(returned) <= set(return_reasons(policy=policy, on=ON))
    assert set(not_opened) <= set(not_opened_reasons(policy=policy, on=ON))
    for reason in returned:
        assert not return_problems(reason, words.RETURNS[reason], policy=policy, on=ON)
    for reason in not_opened:
        text, _ = words.NOT_OPENED[reason]
        assert not text_problem(text, "依據", 500)


def test_there_are_words_for_all_that_is_drawn():
    assert set(stories._OPENINGS) == {kind.programme for kind in KINDS if kind.by_report}
    assert {danger for kind in KINDS for danger in kind.dangers} <= {each for each in Danger if each.is_sign}
    assert set(words.GOALS) == set(serving.AREAS)
    assert set(serving.PLACES[0]) <= {place.value for place in VisitPlace}
    assert {*serving.PLACES[0], "phone"} == set(words.VISITS)


def test_a_case_can_end_in_every_programme():
    for kind in KINDS:
        reasons = CATALOGUE[kind.programme].closing_reasons
        assert reasons
        levels = [level.id for level in CATALOGUE[kind.programme].risk_levels]
        assert not levels or levels == [*reversed(serving.LEVELS)]
