"""The Decision: what every rule returns and every page can show behind 「依據」."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .model import Citation


class Outcome(StrEnum):
    """What a rule decided."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"

    @property
    def label(self) -> str:
        return "列入" if self is Outcome.LISTED else "不列入"


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with its reason.

    `rule`: rule id. `subject`: key of the person or household decided on. `certain` is False when something that
    the clause asks for is not in the records and was inferred; `missing` names it, one sentence each (zh-TW).
    `reason` is the full reason, `brief` one that says nothing of health, drugs, suicide or police, for units that
    need no more. `record_keys` are all records behind the decision, `subject_record_keys` the subject's own.
    `marks` are short codes that pages show as tags; `facts` what was weighed, for the stored Decision.
    """

    rule: str
    subject: str
    outcome: Outcome
    reason: str
    brief: str
    citation: Citation
    policy_version: str
    on: dt.date
    certain: bool = True
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    record_keys: tuple[str, ...] = ()
    subject_record_keys: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_listed(self) -> bool:
        return self.outcome is Outcome.LISTED
