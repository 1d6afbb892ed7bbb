"""Leave to open a household by a list: it ends by itself, is put off by the next month's list, and by nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from anwang.network.cocases.actions import make_lists, send_list
from anwang.network.cocases.models import ListSending
from anwang.people.registry.household_queries import household_view
from anwang.people.registry.models import Household, HouseholdMembership, ViewGrant
from anwang.people.registry.search_queries import own_households
from anwang.platform.context import SYSTEM, acting
from anwang.standard.record import Period
from tests.county import context, establish

from .month import APRIL, HOMES, MARCH, PEOPLE, Registry, moment, renumbered
from .office import make, officer, send, sending_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("leave_runs_out")]


@pytest.fixture
def registry() -> Registry:
    establish("lists", "police", "luodong.supervisor")
    return Registry()


def until(registry: Registry, home: str, username: str = "police") -> dt.date | None:
    with acting(SYSTEM):
        found = ViewGrant.objects.get(
            unit_id=context(username).unit_id, household_id=registry.households[home], kind="received_list"
        )
    return found.until_on


def test_leave_ends_days_after_the_month_or_the_sending(registry: Registry) -> None:
    registry.load(MARCH, PEOPLE, HOMES)
    make(5)
    send("police_office", "missing_child", 6)
    assert until(registry, "吳家") == dt.date(2026, 6, 5)  # sixty days after 6 April
    before = until(registry, "吳家")
    make(20)  # made again, it is put off by nothing
    assert until(registry, "吳家") == before


def test_the_next_months_list_puts_it_off_and_a_withdrawal_back(registry: Registry) -> None:
    registry.load(MARCH, PEOPLE, HOMES)
    make(5)
    send("police_office", "missing_child", 6)
    registry.load(APRIL, renumbered(PEOPLE, "4"), HOMES)
    make(20, APRIL)
    with acting(officer()):
        number = sending_to("police_office", "missing_child", APRIL)
        send_list(sending_id=number, by=officer(), by_name="林承辦", now=moment(21))
    assert until(registry, "吳家") == dt.date(2026, 6, 29)  # sixty days after the end of April
    registry.load(APRIL, [row for row in renumbered(PEOPLE, "4") if row.person != "吳小平"], HOMES)
    make(22, APRIL)
    assert until(registry, "吳家") == dt.date(2026, 6, 5)


def test_by_the_databases_own_day_it_opens_and_then_no_more(registry: Registry) -> None:
    today = timezone.localdate()
    period = Period(today.year, today.month).previous()
    registry.load(period, PEOPLE, HOMES)
    make_lists(period=period, by=officer(), by_name="林承辦", now=timezone.now())
    with acting(officer()):
        sending = ListSending.objects.get(unit__code="police_office", list_code="missing_child")
        send_list(sending_id=sending.pk, by=officer(), by_name="林承辦", now=timezone.now())
    home, police = registry.households["吳家"], context("police")
    assert until(registry, "吳家") == today + dt.timedelta(days=60)
    with acting(police):
        assert household_view(home) is not None
        assert own_households()[0] == 1
    with acting(SYSTEM):  # the last day
        ViewGrant.objects.update(until_on=today)
    with acting(police):
        assert household_view(home) is not None
    with acting(SYSTEM):  # sixty-one days later
        ViewGrant.objects.update(until_on=today - dt.timedelta(days=1))
    with acting(police):
        assert household_view(home) is None
        assert own_households()[0] == 0
        assert not Household.objects.exists()
        assert not HouseholdMembership.objects.exists()


def test_no_leave_but_own_service_is_without_an_end(registry: Registry) -> None:
    registry.load(MARCH, PEOPLE, HOMES)
    make(5)
    send("police_office", "missing_child", 6)
    with acting(SYSTEM), pytest.raises(IntegrityError, match="grant_ends"), transaction.atomic():
        ViewGrant.objects.update(until_on=None)
