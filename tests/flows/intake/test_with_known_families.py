"""Reports that name persons whom the county knows: their homes today, two desks at once, a person who is none."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections, transaction

from anwang.people.registry.models import HouseholdMembership, ViewGrant
from anwang.platform.context import SYSTEM, acting
from anwang.services.intake import keeping_persons
from anwang.services.intake.actions import ReportError, add_to_report, decide_match, submit_report
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.report_form import PersonForm
from tests.county import context, establish
from tests.families import Made, settle

from .typed import CHILD, NOW, REPORTER, form

pytestmark = pytest.mark.django_db
CHEN, LIN = PersonForm(name="陳建宏", birth="70/5/12"), PersonForm(name="林臺怡", birth="79/7/7")


def submit(*persons: PersonForm) -> Report:
    by = context("intake")
    return submit_report(form=form(), persons=persons, reporter=REPORTER, by=by, by_name="許派案", now=NOW)


@pytest.fixture
def made() -> Made:
    establish()
    return settle()


def test_who_is_added_joins_the_home_that_the_child_has_now(made: Made) -> None:
    """A matching after the report moved the child to another household; the report's own copy is of before."""
    report = submit(CHILD)
    with acting(SYSTEM):
        child = ReportPerson.objects.get(report=report)
        home = made.households["chen"]
        HouseholdMembership.objects.filter(person_id=child.person_id).update(household_id=home)
        ViewGrant.objects.create(
            unit_id=report.unit_id, household_id=home, kind=ViewGrant.Kind.OWN_SERVICE, granted_at=NOW
        )
    sister = PersonForm(role="family", relation="妹妹", name="林小美", birth="110/1/3")
    by = context("intake")
    add_to_report(report_id=report.pk, persons=[sister], by=by, by_name="許派案", now=NOW)
    with acting(SYSTEM):
        assert ReportPerson.objects.get(report=report, number=2).household_id == home


def test_a_person_who_is_none_is_said_and_not_a_fault(made: Made) -> None:
    with pytest.raises(ReportError) as refused:
        submit(replace(CHILD, person_id=999_999_999))
    assert list(refused.value.problems) == ["person-1-name"]
    report = submit(CHILD)
    with pytest.raises(ReportError):
        decide_match(
            report_id=report.pk, number=1, person_id=999_999_999, by=context("intake"), by_name="x", now=NOW
        )


@pytest.mark.django_db(transaction=True)
def test_two_reports_on_two_families_in_another_order_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    establish()
    made = settle()
    chen = replace(CHEN, person_id=made.persons["建宏"])
    lin = replace(LIN, person_id=made.persons["怡君"])
    first, kept = threading.Barrier(2), []
    keep = keeping_persons.keep_person
    begun = threading.local()

    def keep_and_wait(**given: Any) -> Any:
        found = keep(**given)
        if not getattr(begun, "yes", False):
            begun.yes = True
            with contextlib.suppress(threading.BrokenBarrierError):  # the other waits for this one: as good
                first.wait(timeout=2)
        return found

    monkeypatch.setattr(keeping_persons, "keep_person", keep_and_wait)

    def report(*persons: PersonForm) -> None:
        try:
            with transaction.atomic():
                kept.append(submit(*persons).pk)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=report, args=(chen, replace(lin, role="other"))),
        threading.Thread(target=report, args=(replace(lin, role="subject"), replace(chen, role="other"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(set(kept)) == 2
