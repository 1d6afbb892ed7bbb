"""Where a report may go: the unit that its programme and township point to, the others, and who is on duty there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from anwang.agencies.models import Post, Unit
from anwang.agencies.rules import ROLE_PERMISSIONS, Permission
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.vocabulary import ReportRole
from anwang.services.programs.codes import ClockKind
from anwang.services.programs.loading import programmes
from anwang.services.programs.programme import Programme
from anwang.services.programs.queries import unit_facts
from anwang.services.programs.rules import Responsibility, UnitFact, responsible_unit

from .models import Dispatch

_ANSWERING = tuple(
    role for role, allowed in ROLE_PERMISSIONS.items() if Permission.ACCEPT_DISPATCHES in allowed
)


@dataclass(frozen=True)
class Places:
    """The units and programmes of one day, read once for a whole queue."""

    on: dt.date
    units: tuple[UnitFact, ...]
    programmes: dict[str, Programme]
    on_duty: dict[int, int]

    def programme(self, code: str) -> Programme | None:
        return self.programmes.get(code)

    def proposed(self, programme: str, township: str) -> Responsibility:
        """The unit for a programme and a township, or why there is none."""
        found = self.programmes.get(programme)
        if found is None:
            return Responsibility(None, "還沒有決定方案，請先篩案。")
        return responsible_unit(found, township, self.units)

    def is_manned(self, unit_id: int) -> bool:
        """Whether somebody holds a post there today that may take a dispatch."""
        return self.on_duty.get(unit_id, 0) > 0

    def unit(self, unit_id: int) -> UnitFact | None:
        return next((unit for unit in self.units if unit.id == unit_id), None)


def places(on: dt.date) -> Places:
    """Everything that choosing a unit needs, on a day."""
    return Places(on, tuple(unit_facts(on)), programmes(on), on_duty(on))


def on_duty(on: dt.date) -> dict[int, int]:
    """Unit to how many active members hold a post there on a day that may answer a dispatch."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = (
        Post.objects.filter(from_on__lte=on, role__in=_ANSWERING, member__is_active=True)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
        .values_list("unit_id", "member_id")
    )
    for unit, member in rows:
        found[unit].add(member)
    return {unit: len(members) for unit, members in found.items()}


def home_township(report: Report, persons: Iterable[ReportPerson]) -> str:
    """Where the first subject lives, by the address in the report; else where it happened; "" when neither is known."""
    for person in persons:
        if person.role == ReportRole.SUBJECT:
            township = str(person.content.get("address", {}).get("township", ""))
            if township:
                return township
    return report.township


def purpose_of(programme: Programme | None) -> Dispatch.Purpose:
    """A programme with a clock of investigation gets the report to investigate, every other one to serve."""
    if programme is not None and programme.clocks_for(ClockKind.INVESTIGATION):
        return Dispatch.Purpose.INVESTIGATE
    return Dispatch.Purpose.SERVE


def head_office(unit: Unit) -> Unit | None:
    """The head office of a unit's bureau; None when the unit is that office itself, or the county has none."""
    found = Unit.objects.filter(agency_id=unit.agency_id, kind=Unit.Kind.OFFICE).order_by("pk").first()
    return found if found is not None and found.pk != unit.pk else None
