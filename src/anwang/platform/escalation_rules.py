"""How far an overdue duty has risen: to the unit's supervisors, then to the head office. Pure.

The documents ask for supervision of overdue work but give no number of hours: the terms are parameters, ours until the
county approves its own (`escalation.*`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """Who must look at an overdue duty. A duty rises one level at a time and is shown at all levels it has reached."""

    OWNER = 0
    SUPERVISOR = 1
    HEAD_OFFICE = 2

    @property
    def label(self) -> str:
        return {0: "承辦", 1: "單位督導", 2: "局處本部"}[self.value]


@dataclass(frozen=True, slots=True)
class Terms:
    """Hours after the due moment until a duty rises to the supervisors, and to the head office."""

    supervisor: int
    head_office: int

    def __post_init__(self) -> None:
        if not 0 <= self.supervisor <= self.head_office:
            raise ValueError("升級的時數：局處本部不能早於單位督導，且不能是負數。")


def level_at(due_at: dt.datetime, now: dt.datetime, terms: Terms, *, supervised: bool = True) -> Level:
    """The level that a duty has by right at `now`. Not overdue: the owner's alone, whatever it had risen to before.

    `supervised` is False for a unit in which nobody is a supervisor today: the head office is told at once instead.
    """
    if now <= due_at:
        return Level.OWNER
    late = now - due_at
    if late >= dt.timedelta(hours=terms.head_office):
        return Level.HEAD_OFFICE
    if late < dt.timedelta(hours=terms.supervisor):
        return Level.OWNER
    return Level.SUPERVISOR if supervised else Level.HEAD_OFFICE


def rises(
    risen: int,
    due_at: dt.datetime,
    now: dt.datetime,
    terms: Terms,
    *,
    supervised: bool = True,
    highest: Level = Level.HEAD_OFFICE,
) -> Sequence[Level]:
    """The levels that a duty still has to rise to at `now`, the lowest first; empty when it is where it belongs.

    `highest`: how far it may rise. What a worker promised is no legal clock: it is between them and their supervisors.
    """
    level = min(level_at(due_at, now, terms, supervised=supervised), highest)
    return [Level(each) for each in range(risen + 1, level + 1)]


def receiver(level: Level, unit: int, head_office: int | None, county_office: int | None) -> int:
    """The unit whose supervisors must look. `head_office` is the bureau's own; for a duty of that office itself it is
    the office of 社會處, which answers for the net (000); without any it stays with the unit."""
    if level is not Level.HEAD_OFFICE:
        return unit
    above = head_office if head_office not in (None, unit) else county_office
    return above if above is not None else unit
