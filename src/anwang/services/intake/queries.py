"""Reads of reports. What comes back is what row security lets the acting unit see."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Func, IntegerField, Q, QuerySet, Sum
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.people.linkage.searching import search
from anwang.platform.context import AccessContext
from anwang.platform.models import Decision
from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json

from .completeness import Completeness, completeness
from .keeping_persons import form_of
from .models import Report, ReportAttachment, ReportChange, ReportPerson, ReportReader
from .process import ReportState
from .re_reports import RULE as RE_REPORT
from .re_reports import ReReportOutcome
from .report_form import PersonForm, ReportForm

_NUMBER = re.compile(r"^[Rr][-‐–－]?(\d{1,9})$")


class Standpoint(StrEnum):
    """From where the acting unit reads a report: what it may see beyond the report itself depends on it."""

    DESK = "desk"
    SENT = "sent"
    DISPUTE = "dispute"
    REPORTED = "reported"

    @property
    def sees_the_work(self) -> bool:
        """Screening, dispatch and the re-report mark are not for the unit that only reported."""
        return self is not Standpoint.REPORTED


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person of a report: the row, the form's values, the standard record."""

    row: ReportPerson
    form: PersonForm
    record: StandardRecord


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with all that the acting unit may see of it. `decision`: the re-report rule's last, for the desk."""

    report: Report
    standpoint: Standpoint
    persons: tuple[PersonLine, ...]
    withdrawn: tuple[PersonLine, ...]
    changes: tuple[ReportChange, ...]
    attachments: tuple[ReportAttachment, ...]
    completeness: Completeness
    decision: Decision | None = None

    @property
    def state(self) -> ReportState:
        return ReportState(self.report.state)

    @property
    def is_re_report(self) -> bool:
        return self.decision is not None and self.decision.outcome == ReReportOutcome.RE_REPORT


def form_of_report(report: Report) -> ReportForm:
    """The report as the form that it came with, by what stands there now."""
    return ReportForm(
        channel=report.channel,
        reporter_kind=report.reporter_kind,
        mandated_kind=report.mandated_kind,
        received_at=report.received_at,
        late_reason=report.content.get("late_reason", ""),
        happened=report.happened_text,
        township=report.township,
        place=report.place,
        story=report.story,
        dangers=tuple(report.dangers),
        needs=tuple(report.needs),
        programme=report.programme,
    )


def standpoint_of(report: Report, by: AccessContext) -> Standpoint:
    """From where the unit reads: a unit that reported and was then sent it sees it as one that was sent it."""
    if by.unit_id == report.unit_id:
        return Standpoint.DESK
    kinds = set(
        ReportReader.objects.filter(report=report, unit_id=by.unit_id or 0, until__isnull=True).values_list(
            "kind", flat=True
        )
    )
    order = (Standpoint.SENT, Standpoint.DISPUTE, Standpoint.REPORTED)
    return next((each for each in order if each.value in kinds), Standpoint.REPORTED)


def report_view(report_id: int, by: AccessContext) -> ReportView | None:
    """A report as the acting unit may see it; None when it may not (or there is none)."""
    report = Report.objects.filter(pk=report_id).select_related("unit", "entered_by", "reporter_unit").first()
    if report is None:
        return None
    lines = [
        PersonLine(row, form_of(row), from_json(row.content))
        for row in ReportPerson.objects.filter(report=report).order_by("number", "pk")
    ]
    standpoint = standpoint_of(report, by)
    current = tuple(line for line in lines if line.row.withdrawn_at is None)
    numbers = {line.row.number for line in current}
    return ReportView(
        report,
        standpoint,
        current,
        tuple(line for line in lines if line.row.withdrawn_at and line.row.number not in numbers),
        tuple(ReportChange.objects.filter(report=report).order_by("pk")),
        tuple(ReportAttachment.objects.filter(report=report).defer("content").order_by("added_at", "pk")),
        completeness(form_of_report(report), [line.form for line in current]),
        re_report_decision(report) if standpoint.sees_the_work else None,
    )


def re_report_decision(report: Report) -> Decision | None:
    """The last word of the re-report rule, for those who may read it (the desk)."""
    return (
        Decision.objects.filter(subject_kind="report", subject_id=str(report.pk), rule_id=RE_REPORT)
        .order_by("-pk")
        .first()
    )


# ---- the list -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What to show of the reports; empty parts do not filter. `until_on` is the last day shown, in local time."""

    state: str = ""
    is_open: bool = False
    re_reports: bool = False
    township: str = ""
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report in the list, with its persons in order."""

    report: Report
    persons: tuple[StandardRecord, ...]


def report_number(text: str) -> int | None:
    """The number in a report's number as users write it (`R-0000123`); None when it is something else."""
    found = _NUMBER.match(text.strip())
    return int(found[1]) if found else None


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _wanted(wanted: ReportFilter, *, desk: bool) -> QuerySet[Report]:
    # Every report is the intake centre's; that this is said leads to its indexes, which are in the order of the list.
    desks = list(Unit.objects.filter(kind=Unit.Kind.INTAKE_CENTER).values_list("pk", flat=True))
    found = Report.objects.filter(unit_id__in=desks)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.is_open:
        found = found.filter(handled_at__isnull=True)
    if wanted.re_reports and desk:
        found = found.filter(re_report_of__isnull=False)
    if wanted.township:
        found = found.filter(township=wanted.township)
    if wanted.from_on:
        found = found.filter(received_at__gte=_midnight(wanted.from_on))
    if wanted.until_on:
        found = found.filter(received_at__lt=_midnight(wanted.until_on + dt.timedelta(days=1)))
    if wanted.text:
        found = found.filter(_said(wanted.text))
    return found


def _said(text: str) -> Q:
    """A report by its number, or by what the unit's own search finds of a person (name, number, phone, birthday)."""
    number = report_number(text)
    if number is not None:
        return Q(pk=number)
    records = [pk for hit in search(text, today=timezone.localdate(), limit=200) for pk in hit.records]
    return Q(pk__in=ReportPerson.objects.filter(record_id__in=records).values("report_id"))


def reports_page(
    wanted: ReportFilter, *, desk: bool, limit: int, offset: int = 0
) -> tuple[int, list[ReportLine]]:
    """How many reports there are, and a page of them: those whose clock runs by what is due, then the youngest first.

    `desk`: the acting unit is the intake centre, which alone may filter by re-report.
    """
    found = _wanted(wanted, desk=desk)
    total = found.count()
    running = found.filter(handled_at__isnull=True).order_by("due_at", "pk")
    page = list(running[offset : offset + limit])
    if len(page) < limit:
        before = running.count()
        rest = found.filter(handled_at__isnull=False).order_by("-received_at", "-pk")
        page += list(rest[max(0, offset - before) : max(0, offset - before) + limit - len(page)])
    return total, _with_persons(page)


def _with_persons(reports: Sequence[Report]) -> list[ReportLine]:
    persons: dict[int, list[StandardRecord]] = {report.pk: [] for report in reports}
    rows = ReportPerson.objects.filter(report_id__in=list(persons), withdrawn_at__isnull=True)
    for row in rows.order_by("report_id", "number"):
        persons[row.report_id].append(from_json(row.content))
    return [ReportLine(report, tuple(persons[report.pk])) for report in reports]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures above the list: reports whose clock runs, by band, and the share of fields that were known already.

    `prefilled` of `asked` fields, in the reports of the last 30 days; `share` None while nothing was asked.
    """

    running: int
    overdue: int
    within_hour: int
    within_eight: int
    asked: int
    prefilled: int
    reports: int

    @property
    def share(self) -> float | None:
        return self.prefilled / self.asked if self.asked else None


def figures(*, unit_id: int, now: dt.datetime) -> Figures:
    """The intake unit's figures. The unit is said here although row security says it too: the index is by it."""
    running = Report.objects.filter(unit_id=unit_id, handled_at__isnull=True)
    counts = running.aggregate(
        running=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        within_hour=Count("pk", filter=Q(due_at__gte=now, due_at__lte=now + dt.timedelta(hours=1))),
        within_eight=Count(
            "pk",
            filter=Q(due_at__gt=now + dt.timedelta(hours=1), due_at__lte=now + dt.timedelta(hours=8)),
        ),
    )
    asked, prefilled, reports = prefilled_share(unit_id=unit_id, since=now - dt.timedelta(days=30))
    return Figures(**counts, asked=asked, prefilled=prefilled, reports=reports)


def prefilled_share(*, unit_id: int, since: dt.datetime) -> tuple[int, int, int]:
    """Fields shown, fields filled without being asked, and reports, of what came since (以最低程度收集最完整資料)."""
    found = Report.objects.filter(unit_id=unit_id, received_at__gte=since).aggregate(
        asked=Sum(_length("asked")), prefilled=Sum(_length("prefilled")), reports=Count("pk")
    )
    return found["asked"] or 0, found["prefilled"] or 0, found["reports"]


def _length(field: str) -> Func:
    """How many entries a list holds: counted where it lies, a month's reports would be much to read."""
    return Func(field, function="jsonb_array_length", output_field=IntegerField())
