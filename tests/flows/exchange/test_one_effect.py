"""The same delivery five times in any order has one effect, both ways (goals.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anwang.exchange import actions, relaying
from anwang.exchange.models import Submission
from anwang.exchange.relaying import event_body
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import OutboxEvent
from anwang.services.intake.models import Report, ReportPerson
from tests.county import establish

from .calls import BY, Caller, a_report, make_system, make_token, move
from .receiving import example

pytestmark = pytest.mark.django_db
_SAME_DATABASE = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(order=st.permutations([0, 1, 2] * 5))
@_SAME_DATABASE
def test_our_side_keeps_each_report_once(police: Caller, order: list[int]) -> None:
    """Three reports, each delivered five times, in any order: three reports, and the answer of the first time."""
    before = transaction.savepoint()
    answers: dict[int, set[str]] = {}
    for each in order:
        answer = police.post(a_report(story=f"鄰居通報的第 {each} 件事。"), key=f"key-{each}")
        assert answer.status_code == (200 if each in answers else 201)
        answers.setdefault(each, set()).add(json.dumps(answer.json(), sort_keys=True))
    assert all(len(each) == 1 for each in answers.values())
    with acting(SYSTEM):
        assert Report.objects.count() == Submission.objects.count() == 3
        assert ReportPerson.objects.count() == 6
        assert OutboxEvent.objects.count() == 3
    transaction.savepoint_rollback(before)  # the next example begins where this one did


@pytest.fixture
def police() -> Caller:
    establish("intake")
    return Caller(make_token(make_system(calls_per_minute=6000)))


@pytest.fixture
def events(police: Caller) -> list[dict[str, Any]]:
    """Two reports on their way: each received, screened, screened again."""
    for key in "ab":
        police.post(a_report(story=f"鄰居通報的第 {key} 件事。"), key=key)
    with acting(SYSTEM):
        first, second = Report.objects.order_by("pk")
        move(first, "screen")
        move(second, "not_open", "reopen")
        return [json.loads(event_body(event)) for event in OutboxEvent.objects.order_by("pk")]


@given(data=st.data())
@_SAME_DATABASE
def test_the_receiver_ends_with_the_same_state_whatever_the_order(
    events: list[dict[str, Any]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(events * 5))
    inbox = example().Inbox(":memory:")
    new = [inbox.take(event) for event in order]
    assert sum(new) == len(events)
    assert set(inbox.states().values()) == {"screened"}
    assert len(inbox.states()) == 2
    inbox.database.close()


def test_a_message_sent_again_by_hand_changes_nothing(
    police: Caller, events: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Our side: laid out twice, each event is one delivery; sent again, it is the same event."""
    with acting(SYSTEM):
        row, _ = actions.subscribe(
            system_id=Submission.objects.all()[0].system_id,
            url="https://example.gov.tw/",
            now=timezone.now(),
            **BY,
        )
        OutboxEvent.objects.update(at=timezone.now(), relayed_at=None)
    sent: list[str] = []

    def sender(**call: Any) -> Any:
        from anwang.exchange.sending import Sent

        sent.append(json.loads(call["body"])["id"])
        assert call["event"] == sent[-1]
        return Sent(204, "", 1)

    relaying.relay(now=timezone.now())
    with acting(SYSTEM):
        OutboxEvent.objects.update(relayed_at=None)
    relaying.relay(now=timezone.now())
    assert relaying.deliver(subscription_id=row.pk, sender=sender) == len(events)
    assert relaying.deliver(subscription_id=row.pk, sender=sender) == 0
    assert sorted(sent) == sorted(event["id"] for event in events)
