"""Which pairs any rules bring together, new rows or all, against asking every rule about every pair."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anwang.people.linkage.engine.comparison import Comparison
from anwang.people.linkage.engine.expressions import known, same
from anwang.people.linkage.engine.keys import Ints
from anwang.people.linkage.engine.layout import Layout
from anwang.people.linkage.engine.pairing import Likely, Pairing
from anwang.people.linkage.engine.plan import Plan, Weights
from anwang.people.linkage.engine.rule import Rule
from anwang.people.linkage.engine.scoring_source import LANES

LAYOUT = Layout(("value",))
PLAN = Plan(
    (Comparison("value", "值", ("equal", "other"), ~known("value"), (same("value"),)),), (("value",),)
)
WEIGHTS = Weights.of(PLAN, [{"value": np.array([5.0, -3.0])}], [0.0], np.zeros((0, 0)))
ROWS = 14

KEYS = st.lists(st.integers(0, 5), min_size=ROWS, max_size=ROWS)
FINER = st.lists(KEYS, max_size=2)
PLAIN = st.tuples(KEYS, st.none(), FINER)
SEVERAL = st.lists(st.tuples(st.integers(0, 5), st.integers(0, ROWS - 1)), max_size=30).flatmap(
    lambda of: st.tuples(st.just([key for key, _ in of]), st.just([row for _, row in of]), FINER)
)
# more rules than group numbers that are compared at once
RULES = st.lists(st.one_of(PLAIN, PLAIN, SEVERAL), min_size=1, max_size=LANES + 4)


def _rule(name: str, keys: list[int], rows: list[int] | None, finer: list[list[int]]) -> Rule:
    return Rule(name, _ints(keys), None if rows is None else _ints(rows), tuple(map(_ints, finer)))


def _ints(values: list[int]) -> Ints:
    return np.array(values, np.int64)


def _first(rule: Rule, count: int) -> Rule:
    """The rule as it was when there were only the first `count` rows."""
    finer = tuple(key[:count] for key in rule.finer)
    if rule.rows is None:
        return Rule(rule.name, rule.keys[:count], None, finer)
    there = rule.rows < count
    return Rule(rule.name, rule.keys[there], rule.rows[there], finer)


def _by_hand(rules: list[Rule], most: int) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for rule in rules:
        rows = list(range(ROWS)) if rule.rows is None else rule.rows.tolist()
        has = [(key, row) for key, row in zip(rule.keys.tolist(), rows, strict=True) if key]
        found |= _pairs(has, most)
        size = Counter(key for key, _ in has)
        large = [(key, row) for key, row in has if size[key] > most]
        for column in rule.finer:
            found |= _pairs([((key, int(column[row])), row) for key, row in large if column[row]], most)
    return found


def _pairs(has: list[tuple[object, int]] | list[tuple[int, int]], most: int) -> set[tuple[int, int]]:
    groups: dict[object, list[int]] = {}
    for key, row in has:
        groups.setdefault(key, []).append(row)
    return {
        (a, b)
        for rows in groups.values() if len(rows) <= most
        for a, b in combinations(sorted(rows), 2) if a != b
    }  # fmt: skip


def _told(likely: Likely) -> list[tuple[int, int]]:
    return list(zip(likely.left.tolist(), likely.right.tolist(), strict=True))


@settings(max_examples=300, deadline=None)
@given(RULES, KEYS, st.integers(2, 6), st.integers(0, ROWS), st.integers(0, ROWS))
def test_every_pair_once(
    given_rules: list[tuple[list[int], list[int] | None, list[list[int]]]],
    values: list[int],
    most: int,
    since: int,
    before: int,
) -> None:
    engine, rules = Pairing(PLAN, LAYOUT), [_rule(str(k), *of) for k, of in enumerate(given_rules)]
    rows = LAYOUT.filled({"value": _ints(values)})
    expected = _by_hand(rules, most)
    every = engine.likely(rows, rules, WEIGHTS, -9.0, most=most, threads=2)
    assert _told(every) == sorted(expected)
    if all(rule.rows is None and not rule.finer for rule in rules):
        assert sum(every.compared.values()) == len(expected)
    some = engine.likely(rows, rules, WEIGHTS, -9.0, most=most, since=since, before=before)
    assert _told(some) == sorted((a, b) for a, b in expected if b >= since and a < before)
    likely = {(a, b) for a, b in expected if values[a] == values[b] or 0 in (values[a], values[b])}
    kept = engine.likely(rows[:since], [_first(rule, since) for rule in rules], WEIGHTS, 0.0, most=most)
    new = engine.likely(rows, rules, WEIGHTS, 0.0, most=most, since=since)
    assert _told(kept.still_together(rules, ROWS, most).joined(new)) == sorted(likely)
