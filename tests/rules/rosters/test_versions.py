"""Whether a file corrects, adds to or replaces what came before, by its record numbers alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.people.rosters.recognition import RecognitionUnsure, Version
from anwang.people.rosters.versions import replaced_parts, version_notes

NUMBERS = st.frozensets(st.integers(0, 40).map(str), max_size=20)


@given(NUMBERS, st.lists(NUMBERS, max_size=4), st.sampled_from(Version))
def test_what_would_be_withdrawn_silently_is_never_most_of_a_part_by_accident(
    new: frozenset[str], parts: list[frozenset[str]], version: Version
) -> None:
    try:
        chosen = replaced_parts(new, parts, version, "")
    except RecognitionUnsure as unsure:
        assert unsure.missing == ("version",)  # noqa: PT017 - refused or not are both right answers
        assert version is not Version.REPLACE
        assert any(parts)
        return
    for index in chosen:
        part = parts[index]
        # Replaced: because the sender said so, because nothing is in force, or because the numbers are shared.
        assert (
            version is Version.REPLACE or not any(parts) or len(new & part) >= 0.2 * min(len(new), len(part))
        )
    if version is Version.RECOGNISE and any(parts):
        assert chosen


@given(NUMBERS.filter(bool))
def test_the_same_numbers_are_a_correction(numbers: frozenset[str]) -> None:
    assert replaced_parts(numbers, [numbers], Version.RECOGNISE, "") == (0,)
    assert replaced_parts(numbers, [], Version.RECOGNISE, "") == ()


def test_numbers_of_nobody_before_are_asked_about_or_added() -> None:
    with pytest.raises(RecognitionUnsure, match="另一部分"):
        replaced_parts({"b"}, [{"a"}], Version.RECOGNISE, "")
    assert replaced_parts({"b"}, [{"a"}], Version.ADD, "") == ()


def test_notes_say_what_stays_and_what_went() -> None:
    assert version_notes(0, 10, 0) == version_notes(5, 10, 0) == version_notes(0, 0, 0) == []
    assert len(version_notes(6, 10, 3)) == 2
