"""Who is acting: the context that row security reads, set for one transaction only.

A transaction without a context sees no row of any protected table and can write none. The context is a set of
PostgreSQL settings local to the transaction (`set_config(…, true)`), so a pooled connection cannot carry it on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    is_first = not connection.in_atomic_block  # then the settings end with the transaction
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*switched_to(context))
        outer = tuple(value or "" for value in cursor.fetchone())
        yield context
        if not is_first and outer != tuple(
            context.settings().values()
        ):  # the system within the system: nothing to restore
            cursor.execute(*back_to(outer))


_KEYS = tuple(SYSTEM.settings())
_SET = ", ".join("set_config(%s, %s, true)" for _ in _KEYS)
_IN_FORCE = ", ".join(f"current_setting('{key}', true) as k{n}" for n, key in enumerate(_KEYS))
# The inner statement is read to its end before anything is set, so it tells what was in force until now.
_SWITCH = (
    f"with before as materialized (select {_IN_FORCE}), done as materialized (select {_SET} from before)"  # noqa: S608
    " select before.* from before, done"
)


def switched_to(context: AccessContext) -> tuple[str, list[str]]:
    """A statement, with its parameters, that sets the context and gives the values in force before (for `back_to`): one
    question to the database, which may be sent together with those that are asked in the context."""
    return _SWITCH, [part for pair in context.settings().items() for part in pair]


def back_to(values: Sequence[str | None]) -> tuple[str, list[str]]:
    """A statement, with its parameters, that puts back what was in force before."""
    return f"select {_SET}", [
        part for key, value in zip(_KEYS, values, strict=True) for part in (key, value or "")
    ]
