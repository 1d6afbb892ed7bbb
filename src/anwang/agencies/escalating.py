"""Overdue duties rise: to the unit's supervisors, then to the head office of the bureau, or to 社會處 for its own.

Each rise is a row that is written once (`Escalation`). The job works in batches, a transaction each: killed in between,
it leaves whole batches behind, and the next run goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from anwang.platform.clock_models import OPEN
from anwang.platform.context import SYSTEM, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import TAIPEI, TermKind
from anwang.platform.escalation_rules import Level, Terms, receiver, rises
from anwang.platform.models import Deadline, Escalation
from anwang.standard.codes import AgencyCode

from .models import Post, Role, Unit

BATCH = 500


@dataclass(frozen=True, slots=True)
class Risen:
    """What a run did: rises written, and duties that fell back because their moment was moved on."""

    rises: int
    fallen_back: int


@dataclass(frozen=True, slots=True)
class Staff:
    """Head office by unit, the office of 社會處, and the units that have a supervisor on the day."""

    head_offices: dict[int, int]
    county_office: int | None
    supervised: frozenset[int]

    def receiver(self, level: Level, unit: int) -> int:
        return receiver(level, unit, self.head_offices.get(unit), self.county_office)


def escalate(*, now: dt.datetime) -> Risen:
    """Raise every overdue duty as far as its terms say. Running it again at the same moment changes nothing."""
    on = now.astimezone(TAIPEI).date()
    policy = policy_in_force()
    terms = {
        hours: Terms(
            policy.number(f"escalation.{name}.supervisor", on=on),
            policy.number(f"escalation.{name}.head_office", on=on),
        )
        for hours, name in ((True, "hours"), (False, "days"))
    }
    with acting(SYSTEM):
        staff = _staff(on)
        # A duty that was moved to a later day is its owner's again; how far it had risen stays in the rows.
        fallen = Deadline.objects.filter(OPEN, escalated_unit_id__isnull=False, due_at__gte=now).update(
            escalation_level=0, escalated_unit_id=None
        )
    risen, last = 0, (dt.datetime.min.replace(tzinfo=dt.UTC), 0)
    while True:
        with acting(SYSTEM):
            batch = list(
                Deadline.objects.filter(OPEN, escalation_level__lt=Level.HEAD_OFFICE, due_at__lt=now)
                .exclude(is_promise=True, escalation_level__gte=Level.SUPERVISOR)
                .filter(Q(due_at__gt=last[0]) | Q(due_at=last[0], pk__gt=last[1]))
                .order_by("due_at", "pk")
                .select_for_update(skip_locked=True)[:BATCH]
            )
            if not batch:
                return Risen(risen, fallen)
            last = (batch[-1].due_at, batch[-1].pk)
            risen += _raise(batch, now, terms, staff)


def _raise(batch: Sequence[Deadline], now: dt.datetime, terms: dict[bool, Terms], staff: Staff) -> int:
    rows: list[Escalation] = []
    changed: list[Deadline] = []
    for duty in batch:
        levels = rises(
            duty.escalation_level,
            duty.due_at,
            now,
            terms[duty.term_kind == TermKind.HOURS.value],
            supervised=duty.unit_id in staff.supervised,
            highest=Level.SUPERVISOR if duty.is_promise else Level.HEAD_OFFICE,
        )
        rows += [
            Escalation(
                deadline=duty,
                level=level,
                due_at=duty.due_at,
                at=now,
                unit_id=duty.unit_id,
                to_unit_id=staff.receiver(level, duty.unit_id),
            )
            for level in levels
        ]
        if levels:
            duty.escalation_level, duty.escalated_at = levels[-1], now
            duty.escalated_unit_id = staff.receiver(levels[-1], duty.unit_id)
            changed.append(duty)
    Escalation.objects.bulk_create(rows, ignore_conflicts=True)
    Deadline.objects.bulk_update(changed, ["escalation_level", "escalated_at", "escalated_unit_id"])
    return len(rows)


def _staff(on: dt.date) -> Staff:
    units = list(Unit.objects.select_related("agency").order_by("pk"))
    offices = {unit.agency_id: unit.pk for unit in units if unit.kind == Unit.Kind.OFFICE}
    county = next((offices.get(u.agency_id) for u in units if u.agency.code == AgencyCode.SOCIAL), None)
    posts = Post.objects.filter(role=Role.SUPERVISOR, from_on__lte=on, member__is_active=True).filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on)
    )
    return Staff(
        {unit.pk: offices[unit.agency_id] for unit in units if unit.agency_id in offices},
        county,
        frozenset(posts.values_list("unit_id", flat=True)),
    )
