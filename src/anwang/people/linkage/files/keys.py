"""The keys of the blocking rules, and what becomes of a key that too many have.

A group of more than `MOST` rows would be compared with the square of its size. It is cut by the values of other fields;
what is still too large is put in order of its values, and each row is compared with those near it. So nobody is left
out, and the work grows with the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..blocking import mix
from ..engine.grouping import grouped
from ..engine.keys import Ints, Whole
from ..engine.rule import Rule
from .levels import column
from .link_map import Key, LinkMap
from .packing import PackedFiles

MOST = 600  # rows of a group that are all compared with each other
NEAR = 60  # rows of a piece of a group that stays too large
FINER = 6  # fields by which a large group is cut, those with most values first
COPIES = 40  # rows of one file that say the same; of more only the first is compared


@dataclass(frozen=True, slots=True)
class Blocks:
    """`copy_of[row]`: the first row of the same file that says the same, where more than `COPIES` do, else the row itself.
    `large`: rows that are in a group which was cut, for each rule."""

    rules: list[Rule]
    copy_of: Ints
    large: dict[str, int]


def blocks_of(link_map: LinkMap, files: PackedFiles) -> Blocks:
    content = _content(link_map, files)
    copy_of = _copies(content)
    alone = copy_of == np.arange(len(files))
    fields = sorted(
        (files.forms[f.name] for f in link_map.fields), key=lambda values: -len(np.unique(values))
    )[:FINER]
    rules: list[Rule] = []
    finer: list[Rule] = []
    large: dict[str, int] = {}
    for rule in link_map.blocking:
        keys = np.where(alone, mix(*(_key(files, key) for key in rule)), 0)
        name = ", ".join(map(str, rule))
        rows = _large_rows(keys)
        if len(rows):
            large[name] = len(rows)
            finer += _cut(name, keys, rows, fields)
            keys[rows] = 0
        rules.append(Rule(name, keys))
    return Blocks([*rules, *finer], copy_of, large)


def _key(files: PackedFiles, key: Key) -> Ints:
    parts = [files.forms[column(name, "" if key.use == "exact" else key.use)] for name in key.fields]
    return parts[0] if len(parts) == 1 else mix(np.minimum(*parts), np.maximum(*parts))


def _content(link_map: LinkMap, files: PackedFiles) -> Ints:
    side = np.ones(len(files), np.int64)
    side[: files.split] = 2
    return mix(side, *(files.forms[field.name] + 1 for field in link_map.fields))


def _copies(content: Ints) -> Ints:
    _, first, inverse, counts = np.unique(content, return_index=True, return_inverse=True, return_counts=True)
    return np.where(counts[inverse] > COPIES, first[inverse], np.arange(len(content)))


def _large_rows(keys: Ints) -> Whole:
    groups = grouped(keys)
    return groups.rows_of(np.flatnonzero(groups.sizes > MOST))


def _cut(name: str, keys: Ints, rows: Whole, fields: list[Ints]) -> list[Rule]:
    found: list[Rule] = []
    for k, values in enumerate(fields):
        cut = np.zeros(len(keys), np.int64)
        cut[rows] = mix(keys[rows], values[rows])
        cut[_large_rows(cut)] = 0
        found.append(Rule(f"{name} (+{k + 1})", cut))
    order = rows[np.lexsort([*(values[rows] for values in fields[::-1]), keys[rows]])]
    for shift in (0, NEAR // 2):
        near = np.zeros(len(keys), np.int64)
        near[order] = mix(keys[order], (np.arange(len(order)) + shift) // NEAR + 1)
        found.append(Rule(f"{name} (~{shift})", near))
    return found
