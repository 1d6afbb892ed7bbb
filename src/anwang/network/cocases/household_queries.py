"""What lists say of one household, as the acting unit received it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .copy_states import HELD
from .facts import ListCode
from .models import SendingEntry
from .rules import Standing


@dataclass(frozen=True, slots=True)
class Listing:
    """One entry of one list as sent to the acting unit: only what that unit may see of it.

    `shown` is list field (`receivers.ListField`) to text.
    """

    list_code: ListCode
    period: dt.date
    standing: Standing
    citation: str
    reason: str
    due_on: dt.date
    sending_id: int
    shown: dict[str, str]


def listings_of_household(household_id: int) -> list[Listing]:
    """The acting unit's copies for a household in the youngest month it received, the most urgent first."""
    rows = list(
        SendingEntry.objects.filter(HELD, household_id=household_id)
        .exclude(standing=Standing.ENDED.value)
        .select_related("sending")
        .order_by("due_on", "pk")
    )
    latest = max((row.sending.period for row in rows), default=None)
    return [
        Listing(
            ListCode(row.sending.list_code),
            row.sending.period,
            Standing(row.standing),
            row.citation,
            row.shown.get("reason") or row.shown.get("brief", ""),
            row.due_on,
            row.sending_id,
            row.shown,
        )
        for row in rows
        if row.sending.period == latest
    ]
