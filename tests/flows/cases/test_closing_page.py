"""核定: who may do what with a closing or a plan that waits is what the page offers, and no more by its address."""

from __future__ import annotations

import pytest

from anwang.platform.context import SYSTEM, acting
from anwang.services.cases.models import CaseClosing
from tests import county

from . import made
from .made import NOW, SUPERVISOR, WORKER
from .test_who_sees_a_case import signed_in, whole

pytestmark = pytest.mark.django_db


def test_the_worker_takes_back_and_the_supervisor_grants_or_returns() -> None:
    county.establish()
    case = whole()
    offered = {}
    for username in (WORKER, SUPERVISOR):
        page = signed_in(username).get(f"/cases/{case.pk}/closing/").content.decode()
        offered[username] = {name for name in ("take_back", "grant", "return") if f'name="{name}"' in page}
    assert offered[WORKER] == {"take_back"}
    assert "take_back" not in offered[SUPERVISOR]
    assert "return" in offered[SUPERVISOR]


def test_a_plan_that_waits_is_taken_back_by_the_worker_and_answered_by_the_supervisor() -> None:
    county.establish()
    case = made.open_case()
    plan = made.submitted(case, NOW)
    address = f"/cases/{case.pk}/plans/{plan.pk}/"
    offered = {name: signed_in(name).get(address).content.decode() for name in (WORKER, SUPERVISOR)}
    assert f"{address}take-back/" in offered[WORKER]
    assert f"{address}take-back/" not in offered[SUPERVISOR]
    assert 'name="return"' in offered[SUPERVISOR]
    assert signed_in(SUPERVISOR).post(f"{address}take-back/").status_code == 403
    assert signed_in(WORKER).post(f"{address}take-back/").status_code == 302


def test_a_supervisor_who_sent_it_takes_it_back_like_anybody() -> None:
    county.establish()
    case = whole()
    address = f"/cases/{case.pk}/closing/"
    assert signed_in(SUPERVISOR).post(address, {"take_back": "1"}).status_code == 403
    with acting(SYSTEM):
        CaseClosing.objects.filter(case=case, state="asked").update(asked_by_id=made.member_id(SUPERVISOR))
    client = signed_in(SUPERVISOR)
    assert 'name="take_back"' in client.get(address).content.decode()
    assert client.post(address, {"take_back": "1"}).status_code == 302
