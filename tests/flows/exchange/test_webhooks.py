"""Events on their way to a receiver: signed, in order, at least once; and never to where they must not go."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from anwang.exchange import actions, relaying
from anwang.exchange.models import Attempt, ConnectedSystem, Delivery, Subscription
from anwang.exchange.sending import Sent, send
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import OutboxEvent
from anwang.platform.outbox import publish
from anwang.platform.transitions import NotPossible
from anwang.services.intake.models import Report
from tests.county import establish

from .calls import BY, Caller, a_report, make_system, make_token, move
from .receiving import count_events, receiver, states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback(settings) -> None:  # type: ignore[no-untyped-def]
    settings.ANWANG_WEBHOOK_LOOPBACK = True


@pytest.fixture
def police() -> ConnectedSystem:
    establish("intake")
    return make_system()


def _subscribe(system: ConnectedSystem, url: str, kinds: tuple[str, ...] = ()) -> tuple[Subscription, str]:
    with acting(SYSTEM):
        return actions.subscribe(system_id=system.pk, url=url, kinds=kinds, now=timezone.now(), **BY)


def _report(system: ConnectedSystem, key: str = "k") -> Report:
    answer = Caller(make_token(system)).post(a_report(story=f"鄰居通報的第 {key} 件事。"), key=key)
    assert answer.status_code == 201, answer.content.decode()
    with acting(SYSTEM):
        return Report.objects.get(pk=int(answer.json()["number"][2:]))


def _screen(report: Report) -> None:
    move(report, "screen")


def _same(moment: dt.datetime) -> dt.datetime:
    return moment


class Sender:
    """In the place of the network: what was sent, and what comes of it."""

    def __init__(self, *statuses: int | None) -> None:
        self.statuses = list(statuses)
        self.sent: list[dict] = []

    def __call__(self, **call: object) -> Sent:
        self.sent.append(json.loads(call["body"]))  # type: ignore[arg-type]
        status = self.statuses.pop(0) if self.statuses else 204
        return Sent(status, "" if status == 204 else "status", 1)


def test_a_change_arrives_signed_at_who_delivered_the_report(police: ConnectedSystem, tmp_path: Path) -> None:
    path = tmp_path / "inbox.sqlite3"
    with receiver(path) as handler:
        row, handler.secret = _subscribe(police, handler.url)
        report = _report(police)
        _screen(report)
        assert relaying.relay(now=timezone.now()) == [row.pk]
        assert relaying.deliver(subscription_id=row.pk) == 2
    assert states(path) == {report.number: "screened"}
    with acting(SYSTEM):
        assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
        assert set(Attempt.objects.values_list("status", flat=True)) == {204}


def test_a_receiver_that_does_not_know_the_secret_refuses(police: ConnectedSystem, tmp_path: Path) -> None:
    with receiver(tmp_path / "inbox") as handler:
        row, handler.secret = _subscribe(police, handler.url)
        with acting(SYSTEM):
            _, renewed = actions.renew_secret(subscription_id=row.pk, now=timezone.now(), **BY)
        _report(police)
        relaying.relay(now=timezone.now())
        assert relaying.deliver(subscription_id=row.pk) == 0
        with acting(SYSTEM):
            assert Attempt.objects.get().status == 401
            Delivery.objects.update(next_at=timezone.now())
        handler.secret = renewed
        assert relaying.deliver(subscription_id=row.pk) == 1


def test_what_a_kill_left_unsaid_is_sent_again_and_has_one_effect(
    police: ConnectedSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer came and the worker died before it noted it."""
    path = tmp_path / "inbox"
    with receiver(path) as handler:
        row, handler.secret = _subscribe(police, handler.url)
        report = _report(police)
        relaying.relay(now=timezone.now())

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(relaying, "_note", killed)
            with pytest.raises(KeyboardInterrupt):
                relaying.deliver(subscription_id=row.pk)
        assert relaying.deliver(subscription_id=row.pk) == 1
    assert states(path) == {report.number: "received"}
    assert count_events(path) == 1


def test_a_later_event_of_a_report_waits_for_the_earlier_one(police: ConnectedSystem) -> None:
    row, _ = _subscribe(police, "http://localhost:9/")
    first, second = _report(police, "a"), _report(police, "b")
    _screen(first)
    relaying.relay(now=timezone.now())
    now = timezone.now()
    sender = Sender(422)  # the receiver chokes on the first event of the first report; the other goes on
    assert relaying.deliver(subscription_id=row.pk, clock=lambda: now, sender=sender) == 1
    assert [each["data"]["number"] for each in sender.sent] == [first.number, second.number]
    later = now + dt.timedelta(minutes=5)
    assert relaying.deliver(subscription_id=row.pk, clock=lambda: later, sender=sender) == 2
    assert [(each["data"]["number"], each["sequence"]) for each in sender.sent[2:]] == [
        (first.number, 1),
        (first.number, 2),
    ]


def test_a_receiver_that_is_down_is_tried_later_and_later_and_then_given_up(police: ConnectedSystem) -> None:
    row, _ = _subscribe(police, "http://localhost:9/")
    _report(police)
    now = timezone.now()
    relaying.relay(now=now)
    sender = Sender(*[503] * 100)
    waits = []
    for _ in range(60):
        relaying.deliver(subscription_id=row.pk, clock=partial(_same, now), sender=sender)
        with acting(SYSTEM):
            head = Delivery.objects.order_by("pk")[0]
        if head.state != "waiting":
            break
        waits.append(int((head.next_at - now).total_seconds()))
        now = head.next_at
    assert head.state == "given_up"
    assert len(waits) == 21
    assert waits[:4] == [30, 60, 120, 240]
    assert max(waits) == 21600
    with acting(SYSTEM):
        actions.send_again(delivery_id=head.pk, now=now, **BY)
        with pytest.raises(NotPossible, match="目前是「待送」"):
            actions.send_again(delivery_id=head.pk, now=now, **BY)
    assert relaying.deliver(subscription_id=row.pk, clock=lambda: now, sender=Sender()) == 1


def test_when_a_receiver_is_down_the_rest_is_not_tried_at_it(police: ConnectedSystem) -> None:
    row, _ = _subscribe(police, "http://localhost:9/")
    for key in "abc":
        _report(police, key)
    relaying.relay(now=timezone.now())
    sender = Sender(None)
    assert relaying.deliver(subscription_id=row.pk, sender=sender) == 0
    assert len(sender.sent) == 1


def test_who_is_told(police: ConnectedSystem) -> None:
    """Its deliverer, and systems of a unit that it concerns; nobody else, and not who was stopped."""
    health = make_system("衛政系統", "health_office")
    desk = make_system("受理中心系統", "intake")
    stopped = make_system("停用的系統", "intake")
    deaf = make_system("只送不收", "intake", ("reports:create", "events:receive"))
    picky = make_system("別種通知", "intake")
    rows = {
        system.name: _subscribe(system, f"http://localhost:9/{system.pk}")[0]
        for system in (police, health, desk, stopped, deaf)
    }
    rows[picky.name], _ = _subscribe(picky, "http://localhost:9/p", ("other.kind",))
    with acting(SYSTEM):
        ConnectedSystem.objects.filter(pk=stopped.pk).update(is_active=False)
        ConnectedSystem.objects.filter(pk=deaf.pk).update(scopes=["reports:create"])
    _report(police)
    assert relaying.relay(now=timezone.now()) == sorted([rows["警政系統"].pk, rows["受理中心系統"].pk])
    assert relaying.relay(now=timezone.now()) == sorted([rows["警政系統"].pk, rows["受理中心系統"].pk])
    with acting(SYSTEM):
        assert Delivery.objects.count() == 2


def test_an_ended_subscription_is_sent_nothing_more(police: ConnectedSystem) -> None:
    row, _ = _subscribe(police, "http://localhost:9/")
    _report(police)
    relaying.relay(now=timezone.now())
    with acting(SYSTEM):
        actions.end_subscription(subscription_id=row.pk, now=timezone.now(), **BY)
        number = Delivery.objects.get().pk
        with pytest.raises(actions.ConnectedSystemError, match="已停用"):
            actions.send_again(delivery_id=number, now=timezone.now(), **BY)
    assert relaying.deliver(subscription_id=row.pk, sender=Sender()) == 0
    assert relaying.relay(now=timezone.now()) == []


def test_an_event_holds_no_word_about_anybody() -> None:
    with acting(SYSTEM):
        for bad in ("林小安", "A123456789", "a123456789", "0912345678", "two words", "x" * 65):
            with pytest.raises(ValueError, match="codes"):
                publish(
                    kind="k",
                    subject_kind="report",
                    subject_id=1,
                    units=[],
                    data={"a": bad},
                    at=timezone.now(),
                )
        with pytest.raises(ValueError, match="plain"):
            publish(
                kind="k",
                subject_kind="report",
                subject_id=1,
                units=[],
                data={"a": ["b"]},
                at=timezone.now(),  # type: ignore[dict-item]
            )
        assert not OutboxEvent.objects.exists()


def test_events_of_a_subject_are_numbered_whoever_acts(police: ConnectedSystem) -> None:
    report = _report(police)
    _screen(report)
    _screen(report)
    with acting(SYSTEM):
        assert list(OutboxEvent.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2, 3]


def test_a_deed_that_is_taken_back_takes_its_event_along(police: ConnectedSystem) -> None:
    report = _report(police)
    with pytest.raises(NotPossible), acting(SYSTEM):
        move(report, "screen", "accept")
    with acting(SYSTEM):
        assert OutboxEvent.objects.count() == 1
        assert Report.objects.get(pk=report.pk).state == "received"


def test_old_events_go_but_the_last_of_each_subject(police: ConnectedSystem) -> None:
    row, _ = _subscribe(police, "http://localhost:9/")
    report = _report(police)
    _screen(report)
    now = timezone.now()
    relaying.relay(now=now)
    later = now + dt.timedelta(days=200)
    assert relaying.tidy(now=later) == 0  # they wait to be sent
    relaying.deliver(subscription_id=row.pk, sender=Sender())
    assert relaying.tidy(now=later) == 1
    _screen(report)
    with acting(SYSTEM):
        assert list(OutboxEvent.objects.order_by("pk").values_list("sequence", flat=True)) == [2, 3]
        assert Delivery.objects.count() == 1


# ---- where it must not go ---------------------------------------------------------------------------------------------

_CALL = {"secret": "s", "body": b"{}", "event": "e", "at": 1}


def _no_network(host: str, port: int) -> list[str]:
    return {"inside.example": ["10.0.0.7"], "both.example": ["203.0.113.9", "127.0.0.1"]}[host]


@pytest.mark.parametrize("host", ["inside.example", "both.example"])
def test_a_name_that_means_an_inner_machine_is_not_called(host: str) -> None:
    assert send(url=f"https://{host}/", lookup=_no_network, **_CALL).problem == "address"  # type: ignore[arg-type]


def test_nothing_is_sent_to_this_machine_unless_the_operator_says_so(tmp_path: Path) -> None:
    with receiver(tmp_path / "inbox") as handler:
        handler.secret = _CALL["secret"]
        assert send(url=handler.url, **_CALL).problem == "address"  # type: ignore[arg-type]
        assert send(url=handler.url, allow_loopback=True, **_CALL).status == 401  # type: ignore[arg-type]


def test_a_receiver_that_drips_or_redirects_or_lies_does_no_harm() -> None:
    """One that never ends its answer is cut off; a redirect is an answer like any other and is not followed."""
    served = socket.create_server(("127.0.0.1", 0))
    port = served.getsockname()[1]
    stop = threading.Event()

    def drip() -> None:
        taken, _ = served.accept()
        with taken:
            taken.sendall(b"HTTP/1.1 200 OK\r\n")
            while not stop.wait(0.02):
                try:
                    taken.sendall(b"X")
                except OSError:
                    return

    def redirect() -> None:
        taken, _ = served.accept()
        with taken:
            taken.recv(4096)
            taken.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")

    def garbage() -> None:
        taken, _ = served.accept()
        with taken:
            taken.recv(4096)
            taken.sendall(b"\x00\x01\x02 nonsense\r\n\r\n")

    with served:
        found = []
        for act in (drip, redirect, garbage):
            thread = threading.Thread(target=act, daemon=True)
            thread.start()
            found.append(
                send(url=f"http://127.0.0.1:{port}/", allow_loopback=True, patience=0.5, **_CALL)  # type: ignore[arg-type]
            )
            stop.set()
            thread.join()
            stop.clear()
    assert [(each.status, each.problem) for each in found] == [
        (None, "time_out"),
        (302, "status"),
        (None, "no_connection"),
    ]
    assert found[1].is_receiver_down is False


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as served:
        port = served.getsockname()[1]
    assert send(url=f"http://127.0.0.1:{port}/", allow_loopback=True, **_CALL).problem == "no_connection"  # type: ignore[arg-type]
