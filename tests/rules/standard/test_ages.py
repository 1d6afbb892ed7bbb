"""Ages as they were said and births known in part: never a year too low, never more than was said."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.ages import AgeRange, age_range, age_words, said_age, said_years
from anwang.standard.record import PartialDate, Period
from anwang.standard.typed import read_birth

APRIL = Period(2026, 4)
D = dt.date


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("33歲", 33, 33),
        ("１８ 歲", 18, 18),
        ("約18歲", 17, 19),
        ("年約0歲", 0, 1),
        ("30歲左右", 29, 31),
        ("30多歲", 30, 39),
        ("13多歲", 13, 13),
        ("20來歲", 19, 21),
    ],
)
def test_an_age_in_words(text: str, low: int, high: int) -> None:
    assert said_age(text) == AgeRange(low, high)


def test_what_is_no_age() -> None:
    assert said_age("75/8/9") is None
    assert said_years("歲") is None
    assert said_years("約40歲") == 40


@given(st.integers(0, 120), st.dates(D(2020, 1, 1), D(2030, 12, 31)))
def test_a_stated_age_is_that_age_on_the_day_it_is_said(years: int, on: dt.date) -> None:
    """Neither a stated 18 for a child, nor a stated 17 for an adult, whatever the day of the year."""
    written = Period(on.year, on.month)
    birth = read_birth(f"{years}歲", written)
    assert age_range(birth, written, on) == AgeRange(years, years)
    assert age_words(birth, written, on) == f"{years}歲"


@given(
    st.dates(D(1930, 1, 1), D(2019, 12, 31)), st.dates(D(2020, 1, 1), D(2026, 12, 31)), st.integers(0, 3000)
)
def test_the_true_age_is_never_outside(birth: dt.date, said_on: dt.date, later: int) -> None:
    def age(day: dt.date) -> int:
        return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))

    on, written = said_on + dt.timedelta(days=later), Period(said_on.year, said_on.month)
    said = PartialDate(f"{age(said_on)}歲", written.year - age(said_on))
    for known in (said, PartialDate("", birth.year), PartialDate("", birth.year, birth.month)):
        found = age_range(known, written, on)
        assert found is not None
        # Within the month in which it was said, the age is as it was said.
        if known is said and on <= written.last_day:
            continue
        assert found.low <= age(on) <= found.high
        assert found.high - found.low <= 2
    assert age_range(PartialDate("", birth.year, birth.month, birth.day), written, on) == AgeRange(
        age(on), age(on)
    )


@pytest.mark.parametrize(
    ("birth", "age", "words"),
    [
        (None, None, ""),
        (PartialDate("不明"), None, ""),
        (PartialDate("", 2027), None, ""),
        (PartialDate("", 2020, 4, 20), (6, 6), "6 歲"),
        (PartialDate("", 2020, 4, 21), (5, 5), "5 歲"),
        (PartialDate("", 2020, 2, 29), (6, 6), "6 歲"),
        (PartialDate("", 2020), (5, 6), "5–6 歲"),
        (PartialDate("", 2026, 4), (0, 0), "0 歲"),
    ],
)
def test_a_birth_known_in_part(birth: PartialDate | None, age: tuple[int, int] | None, words: str) -> None:
    found = age_range(birth, APRIL, D(2026, 4, 20))
    assert found == (AgeRange(*age) if age else None)
    assert age_words(birth, APRIL, D(2026, 4, 20)) == words


def test_an_age_grows_from_the_month_in_which_it_was_said() -> None:
    birth = read_birth("33歲", APRIL)
    assert age_words(birth, APRIL, D(2026, 3, 31)) == "33歲"
    assert age_words(birth, APRIL, D(2026, 5, 1)) == "33–34 歲"
    assert age_words(birth, APRIL, D(2027, 4, 30)) == "34–35 歲"
    assert age_words(read_birth("5歲", Period(2024, 2)), Period(2024, 2), D(2025, 2, 28)) == "6–7 歲"


def test_of_an_age_whose_month_is_not_known_the_year_is() -> None:
    birth = read_birth("33歲", APRIL)
    assert age_range(birth, None, D(2026, 11, 28)) == AgeRange(33, 34)
    assert age_range(birth, None, D(2027, 6, 1)) == AgeRange(33, 35)


def test_a_day_that_no_calendar_has() -> None:
    assert age_range(PartialDate("105/2/30", 2016, 2, 30), APRIL, D(2026, 3, 1)) == AgeRange(10, 10)


def test_what_an_age_may_be() -> None:
    assert AgeRange(17, 18).may_be_under(18)
    assert AgeRange(17, 18).may_be(18)
    assert not AgeRange(18, 18).may_be_under(18)
