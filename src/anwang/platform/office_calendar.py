"""The office calendar in force: the years of the package and of the home, and the county's closures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from django.conf import settings

from anwang.policy.holidays import CalendarYear, with_files

from .clock_models import Closure
from .county_policy import FOLDER, policy_in_force
from .due_rules import Calendar


@cache
def calendar_years() -> Mapping[int, CalendarYear]:
    """The package's years, and over them the county's (`policy/calendar/*.yaml` in the home). Read once a process.

    Raises PolicyError with file and line.
    """
    files = sorted((settings.HOME / FOLDER / "calendar").glob("*.yaml"))
    return with_files(files, policy_in_force().documents)


@cache
def table_calendar() -> Calendar:
    """Holidays and make-up days only, without the county's closures."""
    return Calendar.of(calendar_years().values())


def standing_closures(*, first: dt.date | None = None) -> list[Closure]:
    """Closures that are not withdrawn, from a day on."""
    found = Closure.objects.filter(withdrawn_at__isnull=True)
    return list((found.filter(on__gte=first) if first else found).order_by("on", "pk"))


def closed_days(closures: Iterable[Closure], township_code: str = "") -> frozenset[dt.date]:
    """The days that do not count for a duty of a township. Half a day counts or not as the county says; a closure of
    named townships is for duties of these townships only."""
    return frozenset(
        closure.on
        for closure in closures
        if (closure.is_county_wide or (township_code and township_code in closure.township_codes))
        and (closure.part == Closure.Part.WHOLE_DAY or not _half_day_counts(closure.on))
    )


def _half_day_counts(on: dt.date) -> bool:
    return policy_in_force().code("calendar.half_day_closure", on=on) == "counts"


def office_calendar(
    *, township_code: str = "", first: dt.date | None = None, closures: Iterable[Closure] | None = None
) -> Calendar:
    """The calendar for duties of a township (none: those of the whole county), with closures from `first` on.

    `closures` spares the query to who has them already.
    """
    known = standing_closures(first=first) if closures is None else closures
    return replace(table_calendar(), closed=closed_days(known, township_code))
