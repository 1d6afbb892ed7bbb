"""Blocking rules: which rows a rule brings together, and whether it still does when rows have been added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .grouping import Groups, grouped
from .keys import Ints, Whole, mix
from .memory import room


@dataclass(frozen=True, slots=True)
class Rule:
    """A blocking rule: rows with an equal key are compared; 0 is no key.

    `keys[k]` is the key of row `rows[k]`, or of row `k` where there are no `rows`: a row has as many keys as it occurs.
    `finer`: further keys, one of each row of the table, that cut the groups which are too large.
    """

    name: str
    keys: Ints
    rows: Whole | None = None
    finer: tuple[Ints, ...] = ()


def groups_of(rule: Rule) -> Groups:
    found = grouped(rule.keys)
    return found if rule.rows is None else Groups(rule.rows[found.order].astype(np.int32), found.starts)


def cut(rule: Rule, groups: Groups, most: int) -> tuple[list[Groups], int]:
    """The groups of more than `most` rows, cut by each of the finer keys, and how many rows are in no group small enough."""
    sizes = groups.sizes
    large = np.flatnonzero(sizes > most)
    if not rule.finer or not len(large):
        return [], int(sizes[large].sum())
    rows = groups.rows_of(large)
    group = np.repeat(large + 1, sizes[large])
    finer = [groups_of(Rule(rule.name, mix(group, column[rows]), rows)) for column in rule.finer]
    helped = [each.rows_of(np.flatnonzero(each.sizes <= most)) for each in finer]
    return finer, len(np.setdiff1d(rows, np.concatenate(helped)))


def brought_together(
    rules: Sequence[Rule], left: Ints, right: Ints, count: int, most: int
) -> NDArray[np.bool_]:
    """Of each pair of the `count` rows whether a rule brings it together in a group of at most `most` rows, or in one that
    a finer key has cut to that."""
    found = np.zeros(len(left), np.bool_)
    group_of = room((count,), np.int32)
    for rule in rules:
        whole = groups_of(rule)
        for groups in (whole, *cut(rule, whole, most)[0]):
            if rule.rows is None:
                group_of[:] = 0
                groups.tell(group_of, most)
                _in_one(left, right, group_of, found)
            else:
                _in_one_of_several(left, right, *_by_row(groups, count, most), found)
    return found


def _by_row(groups: Groups, count: int, most: int) -> tuple[Ints, Ints]:
    """The groups of each row, ascending: those of row `r` are the second array from `first[r]` to `first[r + 1]`."""
    sizes = groups.sizes
    group = np.repeat(np.arange(len(sizes)), sizes)
    small = np.repeat(sizes <= most, sizes)
    rows, group = groups.order[small], group[small]
    by_row = np.argsort(rows, kind="stable")
    return np.searchsorted(rows[by_row], np.arange(count + 1)).astype(np.int64), group[by_row]


@njit(nogil=True, cache=True)
def _in_one(left: Any, right: Any, group_of: Any, found: Any) -> None:
    for k in range(len(left)):
        group = group_of[left[k]]
        found[k] |= group != 0 and group == group_of[right[k]]


@njit(nogil=True, cache=True)
def _in_one_of_several(left: Any, right: Any, first: Any, group: Any, found: Any) -> None:
    for k in range(len(left)):
        i, j = first[left[k]], first[right[k]]
        while i < first[left[k] + 1] and j < first[right[k] + 1] and not found[k]:
            found[k] = group[i] == group[j]
            if group[i] < group[j]:
                i += 1
            else:
                j += 1
