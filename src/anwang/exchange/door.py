"""The door of the API: whose token it is, whether it opens, and how often it was used this minute.

It is a transaction of its own, before the deed: a call is counted whatever becomes of it, and the count's row is not
held while the deed runs. Who tries to come in with a token that does not open is in the log.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.context import SIGN_IN, AccessContext, Actor, acting

from .models import Token
from .rules import (
    RateDecision,
    Refusal,
    Scope,
    TokenFacts,
    comes_from,
    rate_decision,
    refusal,
)
from .tokens import is_secret_of, take_apart

_NOTED_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """A connected system whose token opened."""

    system_id: int
    name: str
    scopes: frozenset[str]
    context: AccessContext
    rate: RateDecision

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes


def come_in(*, authorization: str, address: str, now: dt.datetime) -> Caller | Refusal:
    """Who calls, or why they are refused. One transaction that stays, whatever the call does afterwards."""
    with acting(SIGN_IN):
        token = _token(authorization)
        found = refusal(_facts(token), address=address, today=timezone.localdate(now))
        if token is None or found is not None:
            if token is not None:  # somebody holds a real token: that is worth a line in the log
                audit.record(
                    context=SIGN_IN,
                    at=now,
                    action=audit.Action.REFUSED,
                    subject_kind="token",
                    subject_id=token.pk,
                    detail={"reason": str(found)},
                )
            return found or Refusal.UNKNOWN
        system = token.system
        if token.last_used_at is None or now - token.last_used_at >= _NOTED_EVERY:
            Token.objects.filter(pk=token.pk).update(last_used_at=now)
        return Caller(
            system.pk,
            system.name,
            frozenset(system.scopes),
            AccessContext(
                Actor.CONNECTED_SYSTEM,
                connected_system_id=system.pk,
                unit_id=system.unit_id,
                agency_id=system.agency_id,
            ),
            rate_decision(count=_count(token.pk, now), limit=system.calls_per_minute, now=now),
        )


def _token(authorization: str) -> Token | None:
    scheme, _, written = authorization.partition(" ")
    parts = take_apart(written.strip()) if scheme.lower() == "bearer" else None
    if parts is None:
        return None
    token = Token.objects.select_related("system").filter(prefix=parts[0]).first()
    return token if token is not None and is_secret_of(token.digest, parts[1]) else None


def _facts(token: Token | None) -> TokenFacts | None:
    if token is None:
        return None
    return TokenFacts(
        token.expires_on, token.revoked_at is not None, token.system.is_active, tuple(token.system.networks)
    )


def _count(token_id: int, now: dt.datetime) -> int:
    """Count one call; returns how many there were in this minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into exchange_callcount (token_id, minute, count) values (%s, %s, 1)"
            " on conflict (token_id, minute) do update set count = exchange_callcount.count + 1 returning count",
            [token_id, now.replace(second=0, microsecond=0)],
        )
        return int(cursor.fetchone()[0])


def address_of(request: HttpRequest) -> str:
    """Where a call comes from: the peer, or what a proxy of the operator says of it (never what the caller says)."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.ANWANG_PROXIES
    if not proxies:
        return address
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    while passed and comes_from(address, proxies):
        address = passed.pop()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""
