"""Reads of cases: the lists of a unit, one case with what it holds, and what a unit that handed it on still sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from anwang.agencies.models import Member
from anwang.people.registry.models import Person
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.county_policy import policy_in_force
from anwang.services.programs.loading import catalogue_in_force
from anwang.services.programs.programme import Programme

from . import duties
from .closing_facts import promises_of
from .frame import SUBJECT, on_duty
from .joining import joined_cases
from .models import (
    Assessment,
    Case,
    CaseClosing,
    CaseMember,
    Plan,
    SupportingAgency,
    Transfer,
    Visit,
)
from .new_reports import NewReport, new_reports
from .people import current_members
from .process import WORKED_ON, CaseState, ClosingState, PlanState, TransferState, VisitState
from .promise_rules import Promise
from .rules import Caseload, CaseloadFact, caseloads
from .standing import plan_in_force
from .vocabulary import CaseRole


def cases_of(
    *,
    unit_id: int,
    worker_id: int | None = None,
    closed: bool = False,
    unassigned: bool = False,
    words: str = "",
) -> QuerySet[Case]:
    """The unit's cases by their next duty, the closed ones by age. `words`: part of a member's name, or a number."""
    next_duty = Deadline.objects.filter(
        OPEN, subject_kind=SUBJECT, subject_id=Cast(OuterRef("pk"), CharField()), unit_id=OuterRef("unit_id")
    ).order_by("due_at")
    client = CaseMember.objects.filter(
        case=OuterRef("pk"), role=CaseRole.CLIENT, replaced_by__isnull=True
    ).values("name")[:1]
    found = (
        Case.objects.filter(unit_id=unit_id)
        .select_related("worker", "unit")
        .annotate(
            next_due_at=Subquery(next_duty.values("due_at")[:1]),
            next_label=Subquery(next_duty.values("label")[:1]),
            client_name=Subquery(client),
        )
    )
    found = found.filter(state=CaseState.CLOSED) if closed else found.filter(state__in=WORKED_ON)
    if worker_id is not None:
        found = found.filter(worker_id=worker_id)
    if unassigned:
        here = [member.pk for member in on_duty(unit_id, timezone.localdate())]
        found = found.filter(Q(worker_id__isnull=True) | ~Q(worker_id__in=here))
    if words:
        named = CaseMember.objects.filter(case=OuterRef("pk"), name__contains=words, replaced_by__isnull=True)
        number = case_number(words)
        known = Q(pk=number) if number is not None else Q()
        found = found.filter(known | Exists(named)) if known else found.filter(Exists(named))
    if closed:
        return found.order_by("-closed_at", "-pk")
    return found.order_by("next_due_at", "pk")


def case_number(text: str) -> int | None:
    """The row of a case whose number was typed: C-0000012, c-12, 12."""
    number = text.strip().upper().removeprefix("C-")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else None


def programmes_by_id() -> dict[str, Programme]:
    """The newest version of every programme: for labels."""
    return catalogue_in_force().latest


def programme_name(programme: str) -> str:
    found = programmes_by_id().get(programme)
    return found.label if found else programme


@dataclass(frozen=True, slots=True)
class WorkerLoad:
    """A worker of the unit (None: nobody's cases) and what they carry."""

    member: Member | None
    load: Caseload


def unit_caseloads(unit_id: int, now: dt.datetime) -> list[WorkerLoad]:
    """The open cases of every worker on duty, and of nobody: who carries how much, of it high risk and overdue."""
    today = timezone.localdate(now)
    highest = {id: p.risk_levels[0].id for id, p in programmes_by_id().items() if p.risk_levels}
    facts = [
        CaseloadFact(
            case.worker_id,
            bool(case.risk_level) and case.risk_level == highest.get(case.programme),
            (due := getattr(case, "next_due_at", None)) is not None and due < now,
        )
        for case in cases_of(unit_id=unit_id)
    ]
    workers = {member.pk: member for member in on_duty(unit_id, today)}
    gone = {fact.worker_id for fact in facts if fact.worker_id is not None} - set(workers)
    workers |= {member.pk: member for member in Member.objects.filter(pk__in=gone)}
    loads = caseloads(facts, list(workers), policy=policy_in_force(), on=today)
    return [WorkerLoad(workers.get(load.worker_id) if load.worker_id else None, load) for load in loads]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an answer in the unit: plans, closings, and cases that others want to hand over."""

    plans: tuple[Plan, ...]
    closings: tuple[CaseClosing, ...]
    transfers: tuple[Transfer, ...]

    def __bool__(self) -> bool:
        return bool(self.plans or self.closings or self.transfers)


def waiting_in(unit_id: int) -> Waiting:
    return Waiting(
        tuple(
            Plan.objects.filter(
                unit_id=unit_id, state=PlanState.SUBMITTED, case__state__in=WORKED_ON
            ).order_by("submitted_at")
        ),
        tuple(CaseClosing.objects.filter(unit_id=unit_id, state=ClosingState.ASKED).order_by("asked_at")),
        tuple(
            Transfer.objects.filter(to_unit_id=unit_id, state=TransferState.OFFERED)
            .select_related("unit", "to_worker")
            .order_by("offered_at")
        ),
    )


def supported_by(unit_id: int) -> list[SupportingAgency]:
    """The cases of other units that this unit supports: that it does, since when, whom to call."""
    return list(
        SupportingAgency.objects.filter(supporting_unit_id=unit_id, until_on__isnull=True)
        .select_related("unit")
        .order_by("-from_on", "-pk")
    )


@dataclass(frozen=True)
class CaseView:
    """One case of the acting unit, with all that its page shows besides the timeline."""

    case: Case
    programme: Programme
    members: tuple[CaseMember, ...]
    supporting: tuple[SupportingAgency, ...]
    duties: tuple[Deadline, ...]
    promises: tuple[Promise, ...]
    reports: tuple[NewReport, ...]
    plan: Plan | None
    plan_in_the_making: Plan | None
    assessment: Assessment | None
    closing: CaseClosing | None
    transfer: Transfer | None
    planned: tuple[Visit, ...]

    @property
    def client(self) -> CaseMember | None:
        return next((member for member in self.members if member.role == CaseRole.CLIENT), None)

    @property
    def present(self) -> tuple[CaseMember, ...]:
        return tuple(member for member in self.members if member.left_on is None)

    @property
    def name(self) -> str:
        """The client's name, or what is known instead."""
        client = self.client
        if client is None:
            return self.case.number
        return client.name or f"（姓名不詳）{client.relation}"

    @property
    def level(self) -> str:
        found = self.programme.risk_level(self.case.risk_level)
        return found.label if found else ""


def case_view(case_id: int, now: dt.datetime) -> CaseView | None:
    """None when there is none that the acting unit works on."""
    case = (
        Case.objects.select_related("unit__agency", "worker", "supervisor", "dispatch", "report")
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        return None
    return CaseView(
        case=case,
        programme=duties.programme_of(case),
        members=tuple(current_members(case_id)),
        supporting=tuple(
            SupportingAgency.objects.filter(case=case, until_on__isnull=True)
            .select_related("supporting_unit")
            .order_by("from_on", "pk")
        ),
        duties=tuple(duties.open_duties(case)),
        promises=tuple(promises_of(case, now)),
        reports=tuple(each for each in new_reports(case) if not each.is_seen),
        plan=plan_in_force(case_id),
        plan_in_the_making=Plan.objects.filter(
            case=case, state__in=(PlanState.DRAFT, PlanState.SUBMITTED)
        ).first(),
        assessment=Assessment.objects.filter(case=case, replaced_by__isnull=True)
        .order_by("-assessed_on", "-pk")
        .first(),
        closing=CaseClosing.objects.filter(case=case, state=ClosingState.ASKED).first(),
        transfer=Transfer.objects.filter(case=case, state=TransferState.OFFERED)
        .select_related("to_unit", "to_worker")
        .first(),
        planned=tuple(planned_visits(case_id)),
    )


def planned_visits(case_id: int) -> list[Visit]:
    """The visits of a case that are still planned, by their time."""
    found = Visit.objects.filter(case_id=case_id, state=VisitState.PLANNED)
    return list(found.select_related("worker").order_by("planned_at"))


def is_visit_recorded(client_key: str) -> bool:
    """Whether the form with this key was recorded."""
    return (
        bool(client_key) and Visit.objects.filter(client_key=client_key, recorded_at__isnull=False).exists()
    )


@dataclass(frozen=True, slots=True)
class FormerCase:
    """A case that the unit handed on: what it wrote itself, and to whom it went; nothing of what came after."""

    case_id: int
    number: str
    transfer: Transfer
    members: tuple[CaseMember, ...]


def former_case(case_id: int, unit_id: int) -> FormerCase | None:
    """None when the unit never had the case, or has it now."""
    found = (
        Transfer.objects.filter(case_id=case_id, unit_id=unit_id, state=TransferState.ACCEPTED)
        .exclude(to_unit_id=unit_id)
        .select_related("to_unit__agency")
        .order_by("-answered_at")
        .first()
    )
    if found is None or Case.objects.filter(pk=case_id).exists():
        return None
    newest: dict[int, CaseMember] = {}
    for member in CaseMember.objects.filter(case_id=case_id, unit_id=unit_id).order_by("pk"):
        newest[member.number] = member
    return FormerCase(case_id, f"C-{case_id:07d}", found, tuple(newest[key] for key in sorted(newest)))


def visits_on(*, unit_id: int, day: dt.date, worker_id: int | None = None) -> list[Visit]:
    """The planned visits of a day, by time."""
    start = dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())
    found = Visit.objects.filter(
        unit_id=unit_id,
        state=VisitState.PLANNED,
        planned_at__gte=start,
        planned_at__lt=start + dt.timedelta(days=1),
    )
    if worker_id is not None:
        found = found.filter(worker_id=worker_id)
    return list(found.select_related("case", "worker").order_by("planned_at", "pk"))


def cases_of_household(household_id: int) -> list[Case]:
    """The acting unit's cases of a household, the open ones first."""
    members = CaseMember.objects.filter(
        case=OuterRef("pk"), person__in=_residents(household_id), replaced_by__isnull=True
    )
    return sorted(
        Case.objects.filter(Q(household_id=household_id) | Exists(members)).select_related("worker"),
        key=lambda case: (case.closed_at is not None, -case.pk),
    )


def cases_of_dispatches(dispatch_ids: Collection[int]) -> dict[int, Case]:
    """The acting unit's cases that were opened from dispatches or that these were joined to, by dispatch."""
    found = Case.objects.filter(dispatch_id__in=dispatch_ids)
    opened = {case.dispatch_id: case for case in found if case.dispatch_id is not None}
    return joined_cases(dispatch_ids) | opened


def case_of_investigation(investigation_id: int) -> Case | None:
    """The acting unit's case that was opened from an investigation."""
    return Case.objects.filter(investigation_id=investigation_id).order_by("pk").first()


def _residents(household_id: int) -> QuerySet[Person]:
    return Person.objects.filter(
        householdmembership__household_id=household_id, householdmembership__until_on__isnull=True
    )


def unit_members(unit_id: int, on: dt.date) -> list[Member]:
    """Who works with cases in a unit on a day; also of another unit, to hand a case on to. Names of staff only."""
    with acting(SYSTEM):
        return on_duty(unit_id, on)
