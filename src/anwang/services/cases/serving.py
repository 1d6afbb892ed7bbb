"""What a case is to others who see its people: the service of its programme (服務足跡)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.utils import timezone

from anwang.people.registry.keeping import OwnService, name_services
from anwang.platform.context import SYSTEM, acting
from anwang.services.programs.loading import catalogue_in_force, programmes
from anwang.standard.codes import OwnSource

from .models import CaseMember

BATCH = 500


def service_of(programme: str, on: dt.date) -> OwnService:
    """A programme as it was called on a day; by its newest name where it was not in force then."""
    found = programmes(on).get(programme) or catalogue_in_force().latest.get(programme)
    return OwnService(programme, found.label[:200] if found else programme)


def name_older_services() -> int:
    """Services of cases from before they said of which programme they are get it. Returns how many were named; done
    again it names none. In batches, a transaction each: killed in between, the next run goes on."""
    named, last = 0, 0
    while True:
        with acting(SYSTEM):
            batch = list(
                CaseMember.objects.filter(pk__gt=last, record__touchpoint__programme=OwnSource.CASE_FILE)
                .select_related("case")
                .order_by("pk")[:BATCH]
            )
            if not batch:
                return named
            records: dict[OwnService, set[int]] = defaultdict(set)
            for member in batch:
                day = timezone.localdate(member.case.opened_at)
                records[service_of(member.case.programme, day)].add(member.record_id or 0)
            for service, several in records.items():
                named += name_services(unnamed=OwnSource.CASE_FILE, service=service, record_ids=several)
            last = batch[-1].pk
