"""Stating a purpose: what it opens, for how long, how often, and what the log keeps."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from anwang.people.registry.household_queries import household_view, person_view
from anwang.people.registry.models import Person, SourceRecord, ViewGrant
from anwang.people.registry.purposes import PurposeNotAccepted, state_purpose, statements_left
from anwang.people.registry.rules import STATEMENTS_A_DAY
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from tests import county
from tests.families import Made, settle

pytestmark = pytest.mark.django_db
REASON = "轉入個案，確認是否已有單位服務並聯絡"


@pytest.fixture
def made() -> Made:
    county.establish("jiaoxi.worker", "luodong.worker", "yilan.worker")
    return settle()


def state(
    household_id: int, reason: str = REASON, basis: str = "duty", now: dt.datetime | None = None
) -> bool:
    by = county.context("jiaoxi.worker")
    with acting(by):
        return state_purpose(
            household_id=household_id,
            basis=basis,
            reason=reason,
            by=by,
            by_name="王社工",
            now=now or timezone.now(),
        )


def test_it_opens_existence_and_contact_and_no_record(made: Made) -> None:
    number = made.households["chen"]
    with acting(county.context("jiaoxi.worker")):
        assert household_view(number) is None
    assert state(number)
    with acting(county.context("jiaoxi.worker")):
        view = household_view(number)
        assert view is not None
        assert (len(view.members), len(view.known), len(view.presences)) == (5, 0, 3)
        assert SourceRecord.objects.count() == 0
    with acting(SYSTEM):
        row = AuditEntry.objects.get(action="stated_purpose")
    assert (row.subject_id, row.purpose) == (str(number), f"執行法定職務必要範圍內：{REASON}")


def test_a_merged_number_leads_a_worker_to_the_person_that_it_went_into(made: Made) -> None:
    stands = made.persons["建宏"]
    with acting(SYSTEM):
        merged = Person.objects.create(created_at=timezone.now(), merged_into_id=stands)
        other = Person.objects.create(created_at=timezone.now(), merged_into_id=made.persons["阿公"])
    with acting(county.context("luodong.worker")):
        found = person_view(merged.pk)
        assert found is not None
        assert found[0].person.pk == stands
        assert person_view(other.pk) is None  # in the household, but no record of ours
    with acting(county.context("yilan.worker")):
        assert person_view(merged.pk) is None


def test_it_ends_and_can_be_renewed(made: Made) -> None:
    number = made.households["chen"]
    state(number, now=timezone.now() - dt.timedelta(days=40))
    with acting(county.context("jiaoxi.worker")):
        assert household_view(number) is None
    assert state(number)
    with acting(county.context("jiaoxi.worker")):
        assert household_view(number) is not None
        assert ViewGrant.objects.filter(kind="stated_purpose").count() == 1


def test_a_household_that_does_not_exist_opens_nothing_and_is_kept_as_refused(made: Made) -> None:
    assert not state(987_654)
    with acting(SYSTEM):
        assert not ViewGrant.objects.filter(household_id=987_654).exists()
        assert AuditEntry.objects.get(action="refused").subject_id == "987654"


@pytest.mark.parametrize(("reason", "basis"), [("短", "duty"), (REASON, ""), (REASON, "because")])
def test_a_poor_statement_opens_nothing(made: Made, reason: str, basis: str) -> None:
    with pytest.raises(PurposeNotAccepted):
        state(made.households["chen"], reason, basis)
    with acting(SYSTEM):
        assert not ViewGrant.objects.filter(kind="stated_purpose").exists()


def test_nobody_walks_through_the_numbers(made: Made) -> None:
    now, by = timezone.now(), county.context("jiaoxi.worker")
    with acting(SYSTEM):
        from anwang.people.registry.matched import new_identifiers

        numbers = new_identifiers("registry_household", STATEMENTS_A_DAY + 1, now)
    for number in numbers[:-1]:
        assert state(number, now=now)
    with acting(by):
        assert statements_left(member_id=by.member_id or 0, now=now) == 0
    with pytest.raises(PurposeNotAccepted):
        state(numbers[-1], now=now)
