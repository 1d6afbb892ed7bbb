"""What is known of persons from before: earlier reports and services, of themselves and of their homes.

Read as the system: a re-report must be seen whoever reports. Pages show of it what the reader's unit may see.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils import timezone

from anwang.people.registry.models import HouseholdMembership, SourceRecord, Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.standard.codes import OwnSource, source_code

from .models import ReportPerson
from .process import ReportState
from .re_reports import EarlierReport, EarlierService, carried_on


@dataclass(frozen=True, slots=True)
class History:
    """Earlier reports and services of some persons and of those who live with them, the youngest first."""

    reports: tuple[EarlierReport, ...] = ()
    services: tuple[EarlierService, ...] = ()


def service_label(programme: str, label: str = "") -> str:
    """A touchpoint's service in words, never empty: a case's as its programme was called, a roster's or source's by its
    kind, else the programme's code."""
    if label:
        return label
    try:
        name = source_code(programme).label
    except ValueError:
        return programme
    return name.removesuffix("名冊").removesuffix("個案") or "個案服務"


def known_besides(record_ids: Collection[int]) -> set[int]:
    """Of the persons whom these records are about, those of whom there are other records: it is known who they are."""
    with acting(SYSTEM):
        people = SourceRecord.objects.filter(pk__in=list(record_ids)).values_list("person_id", flat=True)
        others = SourceRecord.objects.filter(person_id__in=list(people), withdrawn_at__isnull=True)
        return {
            pk for pk in others.exclude(pk__in=list(record_ids)).values_list("person_id", flat=True) if pk
        }


def history_of(person_ids: Collection[int], *, before: dt.datetime, besides: int | None = None) -> History:
    """What was before a moment of any of these persons, but for the report `besides`."""
    each = histories_of(person_ids, before=before, besides=besides)
    reports: dict[int, EarlierReport] = {}
    services: dict[tuple[str, dt.date, dt.date | None], EarlierService] = {}
    for history in each.values():
        for report in history.reports:
            same = report.same_person or (
                report.report_id in reports and reports[report.report_id].same_person
            )
            reports[report.report_id] = replace(report, same_person=same)
        for service in history.services:
            key = (service.programme, service.opened_on, service.closed_on)
            same = service.same_person or (key in services and services[key].same_person)
            services[key] = replace(service, same_person=same)
    return History(
        tuple(sorted(reports.values(), key=lambda one: (one.received_at, one.report_id), reverse=True)),
        tuple(sorted(services.values(), key=lambda one: one.opened_on, reverse=True)),
    )


def histories_of(
    person_ids: Collection[int], *, before: dt.datetime, besides: int | None = None
) -> dict[int, History]:
    """Of each person what was before a moment; in a few statements, however many they are."""
    own = set(person_ids)
    if not own:
        return {}
    with acting(SYSTEM):
        homes = dict(
            HouseholdMembership.objects.filter(person_id__in=own, until_on__isnull=True).values_list(
                "person_id", "household_id"
            )
        )
        living: dict[int, set[int]] = defaultdict(set)
        for person, home in HouseholdMembership.objects.filter(
            household_id__in=set(homes.values()), until_on__isnull=True
        ).values_list("person_id", "household_id"):
            living[home].add(person)
        together = own.union(*living.values())
        reports = _reports(together, before, besides)
        services = _services(together, before)
    found = {}
    for person in own:
        mates = living.get(homes.get(person, 0), set()) - {person}
        by_report = {report.report_id: report for mate in mates for report in reports[mate]}
        by_report |= {report.report_id: replace(report, same_person=True) for report in reports[person]}
        found[person] = History(
            tuple(sorted(by_report.values(), key=lambda one: one.received_at, reverse=True)),
            tuple(replace(service, same_person=True) for service in services[person])
            + tuple(service for mate in sorted(mates) for service in services[mate]),
        )
    return found


def _reports(
    people: Collection[int], before: dt.datetime, besides: int | None
) -> dict[int, list[EarlierReport]]:
    """By person. Whom a record is about may change with a matching: the record says it, not the report's own copy."""
    rows = (
        ReportPerson.objects.filter(
            record__person_id__in=list(people), withdrawn_at__isnull=True, report__received_at__lte=before
        )
        .exclude(report_id=besides or 0)
        .select_related("report", "record")
        .only("report__received_at", "report__state", "record__person_id")
    )
    found: dict[int, list[EarlierReport]] = defaultdict(list)
    for row in rows:
        report, record = row.report, row.record
        if record is not None and record.person_id is not None:
            found[record.person_id].append(
                EarlierReport(
                    report.pk,
                    report.number,
                    timezone.localtime(report.received_at),
                    ReportState(report.state).label,
                    same_person=False,
                )
            )
    return found


def _services(people: Collection[int], before: dt.datetime) -> dict[int, list[EarlierService]]:
    rows = (
        Touchpoint.objects.filter(person_id__in=list(people), opened_on__lte=timezone.localdate(before))
        .exclude(programme=OwnSource.INTAKE_REPORT)
        .order_by("-opened_on", "pk")
        .values_list("person_id", "programme", "label", "opened_on", "closed_on")
    )
    found: dict[int, list[EarlierService]] = defaultdict(list)
    for person_id, programme, label, opened_on, closed_on in rows:
        found[person_id].append(
            EarlierService(
                programme, service_label(programme, label), opened_on, closed_on, same_person=False
            )
        )
    return defaultdict(list, {person: carried_on(services) for person, services in found.items()})
