"""Reads of the audit log for 誰看過. Row security decides which rows: an auditor's all, a supervisor's own unit's.

No feature of the platform reads the log for its own work; only this page does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import AuditEntry
from .unusual_rules import DayOfViews

_Action = AuditEntry.Action
# Acts that show somebody; each has a row of its own for every person or household shown.
SHOWING = (
    _Action.OPENED_PERSON,
    _Action.OPENED_HOUSEHOLD,
    _Action.LOOKED_UP,
    _Action.OPENED_REPORT,
    _Action.OPENED_DISPATCH,
    _Action.OPENED_SAMPLE,
    _Action.READ_INVESTIGATION,
    _Action.READ_CASE,
    _Action.OPENED_FORM,
    _Action.OPENED_PAIR,
)
EXPORT_LIMIT = 50_000


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What to show of the log; empty parts do not filter. `until_on` is the last day shown, in local time.

    `related`: where else the same person or household is shown ((kind, id), …); openings of these are shown as well.
    """

    member_id: int | None = None
    unit_id: int | None = None
    action: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    related: tuple[tuple[str, str], ...] = ()


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _entries(wanted: LogFilter) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.all()
    if wanted.member_id is not None:
        found = found.filter(member_id=wanted.member_id)
    if wanted.unit_id is not None:
        found = found.filter(unit_id=wanted.unit_id)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.subject_kind and wanted.subject_id:
        anyone = Q()
        for kind, number in ((wanted.subject_kind, wanted.subject_id), *wanted.related):
            anyone |= Q(subject_kind=kind, subject_id=number)
        found = found.filter(anyone)
    if wanted.from_on:
        found = found.filter(at__gte=_midnight(wanted.from_on))
    if wanted.until_on:
        found = found.filter(at__lt=_midnight(wanted.until_on + dt.timedelta(days=1)))
    return found.order_by("-at", "-id")


def log_page(wanted: LogFilter, *, limit: int, offset: int = 0) -> tuple[int, list[AuditEntry]]:
    """How many rows there are, and a page of them, the youngest first."""
    found = _entries(wanted)
    return found.count(), list(found[offset : offset + limit])


def log_rows(wanted: LogFilter) -> Iterator[AuditEntry]:
    """All rows for an export, the youngest first, at most `EXPORT_LIMIT`."""
    return _entries(wanted)[:EXPORT_LIMIT].iterator(chunk_size=2000)


def members_in_log(since: dt.datetime) -> dict[int, str]:
    """Members with rows since a moment, by the name that the log last kept for them."""
    rows = (
        AuditEntry.objects.filter(at__gte=since, member_id__isnull=False)
        .exclude(member_name="")
        .order_by("member_id", "-at")
        .distinct("member_id")
        .values_list("member_id", "member_name")
    )
    return {member_id: name for member_id, name in rows if member_id is not None}


def days_of_views(since: dt.datetime) -> list[DayOfViews]:
    """For each member and local day since a moment, how many different persons and households they were shown."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select member_id, (at at time zone %s)::date as day, count(distinct (subject_kind, subject_id))"
            " from platform_auditentry where at >= %s and action = any(%s) and member_id is not null"
            " and subject_kind in ('person', 'household') group by 1, 2",
            [timezone.get_current_timezone_name(), since, [action.value for action in SHOWING]],
        )
        return [DayOfViews(member_id, on, opened) for member_id, on, opened in cursor.fetchall()]
