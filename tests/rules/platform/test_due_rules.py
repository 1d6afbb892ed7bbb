"""The four clocks: by example at the ends of nights, months and years, and by their properties."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.due_rules import (
    TAIPEI,
    WEEKENDS_ONLY,
    Calendar,
    Term,
    TermKind,
    due,
    end_of_day,
    months_later,
    working_day,
)
from anwang.policy.holidays import years

OFFICE = Calendar.of(years().values())
HOURS, DAYS, MONTHS, WORKING = TermKind
DAY = dt.timedelta(days=1)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("start", "kind", "length", "expected"),
    [
        # The 24-hour clock runs through the night, through 春節, and from one year into the next.
        ("2026-04-24 17:05", HOURS, 24, "2026-04-25 17:05"),
        ("2026-02-14 23:59", HOURS, 24, "2026-02-15 23:59"),
        ("2026-12-31 12:00", HOURS, 24, "2027-01-01 12:00"),
        ("2028-02-28 12:00", HOURS, 24, "2028-02-29 12:00"),
        ("2026-04-24 00:00", HOURS, 0, "2026-04-24 00:00"),
        # Days end with the last of them, whatever the hour of the start, and do not care for days off.
        ("2026-04-24 00:00", DAYS, 1, "2026-04-25 23:59"),
        ("2026-04-24 23:59", DAYS, 1, "2026-04-25 23:59"),
        ("2026-04-24 23:59", DAYS, 0, "2026-04-24 23:59"),
        ("2026-02-12 09:00", DAYS, 7, "2026-02-19 23:59"),
        ("2026-12-25 09:00", DAYS, 7, "2027-01-01 23:59"),
        # Months: the day of the same number, or the last of a shorter month.
        ("2026-01-31 08:00", MONTHS, 1, "2026-02-28 23:59"),
        ("2028-01-31 08:00", MONTHS, 1, "2028-02-29 23:59"),
        ("2028-02-29 08:00", MONTHS, 12, "2029-02-28 23:59"),
        ("2026-11-30 08:00", MONTHS, 3, "2027-02-28 23:59"),
        ("2026-12-01 08:00", MONTHS, 1, "2027-01-01 23:59"),
        # Working days: over a weekend, over 春節 115 (9 days), over the year's end, from a day off.
        ("2026-04-24 09:30", WORKING, 1, "2026-04-27 23:59"),
        ("2026-02-13 09:30", WORKING, 1, "2026-02-23 23:59"),
        ("2026-04-02 09:30", WORKING, 1, "2026-04-07 23:59"),
        ("2026-12-31 09:30", WORKING, 1, "2027-01-04 23:59"),
        ("2026-02-15 09:30", WORKING, 0, "2026-02-23 23:59"),
        ("2026-04-24 09:30", WORKING, 0, "2026-04-24 23:59"),
        ("2026-04-24 09:30", WORKING, 10, "2026-05-11 23:59"),
    ],
)
def test_clocks_by_example(start: str, kind: TermKind, length: int, expected: str) -> None:
    assert due(moment(start), Term(kind, length), OFFICE).at == moment(expected)


def test_the_day_of_the_start_is_the_day_in_taiwan() -> None:
    start = dt.datetime(2026, 4, 24, 16, 30, tzinfo=dt.UTC)  # half past midnight on the 25th there
    assert due(start, Term(DAYS, 1)).at == moment("2026-04-26 23:59")
    assert due(start, Term(HOURS, 1)).at.utcoffset() == dt.timedelta(hours=8)


def test_a_start_without_a_zone_and_a_negative_term_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(dt.datetime(2026, 4, 24), Term(HOURS, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        Term(DAYS, -1)
    assert [str(Term(WORKING, 5)), str(Term(HOURS, 24)), str(Term(DAYS, 0))] == [
        "5 個工作天",
        "24 小時",
        "當日",
    ]


def test_a_saturday_of_make_up_work_counts_and_a_closure_of_it_does_not() -> None:
    saturday = dt.date(2025, 2, 8)
    office = Calendar(make_up=frozenset({saturday}), known_years=frozenset({2025}))
    assert office.is_working(saturday)
    assert working_day(saturday - DAY, 1, office) == saturday
    assert working_day(saturday - DAY, 1, office.closing(saturday)) == dt.date(2025, 2, 10)


def test_a_calendar_without_working_days_is_an_error_and_no_endless_loop() -> None:
    first = dt.date(2026, 1, 1)
    with pytest.raises(ValueError, match="without working days"):
        working_day(first, 1, WEEKENDS_ONLY.closing(*(first + i * DAY for i in range(4100))))


def test_unknown_years_and_days_of_ours_are_said() -> None:
    assert due(moment("2026-04-24 09:00"), Term(WORKING, 5), OFFICE).flags == ()
    (flag,) = due(moment("2028-01-03 09:00"), Term(WORKING, 5), OFFICE).flags
    assert flag == "117年的辦公日曆尚未載入，只扣除星期六、日。"
    flags = due(moment("2027-02-03 09:00"), Term(WORKING, 1), OFFICE).flags
    assert [flag.partition("（")[0] for flag in flags] == ["2月9日補假", "2月10日補假"]
    assert all(flag.endswith("待對照公布的辦公日曆表。") for flag in flags)
    assert due(moment("2028-01-03 09:00"), Term(HOURS, 24), OFFICE).flags == ()


starts = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2029, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=TAIPEI, fold=0)
)
days = st.dates(dt.date(2025, 1, 1), dt.date(2030, 12, 31))
closures = st.frozensets(days, max_size=12)
kinds = st.sampled_from(list(TermKind))
lengths = st.integers(0, 60)


@given(starts, lengths, closures)
def test_only_working_days_are_moved_by_closures(
    start: dt.datetime, length: int, closed: frozenset[dt.date]
) -> None:
    for kind in (HOURS, DAYS, MONTHS):
        assert due(start, Term(kind, length), OFFICE) == due(
            start, Term(kind, length), OFFICE.closing(*closed)
        )
        assert not kind.moves_with_closures


@given(starts, st.integers(0, 3000))
def test_hours_are_hours(start: dt.datetime, length: int) -> None:
    found = due(start, Term(HOURS, length)).at
    assert (found - start).total_seconds() == length * 3600
    assert found.utcoffset() == start.utcoffset() == dt.timedelta(hours=8), "Taipei has no summer time"


@given(starts, lengths, closures)
def test_a_working_day_duty_never_ends_on_a_closed_day(
    start: dt.datetime, length: int, closed: frozenset[dt.date]
) -> None:
    office = OFFICE.closing(*closed)
    found = due(start, Term(WORKING, length), office).at
    assert office.is_working(found.date())
    assert found.date() not in closed
    assert found.date().weekday() < 5
    assert found == end_of_day(found.date())


@given(starts, st.integers(1, 60), closures)
def test_so_many_working_days_lie_between(
    start: dt.datetime, length: int, closed: frozenset[dt.date]
) -> None:
    office = OFFICE.closing(*closed)
    first, last = start.date(), due(start, Term(WORKING, length), office).at.date()
    between = (first + i * DAY for i in range(1, (last - first).days + 1))
    assert sum(map(office.is_working, between)) == length


@given(starts, lengths, closures, days)
def test_a_further_closure_never_makes_a_duty_due_earlier(
    start: dt.datetime, length: int, closed: frozenset[dt.date], further: dt.date
) -> None:
    office = OFFICE.closing(*closed)
    before, after = (due(start, Term(WORKING, length), each).at for each in (office, office.closing(further)))
    assert after >= before
    if not start.date() <= further <= before.date():
        assert after == before


@given(starts, st.timedeltas(dt.timedelta(0), dt.timedelta(days=90)), kinds, lengths, closures)
def test_a_later_start_is_never_due_earlier(
    start: dt.datetime, later: dt.timedelta, kind: TermKind, length: int, closed: frozenset[dt.date]
) -> None:
    office, term = OFFICE.closing(*closed), Term(kind, length)
    assert due(start, term, office).at <= due(start + later, term, office).at


@given(starts, kinds, lengths, st.integers(0, 30), closures)
def test_a_longer_term_is_never_due_earlier(
    start: dt.datetime, kind: TermKind, length: int, more: int, closed: frozenset[dt.date]
) -> None:
    office = OFFICE.closing(*closed)
    assert due(start, Term(kind, length), office).at <= due(start, Term(kind, length + more), office).at


@given(starts, kinds, lengths, closures)
def test_no_duty_is_due_before_it_starts(
    start: dt.datetime, kind: TermKind, length: int, closed: frozenset[dt.date]
) -> None:
    found = due(start, Term(kind, length), OFFICE.closing(*closed)).at
    assert found.date() >= start.date()
    # Started in the last minute of a day, a term of no days ends within that minute.
    assert found >= start or found.time() == dt.time(23, 59)


@given(days, st.integers(0, 240))
def test_months_keep_the_day_or_take_the_last(day: dt.date, months: int) -> None:
    found = months_later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + DAY).day == 1)
