"""A report comes in: whole, once, with its clock; who may send one, and who reads it afterwards."""

from __future__ import annotations

import datetime as dt
import io
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from anwang.agencies.models import Unit
from anwang.people.linkage.searching import search
from anwang.people.registry.models import HouseholdMembership, SourceRecord, Touchpoint
from anwang.platform.attachments import checked_attachment
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.models import AuditEntry, Deadline, Decision
from anwang.services.intake import submitting
from anwang.services.intake.actions import AlreadySubmitted, ReportError, submit_report
from anwang.services.intake.models import (
    Report,
    ReportAttachment,
    Reporter,
    ReportPerson,
    ReportReader,
    Screening,
)
from anwang.services.intake.report_form import PersonForm, ReporterForm
from tests.county import context, establish

from .typed import CHILD, MOTHER, NOW, REPORTER, STORY, form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county() -> None:
    establish()


def submit(username: str = "intake", /, **values: object) -> Report:
    given: dict[str, object] = {
        "form": form(),
        "persons": [CHILD, MOTHER],
        "reporter": REPORTER,
        "client_key": None,
        "by": context(username),
        "by_name": username,
        "now": NOW,
    }
    return submit_report(**{**given, **values})  # type: ignore[arg-type]


def counts() -> dict[str, int]:
    with acting(SYSTEM):
        return {
            model.__name__: model._default_manager.count()
            for model in (Report, ReportPerson, Reporter, SourceRecord, Deadline, Decision, AuditEntry)
        }


def test_a_report_is_kept_with_all_that_belongs_to_it():
    file = checked_attachment("傷勢.txt", io.BytesIO("左臂瘀傷三處".encode()))
    report = submit(attachments=[file])
    with acting(SYSTEM):
        assert (report.state, report.unit.code, report.entered_by_name) == ("received", "intake", "intake")
        assert report.due_at == report.received_at + dt.timedelta(hours=24)
        child, mother = ReportPerson.objects.filter(report=report).order_by("number")
        assert (child.injuries, mother.relation) == ("手臂瘀傷", "母親")
        assert child.household_id == mother.household_id is not None
        evidence = HouseholdMembership.objects.get(person_id=mother.person_id).evidence[0]
        assert evidence["text"] == "通報所述的同住家人"
        assert b"\xe7\x8e\x8b" not in bytes(Reporter.objects.get(report=report).sealed)  # 王
        duty = Deadline.objects.get(subject_kind="report", subject_id=str(report.pk))
        assert (duty.due_at, duty.unit_id, duty.rule_id) == (report.due_at, report.unit_id, "intake.handle")
        assert "林" not in duty.label + duty.subject_label
        assert duty.url == f"/dispatch/{report.pk}/"
        assert Decision.objects.get(subject_kind="report", subject_id=str(report.pk)).outcome == "first"
        assert ReportAttachment.objects.get(report=report).name == "傷勢.txt"
        written = AuditEntry.objects.filter(action="entered_report").values_list("subject_kind", flat=True)
        assert sorted(written) == ["person", "person", "report"]
        assert not Touchpoint.objects.exclude(programme="intake_report").exists()
    with acting(context("intake")):
        assert {hit.person_id for hit in search("林小安", today=NOW.date())} == {child.person_id}


def test_a_person_whom_nothing_identifies_stays_in_the_report():
    report = submit(persons=[CHILD, PersonForm(role="other", note="戴眼鏡、約40歲的男子")])
    with acting(SYSTEM):
        unknown = ReportPerson.objects.get(report=report, number=2)
        assert (unknown.record_id, unknown.person_id) == (None, None)
        assert SourceRecord.objects.count() == 1


def test_rows_that_were_left_empty_are_nobody():
    report = submit(persons=[PersonForm(), CHILD, PersonForm()])
    with acting(SYSTEM):
        assert list(ReportPerson.objects.filter(report=report).values_list("number", flat=True)) == [1]


def test_forty_children_are_no_household():
    children = [PersonForm(name=f"林{chr(0x4E00 + n)}安", birth="110/5/1") for n in range(40)]
    report = submit(persons=children)
    with acting(SYSTEM):
        homes = ReportPerson.objects.filter(report=report).values_list("household_id", flat=True)
        assert len(homes) == len(set(homes)) == 40


def test_the_clock_runs_from_the_receipt_through_the_night():
    received = dt.datetime(2026, 4, 25, 22, 0, tzinfo=NOW.tzinfo)
    assert submit(form=form(received_at=received)).due_at == dt.datetime(
        2026, 4, 26, 22, 0, tzinfo=NOW.tzinfo
    )


def test_a_receipt_in_the_future_needs_a_reason_and_gains_no_time():
    later = NOW + dt.timedelta(hours=3)
    with pytest.raises(ReportError) as refused:
        submit(form=form(received_at=later))
    assert "比現在還晚" in refused.value.problems["received_at"]
    report = submit(form=form(received_at=later, late_reason="這台電腦的時鐘慢了"))
    assert report.due_at == NOW + dt.timedelta(hours=24)
    assert report.content["late_reason"] == "這台電腦的時鐘慢了"


def test_a_late_entry_needs_a_reason_and_is_overdue_from_the_start():
    received = NOW - dt.timedelta(hours=30)
    with pytest.raises(ReportError) as refused:
        submit(form=form(received_at=received))
    assert "30 小時前" in refused.value.problems["received_at"]
    assert submit(form=form(received_at=received, late_reason="傳真放在收件匣")).due_at < NOW


@pytest.mark.parametrize("username", ["intake", "intake.supervisor", "luodong.worker", "police", "health"])
def test_these_roles_may_send_one(username):
    assert submit(username).state == "received"


@pytest.mark.parametrize("username", ["luodong.clerk", "lists", "data", "auditor", "admin"])
def test_these_roles_may_not(username):
    before = counts()
    with pytest.raises(PermissionDenied):
        submit(username)
    assert counts() == before


def test_another_unit_reads_what_it_reported_and_no_more():
    report = submit("police")
    with acting(SYSTEM):
        other = submit()
        assert ReportReader.objects.get(report=report).kind == "reported"
        Screening.objects.create(
            report=report, unit=report.unit, suggested="ordinary", urgency="ordinary", at=NOW,
            decision=Decision.objects.first(),
        )  # fmt: skip
    assert report.reporter_unit_id == context("police").unit_id
    with acting(context("police")):
        assert list(Report.objects.values_list("pk", flat=True)) == [report.pk]
        assert ReportPerson.objects.count() == 2
        assert not Screening.objects.exists()
        assert not Reporter.objects.exists()
        assert not Decision.objects.exists()
        assert not SourceRecord.objects.exists()
    with acting(context("health")):
        assert not Report.objects.exists()
        assert not ReportPerson.objects.exists()
    with acting(context("intake")):
        assert set(Report.objects.values_list("pk", flat=True)) == {report.pk, other.pk}


def test_a_client_sees_no_report_of_its_own_unit():
    """Row security asks for the unit; without one nothing is seen."""
    submit()
    with acting(AccessContext(context("intake").actor)):
        assert not Report.objects.exists()


# ---- once, however often -----------------------------------------------------------------------------------------


def test_the_same_form_sent_five_times_is_one_report():
    first = submit(client_key="abc")
    before = counts()
    assert {submit(client_key="abc").pk for _ in range(4)} == {first.pk}
    assert counts() == before


def test_the_back_button_with_other_words_loses_nothing():
    first = submit(client_key="abc")
    with pytest.raises(AlreadySubmitted) as refused:
        submit(client_key="abc", form=form(story=STORY + "剛才又聽見一次。"))
    assert refused.value.report_id == first.pk
    with acting(SYSTEM):
        assert Report.objects.get().story == STORY


def test_a_key_is_the_senders_own():
    assert submit("police", client_key="abc").pk != submit("health", client_key="abc").pk


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_report():
    found: list[int] = []

    def click() -> None:
        try:
            found.append(submit(client_key="abc").pk)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    with acting(SYSTEM):
        assert Report.objects.count() == 1


@pytest.mark.parametrize(
    "broken", ["_write_report", "keep_persons", "_keep_reporter", "_start_clock", "mark_re_report", "note"]
)
def test_what_breaks_in_the_middle_leaves_nothing(monkeypatch, broken):
    before = counts()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(broken)

    monkeypatch.setattr(submitting, broken, fail)
    with pytest.raises(RuntimeError):
        submit(client_key="abc")
    assert counts() == before
    monkeypatch.undo()
    assert submit(client_key="abc").pk


def test_without_an_intake_centre_nothing_is_kept():
    with acting(SYSTEM):
        Unit.objects.filter(kind=Unit.Kind.INTAKE_CENTER).update(kind=Unit.Kind.OFFICE)
    before = counts()
    with pytest.raises(ReportError, match="還沒有設立"):
        submit()
    assert counts() == before


# ---- re-reports --------------------------------------------------------------------------------------------------


def test_the_same_child_reported_again_is_a_re_report():
    first = submit()
    with acting(SYSTEM):
        child = ReportPerson.objects.get(report=first, number=1).person_id
    again = submit(persons=[PersonForm(name="林小安", phone="0912345678", person_id=child)])
    with acting(SYSTEM):
        again.refresh_from_db()
        assert again.re_report_of_id == first.pk
        decision = Decision.objects.get(subject_kind="report", subject_id=str(again.pk))
        assert decision.outcome == "re_report"
        assert first.number in decision.reason
        assert "林" not in str(decision.facts)


def test_a_report_of_somebody_at_home_is_a_re_report_of_the_household():
    first = submit()
    with acting(SYSTEM):
        mother = ReportPerson.objects.get(report=first, number=2).person_id
    again = submit(persons=[PersonForm(name="陳怡君", birth="78/3/2", person_id=mother)])
    other = submit(persons=[PersonForm(name="林小安", id_number="A123456789")])
    with acting(SYSTEM):
        again.refresh_from_db()
        assert again.re_report_of_id == first.pk
        # Nobody has said yet that it is the same child: 比對覆核 or the desk will.
        other.refresh_from_db()
        assert other.re_report_of_id is None


def test_a_number_of_somebody_unlike_them_opens_nothing():
    first = submit()
    with acting(SYSTEM):
        child = ReportPerson.objects.get(report=first, number=1).person_id
    before = counts()
    with pytest.raises(ReportError) as refused:
        submit(persons=[PersonForm(name="吳某", person_id=child)])
    assert "沒有任何相符" in refused.value.problems["person-1-name"]
    with pytest.raises(ReportError):
        submit(persons=[PersonForm(person_id=child)])
    assert counts() == before


def test_who_reports_anonymously_leaves_no_identity():
    report = submit(form=form(reporter_kind="anonymous", mandated_kind="education"), reporter=ReporterForm())
    with acting(SYSTEM):
        assert report.mandated_kind == ""
        assert not Reporter.objects.filter(report=report).exists()
