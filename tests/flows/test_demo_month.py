"""The demo's first month: done by its members, mostly receipted, and the same when it is done again after a kill."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from anwang.commands.demo_month import FORGOTTEN, OFFICER, RECEIVERS, live_month
from anwang.network.cocases.actions import remind_overdue
from anwang.network.cocases.models import ListSending
from anwang.network.cocases.queries import SendingState, sendings_of
from anwang.people.linkage.models import PairDecision
from anwang.people.registry.models import SourceRecord
from anwang.people.rosters.models import RosterReceipt
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.simulate.county import make_county
from tests.county import establish

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, int, int, int]:
    with acting(SYSTEM):
        return (
            SourceRecord.objects.count(),
            PairDecision.objects.count(),
            AuditEntry.objects.filter(action=AuditEntry.Action.SENT_LIST).count(),
            AuditEntry.objects.filter(action=AuditEntry.Action.RECEIPTED_LIST).count(),
        )


def test_a_month_is_lived_once_and_leaves_two_red_clocks(tmp_path: Path) -> None:
    establish()
    month = make_county(115, 160)
    now = timezone.now()
    begun = now - dt.timedelta(days=9)
    live_month(month.month(month.first), tmp_path / "once", begun, is_over=True)
    once = counts()
    with acting(SYSTEM):
        lines = sendings_of(month.first, now)
        late = {
            (line.sending.unit.code, line.sending.list_code)
            for line in lines
            if line.state is SendingState.LATE_TO_RECEIPT
        }
        assert late == {
            (line.sending.unit.code, line.sending.list_code)
            for line in lines
            if (line.sending.unit.code, line.sending.list_code) in FORGOTTEN
        }
        assert late
        assert {line.state for line in lines} == {SendingState.LATE_TO_RECEIPT, SendingState.RECEIPTED}
        assert {each.sent_by_name for each in ListSending.objects.all()} == {"林承辦"}
        assert {each.loaded_by_name for each in RosterReceipt.objects.all()} >= {"陳資料", "蔡警員", "簡科員"}
    assert remind_overdue(now=now) == len(late)
    live_month(month.month(month.first), tmp_path / "again", begun, is_over=True)
    assert counts() == once


def test_every_unit_that_receives_has_a_member_in_the_demo() -> None:
    from anwang.agencies.demo import DEMO_MEMBERS

    posts = {member.username: member.unit for member in DEMO_MEMBERS}
    assert OFFICER in posts
    assert all(posts[username] == unit for unit, username in RECEIVERS.items())
