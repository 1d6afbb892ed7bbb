"""The worker's own promises as duties: each deed that changes what is promised makes them say it.

One reading of what was promised, compared with the duties that stand: done twice it changes nothing, and a home from
before gets its duties by the same code (`promise_older`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import CharField, Exists, Max, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone

from anwang.platform.clock import (
    meet_deadline,
    move_deadline,
    open_deadline,
    reassign_deadline,
    restate_deadline,
    restore_deadline,
    withdraw_deadline,
)
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting

from .frame import SUBJECT, on_duty
from .models import Case, Plan, Transfer, Visit
from .process import WORKED_ON, PlanState, TransferState, VisitState
from .promised_rules import (
    APPOINTMENT,
    GOAL,
    NAMES,
    Ended,
    GoalPromised,
    HeldDuty,
    Key,
    PlanFact,
    Step,
    StepKind,
    VisitPromised,
    Wanted,
    goals_ended,
    goals_wanted,
    owner_in,
    steps,
    visits_ended,
    visits_wanted,
)
from .standing import goals_of, last_said, plan_in_force, root_of
from .vocabulary import GoalState, VisitPlace

BATCH = 100


def keep_promises(case: Case, now: dt.datetime, by_member_id: int | None, reason: str) -> None:
    """Goals and visits of a case that is worked on. `reason`: why what stood is moved or handed on (zh-TW)."""
    keep_goals(case, now, by_member_id, reason)
    keep_appointments(case, now, by_member_id, reason)


def keep_goals(case: Case, now: dt.datetime, by_member_id: int | None, reason: str) -> None:
    with acting(SYSTEM):
        held, wanted, ended = _held(case, GOAL), list[Wanted](), dict[Key, Ended]()
        plan = plan_in_force(case.pk)
        if plan is not None:
            fact = PlanFact(plan.pk, plan.version, plan.answered_at or plan.made_at, plan.until_on)
            goals = _goals(case, plan, now)
            wanted = goals_wanted(goals, fact, case=case.pk, number=case.number, since=going_on_since(case))
            ended = goals_ended(goals)
        _do(case, steps(wanted, held, ended, unit=case.unit_id), now, by_member_id, reason)


def keep_appointments(case: Case, now: dt.datetime, by_member_id: int | None, reason: str) -> None:
    with acting(SYSTEM):
        held = _held(case, APPOINTMENT)
        waiting = [row for (_, row), duty in held.items() if duty.is_open]
        visits = [
            VisitPromised(
                visit.pk,
                VisitPlace(visit.place).label,
                visit.planned_at,
                visit.made_at,
                VisitState(visit.state),
                visit.visited_at,
                visit.worker_id or case.worker_id,
            )
            for visit in Visit.objects.filter(
                Q(state=VisitState.PLANNED) | Q(pk__in=waiting), case=case
            ).order_by("pk")
            if visit.planned_at is not None
        ]
        wanted = visits_wanted(visits, case=case.pk, number=case.number)
        _do(case, steps(wanted, held, visits_ended(visits), unit=case.unit_id), now, by_member_id, reason)


def hand_over_visits(case: Case, now: dt.datetime, giver: int | None = None) -> None:
    """The planned visits go to the case's unit and worker. Those that a colleague of the unit took on stay theirs, as
    goals do; not those of `giver`, who hands the case on. Call `keep_appointments` after it."""
    here = {member.pk for member in on_duty(case.unit_id, timezone.localdate(now))} - {giver}
    with acting(SYSTEM):
        planned = Visit.objects.filter(case=case, state=VisitState.PLANNED)
        planned.exclude(worker_id__in=here).update(worker_id=case.worker_id)
        planned.exclude(unit_id=case.unit_id).update(unit_id=case.unit_id)


def hand_on_promises(*, now: dt.datetime) -> int:
    """What was promised by a colleague who works in the unit no more goes to the case's own worker. Returns how many cases
    were handed something. Of a case whose own worker left all waits, with its other duties, until it is assigned."""
    with acting(SYSTEM):
        found = _left_behind(timezone.localdate(now))
    return sum(_hand_on(case_id, now) for case_id in found)


def _left_behind(on: dt.date) -> list[int]:
    """The cases with an open promise of somebody who left the unit and is not the case's own worker."""
    promised = Deadline.objects.filter(OPEN, subject_kind=SUBJECT, is_promise=True)
    owners: dict[int, set[int]] = {}
    for unit, owner in promised.values_list("unit_id", "owner_member_id").distinct():
        if owner is not None:
            owners.setdefault(unit, set()).add(owner)
    found: set[int] = set()
    for unit, held in owners.items():
        gone = held - {member.pk for member in on_duty(unit, on)}
        left = promised.filter(unit_id=unit, owner_member_id__in=gone) if gone else promised.none()
        pairs = {(int(case), owner) for case, owner in left.values_list("subject_id", "owner_member_id")}
        cases = Case.objects.filter(pk__in={case for case, _ in pairs}, state__in=WORKED_ON)
        workers = dict(cases.values_list("pk", "worker_id"))
        found |= {case for case, owner in pairs if case in workers and workers[case] != owner}
    return sorted(found)


def _hand_on(case_id: int, now: dt.datetime) -> bool:
    with acting(SYSTEM):
        case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, state__in=WORKED_ON).first()
        if case is None:
            return False
        hand_over_visits(case, now)
        keep_promises(case, now, None, "同事職務結束，轉主責社工")
        return True


def going_on_since(case: Case) -> dt.date | None:
    """The day from which a case went on that had been closed: goals that were due before fell away with the closing."""
    last = case.reopenings.aggregate(last=Max("at"))["last"]
    return timezone.localdate(last) if last is not None else None


def _goals(case: Case, plan: Plan, now: dt.datetime) -> list[GoalPromised]:
    every = goals_of(case)
    said = last_said(case, every)
    named = _may_be_named(case, plan, now)
    found = []
    for goal in sorted((g for g in every.values() if g.plan_id == plan.pk), key=lambda g: g.number):
        last = said[goal.pk]
        found.append(
            GoalPromised(
                root_of(goal, every),
                goal.number,
                goal.due_on,
                GoalState(last.state) if last else GoalState.OPEN,
                last.at if last else None,
                owner_in(goal.owner, named) or case.worker_id,
            )
        )
    return found


def _may_be_named(case: Case, plan: Plan, now: dt.datetime) -> dict[int, str]:
    """Who is meant when 誰負責 names a member: whoever works in the case's unit, but not who handed the case on since the
    plan was approved; and nobody where another unit wrote it."""
    handed = Transfer.objects.filter(
        case=case, state=TransferState.ACCEPTED, answered_at__gte=plan.answered_at or plan.made_at
    ).values_list("from_worker_id", "unit_id", "to_unit_id")
    if any(before != after for _, before, after in handed):
        return {}
    gone = {worker for worker, _, _ in handed}
    members = on_duty(case.unit_id, timezone.localdate(now))
    return {member.pk: member.name for member in members if member.pk not in gone}


def _held(case: Case, rule: str) -> dict[Key, HeldDuty]:
    return {
        (duty.rule_id, duty.sequence): HeldDuty(
            (duty.rule_id, duty.sequence),
            duty.unit_id,
            duty.owner_member_id,
            duty.due_at,
            duty.label,
            duty.citation,
            duty.url,
            duty.met_at is None and duty.withdrawn_at is None,
            duty.met_at is not None,
        )
        for duty in Deadline.objects.filter(subject_kind=SUBJECT, subject_id=str(case.pk), rule_id=rule)
    }


def _do(case: Case, found: list[Step], now: dt.datetime, by_member_id: int | None, reason: str) -> None:
    for step in found:
        rule, sequence = step.key
        duty: dict[str, Any] = {
            "subject_kind": SUBJECT,
            "subject_id": case.pk,
            "rule_id": rule,
            "sequence": sequence,
        }
        if step.wanted is not None:
            _stand(case, step.kind, step.wanted, duty, now, by_member_id, reason)
        elif step.ended is not None and step.ended.kept_at is not None:
            meet_deadline(at=step.ended.kept_at, by_member_id=by_member_id, **duty)
        elif step.ended is not None:
            withdraw_deadline(at=now, reason=step.ended.reason, by_member_id=by_member_id, **duty)


def _stand(
    case: Case, kind: StepKind, wanted: Wanted, duty: dict[str, Any], now: dt.datetime, by: int | None, reason: str
) -> None:  # fmt: skip
    match kind:
        case StepKind.OPEN:
            open_deadline(
                label=wanted.label,
                rule_label=NAMES[wanted.rule],
                subject_label=case.number,
                unit_id=case.unit_id,
                owner_member_id=wanted.owner,
                opened_at=now,
                started_at=wanted.started_at,
                due_at=wanted.due_at,
                citation=wanted.citation,
                url=wanted.url,
                is_promise=True,
                **duty,
            )
        case StepKind.RESTORE:
            restore_deadline(at=now, reason=reason, by_member_id=by, **duty)
        case StepKind.MOVE:
            move_deadline(at=now, due_at=wanted.due_at, reason=reason, by_member_id=by, **duty)
        case StepKind.RESTATE:
            restate_deadline(
                label=wanted.label,
                citation=wanted.citation,
                url=wanted.url,
                started_at=wanted.started_at,
                **duty,
            )
        case StepKind.HAND_OVER:
            reassign_deadline(
                at=now,
                reason=reason,
                owner_member_id=wanted.owner,
                unit_id=case.unit_id,
                by_member_id=by,
                **duty,
            )


def promise_older(*, now: dt.datetime) -> int:
    """Cases from before promises were duties get theirs. Returns how many were looked at; done again it changes nothing.

    In batches, a transaction each: killed in between, it leaves whole batches, and the next run goes on.
    """
    looked, last = 0, 0
    while True:
        with acting(SYSTEM):
            batch = list(
                Case.objects.filter(_lacking(), pk__gt=last, state__in=WORKED_ON)
                .order_by("pk")
                .select_for_update(of=("self",))[:BATCH]
            )
            if not batch:
                return looked
            for case in batch:
                keep_promises(case, now, None, "承諾列為期限")
            looked, last = looked + len(batch), batch[-1].pk


def _lacking() -> Q:
    """A planned visit without its duty, or an approved plan of which no goal ever had one."""
    duties = Deadline.objects.filter(subject_kind=SUBJECT)
    of_goals = duties.filter(rule_id=GOAL, subject_id=Cast(OuterRef("pk"), CharField()))
    of_visit = duties.filter(
        rule_id=APPOINTMENT, subject_id=Cast(OuterRef("case_id"), CharField()), sequence=OuterRef("pk")
    )
    plans = Plan.objects.filter(case=OuterRef("pk"), state=PlanState.APPROVED)
    visits = Visit.objects.filter(~Exists(of_visit), case=OuterRef("pk"), state=VisitState.PLANNED)
    return (Q(Exists(plans)) & ~Q(Exists(of_goals))) | Q(Exists(visits))
