"""A report afterwards: added to, corrected, read; by whom, in every state; and two people at once."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from anwang.people.registry.models import Touchpoint
from anwang.platform.attachments import checked_attachment
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry, Decision
from anwang.services.intake.actions import (
    ReportConflict,
    ReportError,
    add_to_report,
    correct_report,
    decide_match,
    open_attachment,
    open_report,
    open_reporter,
    take_back_attachment,
    withdraw_person,
)
from anwang.services.intake.models import Report, ReportAttachment, ReportChange, ReportPerson, ReportReader
from anwang.services.intake.process import STOPS_THE_CLOCK, ReportState
from anwang.services.intake.queries import (
    ReportFilter,
    Standpoint,
    report_view,
)
from anwang.services.intake.report_form import PersonForm
from tests.county import context, establish

from .submitted import submit, who
from .typed import CHILD, NOW, REPORTER, form

pytestmark = pytest.mark.django_db
REASON = "通報人來電更正"
EVERYTHING = ReportFilter()


@pytest.fixture(autouse=True)
def _county() -> None:
    establish()


def correct(
    report: Report, changes: dict[str, object], revision: int = 1, username: str = "intake"
) -> Report:
    return correct_report(
        report_id=report.pk,
        revision=revision,
        changes=changes,
        reason=REASON,
        **who(username),  # type: ignore[arg-type]
    )


def changes(report: Report) -> list[tuple[str, object, object, int]]:
    with acting(SYSTEM):
        rows = ReportChange.objects.filter(report=report).order_by("pk")
        return list(rows.values_list("field", "before", "after", "revision"))


# ---- reading it -------------------------------------------------------------------------------------

READS = {"intake", "intake.supervisor", "police", "luodong.worker", "luodong.supervisor", "luodong.clerk"}
EVERYBODY = (
    *sorted(READS), "health", "protection.worker", "yilan.worker", "lists", "data", "auditor", "admin",
)  # fmt: skip


def _in_state(state: ReportState) -> Report:
    """A report by the police that was sent to Luodong, in a state."""
    report = submit("police")
    with acting(SYSTEM):
        Report.objects.filter(pk=report.pk).update(
            state=state, handled_at=NOW if state in STOPS_THE_CLOCK else None
        )
        ReportReader.objects.create(
            report=report, unit_id=context("luodong.worker").unit_id, kind="sent", since=NOW
        )
    return report


@pytest.mark.parametrize("state", list(ReportState))
def test_who_reads_a_report_in_every_state(state):
    """Who does what to it: `tests/security/test_report_deeds.py`."""
    report = _in_state(state)
    for name in EVERYBODY:
        by = context(name)
        with acting(by):
            assert (report_view(report.pk, by) is not None) == (name in READS), name


def test_where_each_unit_stands():
    report = _in_state(ReportState.SENT)
    for name, standpoint in (("intake", "desk"), ("police", "reported"), ("luodong.worker", "sent")):
        by = context(name)
        with acting(by):
            view = report_view(report.pk, by)
        assert view is not None
        assert view.standpoint is Standpoint(standpoint)
        assert view.standpoint.sees_the_work is (name != "police")
        assert (view.decision is not None) == (name == "intake")
        assert not view.is_re_report
    with acting(SYSTEM):
        ReportReader.objects.update(until=NOW)
    with acting(context("luodong.worker")):
        assert report_view(report.pk, context("luodong.worker")) is None


# ---- adding ------------------------------------------------------------------------------------------------------


def test_words_persons_and_files_are_added_and_nothing_is_changed():
    report = submit("police")
    file = checked_attachment("筆錄.txt", io.BytesIO("目擊".encode()))
    add_to_report(
        report_id=report.pk,
        text="父親剛回到家。",
        persons=[PersonForm(role="family", relation="父親", name="林大明")],
        attachments=[file],
        **who("police"),
    )
    with acting(SYSTEM):
        report.refresh_from_db()
        rows = {row.number: row for row in ReportPerson.objects.filter(report=report)}
        assert rows[3].household_id == rows[1].household_id
        assert rows[3].unit_id == report.unit_id
        assert (report.revision, report.story) == (2, form().story)
        assert ReportAttachment.objects.get().added_by_name == "police"
    assert [(field, revision) for field, _, _, revision in changes(report)] == [
        ("addition", 2),
        ("person-3", 2),
    ]


def test_the_same_words_sent_twice_are_added_once():
    report = submit()
    for minute in (0, 1):
        add_to_report(report_id=report.pk, text="父親回家了。", **who(now=NOW + dt.timedelta(minutes=minute)))
    assert len(changes(report)) == 1
    add_to_report(report_id=report.pk, text="父親回家了。", **who(now=NOW + dt.timedelta(hours=1)))
    assert len(changes(report)) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "請寫要補充的內容"),
        ({"text": "長" * 5001}, "5000 個字以內"),
        ({"persons": [PersonForm(name="甲", birth="99/99/99")]}, "讀不出這個日期"),
        ({"persons": [replace(CHILD, name=f"甲{n}") for n in range(59)]}, "已有 2 人"),
    ],
)
def test_what_cannot_be_added_is_said(given, words):
    report = submit()
    with pytest.raises(ReportError, match=words):
        add_to_report(report_id=report.pk, **given, **who())
    assert changes(report) == []


# ---- correcting --------------------------------------------------------------------------------------------------


def test_a_correction_keeps_what_stood_there():
    report = submit()
    corrected = correct(
        report,
        {"place": "校門口", "dangers": ["none"], "happened": "115/4/23", "needs": ["safety", "parenting"]},
    )
    assert (corrected.place, corrected.dangers, corrected.happened_on) == (
        "校門口",
        ["none"],
        dt.date(2026, 4, 23),
    )
    assert corrected.revision == 2
    assert {field: (before, after) for field, before, after, _ in changes(report)} == {
        "place": ("家裡", "校門口"),
        "dangers": (["alleged_present"], ["none"]),
        "happened": ("115/4/24", "115/4/23"),
    }
    assert correct(report, {"place": "校門口"}, 2).revision == 2  # nothing new, nothing written


def test_a_persons_correction_is_a_further_record():
    report = submit()
    correct(report, {"person-1-birth": "107/5/21", "person-1-injuries": "手臂、背部瘀傷"})
    with acting(SYSTEM):
        new = ReportPerson.objects.get(report=report, number=1, withdrawn_at__isnull=True)
        old = new.replaces
        assert old is not None
        assert old.withdrawn_at == NOW
        assert (old.injuries, new.injuries) == ("手臂瘀傷", "手臂、背部瘀傷")
        assert new.person_id == old.person_id
        assert new.record is not None
        assert new.record.replaces_id == old.record_id
        assert Touchpoint.objects.filter(person_id=new.person_id).count() == 1


def test_somebody_else_changed_the_same_field():
    report = submit()
    correct(report, {"place": "校門口"})
    with pytest.raises(ReportConflict) as refused:
        correct(report, {"place": "公園", "township": "五結鄉"}, username="intake.supervisor")
    (conflict,) = refused.value.conflicts
    assert (conflict.field, conflict.theirs, conflict.mine, conflict.by_name) == (
        "place",
        "校門口",
        "公園",
        "intake",
    )
    assert refused.value.revision == 2
    with acting(SYSTEM):
        assert Report.objects.get(pk=report.pk).township == "羅東鎮"
    assert correct(report, {"place": "公園"}, 2, "intake.supervisor").place == "公園"


def test_other_fields_are_merged():
    report = submit()
    correct(report, {"place": "校門口"})
    assert correct(report, {"township": "五結鄉"}, username="intake.supervisor").place == "校門口"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"story": "無"}, "至少 5 個字"),
        ({"state": "accepted"}, "沒有「state」"),
        ({"person-9-name": "誰"}, "已經不在"),
        ({"person-1-birth": "99/99/99"}, "讀不出"),
        ({"person-1-role": "other"}, "請指出"),
        ({"reporter_kind": "mandated", "mandated_kind": ""}, "職務別"),
    ],
)
def test_what_cannot_be_corrected_is_said(wanted, words):
    report = submit()
    with pytest.raises(ReportError, match=words):
        correct(report, wanted)
    assert changes(report) == []


def test_a_correction_says_why():
    report = submit()
    for deed in (
        lambda: correct_report(
            report_id=report.pk, revision=1, changes={"place": "公園"}, reason="改", **who()
        ),
        lambda: withdraw_person(report_id=report.pk, number=2, reason="", **who()),
        lambda: open_reporter(report_id=report.pk, reason="想看", **who()),
    ):
        with acting(context("intake")), pytest.raises(ReportError, match="理由"):
            deed()


def test_what_was_wrong_before_is_not_in_the_way():
    """A report that was kept with a gap may be corrected elsewhere."""
    report = submit()
    with acting(SYSTEM):
        Report.objects.filter(pk=report.pk).update(channel="fax")
    assert correct(report, {"place": "公園"}).place == "公園"


# ---- persons -----------------------------------------------------------------------------------------------------


def test_who_does_not_belong_there_is_taken_out():
    report = submit()
    withdraw_person(report_id=report.pk, number=2, reason=REASON, **who())
    with acting(SYSTEM):
        row = ReportPerson.objects.get(report=report, number=2)
        assert row.withdrawn_at == NOW
        assert Touchpoint.objects.get(person_id=row.person_id).closed_on == NOW.date()
    by = context("intake")
    with acting(by):
        view = report_view(report.pk, by)
    assert view is not None
    assert [line.row.number for line in view.withdrawn] == [2]
    with pytest.raises(ReportError, match="不在"):
        withdraw_person(report_id=report.pk, number=2, reason=REASON, **who())
    with pytest.raises(ReportError, match="至少要有一個人"):
        withdraw_person(report_id=report.pk, number=1, reason=REASON, **who())
    added = add_to_report(report_id=report.pk, persons=[PersonForm(role="family", name="林大明")], **who())
    with acting(SYSTEM):  # a number is not used again: the earlier record is another person's
        assert ReportPerson.objects.filter(report=added, number=3).exists()


def test_whom_somebody_is_may_be_said_later():
    first, again = submit(), submit()
    with acting(SYSTEM):
        known = ReportPerson.objects.get(report=first, number=1).person_id
    decide_match(report_id=again.pk, number=1, person_id=known, **who())
    with acting(SYSTEM):
        row = ReportPerson.objects.get(report=again, number=1, withdrawn_at__isnull=True)
        assert row.person_id == known
        again.refresh_from_db()
        assert again.re_report_of_id == first.pk
        assert [d.outcome for d in Decision.objects.filter(subject_id=str(again.pk)).order_by("pk")] == [
            "first",
            "re_report",
        ]
    decide_match(report_id=again.pk, number=1, person_id=None, **who(now=NOW + dt.timedelta(minutes=1)))
    with acting(SYSTEM):
        row = ReportPerson.objects.get(report=again, number=1, withdrawn_at__isnull=True)
        assert row.person_id != known
        again.refresh_from_db()
        assert again.re_report_of_id is None
    assert [field for field, *_ in changes(again)] == ["person-1-who", "person-1-who"]


def test_whom_nobody_named_cannot_be_anybody():
    report = submit(persons=[CHILD, PersonForm(role="other", note="戴眼鏡")])
    with pytest.raises(ReportError, match="沒有姓名"):
        decide_match(report_id=report.pk, number=2, person_id=1, **who())
    with pytest.raises(ReportError, match="不在"):
        decide_match(report_id=report.pk, number=9, person_id=1, **who())
    with pytest.raises(PermissionDenied):
        decide_match(report_id=submit("police").pk, number=1, person_id=None, **who("police"))


# ---- opening -----------------------------------------------------------------------------------------------------


def test_who_reported_is_opened_with_a_reason_on_record():
    report = submit()
    with acting(context("intake")):
        assert open_reporter(report_id=report.pk, reason="要補問  傷勢", **who()) == REPORTER
    with acting(SYSTEM):
        entry = AuditEntry.objects.get(action="opened_reporter")
        assert (entry.purpose, entry.subject_id) == ("要補問 傷勢", str(report.pk))
    with acting(context("intake")):
        anonymous = submit(
            form=form(reporter_kind="anonymous"),
            reporter=replace(REPORTER, name="", phone="", workplace="", wants_reply=False),
        )
        with pytest.raises(ReportError, match="沒有留下"):
            open_reporter(report_id=anonymous.pk, reason="要補問傷勢", **who())


def test_a_report_opened_is_written_down_with_everybody_in_it():
    report = submit()
    by = context("intake")
    with acting(by):
        view = report_view(report.pk, by)
        assert view is not None
        open_report(report=view.report, persons=[line.row for line in view.persons], **who())
    with acting(SYSTEM):
        rows = AuditEntry.objects.filter(action="opened_report")
        assert sorted(rows.values_list("subject_kind", flat=True)) == ["person", "person", "report"]


def test_a_file_is_opened_and_withdrawn():
    report = submit(attachments=[checked_attachment("傷勢.txt", io.BytesIO("左臂".encode()))])
    by = context("intake")
    with acting(by):
        row = ReportAttachment.objects.get(report=report)
        assert open_attachment(report=report, attachment=row, **who()) == "左臂".encode()
        with pytest.raises(PermissionDenied):
            take_back_attachment(report_id=report.pk, attachment_id=row.pk, **who("luodong.clerk"))
        assert take_back_attachment(report_id=report.pk, attachment_id=row.pk, **who())
        assert not take_back_attachment(report_id=report.pk, attachment_id=row.pk, **who())
        row.refresh_from_db()
        with pytest.raises(ValueError, match="withdrawn"):
            open_attachment(report=report, attachment=row, **who())
    mine = submit("police", attachments=[checked_attachment("甲.txt", io.BytesIO("左臂瘀傷".encode()))])
    with acting(context("police")):
        theirs = ReportAttachment.objects.get(report=mine)
        with pytest.raises(PermissionDenied):
            take_back_attachment(report_id=mine.pk, attachment_id=theirs.pk, **who("police"))
