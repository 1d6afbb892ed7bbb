"""A case as it is written down, and its duties, as `services/cases/duties` opens and meets them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from anwang.platform.due_rules import Term, TermKind
from anwang.services.cases import duties
from anwang.services.cases.clock_rules import Deed, Duty, is_met_by, started_by
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.process import CASE, WORKED_ON, CaseState
from anwang.services.cases.vocabulary import Safety
from anwang.services.programs.codes import ClockKind, ClockStart
from anwang.services.programs.programme import Programme
from anwang.standard.townships import code_of

from .book import Book
from .rows import Row
from .staff import AtWork
from .writing_reports import KeptReport


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
    visited: list[dt.datetime] = field(default_factory=list)
    missed: int = 0
    assessments: list[Row] = field(default_factory=list)
    plans: list[Row] = field(default_factory=list)
    goals: dict[int, Row] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    said_at: dict[int, dt.datetime] = field(default_factory=dict)
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

    @property
    def last_safety(self) -> Safety | None:
        """What the last visit found."""
        found = self.last_done["safety"] if self.last_done else ""
        return Safety(found) if found else None

    def move(self, name: str) -> None:
        self.row["state"] = CASE.after(CaseState(self.row["state"]), name)

    def touch(self) -> None:
        self.row["revision"] += 1


@dataclass
class CaseDuties:
    """Opens and meets the duties of cases, and writes their log."""

    book: Book

    def __post_init__(self) -> None:
        self._started: dict[tuple[Deed, str, str], list[Duty]] = {}

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
                return case.report.row["received_at"]
            if starts is ClockStart.ACCEPTED:
                return case.report.rounds[-1]["answered_at"]
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
            township_code=code_of(case.row["township"]),
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

    def contact_for_report(self, case: KeptCase, due: Row, report: KeptReport, now: dt.datetime) -> None:
        """As `cases.duties.contact_for_report`."""
        self.book.open_duty(
            SUBJECT, case.key, duties.JOINED_CONTACT,
            sequence=report.key,
            label=f"併入通報 {report.number} 後的首次聯繫（{case.number}）",
            rule_label="併入的通報：首次聯繫",
            subject_label=case.number,
            unit_id=case.row["unit_id"],
            owner_member_id=case.row["worker_id"],
            opened_at=now,
            started_at=due["started_at"],
            due_at=due["due_at"],
            citation=due["citation"],
            url=f"/cases/{case.key}/",
        )  # fmt: skip

    def note(
        self, action: str, case: KeptCase, by: AtWork, now: dt.datetime, what: str, **detail: object
    ) -> None:
        self.book.note(action, SUBJECT, case.key, by.context, by.name, now, deed=what, **detail)
