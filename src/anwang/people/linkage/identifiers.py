"""Stable numbers: a cluster keeps the number of the previous person it shares most records with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .result import EventKind, IdentityEvent


@dataclass(frozen=True, slots=True)
class Assignment:
    """`ids[k]` numbers cluster k; `next_id` is the next free number."""

    ids: tuple[int, ...]
    next_id: int
    events: tuple[IdentityEvent, ...]


def assign_identifiers(
    previous: Mapping[int, int], clusters: Sequence[Sequence[int]], next_id: int
) -> Assignment:
    """Numbers for `clusters` (record keys each), given each record's number in the last run.

    The largest overlap chooses first; among equal ones the oldest (lowest) number, then the earlier cluster. A number
    is given once; a cluster left without one gets a new number, never one that was used before.
    """
    overlaps = [Counter(previous[key] for key in cluster if key in previous) for cluster in clusters]
    claims = sorted((-count, old, k) for k, seen in enumerate(overlaps) for old, count in seen.items())
    ids: list[int | None] = [None] * len(clusters)
    given: set[int] = set()
    for _, old, k in claims:
        if ids[k] is None and old not in given:
            ids[k] = old
            given.add(old)
    next_id = max(next_id, 1 + max(previous.values(), default=0))
    numbered = []
    for found in ids:
        if found is None:
            found, next_id = next_id, next_id + 1
        numbered.append(found)
    return Assignment(tuple(numbered), next_id, _events(overlaps, numbered))


def _events(overlaps: Sequence[Counter[int]], ids: Sequence[int]) -> tuple[IdentityEvent, ...]:
    pieces: dict[int, set[int]] = defaultdict(set)
    events = []
    for k, seen in enumerate(overlaps):
        for old in seen:
            pieces[old].add(ids[k])
        if len(seen) > 1:
            events.append(IdentityEvent(EventKind.MERGED, tuple(sorted(seen)), (ids[k],)))
    events += [
        IdentityEvent(EventKind.SPLIT, (old,), tuple(sorted(new)))
        for old, new in sorted(pieces.items())
        if len(new) > 1
    ]
    return tuple(events)
