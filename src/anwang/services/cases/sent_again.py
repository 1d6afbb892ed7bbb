"""A form that comes a second time under its key: the same is the same record, other content is told and not dropped.

Typical is a phone at a door: the first answer is lost on the way, a sentence is added, and the form is sent again.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import Model

from anwang.platform.due_rules import TAIPEI
from anwang.standard.dates import roc_short

from .frame import NotAccepted

M = TypeVar("M", bound=Model)


class RecordedBefore(NotAccepted):
    """The form was recorded under its key, and says something else now. Nothing was kept; `row` is the record as it
    stands, which a correction with what was typed now would take the place of (None: it cannot be corrected here)."""

    def __init__(self, text: str, row: int | None = None) -> None:
        super().__init__({"": text})
        self.row = row


def recorded_before(
    what: str, there: Model, at: dt.datetime, by_name: str, *, further: str = ""
) -> RecordedBefore:
    """`what` was recorded as `there` at `at`. `further`: what a correction leaves as it is (zh-TW)."""
    when = at.astimezone(TAIPEI)
    who = f"由{by_name}" if by_name else ""
    return RecordedBefore(
        f"{what}在 {roc_short(when.date())} {when:%H:%M} 已經{who}記錄過，內容和這次寫的不同，這次寫的還沒有存。"
        f"看過下面的內容，按「更正」就存成新的一筆，原來的一筆會留著。{further}",
        newest(there).pk,
    )


def newest(row: M) -> M:
    """The record that stands in the place of `row` by now."""
    found = row
    while (later := type(row)._default_manager.filter(replaces=found.pk).first()) is not None:
        found = later
    return found
