"""The books that are filled in bulk: a sheet for each table, the log, decisions, duties. What each act writes is what the
rooms' own functions write (`platform.audit`, `platform.decisions`, `platform.clock`); a test compares the two."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from anwang.people.linkage.models import PairDecision
from anwang.people.registry import models as registry
from anwang.platform.clock_models import Deadline, DeadlineChange
from anwang.platform.context import AccessContext
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import Term, due
from anwang.platform.models import AuditEntry, Decision
from anwang.platform.office_calendar import office_calendar
from anwang.services.cases import models as cases
from anwang.services.dispatch import models as dispatch
from anwang.services.intake import models as intake

from .rows import Row, Sheet

_LOG_AT_ONCE = 20_000

# In the order in which they are written.
TABLES = (
    registry.Person, registry.Household, registry.SourceRecord, registry.HouseholdMembership, registry.Touchpoint,
    registry.ServicePresence, PairDecision, Decision, intake.Report, intake.ReportPerson, intake.Reporter, intake.ReporterReply,
    intake.ReportReader, intake.Screening, intake.Investigation, dispatch.Dispatch, dispatch.Dispute,
    dispatch.NotOpened, cases.Case, cases.CaseMember, cases.Assessment, cases.Plan, cases.PlanGoal, cases.PlanReview,
    cases.GoalProgress, cases.Visit, cases.CaseClosing, cases.ReportSeen, cases.ReportJoined,
    Deadline, DeadlineChange,
)  # fmt: skip


class Book:
    """All sheets, and what every act writes beside its own row."""

    def __init__(self, *, first: dt.date) -> None:
        self.sheets = {model: Sheet(model) for model in TABLES}
        self.log = Sheet(AuditEntry, numbered=False)
        self.policy = policy_in_force()
        self.calendar = office_calendar(first=first)
        self._of: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._open: dict[tuple[str, str], list[Row]] = defaultdict(list)

    def __getitem__(self, model: type[Any]) -> Sheet:
        return self.sheets[model]

    def write(self) -> dict[str, int]:
        """Write all that is there; returns the rows by table."""
        for sheet in self.sheets.values():
            sheet.write()
        self.log.write()
        return {model.__name__: sheet.written for model, sheet in self.sheets.items()}

    def note(
        self,
        action: str,
        kind: str,
        key: int,
        by: AccessContext,
        by_name: str,
        now: dt.datetime,
        **detail: object,
    ) -> None:
        self.log.add(
            at=now,
            actor=by.actor.value,
            member_id=by.member_id,
            member_name=by_name,
            unit_id=by.unit_id,
            agency_id=by.agency_id,
            action=action,
            subject_kind=kind,
            subject_id=str(key),
            detail=detail,
        )
        if len(self.log.rows) >= _LOG_AT_ONCE:
            self.log.write()

    def decide(
        self,
        kind: str,
        key: int,
        rule_id: str,
        *,
        outcome: str,
        reason: str,
        citation: str,
        unit_id: int | None,
        now: dt.datetime,
        facts: Mapping[str, Any] | None = None,
        member_id: int | None = None,
        overrules: Row | None = None,
    ) -> Row:
        return self[Decision].add(
            subject_kind=kind,
            subject_id=str(key),
            rule_id=rule_id,
            policy_version=self.policy.version,
            facts=dict(facts or {}),
            outcome=outcome,
            reason=reason,
            citation=citation,
            unit_id=unit_id,
            made_by_member_id=member_id,
            made_at=now,
            overrules_id=overrules["id"] if overrules else None,
        )

    # ---- duties -------------------------------------------------------------------------------------------------

    def open_duty(
        self,
        kind: str,
        key: int,
        rule_id: str,
        *,
        label: str,
        rule_label: str,
        unit_id: int,
        opened_at: dt.datetime,
        due_at: dt.datetime | None = None,
        term: Term | None = None,
        started_at: dt.datetime | None = None,
        sequence: int = 1,
        **columns: Any,
    ) -> None:
        subject = (kind, str(key))
        same = (rule_id, unit_id, sequence)
        if any((row["rule_id"], row["unit_id"], row["sequence"]) == same for row in self._of[subject]):
            return
        start = started_at or opened_at
        if due_at is None:
            assert term is not None
            due_at = due(start, term, self.calendar).at
        row = self[Deadline].add(
            subject_kind=kind,
            subject_id=str(key),
            rule_id=rule_id,
            unit_id=unit_id,
            sequence=sequence,
            label=label,
            rule_label=rule_label,
            opened_at=opened_at,
            started_at=start,
            due_at=due_at,
            term_kind=term.kind.value if term else "",
            term=term.length if term else None,
            **columns,
        )
        self._of[subject].append(row)
        self._open[subject].append(row)

    def next_sequence(self, kind: str, key: int, rule_id: str) -> int:
        rows = self._of[kind, str(key)]
        return max((row["sequence"] for row in rows if row["rule_id"] == rule_id), default=0) + 1

    def open_duties(self, kind: str, key: int) -> list[Row]:
        """What is still to do, the most pressing first."""
        return sorted(self._open[kind, str(key)], key=lambda row: (row["due_at"], row["id"]))

    def duties_of(self, kind: str, key: int, rule_id: str) -> list[Row]:
        """All rounds of a duty, whatever became of them."""
        return [row for row in self._of[kind, str(key)] if row["rule_id"] == rule_id]

    def meet(
        self,
        kind: str,
        key: int,
        rule_id: str,
        at: dt.datetime,
        member_id: int | None,
        sequence: int | None = None,
    ) -> None:
        for row in self._take(kind, key, rule_id, sequence):
            row["met_at"], row["met_by_member_id"] = at, member_id

    def withdraw(
        self,
        kind: str,
        key: int,
        rule_id: str | None,
        at: dt.datetime,
        reason: str,
        member_id: int | None = None,
        sequence: int | None = None,
    ) -> None:
        for row in self._take(kind, key, rule_id, sequence):
            row["withdrawn_at"], row["withdrawn_reason"] = at, reason
            self._change(row, DeadlineChange.Kind.WITHDRAWN, at, reason, member_id, row["due_at"])

    def move(
        self, kind: str, key: int, rule_id: str, sequence: int, at: dt.datetime, due_at: dt.datetime, reason: str,
        member_id: int | None,
    ) -> None:  # fmt: skip
        """Another due moment for an open duty that is not counted from a term."""
        for row in self._open[kind, str(key)]:
            if (row["rule_id"], row["sequence"]) == (rule_id, sequence):
                self._change(row, DeadlineChange.Kind.MOVED, at, reason, member_id, due_at)
                row["due_at"] = due_at

    def restate(self, kind: str, key: int, rule_id: str, sequence: int, **words: str) -> None:
        """Other words for an open duty: `label`, `citation`, `url`."""
        for row in self._open[kind, str(key)]:
            if (row["rule_id"], row["sequence"]) == (rule_id, sequence):
                row.update(words)

    def _change(
        self, row: Row, kind: DeadlineChange.Kind, at: dt.datetime, reason: str, member_id: int | None,
        due_at: dt.datetime,
    ) -> None:  # fmt: skip
        self[DeadlineChange].add(
            deadline_id=row["id"],
            unit_id=row["unit_id"],
            at=at,
            kind=kind,
            reason=reason,
            by_member_id=member_id,
            old_due_at=row["due_at"],
            new_due_at=due_at,
            old_unit_id=row["unit_id"],
            old_owner_member_id=row.get("owner_member_id"),
            new_owner_member_id=row.get("owner_member_id"),
        )

    def _take(self, kind: str, key: int, rule_id: str | None, sequence: int | None) -> list[Row]:
        """The open duties that are meant; they are open no longer."""
        held = self._open[kind, str(key)]
        taken = [
            row for row in held if rule_id in (None, row["rule_id"]) and sequence in (None, row["sequence"])
        ]
        for row in taken:
            held.remove(row)
        return taken

    # ---- values -------------------------------------------------------------------------------------------------

    def number(self, parameter: str, now: dt.datetime) -> int:
        return self.policy.number(parameter, on=timezone.localdate(now))

    def cite(self, parameter: str) -> str:
        return str(self.policy.citation(parameter))
