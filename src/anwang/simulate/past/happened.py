"""What happened, as frozen values: reports, dispatches, cases, visits. Persons and households by the simulation's numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.services.dispatch.rules import NotOpenedReason, ReturnReason
from anwang.services.intake.investigation_rules import Safety
from anwang.services.intake.vocabulary import Channel, ReporterKind
from anwang.standard.report_answers import Danger, MandatedKind, Need


@dataclass(frozen=True, slots=True)
class DispatchThen:
    """One dispatch: how long after the report it was sent and answered (None: not yet), and why it came back."""

    sent_after: dt.timedelta
    answered_after: dt.timedelta | None
    returned_for: ReturnReason | None = None


@dataclass(frozen=True, slots=True)
class InvestigationThen:
    """An investigation: when the family was first reached, when and how it was concluded."""

    contact_at: dt.datetime
    concluded_at: dt.datetime
    substantiated: bool
    safety: Safety


@dataclass(frozen=True, slots=True)
class VisitThen:
    """A visit that was planned; `met` False: nobody was met on that day. `lag`: how long until it was written down."""

    planned_at: dt.datetime
    met: bool
    place: str
    lag: dt.timedelta


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
    """A case from its opening to its closure (None: still open). The level is that of its beginning."""

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
        """The share of planned visits that were met."""
        return sum(visit.met for visit in self.visits) / max(1, len(self.visits))


@dataclass(frozen=True, slots=True)
class ReportThen:
    """A report and what became of it. `case` is the case that it opened or that was open already, `again_of` the report
    that it follows. `screened_after` and `handled_at` are None of a report that still waits for it."""

    number: int
    household: int
    subject: int
    alleged: int | None
    others: tuple[int, ...]
    programme: str
    dangers: tuple[Danger, ...]
    needs: tuple[Need, ...]
    injuries: str
    received_at: dt.datetime
    channel: Channel
    reporter: ReporterKind
    mandated: MandatedKind | None
    story: str
    screened_after: dt.timedelta | None
    dispatches: tuple[DispatchThen, ...]
    investigation: InvestigationThen | None
    not_opened: NotOpenedReason | None
    handled_at: dt.datetime | None
    case: int | None
    again_of: int | None

    @property
    def opened(self) -> bool:
        """Whether a case serves the family after it."""
        return self.case is not None


@dataclass(frozen=True, slots=True)
class Past:
    """All of it, by time."""

    reports: tuple[ReportThen, ...]
    cases: tuple[CaseThen, ...]
