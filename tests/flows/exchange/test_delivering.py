"""Another system delivers a report through the API: once, strictly, and it sees nothing but its own."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest
from django.utils import timezone

from anwang.exchange.models import Submission
from anwang.exchange.relaying import relay
from anwang.platform.context import SYSTEM, Actor, acting
from anwang.platform.models import AuditEntry, OutboxEvent
from anwang.services.intake import submitting
from anwang.services.intake.models import Report, ReportAttachment, ReportPerson
from tests.county import establish

from .calls import Caller, a_report, make_system, make_token, move

pytestmark = pytest.mark.django_db


@pytest.fixture
def police() -> Caller:
    establish("intake")
    return Caller(make_token(make_system()))


def _reports() -> list[Report]:
    with acting(SYSTEM):
        return list(Report.objects.select_related("unit", "reporter_unit").order_by("pk"))


def _problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = json.loads(answer.content)
    assert found["status"] == status
    assert found["detail"]
    return found


def test_a_report_comes_in_with_its_clock_and_what_the_sender_should_know(police: Caller) -> None:
    answer = police.post(a_report())
    assert answer.status_code == 201, answer.content.decode()
    said = answer.json()
    (report,) = _reports()
    assert said["number"] == report.number
    assert (said["state"], said["state_label"], said["is_closed"]) == ("received", "待篩案", False)
    received, due = (dt.datetime.fromisoformat(said[name]) for name in ("received_at", "due_at"))
    assert due - received == dt.timedelta(hours=24)
    assert received.utcoffset() == dt.timedelta(hours=8)
    assert [warning["code"] for warning in said["warnings"]] == []
    assert (report.channel, report.reporter_unit.code) == ("api", "police_office")
    with acting(SYSTEM):
        assert ReportPerson.objects.filter(report=report).count() == 2
        acts = AuditEntry.objects.filter(actor=Actor.CONNECTED_SYSTEM).values_list(
            "action", "member_name", "unit_id"
        )
        assert ("delivered_report", "警政系統", report.reporter_unit_id) in set(acts)
        assert OutboxEvent.objects.filter(subject_id=str(report.pk), kind="report.state_changed").count() == 1


def test_the_same_delivery_again_gets_the_same_answer_and_another_one_is_refused(police: Caller) -> None:
    first = police.post(a_report())
    again = police.post(a_report())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    found = _problem(police.post(a_report(story="完全不同的另一件事情。")), 409)
    assert first.json()["number"] in found["detail"]
    assert found["type"] == "urn:anwang:problem:other_body"
    assert len(_reports()) == 1
    assert police.post(a_report(), key="k-2").status_code == 201
    assert len(_reports()) == 2


def test_the_answer_does_not_tell_whether_a_family_is_known(
    police: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a system that may only send could ask of anybody whether the social bureau knows them."""
    health = Caller(make_token(make_system("衛政系統", "health_office")))
    first = police.post(a_report()).json()
    (earlier,) = _reports()

    def recognised(report: Report, *, now: dt.datetime) -> None:
        report.re_report_of = earlier
        report.save(update_fields=["re_report_of"])

    monkeypatch.setattr(submitting, "mark_re_report", recognised)
    again = health.post(a_report()).json()
    assert _reports()[1].re_report_of_id == earlier.pk
    assert (first["warnings"], again["warnings"]) == ([], [])
    assert set(first) == set(again)
    assert (first["state"], first["is_closed"]) == (again["state"], again["is_closed"])


@pytest.mark.parametrize("moment", [1795824000, 1.5e-107, "1795824000", True])
def test_a_moment_is_a_date_and_time_and_no_number(police: Caller, moment: Any) -> None:
    found = _problem(police.post(a_report(received_at=moment)), 422)
    assert [each["pointer"] for each in found["errors"]] == ["/received_at"]
    assert police.get("reports", since=str(moment)).status_code == 422
    assert _reports() == []


def test_keys_of_two_systems_are_apart(police: Caller) -> None:
    health = Caller(make_token(make_system("衛政系統", "health_office")))
    ours, theirs = police.post(a_report()), health.post(a_report(story="護理師發現兒童身上有瘀傷。"))
    assert (ours.status_code, theirs.status_code) == (201, 201)
    assert police.get(f"reports/{theirs.json()['number']}").status_code == 404
    assert health.get(f"reports/{theirs.json()['number']}").status_code == 200


def test_a_system_reads_the_state_of_its_own_reports_and_nothing_else(police: Caller) -> None:
    number = police.post(a_report()).json()["number"]
    with acting(SYSTEM):
        move(Report.objects.get(), "screen")
        Report.objects.create(
            unit=_reports()[0].unit,
            received_at=timezone.now(),
            due_at=timezone.now(),
            channel="phone",
            reporter_kind="citizen",
            story="別人通報的事。",
            entered_at=timezone.now(),
        )
    said = police.get(f"reports/{number}").json()
    assert (said["state"], said["state_label"]) == ("screened", "待派案")
    assert set(said) == {
        "number", "state", "state_label", "received_at", "due_at", "handled_at", "is_closed", "changed_at",
    }  # fmt: skip
    other = _reports()[1].number
    assert _problem(police.get(f"reports/{other}"), 404) == _problem(police.get("reports/R-9999999"), 404)
    with acting(SYSTEM):
        assert AuditEntry.objects.filter(action="read_report_state").count() == 1


def test_a_system_sees_no_row_of_any_report_even_of_its_own_unit(police: Caller) -> None:
    """Row security, not only the API: the connected system's context opens the tables of reports for nobody."""
    from anwang.exchange.door import come_in

    police.post(a_report())
    caller = come_in(authorization=f"Bearer {police.token}", address="127.0.0.1", now=timezone.now())
    other = make_system("另一個警政系統")
    with acting(caller.context):  # type: ignore[union-attr]
        assert Submission.objects.count() == 1
        for model in (Report, ReportPerson, ReportAttachment, AuditEntry, OutboxEvent):
            assert not model.objects.exists(), model
    from dataclasses import replace

    with acting(replace(caller.context, connected_system_id=other.pk)):  # type: ignore[union-attr]
        assert not Submission.objects.exists()


def test_changes_are_listed_in_order_and_none_is_missed(police: Caller) -> None:
    for key in "abc":
        police.post(a_report(story=f"第 {key} 件通報的內容。"), key=key)
    relay(now=timezone.now())
    first = police.get("reports", limit=2).json()
    assert ([len(first["reports"]), first["has_more"]]) == [2, True]
    second = police.get("reports", cursor=first["cursor"]).json()
    assert [len(second["reports"]), second["has_more"]] == [1, False]
    assert police.get("reports", cursor=second["cursor"]).json() == {
        "reports": [], "cursor": second["cursor"], "has_more": False,
    }  # fmt: skip
    changed = _reports()[0]
    move(changed, "screen")
    relay(now=timezone.now())
    third = police.get("reports", cursor=second["cursor"]).json()
    assert [each["number"] for each in third["reports"]] == [changed.number]
    later = (timezone.now() + dt.timedelta(hours=1)).isoformat()
    assert police.get("reports", since=later).json()["reports"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"unknown": 1}, "/unknown"),
        ({"story": "短"}, "/story"),
        ({"persons": []}, "/persons"),
        ({"persons": [{"role": "carer", "name": "林美惠"}]}, "/persons/0/role"),
        ({"persons": [{"role": "subject", "name": "林小安", "birth": "2199-01-01"}]}, "/persons/0/birth"),
        ({"persons": [{"role": "subject", "name": "林" * 61}]}, "/persons/0/name"),
        ({"reporter": {"kind": "mandated"}}, "/reporter/mandated_kind"),
        ({"reporter": {"kind": "nobody"}}, "/reporter/kind"),
        ({"reporter": {"kind": "citizen", "wants_reply": True}}, "/reporter/phone"),
        ({"received_at": "2026-03-01T14:30:00"}, "/received_at"),
        ({"received_at": "2001-03-01T14:30:00+08:00"}, "/received_at"),
        ({"township": "臺北市"}, "/township"),
        ({"dangers": ["none", "weapon"]}, "/dangers"),
        ({"needs": ["gold"]}, "/needs/0"),
        ({"attachments": [{"name": "a.pdf", "content": "AAAA"}]}, "/attachments/0"),
        ({"attachments": [{"name": "a.pdf", "content": "A"}]}, "/attachments/0/content"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(police: Caller, change: dict[str, Any], pointer: str) -> None:
    found = _problem(police.post(a_report(**change)), 422)
    assert pointer in [each["pointer"] for each in found["errors"]]
    assert all(each["detail"] for each in found["errors"])
    assert not _reports()
    assert police.post(a_report()).status_code == 201  # the key was not used up


def test_an_error_never_repeats_what_was_sent(police: Caller) -> None:
    number = "A123456789"
    body = a_report(persons=[{"role": number, "name": number, number: number}])
    answer = police.post(body)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.count(number) == text.count(
        f"/persons/0/{number}"
    )  # the name of an unknown field is its pointer


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 400),
        (b'{"story": NaN}', 400),
        (b'{"a": 1, "a": 2}', 400),
        (b'{"story": "\\u0000"}', 400),
        (b'{"story": "\\ud800"}', 400),
        ('{"story": "通報"}'.encode("big5"), 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50 + b"1" + b"}" * 50, 400),
        (b'{"n": ' + b"9" * 5000 + b"}", 400),
        (b'{"story": "' + b"a" * 6_000_000 + b'"}', 413),
    ],
)
def test_bodies_that_are_no_report(police: Caller, raw: bytes, status: int) -> None:
    _problem(police.post(raw), status)
    assert not _reports()


def test_only_json_with_a_key_at_the_right_address(police: Caller) -> None:
    _problem(police.post(a_report(), content_type="text/plain"), 415)
    found = _problem(police.post(a_report(), key=""), 422)
    assert found["errors"][0]["pointer"] == "Idempotency-Key"
    _problem(police.post(a_report(), key="有中文"), 422)
    _problem(police.get("nothing"), 404)
    _problem(police.get("reports/R-12"), 422)
    _problem(police.get("reports", cursor="x"), 422)
    _problem(police.get("reports", since="2026-03-01T00:00:00"), 422)
    _problem(police.get("reports", since="0001-01-01T00:00:00+14:00"), 422)
    _problem(police.get("reports", limit=100000), 422)
    from django.test import Client as Browser

    answer = Browser().delete("/api/v1/reports")
    assert _problem(answer, 405)["detail"]
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_attachments_are_kept_and_a_photo_place_is_warned_of(police: Caller) -> None:
    pdf = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    body = a_report(attachments=[{"name": "公文.pdf", "content": base64.b64encode(pdf).decode()}])
    answer = police.post(body)
    assert answer.status_code == 201, answer.content.decode()
    png = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    body = a_report(attachments=[{"name": "照片.png", "content": png.decode()}])
    answer = police.post(body, key="with-photo")
    assert answer.status_code == 201, answer.content.decode()
    with acting(SYSTEM):
        assert ReportAttachment.objects.filter(name="照片.png").count() == 1


def test_forty_children_and_one_without_a_name(police: Caller) -> None:
    children = [{"role": "subject", "birth": "約8歲", "note": f"第 {n} 個孩子"} for n in range(40)]
    assert police.post(a_report(persons=children)).status_code == 201
    with acting(SYSTEM):
        assert ReportPerson.objects.count() == 40
