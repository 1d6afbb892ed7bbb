"""Deeds on one case at the same moment: one is done, and the other finds it done."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from anwang.agencies.models import Unit
from anwang.platform.context import SYSTEM, acting
from anwang.services.cases import actions
from anwang.services.cases.models import (
    Case,
    CaseMember,
    Visit,
)
from anwang.services.cases.process import CaseState
from anwang.services.cases.vocabulary import VisitPlace
from tests import county

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, fresh, who


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Each deed in a thread of its own, all starting together; what each gave or raised."""
    results: list[object] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(number: int) -> None:
        try:
            gate.wait()
            results[number] = deeds[number]()
        except Exception as error:  # the test looks at it
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_a_double_click_opens_one_case() -> None:
    county.establish()
    sent = made.dispatched()
    given, someone = made.opening(dispatch_id=sent.pk, client_key="double"), who(WORKER)
    found = at_once(*[lambda: actions.open_case(opening=given, **someone)] * 4)
    assert len({case.pk for case in found if isinstance(case, Case)}) == 1
    assert all(isinstance(case, Case) for case in found)
    with acting(SYSTEM):
        assert Case.objects.count() == 1
        assert CaseMember.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_phone_sends_a_visit_many_times_and_two_people_record_one() -> None:
    county.establish()
    case = made.open_case()
    someone = who(WORKER, NOW + days(1.1))
    given = made.met(NOW + days(1), client_key="phone")
    found = at_once(*[lambda: actions.record_visit(case_id=case.pk, given=given, **someone)] * 4)
    assert len({visit.pk for visit in found if isinstance(visit, Visit)}) == 1
    planned = actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(2), **who(WORKER))
    other, later = who(SUPERVISOR, NOW + days(2.2)), made.met(NOW + days(2))
    mine = who(WORKER, NOW + days(2.1))
    found = at_once(
        lambda: actions.record_visit(case_id=case.pk, visit_id=planned.pk, given=later, **mine),
        lambda: actions.record_visit(case_id=case.pk, visit_id=planned.pk, given=later, **other),
    )
    assert sorted(type(each).__name__ for each in found) == ["NotPossible", "Visit"]


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_answer_one_plan_and_closing_waits_for_a_visit_that_is_written_now() -> None:
    county.establish()
    case = made.open_case()
    plan = made.submitted(case, NOW)
    boss = who(SUPERVISOR, NOW + days(1))
    found = at_once(
        lambda: actions.approve_plan(plan_id=plan.pk, **boss),
        lambda: actions.return_plan(plan_id=plan.pk, text="請補上由誰陪同", **boss),
    )
    assert sorted(type(each).__name__ for each in found) == ["NotPossible", "Plan"]
    worker = who(WORKER, NOW + days(1))
    given = {
        "reason": "died",
        "summary": "案主過世，家屬已辦理後事。",
        "overrule": "案主已過世，計畫不再進行",
    }
    found = at_once(
        lambda: actions.close_in_spite(case_id=case.pk, **given, **boss),
        lambda: actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(9), **worker),
    )
    state, planned = fresh(case).state, Visit.objects.none()
    with acting(SYSTEM):
        planned = Visit.objects.filter(case=case, state="planned")
        assert (state == CaseState.CLOSED) is not planned.exists()
        assert Unit.objects.exists()
