"""One thing that happened in a case, in words: what the timeline is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from anwang.standard.dates import roc_date


class EntryKind(StrEnum):
    REPORT = "report"
    VISIT = "visit"
    CONTACT = "contact"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    FORM = "form"
    TRANSFER = "transfer"
    DECISION = "decision"
    PEOPLE = "people"

    @property
    def label(self) -> str:
        return {
            EntryKind.REPORT: "通報",
            EntryKind.VISIT: "訪視",
            EntryKind.CONTACT: "聯繫",
            EntryKind.ASSESSMENT: "評估",
            EntryKind.PLAN: "計畫",
            EntryKind.FORM: "表單",
            EntryKind.TRANSFER: "移轉",
            EntryKind.DECISION: "開案、結案與決定",
            EntryKind.PEOPLE: "家人與協辦",
        }[self]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `facts` are label and value; `basis` (rule, reason, citation) where a rule or a person
    decided; `corrected` says why a later row took the place of this one, `corrects` why this row came. `step` counts on
    within a process: of two entries of one moment the further step came later."""

    at: dt.datetime
    kind: EntryKind
    title: str
    who: str = ""
    text: str = ""
    facts: Sequence[tuple[str, str]] = ()
    tone: str = ""
    basis: tuple[str, str, str] | None = None
    row: int = 0
    record: str = ""
    corrected: str = ""
    corrects: str = ""
    when: str = ""
    step: int = 0


Made = Iterator[Entry]
Own = dict[str, Any]
"""Further conditions on the rows, such as the unit that wrote them."""


def roc(day: dt.date | None) -> str:
    return roc_date(day) if day else ""
