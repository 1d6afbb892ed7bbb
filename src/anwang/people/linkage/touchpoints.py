"""Rosters to touchpoints (服務足跡): which unit serves whom, since when, and whether it still does."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from anwang.agencies.queries import agency_ids
from anwang.people.registry.queries import KeptRecord
from anwang.people.registry.renewing import TouchpointRow
from anwang.standard.dates import Unreadable, read_date
from anwang.standard.fields import FieldId as F
from anwang.standard.record import Period, StandardRecord

_OPENED = (F.OPENED_ON, F.REGISTERED_ON, F.APPLIED_ON, F.REPORTED_ON, F.DROPOUT_ON)
_CONTACT = (F.VISITED_ON, F.REPORTED_ON, F.APPLIED_ON)


def touchpoints_of(kept: Iterable[KeptRecord], person_of: Mapping[int, int]) -> list[TouchpointRow]:
    """One touchpoint for each person, unit and programme.

    It was opened on the earliest day that its rows name (else the first day of their first month) and is closed at the
    end of the last month whose roster still has the person, once a later month of that roster has come without.
    """
    agencies = agency_ids()
    groups: dict[tuple[int, int, str], list[KeptRecord]] = defaultdict(list)
    latest: dict[str, Period] = {}
    for k in kept:
        record = k.record
        if not record.roster.is_service:
            continue
        latest[record.roster] = max(latest.get(record.roster, record.period), record.period)
        groups[(person_of[k.key], k.unit_id, record.roster)].append(k)
    rows = []
    for (person_id, unit_id, programme), found in groups.items():
        records = [k.record for k in found]
        last = max(record.period for record in records)
        first = min(record.period for record in records)
        opened = [day for record in records if (day := _day(record, _OPENED, last))]
        contacts = [day for record in records if (day := _day(record, _CONTACT, last))]
        rows.append(
            TouchpointRow(
                person_id,
                agencies[records[0].agency],
                unit_id,
                programme,
                min(opened, default=first.first_day),
                last.last_day if last < latest[programme] else None,
                max(contacts, default=None),
                max(found, key=lambda k: (k.record.period, k.key)).key,
            )
        )
    return rows


def _day(record: StandardRecord, fields: Iterable[F], last: Period) -> dt.date | None:
    """The day that the first of these fields names, unless it lies after the months we know (a slip)."""
    for field in fields:
        text = record.details.get(field)
        if not text:
            continue
        try:
            found = read_date(text)
        except Unreadable:
            continue
        if found and found.date and found.date <= last.last_day:
            return found.date
    return None
