"""The audit log: who did what to whose data. Written beside the act, in its transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from .context import AccessContext
from .models import AuditEntry, AuditSeal

Action = AuditEntry.Action
Subject = tuple[str, object]  # kind and number of what was acted on


def record(
    *,
    context: AccessContext,
    at: dt.datetime,
    action: str,
    subject_kind: str = "",
    subject_id: object = "",
    purpose: str = "",
    member_name: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one row in the current transaction. `detail` holds counts and row numbers, never names or numbers of people."""
    record_each(
        [(subject_kind, subject_id)],
        context=context,
        at=at,
        action=action,
        purpose=purpose,
        member_name=member_name,
        detail=detail,
    )


def with_persons(kind: str, number: object, persons: Iterable[int | None]) -> list[Subject]:
    """What was acted on and everybody in it whom the registry knows: 誰看過 finds the act by each of them."""
    known = sorted({person for person in persons if person is not None})
    return [(kind, number), *(("person", person) for person in known)]


def record_each(
    subjects: Iterable[Subject],
    *,
    context: AccessContext,
    at: dt.datetime,
    action: str,
    purpose: str = "",
    member_name: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Append a row for each subject, in one statement; otherwise as `record`."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit row is written in the transaction of the act it records")
    # A plain INSERT without RETURNING: the app role may add rows that it may not read.
    about = [(kind, str(number)) for kind, number in subjects]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_auditentry (at, actor, member_id, member_name, unit_id, agency_id, action,"
            " subject_kind, subject_id, purpose, detail)"
            " select %s::timestamptz,%s,%s::bigint,%s,%s::bigint,%s::bigint,%s, kind, number, %s,%s::jsonb"
            " from unnest(%s::text[], %s::text[]) as about (kind, number)",
            [
                at,
                context.actor,
                context.member_id,
                member_name,
                context.unit_id,
                context.agency_id,
                action,
                purpose[:200],
                json.dumps(detail or {}, ensure_ascii=False),
                [kind for kind, _ in about],
                [number for _, number in about],
            ],
        )


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of checking the log: rows and seals checked, and the first row range that does not agree."""

    rows: int
    seals: int
    broken: tuple[int, int] | None

    @property
    def is_sound(self) -> bool:
        return self.broken is None


def _digest(previous: str, rows: list[tuple[Any, ...]]) -> str:
    key = hashlib.sha256(b"audit-seal:" + settings.SECRET_KEY.encode()).digest()
    mac = hmac.new(key, previous.encode(), hashlib.sha256)
    for row in rows:
        mac.update(json.dumps(row, ensure_ascii=False, default=str, sort_keys=True).encode())
    return mac.hexdigest()


def _rows(first: int, last: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), actor, member_id, member_name,"
            " unit_id, agency_id, action, subject_kind, subject_id, purpose, detail::text"
            " from platform_auditentry where id between %s and %s order by id",
            [first, last],
        )
        return cursor.fetchall()


def seal(*, now: dt.datetime, batch: int = 10_000) -> int:
    """Seal the rows written since the last seal; returns how many. Rows of open transactions may come later with a
    lower id, so only rows older than ten minutes are sealed."""
    sealed = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('anwang audit seal'))")
        previous = AuditSeal.objects.order_by("-last_id").first()
        while True:
            start = previous.last_id + 1 if previous else 1
            ids = list(
                AuditEntry.objects.filter(id__gte=start, at__lt=now - dt.timedelta(minutes=10))
                .order_by("id")
                .values_list("id", flat=True)[:batch]
            )
            if not ids:
                return sealed
            rows = _rows(start, ids[-1])
            previous = AuditSeal.objects.create(
                first_id=start,
                last_id=ids[-1],
                count=len(rows),
                digest=_digest(previous.digest if previous else "", rows),
                sealed_at=now,
            )
            sealed += len(rows)


def verify() -> Verification:
    """Recompute every seal. A changed, missing or added row inside a sealed range is reported."""
    previous, checked, seals = "", 0, 0
    expected_first = 1
    for seal_row in AuditSeal.objects.order_by("first_id"):
        rows = _rows(seal_row.first_id, seal_row.last_id)
        sound = (
            seal_row.first_id == expected_first
            and len(rows) == seal_row.count
            and hmac.compare_digest(_digest(previous, rows), seal_row.digest)
        )
        if not sound:
            return Verification(checked, seals, (seal_row.first_id, seal_row.last_id))
        checked, seals, previous = checked + len(rows), seals + 1, seal_row.digest
        expected_first = seal_row.last_id + 1
    return Verification(checked, seals, None)
