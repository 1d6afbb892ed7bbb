"""Duties with a time: opening and meeting a Deadline. Every duty of the platform is one (house.md)."""

from __future__ import annotations

import datetime as dt

from .models import Deadline


def open_deadline(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str,
    label: str,
    unit_id: int,
    opened_at: dt.datetime,
    due_at: dt.datetime,
    citation: str = "",
    url: str = "",
) -> None:
    """Open a duty once; a second call for the same subject, rule and unit changes nothing."""
    Deadline.objects.get_or_create(
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        rule_id=rule_id,
        unit_id=unit_id,
        defaults={
            "label": label,
            "opened_at": opened_at,
            "due_at": due_at,
            "citation": citation,
            "url": url,
        },
    )
