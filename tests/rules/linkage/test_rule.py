"""Whether rules still bring two rows together, against asking every rule about every pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anwang.people.linkage.engine.keys import Ints
from anwang.people.linkage.engine.rule import Rule, brought_together

COUNT = 12
KEYS = st.lists(st.integers(0, 3), min_size=COUNT, max_size=COUNT)
SEVERAL = st.lists(st.tuples(st.integers(0, COUNT - 1), st.integers(0, 4)), max_size=40)


def _by_hand(groups: dict[object, set[int]], counts: dict[object, int], most: int) -> set[tuple[int, int]]:
    return {
        pair for key, rows in groups.items() if counts[key] <= most for pair in combinations(sorted(rows), 2)
    }


def _pairs(rows: list[int], keys: list[object], most: int) -> tuple[set[tuple[int, int]], list[int]]:
    """The pairs of small groups, and the places of what is in large ones."""
    groups: dict[object, set[int]] = {}
    counts: dict[object, int] = {}
    for row, key in zip(rows, keys, strict=True):
        if key:
            groups.setdefault(key, set()).add(row)
            counts[key] = counts.get(key, 0) + 1
    return _by_hand(groups, counts, most), [k for k, key in enumerate(keys) if key and counts[key] > most]


@settings(max_examples=200, deadline=None)
@given(KEYS, KEYS, KEYS, SEVERAL, st.integers(2, 5))
def test_as_rule_by_rule(
    plain: list[int], other: list[int], finer: list[int], several: list[tuple[int, int]], most: int
) -> None:
    everyone = list(range(COUNT))
    rows, keys = [row for row, _ in several], [key for _, key in several]
    rules = [
        Rule("plain", _ints(plain)),
        Rule("cut", _ints(other), finer=(_ints(finer),)),
        Rule("several", _ints(keys), _ints(rows), finer=(_ints(finer),)),
    ]
    expected, _ = _pairs(everyone, list(plain), most)
    for its_rows, its_keys in ((everyone, other), (rows, keys)):
        found, large = _pairs(its_rows, list(its_keys), most)
        expected |= found
        cut = [(its_keys[k], finer[its_rows[k]]) if finer[its_rows[k]] else 0 for k in large]
        expected |= _pairs([its_rows[k] for k in large], list(cut), most)[0]
    left, right = np.array(list(combinations(range(COUNT), 2))).T
    told = brought_together(rules, left, right, COUNT, most)
    assert {(int(a), int(b)) for a, b in zip(left[told], right[told], strict=True)} == expected


def _ints(values: list[int]) -> Ints:
    return np.array(values, np.int64)
