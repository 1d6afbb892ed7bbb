"""Which entry is the same as one of another making or another month, though numbers of households changed. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What an entry is about: a person, or (`person` None) a household with the members it had.

    Numbers of persons that were merged must be given as the present ones.
    """

    list_code: str
    household: int
    person: int | None
    members: frozenset[int]


def same_entries(before: Sequence[Identity], now: Sequence[Identity]) -> dict[int, int]:
    """Index in `now` to the index in `before` that it continues, each used once.

    A person continues as the person, in whatever household. A household continues under its number, else as the
    one with which it shares most members: numbers change when the matching learns more, families do not.
    """
    found: dict[int, int] = {}
    by_key: dict[tuple[str, int, int | None], int] = {}
    of_member: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, entry in enumerate(before):
        by_key.setdefault(_key(entry), index)
        if entry.person is None:
            for member in entry.members:
                of_member[(entry.list_code, member)].append(index)
    for index, entry in enumerate(now):
        same = by_key.pop(_key(entry), None)
        if same is not None:
            found[index] = same
    taken = set(found.values())
    pairs: list[tuple[int, int, int]] = []
    for index, entry in enumerate(now):
        if entry.person is None and index not in found:
            shared = Counter(
                other for member in entry.members for other in of_member[(entry.list_code, member)]
            )
            pairs += [(-count, other, index) for other, count in shared.items() if other not in taken]
    for _, other, index in sorted(pairs):
        if index not in found and other not in taken:
            found[index] = other
            taken.add(other)
    return found


def gone(before: Sequence[Identity], now: Sequence[Identity]) -> list[int]:
    """Indices of `before` that no entry of `now` goes on with.

    Two households that became one, or two persons who were one, are both gone on with: an entry that is about the
    same person, or at least half of the members, counts though another continues in its place.
    """
    continued = set(same_entries(before, now).values())
    persons = {(entry.list_code, entry.person) for entry in now if entry.person is not None}
    listed = {(entry.list_code, member) for entry in now if entry.person is None for member in entry.members}

    def is_absorbed(entry: Identity) -> bool:
        if entry.person is not None:
            return (entry.list_code, entry.person) in persons
        inside = sum((entry.list_code, member) in listed for member in entry.members)
        return bool(entry.members) and 2 * inside >= len(entry.members)

    return [i for i, entry in enumerate(before) if i not in continued and not is_absorbed(entry)]


def _key(entry: Identity) -> tuple[str, int, int | None]:
    return (entry.list_code, entry.household if entry.person is None else 0, entry.person)
