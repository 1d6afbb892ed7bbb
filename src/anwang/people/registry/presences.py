"""That a unit serves a household by a case of its own: known from the day of the opening, not from the next month's list.

Who else may know of it is row security's: in a co-case every unit that may open the household, else only one that
stated a purpose. All of it runs as the system; the caller checks who may do it.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

from anwang.platform.context import SYSTEM, acting
from anwang.standard.codes import OwnSource

from .models import ServicePresence

_BY_CASE = (
    "select distinct m.household_id, t.agency_id, t.unit_id from registry_touchpoint t"
    " join registry_sourcerecord r on r.id = t.record_id and r.roster = %s and r.withdrawn_at is null"
    " join registry_householdmembership m on m.person_id = t.person_id and m.until_on is null"
    " where t.closed_on is null"
)


def served_by_case(household_id: int | None = None) -> set[tuple[int, int, int]]:
    """Household, agency and unit of every case that goes on; of one household when given. Call it as the system."""
    sql = _BY_CASE if household_id is None else f"{_BY_CASE} and m.household_id = %s"
    arguments: list[str | int] = [OwnSource.CASE_FILE.value]
    if household_id is not None:
        arguments.append(household_id)
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return {(household, agency, unit) for household, agency, unit in cursor.fetchall()}


def show_case(*, household_id: int, agency_id: int, unit_id: int, on: dt.date) -> None:
    """The unit serves the household from a day on; what is known already stays."""
    with acting(SYSTEM):
        there = ServicePresence.objects.filter(household_id=household_id, until_on__isnull=True)
        if there.filter(unit_id=unit_id).exists():
            return
        ServicePresence.objects.update_or_create(
            household_id=household_id,
            unit_id=unit_id,
            from_on=on,
            defaults={
                "agency_id": agency_id,
                "until_on": None,
                "is_cocase": there.filter(is_cocase=True).exists(),
            },
        )


def end_case(*, household_id: int, unit_id: int, on: dt.date) -> None:
    """The unit's last case there ended; its presence by a monthly roster is the next making's to say."""
    with acting(SYSTEM):
        if any(unit == unit_id for _, _, unit in served_by_case(household_id)):
            return
        ServicePresence.objects.filter(
            household_id=household_id, unit_id=unit_id, until_on__isnull=True
        ).update(until_on=on)
