"""Unusual volumes of viewing: who was shown far more people than they or their role usually do. Pure.

A day of a member is unusual when at least `FLOOR` different persons or households were shown to them on it
(opened, in a report, dispatch, investigation or case, or by a look-up while typing) and

- more than `FACTOR` times their own usual (the median of their other days with any view, of `DAYS_KNOWN` or more), or
- more than `FACTOR` times their role's usual (the median over the days of all other members of that role).

Where neither usual is known, `FLOOR × FACTOR` is the limit. The median and not the mean: one earlier excess must not
hide the next. Days without any view do not count: leave and weekends are no measure of work. The rule points at
days to ask about; it accuses nobody.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

FLOOR = 20
FACTOR = 3
DAYS_KNOWN = 5


@dataclass(frozen=True, slots=True)
class DayOfViews:
    """How many different persons and households a member was shown on a day."""

    member_id: int
    on: dt.date
    opened: int


@dataclass(frozen=True, slots=True)
class Unusual:
    """A day far above the usual; a usual is None where too few days are known to say one."""

    day: DayOfViews
    own_usual: float | None
    role_usual: float | None


def unusual_days(days: Iterable[DayOfViews], role_of: Mapping[int, str]) -> list[Unusual]:
    """The unusual ones of `days`, the youngest first. A member without a role is compared with themselves only."""
    days = list(days)
    by_member: dict[int, list[DayOfViews]] = defaultdict(list)
    by_role: dict[str, list[DayOfViews]] = defaultdict(list)
    for day in days:
        by_member[day.member_id].append(day)
        if day.member_id in role_of:
            by_role[role_of[day.member_id]].append(day)
    found = []
    for day in days:
        if day.opened < FLOOR:
            continue
        own = _usual(other.opened for other in by_member[day.member_id] if other is not day)
        peers = by_role.get(role_of.get(day.member_id, ""), [])
        role = _usual(other.opened for other in peers if other.member_id != day.member_id)
        if is_unusual(day.opened, own, role):
            found.append(Unusual(day, own, role))
    return sorted(found, key=lambda each: (each.day.on, each.day.opened), reverse=True)


def is_unusual(opened: int, own_usual: float | None, role_usual: float | None) -> bool:
    """Whether a day with so many views is to be asked about."""
    if opened < FLOOR:
        return False
    known = [usual for usual in (own_usual, role_usual) if usual is not None]
    if not known:
        return opened >= FLOOR * FACTOR
    return any(opened > FACTOR * usual for usual in known)


def _usual(counts: Iterable[int]) -> float | None:
    values = list(counts)
    return median(values) if len(values) >= DAYS_KNOWN else None
