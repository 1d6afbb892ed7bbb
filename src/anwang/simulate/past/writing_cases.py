"""A case written down as `services/cases` keeps it: opened with its people and duties, visited, told of new reports."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from anwang.agencies.models import Agency, Township
from anwang.platform import audit
from anwang.platform.due_rules import Term, TermKind
from anwang.services.cases import duties
from anwang.services.cases.clock_rules import Deed, Duty, deed_of_visit, is_met_by, started_by
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.models import Case, CaseMember, ReportSeen, Visit
from anwang.services.cases.opening import SHARES_THE_HOME
from anwang.services.cases.process import CASE, VISIT, WORKED_ON, CaseState, VisitState
from anwang.services.cases.vocabulary import Safety, VisitPlace
from anwang.services.dispatch import duties as dispatch_duties
from anwang.services.dispatch.process import DispatchState
from anwang.services.programs.codes import ClockKind, ClockStart
from anwang.services.programs.loading import programmes
from anwang.services.programs.programme import Programme
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.record import Period
from anwang.standard.typed import typed_person

from . import deeds
from .book import Book
from .people import People
from .rows import Row
from .staff import AtWork, Staff
from .writing_reports import KeptReport, ReportsWriter


@dataclass(slots=True)
class KeptCase:
    """A case as it is written: its row and programme, who works on it, and what its deeds left."""

    row: Row
    programme: Programme
    worker: AtWork
    supervisor: AtWork
    report: KeptReport | None
    members: list[Row] = field(default_factory=list)
    planned: Row | None = None
    last_done: Row | None = None
    last_met_at: dt.datetime | None = None
    missed: int = 0
    assessments: list[Row] = field(default_factory=list)
    plans: list[Row] = field(default_factory=list)
    goals: dict[int, Row] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    closing: Row | None = None
    seen: set[int] = field(default_factory=set)

    @property
    def key(self) -> int:
        return int(self.row["id"])

    @property
    def number(self) -> str:
        return f"C-{self.key:07d}"

    @property
    def is_worked_on(self) -> bool:
        return CaseState(self.row["state"]) in WORKED_ON

    def move(self, name: str) -> None:
        self.row["state"] = CASE.after(CaseState(self.row["state"]), name)

    def touch(self) -> None:
        self.row["revision"] += 1


@dataclass
class CasesWriter:
    """Writes openings, visits and what a new report asks of a case. `of` are the kept cases by the simulation's number;
    one that could not be opened is not among them, and its deeds are passed over."""

    book: Book
    people: People
    staff: Staff
    reports: ReportsWriter
    of: dict[int, KeptCase] = field(default_factory=dict)
    by_key: dict[int, KeptCase] = field(default_factory=dict)
    of_person: dict[int, list[KeptCase]] = field(default_factory=lambda: defaultdict(list))
    of_home: dict[int, list[KeptCase]] = field(default_factory=lambda: defaultdict(list))
    passed_over: int = 0

    def __post_init__(self) -> None:
        self._codes = dict(Township.objects.values_list("name", "code"))
        self._agencies = {unit.id: unit.agency for unit in self.staff.where.units}
        self._agency_keys = dict(Agency.objects.values_list("code", "pk"))
        self._started: dict[tuple[Deed, str, str], list[Duty]] = {}

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
        self._members(case, deed)
        if row["household_id"] is not None:
            today = timezone.localdate(now)
            self.people.show_case(row["household_id"], self._agency_of(unit), unit, today)
            self.of_home[row["household_id"]].append(case)
        self.deed_done(case, Deed.OPENED, now, now)
        if report is not None:
            self.book.withdraw(
                dispatch_duties.REPORT, report.key, dispatch_duties.FIRST_CONTACT, now,
                "已開案，首次聯繫由個案的期限接續",
            )  # fmt: skip
        self.note(
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
            record = typed_person(
                source=OwnSource.CASE_FILE,
                number=f"{case.key}-{number}",
                line=number,
                agency=AgencyCode(self._agencies[unit]),
                period=Period(day.year, day.month),
                name=given.name,
                id_number=given.id_number,
                birth=given.birth,
                sex=given.sex,
                phone=given.phone,
                address=given.address,
                relation=given.relation,
            )
            shares = given.role in SHARES_THE_HOME
            lives = home if shares else None
            kept, content = self.people.keep(
                sim, record, unit_id=unit, agency_id=self._agency_of(unit), household_id=lives,
                lives_by=f"個案 {case.number} 的同住家人" if lives else "", by=by, now=now,
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

    # ---- duties -------------------------------------------------------------------------------------------------

    def deed_done(
        self, case: KeptCase, deed: Deed, at: dt.datetime, now: dt.datetime, by: AtWork | None = None
    ) -> None:
        """As `cases.duties.deed_done`: what it meets is met, what it opens is opened."""
        for duty in self.book.open_duties(SUBJECT, case.key):
            if is_met_by(duty["rule_id"], deed):
                self.book.meet(
                    SUBJECT, case.key, duty["rule_id"], at, (by or case.worker).member_id, duty["sequence"]
                )
        for each in self.started(case, deed):
            self._open_duty(case, each, self._start(case, each.starts, deed, at), now)

    def started(self, case: KeptCase, deed: Deed) -> list[Duty]:
        key = (deed, case.programme.id, case.row["risk_level"])
        if key not in self._started:
            self._started[key] = started_by(deed, case.programme, case.row["risk_level"])
        return self._started[key]

    def _start(self, case: KeptCase, starts: ClockStart, deed: Deed, at: dt.datetime) -> dt.datetime:
        if deed is Deed.VISITED:
            return max(at, case.last_done["visited_at"]) if case.last_done else at
        if deed is Deed.OPENED and case.report is not None:
            if starts is ClockStart.REPORTED:
                return case.report.row["received_at"]  # type: ignore[no-any-return]
            if starts is ClockStart.ACCEPTED:
                return case.report.rounds[-1]["answered_at"]  # type: ignore[no-any-return]
        return at

    def _open_duty(self, case: KeptCase, duty: Duty, start: dt.datetime, now: dt.datetime) -> None:
        if any(row["rule_id"] == duty.rule for row in self.book.open_duties(SUBJECT, case.key)):
            return
        self.book.open_duty(
            SUBJECT, case.key, duty.rule,
            label=f"{duty.label}（{case.number}）",
            rule_label=duty.rule_label[:80],
            subject_label=case.number,
            unit_id=case.row["unit_id"],
            owner_member_id=case.row["worker_id"],
            opened_at=now,
            started_at=start,
            term=duty.term,
            township_code=self._codes.get(case.row["township"], ""),
            citation=duty.citation[:200],
            url=f"/cases/{case.key}/",
            sequence=self.book.next_sequence(SUBJECT, case.key, duty.rule),
        )  # fmt: skip

    def regrade(self, case: KeptCase, now: dt.datetime) -> None:
        """The level changed: the visit that is due is counted anew."""
        prefix = f"case.{ClockKind.VISIT}."
        due = [row for row in self.book.open_duties(SUBJECT, case.key) if row["rule_id"].startswith(prefix)]
        for each in self.started(case, Deed.REACHED):
            for row in due:
                if row["rule_id"] == each.rule and (row["term_kind"], row["term"]) != (
                    each.term.kind.value,
                    each.term.length,
                ):
                    self.book.withdraw(
                        SUBJECT, case.key, each.rule, now, "風險等級改變，訪視期限重算", case.worker.member_id
                    )
                    self._open_duty(case, each, row["started_at"] or row["opened_at"], now)

    def ask(
        self,
        case: KeptCase,
        rule: str,
        now: dt.datetime,
        *,
        owner: int | None,
        sequence: int = 1,
        url: str = "",
    ) -> None:
        label, parameter = duties._WORDS[rule]
        days = self.book.number(parameter, now)
        ours = "（本系統預設，待縣府核定）" if self.book.policy.is_ours(parameter) else ""
        self.book.open_duty(
            SUBJECT, case.key, rule,
            label=f"{label}（{case.number}）",
            rule_label=f"{label}，{days} 日內",
            subject_label=case.number,
            unit_id=case.row["unit_id"],
            owner_member_id=owner,
            opened_at=now,
            term=Term(TermKind.DAYS, days),
            citation=f"{self.book.cite(parameter)}{ours}",
            url=url or f"/cases/{case.key}/",
            sequence=sequence,
        )  # fmt: skip

    def note(
        self, action: str, case: KeptCase, by: AtWork, now: dt.datetime, what: str, **detail: object
    ) -> None:
        self.book.note(action, SUBJECT, case.key, by.context, by.name, now, deed=what, **detail)

    # ---- visits -------------------------------------------------------------------------------------------------

    def plan_visit(self, deed: deeds.VisitPlanned) -> None:
        case = self.of.get(deed.case)
        if case is None or not case.is_worked_on:
            return
        case.planned = self._planned(case, deed.place, deed.planned_at, deed.purpose, deed.at)
        self.note(
            audit.Action.CHANGED_CASE, case, case.worker, deed.at, "plan_visit", visit=case.planned["id"]
        )

    def _planned(
        self, case: KeptCase, place: VisitPlace, at: dt.datetime, purpose: str, now: dt.datetime
    ) -> Row:
        return self.book[Visit].add(
            case_id=case.key,
            unit_id=case.row["unit_id"],
            place=place,
            worker_id=case.row["worker_id"],
            planned_at=at,
            purpose=purpose,
            made_at=now,
            made_by_id=case.worker.member_id,
            made_by_name=case.worker.name,
        )

    def record_visit(self, deed: deeds.VisitRecorded) -> None:
        case, given, now = self.of.get(deed.case), deed.record, deed.at
        if case is None or case.planned is None or not case.is_worked_on:
            return
        assert given.place is not None
        assert given.at is not None
        by, made = case.worker, case.planned
        made["state"] = VISIT.after(VisitState.PLANNED, "meet" if given.met else "miss")
        made["place"], made["visited_at"] = given.place, given.at
        made["seen"] = sorted(given.seen) if given.met else []
        made["child_seen"] = (given.child_seen or "") if given.met else ""
        made["safety"] = (given.safety or "") if given.met else ""
        made["not_met_reason"] = "" if given.met else (given.not_met_reason or "")
        made["text"], made["next_step"] = given.text.strip(), given.next_step.strip()[:300]
        made["recorded_at"], made["recorded_by_id"], made["recorded_by_name"] = now, by.member_id, by.name
        if given.met:
            self._met(case, made, given.at, now)
        else:
            case.missed += 1
        case.planned = None
        if given.next_at is not None:
            place = VisitPlace.HOME if given.place is VisitPlace.PHONE else given.place
            case.planned = self._planned(case, place, given.next_at, made["next_step"], now)
        self.note(
            audit.Action.CHANGED_CASE,
            case,
            by,
            now,
            "record_visit",
            visit=made["id"],
            state=made["state"].value,
        )

    def _met(self, case: KeptCase, made: Row, at: dt.datetime, now: dt.datetime) -> None:
        if case.last_done is None or at >= case.last_done["visited_at"]:
            case.last_done = made
        on = timezone.localdate(at)
        counting = self.book.policy.texts("case.visit.counting_places", on=on)
        if made["place"] in counting:
            case.last_met_at, case.missed = max(at, case.last_met_at or at), 0
        if CASE.allows(CaseState(case.row["state"]), "start"):
            case.move("start")
            case.row["started_at"] = case.row["started_at"] or at
        self.deed_done(case, deed_of_visit(VisitPlace(made["place"]), counting), at, now)
        case.touch()
        for member in case.members:
            self.people.note_contact(OwnSource.CASE_FILE, f"{case.key}-{member['number']}", on)

    def last_safety(self, case: KeptCase) -> Safety | None:
        return Safety(case.last_done["safety"]) if case.last_done and case.last_done["safety"] else None

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
                self.ask(case, duties.NEW_REPORT, deed.at, owner=case.row["worker_id"], sequence=report.key)

    def see_report(self, deed: deeds.ReportSeen) -> None:
        report = self.reports.of[deed.report]
        for case in self.about(report):
            if not self._is_asked(case, report):
                continue
            case.seen.add(report.key)
            self.book[ReportSeen].add(
                case_id=case.key,
                unit_id=case.row["unit_id"],
                report_id=report.key,
                note=deed.text,
                at=deed.at,
                by_id=case.worker.member_id,
                by_name=case.worker.name,
            )
            self.book.meet(
                SUBJECT, case.key, duties.NEW_REPORT, deed.at, case.worker.member_id, sequence=report.key
            )
            if self._was_taken(report, case):
                self.book.withdraw(
                    dispatch_duties.REPORT, report.key, dispatch_duties.FIRST_CONTACT, deed.at,
                    f"併入個案 {case.number}，由個案的期限接續",
                )  # fmt: skip
            self.note(audit.Action.CHANGED_CASE, case, case.worker, deed.at, "see_report", report=report.key)

    def _is_asked(self, case: KeptCase, report: KeptReport) -> bool:
        return any(
            row["rule_id"] == duties.NEW_REPORT and row["sequence"] == report.key
            for row in self.book.open_duties(SUBJECT, case.key)
        )

    def _was_taken(self, report: KeptReport, case: KeptCase) -> bool:
        last = report.rounds[-1] if report.rounds else None
        return (
            last is not None
            and last["to_unit_id"] == case.row["unit_id"]
            and last["state"] == DispatchState.ACCEPTED
        )
