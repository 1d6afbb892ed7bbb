"""Reads: what the administration pages show of connected systems and deliveries. Nothing here opens a report."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from .models import Attempt, ConnectedSystem, Delivery, Subscription, Token
from .process import DeliveryState


@dataclass(frozen=True, slots=True)
class SystemLine:
    """A connected system with what matters at a glance. `expires_on`: the last day on which any of its tokens opens."""

    system: ConnectedSystem
    tokens: int
    expires_on: dt.date | None
    last_used_at: dt.datetime | None
    waiting: int
    given_up: int


def systems(today: dt.date) -> list[SystemLine]:
    """All connected systems by agency, unit and name."""
    opens = Q(revoked_at__isnull=True, expires_on__gte=today)
    tokens: dict[int, dict[str, Any]] = {
        row["system"]: dict(row)
        for row in Token.objects.values("system").annotate(
            open=Count("pk", filter=opens), until=Max("expires_on", filter=opens), used=Max("last_used_at")
        )
    }
    failing: dict[int, dict[str, int]] = defaultdict(dict)
    for row in (
        Delivery.objects.filter(subscription__ended_at__isnull=True)
        .exclude(state=DeliveryState.DELIVERED)
        .values("subscription__system", "state")
        .annotate(n=Count("pk"))
    ):
        failing[row["subscription__system"]][row["state"]] = row["n"]
    found = ConnectedSystem.objects.select_related("unit__agency").order_by("agency_id", "unit_id", "name")
    return [
        SystemLine(
            system,
            tokens.get(system.pk, {}).get("open", 0),
            tokens.get(system.pk, {}).get("until"),
            tokens.get(system.pk, {}).get("used"),
            failing[system.pk].get(DeliveryState.WAITING, 0),
            failing[system.pk].get(DeliveryState.GIVEN_UP, 0),
        )
        for system in found
    ]


def system(system_id: int) -> ConnectedSystem | None:
    return ConnectedSystem.objects.select_related("unit__agency").filter(pk=system_id).first()


def system_named(name: str) -> ConnectedSystem | None:
    return ConnectedSystem.objects.select_related("unit__agency").filter(name=name).first()


def tokens_of(system: ConnectedSystem) -> list[Token]:
    """The newest first."""
    return list(Token.objects.filter(system=system).order_by("-made_at", "-pk"))


def token(token_id: int) -> Token | None:
    return Token.objects.select_related("system").filter(pk=token_id).first()


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


def subscriptions_of(system: ConnectedSystem) -> list[Subscription]:
    """Those that go on, the oldest first."""
    return list(Subscription.objects.filter(system=system, ended_at__isnull=True).order_by("pk"))


def subscription(subscription_id: int) -> Subscription | None:
    return (
        Subscription.objects.select_related("system")
        .filter(pk=subscription_id, ended_at__isnull=True)
        .first()
    )


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery with its last try."""

    delivery: Delivery
    tries: int
    last: Attempt | None


def deliveries(
    system: ConnectedSystem, state: str, *, offset: int, limit: int
) -> tuple[list[DeliveryLine], int]:
    """A page of a connected system's deliveries, the newest first, and how many there are."""
    rows = Delivery.objects.filter(subscription__system=system)
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
