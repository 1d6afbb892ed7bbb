"""After a matching that merges persons, reports and cases say whom their records are about now."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from anwang.people.linkage.running import run_linkage
from anwang.people.registry.following import follow_all
from anwang.people.registry.models import HouseholdMembership, SourceRecord
from anwang.platform.context import SYSTEM, acting
from anwang.services.cases.models import CaseMember
from anwang.services.cases.new_reports import new_reports
from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.queries import cases_of_household
from anwang.services.cases.vocabulary import CaseRole
from anwang.services.intake.actions import submit_report
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.report_form import PersonForm
from anwang.services.intake.screening import surroundings
from tests.county import context, establish
from tests.families import Made, settle
from tests.flows.intake.typed import REPORTER, form

from .made import WORKER, days, fresh, open_case

pytestmark = pytest.mark.django_db
KNOWN = {"name": "陳建宏", "id_number": "A123456789", "birth": "70/5/12", "phone": "0912-345-678"}


@pytest.fixture
def made() -> Made:
    establish()
    return settle()


def reported(**person: Any) -> Report:
    now = timezone.now()
    by = context("intake", timezone.localdate(now))
    given = form(received_at=now, happened="")
    return submit_report(
        form=given, persons=[PersonForm(**person)], reporter=REPORTER, by=by, by_name="許派案", now=now
    )


def test_a_person_whom_nobody_recognised_is_followed_when_the_matching_does(made: Made) -> None:
    case = open_case(
        now=timezone.now() - days(1), members=(NewMember(CaseRole.CLIENT, sex="男", **KNOWN),)
    )  # fmt: skip
    report = reported(**KNOWN)
    with acting(SYSTEM):
        before = ReportPerson.objects.get(report=report)
        assert len({before.person_id, case.client_id, made.persons["建宏"]}) == 3, "three numbers for one man"
    with acting(context(WORKER)):
        assert new_reports(fresh(case)) == []
    run_linkage(by=SYSTEM, by_name="測試", now=timezone.now())
    with acting(SYSTEM):
        person = ReportPerson.objects.get(report=report)
        whom = SourceRecord.objects.get(pk=person.record_id).person_id
        home = HouseholdMembership.objects.get(person_id=whom, until_on__isnull=True).household_id
        member = CaseMember.objects.get(case=case)
        assert (person.person_id, person.household_id) == (whom, home)
        assert (member.person_id, fresh(case).client_id, fresh(case).household_id) == (whom, whom, home)
        assert before.person_id != whom
        assert surroundings({report.pk: [person]})[report.pk] >= 3, "the units that serve his family are seen"
    with acting(context(WORKER)):
        assert [each.report_id for each in new_reports(fresh(case))] == [report.pk]
        assert [each.pk for each in cases_of_household(home)] == [case.pk]
    assert follow_all() == {"cases": 0, "intake": 0}, "followed once, nothing is left to do"


def test_two_open_cases_of_one_person_in_one_unit_stop_no_matching(made: Made) -> None:
    """Opened under two numbers by mistake: the older keeps the person, the younger its old number; both are found."""
    first = open_case(
        now=timezone.now() - days(2), members=(NewMember(CaseRole.CLIENT, sex="男", **KNOWN),)
    )  # fmt: skip
    second = open_case(now=timezone.now() - days(1), members=(NewMember(CaseRole.CLIENT, **KNOWN),))
    assert first.client_id != second.client_id
    run_linkage(by=SYSTEM, by_name="測試", now=timezone.now())
    with acting(SYSTEM):
        members = {row.case_id: row.person_id for row in CaseMember.objects.all()}
        assert members[first.pk] == members[second.pk] == fresh(first).client_id
        assert fresh(second).client_id == second.client_id
        assert fresh(first).household_id == fresh(second).household_id


def test_cases_whose_persons_take_each_others_numbers_stop_no_matching(made: Made) -> None:
    """A number goes to the case only when no other open one of the unit and programme holds it; all others follow."""
    first = open_case(now=timezone.now() - days(3), members=(NewMember(CaseRole.CLIENT, sex="男", **KNOWN),))
    other = {"name": "林怡君", "id_number": "A223456781", "birth": "75/1/2", "phone": "0922-222-222"}
    second = open_case(now=timezone.now() - days(2), members=(NewMember(CaseRole.CLIENT, sex="女", **other),))
    third = {"name": "吳大明", "id_number": "A123456770", "birth": "60/3/4", "phone": "0933-333-333"}
    last = open_case(now=timezone.now() - days(1), members=(NewMember(CaseRole.CLIENT, sex="男", **third),))
    one, two, three = first.client_id, second.client_id, last.client_id
    assert len({one, two, three}) == 3
    with acting(SYSTEM):
        records = {row.case_id: row.record_id for row in CaseMember.objects.all()}
        free = made.persons["建宏"]
        for case, person in ((first, two), (second, three), (last, free)):
            SourceRecord.objects.filter(pk=records[case.pk]).update(person_id=person)
    follow_all()
    assert [fresh(each).client_id for each in (first, second, last)] == [two, three, free], (
        "one after the other"
    )
    with acting(SYSTEM):
        SourceRecord.objects.filter(pk=records[first.pk]).update(person_id=three)
        SourceRecord.objects.filter(pk=records[second.pk]).update(person_id=two)
    follow_all()
    assert [fresh(each).client_id for each in (first, second)] == [two, three], "each holds the other's"
    assert follow_all()["cases"] == 0


def test_nothing_else_of_a_member_can_be_changed(made: Made) -> None:
    case = open_case(now=timezone.now() - days(1))
    with acting(SYSTEM), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        CaseMember.objects.filter(case=case).update(name="別人")
    with acting(context(WORKER)):
        assert CaseMember.objects.filter(case=case).update(person_id=None) == 0
