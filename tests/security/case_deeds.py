"""A family's case with something in every table, brought into each state; and what each deed on it is called with.

What a deed works on (a plan that waits, a visit that is planned) is put there whatever the case's state, also where no
deed would have left it: so that nothing but role, relation and state decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from anwang.agencies.models import Unit
from anwang.platform.context import SYSTEM, acting
from anwang.services.cases import actions, duties
from anwang.services.cases.models import (
    Case,
    CaseClosing,
    CaseMember,
    GoalProgress,
    Plan,
    PlanGoal,
    Reopening,
    ReportJoined,
    ReportSeen,
    SupportingAgency,
    Transfer,
    Visit,
)
from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.plan_rules import ProgressGiven
from anwang.services.cases.process import CaseState, PlanState, TransferState
from anwang.services.cases.service_clocks import service_clock
from anwang.services.cases.visit_rules import ContactRecord
from anwang.services.cases.vocabulary import (
    CaseRole,
    ContactKind,
    GoalState,
    OtherAgency,
    VisitPlace,
)
from anwang.services.intake.models import Report, ReportPerson
from tests.flows.cases import made
from tests.flows.cases.made import NOW, WORKER, days, who
from tests.flows.intake.made import report

AT = NOW + days(6)
SAID = "測試用的理由，寫得夠清楚。"
FORMER, FORMER_UNIT = "yilan.worker", "yilan_center"
LEAD_UNIT, SUPPORTING_UNIT, RECEIVING_UNIT = "luodong_center", "health_office", "jiaoxi_center"


@dataclass(frozen=True, slots=True)
class Situation:
    """A state of the case, and whether a transfer waits for the receiving unit."""

    state: CaseState
    in_transfer: bool = False

    def __str__(self) -> str:
        return f"{self.state}{', in transfer' if self.in_transfer else ''}"


def family() -> Case:
    """Opened by the former unit, which met the family and handed it on; assessed, planned and met by the unit in charge,
    with another one supporting it. Everything is done that a closing asks for."""
    case = made.open_case(
        FORMER,
        dispatch_id=made.dispatched(FORMER_UNIT).pk,
        worker_id=made.member_id(FORMER),
        supervisor_id=made.member_id("yilan.supervisor"),
    )
    made.visit(case, NOW + days(0.1), FORMER)
    transfer = actions.offer_transfer(
        case_id=case.pk,
        to_unit_id=made.unit_id(LEAD_UNIT),
        to_worker_id=made.member_id(WORKER),
        reason="全家遷居羅東鎮",
        summary="單親、一名學齡兒童，就學不穩。",
        **who(FORMER, NOW + days(0.2)),
    )
    case = actions.accept_transfer(transfer_id=transfer.pk, **who(WORKER, NOW + days(0.3)))
    made.visit(case, NOW + days(1))
    actions.record_contact(
        case_id=case.pk,
        given=ContactRecord(ContactKind.CALL, NOW + days(1), "與母親通話，約好下次時間。"),
        **who(WORKER, NOW + days(1.1)),
    )
    made.assessed(case, NOW + days(2))
    made.goals_reached(case, made.approved(case, NOW + days(3)), NOW + days(4))
    actions.add_supporting(
        case_id=case.pk,
        unit_id=made.unit_id(SUPPORTING_UNIT),
        task=OtherAgency.SERVICE,
        contact="王護理師",
        **who(WORKER, NOW + days(4)),
    )
    made.ask_closing(case, NOW + days(5))
    actions.return_closing(case_id=case.pk, text="請再訪視一次", **who(made.SUPERVISOR, NOW + days(5)))
    with acting(SYSTEM):
        seen = report(received_at=NOW - days(1))
        row = {"case": case, "unit": case.unit, "at": AT, "by_name": "林社工"}
        ReportSeen.objects.create(report=seen, note=SAID, **row)
        Reopening.objects.create(reason=SAID, closed_at=NOW, **row)
        joined = made.dispatched(LEAD_UNIT, NOW - days(1))
        ReportJoined.objects.create(report=joined.report, dispatch=joined, note=SAID, **row)
    return case


def bring(case: Case, situation: Situation) -> None:
    """Put the case into a state as it is in the tables then."""
    with acting(SYSTEM):
        closed = situation.state is CaseState.CLOSED
        Case.objects.filter(pk=case.pk).update(
            state=situation.state,
            closed_at=AT if closed else None,
            started_at=NOW if situation.state is not CaseState.OPEN else None,
        )
        if situation.state is CaseState.CLOSING:
            _closing(case)
        if closed:
            SupportingAgency.objects.filter(case=case, until_on__isnull=True).update(until_on=AT.date())
        if situation.in_transfer:
            _transfer(case, TransferState.OFFERED)


def _closing(case: Case) -> CaseClosing:
    return CaseClosing.objects.create(
        case=case,
        unit=case.unit,
        reason="goals_reached",
        outcome="goals_reached",
        summary="孩子穩定到校，母親就業。",
        asked_at=AT,  # by nobody who tries: what one asked oneself is another matter
    )


def _transfer(case: Case, state: TransferState) -> Transfer:
    return Transfer.objects.create(
        case=case,
        unit=case.unit,
        to_unit=Unit.objects.get(code=RECEIVING_UNIT),
        state=state,
        reason="全家遷居礁溪鄉",
        summary="單親、一名學齡兒童，就學不穩。",
        offered_at=AT,
    )


Given = dict[str, Any]


def _of_case(**given: Any) -> Callable[[Case], Given]:
    return lambda case: {"case_id": case.pk, **given}


def _plan(state: PlanState) -> Callable[[Case], Plan]:
    def make(case: Case) -> Plan:
        plan = Plan.objects.create(
            case=case,
            unit=case.unit,
            version=9,
            state=PlanState.DRAFT,
            made_at=AT,
            made_by_name="林社工",
        )
        PlanGoal.objects.create(
            plan=plan, case=case, unit=case.unit, number=1, goal="每天到校", services="陪同", owner="林社工"
        )
        Plan.objects.filter(pk=plan.pk).update(state=state)
        return plan

    return make


_draft, _waiting_plan = _plan(PlanState.DRAFT), _plan(PlanState.SUBMITTED)


def _on_plan(plan: Callable[[Case], Plan], **given: Any) -> Callable[[Case], Given]:
    return lambda case: {"plan_id": plan(case).pk, **given}


def _transfer_id(case: Case) -> int:
    """The transfer that waits; where none does, one that was taken back."""
    there = Transfer.objects.filter(case=case, state=TransferState.OFFERED).first()
    return (there or _transfer(case, TransferState.CALLED_BACK)).pk


def _on_transfer(**given: Any) -> Callable[[Case], Given]:
    return lambda case: {"transfer_id": _transfer_id(case), **given}


def _open_case(case: Case) -> Given:
    somebody = (NewMember(CaseRole.CLIENT, "王大明", "本人", sex="男"),)
    dispatch = made.dispatched(LEAD_UNIT)
    return {"opening": made.opening(dispatch_id=dispatch.pk, members=somebody)}


def _join_report(case: Case) -> Given:
    return {"dispatch_id": made.dispatched(LEAD_UNIT).pk, "case_id": case.pk, "text": SAID}


def _see_report(case: Case) -> Given:
    new: Report = report(received_at=AT - days(0.5))
    ReportPerson.objects.filter(report=new).update(person_id=case.client_id)
    return {"case_id": case.pk, "report_id": new.pk, "text": SAID}


def _assess(case: Case) -> Given:
    answers: dict[str, Any] = {
        "name": "林小安",
        "household_size": "2",
        "children_under_6": "0",
        **made.CALM,
        "self_harm": "no",
        "suspected_abuse": "no",
        "decision": "open",
    }
    on = AT.astimezone(made.TAIPEI).date()
    return {
        "case_id": case.pk,
        "given": actions.GivenAssessment(assessed_on=on, household=answers, level="low"),
    }


def _assign_worker(case: Case) -> Given:
    Case.objects.filter(pk=case.pk).update(worker=None)
    return {"case_id": case.pk, "worker_id": made.member_id(WORKER)}


def _cancel_visit(case: Case) -> Given:
    planned = Visit.objects.create(
        case=case, unit=case.unit, place=VisitPlace.HOME, planned_at=AT + days(1), made_at=AT
    )
    return {"visit_id": planned.pk, "reason": SAID}


def _correct_visit(case: Case) -> Given:
    """What the former unit wrote itself, and still reads."""
    theirs = Visit.objects.get(case=case, unit__code=FORMER_UNIT)
    assert theirs.visited_at is not None
    return {"visit_id": theirs.pk, "given": made.met(theirs.visited_at), "why": SAID}


def _correct_member(case: Case) -> Given:
    given = replace(made.FAMILY[1], phone="0912-000-222")
    return {"case_id": case.pk, "number": 2, "given": given, "why": SAID}


def _review_plan(case: Case) -> Given:
    goal = PlanGoal.objects.get(case=case)
    GoalProgress.objects.create(goal=goal, case=case, unit=case.unit, state=GoalState.BETTER, at=AT)
    return {"case_id": case.pk, "given": [ProgressGiven(goal.pk, GoalState.BETTER)], "text": SAID}


def _clock_case(case: Case) -> Case:
    Case.objects.filter(pk=case.pk).update(programme="out_of_home_placement")
    return Case.objects.get(pk=case.pk)


def _start_clock(case: Case) -> Given:
    return {"case_id": _clock_case(case).pk, "clock_id": "continued", "at": AT - days(1), "text": SAID}


def _finish_clock(case: Case) -> Given:
    given = _start_clock(case)
    found = service_clock(_clock_case(case), "continued")
    duties.open_duty(_clock_case(case), found.words, AT - days(1), AT)
    running = service_clock(_clock_case(case), "continued").running
    assert running is not None
    return {**given, "sequence": running.sequence, "at": AT}


def _end_supporting(case: Case) -> Given:
    return {"supporting_id": SupportingAgency.objects.get(case=case).pk}


def _offer_transfer(case: Case) -> Given:
    return {
        "case_id": case.pk,
        "to_unit_id": made.unit_id("suao_center"),
        "to_worker_id": None,
        "reason": "全家遷居蘇澳鎮",
        "summary": SAID,
    }


_VISITED = {
    "visited_on": "115/4/21", "contact_kind": "home", "met": "yes", "observed": "案母在家。", "next_on": "",
    "children_at_home": "yes", "all_children_seen": "yes",
}  # fmt: skip
_CLOSING = {"reason": "goals_reached", "summary": "孩子穩定到校，母親就業。"}

GIVEN: dict[str, Callable[[Case], Given]] = {
    "accept_transfer": _on_transfer(),
    "add_member": _of_case(given=NewMember(CaseRole.OTHER, "", "鄰居", birth="60/1/1", sex="女")),
    "add_supporting": lambda case: {
        "case_id": case.pk,
        "unit_id": made.unit_id("education_office"),
        "task": OtherAgency.SERVICE,
        "contact": "吳專輔",
    },
    "approve_plan": _on_plan(_waiting_plan),
    "ask_closing": _of_case(**_CLOSING),
    "assess": _assess,
    "assign_worker": _assign_worker,
    "begin_plan": _of_case(),
    "call_back_transfer": _on_transfer(reason=SAID),
    "cancel_visit": _cancel_visit,
    "close_in_spite": _of_case(**_CLOSING, overrule=SAID),
    "correct_member": _correct_member,
    "correct_visit": _correct_visit,
    "decline_transfer": _on_transfer(reason=SAID),
    "end_supporting": _end_supporting,
    "fill_form": _of_case(form_id="visit", typed=_VISITED, facts={}),
    "finish_clock": _finish_clock,
    "grant_closing": _of_case(),
    "join_report": _join_report,
    "offer_transfer": _offer_transfer,
    "open_case": _open_case,
    "plan_visit": _of_case(place=VisitPlace.HOME, at=AT + days(1)),
    "record_contact": _of_case(given=ContactRecord(ContactKind.CALL, AT - dt.timedelta(hours=1), SAID)),
    "record_visit": _of_case(given=made.met(AT - dt.timedelta(hours=1))),
    "reopen_case": _of_case(reason=SAID),
    "return_closing": _of_case(text=SAID),
    "return_plan": _on_plan(_waiting_plan, text=SAID),
    "review_plan": _review_plan,
    "save_plan": _on_plan(_draft, revision=1, draft=made.draft(AT)),
    "see_report": _see_report,
    "start_clock": _start_clock,
    "submit_plan": _on_plan(_draft, revision=1, draft=made.draft(AT)),
    "take_back_closing": _of_case(),
    "take_back_plan": _on_plan(_waiting_plan),
}


def given_for(deed: str, case: Case) -> Given:
    """What a deed is called with, its subject put in place."""
    with acting(SYSTEM):
        case = Case.objects.select_related("unit").get(pk=case.pk)
        return GIVEN[deed](case)


TABLES_OF_UNIT = (CaseMember, Visit, SupportingAgency, Transfer)
"""What the former unit wrote itself, and goes on reading."""
