"""Permission by role × agency × state: everybody tries every deed on a report and on an investigation, in every state.

The tables say who may, in which states, of which unit; nobody else does. A deed, a role or a state that is not named here
fails. Rows are a unit's (the last test); what a role may do in its unit is the action's to say.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model

from anwang.agencies.models import Role
from anwang.platform.context import SYSTEM, acting, apply
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import actions as dispatch
from anwang.services.dispatch.models import FamilyContact, HandOver
from anwang.services.intake import actions as intake
from anwang.services.intake import investigating
from anwang.services.intake.models import Reporter, ReporterReply
from anwang.services.intake.process import INVESTIGATION, REPORT, InvestigationState, ReportState
from anwang.services.intake.screening import screen
from tests import county

from . import report_deeds as made
from .relations import BY_ROLE, Allowed, Somebody, Why, everybody, surprises, undone

pytestmark = pytest.mark.django_db

DESK, REPORTING, EARLIER, RECEIVER, REFERRED = (
    "desk", "reporting unit", "unit that returned it", "unit that it was sent to", "unit referred to",
)  # fmt: skip
RELATIONS = {
    DESK: made.DESK,
    REPORTING: made.REPORTING,
    EARLIER: made.EARLIER,
    RECEIVER: made.RECEIVER,
    REFERRED: made.REFERRED,
    "other unit of the bureau": "sanxing_center",
    "other bureau": "health_office",
    "no unit": "",
}
ANYWHERE = (*RELATIONS, "system")

S = ReportState
EVERY_STATE = set(S)
WORKERS = {Role.SOCIAL_WORKER, Role.LIAISON, Role.SUPERVISOR}
SUPERVISORS, DISPATCHERS = {Role.SUPERVISOR}, {Role.DISPATCHER}
ENTER = WORKERS | DISPATCHERS
SYSTEM_TOO = {""}
"""Other systems enter and add to reports; their scopes let them in (exchange), and the system acts for them."""


def line(roles: set[Any], states: set[Any], *relations: str) -> Allowed:
    return Allowed(frozenset(roles), frozenset(relations), frozenset(states))


# The table: deed → who, in which states, in which unit.
ALLOWED: dict[str, Allowed] = {
    "submit_report": line(ENTER | SYSTEM_TOO, EVERY_STATE, *ANYWHERE),
    # What was written is added to and corrected in every state: the rows before stay.
    "add_to_report": line(ENTER | SYSTEM_TOO, EVERY_STATE, DESK, REPORTING, "system"),
    "correct_report": line(ENTER, EVERY_STATE, DESK),
    "withdraw_person": line(ENTER, EVERY_STATE, DESK),
    "decide_match": line(ENTER, EVERY_STATE, DESK),
    "take_back_attachment": line(ENTER, EVERY_STATE, DESK),
    "open_reporter": line(DISPATCHERS, EVERY_STATE, DESK),
    "record_reply": line(DISPATCHERS, EVERY_STATE, DESK),
    "screen": line(DISPATCHERS, {S.RECEIVED, S.SCREENED, S.RETURNED}, DESK),
    "send": line(DISPATCHERS, {S.SCREENED, S.RETURNED}, DESK),
    "screen_and_send": line(DISPATCHERS, {S.RECEIVED, S.SCREENED, S.RETURNED}, DESK),
    # What was returned a person must look at.
    "dispatch_as_suggested": line(DISPATCHERS, {S.RECEIVED, S.SCREENED}, DESK),
    "call_back": line(DISPATCHERS, {S.SENT}, DESK),
    "not_open": line(DISPATCHERS, {S.RECEIVED, S.SCREENED, S.RETURNED, S.DISPUTED}, DESK),
    "reopen": line(SUPERVISORS, {S.NOT_OPENED}, DESK),
    "accept": line(WORKERS, {S.SENT}, RECEIVER),
    "return_dispatch": line(WORKERS, {S.SENT}, RECEIVER),
    "record_family_contact": line(WORKERS, {S.ACCEPTED}, RECEIVER),
    "send_on": line(WORKERS, {S.ACCEPTED}, RECEIVER),
    "settle_dispute": line(SUPERVISORS, {S.DISPUTED}, DESK, EARLIER, RECEIVER),
    "receive_referral": line(WORKERS, {S.NOT_OPENED}, REFERRED),
    "hand_over": line(DISPATCHERS, EVERY_STATE, DESK),
    "take_over": line(DISPATCHERS, EVERY_STATE, DESK),
    "draw_sample": line(SUPERVISORS | SYSTEM_TOO, EVERY_STATE, DESK, "system"),
    "read_sample": line(SUPERVISORS, EVERY_STATE, DESK),
}
# Named among the actions, and no deed on a report that somebody names by its number.
NO_DEEDS = {
    "intake_unit": "a read: which unit the desk is",
    "open_report": "writes down that a report was read which row security gave",
    "open_attachment": "opens a file that row security gave",
}
# By what a role, a relation or a state is refused.
KINDS = {
    Why.ROLE: BY_ROLE,
    Why.RELATION: (PermissionDenied, NotPossible, ObjectDoesNotExist, intake.ReportError),
    Why.STATE: (NotPossible,),
}

I = InvestigationState  # noqa: E741
INVESTIGATING = "unit that investigates"
RELATIONS_OF_INVESTIGATION = {
    INVESTIGATING: made.INVESTIGATING,
    DESK: made.DESK,
    REPORTING: made.REPORTING,
    "other unit of the bureau": "luodong_center",
    "other bureau": "health_office",
    "no unit": "",
}
ALLOWED_OF_INVESTIGATION: dict[str, Allowed] = {
    "assign_worker": line(WORKERS, {I.OPEN}, INVESTIGATING),
    # Written once; before the conclusion, which asks for it.
    "record_first_contact": line(WORKERS, {I.OPEN}, INVESTIGATING),
    "conclude": line(WORKERS, {I.OPEN}, INVESTIGATING),
    "reopen_investigation": line(SUPERVISORS, {I.SUBSTANTIATED, I.NOT_SUBSTANTIATED}, INVESTIGATING),
}
NO_DEEDS_OF_INVESTIGATION = {"open_investigation": "part of accepting a dispatch, which says who may"}


def deeds() -> dict[str, Callable[..., Any]]:
    """The public actions of both rooms that take somebody's word, and screening."""
    named = {**{n: getattr(intake, n) for n in intake.__all__}, "screen": screen}
    named |= {name: getattr(dispatch, name) for name in dispatch.__all__}
    return {name: each for name, each in named.items() if inspect.isfunction(each) and name not in NO_DEEDS}


def deeds_of_investigation() -> dict[str, Callable[..., Any]]:
    found = inspect.getmembers(investigating, inspect.isfunction)
    return {
        name: each
        for name, each in found
        if each.__module__ == investigating.__name__
        and not name.startswith("_")
        and name not in NO_DEEDS_OF_INVESTIGATION
    }


def test_every_deed_and_state_is_in_the_tables() -> None:
    assert set(deeds()) == set(ALLOWED) == set(made.GIVEN)
    assert set(deeds_of_investigation()) == set(ALLOWED_OF_INVESTIGATION) == set(made.GIVEN_OF_INVESTIGATION)
    assert set(made.WAY) == set(REPORT.states)
    assert set(made.WAY_OF_INVESTIGATION) == set(INVESTIGATION.states)
    for name, each in {**deeds(), **deeds_of_investigation()}.items():
        assert {"by", "by_name", "now"} <= set(inspect.signature(each).parameters), name


def test_the_states_of_the_deeds_are_those_of_the_process() -> None:
    for deed, name in {
        "screen": "screen",
        "send": "send",
        "call_back": "call_back",
        "not_open": "not_open",
        "reopen": "reopen",
        "accept": "accept",
        "return_dispatch": "return",
        "settle_dispute": "settle",
        "send_on": "send_on",
    }.items():
        assert ALLOWED[deed].states == {state for state in S if REPORT.allows(state, name)}, deed
    for deed, name in {"conclude": "substantiate", "reopen_investigation": "reopen"}.items():
        assert ALLOWED_OF_INVESTIGATION[deed].states == {
            state for state in I if INVESTIGATION.allows(state, name)
        }, deed


@pytest.fixture
def report() -> Any:
    county.establish()
    return made.reported()


def _attempt(deed: Callable[..., Any], given: dict[str, Any]) -> Callable[[Somebody], Callable[[], object]]:
    def by(somebody: Somebody) -> Callable[[], object]:
        def attempt() -> object:
            apply(somebody.by)  # as in a request; it ends with the try
            return deed(**given, **somebody.named, now=made.AT)

        return attempt

    return by


def test_role_by_agency_by_state(report: Any) -> None:
    people, found = everybody(RELATIONS), []
    for state, way in made.WAY.items():
        with undone():
            way(report)
            with acting(SYSTEM):
                report.refresh_from_db()
            assert report.state == state
            for deed, allowed in ALLOWED.items():
                with undone():
                    attempt = _attempt(deeds()[deed], made.given_for(deed, report))
                    found += [
                        f"{deed} ({state}), {each}"
                        for each in surprises(allowed, people, state, KINDS, attempt)
                    ]
    assert not found, "\n".join(found)


def test_role_by_agency_by_state_of_an_investigation() -> None:
    county.establish()
    investigation = made.investigated()
    people, found = everybody(RELATIONS_OF_INVESTIGATION), []
    for state, way in made.WAY_OF_INVESTIGATION.items():
        with undone():
            way(investigation)
            for deed, allowed in ALLOWED_OF_INVESTIGATION.items():
                with undone():
                    given = made.GIVEN_OF_INVESTIGATION[deed](investigation)
                    attempt = _attempt(
                        deeds_of_investigation()[deed], {"investigation_id": investigation.pk, **given}
                    )
                    found += [
                        f"{deed} ({state}), {each}"
                        for each in surprises(allowed, people, state, KINDS, attempt)
                    ]
    assert not found, "\n".join(found)


# Which units read the report, its persons, its changes and its files, by the tables themselves. A unit that returned it,
# or was asked and does not lead, reads it no longer.
READS: dict[ReportState, set[str]] = {
    S.RECEIVED: {DESK, REPORTING},
    S.SCREENED: {DESK, REPORTING},
    S.SENT: {DESK, REPORTING, RECEIVER},
    S.RETURNED: {DESK, REPORTING},
    S.DISPUTED: {DESK, REPORTING, EARLIER, RECEIVER},
    S.ACCEPTED: {DESK, REPORTING, RECEIVER},
    S.NOT_OPENED: {DESK, REPORTING, REFERRED},
}
# What the desk keeps to itself, and within it to these roles.
OF_THE_DESK: dict[type[Model], set[Any]] = {
    Reporter: DISPATCHERS | SUPERVISORS,
    ReporterReply: DISPATCHERS | SUPERVISORS,
    HandOver: set(Role),
}


def test_which_unit_reads_what_of_a_report(report: Any) -> None:
    people, found = everybody(RELATIONS), []
    tables = ["report", "reportperson", "reportattachment", "reportchange"]
    content = [apps.get_model("intake", name) for name in tables]
    made.do("intake", intake.add_to_report, 1, report_id=report.pk, text=made.SAID)
    for deed in ("record_reply", "hand_over"):
        made.do("intake", deeds()[deed], 60, **made.given_for(deed, report))
    for state, way in made.WAY.items():
        with undone():
            way(report)
            for somebody in people:
                with acting(somebody.by):
                    reads = {table: table.objects.exists() for table in (*content, *OF_THE_DESK)}
                    contacted = FamilyContact.objects.exists()
                system = somebody.by is SYSTEM
                may = dict.fromkeys(content, system or somebody.relation in READS[state])
                may |= {
                    table: system or (somebody.relation == DESK and somebody.role in roles)
                    for table, roles in OF_THE_DESK.items()
                }
                found += [
                    f"{state}, {somebody}: {table.__name__}"
                    for table in may
                    if reads[table] is not may[table]
                ]
                assert not contacted
    assert not found, "\n".join(found)
