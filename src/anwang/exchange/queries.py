"""Reads: what the administration pages show of clients and deliveries. Nothing here opens a report."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from .models import Attempt, Client, Delivery, Subscription, Token
from .process import DeliveryState


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A client with what matters at a glance. `expires_on`: the last day on which any of its tokens opens."""

    client: Client
    tokens: int
    expires_on: dt.date | None
    last_used_at: dt.datetime | None
    waiting: int
    given_up: int


def clients(today: dt.date) -> list[ClientLine]:
    """All clients by agency, unit and name."""
    opens = Q(revoked_at__isnull=True, expires_on__gte=today)
    tokens: dict[int, dict[str, Any]] = {
        row["client"]: dict(row)
        for row in Token.objects.values("client").annotate(
            open=Count("pk", filter=opens), until=Max("expires_on", filter=opens), used=Max("last_used_at")
        )
    }
    failing: dict[int, dict[str, int]] = defaultdict(dict)
    for row in (
        Delivery.objects.filter(subscription__ended_at__isnull=True)
        .exclude(state=DeliveryState.DELIVERED)
        .values("subscription__client", "state")
        .annotate(n=Count("pk"))
    ):
        failing[row["subscription__client"]][row["state"]] = row["n"]
    found = Client.objects.select_related("unit__agency").order_by("agency_id", "unit_id", "name")
    return [
        ClientLine(
            client,
            tokens.get(client.pk, {}).get("open", 0),
            tokens.get(client.pk, {}).get("until"),
            tokens.get(client.pk, {}).get("used"),
            failing[client.pk].get(DeliveryState.WAITING, 0),
            failing[client.pk].get(DeliveryState.GIVEN_UP, 0),
        )
        for client in found
    ]


def client(client_id: int) -> Client | None:
    return Client.objects.select_related("unit__agency").filter(pk=client_id).first()


def client_named(name: str) -> Client | None:
    return Client.objects.select_related("unit__agency").filter(name=name).first()


def tokens_of(client: Client) -> list[Token]:
    """The newest first."""
    return list(Token.objects.filter(client=client).order_by("-made_at", "-pk"))


def token(token_id: int) -> Token | None:
    return Token.objects.select_related("client").filter(pk=token_id).first()


def token_state(token: Token, now: dt.datetime) -> tuple[str, str]:
    """What there is to say of a token, with its tone: in use, about to expire, expired, revoked."""
    today = timezone.localdate(now)
    if token.revoked_at is not None:
        return "已停用", "line"
    if token.expires_on < today:
        return "已到期", "red"
    if token.expires_on < today + dt.timedelta(days=30):
        return "快到期", "amber"
    return "有效", ""


def subscriptions_of(client: Client) -> list[Subscription]:
    """Those that go on, the oldest first."""
    return list(Subscription.objects.filter(client=client, ended_at__isnull=True).order_by("pk"))


def subscription(subscription_id: int) -> Subscription | None:
    return (
        Subscription.objects.select_related("client")
        .filter(pk=subscription_id, ended_at__isnull=True)
        .first()
    )


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery with its last try."""

    delivery: Delivery
    tries: int
    last: Attempt | None


def deliveries(client: Client, state: str, *, offset: int, limit: int) -> tuple[list[DeliveryLine], int]:
    """A page of a client's deliveries, the newest first, and how many there are."""
    rows = Delivery.objects.filter(subscription__client=client)
    if state:
        rows = rows.filter(state=state)
    page = list(
        rows.select_related("event", "subscription").order_by("-event_id", "-pk")[offset : offset + limit]
    )
    return _lines(page), rows.count()


def _lines(rows: Sequence[Delivery]) -> list[DeliveryLine]:
    tries: dict[int, list[Attempt]] = defaultdict(list)
    for each in Attempt.objects.filter(delivery__in=rows).order_by("pk"):
        tries[each.delivery_id].append(each)
    return [
        DeliveryLine(row, len(tries[row.pk]), tries[row.pk][-1] if tries[row.pk] else None) for row in rows
    ]
