"""Who is acting: the context that row security reads, set for one transaction only.

A transaction without a context sees no row of any protected table and can write none. The context is a set of
PostgreSQL settings local to the transaction (`set_config(…, true)`), so a pooled connection cannot carry it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection, transaction


class Actor(StrEnum):
    MEMBER = "member"  # a signed-in person
    SYSTEM = "system"  # a command or job that works for all agencies (matching, loading, sending)
    SIGN_IN = "sign_in"  # the moment before anybody is known: sees the staff directory only
    # Another system (介接系統): sees its own, not its unit's (docs/adr/0009). Policies and the log hold this word.
    CONNECTED_SYSTEM = "client"


class Purpose(StrEnum):
    """Why records beyond one's own unit are read; each is bound to a role in the policies."""

    LINKAGE_REVIEW = "linkage_review"  # 比對覆核
    MONTHLY_LISTS = "monthly_lists"  # 每月名單產製與派送 (001 參三(六)2)
    INTAKE_MATCHING = "intake_matching"  # 受理通報時比對是否為已知的人，只顯示遮蔽後的結果


@dataclass(frozen=True, slots=True)
class AccessContext:
    actor: Actor
    member_id: int | None = None
    unit_id: int | None = None
    agency_id: int | None = None
    roles: tuple[str, ...] = ()
    purpose: Purpose | None = None
    connected_system_id: int | None = None

    def settings(self) -> dict[str, str]:
        # A connected system belongs to a unit, which the log says; but no policy written for the unit's members opens to it.
        is_connected = self.actor == Actor.CONNECTED_SYSTEM
        return {
            "anwang.actor": self.actor,
            "anwang.client": str(self.connected_system_id or "") if is_connected else "",
            "anwang.member": str(self.member_id or ""),
            "anwang.unit": "" if is_connected else str(self.unit_id or ""),
            "anwang.agency": "" if is_connected else str(self.agency_id or ""),
            "anwang.roles": "{" + ",".join(self.roles) + "}",
            "anwang.purpose": self.purpose or "",
        }


SYSTEM = AccessContext(Actor.SYSTEM)
SIGN_IN = AccessContext(Actor.SIGN_IN)


def apply(context: AccessContext) -> None:
    """Set `context` for the current transaction. Must be called inside one."""
    if not connection.in_atomic_block:
        raise RuntimeError("an access context lives in a transaction")
    settings = context.settings()
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    with connection.cursor() as cursor:
        cursor.execute(f"select {calls}", [part for pair in settings.items() for part in pair])


@contextmanager
def acting(context: AccessContext) -> Iterator[AccessContext]:
    """A transaction in which `context` acts. Leaving it restores the outer context, or none where there was none:
    in a longer transaction nobody goes on acting as the system."""
    with transaction.atomic():
        outer = _current()
        same = outer == tuple(
            context.settings().values()
        )  # the system within the system: nothing to set or restore
        if not same:
            apply(context)
        yield context
        if not same:
            _restore(outer)


_KEYS = tuple(SYSTEM.settings())


def _current() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(f"current_setting('{key}', true)" for key in _KEYS))
        return tuple(value or "" for value in cursor.fetchone())


def _restore(values: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        calls = ", ".join("set_config(%s, %s, true)" for _ in values)
        cursor.execute(f"select {calls}", [part for pair in zip(_KEYS, values, strict=True) for part in pair])
