"""One writer at a time of what a month's lists hold: making them, sending them, and what people decide about entries."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from anwang.standard.record import Period


def lock_month(period: dt.date) -> None:
    """Wait for whoever makes, sends or overrules this month's lists; released with the transaction. Before any row is locked."""
    with connection.cursor() as cursor:
        name = f"lists {Period(period.year, period.month).roc}"
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [name])
