"""Role × agency × state: every member tries every deed in every state; only the right ones change anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from anwang.agencies.demo import DEMO_MEMBERS
from anwang.platform.context import SYSTEM, acting
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import actions
from anwang.services.dispatch.models import Dispatch, Dispute, NotOpened
from anwang.services.dispatch.rules import ContactGiven, ContactHow
from anwang.services.intake.models import Report
from anwang.services.intake.process import ReportState
from anwang.services.intake.screening import screen
from tests.county import establish

from .made import HOUR, NOW, do, fresh, received, screened, sent, unit

pytestmark = pytest.mark.django_db
S = ReportState
DESK, UNIT = {"intake"}, {"luodong.worker", "luodong.supervisor"}
LATER = NOW + HOUR


def _returned() -> Report:
    dispatch = sent()
    do(
        "luodong.worker",
        actions.return_dispatch,
        dispatch_id=dispatch.pk,
        reason="other",
        text="不是本單位服務對象",
    )
    return fresh(dispatch.report)


def _disputed() -> Report:
    report = _returned()
    again = do(
        "intake",
        actions.send,
        report_id=report.pk,
        to_unit_id=unit("luodong_center").pk,
        reason="仍請協助評估",
    )
    do(
        "luodong.worker",
        actions.return_dispatch,
        dispatch_id=again.pk,
        reason="other",
        text="仍不是本單位服務對象",
    )
    return fresh(report)


def _accepted() -> Report:
    dispatch = sent()
    do("luodong.worker", actions.accept, dispatch_id=dispatch.pk)
    return fresh(dispatch.report)


def _closed() -> Report:
    report = screened()
    do(
        "intake",
        actions.not_open,
        report_id=report.pk,
        reason="supported",
        text="祖母已同住並照顧",
        referred_unit_id=unit("luodong_center").pk,
    )
    return fresh(report)


IN_STATE: dict[ReportState, Callable[[], Report]] = {
    S.RECEIVED: received,
    S.SCREENED: screened,
    S.SENT: lambda: fresh(sent().report),
    S.RETURNED: _returned,
    S.DISPUTED: _disputed,
    S.ACCEPTED: _accepted,
    S.NOT_OPENED: _closed,
}


def _arguments(deed: str, report: Report) -> dict[str, Any]:
    with acting(SYSTEM):
        dispatch = Dispatch.objects.filter(report=report).order_by("-round").first()
        dispute = Dispute.objects.filter(report=report).first()
        closed = NotOpened.objects.filter(report=report).first()
    said = "測試用的理由說明"
    return {
        "screen": {
            "report_id": report.pk,
            "urgency": "ordinary",
            "programme": "vulnerable_family",
            "reason": said,
        },
        "send": {"report_id": report.pk, "to_unit_id": unit("luodong_center").pk, "reason": said},
        "call_back": {"report_id": report.pk, "reason": said},
        "not_open": {"report_id": report.pk, "reason": "other", "text": said, "referred_to": "國小輔導室"},
        "reopen": {"report_id": report.pk, "reason": said},
        "accept": {"dispatch_id": dispatch.pk if dispatch else 0},
        "return_dispatch": {"dispatch_id": dispatch.pk if dispatch else 0, "reason": "other", "text": said},
        "settle_dispute": {
            "dispute_id": dispute.pk if dispute else 0,
            "lead_unit_id": unit("luodong_center").pk,
            "text": said,
        },
        "receive_referral": {"not_opened_id": closed.pk if closed else 0},
        "send_on": {"report_id": report.pk, "reason": said},
        "record_family_contact": {
            "dispatch_id": dispatch.pk if dispatch else 0,
            "given": ContactGiven(ContactHow.PHONE, LATER, True, said),
        },
    }[deed]


# Deed → the states in which it is possible, and who may do it (of all demo members).
ALLOWED: dict[str, tuple[set[ReportState], set[str]]] = {
    "screen": ({S.RECEIVED, S.SCREENED, S.RETURNED}, DESK),
    "send": ({S.SCREENED, S.RETURNED}, DESK),
    "call_back": ({S.SENT}, DESK),
    "not_open": ({S.RECEIVED, S.SCREENED, S.RETURNED, S.DISPUTED}, DESK),
    "reopen": ({S.NOT_OPENED}, {"intake.supervisor"}),
    "accept": ({S.SENT}, UNIT),
    "return_dispatch": ({S.SENT}, UNIT),
    "settle_dispute": ({S.DISPUTED}, {"luodong.supervisor", "intake.supervisor"}),
    "receive_referral": ({S.NOT_OPENED}, UNIT),
    "send_on": ({S.ACCEPTED}, UNIT),
    "record_family_contact": ({S.ACCEPTED}, UNIT),
}


@pytest.mark.parametrize("state", list(ReportState))
def test_role_by_agency_by_state(state: ReportState) -> None:
    establish()
    report = IN_STATE[state]()
    assert report.state == state
    for deed, (states, members) in ALLOWED.items():
        action = screen if deed == "screen" else getattr(actions, deed)
        arguments = _arguments(deed, report)
        for member in DEMO_MEMBERS:
            point = transaction.savepoint()
            try:
                do(member.username, action, now=LATER, **arguments)
                done = True
            except (NotPossible, PermissionDenied):
                done = False
            expected = state in states and member.username in members
            assert done is expected, (deed, member.username, state)
            transaction.savepoint_rollback(point)


def test_the_matrix_is_that_of_the_processes() -> None:
    """What the table above calls possible is what the process of a report says."""
    from anwang.services.intake.process import REPORT

    for deed, name in {
        "screen": "screen",
        "send": "send",
        "call_back": "call_back",
        "not_open": "not_open",
        "reopen": "reopen",
        "accept": "accept",
        "settle_dispute": "settle",
        "send_on": "send_on",
    }.items():
        assert {state for state in S if REPORT.allows(state, name)} == ALLOWED[deed][0], deed
