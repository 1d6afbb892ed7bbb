"""A case written down as `services/cases` keeps it: opened with its people, told of new reports."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from anwang.agencies.models import Agency
from anwang.platform import audit
from anwang.services.cases import duties as case_duties
from anwang.services.cases.clock_rules import Deed
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.models import Case, CaseMember, ReportJoined, ReportSeen
from anwang.services.cases.people import SHARES_THE_HOME, typed_member
from anwang.services.cases.serving import service_of
from anwang.services.dispatch import duties as dispatch_duties
from anwang.services.dispatch.models import Dispatch
from anwang.services.intake.process import ReportState
from anwang.services.programs.loading import programmes
from anwang.standard.codes import AgencyCode

from . import deeds
from .book import Book
from .people import People
from .staff import Staff
from .writing_case_duties import CaseDuties, KeptCase
from .writing_reports import KeptReport, ReportsWriter


@dataclass
class CasesWriter:
    """Writes openings, and what a new report asks of a case. `of` are the kept cases by the simulation's number;
    one that could not be opened is not among them, and its deeds are passed over."""

    book: Book
    people: People
    staff: Staff
    reports: ReportsWriter
    duties: CaseDuties
    of: dict[int, KeptCase] = field(default_factory=dict)
    by_key: dict[int, KeptCase] = field(default_factory=dict)
    of_person: dict[int, list[KeptCase]] = field(default_factory=lambda: defaultdict(list))
    of_home: dict[int, list[KeptCase]] = field(default_factory=lambda: defaultdict(list))
    gone_on: set[int] = field(default_factory=set)
    passed_over: int = 0

    def __post_init__(self) -> None:
        self._agencies = {unit.id: unit.agency for unit in self.staff.where.units}
        self._agency_keys = dict(Agency.objects.values_list("code", "pk"))

    def worked(self, deed: deeds.OfCase) -> KeptCase | None:
        """The case of a deed, if work on it goes on."""
        case = self.of.get(deed.case)
        return case if case is not None and case.is_worked_on else None

    # ---- opening ------------------------------------------------------------------------------------------------

    def open(self, deed: deeds.CaseOpened) -> None:
        now, report = deed.at, self.reports.of.get(deed.report) if deed.report is not None else None
        dispatch = report.rounds[-1] if report is not None else None
        unit = (
            dispatch["to_unit_id"]
            if dispatch is not None
            else self.staff.in_charge(deed.programme, deed.township)
        )
        client = self.people.person_of.get(deed.members[0][0])
        if any(
            case.is_worked_on and (case.row["unit_id"], case.programme.id) == (unit, deed.programme)
            for case in self.of_person.get(client or 0, ())
            if case.row["client_id"] == client
        ):
            self.passed_over += 1
            return
        worker, supervisor = self.staff.worker(unit, deed.case), self.staff.supervisor(unit)
        programme = programmes(timezone.localdate(now))[deed.programme]
        row = self.book[Case].add(
            unit_id=unit,
            programme=deed.programme,
            worker_id=worker.member_id,
            supervisor_id=supervisor.member_id,
            report_id=report.key if report else None,
            dispatch_id=dispatch["id"] if dispatch else None,
            investigation_id=report.investigation["id"] if report and report.investigation else None,
            reason=deed.reason,
            township=deed.township,
            opened_at=now,
            opened_by_id=worker.member_id,
            opened_by_name=worker.name,
        )
        case = KeptCase(row, programme, worker, supervisor, report)
        self.of[deed.case] = self.by_key[case.key] = case
        if report is not None:
            self.gone_on.add(report.key)
        self._members(case, deed)
        if row["household_id"] is not None:
            today = timezone.localdate(now)
            self.people.show_case(row["household_id"], self._agency_of(unit), unit, today)
            self.of_home[row["household_id"]].append(case)
        self.duties.deed_done(case, Deed.OPENED, now, now)
        if report is not None:
            self.book.withdraw(
                dispatch_duties.REPORT, report.key, dispatch_duties.FIRST_CONTACT, now,
                "已開案，首次聯繫由個案的期限接續",
            )  # fmt: skip
        self.duties.note(
            audit.Action.OPENED_CASE,
            case,
            worker,
            now,
            "open",
            members=len(deed.members),
            programme=programme.id,
        )

    def _agency_of(self, unit_id: int) -> int:
        return int(self._agency_keys[self._agencies[unit_id]])

    def _members(self, case: KeptCase, deed: deeds.CaseOpened) -> None:
        now, by, unit, home = deed.at, case.worker, case.row["unit_id"], None
        day = timezone.localdate(now)
        for number, (sim, given) in enumerate(deed.members, 1):
            agency = AgencyCode(self._agencies[unit])
            record = typed_member(f"{case.key}-{number}", number, agency, given, day)
            shares = given.role in SHARES_THE_HOME
            lives = home if shares else None
            kept, content = self.people.keep(
                sim, record, unit_id=unit, agency_id=self._agency_of(unit), household_id=lives,
                lives_by=f"個案 {case.number} 的同住家人" if lives else "",
                service=service_of(case.programme.id, day), by=by, now=now,
            )  # fmt: skip
            if shares:
                home = home or kept.household_id
            if number == 1:
                case.row["client_id"], case.row["household_id"] = kept.person_id, kept.household_id
            member = self.book[CaseMember].add(
                case_id=case.key,
                unit_id=unit,
                number=number,
                role=given.role,
                name=record.name.text,
                relation=given.relation.strip(),
                content=content,
                person_id=kept.person_id,
                record_id=kept.record_id,
                at=now,
                by_id=by.member_id,
                by_name=by.name,
            )
            case.members.append(member)
            self.of_person[kept.person_id].append(case)

    # ---- new reports about the family ---------------------------------------------------------------------------

    def about(self, report: KeptReport) -> list[KeptCase]:
        """The cases that go on whose family the report names, by number."""
        found: dict[int, KeptCase] = {}
        for person in report.persons:
            for case in self.of_person.get(person["person_id"] or 0, ()):
                found[case.key] = case
            for case in self.of_home.get(person["household_id"] or 0, ()):
                found[case.key] = case
        return [
            found[key]
            for key in sorted(found)
            if found[key].is_worked_on
            and report.row["received_at"] > found[key].row["opened_at"]
            and found[key].report is not report
        ]

    def unread(self, case: KeptCase) -> int:
        """How many reports about the family nobody of the case has looked at."""
        reports = {
            id(report): report
            for member in case.members
            for report in self.reports.naming.get(member["person_id"], ())
        }
        if case.row["household_id"] is not None:
            reports |= {id(each): each for each in self.reports.at_home.get(case.row["household_id"], ())}
        return sum(
            each.row["received_at"] > case.row["opened_at"]
            and each is not case.report
            and each.key not in case.seen
            for each in reports.values()
        )

    def notice(self, deed: deeds.Noticed) -> None:
        report = self.reports.of[deed.report]
        for case in self.about(report):
            if report.key not in case.seen:
                self.duties.ask(
                    case, case_duties.NEW_REPORT, deed.at, owner=case.row["worker_id"], sequence=report.key
                )

    def see_report(self, deed: deeds.ReportSeen) -> None:
        report = self.reports.of[deed.report]
        for case in self.about(report):
            if not self._is_asked(case, report):
                continue
            case.seen.add(report.key)
            joins = self._waits_for_a_case(report, case)
            written = {
                "case_id": case.key,
                "unit_id": case.row["unit_id"],
                "report_id": report.key,
                "note": deed.text,
                "at": deed.at,
                "by_id": case.worker.member_id,
                "by_name": case.worker.name,
            }
            if joins:
                self.book[ReportJoined].add(dispatch_id=report.rounds[-1]["id"], **written)
            else:
                self.book[ReportSeen].add(**written)
            self.book.meet(
                SUBJECT, case.key, case_duties.NEW_REPORT, deed.at, case.worker.member_id, sequence=report.key
            )
            if joins:
                self.gone_on.add(report.key)
                self._contact_goes_on(case, report, deed.at)
            done = "join_report" if joins else "see_report"
            self.duties.note(audit.Action.CHANGED_CASE, case, case.worker, deed.at, done, report=report.key)

    def _contact_goes_on(self, case: KeptCase, report: KeptReport, now: dt.datetime) -> None:
        """As `cases.joining`: met by a visit since the report came, else the case's duty from then on."""
        subject, rule = dispatch_duties.REPORT, dispatch_duties.FIRST_CONTACT
        due = next(
            (row for row in self.book.open_duties(subject, report.key) if row["rule_id"] == rule), None
        )
        if due is None:
            return
        since = [at for at in case.visited if at >= report.row["received_at"]]
        if since:
            self.book.meet(subject, report.key, rule, min(*since, now), case.worker.member_id)
            return
        self.book.withdraw(subject, report.key, rule, now, f"併入個案 {case.number}，由個案的期限接續")
        self.duties.contact_for_report(case, due, report, now)

    def _is_asked(self, case: KeptCase, report: KeptReport) -> bool:
        return any(
            row["rule_id"] == case_duties.NEW_REPORT and row["sequence"] == report.key
            for row in self.book.open_duties(SUBJECT, case.key)
        )

    def _waits_for_a_case(self, report: KeptReport, case: KeptCase) -> bool:
        """Whether the case's unit has the report to serve the family, and goes on with it in no case yet."""
        last = report.rounds[-1] if report.rounds else None
        return (
            last is not None
            and report.row["state"] == ReportState.ACCEPTED
            and (last["to_unit_id"], last["purpose"]) == (case.row["unit_id"], Dispatch.Purpose.SERVE)
            and report.key not in self.gone_on
        )
