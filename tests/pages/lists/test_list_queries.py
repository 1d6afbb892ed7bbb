"""A list asks the database as often for many rows as for one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anwang.agencies.models import Member
from anwang.network.cocases.making import make_lists
from anwang.network.cocases.models import ListEntry
from anwang.platform.context import SYSTEM, acting
from tests.county import establish
from tests.flows.cocases.month import HOMES, MARCH, PEOPLE, Registry

pytestmark = pytest.mark.django_db


def test_the_rows_of_a_list_come_together(client: Client) -> None:
    establish("lists")
    Registry().load(MARCH, PEOPLE, HOMES)
    make_lists(period=MARCH, by=SYSTEM, by_name="命令列", now=timezone.now())
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username="lists"))
        found = ListEntry.objects.filter(list_code="cocase")
        assert found.values("household").distinct().count() > 1
        one = found.order_by("pk")[0].centre
    client.get("/")  # a session notes its first sign of life
    asked = []
    for query in ("standing=all", f"standing=all&centre={one.code if one else ''}", "standing=ended"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/lists/115-03/cocase/?{query}").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1], "no row asks by itself"
    assert asked[0] - asked[2] < found.count(), "what rows need is asked for all of them together"
