"""What happened, as frozen values: reports, dispatches, cases, visits. Persons and households by the simulation's numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.services.intake.vocabulary import Channel, MandatedKind, ReporterKind, Urgency


@dataclass(frozen=True, slots=True)
class DispatchThen:
    """One dispatch: hours after the report when it was sent and answered, and the reason when it was returned."""

    sent_after: dt.timedelta
    answered_after: dt.timedelta
    returned_for: str = ""


@dataclass(frozen=True, slots=True)
class VisitThen:
    """A visit that was planned; `done_at` None: nobody was met on that day."""

    planned_on: dt.date
    done_at: dt.datetime | None
    place: str


@dataclass(frozen=True, slots=True)
class AssessmentThen:
    """A family assessment: the level and the needs found, from 0 (none) to 3 (severe), by area."""

    on: dt.date
    level: str
    needs: dict[str, int]


@dataclass(frozen=True, slots=True)
class GoalThen:
    """A goal of the plan, and how far it came: 0 untouched, 1 partly, 2 reached."""

    area: str
    due_on: dt.date
    reached: int


@dataclass(frozen=True, slots=True)
class CaseThen:
    """A case from its opening to its closure (None: still open). `work` is the share of planned visits that were met."""

    number: int
    report: int | None
    programme: str
    household: int
    client: int
    members: tuple[int, ...]
    opened_at: dt.datetime
    level: str
    assessments: tuple[AssessmentThen, ...]
    goals: tuple[GoalThen, ...]
    visits: tuple[VisitThen, ...]
    closed_at: dt.datetime | None
    goals_met: bool

    @property
    def work(self) -> float:
        return sum(visit.done_at is not None for visit in self.visits) / max(1, len(self.visits))


@dataclass(frozen=True, slots=True)
class ReportThen:
    """A report and what became of it. `case` is the case that it opened, `again_of` the report that it follows."""

    number: int
    household: int
    subject: int
    alleged: int | None
    others: tuple[int, ...]
    programme: str
    urgency: Urgency
    dangers: tuple[str, ...]
    received_at: dt.datetime
    channel: Channel
    reporter: ReporterKind
    mandated: MandatedKind | None
    story: str
    dispatches: tuple[DispatchThen, ...]
    opened: bool
    handled_at: dt.datetime
    case: int | None
    again_of: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """All of it, by time."""

    reports: tuple[ReportThen, ...]
    cases: tuple[CaseThen, ...]
