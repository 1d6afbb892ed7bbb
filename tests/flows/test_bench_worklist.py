"""`anwang bench worklist`: its duties lie where the table says, and members find them through the pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from anwang.agencies.escalating import escalate
from anwang.commands.bench.sessions import at_work
from anwang.commands.bench.worklist import _duties, _member
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Deadline
from tests.county import PASSWORD, context, establish


@pytest.mark.django_db(transaction=True)
def test_duties_lie_as_said_and_every_page_answers(live_server) -> None:  # type: ignore[no-untyped-def]
    establish()
    now = timezone.now()
    with acting(SYSTEM):
        _duties(2000, now)
        assert Deadline.objects.count() == 2000
        assert Deadline.objects.filter(unit_id=context("luodong.worker").unit_id).count() == 800
        assert Deadline.objects.filter(owner_member_id=None).count() == 1000
        overdue = Deadline.objects.filter(due_at__lt=now).count()
        assert 350 < overdue < 450
    escalate(now=now)
    with acting(SYSTEM):
        risen = Deadline.objects.filter(escalation_level__gt=0).count()
        assert risen == overdue
    address = live_server.url.replace("localhost", "127.0.0.1")
    times = at_work(address, [_member(0), _member(1)], PASSWORD, seconds=2, pause=0.05, seed=1)
    assert times.failed == 0
    assert times.answered > 2
    assert not connection.in_atomic_block
