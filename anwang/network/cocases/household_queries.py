"""What lists say of one household, as the acting unit received it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.platform.context import SYSTEM, acting

from .facts import ListCode
from .models import ListEntry, SendingEntry
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
    """The acting unit's copies for a household in the youngest month it received of each list, most urgent first.

    Which entries are about the household is known only to the list officers, so that one thing (row numbers, no
    content) is read in the system context; the copies themselves are read as the acting unit.
    """
    with acting(SYSTEM):
        entries = list(ListEntry.objects.filter(household_id=household_id).values_list("pk", flat=True))
    found: dict[ListCode, list[SendingEntry]] = {}
    for row in (
        SendingEntry.objects.filter(entry_id__in=entries, sent_at__isnull=False)
        .exclude(standing=Standing.ENDED.value)
        .select_related("sending")
        .order_by("-sending__period", "due_on", "pk")
    ):
        same = found.setdefault(ListCode(row.sending.list_code), [])
        if not same or same[0].sending.period == row.sending.period:
            same.append(row)
    rows = [row for same in found.values() for row in same]
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
        for row in sorted(rows, key=lambda row: (row.due_on, row.pk))
        if row.sending.period == latest
    ]
