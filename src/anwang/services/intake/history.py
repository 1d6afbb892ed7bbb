"""What is known of the persons of a report from before: earlier reports and services, of themselves and their homes.

Read as the system: a re-report must be seen whoever reports. Pages show of it what the reader's unit may see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from anwang.people.registry.models import HouseholdMembership, Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.standard.codes import OwnSource, source_code

from .models import Report, ReportPerson
from .process import ReportState
from .re_reports import EarlierReport, EarlierService


@dataclass(frozen=True, slots=True)
class History:
    """Earlier reports and services of some persons and of those who live with them."""

    reports: tuple[EarlierReport, ...]
    services: tuple[EarlierService, ...]


def programme_label(programme: str) -> str:
    """A touchpoint's programme in words: a roster's or source's, else the programme's code."""
    try:
        return source_code(programme).label.removesuffix("名冊").removesuffix("個案")
    except ValueError:
        return programme


def history_of(person_ids: Collection[int], *, before: dt.datetime, besides: int | None = None) -> History:
    """What was before a moment, but for the report `besides`; nothing when nobody is known."""
    if not person_ids:
        return History((), ())
    with acting(SYSTEM):
        own = set(person_ids)
        homes = HouseholdMembership.objects.filter(person_id__in=own, until_on__isnull=True)
        together = own | set(
            HouseholdMembership.objects.filter(
                household_id__in=list(homes.values_list("household_id", flat=True)), until_on__isnull=True
            ).values_list("person_id", flat=True)
        )
        return History(_reports(own, together, before, besides), _services(own, together, before))


def _reports(
    own: Collection[int], together: Collection[int], before: dt.datetime, besides: int | None
) -> tuple[EarlierReport, ...]:
    # Whom a record is about may change with a matching: the record says it, not the report's own copy.
    named = ReportPerson.objects.filter(
        record__person_id__in=list(together), withdrawn_at__isnull=True, report__received_at__lte=before
    ).exclude(report_id=besides or 0)
    found: dict[int, bool] = {}
    for report_id, person_id in named.values_list("report_id", "record__person_id"):
        found[report_id] = found.get(report_id, False) or person_id in own
    return tuple(
        EarlierReport(
            report.pk,
            report.number,
            timezone.localtime(report.received_at),
            ReportState(report.state).label,
            found[report.pk],
        )
        for report in Report.objects.filter(pk__in=list(found)).order_by("-received_at", "-pk")
    )


def _services(
    own: Collection[int], together: Collection[int], before: dt.datetime
) -> tuple[EarlierService, ...]:
    rows = (
        Touchpoint.objects.filter(person_id__in=list(together), opened_on__lte=timezone.localdate(before))
        .exclude(programme=OwnSource.INTAKE_REPORT)
        .order_by("-opened_on", "pk")
        .values_list("person_id", "programme", "opened_on", "closed_on")
    )
    return tuple(
        EarlierService(programme, programme_label(programme), opened_on, closed_on, person_id in own)
        for person_id, programme, opened_on, closed_on in rows
    )
