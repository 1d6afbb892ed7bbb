from __future__ import annotations

import datetime as dt

import pytest

from anwang.network.cocases.facts import ListCode
from anwang.network.cocases.returning import (
    ReturnOutcome,
    ReturnReason,
    answer_due_on,
    copy_state,
    may_take,
    return_problems,
    return_reasons,
    text_problem,
)
from anwang.policy import standard
from anwang.standard.codes import AgencyCode as A

POLICY = standard()
ON = dt.date(2026, 4, 20)
AGAIN, ELSEWHERE, CLOSED = ReturnOutcome


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([], "stands"),
        ([None], "returned"),
        ([AGAIN], "sent_again"),
        ([AGAIN, None], "returned"),
        ([ELSEWHERE], "sent_elsewhere"),
        ([AGAIN, CLOSED], "closed"),
    ],
)
def test_where_a_copy_stands(outcomes: list[ReturnOutcome | None], state: str) -> None:
    found = copy_state(outcomes)
    assert (found, bool(found.label)) == (state, state != "stands")


def test_reasons_are_policy_and_other_wants_words() -> None:
    assert return_reasons(policy=POLICY, on=ON) == tuple(ReturnReason)
    assert all(reason.label for reason in ReturnReason)
    assert [outcome.label for outcome in ReturnOutcome] == ["再送原單位", "改送其他單位", "結案不再送"]
    assert return_problems("not_ours", "", policy=POLICY, on=ON) == {}
    assert set(return_problems("", "", policy=POLICY, on=ON)) == {"reason"}
    assert set(return_problems("other", "不要", policy=POLICY, on=ON)) == {"text"}
    assert set(return_problems("not_ours", "字" * 201, policy=POLICY, on=ON)) == {"text"}
    assert return_problems("other", "個案已入監服刑", policy=POLICY, on=ON) == {}


def test_a_reason_has_words() -> None:
    assert "至少 5 個字（現在 2 個字）" in text_problem(" 不 要 ")
    assert "200 個字以內" in text_problem("字" * 201)
    assert text_problem("已電話查證") == ""


def test_a_missing_child_is_answered_sooner() -> None:
    assert answer_due_on(ListCode.COCASE, ON, policy=POLICY) == dt.date(2026, 4, 23)
    assert answer_due_on(ListCode.MISSING_CHILD, ON, policy=POLICY) == dt.date(2026, 4, 21)


@pytest.mark.parametrize(
    ("list_code", "agency", "is_centre", "may"),
    [
        (ListCode.XINGFU, A.SOCIAL, True, True),
        (ListCode.XINGFU, A.SOCIAL, False, False),
        (ListCode.XINGFU, A.LABOUR, False, True),
        (ListCode.XINGFU, A.POLICE, False, False),
        (ListCode.COCASE, A.SOCIAL, True, True),
        (ListCode.COCASE, A.POLICE, False, False),
    ],
)
def test_who_may_take_what_another_gave_back(
    list_code: ListCode, agency: A, is_centre: bool, may: bool
) -> None:
    assert may_take(list_code, agency, is_centre, policy=POLICY, on=ON) is may
