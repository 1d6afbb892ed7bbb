"""Cases for tests, made by the room's own actions; every deed has what a good form would give."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from anwang.agencies.models import Member, Unit
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.services.cases import actions
from anwang.services.cases.models import Assessment, Case, CaseClosing, Plan, Visit
from anwang.services.cases.opening_rules import NewMember, Opening
from anwang.services.cases.plan_rules import GoalDraft, PlanDraft, ProgressGiven
from anwang.services.cases.visit_rules import VisitRecord
from anwang.services.cases.vocabulary import CaseRole, ChildSeen, GoalState, Safety, VisitPlace
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.process import DispatchState
from tests.county import context
from tests.flows.intake.made import report

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = dt.datetime(2026, 4, 20, 10, 0, tzinfo=TAIPEI)
WORKER, SUPERVISOR = "luodong.worker", "luodong.supervisor"
NAMES = {WORKER: "林社工", SUPERVISOR: "黃督導", "yilan.worker": "李社工", "yilan.supervisor": "張督導"}
FAMILY = (
    NewMember(CaseRole.CLIENT, "林小安", "長女", birth="109/3/1", sex="女"),
    NewMember(CaseRole.CARER, "林美惠", "母", id_number="A234567893", birth="80/1/2", phone="0912-000-111"),
)
REASON = "學校通報孩子經常未到校，母親失業。"
# The answers of the vulnerable family's form that it asks for whatever is said elsewhere.
CALM = {
    "economy": "tight",
    "housing": "fine",
    "care": "fine",
    "health": "fine",
    "relations": "fine",
    "schooling": "none_needed",
    "work": "unstable",
    "network": "few",
}


def who(username: str, now: dt.datetime = NOW) -> dict[str, Any]:
    return {
        "by": context(username, now.astimezone(TAIPEI).date()),
        "by_name": NAMES.get(username, username),
        "now": now,
    }


def member_id(username: str) -> int:
    with acting(SYSTEM):
        return Member.objects.get(username=username).pk


def unit_id(code: str) -> int:
    with acting(SYSTEM):
        return Unit.objects.get(code=code).pk


def dispatched(to: str = "luodong_center", at: dt.datetime = NOW - dt.timedelta(hours=5)) -> Dispatch:
    """A report that was sent to a unit and accepted."""
    made = report(received_at=at, sent_to=to)
    with acting(SYSTEM):
        return Dispatch.objects.create(
            report=made,
            unit=Unit.objects.get(code="intake"),
            to_unit=Unit.objects.get(code=to),
            programme="vulnerable_family",
            state=DispatchState.ACCEPTED,
            sent_at=at + dt.timedelta(hours=1),
            answer_due_at=at + dt.timedelta(hours=24),
            answered_at=at + dt.timedelta(hours=2),
        )


def opening(**changes: Any) -> Opening:
    made = Opening(
        "vulnerable_family",
        FAMILY,
        REASON,
        worker_id=member_id(WORKER),
        supervisor_id=member_id(SUPERVISOR),
        township="羅東鎮",
    )
    return replace(made, **changes)


def open_case(username: str = WORKER, now: dt.datetime = NOW, **changes: Any) -> Case:
    return actions.open_case(opening=opening(**changes), **who(username, now))


def met(at: dt.datetime, **changes: Any) -> VisitRecord:
    given = VisitRecord(
        met=True,
        place=VisitPlace.HOME,
        at=at,
        seen=(1, 2),
        child_seen=ChildSeen.ALL,
        safety=Safety.SAFE,
        text="母女都在，孩子活潑，衣物整潔。",
    )
    return replace(given, **changes)


def visit(case: Case, at: dt.datetime, username: str = WORKER, **changes: Any) -> Visit:
    return actions.record_visit(
        case_id=case.pk, given=met(at, **changes), **who(username, at + dt.timedelta(minutes=30))
    )


def assessed(
    case: Case, now: dt.datetime, answers: dict[str, Any] | None = None, **changes: Any
) -> Assessment:
    typed: dict[str, Any] = {
        "name": "林小安",
        "household_size": "2",
        "children_under_6": "0",
        **CALM,
        "self_harm": "no",
        "suspected_abuse": "no",
        "decision": "open",
        **(answers or {}),
    }
    given = actions.GivenAssessment(
        assessed_on=now.astimezone(TAIPEI).date(), household=typed, level="low", client_key=""
    )
    return actions.assess(case_id=case.pk, given=replace(given, **changes), **who(WORKER, now))


def draft(now: dt.datetime) -> PlanDraft:
    today = now.astimezone(TAIPEI).date()
    return PlanDraft(
        [
            GoalDraft(
                "孩子每天到校", "陪同上學、聯繫專輔老師", "林社工", today + dt.timedelta(days=60), "就學"
            )
        ],
        "母親願意配合，先穩定就學。",
        "yes",
        "",
        today + dt.timedelta(days=90),
    )


def submitted(case: Case, now: dt.datetime) -> Plan:
    plan = actions.begin_plan(case_id=case.pk, **who(WORKER, now))
    with acting(SYSTEM):
        before = plan.goals.values_list("continues_id", flat=True).first() or 0
    given = draft(now)
    given = replace(given, goals=[replace(given.goals[0], continues=before)])
    return actions.submit_plan(plan_id=plan.pk, revision=plan.revision, draft=given, **who(WORKER, now))


def approved(case: Case, now: dt.datetime) -> Plan:
    plan = submitted(case, now)
    return actions.approve_plan(plan_id=plan.pk, **who(SUPERVISOR, now))


def goals_reached(case: Case, plan: Plan, now: dt.datetime) -> None:
    with acting(SYSTEM):
        goals = list(plan.goals.values_list("pk", flat=True))
    actions.review_plan(
        case_id=case.pk,
        given=[ProgressGiven(goal, GoalState.REACHED) for goal in goals],
        text="兩個月來每天到校。",
        **who(WORKER, now),
    )


def ask_closing(case: Case, now: dt.datetime, username: str = WORKER, **changes: Any) -> CaseClosing:
    given: dict[str, Any] = {"reason": "goals_reached", "summary": "孩子穩定到校，母親就業。", **changes}
    return actions.ask_closing(case_id=case.pk, **given, **who(username, now))


def open_duties(case: Case) -> dict[str, Deadline]:
    with acting(SYSTEM):
        return {
            duty.rule_id: duty
            for duty in Deadline.objects.filter(OPEN, subject_kind="case", subject_id=str(case.pk))
        }


def fresh(case: Case) -> Case:
    with acting(SYSTEM):
        return Case.objects.select_related("unit", "worker").get(pk=case.pk)


def days(count: float) -> dt.timedelta:
    return dt.timedelta(days=count)
