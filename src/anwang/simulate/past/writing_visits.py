"""Visits written down as `services/cases/visiting` keeps them: planned, made or not, and what meeting the family does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from anwang.platform import audit
from anwang.services.cases.clock_rules import deed_of_visit
from anwang.services.cases.models import Visit
from anwang.services.cases.process import CASE, VISIT, CaseState, VisitState
from anwang.services.cases.vocabulary import VisitPlace
from anwang.standard.codes import OwnSource

from . import deeds
from .book import Book
from .people import People
from .rows import Row
from .writing_case_duties import CaseDuties, KeptCase
from .writing_cases import CasesWriter
from .writing_promises import PromisesWriter


@dataclass
class VisitsWriter:
    """Writes visits."""

    book: Book
    people: People
    duties: CaseDuties
    cases: CasesWriter
    promises: PromisesWriter

    def plan_visit(self, deed: deeds.VisitPlanned) -> None:
        case = self.cases.worked(deed)
        if case is None:
            return
        case.planned = self._planned(case, deed.place, deed.planned_at, deed.purpose, deed.at)
        self.promises.keep_appointments(case, [case.planned], deed.at, "約訪視")
        self.duties.note(
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
        case, given, now = self.cases.worked(deed), deed.record, deed.at
        if case is None or case.planned is None:
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
        about = [made] if case.planned is None else [case.planned, made]
        self.promises.keep_appointments(case, about, now, "記訪視")
        self.duties.note(
            audit.Action.CHANGED_CASE,
            case,
            by,
            now,
            "record_visit",
            visit=made["id"],
            state=made["state"].value,
        )

    def _met(self, case: KeptCase, made: Row, at: dt.datetime, now: dt.datetime) -> None:
        case.visited.append(at)
        if case.last_done is None or at >= case.last_done["visited_at"]:
            case.last_done = made
        on = timezone.localdate(at)
        counting = self.book.policy.texts("case.visit.counting_places", on=on)
        if made["place"] in counting:
            case.last_met_at, case.missed = max(at, case.last_met_at or at), 0
        if CASE.allows(CaseState(case.row["state"]), "start"):
            case.move("start")
            case.row["started_at"] = case.row["started_at"] or at
        self.duties.deed_done(case, deed_of_visit(VisitPlace(made["place"]), counting), at, now)
        case.touch()
        for member in case.members:
            self.people.note_contact(OwnSource.CASE_FILE, f"{case.key}-{member['number']}", on)
