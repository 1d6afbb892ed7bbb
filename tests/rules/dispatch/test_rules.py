"""Dispatch as pure decisions: reasons, terms, disputes, leads, bands."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.policy import standard
from anwang.services.dispatch.process import DISPATCH, DISPUTE, DispatchState
from anwang.services.dispatch.rules import (
    CLOCK_SKEW,
    WHOM_MAX,
    Band,
    ContactGiven,
    ContactHow,
    NotOpenedReason,
    ReturnReason,
    answer_due_at,
    band,
    contact_problems,
    is_second_press,
    makes_dispute,
    not_open_problems,
    not_opened_reasons,
    possible_leads,
    return_problems,
    return_reasons,
    returns_in_a_row,
    text_problem,
)
from anwang.services.intake.process import REPORT, ReportState
from anwang.services.intake.vocabulary import Urgency

POLICY, ON = standard(), dt.date(2026, 4, 25)
NOW = dt.datetime(2026, 4, 25, 14, tzinfo=dt.UTC)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
D = DispatchState


def test_every_reason_has_a_label_and_is_in_policy() -> None:
    assert set(return_reasons(policy=POLICY, on=ON)) == set(ReturnReason)
    assert set(not_opened_reasons(policy=POLICY, on=ON)) == set(NotOpenedReason)
    assert all(each.label for each in (*ReturnReason, *NotOpenedReason, *Band))
    assert all(state.label for process in (DISPATCH, DISPUTE, REPORT) for state in process.states)


def test_a_return_says_why() -> None:
    assert set(return_problems("", "短", policy=POLICY, on=ON)) == {"reason", "text"}
    assert return_problems("other", "應由教育處處理", policy=POLICY, on=ON) == {}
    assert "300 個字以內" in return_problems("other", "字" * 301, policy=POLICY, on=ON)["text"]
    assert text_problem("字" * 501) == "理由請在 500 個字以內（現在 501 個字）。"


def test_nobody_is_sent_away_with_nothing() -> None:
    def problems(
        reason: str = "supported", text: str = "祖母已同住照顧", has_unit: bool = False, place: str = ""
    ) -> set[str]:
        return set(not_open_problems(reason, text, has_unit=has_unit, place=place, policy=POLICY, on=ON))

    assert problems() == {"referred_to"}
    assert problems(has_unit=True) == set()
    assert problems(place="國小輔導室") == set()
    assert problems(place="字" * 201, has_unit=True) == {"referred_to"}
    assert problems(reason="nothing", text="短") == {"reason", "text", "referred_to"}


def test_a_unit_answers_by_urgency_and_never_after_the_24_hours_while_they_run() -> None:
    due = [answer_due_at(NOW, urgency, NOW + 20 * HOUR, policy=POLICY) for urgency in Urgency]
    assert due == [NOW + HOUR, NOW + 4 * HOUR, NOW + 8 * HOUR]
    assert answer_due_at(NOW, Urgency.ORDINARY, NOW + 2 * HOUR, policy=POLICY) == NOW + 2 * HOUR
    assert answer_due_at(NOW, Urgency.ORDINARY, NOW - HOUR, policy=POLICY) == NOW + 8 * HOUR


@pytest.mark.parametrize(
    ("states", "since", "count"),
    [
        ([], 0, 0),
        ([D.RETURNED], 0, 1),
        ([D.RETURNED, D.CALLED_BACK, D.RETURNED], 0, 2),
        ([D.RETURNED, D.ACCEPTED], 0, 0),
        ([D.RETURNED, D.ACCEPTED, D.RETURNED, D.SENT], 0, 1),
        ([D.RETURNED, D.RETURNED], 2, 0),
        ([D.RETURNED, D.RETURNED, D.RETURNED], 2, 1),
    ],
)
def test_returns_in_a_row(states: list[DispatchState], since: int, count: int) -> None:
    assert returns_in_a_row(states, since) == count


def test_the_second_return_is_a_dispute() -> None:
    assert [makes_dispute(before, policy=POLICY, on=ON) for before in (0, 1, 2)] == [False, True, True]


def test_who_may_name_which_lead() -> None:
    takers = [1, 2, 3, 9]
    assert possible_leads(1, 9, 1, 2, takers) == (1, 2)
    assert possible_leads(9, 9, 1, 2, takers) == (1, 2, 3)
    assert possible_leads(3, 9, 1, 2, takers) == ()
    assert possible_leads(1, 9, 1, 1, takers) == (1,)


def test_a_second_press_is_of_the_same_person_a_moment_ago() -> None:
    assert is_second_press(1, 1, NOW, NOW + MINUTE)
    assert not is_second_press(1, 2, NOW, NOW)
    assert not is_second_press(None, None, NOW, NOW)
    assert not is_second_press(1, 1, None, NOW)
    assert not is_second_press(1, 1, NOW, NOW + 3 * MINUTE)
    assert not is_second_press(1, 1, NOW + MINUTE, NOW)


def test_bands() -> None:
    ordinary = [
        (-1, Band.OVERDUE),
        (0, Band.HOUR),
        (60, Band.HOUR),
        (61, Band.SHIFT),
        (480, Band.SHIFT),
        (481, Band.LATER),
    ]
    for minutes, expected in ordinary:
        assert band(Urgency.PRIORITY, NOW + minutes * MINUTE, NOW) is expected
    assert band(Urgency.IMMEDIATE, NOW - HOUR, NOW) is Band.DANGER


@given(minutes=st.integers(0, 11 * 366 * 24 * 60), wait=st.integers(0, 48 * 60))
def test_the_answer_falls_within_the_clock_across_midnights_and_month_ends(minutes: int, wait: int) -> None:
    from anwang.services.intake.rules import handle_due_at

    at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + minutes * MINUTE
    due = handle_due_at(at, at, policy=POLICY)
    assert due - at == 24 * HOUR
    now = at + wait * MINUTE
    for urgency in Urgency:
        answer = answer_due_at(now, urgency, due, policy=POLICY)
        assert answer > now
        assert answer <= due or due <= now


def test_the_processes_hold_together() -> None:
    assert DISPATCH.final == (D.ACCEPTED, D.RETURNED, D.CALLED_BACK)
    assert REPORT.final == ()
    assert {each.target for each in REPORT.transitions} == set(ReportState) - {ReportState.RECEIVED}


def test_every_way_of_a_contact_has_a_label() -> None:
    assert all(each.label for each in ContactHow)


RECEIVED = NOW - 3 * HOUR


@given(
    minutes=st.integers(-600, 600),
    how=st.sampled_from([None, *ContactHow]),
    reached=st.sampled_from([None, True, False]),
    text=st.sampled_from(["", "好", "案母接電話，孩子在家。"]),
    whom=st.sampled_from(["", "案母", "人" * (WHOM_MAX + 1)]),
)
def test_a_contact_lies_between_the_report_and_now_and_says_what_came_of_it(
    minutes: int, how: ContactHow | None, reached: bool | None, text: str, whom: str
) -> None:
    at = NOW + minutes * MINUTE
    found = contact_problems(ContactGiven(how, at, reached, text, whom), received_at=RECEIVED, now=NOW)
    assert ("how" in found) is (how is None)
    assert ("reached" in found) is (reached is None)
    assert ("at" in found) is not (RECEIVED <= at <= NOW + CLOCK_SKEW)
    assert ("text" in found) is (len(text) < 5)
    assert ("with_whom" in found) is (len(whom) > WHOM_MAX)


def test_a_contact_without_a_time_is_asked_for_it() -> None:
    given_so = ContactGiven(ContactHow.HOME, None, True, "到家裡見到孩子。")
    assert set(contact_problems(given_so, received_at=RECEIVED, now=NOW)) == {"at"}
    # What is typed has no seconds: the minute in which the report came is not before it.
    late = RECEIVED.replace(second=40)
    just = ContactGiven(ContactHow.PHONE, RECEIVED, True, "通報人轉接給案母。")
    assert contact_problems(just, received_at=late, now=NOW) == {}
