"""The weakest link: against all splits of small sets of records."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from anwang.people.linkage.weakest import CERTAIN, weakest_split

PAIRS = [(a, b) for a, b in itertools.combinations(range(7), 2)]
Strengths = dict[tuple[int, int], float]


def best_between(strength: Strengths, one: set[int], other: set[int]) -> float:
    return max(
        (bits for (a, b), bits in strength.items() if (a in one) != (b in one) and {a, b} <= one | other),
        default=-CERTAIN,
    )


@given(
    st.integers(2, 7),
    st.dictionaries(
        st.sampled_from(PAIRS), st.one_of(st.integers(-9, 9).map(float), st.just(CERTAIN)), max_size=21
    ),
)
def test_no_split_has_a_weaker_best_connection(count: int, drawn: Strengths) -> None:
    strength = {pair: bits for pair, bits in drawn.items() if pair[1] < count}
    rows = set(range(count))
    splits = [
        {0, *rest} for size in range(count - 1) for rest in itertools.combinations(range(1, count), size)
    ]
    weakest = min(best_between(strength, part, rows - part) for part in splits)
    found = weakest_split(count, strength)
    if weakest == CERTAIN:
        assert found is None
        return
    assert found is not None
    assert found.strength == weakest
    assert set(found.away) | set(found.stay) == rows
    assert not set(found.away) & set(found.stay)
    assert 1 <= len(found.away) <= len(found.stay)
    assert best_between(strength, set(found.away), set(found.stay)) == weakest


def test_a_chain_breaks_where_it_is_thinnest() -> None:
    found = weakest_split(5, {(0, 1): 9.0, (1, 2): 3.0, (2, 3): 8.0, (3, 4): 5.0, (0, 2): 1.0})
    assert found is not None
    assert (found.away, found.stay, found.strength) == ((0, 1), (2, 3, 4), 3.0)


def test_one_record_or_none_has_no_link_to_break() -> None:
    assert weakest_split(0, {}) is None
    assert weakest_split(1, {}) is None
