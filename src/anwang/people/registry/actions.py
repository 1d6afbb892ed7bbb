"""Accepting the records of a month's roster.

It runs as the system (loading works for every agency); the caller checks who may start it. What a matching found is written by
`matched`, what follows from it by `renewing`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from anwang.standard.record import Period, StandardRecord
from anwang.standard.serial import to_json

from .bulk import insert_rows
from .models import SourceRecord


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """A record to accept, the hash of its content, and the unit whose record it is."""

    record: StandardRecord
    content_hash: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class RecordChanges:
    """What accepting a month's roster changed, in rows."""

    added: int
    changed: int
    withdrawn: int
    unchanged: int


_RECORD_COLUMNS = {
    "agency_id": "bigint",
    "unit_id": "bigint",
    "roster": "text",
    "period": "date",
    "record_number": "text",
    "line": "int",
    "receipt": "bigint",
    "content": "jsonb",
    "content_hash": "text",
    "accepted_at": "timestamptz",
    "replaces_id": "bigint",
}


def lock_roster(*, roster: str, period: Period) -> None:
    """One load of one roster of a month at a time; released with the transaction, so a killed load holds nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"roster {roster} {period.roc}"])


@transaction.atomic
def accept_records(
    *,
    incoming: Sequence[IncomingRecord],
    roster: str,
    period: Period,
    agency_id: int,
    receipt_id: int,
    replaced_receipts: Collection[int] | None = None,
    now: dt.datetime,
) -> RecordChanges:
    """Make `incoming` current records of one roster in one month, replacing what came by `replaced_receipts` (None: everything).

    Unchanged rows stay as they are, changed rows are replaced by a new record, rows of those receipts that are no longer
    there are withdrawn; rows of other parts of the month stay. Nothing is deleted.
    """
    lock_roster(roster=roster, period=period)
    current = {
        number: (pk, content_hash, receipt)
        for number, pk, content_hash, receipt in SourceRecord.objects.filter(
            roster=roster, period=period.first_day, withdrawn_at__isnull=True
        ).values_list("record_number", "pk", "content_hash", "receipt")
    }
    new_rows, replaced = [], []
    seen: set[str] = set()
    unchanged = changed = 0
    for item in incoming:
        number = item.record.record_number
        seen.add(number)
        old = current.get(number)
        if old and old[1] == item.content_hash:
            unchanged += 1
            continue
        if old:
            changed += 1
            replaced.append(old[0])
        new_rows.append(
            {
                "agency_id": agency_id,
                "unit_id": item.unit_id,
                "roster": roster,
                "period": period.first_day.isoformat(),
                "record_number": number,
                "line": item.record.line,
                "receipt": receipt_id,
                "content": to_json(item.record),
                "content_hash": item.content_hash,
                "accepted_at": now.isoformat(),
                "replaces_id": old[0] if old else None,
            }
        )
    gone = [
        pk
        for number, (pk, _, receipt) in current.items()
        if number not in seen and (replaced_receipts is None or receipt in replaced_receipts)
    ]
    SourceRecord.objects.filter(pk__in=gone + replaced).update(withdrawn_at=now)
    insert_rows("registry_sourcerecord", _RECORD_COLUMNS, new_rows)
    return RecordChanges(len(new_rows) - changed, changed, len(gone), unchanged)
