"""The worklist is one index scan, whatever the backlog, under row security as a member."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.utils import timezone

from anwang.platform import clock
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.worklist import View, counts, load, shown
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
        page = list(shown(View.UNIT, unit_id=mine.unit_id or 0, member_id=None, now=now)[:50])
        sums = counts(unit_id=mine.unit_id or 0, now=now)
        assert not shown(View.UNIT, unit_id=other.unit_id or 0, member_id=None, now=now).exists()
        place = {"unit_id": mine.unit_id or 0, "member_id": mine.member_id, "now": now}
        plans = {view: shown(view, **place)[:50].explain() for view in View}  # type: ignore[arg-type]
    assert [each.due_at for each in page] == sorted(each.due_at for each in page)
    assert {each.unit_id for each in page} == {mine.unit_id}
    assert sums.open == MANY // 2
    assert 0 < sums.overdue < sums.open
    assert sums.next_due_at is not None
    assert now <= sums.next_due_at < now + dt.timedelta(hours=1)
    # Fresh rows have no statistics yet: which of the worklist's own indexes is taken may differ, another may not be.
    for view in View:
        assert set(re.findall(r"deadline_\w+", plans[view])) - {"deadline_open"} <= {
            "deadline_owner",
            "deadline_risen",
        }
        assert "Seq Scan" not in plans[view]


def test_each_view_shows_its_own_and_the_counts_agree() -> None:
    county.establish("luodong.worker", "luodong.supervisor", "yilan.worker")
    mine, colleague, other = map(county.context, ("luodong.worker", "luodong.supervisor", "yilan.worker"))
    now = timezone.now()
    for number, (who, owner, hours) in enumerate(
        [(mine, mine, -1), (mine, colleague, -2), (mine, None, 3), (mine, mine, 4), (other, other, -5)]
    ):
        clock.open_deadline(
            subject_kind="test", subject_id=number, rule_id="rule", rule_label="規則", label="x", unit_id=who.unit_id or 0,
            owner_member_id=owner.member_id if owner else None,
            opened_at=now, due_at=now + dt.timedelta(hours=hours),
        )  # fmt: skip

    def seen(who: AccessContext, view: View) -> list[str]:
        with acting(who):
            place = {"unit_id": who.unit_id or 0, "member_id": who.member_id, "now": now}
            found = [each.subject_id for each in shown(view, **place)]  # type: ignore[arg-type]
            assert counts(**place).of(view) == len(found)  # type: ignore[arg-type]
            return found

    assert seen(mine, View.UNIT) == ["1", "0", "2", "3"]
    assert seen(mine, View.MINE) == ["0", "3"]
    assert seen(mine, View.OVERDUE) == ["1", "0"]
    assert seen(mine, View.RISEN) == []
    assert seen(colleague, View.MINE) == ["1"]
    with acting(mine):
        assert list(shown(View.MINE, unit_id=mine.unit_id or 0, member_id=None, now=now)) == []
        assert list(shown(View.UNIT, unit_id=other.unit_id or 0, member_id=None, now=now)) == []
        lines = load(unit_id=mine.unit_id or 0, now=now, soon=now + dt.timedelta(hours=3, minutes=30))
        assert load(unit_id=other.unit_id or 0, now=now, soon=now) == []
    assert [(line.owner_member_id, line.open, line.overdue, line.soon) for line in lines] == sorted(
        [(None, 1, 0, 1), (mine.member_id, 2, 1, 0), (colleague.member_id, 1, 1, 0)],
        key=lambda line: line[0] or 0,
    )
