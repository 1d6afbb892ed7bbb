"""The life of a connected system and its tokens; how often it may call; where it calls from; who keeps it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.exchange import actions
from anwang.exchange.models import CallCount, ConnectedSystem, Delivery, Submission, Subscription, Token
from anwang.exchange.rules import Scope
from anwang.platform.context import SIGN_IN, SYSTEM, AccessContext, Actor, acting
from anwang.platform.models import AuditEntry
from tests.county import context, establish

from .calls import ALL, BY, Caller, a_report, make_system, make_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def police() -> ConnectedSystem:
    establish("intake", "admin", "auditor", "luodong.supervisor", "data")
    return make_system()


def _refused(answer: object, code: str) -> None:
    assert answer.status_code == 401  # type: ignore[attr-defined]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")  # type: ignore[attr-defined]
    assert json.loads(answer.content)["type"] == f"urn:anwang:problem:token_{code}"  # type: ignore[attr-defined]


def _revoke(token: str) -> None:
    with acting(SYSTEM):
        number = Token.objects.get(prefix=token.split("_")[1]).pk
        actions.revoke_token(token_id=number, now=timezone.now(), **BY)


def test_a_token_opens_until_it_is_revoked_and_the_next_one_goes_on(police: ConnectedSystem) -> None:
    old = make_token(police)
    assert Caller(old).get("code-lists").status_code == 200
    new = make_token(police)
    assert Caller(old).get("code-lists").status_code == 200  # both, while the other side changes over
    _revoke(old)
    _revoke(old)
    _refused(Caller(old).get("code-lists"), "revoked")
    assert Caller(new).get("code-lists").status_code == 200
    with acting(SYSTEM):
        acts = list(
            AuditEntry.objects.filter(subject_kind="token").order_by("pk").values_list("action", flat=True)
        )
    assert acts == ["made_token", "made_token", "revoked_token", "refused"]


def test_only_a_digest_is_kept_and_when_it_was_last_used(police: ConnectedSystem) -> None:
    token = make_token(police)
    secret = token.split("_", 2)[2]
    Caller(token).get("code-lists")
    with acting(SYSTEM):
        row = Token.objects.get()
        assert secret not in json.dumps(
            {field.name: str(getattr(row, field.name)) for field in row._meta.fields}
        )
        assert row.last_used_at is not None
        for entry in AuditEntry.objects.all():
            assert secret not in json.dumps(entry.detail)


def test_tokens_that_do_not_open(police: ConnectedSystem) -> None:
    token = make_token(police, days=1)
    _refused(Caller("").get("reports"), "unknown")
    _refused(Caller(token[:-1] + ("A" if token[-1] != "A" else "B")).get("reports"), "unknown")
    _refused(Caller("anw_" + "a" * 10 + "_" + "b" * 43).get("reports"), "unknown")
    _refused(Browser().get("/api/v1/reports", headers={"Authorization": f"Basic {token}"}), "unknown")
    with acting(SYSTEM):
        Token.objects.update(expires_on=timezone.localdate() - dt.timedelta(days=1))
    _refused(Caller(token).get("reports"), "expired")
    with acting(SYSTEM):
        Token.objects.update(expires_on=timezone.localdate())
    assert Caller(token).get("reports").status_code == 200
    with acting(SYSTEM):
        ConnectedSystem.objects.update(is_active=False)
    _refused(Caller(token).get("reports"), "inactive")


def test_a_session_of_a_member_opens_nothing_here(police: ConnectedSystem) -> None:
    from tests.county import PASSWORD

    browser = Browser()
    browser.post("/sign-in/", {"username": "intake", "password": PASSWORD})
    assert browser.get("/").status_code == 200
    _refused(browser.get("/api/v1/reports"), "unknown")


@pytest.mark.parametrize("scope", list(Scope))
def test_scopes(police: ConnectedSystem, scope: Scope) -> None:
    only = Caller(make_token(make_system("單一範圍", "health_office", (scope.value,))))
    everything = Caller(make_token(police))
    number = everything.post(a_report()).json()["number"]
    answers = {
        Scope.CREATE_REPORTS: only.post(a_report()).status_code,
        Scope.READ_REPORTS: only.get("reports").status_code,
    }
    allowed = {Scope.CREATE_REPORTS: 201, Scope.READ_REPORTS: 200}
    assert answers == {each: allowed[each] if each == scope else 403 for each in answers}
    assert only.get(f"reports/{number}").status_code == (404 if scope == Scope.READ_REPORTS else 403)
    assert only.get("code-lists").status_code == 200


def test_calls_are_counted_by_token_and_minute(
    police: ConnectedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now().replace(second=20)
    monkeypatch.setattr("anwang.exchange.api_frame.timezone.now", lambda: now)
    slow = make_system("慢的系統", "health_office", calls_per_minute=2)
    one, two = Caller(make_token(slow)), Caller(make_token(slow))
    assert [one.get("code-lists").status_code for _ in range(3)] == [200, 200, 429]
    refused = one.get("code-lists")
    assert refused.headers["Retry-After"] == "40"
    assert "最多 2 次" in refused.json()["detail"]
    assert two.get("code-lists").status_code == 200
    now += dt.timedelta(minutes=1)
    assert one.get("code-lists").status_code == 200


def test_a_system_calls_from_its_networks_only(police: ConnectedSystem, settings) -> None:  # type: ignore[no-untyped-def]
    token = make_token(make_system("固定位址", "health_office", networks="203.0.113.0/24"))
    header = {"Authorization": f"Bearer {token}"}

    def status(peer: str, forwarded: str = "") -> int:
        more = {"X-Forwarded-For": forwarded} if forwarded else {}
        return Browser(REMOTE_ADDR=peer).get("/api/v1/reports", headers=header | more).status_code

    assert status("203.0.113.7") == 200
    assert status("198.51.100.1") == 401
    assert status("198.51.100.1", "203.0.113.7") == 401  # anybody can write that
    settings.ANWANG_PROXIES = ("127.0.0.1/32", "10.0.0.0/8")
    assert status("127.0.0.1", "203.0.113.7") == 200
    assert status("127.0.0.1", "203.0.113.7, 198.51.100.1") == 401  # the last hop is what our proxy saw
    assert status("127.0.0.1", "203.0.113.7, 10.0.0.3") == 200
    assert status("127.0.0.1", "nonsense") == 401
    assert status("127.0.0.1") == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "警政系統"}, "name"),
        ({"unit_id": None}, "unit"),
        ({"scopes": ()}, "scopes"),
        ({"scopes": ("everything",)}, "scopes"),
        ({"networks": "公所"}, "networks"),
        ({"calls_per_minute": 100_000}, "calls_per_minute"),
        ({"contact": "長" * 121}, "contact"),
    ],
)
def test_a_system_that_cannot_be_made(police: ConnectedSystem, change: dict[str, object], field: str) -> None:
    with acting(SYSTEM), pytest.raises(actions.ConnectedSystemError) as caught:
        actions.add_system(
            **{
                "name": "另一個",
                "unit_id": police.unit_id,
                "scopes": ALL,
                "now": timezone.now(),
                **BY,
                **change,
            }
        )  # type: ignore[arg-type]
    assert list(caught.value.problems) == [field]


def test_a_change_holds_at_once(police: ConnectedSystem) -> None:
    caller = Caller(make_token(police))
    with acting(SYSTEM):
        actions.change_system(
            system_id=police.pk,
            name="警政系統二",
            scopes=["reports:read"],
            contact="",
            networks="",
            calls_per_minute=None,
            is_active=True,
            now=timezone.now(),
            **BY,
        )
    assert caller.get("reports").status_code == 200
    assert caller.post(a_report()).status_code == 403


def test_the_address_of_a_subscription(police: ConnectedSystem, settings) -> None:  # type: ignore[no-untyped-def]
    with acting(SYSTEM):
        for url in ("http://example.gov.tw/", "https://127.0.0.1.x y/", "http://127.0.0.1/"):
            with pytest.raises(actions.ConnectedSystemError):
                actions.subscribe(system_id=police.pk, url=url, now=timezone.now(), **BY)
        _, secret = actions.subscribe(
            system_id=police.pk, url="https://example.gov.tw/a", now=timezone.now(), **BY
        )
        with pytest.raises(actions.ConnectedSystemError, match="已經在訂閱"):
            actions.subscribe(system_id=police.pk, url="https://example.gov.tw/a", now=timezone.now(), **BY)
        assert secret.encode() not in bytes(Subscription.objects.get().secret)
        deaf = make_system("只送不收", "health_office", ("reports:create",))
        with pytest.raises(actions.ConnectedSystemError, match="接收狀態變更"):
            actions.subscribe(system_id=deaf.pk, url="https://example.gov.tw/a", now=timezone.now(), **BY)
        for n in range(4):
            actions.subscribe(
                system_id=police.pk, url=f"https://example.gov.tw/{n}", now=timezone.now(), **BY
            )
        with pytest.raises(actions.ConnectedSystemError, match="最多 5 個"):
            actions.subscribe(system_id=police.pk, url="https://example.gov.tw/z", now=timezone.now(), **BY)


# ---- who sees and keeps connected systems: role by table ----------------------------------------------------------------------

TABLES = (ConnectedSystem, Token, Subscription, Delivery)


@pytest.mark.parametrize("username", ["intake", "auditor", "luodong.supervisor", "data"])
def test_nobody_but_administrators_sees_systems(police: ConnectedSystem, username: str) -> None:
    make_token(police)
    with acting(context(username, timezone.localdate())):
        assert [model.objects.count() for model in (*TABLES, Submission, CallCount)] == [0] * 6
        with pytest.raises(DatabaseError), transaction.atomic():
            Token.objects.create(
                system_id=police.pk,
                prefix="x",
                digest="x",
                made_at=timezone.now(),
                expires_on=timezone.localdate(),
            )


def test_an_administrator_keeps_systems_and_sees_no_report(police: ConnectedSystem) -> None:
    Caller(make_token(police)).post(a_report())
    admin = context("admin", timezone.localdate())
    with acting(admin):
        assert ConnectedSystem.objects.count() == Token.objects.count() == 1
        assert not Submission.objects.exists()
        actions.make_token(system_id=police.pk, days=30, by=admin, by_name="葉管理", now=timezone.now())
        with pytest.raises(DatabaseError), transaction.atomic():
            ConnectedSystem.objects.all().delete()


def test_a_system_may_change_nothing_of_itself(police: ConnectedSystem) -> None:
    own = AccessContext(
        Actor.CONNECTED_SYSTEM,
        connected_system_id=police.pk,
        unit_id=police.unit_id,
        agency_id=police.agency_id,
    )
    with acting(own):
        assert not ConnectedSystem.objects.exists()
        assert ConnectedSystem.objects.update(scopes=[]) == 0
        assert not Unit.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            CallCount.objects.create(token_id=1, minute=timezone.now())
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            Submission.objects.create(
                system_id=police.pk + 1,
                key="k",
                body="b",
                report_id=1,
                answer={},
                at=timezone.now(),
                changed_at=timezone.now(),
            )


def test_a_context_without_its_system_sees_nothing(police: ConnectedSystem) -> None:
    Caller(make_token(police)).post(a_report())
    with acting(AccessContext(Actor.CONNECTED_SYSTEM, unit_id=police.unit_id)):
        assert not Submission.objects.exists()
    with acting(
        AccessContext(Actor.MEMBER, member_id=1, unit_id=police.unit_id, connected_system_id=police.pk)
    ):
        assert not Submission.objects.exists()
    with acting(SIGN_IN):
        assert not Submission.objects.exists()
