from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anwang.network.cocases.continuing import Identity, gone, same_entries


def home(number: int, *members: int) -> Identity:
    return Identity("cocase", number, None, frozenset(members))


def person(number: int, household: int = 1) -> Identity:
    return Identity("xingfu", household, number, frozenset({number}))


def test_a_person_continues_wherever_they_live() -> None:
    assert same_entries([person(7, household=1)], [person(7, household=2)]) == {0: 0}
    assert same_entries([person(7)], [person(8)]) == {}


def test_the_same_list_only() -> None:
    other = Identity("missing_child", 1, 7, frozenset({7}))
    assert same_entries([person(7)], [other]) == {}
    assert gone([person(7)], [other]) == [0]


def test_a_household_continues_by_its_number_before_its_members() -> None:
    before = [home(1, 10, 11), home(2, 20, 21)]
    now = [home(2, 10, 20), home(3, 11)]
    assert same_entries(before, now) == {0: 1, 1: 0}


def test_a_household_under_a_new_number_continues_with_most_shared_members() -> None:
    before = [home(1, 10), home(2, 11, 12)]
    assert same_entries(before, [home(9, 10, 11, 12)]) == {0: 1}
    assert gone(before, [home(9, 10, 11, 12)]) == []  # the first one went into it


def test_a_household_split_in_two_continues_once() -> None:
    assert same_entries([home(1, 10, 11, 12)], [home(2, 10), home(3, 11, 12)]) == {1: 0}


def test_one_who_moved_away_does_not_keep_a_household_on_the_list() -> None:
    before = [home(1, 10, 11, 12), home(2, 20)]
    assert gone(before, [home(2, 20, 10)]) == [0]


def test_persons_who_were_merged_are_gone_on_with() -> None:
    assert gone([person(7), person(7, household=2)], [person(7)]) == []


members = st.frozensets(st.integers(1, 12), max_size=4)
homes = st.lists(
    st.builds(lambda number, of: Identity("cocase", number, None, of), st.integers(1, 6), members),
    max_size=6,
    unique_by=lambda entry: entry.household,
)


@given(homes, homes)
def test_each_is_used_once_and_shares_number_or_members(before: list[Identity], now: list[Identity]) -> None:
    found = same_entries(before, now)
    assert len(set(found.values())) == len(found)
    for mine, other in found.items():
        assert now[mine].household == before[other].household or now[mine].members & before[other].members
    assert same_entries(before, before) == {i: i for i in range(len(before))}
    assert gone(before, before) == []
    assert not set(gone(before, now)) & set(found.values())
