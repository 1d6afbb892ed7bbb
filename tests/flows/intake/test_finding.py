"""Reports found again: the list, its figures, numbers, and the history of each person."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.people.registry.models import SourceRecord, Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.services.intake.history import histories_of, history_of, service_label
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.queries import (
    ReportFilter,
    figures,
    report_number,
    reports_page,
)
from anwang.services.intake.report_form import PersonForm
from anwang.standard.codes import SOURCES
from tests.county import context, establish

from .submitted import submit
from .typed import NOW, form

pytestmark = pytest.mark.django_db
EVERYTHING = ReportFilter()


@pytest.fixture(autouse=True)
def _county() -> None:
    establish()


def test_the_list_has_running_clocks_first():
    late = submit(form=form(received_at=NOW - dt.timedelta(hours=20)))
    handled = submit()
    fresh = submit("police", persons=[PersonForm(name="吳大同", phone="0933111222")])
    with acting(SYSTEM):
        Report.objects.filter(pk=handled.pk).update(state="accepted", handled_at=NOW)

    def shown(wanted: ReportFilter = EVERYTHING, username: str = "intake", **page: int) -> list[int]:
        with acting(context(username)):
            _, lines = reports_page(
                wanted, desk=username == "intake", limit=page.get("limit", 10), offset=page.get("offset", 0)
            )
            return [line.report.pk for line in lines]

    assert shown() == [late.pk, fresh.pk, handled.pk]
    assert shown(limit=2) == [late.pk, fresh.pk]
    assert shown(limit=2, offset=2) == [handled.pk]
    assert shown(limit=2, offset=1) == [fresh.pk, handled.pk]
    assert shown(ReportFilter(is_open=True)) == [late.pk, fresh.pk]
    assert shown(ReportFilter(state="accepted")) == [handled.pk]
    assert shown(ReportFilter(text="吳大同")) == [fresh.pk]
    assert shown(ReportFilter(text="0933111222")) == [fresh.pk]
    assert shown(ReportFilter(text=late.number)) == [late.pk]
    assert shown(ReportFilter(text="查無此人")) == []
    assert shown(ReportFilter(township="蘇澳鎮")) == []
    assert shown(ReportFilter(re_reports=True)) == []
    assert shown(ReportFilter(from_on=NOW.date(), until_on=NOW.date())) == [late.pk, fresh.pk, handled.pk]
    assert shown(ReportFilter(until_on=NOW.date() - dt.timedelta(days=1))) == []
    assert shown(username="police") == [fresh.pk]
    assert shown(username="health") == []
    with acting(context("intake")):
        told = figures(unit_id=context("intake").unit_id or 0, now=NOW + dt.timedelta(hours=4))
        assert (told.running, told.overdue, told.within_hour, told.within_eight) == (2, 0, 1, 0)
        assert told.share == pytest.approx(0.25)
        later = figures(unit_id=context("intake").unit_id or 0, now=NOW + dt.timedelta(days=90))
        assert (later.overdue, later.share) == (2, None)


def test_numbers_of_reports():
    assert report_number(" R-0000123 ") == 123
    assert report_number("r123") == 123
    assert report_number("林小安") is None


def test_histories_are_each_persons_own():
    first = submit()
    with acting(SYSTEM):
        child, mother = (
            ReportPerson.objects.get(report=first, number=number).person_id or 0 for number in (1, 2)
        )
        Touchpoint.objects.create(
            person_id=mother, agency_id=first.unit.agency_id, unit=first.unit, programme="emergency_relief",
            opened_on=dt.date(2026, 1, 1),
        )  # fmt: skip
        stranger = SourceRecord.objects.count() + 1000
    each = histories_of([child, stranger], before=NOW)
    assert [(report.report_id, report.same_person) for report in each[child].reports] == [(first.pk, True)]
    assert [(service.label, service.same_person) for service in each[child].services] == [
        ("急難紓困申請", False)
    ]
    assert each[stranger].reports == ()
    both = history_of([child, mother], before=NOW)
    assert [service.same_person for service in both.services] == [True]
    assert history_of([child], before=NOW, besides=first.pk).reports == ()
    assert history_of([], before=NOW).reports == ()
    assert service_label("something_new") == "something_new"
    assert service_label("something_new", "新方案") == "新方案"
    assert all(service_label(source) for source in SOURCES)
