"""What a connected system may do, how often, which events reach it, and when a failed delivery is tried again. Pure.

A connected system (介接系統) is another system of an agency. It may only what its scopes name; there is no scope for reading
what others reported.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a connected system may do."""

    CREATE_REPORTS = "reports:create"
    READ_REPORTS = "reports:read"
    RECEIVE_EVENTS = "events:receive"

    @property
    def label(self) -> str:
        return {
            Scope.CREATE_REPORTS: "送入通報",
            Scope.READ_REPORTS: "查詢自己送入的通報處理到哪裡",
            Scope.RECEIVE_EVENTS: "接收狀態變更的通知",
        }[self]


class Refusal(StrEnum):
    """Why a call is refused before anything is looked at."""

    UNKNOWN = "unknown"  # no such token, or not its secret
    REVOKED = "revoked"
    EXPIRED = "expired"
    INACTIVE = "inactive"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A token whose secret was right, and its connected system. `networks` empty: from anywhere."""

    expires_on: dt.date
    is_revoked: bool
    is_active: bool
    networks: tuple[str, ...]


def refusal(facts: TokenFacts | None, *, address: str, today: dt.date) -> Refusal | None:
    """Why this token does not open, or None. The last day of a token is a day on which it opens."""
    if facts is None:
        return Refusal.UNKNOWN
    if facts.is_revoked:
        return Refusal.REVOKED
    if not facts.is_active:
        return Refusal.INACTIVE
    if today > facts.expires_on:
        return Refusal.EXPIRED
    return None if comes_from(address, facts.networks) else Refusal.NETWORK


def comes_from(address: str, networks: Collection[str]) -> bool:
    """Whether a caller's address lies in one of the networks; with none named, every address will do."""
    if not networks:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in ipaddress.ip_network(network) for network in networks)


def read_networks(text: str) -> tuple[str, ...]:
    """Networks from text, one a line or separated by commas. Raises ValueError (zh-TW) naming the first bad one."""
    found = []
    for part in text.replace(",", "\n").replace("、", "\n").split():
        try:
            found.append(str(ipaddress.ip_network(part, strict=False)))
        except ValueError:
            raise ValueError(
                f"「{part[:40]}」不是網路位址。請寫 203.0.113.7 或 203.0.113.0/24，一行一個。"
            ) from None
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class RateDecision:
    """Whether a call may go on, and in how many seconds to come back if not."""

    is_allowed: bool
    limit: int
    remaining: int
    retry_after: int


def rate_decision(*, count: int, limit: int, now: dt.datetime) -> RateDecision:
    """`count` calls of one token in this minute, this one among them."""
    return RateDecision(count <= limit, limit, max(0, limit - count), 60 - now.second)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an event may concern: the units it names, and the connected systems that delivered its subject."""

    units: tuple[int, ...]
    delivered_by: tuple[int, ...]


def reaches(reach: Reach, *, system_id: int, unit_id: int, kind: str, kinds: Sequence[str]) -> bool:
    """An event goes to the connected system that delivered its subject and to connected systems of a unit that it concerns, if they asked
    for its kind (an empty list of kinds asks for all)."""
    wanted = not kinds or kind in kinds
    return wanted and (system_id in reach.delivered_by or unit_id in reach.units)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`first` seconds after the first failure, doubled each time up to `longest`; given up after `attempts`."""

    first: int
    longest: int
    attempts: int


def next_attempt(policy: RetryPolicy, *, failures: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after `failures` failures in a row (at least one); None to give up."""
    if failures >= policy.attempts:
        return None
    seconds = min(policy.longest, policy.first * 2 ** min(failures - 1, 30))
    return now + dt.timedelta(seconds=seconds)


def token_days_problem(days: int | None, longest: int) -> str:
    """What is wrong with how long a token shall live; "" when nothing is."""
    if days is None or days < 1:
        return "請輸入有效天數，例如 365。"
    return f"權杖最長 {longest} 天，到期前再發一支新的。" if days > longest else ""
