"""One month's facts to the entries of the four lists: the rules applied to every household. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from anwang.policy import Decision, Policy

from .facts import Household, ListCode, Member
from .high_risk import RULE as HIGH_RISK
from .rules import cocases, economic_suicide_watch, high_risk_child, missing_child, priority_marks


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed household (`person` None) or person, with the decision and the priority marks of the household.

    Not `is_listed`: a small child whose case the records leave open (待查).
    """

    list_code: ListCode
    household: Household
    person: Member | None
    decision: Decision
    priority: tuple[Decision, ...] = ()

    @property
    def is_listed(self) -> bool:
        return self.decision.is_listed


def entries(households: tuple[Household, ...], *, policy: Policy, on: dt.date) -> Iterator[Entry]:
    """Every listed or open entry, household by household. `on` is the day on which ages are counted."""
    for household in households:
        if not household.services:
            continue
        found = [*_of_household(household, policy, on), *_of_persons(household, policy, on)]
        if found:
            marks = tuple(d for d in priority_marks(household, policy=policy, on=on) if d.is_listed)
            for code, person, decision in found:
                yield Entry(code, household, person, decision, marks)


def _of_household(
    household: Household, policy: Policy, on: dt.date
) -> Iterator[tuple[ListCode, Member | None, Decision]]:
    decision = cocases(household, policy=policy, on=on)
    if decision and decision.is_listed:
        yield ListCode.COCASE, None, decision


def _of_persons(
    household: Household, policy: Policy, on: dt.date
) -> Iterator[tuple[ListCode, Member | None, Decision]]:
    for member in household.members:
        for code, decision in (
            (ListCode.XINGFU, economic_suicide_watch(member, household, policy=policy, on=on)),
            (ListCode.HIGH_RISK_CHILD, high_risk_child(member, household, policy=policy, on=on)),
            (ListCode.MISSING_CHILD, missing_child(member, policy=policy, on=on)),
        ):
            if decision and (decision.is_listed or _is_open(decision)):
                yield code, member, decision


def _is_open(decision: Decision) -> bool:
    """A small child who is not listed only because of what the records do not say: no grown kin is certain."""
    return (
        decision.rule == HIGH_RISK
        and not decision.is_listed
        and not decision.certain
        and decision.facts["kin_certain"] == "0"
    )
