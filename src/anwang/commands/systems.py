"""介接系統 from the command line: for servers that are set up without a browser. Secrets are printed once, to standard output."""

from __future__ import annotations

import argparse
from typing import Any

from .errors import CommandError
from .home import emit, opened

BY_NAME = "命令列"


def list_systems(given: argparse.Namespace) -> int:
    """Every connected system with its tokens, without their secrets."""
    with opened(given.home):
        from django.utils import timezone

        from anwang.exchange import queries
        from anwang.platform.context import SYSTEM, acting

        now = timezone.now()
        with acting(SYSTEM):
            found = [_line(line, now) for line in queries.systems(timezone.localdate(now))]
        emit(found)
    return 0


def _line(line: Any, now: Any) -> dict[str, Any]:
    from anwang.exchange import queries

    system = line.system
    return {
        "name": system.name,
        "unit": system.unit.code,
        "scopes": system.scopes,
        "active": system.is_active,
        "networks": system.networks,
        "calls_per_minute": system.calls_per_minute,
        "tokens": [
            {
                "prefix": token.prefix,
                "state": queries.token_state(token, now)[0],
                "expires_on": token.expires_on.isoformat(),
                "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
            }
            for token in queries.tokens_of(system)
        ],
        "subscriptions": [row.url for row in queries.subscriptions_of(system)],
        "waiting": line.waiting,
        "given_up": line.given_up,
    }


def add(given: argparse.Namespace) -> int:
    """A new connected system."""
    with opened(given.home):
        from django.utils import timezone

        from anwang.agencies.models import Unit
        from anwang.exchange.actions import ConnectedSystemError, add_system
        from anwang.platform.context import SYSTEM, acting

        try:
            with acting(SYSTEM):
                unit = Unit.objects.filter(code=given.unit).first()
                if unit is None:
                    raise CommandError(f"沒有這個單位：{given.unit}")
                made = add_system(
                    name=given.name,
                    unit_id=unit.pk,
                    scopes=given.scope,
                    networks="\n".join(given.network or ()),
                    by=SYSTEM,
                    by_name=BY_NAME,
                    now=timezone.now(),
                )
        except ConnectedSystemError as error:
            raise CommandError(str(error)) from error
        emit({"name": made.name, "unit": given.unit, "scopes": made.scopes})
    return 0


def token(given: argparse.Namespace) -> int:
    """A new token; the one before goes on until it is revoked."""
    with opened(given.home):
        from django.utils import timezone

        from anwang.exchange.actions import ConnectedSystemError, make_token
        from anwang.platform.context import SYSTEM, acting

        try:
            with acting(SYSTEM):
                made, whole = make_token(
                    system_id=_system(given.name),
                    days=given.days,
                    by=SYSTEM,
                    by_name=BY_NAME,
                    now=timezone.now(),
                )
        except ConnectedSystemError as error:
            raise CommandError(str(error)) from error
        emit({"name": given.name, "token": whole, "expires_on": made.expires_on.isoformat()})
    return 0


def revoke(given: argparse.Namespace) -> int:
    """Stop a token, named by its prefix (with or without `anw_`)."""
    with opened(given.home):
        from django.utils import timezone

        from anwang.exchange.actions import revoke_token
        from anwang.exchange.models import Token
        from anwang.platform.context import SYSTEM, acting

        prefix = given.prefix.removeprefix("anw_").partition("_")[0]
        with acting(SYSTEM):
            found = Token.objects.filter(prefix=prefix).first()
            if found is None:
                raise CommandError(f"沒有這支權杖：{prefix}")
            made = revoke_token(token_id=found.pk, by=SYSTEM, by_name=BY_NAME, now=timezone.now())
        emit({"prefix": made.prefix, "revoked": True})
    return 0


def subscribe(given: argparse.Namespace) -> int:
    """Another address that a connected system is told at; with the secret that both sides sign with."""
    with opened(given.home):
        from django.utils import timezone

        from anwang.exchange.actions import ConnectedSystemError
        from anwang.exchange.actions import subscribe as act
        from anwang.platform.context import SYSTEM, acting

        try:
            with acting(SYSTEM):
                row, secret = act(
                    system_id=_system(given.name),
                    url=given.url,
                    by=SYSTEM,
                    by_name=BY_NAME,
                    now=timezone.now(),
                )
        except ConnectedSystemError as error:
            raise CommandError(str(error)) from error
        emit({"name": given.name, "url": row.url, "secret": secret})
    return 0


def _system(name: str) -> int:
    from anwang.exchange import queries

    found = queries.system_named(name)
    if found is None:
        raise CommandError(f"沒有這個介接系統：{name}")
    return found.pk
