"""Signing in over HTTP as the restricted role: lock-out, idle time-out, audit, drafts that survive."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from anwang.agencies.models import Member, Post
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from tests.county import PASSWORD, establish

pytestmark = pytest.mark.django_db


def _sign_in(client: Client, username: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post("/sign-in/", {"username": username, "password": password})


def _actions() -> list[str]:
    with acting(SYSTEM):
        return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_member_signs_in_and_out_and_both_are_recorded(client: Client) -> None:
    establish("luodong.worker")
    assert _sign_in(client, "luodong.worker").status_code == 302
    assert client.post("/keep-alive/").status_code == 204
    client.post("/sign-out/")
    assert client.post("/keep-alive/").status_code == 401
    assert _actions() == ["signed_in", "signed_out"]


def test_five_failures_lock_even_the_right_password_until_the_lock_ends(client: Client) -> None:
    establish("luodong.worker")
    for _ in range(5):
        assert _sign_in(client, "luodong.worker", "wrong").status_code == 422
    answer = _sign_in(client, "luodong.worker")
    assert answer.status_code == 422
    assert "鎖定" in answer.content.decode()
    with acting(SYSTEM):
        Member.objects.update(locked_until=timezone.now() - dt.timedelta(seconds=1))
    assert _sign_in(client, "luodong.worker").status_code == 302


def test_an_unknown_name_is_answered_like_a_wrong_password(client: Client) -> None:
    establish("luodong.worker")
    unknown = _sign_in(client, "nobody", "wrong").content.decode()
    wrong = _sign_in(client, "luodong.worker", "wrong").content.decode()
    assert "帳號或密碼不正確" in unknown
    assert "帳號或密碼不正確" in wrong


def test_a_member_without_a_post_or_switched_off_cannot_sign_in(client: Client) -> None:
    establish("luodong.worker")
    with acting(SYSTEM):
        Member.objects.create_member(username="guest", password=PASSWORD, name="無職務")
        Member.objects.filter(username="luodong.worker").update(is_active=False)
    assert "沒有職務" in _sign_in(client, "guest").content.decode()
    assert _sign_in(client, "luodong.worker").status_code == 422


def test_a_post_that_ends_while_signed_in_is_said_and_does_not_turn_in_circles(client: Client) -> None:
    establish("luodong.worker")
    _sign_in(client, "luodong.worker")
    with acting(SYSTEM):
        Post.objects.update(until_on=timezone.localdate() - dt.timedelta(days=1))
    answer = client.get("/", follow=True)
    assert len(answer.redirect_chain) == 1
    assert "沒有職務" in answer.content.decode()


def test_a_failed_sign_in_names_the_account_and_never_what_was_typed(client: Client) -> None:
    establish("luodong.worker")
    for username in ("luodong.worker", "A123456789"):
        _sign_in(client, username, "wrong")
    with acting(SYSTEM):
        number = Member.objects.get().pk
        rows = list(AuditEntry.objects.order_by("pk").values_list("subject_kind", "subject_id"))
    assert rows == [("member", str(number)), ("", "")]


@pytest.mark.parametrize("page", ["²", "９" * 5000, "-1", "x", "0", "3"])
def test_an_odd_page_number_is_the_first_page_and_no_failure(client: Client, page: str) -> None:
    establish("luodong.worker")
    _sign_in(client, "luodong.worker")
    for path in ("/", "/households/", "/lists/received/"):
        assert client.get(path, {"page": page}).status_code == 200
    assert client.post("/post/", {"unit_id": page}).status_code == 302


def test_idle_time_out_signs_out_and_the_draft_is_there_after_signing_in(client: Client) -> None:
    establish("luodong.worker")
    _sign_in(client, "luodong.worker")
    saved = client.post("/drafts/report-new/", {"what_happened": "鄰居聽見哭聲", "tags": ["a", "b"]})
    assert saved.status_code == 200
    session = client.session
    session["last_seen"] = (timezone.now() - dt.timedelta(hours=1)).isoformat()
    session.save()
    assert client.get("/drafts/report-new/").status_code == 401
    _sign_in(client, "luodong.worker")
    assert client.get("/drafts/report-new/").json()["fields"] == {
        "what_happened": ["鄰居聽見哭聲"],
        "tags": ["a", "b"],
    }


def test_a_page_writes_the_session_only_when_there_is_news(client: Client) -> None:
    establish("luodong.worker")
    _sign_in(client, "luodong.worker")
    before = Session.objects.get().session_data
    assert client.get("/").status_code == 200
    assert Session.objects.get().session_data == before
    session = client.session
    earlier = timezone.now() - dt.timedelta(minutes=5)
    session["last_seen"] = earlier.isoformat()
    session.save()
    assert client.get("/").status_code == 200
    assert dt.datetime.fromisoformat(client.session["last_seen"]) > earlier + dt.timedelta(minutes=4)


def test_nobody_reads_the_draft_of_another(client: Client) -> None:
    establish("luodong.worker", "yilan.worker")
    _sign_in(client, "luodong.worker")
    client.post("/drafts/report-new/", {"what_happened": "只有我看得到"})
    client.post("/sign-out/")
    _sign_in(client, "yilan.worker")
    assert client.get("/drafts/report-new/").status_code == 204
    client.post("/drafts/report-new/", {"what_happened": "我的"})
    assert client.get("/drafts/report-new/").json()["fields"]["what_happened"] == ["我的"]


def test_signing_in_never_redirects_to_another_site(client: Client) -> None:
    establish("luodong.worker")
    answer = client.post(
        "/sign-in/", {"username": "luodong.worker", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer.headers["Location"] == "/"


def test_passwords_are_argon2() -> None:
    establish("luodong.worker")
    with acting(SYSTEM):
        assert Member.objects.get().password.startswith("argon2$argon2id$")
