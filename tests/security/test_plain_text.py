"""The character NUL, which PostgreSQL cannot keep, makes no page fail, in an address or in a form."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from anwang.agencies.models import Member
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Closure
from tests import county

pytestmark = pytest.mark.django_db


def signed_in(username: str) -> Client:
    county.establish(username)
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=username))
    return client


def test_in_an_address() -> None:
    assert signed_in("luodong.supervisor").get("/load/duties/?rule=%00&owner=a%00").status_code == 200


def test_in_a_form_it_is_left_out_and_the_rest_is_kept() -> None:
    today = timezone.localdate()
    sent = {"on": f"{today.year - 1911}/{today.month}/{today.day}", "part": "whole_day", "reason": "颱\x00風"}
    assert signed_in("admin").post("/calendar/closures/", sent).status_code == 302
    with acting(SYSTEM):
        assert Closure.objects.get().reason == "颱風"
