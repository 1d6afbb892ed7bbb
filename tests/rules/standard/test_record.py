import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.codes import AgencyCode, RosterCode, Sex
from anwang.standard.record import Address, PartialDate, Period, PersonName

months = st.builds(Period, st.integers(1912, 2199), st.integers(1, 12))


@given(months)
def test_a_month_is_printed_and_read_back(period):
    assert Period.parse(period.roc) == period
    assert Period.parse(f"{period.year}-{period.month:02d}") == period


@given(months)
def test_months_follow_one_another(period):
    assert period.next().previous() == period
    assert period.next() > period
    assert period.last_day + dt.timedelta(days=1) == period.next().first_day


@pytest.mark.parametrize("text", ["", "115", "115-13", "115-0", "abc", "115-3-1", "9999-01"])
def test_not_a_month(text):
    with pytest.raises(ValueError):  # noqa: PT011 - int() speaks in its own words
        Period.parse(text)


def test_a_partial_date_has_a_date_only_when_it_is_whole():
    assert PartialDate("", 1989, 3, 2).date == dt.date(1989, 3, 2)
    assert PartialDate("", 1989, 3).date is None
    assert PartialDate("", 1989).is_known
    assert not PartialDate("", None, 3, 2).is_known


def test_masks_and_doors():
    assert PersonName("陳X明", "陳○明").is_masked
    assert not PersonName("陳小明", "陳小明").is_masked
    home = Address("", township="宜蘭市", road="中山路", section="2", number="3", floor="4")
    assert home.door == ("宜蘭市", "中山路", "2", "", "", "3")


def test_every_code_has_a_label_and_every_roster_an_agency():
    assert [sex.label for sex in Sex] == ["男", "女"]
    assert len({agency.label for agency in AgencyCode}) == len(AgencyCode)
    assert len({roster.label for roster in RosterCode}) == len(RosterCode)
    assert {roster.agency for roster in RosterCode} == set(AgencyCode)
    assert [roster for roster in RosterCode if not roster.is_service] == [RosterCode.HOUSEHOLD_REGISTER]
