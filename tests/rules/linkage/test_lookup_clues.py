"""Clues of found records: which few of many say most, and how many more say as much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anwang.people.linkage.lookup_clues import Clues, is_of_home, is_personal, weight_of
from anwang.people.linkage.lookup_keys import Clue

FOUND = st.dictionaries(st.integers(1, 60), st.sets(st.sampled_from(Clue), min_size=1), max_size=40)
MOST = st.integers(1, 12)


def clues(found: dict[int, set[Clue]]) -> Clues:
    made = Clues()
    for record, each in found.items():
        for clue in sorted(each):
            made.add(clue, [record])
    return made


@given(FOUND, MOST)
def test_the_heaviest_are_chosen_and_of_equals_the_first(found: dict[int, set[Clue]], most: int) -> None:
    made = clues(found)
    personal = {record: frozenset(each) for record, each in found.items() if is_personal(frozenset(each))}
    order = sorted(personal, key=lambda record: (-weight_of(personal[record]), record))
    assert made.alike(most) == set(order[:most])
    weights = [weight_of(personal[record]) for record in order]
    beyond = sum(weight == weights[most - 1] for weight in weights[most:]) if len(weights) > most else 0
    assert made.beyond(most) == beyond
    home = {record: frozenset(each) for record, each in found.items() if is_of_home(frozenset(each))}
    near = sorted(home, key=lambda record: (-weight_of(home[record], home=True), record))
    assert made.near(most) == set(near[:most])


@given(FOUND)
def test_clues_are_kept_by_record(found: dict[int, set[Clue]]) -> None:
    made = clues(found)
    assert {record: made.of(record) for record in found} == {r: frozenset(each) for r, each in found.items()}
    assert made.of(61) == frozenset()
    assert made.count(Clue.NAME, Clue.SOUND) == sum(
        bool(each & {Clue.NAME, Clue.SOUND}) for each in found.values()
    )
    assert bool(made) is bool(found)


def test_what_is_added_later_counts() -> None:
    made = clues({1: {Clue.DOOR}, 2: {Clue.NAME}})
    assert made.alike(5) == {2}
    made.add(Clue.IDENTITY, [1])
    assert made.alike(1) == {1}
    assert made.count(Clue.IDENTITY) == 1
    made.add(Clue.PART, [3])
    assert made.alike(5) == {1, 2, 3}


def test_a_door_or_a_carers_name_alone_is_of_the_home() -> None:
    assert not is_personal(frozenset({Clue.DOOR, Clue.NAMES_THEM}))
    assert is_personal(frozenset({Clue.DOOR, Clue.PHONE}))
    assert weight_of(frozenset({Clue.DOOR, Clue.NAME}), home=True) == Clue.DOOR.weight
