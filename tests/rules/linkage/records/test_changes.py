"""Why a cluster has another number, case by case."""

from __future__ import annotations

import numpy as np
import pytest

from anwang.people.linkage.records.changes import changes

GONE = -1


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # numbers are ids, ten times the row; `now` are rows
        ([0, 0, 20, 20], [0, 0, 2, 2], {}),
        ([0, 0, 20, 20], [0, 0, 0, 0], {2: (20, 0, "merged"), 3: (20, 0, "merged")}),
        ([0, 0, 0, 0], [0, 0, 2, 2], {2: (0, 20, "split"), 3: (0, 20, "split")}),
        ([0, 0, 20, 20], [0, 0, 2, 0], {3: (20, 0, "moved")}),
        ([0, 0, 20, 20], [0, 1, 2, 1], {1: (0, 10, "moved"), 3: (20, 10, "moved")}),
        ([0, 0, 20, 20], [0, 1, 2, 3], {1: (0, 10, "split"), 3: (20, 30, "split")}),
        ([0, 10, 20, 0], [0, 1, 1, 3], {2: (20, 10, "merged"), 3: (0, 30, "split")}),
        # the record that gave the number is gone: 5 is not among the ids
        ([5, 5, 20, 20], [0, 0, 2, 2], {0: (5, 0, "renumbered"), 1: (5, 0, "renumbered")}),
        ([5, 5, 20, 20], [0, 0, 0, 0], {k: (of, 0, "merged") for k, of in enumerate((5, 5, 20, 20))}),
        ([5, 5, 5, 5], [0, 0, 2, 2], {k: (5, of, "split") for k, of in enumerate((0, 0, 20, 20))}),
    ],
)
def test_why(before: list[int], now: list[int], expected: dict[int, tuple[int, int, str]]) -> None:
    ids = np.arange(len(before)) * 10
    found = changes(ids, np.arange(len(before), dtype=np.int32), np.array(before), np.array(now))
    columns = found.columns(ids, slice(None))
    why = columns["why"].to_pylist()
    told = zip(found.rows.tolist(), columns["old"].tolist(), columns["new"].tolist(), why, strict=True)
    assert {row: (old, new, each) for row, old, new, each in told} == expected
    assert {name: count for name, count in found.counts.items() if count} == {
        name: why.count(name) for name in set(why)
    }


def test_who_is_gone_has_no_number_and_who_is_new_had_none() -> None:
    ids = np.array([10, 20, 30, 40])
    place = np.array([GONE, 0, 1, 2], np.int32)  # 40 is new
    found = changes(ids, place, np.array([5, 5, 20, 30]), np.array([0, 0, 2, 2]))
    assert found.rows.tolist() == [0, 1]
    assert found.counts == {"merged": 2, "split": 0, "moved": 0, "renumbered": 0}
    nothing = changes(ids[:0], np.array([GONE], np.int32), np.array([5]), np.zeros(0, np.int64))
    assert not len(nothing.rows)
