"""The weakest link of a person: the split of the records into two parts whose best connection is weakest. Pure.

The strongest connections that hold all records together form a tree (Kruskal's, strongest first); its weakest one is that
bottleneck: every other split is crossed by a connection at least as strong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CERTAIN = float("inf")
"""The strength of a connection that nothing can cut: decided by a person, or two rows that say exactly the same."""


@dataclass(frozen=True, slots=True)
class Split:
    """Two parts of the rows 0 … n-1 and the strength of the best connection between them. `away` is the smaller part; of
    two equal ones that without row 0."""

    away: tuple[int, ...]
    stay: tuple[int, ...]
    strength: float


def weakest_split(count: int, strength: Mapping[tuple[int, int], float]) -> Split | None:
    """The split with the weakest best connection. `strength` by (lower row, higher row); what is missing connects not at
    all. Of equal ones the one that cuts off the youngest rows. None when there are not two rows, or when all hold by
    connections that nothing can cut."""
    parent = list(range(count))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    tree: list[tuple[float, int, int]] = []
    for (a, b), bits in sorted(strength.items(), key=lambda each: (-each[1], each[0])):
        one, other = root(a), root(b)
        if one != other:
            parent[max(one, other)] = min(one, other)
            tree.append((bits, a, b))
    parts: dict[int, list[int]] = {}
    for row in range(count):
        parts.setdefault(root(row), []).append(row)
    if len(parts) > 1:  # some rows hold by nothing at all
        return _split(count, set(parts[max(parts)]), -CERTAIN)
    if not tree or tree[-1][0] == CERTAIN:
        return None
    bits = tree[-1][0]
    return _split(count, _reached(tree[:-1], tree[-1][2]), bits)


def _reached(tree: list[tuple[float, int, int]], start: int) -> set[int]:
    """The rows that the connections of `tree` hold together with `start`."""
    beside: dict[int, list[int]] = {}
    for _, a, b in tree:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    seen, waiting = {start}, [start]
    while waiting:
        for row in beside.get(waiting.pop(), ()):
            if row not in seen:
                seen.add(row)
                waiting.append(row)
    return seen


def _split(count: int, part: set[int], strength: float) -> Split:
    one = tuple(sorted(part))
    other = tuple(row for row in range(count) if row not in part)
    if (len(one), 0 in part) > (len(other), 0 not in part):
        one, other = other, one
    return Split(one, other, strength)
