"""The past into the database: all deeds up to a moment, written in bulk as the rooms' own actions would have kept them.

One transaction: a kill leaves nothing half done. `tests/flows/simulate` does a sample of the same deeds by the real
actions and compares every column.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.people.registry.keeping import lock_homes
from anwang.people.registry.renewing import renew_own_service_grants, renew_search_keys
from anwang.platform.context import SYSTEM, acting
from anwang.services.intake.models import Report

from . import deeds
from .book import Book
from .people import People
from .staff import staff
from .writing_case_duties import CaseDuties
from .writing_cases import CasesWriter
from .writing_closings import ClosingsWriter
from .writing_dispatches import DispatchesWriter
from .writing_investigations import InvestigationsWriter
from .writing_plans import PlansWriter
from .writing_promises import PromisesWriter
from .writing_replies import RepliesWriter
from .writing_reports import ReportsWriter
from .writing_visits import VisitsWriter


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: rows by table, whom each person of the simulation is in the registry, and how many deeds were
    passed over because what they are about had ended otherwise."""

    rows: Mapping[str, int]
    person_of: Mapping[int, int]
    report_of: Mapping[int, int]
    case_of: Mapping[int, int]
    passed_over: int


def write_deeds(
    done: Sequence[deeds.Deed],
    *,
    truth: Mapping[str, int],
    now: dt.datetime,
    progress: Callable[[str], None] = lambda text: None,
) -> Written:
    """Write the deeds, which are in order of time. `truth`: of each record of a roster the person of the simulation."""
    today = timezone.localdate(now)
    first = timezone.localdate(done[0].at) if done else today
    with acting(SYSTEM):
        lock_homes(alone=True)
        book = Book(first=first)
        people = People(book)
        people.read(truth)
        everybody = staff(today)
        desk = Unit.objects.select_related("agency").get(pk=everybody.desk_unit)
        reports = ReportsWriter(book, people, everybody, desk.agency_id)
        investigations = InvestigationsWriter(book, everybody, reports)
        dispatches = DispatchesWriter(book, everybody, reports, investigations)
        replies = RepliesWriter(book, everybody, reports)
        duties = CaseDuties(book)
        cases = CasesWriter(book, people, everybody, reports, duties)
        promises = PromisesWriter(book)
        visits = VisitsWriter(book, people, duties, cases, promises)
        plans = PlansWriter(book, duties, cases, promises)
        closings = ClosingsWriter(book, people, duties, cases, plans)
        write: dict[type[deeds.Deed], Callable[[Any], None]] = {
            deeds.Submitted: replies.submit,
            deeds.Replied: replies.reply,
            deeds.Screened: reports.screen,
            deeds.Sent: dispatches.send,
            deeds.Accepted: dispatches.accept,
            deeds.Returned: dispatches.return_,
            deeds.Settled: dispatches.settle,
            deeds.NotOpened: dispatches.not_open,
            deeds.ReferralReceived: dispatches.receive_referral,
            deeds.InvestigatorNamed: investigations.name_investigator,
            deeds.FirstContact: investigations.first_contact,
            deeds.Concluded: investigations.conclude,
            deeds.Noticed: cases.notice,
            deeds.ReportSeen: cases.see_report,
            deeds.CaseOpened: cases.open,
            deeds.VisitPlanned: visits.plan_visit,
            deeds.VisitRecorded: visits.record_visit,
            deeds.Assessed: plans.assess,
            deeds.PlanSubmitted: plans.submit_plan,
            deeds.PlanAnswered: plans.answer_plan,
            deeds.Reviewed: plans.review,
            deeds.ClosingAsked: closings.ask_closing,
            deeds.ClosingGranted: closings.grant_closing,
        }
        for deed in done:
            write[type(deed)](deed)
        progress(f"寫入 {len(reports.of)} 件通報、{len(cases.of)} 件個案 …")
        people.settle_presences()
        rows = book.write()
        renew_search_keys()
        renew_own_service_grants(now=now)
    return Written(
        rows,
        people.person_of,
        {number: report.key for number, report in reports.of.items()},
        {number: case.key for number, case in cases.of.items()},
        cases.passed_over,
    )


def is_written() -> bool:
    """Whether there are reports already: then the past is there."""
    with acting(SYSTEM):
        return Report.objects.exists()
