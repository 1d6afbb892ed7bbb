"""Copies of whom a record is about, in rooms above this one, brought up to date after a matching.

A report or a case keeps beside its record the person and household that it was about (so that lists of another unit, which
may not read the record, can still be found by person). A matching may merge, split or move them; the record always says
it as it is now. A room that keeps such copies registers here how to bring them up to date; it is called after every
matching, outside its transaction and its lock (a deed that holds a case may be waiting for that lock), and once a night
for a matching that was killed before.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from anwang.platform.context import SYSTEM, acting

Follower = Callable[[], int]
"""Brings a room's copies up to date, as the system; returns how many rows changed. Run again it changes nothing."""

_followers: dict[str, Follower] = {}


def register_follower(name: str, follower: Follower) -> None:
    """Called once by a room, in its AppConfig.ready; a second call replaces."""
    _followers[name] = follower


def follow_all() -> dict[str, int]:
    """Every room's copies follow the records, each room in a transaction of its own. Returns rows changed by room."""
    changed = {}
    for name in sorted(_followers):
        with acting(SYSTEM), transaction.atomic():
            changed[name] = _followers[name]()
    return changed
