"""Records of one entity, from likely pairs: without chains in which the ends have nothing in common.

Where everybody in a group is likely everybody else, it is one. Else the two parts that are likest on the average of all
their pairs become one, as long as that average reaches the threshold.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..codes import Ints

Floats = NDArray[np.float64]
Score = Callable[[Ints, Ints], Floats]

LARGEST_WHOLE = 250  # records of a group that are all compared with each other
_STEP = 4.0  # bits by which the threshold rises inside a larger one
_HIGHEST = 60.0
_CAP = 20.0  # bits: one pair does not outvote all others


def clusters_of(records: int, left: Ints, right: Ints, bits: Floats, threshold: float, score: Score) -> Ints:
    """The entity of each record, numbered from 0 in the order of the first record of each."""
    entity = _components(records, left, right)
    work = [(entity, threshold)]
    found = np.arange(records)
    while work:
        part, at = work.pop()
        order = np.argsort(part, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(part[order]) > 0])
        sizes = np.diff(np.r_[starts, len(order)])
        too_large = np.zeros(records, np.bool_)
        for begin, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
            members = order[begin : begin + size]
            if size <= 2 or (size > LARGEST_WHOLE and at >= _HIGHEST):
                found[members] = members.min()
            elif size <= LARGEST_WHOLE:
                found[members] = _parted(np.sort(members), threshold, score)
            else:
                too_large[members] = True
        if too_large.any():
            keep = too_large[left] & too_large[right] & (bits >= at + _STEP)
            finer = _components(records, left[keep], right[keep])
            finer[~too_large] = np.arange(records)[~too_large]
            work.append((finer, at + _STEP))
    return numbered(found)


def _components(records: int, left: Ints, right: Ints) -> Ints:
    parent = list(range(records))

    def root(x: int) -> int:
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        ra, rb = root(a), root(b)
        if ra != rb:
            parent[max(ra, rb)] = min(ra, rb)
    return np.array([root(x) for x in range(records)], np.int64)


def _parted(members: Ints, threshold: float, score: Score) -> Ints:
    """The first member of each member's part."""
    size = len(members)
    a, b = np.triu_indices(size, 1)
    likeness = np.full((size, size), -np.inf)
    likeness[a, b] = likeness[b, a] = np.clip(score(members[a], members[b]), -_CAP, _CAP)
    if (likeness[a, b] >= threshold).all():
        return np.repeat(members[0], size)
    first, count = np.arange(size), np.ones(size)
    while True:
        at = int(np.argmax(likeness))
        one, other = sorted(divmod(at, size))
        if likeness[one, other] < min(threshold, _CAP):
            return members[first]
        mean = (count[one] * likeness[one] + count[other] * likeness[other]) / (count[one] + count[other])
        likeness[one], likeness[:, one] = mean, mean
        likeness[one, one] = -np.inf
        likeness[other], likeness[:, other] = -np.inf, -np.inf
        count[one] += count[other]
        first[first == other] = one


def numbered(first: Ints) -> Ints:
    """Entities as 0 … in the order of the first record of each."""
    _, at, inverse = np.unique(first, return_index=True, return_inverse=True)
    rank = np.empty(len(at), np.int64)
    rank[np.argsort(at, kind="stable")] = np.arange(len(at))
    found: Ints = rank[inverse]
    return found
