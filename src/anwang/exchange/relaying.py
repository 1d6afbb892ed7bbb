"""From the outbox to the receivers: lay each event out for whom it reaches, and send what is due, in order.

An event is sent at least once: what was sent when a kill came between the answer and the note is sent again, with the
same id. Of one subject a later event waits for the earlier one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from anwang.platform.context import SYSTEM, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.models import OutboxEvent
from anwang.platform.sealing import open_field

from .models import Attempt, CallCount, Delivery, Submission, Subscription
from .process import DELIVERY, DeliveryState
from .rules import Reach, RetryPolicy, Scope, next_attempt, reaches
from .sending import Sent, send

BATCH = 500
TIDY_BATCH = 5000
Sender = Callable[..., Sent]


def relay(*, now: dt.datetime) -> list[int]:
    """Lay out the events that nobody has laid out yet; returns the subscriptions that something is due for.

    One relay at a time: the order in which events are laid out is the order that connected systems see (`Submission.turn`).
    """
    while True:
        with acting(SYSTEM):
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(hashtext('anwang relay'))")
            events = list(OutboxEvent.objects.filter(relayed_at__isnull=True).order_by("pk")[:BATCH])
            _lay_out(events, now)
            OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(relayed_at=now)
            if len(events) < BATCH:
                return list(
                    Delivery.objects.filter(
                        state=DeliveryState.WAITING, next_at__lte=now, subscription__ended_at__isnull=True
                    )
                    .order_by("subscription_id")
                    .values_list("subscription_id", flat=True)
                    .distinct()
                )


def _lay_out(events: Sequence[OutboxEvent], now: dt.datetime) -> None:
    reports = {int(event.subject_id) for event in events if event.subject_kind == "report"}
    delivered: dict[str, list[Submission]] = defaultdict(list)
    for row in Submission.objects.filter(report_id__in=reports):
        delivered[str(row.report_id)].append(row)
    turn = Submission.objects.aggregate(last=Max("turn"))["last"] or 0
    receivers = [
        row
        for row in Subscription.objects.filter(ended_at__isnull=True, system__is_active=True).select_related(
            "system"
        )
        if Scope.RECEIVE_EVENTS in row.system.scopes
    ]
    new: list[Delivery] = []
    for event in events:
        own = delivered[event.subject_id] if event.subject_kind == "report" else []
        for row in own:
            turn += 1
            row.turn, row.changed_at = turn, event.at
        reach = Reach(tuple(event.units), tuple(row.system_id for row in own))
        new += [
            Delivery(subscription=row, event=event, next_at=now)
            for row in receivers
            if event.at >= row.made_at
            and reaches(
                reach, system_id=row.system_id, unit_id=row.system.unit_id, kind=event.kind, kinds=row.kinds
            )
        ]
    Submission.objects.bulk_update(
        [row for rows in delivered.values() for row in rows], ["turn", "changed_at"]
    )
    Delivery.objects.bulk_create(new, ignore_conflicts=True)


@dataclass(frozen=True, slots=True)
class _Due:
    """One delivery as it is sent, read before the connection is opened: no transaction waits for a receiver."""

    delivery_id: int
    url: str
    secret: str
    event: str
    body: bytes


def deliver(
    *, subscription_id: int, clock: Callable[[], dt.datetime] = timezone.now, sender: Sender = send
) -> int:
    """Send what is due to one receiver, one after the other; returns how much arrived.

    Stops when the receiver is down: what is left is due again later. Run for one subscription at a time (jobs.py).
    """
    arrived = 0
    while True:
        due = _next_due(subscription_id, clock())
        if due is None:
            return arrived
        sent = sender(
            url=due.url,
            secret=due.secret,
            body=due.body,
            event=due.event,
            at=int(clock().timestamp()),
            networks=settings.ANWANG_WEBHOOK_NETWORKS,
            allow_loopback=settings.ANWANG_WEBHOOK_LOOPBACK,
        )
        _note(due.delivery_id, sent, clock())
        arrived += sent.is_delivered
        if sent.is_receiver_down:
            return arrived


def _next_due(subscription_id: int, now: dt.datetime) -> _Due | None:
    with acting(SYSTEM):
        subscription = (
            Subscription.objects.select_related("system")
            .filter(pk=subscription_id, ended_at__isnull=True, system__is_active=True)
            .first()
        )
        if subscription is None or Scope.RECEIVE_EVENTS not in subscription.system.scopes:
            return None
        waiting = Delivery.objects.filter(subscription=subscription, state=DeliveryState.WAITING)
        earlier = waiting.filter(
            event__subject_kind=OuterRef("event__subject_kind"),
            event__subject_id=OuterRef("event__subject_id"),
            event__sequence__lt=OuterRef("event__sequence"),
        )
        row = (
            waiting.filter(~Exists(earlier), next_at__lte=now)
            .select_related("event")
            .order_by("next_at", "pk")
            .first()
        )
        if row is None:
            return None
        secret: str = open_field(subscription, "secret")
        return _Due(row.pk, subscription.url, secret, str(row.event.key), event_body(row.event))


def event_body(event: OutboxEvent) -> bytes:
    """An event as receivers read it (docs/api/README.md)."""
    return json.dumps(
        {
            "id": str(event.key),
            "kind": event.kind,
            "subject": {"kind": event.subject_kind, "id": event.data.get("number", event.subject_id)},
            "sequence": event.sequence,
            "at": event.at.isoformat(),
            "data": event.data,
        },
        separators=(",", ":"),
        sort_keys=True,
    ).encode()


def _note(delivery_id: int, sent: Sent, now: dt.datetime) -> None:
    """What came of a try: delivered, due again later, or given up."""
    policy, today = policy_in_force(), timezone.localdate(now)
    retry = RetryPolicy(
        policy.number("exchange.retry_first_seconds", on=today),
        policy.number("exchange.retry_longest_seconds", on=today),
        policy.number("exchange.retry_attempts", on=today),
    )
    with acting(SYSTEM):
        row = Delivery.objects.select_for_update().get(pk=delivery_id)
        Attempt.objects.create(
            delivery=row, at=now, status=sent.status, problem=sent.problem, milliseconds=sent.milliseconds
        )
        if row.state != DeliveryState.WAITING:
            return
        if sent.is_delivered:
            row.state = DELIVERY.after(DeliveryState.WAITING, "deliver")
            row.delivered_at = now
        else:
            row.failures += 1
            later = next_attempt(retry, failures=row.failures, now=now)
            if later is None:
                row.state = DELIVERY.after(DeliveryState.WAITING, "give_up")
            else:
                row.next_at = later
        row.save(update_fields=["state", "failures", "next_at", "delivered_at"])


def tidy(*, now: dt.datetime) -> int:
    """Take away counts of past minutes, and events that are long done with; returns how many events went.

    The last event of a subject stays: the next one is numbered after it.
    """
    days = policy_in_force().number("exchange.outbox_days", on=timezone.localdate(now))
    with acting(SYSTEM):
        CallCount.objects.filter(minute__lt=now - dt.timedelta(hours=1)).delete()
        later = OutboxEvent.objects.filter(
            subject_kind=OuterRef("subject_kind"),
            subject_id=OuterRef("subject_id"),
            sequence__gt=OuterRef("sequence"),
        )
        waiting = Delivery.objects.filter(
            event=OuterRef("pk"), state=DeliveryState.WAITING, subscription__ended_at__isnull=True
        )
        done = OutboxEvent.objects.filter(
            Exists(later), ~Exists(waiting), at__lt=now - dt.timedelta(days=days), relayed_at__isnull=False
        )
        chosen = list(done.order_by("pk").values_list("pk", flat=True)[:TIDY_BATCH])
        OutboxEvent.objects.filter(pk__in=chosen).delete()  # and its deliveries
    return len(chosen)
