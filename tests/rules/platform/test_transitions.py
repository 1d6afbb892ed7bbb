"""A process as a table: what may be done, what is said when it may not, and what the handbook draws."""

from __future__ import annotations

from enum import StrEnum

import pytest

from anwang.platform.transitions import NotPossible, Process, Transition


class State(StrEnum):
    SENT = "sent"
    TAKEN = "taken"
    RETURNED = "returned"
    DONE = "done"

    @property
    def label(self) -> str:
        return {"sent": "待收案", "taken": "已收案", "returned": "已退派", "done": "已結束"}[self.value]


TAKE = Transition("take", "收案", (State.SENT,), State.TAKEN, "社工")
RETURN = Transition("return", "退派", (State.SENT, State.TAKEN), State.RETURNED, "社工", needs_reason=True)
AGAIN = Transition("send", "改派", (State.RETURNED,), State.SENT, "派案人員")
FINISH = Transition("finish", "結束", (State.TAKEN,), State.DONE, "督導")
DISPATCH = Process("dispatch", "這件派案", State.SENT, tuple(State), (TAKE, RETURN, AGAIN, FINISH))


def test_a_deed_leads_from_state_to_state() -> None:
    assert DISPATCH.after(State.SENT, "take") is State.TAKEN
    assert DISPATCH.after(State.TAKEN, "return") is State.RETURNED
    assert DISPATCH.after(State.RETURNED, "send") is State.SENT
    assert DISPATCH.allows(State.SENT, "take")
    assert not DISPATCH.allows(State.DONE, "take")


def test_what_the_state_does_not_allow_is_said_with_what_it_does() -> None:
    with pytest.raises(NotPossible) as told:
        DISPATCH.after(State.TAKEN, "take")
    assert (
        str(told.value) == "這件派案目前是「已收案」，不能「收案」；可能別人剛處理過。目前可以：退派、結束。"
    )
    with pytest.raises(NotPossible, match="這個狀態不能再變更。"):
        DISPATCH.after(State.DONE, "take")


def test_an_unknown_deed_is_a_mistake_of_the_program_and_not_of_the_user() -> None:
    with pytest.raises(ValueError, match="no deed 'burn'"):
        DISPATCH.after(State.SENT, "burn")


def test_deeds_stand_in_the_order_of_the_table_and_the_end_has_none() -> None:
    assert DISPATCH.deeds_from(State.SENT) == (TAKE, RETURN)
    assert DISPATCH.deeds_from(State.TAKEN) == (RETURN, FINISH)
    assert DISPATCH.final == (State.DONE,)


def test_a_deed_that_leaves_a_state_twice_is_refused() -> None:
    twice = Transition("take", "收案", (State.SENT,), State.DONE, "社工")
    with pytest.raises(ValueError, match="take leaves sent twice"):
        Process("dispatch", "派案", State.SENT, tuple(State), (TAKE, twice))


def test_the_diagram_shows_every_state_and_every_deed() -> None:
    assert DISPATCH.diagram().splitlines() == [
        "stateDiagram-v2",
        '    state "待收案" as sent',
        '    state "已收案" as taken',
        '    state "已退派" as returned',
        '    state "已結束" as done',
        "    [*] --> sent",
        "    sent --> taken : 收案（社工）",
        "    sent --> returned : 退派（社工）",
        "    taken --> returned : 退派（社工）",
        "    returned --> sent : 改派（派案人員）",
        "    taken --> done : 結束（督導）",
        "    done --> [*]",
    ]


def test_the_table_says_who_may_and_whether_a_reason_is_needed() -> None:
    lines = DISPATCH.table().splitlines()
    assert lines[2] == "| 待收案 | 收案 | 社工 | 已收案 |  |"
    assert lines[3] == "| 待收案 | 退派 | 社工 | 已退派 | 是 |"
    assert len(lines) == 2 + 5
