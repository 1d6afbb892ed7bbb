"""Merging three versions of a form: nothing that somebody typed is lost, and nobody is asked without need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.merging import Choice, Conflict, decided, merge

NAMES = st.sampled_from(["story", "place", "needs", "p1-name", "p1-number", "p2-name", "p2-number"])
VALUES = st.lists(st.sampled_from(["", "甲", "乙", "丙", "很長的\n文字"]), max_size=3).map(tuple)
FORMS = st.dictionaries(NAMES, VALUES, max_size=7)


def group_of(field: str) -> str:
    return field.partition("-")[0] if "-" in field else ""


def at(fields: dict[str, tuple[str, ...]], field: str) -> tuple[str, ...]:
    return fields.get(field, ())


@given(FORMS, FORMS, FORMS)
def test_every_field_is_settled_or_asked_and_only_true_conflicts_are_asked(base, mine, theirs) -> None:  # type: ignore[no-untyped-def]
    merged = merge(base, mine, theirs)
    asked = {conflict.field for conflict in merged.conflicts}
    for field in {*base, *mine, *theirs}:
        was, my, their = at(base, field), at(mine, field), at(theirs, field)
        if field in asked:
            assert field not in merged.values
            assert len({was, my, their}) == 3
        elif my == their:
            assert at(merged.values, field) == my
        else:
            assert was in (my, their)
            assert at(merged.values, field) == (their if my == was else my)


@given(FORMS, FORMS)
def test_one_side_alone_is_never_asked(base, other) -> None:  # type: ignore[no-untyped-def]
    kept = {field: values for field, values in other.items() if values}
    for mine, theirs in ((base, other), (other, base), (other, other)):
        merged = merge(base, mine, theirs, group_of=group_of)
        assert merged.conflicts == ()
        assert merged.values == kept


@given(FORMS, FORMS, FORMS)
def test_it_does_not_matter_who_was_first(base, mine, theirs) -> None:  # type: ignore[no-untyped-def]
    one = merge(base, mine, theirs, group_of=group_of)
    two = merge(base, theirs, mine, group_of=group_of)
    assert one.values == two.values
    assert set(one.keys) == set(two.keys)
    assert set(one.from_mine) == set(two.from_theirs)


@given(FORMS, FORMS, FORMS, st.data())
def test_whatever_is_chosen_stands_there_and_is_final(base, mine, theirs, data) -> None:  # type: ignore[no-untyped-def]
    merged = merge(base, mine, theirs, group_of=group_of)
    choices = {key: data.draw(st.sampled_from(Choice)) for key in merged.keys}
    settled = merged.settled(choices)
    for conflict in merged.conflicts:
        assert at(settled, conflict.field) == decided(conflict.mine, conflict.theirs, choices[conflict.key])
    # Sent again over what is saved, there is nothing left to ask.
    assert merge(theirs, settled, theirs, group_of=group_of).conflicts == ()


@given(FORMS, FORMS, FORMS)
def test_two_persons_added_at_once_never_mix(base, mine, theirs) -> None:  # type: ignore[no-untyped-def]
    merged = merge(base, mine, theirs, group_of=group_of)
    for group in ("p1", "p2"):
        if not any(group_of(field) == group and base[field] for field in base):
            for choice in (Choice.MINE, Choice.THEIRS):
                settled = merged.settled(dict.fromkeys(merged.keys, choice))
                side = mine if choice is Choice.MINE else theirs
                both = all(any(group_of(f) == group and form[f] for f in form) for form in (mine, theirs))
                if both:
                    fields = [f for f in {*mine, *theirs} if group_of(f) == group]
                    assert {f: at(settled, f) for f in fields} == {f: at(side, f) for f in fields}


def test_a_person_removed_by_one_and_changed_by_the_other_is_asked_about_whole() -> None:
    base = {"p1-name": ("林小安",), "p1-number": ("A1",), "story": ("哭聲",)}
    mine = {"story": ("哭聲",)}
    theirs = {**base, "p1-number": ("A2",)}
    merged = merge(base, mine, theirs, group_of=group_of)
    assert merged.keys == ("p1",)
    assert merged.settled({"p1": Choice.MINE}) == mine
    assert merged.settled({"p1": Choice.THEIRS}) == theirs
    # Removed by one and left alone by the other: removed, and nobody is asked.
    assert merge(base, mine, base, group_of=group_of).values == mine


@given(VALUES, VALUES)
def test_both_keeps_every_text_of_both(mine: tuple[str, ...], theirs: tuple[str, ...]) -> None:
    joined = "\n".join(decided(mine, theirs, Choice.BOTH))
    assert all(text.strip() in joined for text in (*mine, *theirs))


def test_an_undecided_conflict_is_not_forgotten() -> None:
    merged = merge({"a": ("1",)}, {"a": ("2",)}, {"a": ("3",)})
    assert merged.conflicts == (Conflict("a", ("1",), ("2",), ("3",)),)
    with pytest.raises(KeyError):
        merged.settled({})


def test_a_field_emptied_by_one_and_changed_by_the_other_is_asked() -> None:
    merged = merge({"a": ("1",)}, {}, {"a": ("2",)})
    assert [(c.mine, c.theirs) for c in merged.conflicts] == [((), ("2",))]
    assert merged.settled({"a": Choice.MINE}) == {}
    assert merged.settled({"a": Choice.THEIRS}) == {"a": ("2",)}
