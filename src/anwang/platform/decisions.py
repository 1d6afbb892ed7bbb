"""Keeping a Decision: what a rule or a person decided, so that every page can answer "why?" (house.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from .context import AccessContext
from .models import Decision


def keep_decision(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str,
    outcome: str,
    reason: str,
    citation: str,
    policy_version: str,
    by: AccessContext,
    now: dt.datetime,
    facts: Mapping[str, Any] | None = None,
    unit_id: int | None = None,
    overrules: Decision | None = None,
) -> Decision:
    """Keep one decision; made by a person when `by` is a member, by the rule alone when it is the system.

    `unit_id` is whose decision it is (row security), the acting unit's when not given. `facts` are codes, counts and
    row numbers. What a person decides against a rule names the rule's decision in `overrules`.
    """
    return Decision.objects.create(
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        rule_id=rule_id,
        policy_version=policy_version,
        facts=dict(facts or {}),
        outcome=outcome,
        reason=reason,
        citation=citation,
        unit_id=unit_id if unit_id is not None else by.unit_id,
        made_by_member_id=by.member_id,
        made_at=now,
        overrules=overrules,
    )
