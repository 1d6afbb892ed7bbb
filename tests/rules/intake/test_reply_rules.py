"""What must be said of a reply to the reporter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from anwang.services.intake.reply_rules import ReplyGiven, ReplyHow, ReplyOutcome, reply_problems
from tests.flows.intake.typed import NOW

RECEIVED = NOW - dt.timedelta(days=1)
GOOD = ReplyGiven(ReplyOutcome.REPLIED, ReplyHow.PHONE, NOW, "已告知由社工處理中。")


def problems(**changes: object) -> set[str]:
    return set(reply_problems(replace(GOOD, **changes), received_at=RECEIVED, now=NOW))  # type: ignore[arg-type]


def test_a_reply_says_how_when_and_what_in_general() -> None:
    assert problems() == set()
    assert problems(at=RECEIVED) == set()
    nothing = ReplyGiven(None, None, None, "")
    assert set(reply_problems(nothing, received_at=RECEIVED, now=NOW)) == {"outcome", "how", "at", "text"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": NOW + dt.timedelta(minutes=6)}, "at"),
        ({"at": RECEIVED - dt.timedelta(minutes=2)}, "at"),
        ({"text": "好　　 "}, "text"),
        ({"text": "字" * 301}, "text"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, object], field: str) -> None:
    assert problems(**changes) == {field}
