"""Reads of the desk: the queue in its order, its counts, one report with all that was decided on it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When
from django.utils import timezone

from anwang.services.intake.entry_rules import ProgrammeSuggestion
from anwang.services.intake.models import Report, ReportPerson, Screening
from anwang.services.intake.process import ReportState
from anwang.services.intake.screening import age_text, persons_of, suggestions, surroundings
from anwang.services.intake.screening_rules import Suggestion
from anwang.services.intake.vocabulary import ReportRole, Urgency
from anwang.services.programs.rules import Responsibility

from .models import Dispatch
from .places import Places, home_township, places
from .process import DispatchState
from .rules import HOUR, SHIFT, Band, band

AT_DESK = (ReportState.RECEIVED, ReportState.SCREENED, ReportState.RETURNED)


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """What stands open at a desk: by state, how many are overdue, and the next end of 24 hours (None: nothing open)."""

    by_state: dict[str, int]
    overdue: int
    next_due_at: dt.datetime | None

    @property
    def at_desk(self) -> int:
        return sum(self.by_state.get(state, 0) for state in AT_DESK)

    def of(self, state: ReportState) -> int:
        return self.by_state.get(state, 0)


def desk_counts(unit_id: int, now: dt.datetime) -> DeskCounts:
    found = _open(unit_id)
    by_state = dict(found.order_by().values_list("state").annotate(Count("pk")))
    sums = found.aggregate(overdue=Count("pk", filter=Q(due_at__lt=now)), next=Min("due_at"))
    return DeskCounts(by_state, sums["overdue"], sums["next"])


def _open(unit_id: int) -> QuerySet[Report]:
    # The unit is said here although row security says it too: only a plain comparison uses the index on it.
    return Report.objects.filter(unit_id=unit_id, handled_at__isnull=True)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A report in the queue, with what a person needs to decide on it. `suggestion` is the rule's, `screening` the last
    decision of a person; `services`: how many units serve
    its people now; `returns` are in order, `last` is the newest dispatch. `ages` are those of the subjects."""

    report: Report
    band: Band
    ages: tuple[str, ...]
    suggestion: Suggestion
    screening: Screening | None
    proposal: Responsibility
    is_manned: bool
    services: int
    returns: tuple[Dispatch, ...]
    last: Dispatch | None

    @property
    def urgency(self) -> Urgency:
        return self.suggestion.urgency if self.screening is None else Urgency(self.screening.urgency)

    @property
    def undecided(self) -> tuple[ProgrammeSuggestion, ...]:
        """Programmes between which a person must choose, because an age is to be confirmed; empty once screened."""
        return self.suggestion.side_by_side if self.screening is None else ()

    @property
    def programme(self) -> str:
        return self.suggestion.programme if self.screening is None else self.screening.programme


def queue(
    unit_id: int, states: Sequence[ReportState], now: dt.datetime, *, limit: int, offset: int = 0
) -> list[DeskRow]:
    """A page of a desk's open reports: danger first, then by band of the clock, then urgency, then time left."""
    urgent = Case(
        *[When(urgency=each, then=Value(each.rank)) for each in Urgency],
        default=Value(9),
        output_field=IntegerField(),
    )
    place = Case(
        When(urgency=Urgency.IMMEDIATE, then=Value(0)),
        When(due_at__lt=now, then=Value(1)),
        When(due_at__lte=now + HOUR, then=Value(2)),
        When(due_at__lte=now + SHIFT, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    # First which, then their rows: joined to the earlier report while all are sorted, the whole table would be read.
    numbers = list(
        _open(unit_id)
        .filter(state__in=states)
        .order_by(place, urgent, "due_at", "pk")
        .values_list("pk", flat=True)[offset : offset + limit]
    )
    found = Report.objects.select_related("reporter_unit").prefetch_related("re_report_of").in_bulk(numbers)
    return desk_rows([found[pk] for pk in numbers if pk in found], now)


def desk_rows(reports: Sequence[Report], now: dt.datetime) -> list[DeskRow]:
    """Rows for these reports, in the order given; the same number of queries for one as for fifty."""
    numbers = [report.pk for report in reports]
    persons = persons_of(numbers)
    last_screening = {
        each.report_id: each
        for each in Screening.objects.filter(report__in=numbers).select_related("decision").order_by("pk")
    }
    rounds: dict[int, list[Dispatch]] = defaultdict(list)
    for dispatch in Dispatch.objects.filter(report__in=numbers).select_related("to_unit").order_by("round"):
        rounds[dispatch.report_id].append(dispatch)
    around = surroundings(persons)
    suggested = suggestions(reports, persons, around)
    where = places(timezone.localdate(now))
    return [
        _row(
            report,
            persons[report.pk],
            suggested[report.pk],
            last_screening.get(report.pk),
            rounds[report.pk],
            around.get(report.pk, 0),
            where,
            now,
        )
        for report in reports
    ]


def _row(
    report: Report,
    persons: Sequence[ReportPerson],
    suggestion: Suggestion,
    screening: Screening | None,
    rounds: Sequence[Dispatch],
    services: int,
    where: Places,
    now: dt.datetime,
) -> DeskRow:
    on = timezone.localdate(report.received_at)
    programme = screening.programme if screening else suggestion.programme
    proposal = where.proposed(programme, home_township(report, persons))
    return DeskRow(
        report=report,
        band=band(Urgency(report.urgency), report.due_at, now),
        ages=tuple(age_text(p.content, on) for p in persons if p.role == ReportRole.SUBJECT),
        suggestion=suggestion,
        screening=screening,
        proposal=proposal,
        is_manned=proposal.unit is not None and where.is_manned(proposal.unit.id),
        services=services,
        returns=tuple(each for each in rounds if each.state == DispatchState.RETURNED),
        last=rounds[-1] if rounds else None,
    )


def desk_row(report_id: int, unit_id: int, now: dt.datetime) -> DeskRow | None:
    """One report of a desk, whatever its state; None when it is none of the desk's."""
    report = (
        Report.objects.filter(pk=report_id, unit_id=unit_id)
        .select_related("re_report_of", "reporter_unit")
        .first()
    )
    return desk_rows([report], now)[0] if report else None


def history(report_id: int) -> list[Dispatch]:
    """A report's dispatches that the acting unit may see, in order."""
    return list(
        Dispatch.objects.filter(report_id=report_id).select_related("to_unit", "decision").order_by("round")
    )
