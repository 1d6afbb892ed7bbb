"""Which pairs of records are compared at all.

Many keys, each cheap; a pair is a candidate when one key agrees. A key shared by more than `cap` records is not used as
it is (its pairs grow with the square): its group is cut by finer keys instead, and what is still too large is skipped
and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import RecordTable
from .engine.keys import Ints, distinct, mix

CAP = 60  # records that may share a key before a finer one is needed: 1,770 pairs


@dataclass(frozen=True, slots=True)
class Candidates:
    """Row pairs, `left < right`, sorted, each once. `skipped`: records per rule in groups too large even when cut."""

    left: Ints
    right: Ints
    skipped: dict[str, int]


def pairs_in_groups(rows: Ints, keys: Ints, cap: int) -> tuple[Ints, Ints, Ints]:
    """(left, right, rows of groups larger than `cap`): all pairs of rows with an equal key; key 0 is no key."""
    known = keys != 0
    rows, keys = rows[known], keys[known]
    order = np.lexsort((rows, keys))
    rows, keys = rows[order], keys[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    too_large = np.repeat(sizes > cap, sizes)
    left: list[Ints] = []
    right: list[Ints] = []
    keep = rows[~too_large]
    last = np.repeat((np.cumsum(np.where(sizes > cap, 0, sizes))), sizes)[~too_large]
    position = np.arange(len(keep))
    for step in range(1, cap):
        inside = position + step < last
        position, last = position[inside], last[inside]
        if not len(position):
            break
        left.append(keep[position])
        right.append(keep[position + step])
    empty = [np.zeros(0, np.int64)]
    return np.concatenate(left or empty), np.concatenate(right or empty), rows[too_large]


def _masked_keys(table: RecordTable) -> list[tuple[Ints, Ints]]:
    """For each pattern of hidden characters that occurs: rows and the key of the characters it shows."""
    out: list[tuple[Ints, Ints]] = []
    masked = np.flatnonzero(table.id_state == 3)
    if not len(masked):
        return out
    whole = np.flatnonzero((table.id_state == 1) | (table.id_state == 2))
    patterns = np.unique(table.identity[masked] != ord("*"), axis=0)
    for shown in patterns[:20]:
        if shown.sum() < 4:
            continue
        like = masked[((table.identity[masked] != ord("*")) == shown).all(1)]
        rows = np.concatenate([like, whole])
        key = np.zeros(len(rows), np.int64)
        for k in np.flatnonzero(shown):
            key = key * 131 + table.identity[rows, k]
        out.append((rows, mix(key + 1, table.name.surname[rows])))
    return out


def _deletion_keys(table: RecordTable) -> tuple[Ints, Ints]:
    """Each ID with one character left out, ten ways: IDs one substitution or one swap apart share a key."""
    rows = np.flatnonzero((table.id_state == 1) | (table.id_state == 2))
    # one row per distinct ID is not enough: two records of one typo must both find the right one
    keys = []
    for hole in range(10):
        key = np.zeros(len(rows), np.int64)
        for k in range(10):
            if k != hole:
                key = key * 131 + table.identity[rows, k]
        keys.append(key)
    return np.tile(rows, 10), np.concatenate(keys)


def candidates(table: RecordTable, cap: int = CAP) -> Candidates:
    """All candidate pairs of the table."""
    n, name = len(table), table.name
    everyone = np.arange(n)
    birthday = mix(table.year, table.month, table.day)
    last = np.take_along_axis(name.given, np.maximum(name.length - 1, 0)[:, None], 1)[:, 0]
    finer = (
        mix(name.surname, name.given[:, 0]),
        mix(table.year, name.sound),
        mix(table.road, name.sound),
        mix(table.reference, name.sound),
        birthday,
    )
    rules: list[tuple[str, Ints, Ints]] = [
        ("id", everyone, table.id_code),
        ("id_near", *_deletion_keys(table)),
        ("register", everyone, table.register),
        ("place", everyone, table.place),
        ("name", everyone, name.full),
        ("sound_year", everyone, mix(name.sound, table.year)),
        ("birthday_surname", everyone, mix(birthday, name.surname)),
        ("birthday_given", everyone, mix(birthday, last + 1)),
        ("year_road_surname", everyone, mix(table.year, table.road, name.surname)),
        ("reference_given", everyone, mix(table.reference, last + 1)),
        ("reference_birth", everyone, mix(table.reference, birthday)),
    ]
    rules += [("id_masked", rows, key) for rows, key in _masked_keys(table)]
    rules += [("phone", np.tile(everyone, table.phones.shape[1]), table.phones.T.reshape(-1))]
    with_alias = np.flatnonzero(table.alias.full)
    rules += [("alias", np.r_[everyone, with_alias], np.r_[name.full, table.alias.full[with_alias]])]
    left: list[Ints] = []
    right: list[Ints] = []
    skipped: dict[str, int] = {}
    for rule, rows, keys in rules:
        a, b, large = pairs_in_groups(rows, keys, cap)
        left.append(a)
        right.append(b)
        if len(large):
            key_of = np.zeros(n, np.int64)
            known = keys != 0
            key_of[rows[known]] = keys[known]
            large = np.unique(large)
            done = np.zeros(n, np.bool_)
            for column in finer:
                a, b, still = pairs_in_groups(large, mix(key_of[large], column[large]), cap)
                left.append(a)
                right.append(b)
                done[np.concatenate([a, b])] = True
                done[still] = False
            skipped[rule] = skipped.get(rule, 0) + int((~done[large]).sum())
    a, b = np.concatenate(left), np.concatenate(right)
    low, high = np.minimum(a, b), np.maximum(a, b)
    code = distinct(low[low != high] * n + high[low != high])
    return Candidates(code // n, code % n, skipped)
