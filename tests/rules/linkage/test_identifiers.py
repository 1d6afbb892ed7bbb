"""Numbers that stay: the largest overlap keeps the number, nothing is given twice, nothing old is given anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anwang.people.linkage.identifiers import assign_identifiers
from anwang.people.linkage.result import EventKind, IdentityEvent


def test_new_clusters_get_new_numbers_in_order() -> None:
    assert assign_identifiers({}, [[1, 2], [3]], 7).ids == (7, 8)


def test_a_merge_keeps_the_number_of_the_larger_part_and_is_told() -> None:
    found = assign_identifiers({1: 10, 2: 11, 3: 11}, [[1, 2, 3]], 12)
    assert found.ids == (11,)
    assert found.events == (IdentityEvent(EventKind.MERGED, (10, 11), (11,)),)


def test_equal_parts_keep_the_oldest_number() -> None:
    assert assign_identifiers({1: 10, 2: 4}, [[1, 2]], 12).ids == (4,)


def test_a_split_leaves_the_number_with_the_larger_part_and_is_told() -> None:
    found = assign_identifiers({1: 5, 2: 5, 3: 5}, [[1], [2, 3]], 6)
    assert found.ids == (6, 5)
    assert found.events == (IdentityEvent(EventKind.SPLIT, (5,), (5, 6)),)
    assert found.next_id == 7


def test_a_number_of_somebody_who_left_is_not_given_again() -> None:
    assert assign_identifiers({1: 9}, [[2]], 1).ids == (10,)


@given(
    st.dictionaries(st.integers(0, 30), st.integers(1, 8)),
    st.lists(st.integers(0, 8), min_size=31, max_size=31),
)
def test_numbers_are_unique_and_unchanged_groups_keep_theirs(
    previous: dict[int, int], group: list[int]
) -> None:
    clusters = [[k for k in range(31) if group[k] == g] for g in sorted(set(group))]
    found = assign_identifiers(previous, clusters, 1)
    assert len(set(found.ids)) == len(clusters)
    assert found.next_id > max([*found.ids, *previous.values()])
    for number, cluster in zip(found.ids, clusters, strict=True):
        before = {previous[k] for k in cluster if k in previous}
        assert number in before or number > max(previous.values(), default=0) or before <= set(found.ids)
        whole = {k for k, v in previous.items() if v in before}
        if len(before) == 1 and whole <= set(cluster):
            assert number == next(iter(before))
