"""The facts that promises and closing checks look at, read from a case."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from anwang.services.programs.codes import ClosingOutcome, FormKind

from . import duties
from .closing_rules import ClosingFacts
from .hooks import obstacles_of
from .models import Assessment, Case, Plan, Transfer, Visit
from .new_reports import new_reports
from .process import PlanState, TransferState, VisitState
from .promise_rules import DutyFact, GoalFact, PlannedFact, Promise, unmet_promises
from .promising import going_on_since
from .standing import goal_states, plan_in_force
from .vocabulary import VisitPlace


def duty_facts(case: Case) -> list[DutyFact]:
    """Without the promises: goals and visits are facts of their own."""
    return [
        DutyFact(duties.short_label(duty, case), duty.due_at, duties.repeats(duty), duty.citation)
        for duty in duties.open_duties(case)
        if not duty.is_promise
        and duty.rule_id not in (duties.CLOSING_APPROVAL, duties.NEW_REPORT, duties.TRANSFER)
    ]


def planned_facts(case: Case) -> list[PlannedFact]:
    found = Visit.objects.filter(case=case, state=VisitState.PLANNED).order_by("planned_at")
    return [
        PlannedFact(visit.pk, visit.planned_at, VisitPlace(visit.place).label)
        for visit in found
        if visit.planned_at is not None
    ]


def goal_facts(case: Case) -> list[GoalFact]:
    """The goals of the plan in force, by number."""
    plan = plan_in_force(case.pk)
    if plan is None:
        return []
    states = goal_states(case)
    return [
        GoalFact(goal.pk, goal.goal, goal.due_on or dt.date.max, states[goal.pk].is_open)
        for goal in plan.goals.order_by("number")
    ]


def promises_of(case: Case, now: dt.datetime) -> list[Promise]:
    """What was promised and is past its day; nothing of a closed case, nor what fell away with a closing."""
    if case.closed_at is not None:
        return []
    plan, since = plan_in_force(case.pk), going_on_since(case) or dt.date.min
    return unmet_promises(
        duties=duty_facts(case),
        visits=planned_facts(case),
        goals=[each for each in goal_facts(case) if each.due_on >= since],
        plan_until=plan.until_on if plan else None,
        now=timezone.localtime(now),
    )


def closing_facts(case: Case, outcome: ClosingOutcome | None, now: dt.datetime) -> ClosingFacts:
    visits = Visit.objects.filter(case=case, replaced_by__isnull=True)
    last = (
        visits.filter(state=VisitState.DONE, place__in=duties.counting_places(now))
        .order_by("-visited_at")
        .values_list("visited_at", flat=True)
        .first()
    )
    missed = visits.filter(state=VisitState.NOT_MET)
    if last is not None:
        missed = missed.filter(visited_at__gt=last)
    return ClosingFacts(
        outcome=outcome,
        duties=duty_facts(case),
        visits=planned_facts(case),
        goals=goal_facts(case),
        last_met_on=timezone.localdate(last) if last else None,
        missed=missed.count(),
        unread_reports=sum(not each.is_seen for each in new_reports(case)),
        is_assessed=Assessment.objects.filter(case=case).exists(),
        has_assessment=bool(duties.programme_of(case).forms_for(FormKind.ASSESSMENT)),
        has_waiting_plan=Plan.objects.filter(
            case=case, state__in=(PlanState.DRAFT, PlanState.SUBMITTED)
        ).exists(),
        has_waiting_transfer=Transfer.objects.filter(case=case, state=TransferState.OFFERED).exists(),
        obstacles=obstacles_of(case.pk),
    )
