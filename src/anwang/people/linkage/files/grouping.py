"""Records of one entity, from likely pairs: without chains in which the ends have nothing in common.

Where everybody in a group is likely everybody else, it is one. Else the two parts that are likest on the average of all
their pairs become one, as long as that average reaches the threshold.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..engine.keys import Ints

Floats = NDArray[np.float64]
Score = Callable[[Ints, Ints], Floats]

LARGEST_WHOLE = 250  # records of a group that are all compared with each other
_CAP = 20.0  # bits: one pair does not outvote all others
_MISSING = -5.0  # bits taken for a pair that is not among the likely ones, where not all are compared
_ROUNDS = 30


def clusters_of(records: int, left: Ints, right: Ints, bits: Floats, threshold: float, score: Score) -> Ints:
    """The entity of each record, numbered from 0 in the order of the first record of each."""
    entity = _components(records, left, right)
    is_large = np.bincount(entity, minlength=records)[entity] > LARGEST_WHOLE
    if not is_large.any():
        return numbered(_judged(entity, threshold, score))
    inside = is_large[left]
    a, b, told = left[inside], right[inside], bits[inside]
    order = np.lexsort([b, a, -np.round(told, 9)])
    pieces = _components(records, a[order], b[order], LARGEST_WHOLE)
    found = _judged(np.where(is_large, pieces, entity), threshold, score)
    return numbered(_rejoined(found, a, b, np.clip(told, -_CAP, _CAP), threshold))


def _judged(entity: Ints, threshold: float, score: Score) -> Ints:
    """The groups parted, each by itself; a part is called by its first record."""
    found = np.arange(len(entity))
    order = np.argsort(entity, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(entity[order]) > 0])
    sizes = np.diff(np.r_[starts, len(order)])
    for begin, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        members = order[begin : begin + size]
        found[members] = members[0] if size == 2 else _parted(members, threshold, score)
    return found


def _rejoined(entity: Ints, left: Ints, right: Ints, bits: Floats, threshold: float) -> Ints:
    """Parts of a large group that belong together all the same: each other's best, by the mean of all pairs between them."""
    for _ in range(_ROUNDS):
        a, b = np.minimum(entity[left], entity[right]), np.maximum(entity[left], entity[right])
        between = a != b
        codes, at = np.unique(a[between] * len(entity) + b[between], return_inverse=True)
        if not len(codes):
            break
        one, other = np.divmod(codes, len(entity))
        size = np.bincount(entity, minlength=len(entity)).astype(float)
        seen = np.bincount(at)
        total = np.bincount(at, weights=bits[between])
        mean = (total + _MISSING * (size[one] * size[other] - seen)) / (size[one] * size[other])
        best = np.full(len(entity), -np.inf)
        np.maximum.at(best, one, mean)
        np.maximum.at(best, other, mean)
        joined = np.flatnonzero((mean >= threshold) & (mean >= best[one]) & (mean >= best[other]))
        if not len(joined):
            break
        target = _components(len(entity), one[joined], other[joined])
        entity = target[entity]
    return entity


def _components(records: int, left: Ints, right: Ints, most: int = 0) -> Ints:
    """The first record of each record's group; a pair that would make a group of more than `most` (0: any) is passed by."""
    parent = list(range(records))
    size = [1] * records

    def root(x: int) -> int:
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        ra, rb = root(a), root(b)
        if ra != rb and (most == 0 or size[ra] + size[rb] <= most):
            parent[max(ra, rb)] = min(ra, rb)
            size[min(ra, rb)] = size[ra] + size[rb]
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
