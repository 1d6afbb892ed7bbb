"""The outbox: what happened, written in the transaction of the deed, for other systems to be told of afterwards.

It lies this low so that every room can `publish`; `exchange` reads it and sends. An event says that something has a new
state, by numbers and codes only. Who wants to know more asks for it, and is then checked and logged as any reader.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Max
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from .context import SYSTEM, acting
from .models import OutboxEvent

RELAY = "exchange.relay"
"""The name of the job that takes events up. It lies on a higher floor and is known here by its name only."""

Value = str | int | bool | None

# Codes, numbers of our own and moments: nothing that a person could be told by fits in here.
_CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")
_PERSONAL = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z][A-D1289]\d{8}|0\d{8,9})(?![A-Za-z0-9])")


def publish(
    *,
    kind: str,
    subject_kind: str,
    subject_id: object,
    units: Sequence[int],
    data: Mapping[str, Value],
    at: dt.datetime,
) -> None:
    """Put an event into the outbox, in the current transaction: it exists exactly if the deed does.

    `units` are the units that it concerns. Events of one subject are numbered without a gap, in the order in which
    they happened. Raises ValueError when `data` holds anything but codes, numbers and moments.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published in the transaction of the deed it tells of")
    _check(kind, data)
    with acting(SYSTEM):
        with connection.cursor() as cursor:  # two deeds on one subject are numbered one after the other
            cursor.execute(
                "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"outbox {subject_kind} {subject_id}"],
            )
        same = OutboxEvent.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id))
        last = same.aggregate(last=Max("sequence"))["last"] or 0
        OutboxEvent.objects.create(
            key=uuid.uuid4(),
            kind=kind,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            sequence=last + 1,
            units=sorted(set(units)),
            data=dict(data),
            at=at,
        )
    transaction.on_commit(_wake)


def _check(kind: str, data: Mapping[str, Value]) -> None:
    for name, value in {"kind": kind, **data}.items():
        if isinstance(value, str) and (not _CODE.fullmatch(value) or _PERSONAL.search(value)):
            raise ValueError(f"an event holds codes, numbers and moments only; {name} holds something else")
        if value is not None and not isinstance(value, str | int | bool):
            raise ValueError(f"an event holds plain values; {name} does not")


def _wake() -> None:
    """Ask the worker to send at once. Where this is lost (a kill), the job of every minute finds the event."""
    try:
        with transaction.atomic():
            app.configure_task(RELAY, queueing_lock=RELAY, allow_unknown=True).defer(timestamp=0)
    except AlreadyEnqueued:
        return
