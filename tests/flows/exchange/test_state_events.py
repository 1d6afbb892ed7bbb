"""What the desk and the units do to a report is told, in order, to whom it concerns."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from anwang.exchange.models import Submission
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import OutboxEvent
from anwang.services.dispatch import actions
from anwang.services.intake.models import Report
from tests.county import establish
from tests.flows.dispatch.made import HOUR, NOW, do, fresh, screened, sent, unit

from .calls import Caller, a_report, make_system, make_token


def _told(report: Report) -> list[tuple[str, set[str]]]:
    """The states that were told of a report, each with the units that it concerned."""
    from anwang.agencies.models import Unit

    with acting(SYSTEM):
        codes = dict(Unit.objects.values_list("pk", "code"))
        events = OutboxEvent.objects.filter(subject_kind="report", subject_id=str(report.pk))
        return [
            (event.data["state"], {codes[unit] for unit in event.units})
            for event in events.order_by("sequence")
        ]


@pytest.mark.django_db
def test_every_step_of_a_report_is_told() -> None:
    establish()
    dispatch = sent("luodong_center")
    report = dispatch.report
    do(
        "luodong.worker",
        actions.return_dispatch,
        dispatch_id=dispatch.pk,
        reason="not_our_area",
        text="住址其實在宜蘭市。",
    )
    second = do(
        "intake",
        actions.send,
        report_id=report.pk,
        to_unit_id=unit("yilan_center").pk,
        reason="羅東退派，改由宜蘭評估",
        now=NOW + HOUR,
    )
    do("yilan.worker", actions.accept, dispatch_id=second.pk, now=NOW + 2 * HOUR)
    desk = "intake"
    assert _told(report) == [
        ("screened", {desk}),
        ("sent", {desk, "luodong_center"}),
        ("returned", {desk, "luodong_center"}),
        ("sent", {desk, "yilan_center"}),
        ("accepted", {desk, "yilan_center"}),
    ]
    assert fresh(report).state == "accepted"


@pytest.mark.django_db
def test_a_report_that_is_not_opened_is_told() -> None:
    establish()
    report = screened()
    do(
        "intake",
        actions.not_open,
        report_id=report.pk,
        reason="supported",
        text="與家人聯絡後確認沒有服務需求，請學校持續關心。",
        referred_unit_id=None,
        referred_to="國小輔導室",
    )
    assert [state for state, _ in _told(report)] == ["screened", "not_opened"]


@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_five_times_at_once_is_one_report() -> None:
    """Five connections at the same moment, each with a transaction of its own."""
    establish("intake")
    caller = Caller(make_token(make_system()))
    ready = threading.Barrier(5)
    found: list[tuple[int, str]] = []

    def deliver() -> None:
        try:
            ready.wait(timeout=30)
            answer = caller.post(a_report())
            found.append((answer.status_code, answer.content.decode()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in found) == [200, 200, 200, 200, 201]
    assert len({body for _, body in found}) == 1
    with acting(SYSTEM):
        assert Report.objects.count() == Submission.objects.count() == OutboxEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_by_what_happened() -> None:
    """The job that sends is in the queue once the deed is kept, and once only however much happened."""
    establish("intake")
    caller = Caller(make_token(make_system()))
    for key in "abc":
        assert caller.post(a_report(story=f"鄰居通報的第 {key} 件事。"), key=key).status_code == 201
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = 'exchange.relay'")
        assert cursor.fetchone()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_the_jobs_send(tmp_path, settings) -> None:  # type: ignore[no-untyped-def]
    """From the deed to the receiver through the queue, as the worker runs it."""
    from anwang.exchange import actions as administer
    from anwang.exchange import jobs

    from .calls import BY
    from .receiving import receiver, states

    settings.ANWANG_WEBHOOK_LOOPBACK = True
    establish("intake")
    system = make_system()
    with receiver(tmp_path / "inbox") as handler:
        with acting(SYSTEM):
            _, handler.secret = administer.subscribe(
                system_id=system.pk, url=handler.url, now=timezone.now(), **BY
            )
        number = Caller(make_token(system)).post(a_report()).json()["number"]
        jobs.relay(timestamp=0)
        jobs.relay(timestamp=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "select args from procrastinate_jobs where task_name = 'exchange.deliver' and status = 'todo'"
            )
            (waiting,) = cursor.fetchall()
        jobs.deliver(**json.loads(waiting[0]))
    assert states(tmp_path / "inbox") == {number: "received"}
