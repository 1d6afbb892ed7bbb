"""核定結案: who may do what with a closing that waits is what the page offers."""

from __future__ import annotations

import pytest
from django.test import Client

from anwang.agencies.models import Member
from anwang.platform.context import SYSTEM, acting
from tests import county

from .made import SUPERVISOR, WORKER
from .test_who_sees_a_case import whole

pytestmark = pytest.mark.django_db


def test_the_worker_takes_back_and_the_supervisor_grants_or_returns() -> None:
    county.establish()
    case = whole()
    offered = {}
    for username in (WORKER, SUPERVISOR):
        client = Client()
        with acting(SYSTEM):
            client.force_login(Member.objects.get(username=username))
        page = client.get(f"/cases/{case.pk}/closing/").content.decode()
        offered[username] = {name for name in ("take_back", "grant", "return") if f'name="{name}"' in page}
    assert offered[WORKER] == {"take_back"}
    assert "take_back" not in offered[SUPERVISOR]
    assert "return" in offered[SUPERVISOR]
