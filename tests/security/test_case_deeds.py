"""Permission by role × agency × state: everybody tries every deed on a case in every state of it.

The table says who may; the test says that nobody else does, neither by the action nor, where its own check is passed by,
by the database. A deed, a role, a state or a table of cases that is not named here fails.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django.apps import apps

from anwang.agencies.models import Role
from anwang.agencies.rules import ROLE_PERMISSIONS
from anwang.platform.context import SYSTEM, acting
from anwang.platform.transitions import NotPossible
from anwang.services import cases
from anwang.services.cases import actions
from anwang.services.cases.models import Case, CaseClosing, Plan, SupportingAgency, Transfer
from anwang.services.cases.process import CASE, CaseState, ClosingState, PlanState
from tests import county

from .case_deeds import (
    AT,
    FORMER_UNIT,
    GIVEN,
    LEAD_UNIT,
    RECEIVING_UNIT,
    SUPPORTING_UNIT,
    TABLES_OF_UNIT,
    Situation,
    bring,
    family,
    given_for,
)
from .relations import BY_DATABASE, BY_ROLE, DONE, Allowed, Somebody, Why, everybody, surprises, tried, undone

pytestmark = pytest.mark.django_db

# Who tries. The worker whose case it is stands beside everybody else of the unit in charge.
IN_CHARGE, CARRIER = "unit in charge", "worker of the case"
RELATIONS = {
    IN_CHARGE: LEAD_UNIT,
    "supporting unit": SUPPORTING_UNIT,
    "former unit": FORMER_UNIT,
    "receiving unit": RECEIVING_UNIT,
    "other unit of the bureau": "suao_center",
    "other bureau": "police_office",
    "no unit": "",
}
# In which states. A transfer waits only in a case that is worked on and not about to be closed: that no other state meets
# one is what the lines `offer_transfer`, `ask_closing` and `close_in_spite` of the table say.
C = CaseState
GOING_ON = {Situation(state) for state in (C.OPEN, C.ACTIVE, C.REOPENED)}
IN_TRANSFER = {Situation(state, in_transfer=True) for state in (C.OPEN, C.ACTIVE, C.REOPENED)}
CLOSING, CLOSED = {Situation(C.CLOSING)}, {Situation(C.CLOSED)}
WORKED_ON = GOING_ON | IN_TRANSFER | CLOSING
EVERY_STATE = WORKED_ON | CLOSED

WORKERS = {Role.SOCIAL_WORKER, Role.LIAISON, Role.SUPERVISOR}
SUPERVISORS = {Role.SUPERVISOR}
# Whoever supervises answers what was sent up, with what is to do; to take it back is for those who work on it.
NO_SUPERVISOR = WORKERS - SUPERVISORS


def line(
    roles: set[Role], states: set[Situation], *relations: str, **refused: tuple[type[Exception], ...]
) -> Allowed:
    return Allowed(
        frozenset(roles),
        frozenset(relations or (IN_CHARGE, CARRIER)),
        frozenset(states),
        {Why(why): kinds for why, kinds in refused.items()},
    )


# The table: deed → who, in which states, of which unit (of the one in charge, where none is named).
ALLOWED: dict[str, Allowed] = {
    # Opening one for a family that has one with the unit already: the other case's state does not matter.
    "open_case": line(WORKERS, EVERY_STATE, relation=(actions.NotAccepted,)),
    "join_report": line(WORKERS, WORKED_ON, state=(actions.NotAccepted,)),
    "see_report": line(WORKERS, WORKED_ON),
    "add_member": line(WORKERS, WORKED_ON),
    "correct_member": line(WORKERS, WORKED_ON),
    "add_supporting": line(WORKERS, WORKED_ON),
    # With the case it ended by itself; said again it stays so.
    "end_supporting": line(WORKERS, EVERY_STATE),
    "plan_visit": line(WORKERS, WORKED_ON),
    "record_visit": line(WORKERS, WORKED_ON),
    "cancel_visit": line(WORKERS, WORKED_ON),
    "correct_visit": line(WORKERS, WORKED_ON),
    "record_contact": line(WORKERS, WORKED_ON),
    "assess": line(WORKERS, WORKED_ON),
    "fill_form": line(WORKERS, WORKED_ON),
    "start_clock": line(WORKERS, WORKED_ON),
    "finish_clock": line(WORKERS, WORKED_ON),
    "begin_plan": line(WORKERS, WORKED_ON),
    "save_plan": line(WORKERS, WORKED_ON),
    "submit_plan": line(WORKERS, WORKED_ON),
    "take_back_plan": line(NO_SUPERVISOR, WORKED_ON),
    "approve_plan": line(SUPERVISORS, WORKED_ON),
    "return_plan": line(SUPERVISORS, WORKED_ON),
    "review_plan": line(WORKERS, WORKED_ON),
    "assign_worker": line(SUPERVISORS, WORKED_ON),
    "offer_transfer": line(WORKERS, GOING_ON),
    "call_back_transfer": line(WORKERS, IN_TRANSFER),
    "accept_transfer": line(WORKERS, IN_TRANSFER, "receiving unit"),
    "decline_transfer": line(WORKERS, IN_TRANSFER, "receiving unit"),
    "ask_closing": line(WORKERS, GOING_ON),
    "take_back_closing": line(NO_SUPERVISOR, CLOSING),
    "return_closing": line(SUPERVISORS, CLOSING),
    "grant_closing": line(SUPERVISORS, CLOSING),
    "close_in_spite": line(SUPERVISORS, GOING_ON),
    "reopen_case": line(WORKERS, CLOSED),
}
KINDS = {
    Why.ROLE: BY_ROLE,
    Why.RELATION: (actions.NoSuchCase,),
    Why.STATE: (NotPossible, actions.NotClosable),
}
# What the action alone keeps from a worker of the unit in charge. Who carries a case, and who takes back what was sent
# up, are no matter of who may read or decide: the rows are the unit's own to write.
BY_ACTION_ALONE = {"assign_worker", "take_back_plan", "take_back_closing"}
JOBS = {"hand_on_promises", "name_older_services", "note_new_reports", "promise_older"}
"""Named among the actions; takes nobody's word: the system runs it."""


@pytest.fixture
def case() -> Case:
    county.establish("luodong.worker", "luodong.supervisor", "yilan.worker", "yilan.supervisor")
    return family()


def tryers(case: Case) -> list[Somebody]:
    people = everybody(RELATIONS)
    carrier = county.context("luodong.worker", AT.date())
    assert carrier.member_id == case.worker_id
    return [*people, Somebody(CARRIER, Role.SOCIAL_WORKER, carrier)]


def deeds() -> dict[str, Callable[..., Any]]:
    """The public actions of the room that take somebody's word."""
    found = {name: getattr(actions, name) for name in actions.__all__}
    return {name: each for name, each in found.items() if inspect.isfunction(each) and name not in JOBS}


def test_every_deed_role_and_state_is_in_the_table() -> None:
    assert set(deeds()) == set(ALLOWED) == set(GIVEN)
    assert {situation.state for situation in EVERY_STATE} == set(CASE.states)
    assert {*Role.values} == {*ROLE_PERMISSIONS}
    for name, each in deeds().items():
        assert {"by", "by_name", "now"} <= set(inspect.signature(each).parameters), name
    # A deed that is not named among the actions would be tried by nobody.
    for module in iter_modules(cases.__path__, f"{cases.__name__}."):
        if module.ispkg:
            continue
        for name, each in inspect.getmembers(import_module(module.name), inspect.isfunction):
            is_deed = hasattr(each, "__wrapped__") and "by_name" in inspect.signature(each).parameters
            if is_deed and each.__module__.startswith(f"{cases.__name__}."):
                assert name in ALLOWED, f"{module.name}.{name}"


def test_the_states_of_the_deeds_are_those_of_the_process() -> None:
    """What moves the case is possible in the table exactly where the process of a case says so."""
    for deed, name in {
        "ask_closing": "ask_closing",
        "take_back_closing": "take_back_closing",
        "return_closing": "return_closing",
        "reopen_case": "reopen",
    }.items():
        possible = {situation.state for situation in EVERY_STATE if situation in ALLOWED[deed].states}
        assert possible == {state for state in C if CASE.allows(state, name)}, deed
    closes = ALLOWED["grant_closing"].states | ALLOWED["close_in_spite"].states
    assert {situation.state for situation in EVERY_STATE if situation in closes} == {
        state for state in C if CASE.allows(state, "close")
    }


def test_role_by_agency_by_state(case: Case) -> None:
    people, found = tryers(case), []
    for situation in sorted(EVERY_STATE, key=str):
        with undone():
            bring(case, situation)
            for deed, allowed in ALLOWED.items():
                with undone():
                    given = given_for(deed, case)
                    found += [
                        f"{deed} ({situation}), {each}"
                        for each in surprises(allowed, people, situation, KINDS, _attempt(deed, given))
                    ]
    assert not found, "\n".join(found)


def _attempt(deed: str, given: dict[str, Any]) -> Callable[[Somebody], Callable[[], object]]:
    return lambda somebody: lambda: deeds()[deed](**given, **somebody.named, now=AT)


def test_the_database_refuses_where_the_action_is_passed_by(case: Case) -> None:
    """The deed without its check of the role, by everybody whom the table refuses for role or relation, in a state in
    which it is possible."""
    people, found = tryers(case), []
    for deed, allowed in ALLOWED.items():
        situation = min(allowed.states & EVERY_STATE, key=str)
        passed_by = inspect.unwrap(deeds()[deed])
        # What one does not see is not there: for some deeds that is another form's field.
        unseen = [kind for several in (allowed.refused or {}).values() for kind in several]
        kinds = {Why.DATABASE: BY_DATABASE, Why.RELATION: (actions.NoSuchCase, *unseen)}
        with undone():
            bring(case, situation)
            given = given_for(deed, case)
            for somebody in people:
                against = allowed.against(somebody, situation)
                own = somebody.relation in allowed.relations and somebody.role in WORKERS
                if not against or somebody.by is SYSTEM or (own and deed in BY_ACTION_ALONE):
                    continue
                if tried(_acting(passed_by, given, somebody), kinds) == DONE:
                    found.append(f"{deed} ({situation}), {somebody}: done")
    assert not found, "\n".join(found)


def _acting(deed: Callable[..., Any], given: dict[str, Any], somebody: Somebody) -> Callable[[], object]:
    def attempt() -> object:
        with acting(somebody.by):
            return deed(**given, **somebody.named, now=AT)

    return attempt


def test_no_worker_writes_down_what_is_a_supervisors_to_decide(case: Case) -> None:
    """Not by a new row either: an approved plan, a granted closing, a closed case."""
    found = []
    for somebody in tryers(case):
        if somebody.relation not in (IN_CHARGE, CARRIER) or somebody.role not in WORKERS:
            continue
        row = {"case": case, "unit_id": case.unit_id}
        for deed in (
            lambda row=row: Plan.objects.create(version=8, state=PlanState.APPROVED, made_at=AT, **row),
            lambda row=row: CaseClosing.objects.create(state=ClosingState.GRANTED, asked_at=AT, **row),
            lambda: Case.objects.filter(pk=case.pk).update(state=C.CLOSED, closed_at=AT),
        ):
            with acting(somebody.by):
                end = tried(deed, {Why.DATABASE: BY_DATABASE})
            if (end == DONE) is not (somebody.role in SUPERVISORS):
                found.append(f"{somebody}: {end}")
    assert not found, found


def test_a_supervisor_takes_back_what_is_the_own_work(case: Case) -> None:
    """What they sent themselves, and whatever is sent up of a case that they carry; page and action say the same."""
    supervisor = county.context("luodong.supervisor", AT.date())
    for deed in ("take_back_plan", "take_back_closing"):
        for own in ("asked", "carried", "neither"):
            with undone():
                bring(case, Situation(C.CLOSING))
                given = given_for(deed, case)
                with acting(SYSTEM):
                    if own == "asked":
                        Plan.objects.filter(state="submitted").update(submitted_by_id=supervisor.member_id)
                        CaseClosing.objects.filter(state="asked").update(asked_by_id=supervisor.member_id)
                    if own == "carried":
                        Case.objects.filter(pk=case.pk).update(worker_id=supervisor.member_id)
                somebody = Somebody(IN_CHARGE, Role.SUPERVISOR, supervisor)
                end = tried(_attempt(deed, given)(somebody), KINDS)
                assert end == ({Why.ROLE} if own == "neither" else DONE), (deed, own)


def test_who_reads_what_of_a_case(case: Case) -> None:
    """The unit in charge every row; the former one what it wrote itself; a supporting unit that it supports, a receiving
    one what it is asked to take; nobody else anything. In every state, by the tables themselves."""
    people, found = tryers(case), []
    tables = list(apps.get_app_config("cases").get_models())
    for situation in sorted(EVERY_STATE, key=str):
        with undone():
            bring(case, situation)
            with acting(SYSTEM):
                there = {table: set(table.objects.values_list("pk", flat=True)) for table in tables}
                own = {
                    table: set(table.objects.filter(unit__code=FORMER_UNIT).values_list("pk", flat=True))
                    for table in TABLES_OF_UNIT
                }
                named = {
                    "supporting unit": (SupportingAgency, "supporting_unit"),
                    "receiving unit": (Transfer, "to_unit"),
                }
                told = {
                    relation: (
                        table,
                        set(
                            table.objects.filter(**{f"{field}__code": RELATIONS[relation]}).values_list(
                                "pk", flat=True
                            )
                        ),
                    )
                    for relation, (table, field) in named.items()
                }
            assert all(there.values()), [table for table, rows in there.items() if not rows]
            for somebody in people:
                may: dict[type, set[int]] = {}
                if somebody.by is SYSTEM or (
                    somebody.relation in (IN_CHARGE, CARRIER) and somebody.role in WORKERS
                ):
                    may = there
                elif somebody.relation == "former unit" and somebody.role in WORKERS:
                    may = own
                elif somebody.relation in told and somebody.role in WORKERS:
                    may = dict([told[somebody.relation]])
                with acting(somebody.by):
                    reads = {table: set(table.objects.values_list("pk", flat=True)) for table in tables}
                found += [
                    f"{situation}, {somebody}: {table.__name__} {sorted(reads[table])}"
                    for table in tables
                    if reads[table] != may.get(table, set())
                ]
    assert not found, "\n".join(found)
