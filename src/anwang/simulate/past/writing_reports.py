"""A report written down as `services/intake` keeps it: entered, its clock, its persons, the re-report mark, screened."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace

from django.utils import timezone

from anwang.platform import audit
from anwang.platform.county_policy import area_code
from anwang.platform.sealing import seal_field
from anwang.services.intake import submitting
from anwang.services.intake.completeness import jurisdiction_township
from anwang.services.intake.keeping_persons import LIVES_BY
from anwang.services.intake.models import (
    Report,
    Reporter,
    ReportPerson,
    ReportReader,
    Screening,
)
from anwang.services.intake.persons import person_record
from anwang.services.intake.process import REPORT, ReportState
from anwang.services.intake.re_reports import RULE as RE_REPORT
from anwang.services.intake.re_reports import ReReportOutcome, re_report
from anwang.services.intake.report_form import PersonForm
from anwang.services.intake.rules import HANDLE_HOURS, HANDLE_RULE, handle_due_at, happened_parts
from anwang.services.intake.screening import person_facts
from anwang.services.intake.screening_rules import RULE as URGENCY
from anwang.services.intake.screening_rules import (
    ReportFacts,
    Suggestion,
    is_overruling,
    suggest,
)
from anwang.services.intake.vocabulary import ReporterKind, ReportRole
from anwang.services.programs.loading import programmes
from anwang.standard.codes import OwnSource
from anwang.standard.record import Period
from anwang.standard.report_answers import MandatedKind
from anwang.standard.serial import to_json

from . import deeds
from .book import Book
from .people import People
from .rows import Row
from .staff import AtWork, Staff

SUBJECT = submitting.SUBJECT
_TOGETHER = (ReportRole.SUBJECT, ReportRole.CARER, ReportRole.FAMILY)


@dataclass(slots=True)
class KeptReport:
    """A report as it is written: its row, persons, and what became of it so far."""

    row: Row
    persons: list[Row]
    entered: AtWork
    is_re_report: bool = False
    rounds: list[Row] = field(default_factory=list)
    readers: dict[tuple[int, str], Row] = field(default_factory=dict)
    dispute: Row | None = None
    not_opened: Row | None = None
    investigation: Row | None = None

    @property
    def key(self) -> int:
        return int(self.row["id"])

    @property
    def number(self) -> str:
        return f"R-{self.key:07d}"

    @property
    def township(self) -> str:
        """Where the first subject lives, else where it happened."""
        for person in self.persons:
            if person["role"] == ReportRole.SUBJECT and (town := _township(person)):
                return town
        return str(self.row["township"])

    def move(self, name: str) -> None:
        self.row["state"] = REPORT.after(ReportState(self.row["state"]), name)


def _township(person: Row) -> str:
    return str((person["content"].get("address") or {}).get("township", ""))


@dataclass
class ReportsWriter:
    """Writes the deeds of the desk. `of` are the kept reports by the simulation's number."""

    book: Book
    people: People
    staff: Staff
    desk_agency: int
    of: dict[int, KeptReport] = field(default_factory=dict)
    naming: dict[int, list[KeptReport]] = field(default_factory=lambda: defaultdict(list))
    at_home: dict[int, list[KeptReport]] = field(default_factory=lambda: defaultdict(list))

    # ---- entering -----------------------------------------------------------------------------------------------

    def submit(self, deed: deeds.Submitted) -> None:
        form, now, policy = deed.form, deed.at, self.book.policy
        by = self.staff.who_enters(form, deed.report)
        desk = self.staff.desk_unit
        said = [
            replace(form, person_id=self.people.person_of.get(sim)) if sim is not None else form
            for sim, form in deed.persons
        ]
        received_at = timezone.localtime(form.received_at)
        happened_on, happened_text = happened_parts(form.happened)
        row = self.book[Report].add(
            unit_id=desk,
            received_at=received_at,
            due_at=handle_due_at(received_at, now, policy=policy),
            channel=form.channel,
            reporter_kind=form.reporter_kind,
            mandated_kind=form.mandated_kind if form.reporter_kind == ReporterKind.MANDATED else "",
            reporter_unit_id=by.context.unit_id if by.context.unit_id != desk else None,
            happened_on=happened_on,
            happened_text=happened_text,
            township=jurisdiction_township(form.township, said),
            place=form.place.strip(),
            story=form.story.strip(),
            dangers=list(form.dangers),
            needs=list(form.needs),
            asked=sorted(set(form.asked)),
            prefilled=sorted(set(form.prefilled) & set(form.asked)),
            client_digest=submitting._digest(form, said, deed.reporter, ()),
            entered_at=now,
            entered_by_id=by.member_id,
            entered_by_name=by.name,
        )
        report = self.of[deed.report] = KeptReport(row, [], by)
        self._keep_persons(report, deed.persons, by, now)
        self._keep_reporter(report, deed)
        if by.context.unit_id != desk:
            self.let_read(report, by.context.unit_id or 0, ReportReader.Kind.REPORTED, now)
        hours = self.book.number(HANDLE_HOURS, received_at)
        self.book.open_duty(
            SUBJECT, report.key, HANDLE_RULE,
            label=f"通報 {report.number}：{hours} 小時內完成篩派案",
            rule_label=policy.parameter(HANDLE_HOURS).label_zh,
            subject_label=report.number,
            unit_id=desk,
            opened_at=received_at,
            due_at=row["due_at"],
            citation=self.book.cite(HANDLE_HOURS),
            url=f"/dispatch/{report.key}/",
        )  # fmt: skip
        self._mark(report, now)
        known = sorted({person["person_id"] for person in report.persons if person["person_id"] is not None})
        for kind, key in [(SUBJECT, report.key), *(("person", each) for each in known)]:
            self.book.note(
                audit.Action.ENTERED_REPORT, kind, key, by.context, by.name, now,
                files=0, report=report.key, persons=len(report.persons),
            )  # fmt: skip

    def _keep_persons(
        self,
        report: KeptReport,
        persons: tuple[tuple[int | None, PersonForm], ...],
        by: AtWork,
        now: dt.datetime,
    ) -> None:
        today = timezone.localdate(now)
        head, home = persons[0][1], None
        for number, (sim, form) in enumerate(persons, 1):
            record = person_record(
                form,
                report=report.number,
                number=number,
                period=Period(today.year, today.month),
                head=None if number == 1 else head,
                area=area_code(today),
            )
            kept, content = None, None
            if sim is not None:
                lives = home if number > 1 and _lives_with(form, head) else None
                kept, content = self.people.keep(
                    sim, record, unit_id=report.row["unit_id"], agency_id=self.desk_agency, household_id=lives,
                    lives_by=LIVES_BY if lives else "", by=by, now=now,
                )  # fmt: skip
            if number == 1:
                home = kept.household_id if kept else None
            person = self.book[ReportPerson].add(
                report_id=report.key,
                unit_id=report.row["unit_id"],
                number=number,
                role=form.role,
                relation=form.relation.strip(),
                content=content or to_json(record),
                injuries=form.injuries.strip(),
                note=form.note.strip(),
                record_id=kept.record_id if kept else None,
                person_id=kept.person_id if kept else None,
                household_id=kept.household_id if kept else None,
            )
            report.persons.append(person)
            if kept is not None:
                self.people.reports[kept.person_id].append(report.row)
                self.naming[kept.person_id].append(report)
                self.at_home[kept.household_id].append(report)

    def end_work(self, report: KeptReport, now: dt.datetime) -> None:
        """The desk serves those whom the report names no longer (`intake.keeping_persons.end_work`)."""
        for person in report.persons:
            if person["record_id"] is not None:
                self.people.end_service(
                    OwnSource.INTAKE_REPORT, f"{report.number}-{person['number']}", timezone.localdate(now)
                )

    def _keep_reporter(self, report: KeptReport, deed: deeds.Submitted) -> None:
        if deed.reporter.is_blank:
            return
        values = {
            name: getattr(deed.reporter, name).strip() for name in ("name", "phone", "workplace", "address")
        }
        unsaved = Reporter(report_id=report.key, unit_id=report.row["unit_id"])
        seal_field(unsaved, "sealed", values)
        assert isinstance(unsaved.sealed, bytes)
        self.book[Reporter].add(
            report_id=report.key,
            unit_id=report.row["unit_id"],
            sealed="\\x" + unsaved.sealed.hex(),
            wants_reply=deed.reporter.wants_reply,
        )

    def _mark(self, report: KeptReport, now: dt.datetime) -> None:
        """再通報 or not (`intake.marking`), and the place in the desk's queue."""
        people = sorted({row["person_id"] for row in report.persons if row["person_id"] is not None})
        history = self.people.history_of(people, before=report.row["received_at"], besides=report.key)
        found = re_report(
            timezone.localdate(report.row["received_at"]),
            history.reports,
            history.services,
            policy=self.book.policy,
        )
        report.row["re_report_of_id"] = found.of.report_id if found.of else None
        report.is_re_report = found.outcome is ReReportOutcome.RE_REPORT
        self.book.decide(
            SUBJECT, report.key, RE_REPORT,
            outcome=found.outcome.value,
            reason=found.reason,
            citation=found.citation,
            unit_id=report.row["unit_id"],
            now=now,
            facts={
                "persons": people,
                "reports": [[each.report_id, each.same_person] for each in history.reports],
                "windows": [one.window.value for one in found.found],
                "services": [
                    [
                        each.programme,
                        each.opened_on.isoformat(),
                        each.closed_on.isoformat() if each.closed_on else None,
                        each.same_person,
                    ]
                    for each in history.services
                ],
            },
        )  # fmt: skip
        report.row["urgency"] = self.suggestion(report, now).urgency

    # ---- screening ----------------------------------------------------------------------------------------------

    def suggestion(self, report: KeptReport, now: dt.datetime) -> Suggestion:
        row = report.row
        on = timezone.localdate(row["received_at"])
        homes = {
            p["household_id"] for p in report.persons if p["role"] == ReportRole.SUBJECT and p["household_id"]
        }
        facts = ReportFacts(
            dangers=frozenset(row["dangers"]),
            needs=frozenset(row["needs"]),
            persons=tuple(person_facts(p["role"], p["content"], p["injuries"], on) for p in report.persons),
            text="\n".join([row["story"], *(p["injuries"] for p in report.persons)]),
            same_home=any(
                p["role"] == ReportRole.ALLEGED and p["household_id"] in homes for p in report.persons
            ),
            is_re_report=report.is_re_report,
            services=self.people.units_serving(report.persons, timezone.localdate(now)),
            reporter=ReporterKind(row["reporter_kind"]),
            mandated=MandatedKind(row["mandated_kind"]) if row["mandated_kind"] else None,
        )
        return suggest(facts, policy=self.book.policy, on=on, programmes=programmes(on))

    def screen(self, deed: deeds.Screened) -> None:
        report, now, by = self.of[deed.report], deed.at, self.staff.dispatcher(deed.report)
        report.move("screen")
        found = self.suggestion(report, now)
        offered = [each.programme for each in found.programmes]
        otherwise = is_overruling(found.urgency, offered, found.urgency, deed.programme)
        reason = deed.reason if otherwise else ""
        decision = self.book.decide(
            SUBJECT, report.key, URGENCY,
            outcome=found.urgency, reason=found.reason, citation=str(found.citation), unit_id=report.row["unit_id"],
            now=now,
            facts={
                "points": found.points, "factors": [factor.code for factor in found.factors], "programmes": offered,
            },
        )  # fmt: skip
        if otherwise:
            decision = self.book.decide(
                SUBJECT, report.key, URGENCY,
                outcome=found.urgency, reason=reason, citation=str(found.citation), unit_id=report.row["unit_id"],
                now=now, facts={"programme": deed.programme, "by_name": by.name}, member_id=by.member_id,
                overrules=decision,
            )  # fmt: skip
        self.book[Screening].add(
            report_id=report.key,
            unit_id=report.row["unit_id"],
            suggested=found.urgency,
            urgency=found.urgency,
            suggested_programme=found.programme,
            programme=deed.programme,
            factors=[asdict(factor) for factor in found.factors],
            reason=reason,
            decision_id=decision["id"],
            at=now,
            by_id=by.member_id,
            by_name=by.name,
        )
        report.row["urgency"], report.row["programme"] = found.urgency, deed.programme
        self.book.note(
            audit.Action.SCREENED_REPORT, SUBJECT, report.key, by.context, by.name, now,
            urgency=found.urgency, suggested=found.urgency, programme=deed.programme,
        )  # fmt: skip

    # ---- who reads ----------------------------------------------------------------------------------------------

    def let_read(self, report: KeptReport, unit_id: int, kind: ReportReader.Kind, now: dt.datetime) -> None:
        row = report.readers.get((unit_id, kind))
        if row is None:
            row = self.book[ReportReader].add(report_id=report.key, unit_id=unit_id, kind=kind)
            report.readers[unit_id, kind] = row
        row["since"], row["until"] = now, None

    def stop_reading(
        self, report: KeptReport, kind: ReportReader.Kind, now: dt.datetime, but: int = 0
    ) -> None:
        for (unit, its), row in report.readers.items():
            if its == kind and unit != but and row["until"] is None:
                row["until"] = now


def _lives_with(form: PersonForm, head: PersonForm) -> bool:
    """As `intake.keeping_persons` has it: family lives there, a carer if kin and no other address is said."""
    if form.role not in _TOGETHER:
        return False
    if form.role == ReportRole.FAMILY:
        return True
    same_place = not form.address.strip() or form.address.strip() == head.address.strip()
    return bool(form.relation.strip()) and same_place
