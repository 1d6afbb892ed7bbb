"""Reads of the room: the facts for the choice of a unit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import Q

from anwang.agencies.models import Jurisdiction, Unit

from . import rules
from .programme import Programme
from .rules import Responsibility, UnitFact


def unit_facts(on: dt.date) -> list[UnitFact]:
    """Every unit with the townships that it serves on a day."""
    serves: dict[int, set[str]] = defaultdict(set)
    rows = (
        Jurisdiction.objects.filter(from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
        .values_list("unit_id", "township__code", "township__name")
    )
    for unit_id, code, name in rows:
        serves[unit_id] |= {code, name}
    return [
        UnitFact(unit.pk, unit.name, unit.agency.code, unit.kind, frozenset(serves[unit.pk]))
        for unit in Unit.objects.select_related("agency").order_by("agency_id", "id")
    ]


def responsible_unit(programme: Programme, township: str, on: dt.date) -> Responsibility:
    """The unit that takes `programme` for a resident of `township` (code or name) on a day, or why there is none."""
    return rules.responsible_unit(programme, township, unit_facts(on))
