"""The worklist is one index scan, whatever the backlog, under row security as a member."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from anwang.platform.context import SYSTEM, acting
from anwang.platform.worklist import View, counts, open_deadlines, shown
from tests import county

pytestmark = pytest.mark.django_db
MANY = 50_000


def test_fifty_thousand_open_duties_are_read_by_the_index_in_their_order() -> None:
    county.establish("luodong.worker", "yilan.worker")
    mine, other = county.context("luodong.worker"), county.context("yilan.worker")
    now = timezone.now()
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_deadline (subject_kind, subject_id, rule_id, label, citation, url, unit_id, opened_at, due_at)"
            " select 'test', i::text, 'rule', '事項', '001', '/', case when i %% 2 = 0 then %s else %s end, %s,"
            " %s::timestamptz + make_interval(mins => (i * 7919) %% 100000 - 20000) from generate_series(1, %s) i",
            [mine.unit_id, other.unit_id, now, now, MANY],
        )
        cursor.execute("select count(*) from platform_deadline")
    with acting(mine):
        page = open_deadlines(unit_id=mine.unit_id or 0, limit=50)
        sums = counts(unit_id=mine.unit_id or 0, now=now)
        assert open_deadlines(unit_id=other.unit_id or 0, limit=50) == []
        plan = shown(View.UNIT, unit_id=mine.unit_id or 0, member_id=mine.member_id, now=now)[:50].explain()
    assert [each.due_at for each in page] == sorted(each.due_at for each in page)
    assert {each.unit_id for each in page} == {mine.unit_id}
    assert sums.open == MANY // 2
    assert 0 < sums.overdue < sums.open
    assert sums.next_due_at is not None
    assert now <= sums.next_due_at < now + dt.timedelta(hours=1)
    assert "deadline_open" in plan, plan
