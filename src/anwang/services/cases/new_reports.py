"""New reports about a family that has an open case (再通報): found whoever received them, read by the unit in charge."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.services.dispatch.holding import still_with_unit
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.process import DispatchState
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.process import ReportState

from . import duties
from .frame import NoSuchCase, NotAccepted, deed, note, worked_case
from .models import Case, CaseMember, ReportJoined, ReportSeen
from .process import WORKED_ON
from .rules import text_problem


@dataclass(frozen=True, slots=True)
class NewReport:
    """That there is a report about the family: its number, when it came, who has it now, and whether it was seen.
    Nothing of its content: that is for whom it was sent to. `dispatch_id`: by which the case's own unit has taken it and
    not gone on with it in any case yet, so that it can be joined to this one."""

    report_id: int
    number: str
    received_at: dt.datetime
    state: str
    unit: str
    is_seen: bool
    dispatch_id: int | None = None


def new_reports(case: Case) -> list[NewReport]:
    """Reports about somebody of the case since it was opened, the oldest first. The case's own is none of them."""
    seen = _dealt_with(case)
    with acting(SYSTEM):
        rows = _reports_about(case).order_by("received_at", "pk")
        taken = {each.report_id: each for each in _taken_by_unit(case, [row.pk for row in rows])}
        return [
            NewReport(
                row.pk,
                row.number,
                row.received_at,
                ReportState(row.state).label,
                row.unit.name,
                row.pk in seen,
                taken[row.pk].pk if row.pk in taken else None,
            )
            for row in rows.select_related("unit")
        ]


def _taken_by_unit(case: Case, report_ids: list[int]) -> list[Dispatch]:
    """The dispatches by which the case's unit has taken reports to serve the family, has them still, and goes on with them
    in no case yet. What goes on in another case of the unit can only be taken note of here."""
    found = list(
        Dispatch.objects.filter(
            report_id__in=report_ids,
            to_unit_id=case.unit_id,
            state=DispatchState.ACCEPTED,
            purpose=Dispatch.Purpose.SERVE,
        )
    )
    numbers = [each.pk for each in found]
    elsewhere = {
        *Case.objects.filter(dispatch_id__in=numbers).values_list("dispatch_id", flat=True),
        *ReportJoined.objects.filter(dispatch_id__in=numbers).values_list("dispatch_id", flat=True),
    }
    here = still_with_unit(found) - elsewhere
    return [each for each in found if each.pk in here]


def _dealt_with(case: Case) -> set[int]:
    """The reports that the unit took note of, or that go on in the case."""
    return {
        *ReportSeen.objects.filter(case=case).values_list("report_id", flat=True),
        *ReportJoined.objects.filter(case=case).values_list("report_id", flat=True),
    }


def _reports_about(case: Case) -> QuerySet[Report]:
    """Reports in which a person of the case (or its household) is named, from the day on which it was opened."""
    # The numbers first: a query within a query, joined by "or", would read every person of every report.
    persons = CaseMember.objects.filter(case=case, person__isnull=False, replaced_by__isnull=True)
    named = Q(person_id__in=list(persons.values_list("person_id", flat=True)))
    if case.household_id is not None:
        named |= Q(household_id=case.household_id)
    about = ReportPerson.objects.filter(named, withdrawn_at__isnull=True).values_list("report_id", flat=True)
    return Report.objects.filter(pk__in=set(about), received_at__gt=case.opened_at).exclude(
        pk=case.report_id or 0
    )


def note_new_reports(*, now: dt.datetime, within: dt.timedelta = dt.timedelta(days=7)) -> int:
    """Make every new report about an open case a duty of its worker; run again it changes nothing. Returns how many
    cases and reports it looked at together."""
    found = 0
    with acting(SYSTEM):
        young = ReportPerson.objects.filter(report__received_at__gt=now - within, withdrawn_at__isnull=True)
        persons, homes = young.values("person_id"), young.values("household_id")
        cases = Case.objects.filter(
            Q(
                pk__in=CaseMember.objects.filter(person_id__in=persons, replaced_by__isnull=True).values(
                    "case_id"
                )
            )
            | Q(household_id__in=homes),
            state__in=WORKED_ON,
        ).distinct()
        for case in cases:
            dealt_with = _dealt_with(case)
            for report in _reports_about(case).filter(received_at__gt=now - within):
                if report.pk in dealt_with:
                    continue
                found += 1
                duties.ask(case, duties.NEW_REPORT, now, owner=case.worker_id, sequence=report.pk)
    return found


@deed(Permission.WORK_CASES)
def see_report(
    *, case_id: int, report_id: int, text: str, by: AccessContext, by_name: str, now: dt.datetime
) -> ReportSeen:
    """The unit in charge took note of a new report, and says what it makes of it.

    To take note is not to reach the family: whoever took the report still has to (`dispatch.first_contact`), by a contact
    that is written down or by joining the report to a case.
    """
    case = worked_case(case_id, "記下新的通報")
    if report_id not in {each.report_id for each in new_reports(case)}:
        raise NoSuchCase(report_id)
    if (there := ReportSeen.objects.filter(case=case, report_id=report_id).first()) is not None:
        return there
    if problem := text_problem(text, "怎麼處理"):
        raise NotAccepted({"text": problem})
    made = ReportSeen.objects.create(
        case=case,
        unit_id=case.unit_id,
        report_id=report_id,
        note=text.strip(),
        at=now,
        by_id=by.member_id,
        by_name=by_name,
    )
    duties.answered(case, duties.NEW_REPORT, now, by.member_id, sequence=report_id)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "see_report", report=report_id)
    return made
