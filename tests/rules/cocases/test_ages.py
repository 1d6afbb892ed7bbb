from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.network.cocases.ages import age, bounds_of, is_adult, is_under_six, reaches, under
from anwang.network.cocases.facts import BirthBounds, Member, RelationTo, Service
from anwang.policy import standard
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import PartialDate, Period

ON = dt.date(2026, 3, 1)
DATES = st.dates(dt.date(1930, 1, 1), dt.date(2030, 12, 31))
YEARS = st.integers(1, 70)


def born(day: dt.date) -> BirthBounds:
    return BirthBounds(day, day, True, "名冊")


def on_roster(roster: RosterCode) -> tuple[Service, ...]:
    return (Service(roster.agency, roster, Period(2026, 3), ("r",)),)


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (dt.date(2020, 3, 31), dt.date(2026, 3, 30), 5),
        (dt.date(2020, 3, 31), dt.date(2026, 3, 31), 6),  # turns six on the last day of the month
        (dt.date(2020, 2, 29), dt.date(2026, 2, 28), 5),
        (dt.date(2020, 2, 29), dt.date(2026, 3, 1), 6),
        (dt.date(2020, 2, 29), dt.date(2024, 2, 29), 4),
        (dt.date(2020, 2, 28), dt.date(2026, 2, 28), 6),
        (dt.date(2020, 3, 1), dt.date(2026, 2, 28), 5),
    ],
)
def test_age_on_the_days_that_matter(birth: dt.date, on: dt.date, years: int) -> None:
    assert age(birth, on) == years
    judged = under(born(birth), 6, on)
    assert judged.certain
    assert judged.answer is (years < 6)


@given(DATES, YEARS)
def test_age_changes_on_exactly_one_day(birth: dt.date, years: int) -> None:
    day = reaches(birth, years)
    assert age(birth, day) == years
    assert age(birth, day - dt.timedelta(days=1)) == years - 1


@given(DATES, DATES, YEARS)
def test_under_agrees_with_age_for_a_known_birth(birth: dt.date, on: dt.date, years: int) -> None:
    assert under(born(birth), years, on).answer is (birth > on or age(birth, on) < years)


@given(st.integers(1950, 2025), DATES, YEARS)
def test_year_alone_is_decided_by_the_larger_share_of_its_days(year: int, on: dt.date, years: int) -> None:
    bounds = bounds_of(PartialDate(str(year), year), "名冊")
    assert bounds is not None
    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(days=n) for n in range(366 if calendar.isleap(year) else 365)]
    young = sum(reaches(day, years) > on for day in days)
    judged = under(bounds, years, on)
    assert judged.answer is (young * 2 >= len(days))
    assert judged.certain is (young in (0, len(days)))


def test_bounds_of_what_rosters_write() -> None:
    def span(*parts: int | None) -> tuple[dt.date | None, dt.date | None]:
        bounds = bounds_of(PartialDate("x", *parts), "名冊")
        assert bounds is not None
        assert bounds.stated
        return bounds.earliest, bounds.latest

    assert span(2020, 5, 9) == (dt.date(2020, 5, 9), dt.date(2020, 5, 9))
    assert span(2020, 2) == (dt.date(2020, 2, 1), dt.date(2020, 2, 29))
    assert span(2020, 12) == (dt.date(2020, 12, 1), dt.date(2020, 12, 31))
    assert span(2020) == (dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    # 1 January is how offices fill in a year alone
    assert span(2020, 1, 1) == (dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    assert bounds_of(None, "名冊") is None
    assert bounds_of(PartialDate("不詳"), "名冊") is None


def test_open_bounds() -> None:
    assert under(None, 6, ON).answer is None
    assert under(BirthBounds(dt.date(2022, 1, 1), None, False, "稱謂"), 6, ON).answer is True
    assert under(BirthBounds(None, dt.date(2008, 1, 1), False, "稱謂"), 18, ON).answer is False
    assert under(BirthBounds(None, dt.date(2022, 1, 1), False, "稱謂"), 6, ON).answer is None
    assert under(BirthBounds(None, None, False, "稱謂"), 6, ON).answer is None


def test_year_alone_on_the_29th_of_february() -> None:
    """On 29 February 2024 those born until 28 February 2018 are six; the larger share of that year is not."""
    judged = under(bounds_of(PartialDate("2018", 2018), "名冊"), 6, dt.date(2024, 2, 29))
    assert (judged.answer, judged.certain) == (True, False)
    march = BirthBounds(dt.date(2018, 2, 28), dt.date(2018, 3, 1), True, "名冊")
    assert under(march, 6, dt.date(2024, 2, 29)).answer is True
    assert under(march, 6, dt.date(2024, 3, 1)).answer is False


def test_inferred_bounds_are_never_certain() -> None:
    young = under(BirthBounds(dt.date(2022, 1, 1), dt.date(2023, 1, 1), False, "稱謂"), 6, ON)
    assert (young.answer, young.certain) == (True, False)
    old = under(BirthBounds(dt.date(1980, 1, 1), dt.date(1990, 1, 1), False, "稱謂"), 6, ON)
    assert (old.answer, old.certain) == (False, False)


def test_outreach_roster_tips_an_unsure_birth_but_not_a_sure_one() -> None:
    outreach = on_roster(RosterCode.CHILD_OUTREACH)
    policy = standard()
    assert is_under_six(Member("c", services=outreach), policy, ON).answer is True
    year = bounds_of(PartialDate("2020", 2020), "名冊")
    late = dt.date(2026, 12, 1)
    assert is_under_six(Member("c", birth=year), policy, late).answer is False
    assert is_under_six(Member("c", birth=year, services=outreach), policy, late).answer is True
    assert (
        is_under_six(Member("c", birth=born(dt.date(2020, 2, 1)), services=outreach), policy, ON).answer
        is False
    )


@pytest.mark.parametrize(
    ("member", "answer", "certain", "basis"),
    [
        (Member("m", birth=born(dt.date(2008, 3, 1))), True, True, "名冊"),
        (Member("m", birth=born(dt.date(2008, 3, 2))), False, True, "名冊"),
        (Member("m", relation=Relation.SELF, relation_raw="戶長"), True, False, "戶內稱謂「戶長」"),
        (Member("m", relation=Relation.PARENT), True, False, "戶內稱謂「尊長或配偶」"),
        (
            Member("m", relation=Relation.SPOUSE, relation_to=RelationTo.CLIENT, relation_raw="配偶"),
            True,
            False,
            "與案主關係「配偶」",
        ),
        # the client of a case may be a child, so 本人 alone infers nothing
        (
            Member("m", relation=Relation.SELF, relation_to=RelationTo.CLIENT),
            True,
            False,
            "名冊上沒有未成年的跡象",
        ),
        (
            Member(
                "m",
                relation=Relation.SELF,
                relation_to=RelationTo.CLIENT,
                services=on_roster(RosterCode.SCHOOL_DROPOUT),
            ),
            False,
            False,
            "列於中輟及輔導學生名冊",
        ),
        (
            Member("m", services=on_roster(RosterCode.CHILD_OUTREACH)),
            False,
            False,
            "列於六歲以下弱勢兒童主動關懷名冊",
        ),
        (
            Member("m", relation=Relation.CHILD, services=on_roster(RosterCode.EMPLOYMENT)),
            True,
            False,
            "列於弱勢失業者推介就業名冊",
        ),
        (Member("m", relation=Relation.CHILD, relation_raw="長男"), False, False, "稱謂「長男」"),
        (Member("m", relation=Relation.GRANDCHILD), False, False, "稱謂「子女」"),
        (Member("m", relation=Relation.SIBLING), True, False, "名冊上沒有未成年的跡象"),
    ],
)
def test_adult_by_birth_then_relation_then_roster(
    member: Member, answer: bool, certain: bool, basis: str
) -> None:
    judged = is_adult(member, standard(), ON)
    assert (judged.answer, judged.certain, judged.basis) == (answer, certain, basis)


def test_adult_age_is_the_one_in_force() -> None:
    nineteen = Member("m", birth=born(dt.date(2003, 1, 1)))
    assert is_adult(nineteen, standard(), dt.date(2022, 12, 31)).answer is False
    assert is_adult(nineteen, standard(), dt.date(2023, 1, 1)).answer is True
