"""Members and posts as an administrator changes them: under row security, into the log, and at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from anwang.agencies.actions import (
    StaffError,
    add_member,
    appoint,
    end_post,
    give_post,
    reset_password,
    unlock,
)
from anwang.agencies.models import Member, Post, Unit
from anwang.agencies.queries import members
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.models import AuditEntry
from tests.county import FIRST_DAY, PASSWORD, context, establish

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> AccessContext:
    establish("admin", "luodong.worker", "luodong.supervisor")
    return context("admin", timezone.localdate())


def _unit(code: str) -> int:
    with acting(SYSTEM):
        return Unit.objects.get(code=code).pk


def _post(username: str) -> Post:
    with acting(SYSTEM):
        return Post.objects.select_related("member").get(member__username=username)


def _log() -> list[tuple[str, str, dict[str, object]]]:
    with acting(SYSTEM):
        rows = AuditEntry.objects.filter(member_name="葉管理").order_by("pk")
        return [(r.action, r.subject_id, r.detail) for r in rows]


def _today() -> dt.date:
    return timezone.localdate()


def _by(admin: AccessContext) -> dict:  # type: ignore[type-arg]
    return {"by": admin, "by_name": "葉管理", "now": timezone.now()}


def test_a_new_member_signs_in_once_and_must_change_the_password(admin: AccessContext) -> None:
    with acting(admin):
        made, once = add_member(
            username="yilan.new",
            name="新社工",
            unit_id=_unit("yilan_center"),
            roles=["social_worker", "supervisor"],
            from_on=_today(),
            **_by(admin),
        )
    assert len(once) == 19
    assert [row[0] for row in _log()] == ["added_member", "gave_post", "gave_post"]
    assert once not in str(_log())
    client = Client()
    assert client.post("/sign-in/", {"username": "yilan.new", "password": once}).status_code == 302
    for path in ("/", "/households/", "/lists/received/", "/search/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/password/")
    assert client.post("/search/", {"q": "陳建"}).status_code == 302
    page = client.get("/password/")
    assert "一次性密碼" in page.content.decode()
    same = client.post("/password/", {"current": once, "new": once, "again": once})
    assert "不能和目前密碼相同" in same.content.decode()
    new = "a-sentence-of-my-own"
    assert client.post("/password/", {"current": once, "new": new, "again": new}).status_code == 302
    assert client.get("/").status_code == 200
    with acting(SYSTEM):
        made.refresh_from_db()
        assert not made.must_change_password
        assert made.last_login is not None
        assert AuditEntry.objects.filter(action="changed_password", subject_id=str(made.pk)).count() == 1


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"username": ""}, "username", "請輸入帳號"),
        ({"username": "林社工"}, "username", "半形"),
        ({"username": "Luodong.Worker"}, "username", "已經有人使用"),
        ({"name": ""}, "name", "請輸入姓名"),
        ({"roles": []}, "roles", "至少選一種"),
        ({"roles": ["king"]}, "role", "請選擇角色"),
        ({"unit_id": None}, "unit", "請選擇單位"),
    ],
)
def test_what_is_wrong_is_said(admin: AccessContext, given: dict[str, object], field: str, said: str) -> None:
    values = {
        "username": "new.one",
        "name": "新人",
        "unit_id": _unit("yilan_center"),
        "roles": ["social_worker"],
        "from_on": _today(),
    } | given
    with acting(admin), pytest.raises(StaffError, match=said) as refused:
        add_member(**values, **_by(admin))
    assert refused.value.field == field
    with acting(SYSTEM):
        assert not Member.objects.filter(username="new.one").exists()


def test_an_ended_post_opens_nothing_from_that_day_on(admin: AccessContext) -> None:
    client = Client()
    client.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD})
    assert client.get("/households/").status_code == 200
    post = _post("luodong.worker")
    with acting(admin):
        end_post(post_id=post.pk, from_on=_today() + dt.timedelta(days=3), **_by(admin))
    assert client.get("/households/").status_code == 200  # not yet
    with acting(admin):
        end_post(post_id=post.pk, from_on=_today(), **_by(admin))
    answer = client.get("/households/", follow=True)
    assert "沒有職務" in answer.content.decode()
    assert client.post("/search/", {"q": "陳建"}).status_code == 302
    assert client.post("/keep-alive/").status_code == 401
    refused = client.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD})
    assert "沒有職務" in refused.content.decode()
    with acting(admin), pytest.raises(StaffError, match="已經結束"):
        end_post(post_id=post.pk, from_on=_today(), **_by(admin))
    yesterday = _today() - dt.timedelta(days=1)
    assert _log()[-1] == (
        "ended_post",
        str(post.member_id),
        {"unit": "luodong_center", "role": "social_worker", "until_on": yesterday.isoformat()},
    )
    with acting(admin):  # back again: a post of its own
        give_post(
            member_id=post.member_id,
            unit_id=post.unit_id,
            role="social_worker",
            from_on=_today(),
            **_by(admin),
        )
    assert client.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD}).status_code == 302
    with acting(SYSTEM):
        assert Post.objects.filter(member_id=post.member_id).count() == 2


def test_a_post_that_never_began_is_given_again_for_the_same_day(admin: AccessContext) -> None:
    given = {
        "member_id": _post("luodong.worker").member_id,
        "unit_id": _unit("yilan_center"),
        "role": "supervisor",
    }
    with acting(admin):
        first = give_post(**given, from_on=_today(), **_by(admin))
        end_post(post_id=first.pk, from_on=_today(), **_by(admin))
        again = give_post(**given, from_on=_today(), **_by(admin))
    assert (again.pk, again.until_on) == (first.pk, None)
    assert [row[0] for row in _log()] == ["gave_post", "ended_post", "gave_post"]


def test_one_of_two_posts_ends_and_the_other_stays(admin: AccessContext) -> None:
    post = _post("luodong.worker")
    with acting(admin):
        give_post(
            member_id=post.member_id,
            unit_id=_unit("yilan_center"),
            role="supervisor",
            from_on=_today(),
            **_by(admin),
        )
        with pytest.raises(StaffError, match="已有這項職務"):
            give_post(
                member_id=post.member_id,
                unit_id=post.unit_id,
                role="social_worker",
                from_on=_today(),
                **_by(admin),
            )
    client = Client()
    client.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD})
    assert "羅東社會福利服務中心" in client.get("/").content.decode()
    with acting(admin):
        end_post(post_id=post.pk, from_on=_today(), **_by(admin))
    html = client.get("/").content.decode()
    assert "宜蘭社會福利服務中心" in html
    assert "羅東社會福利服務中心" not in html
    assert "誰看過" in html  # a supervisor's


def test_the_last_administrator_stays(admin: AccessContext) -> None:
    post = _post("admin")
    with acting(admin), pytest.raises(StaffError, match="至少要有一位系統管理"):
        end_post(post_id=post.pk, from_on=_today(), **_by(admin))
    with acting(SYSTEM):
        appoint(
            username="second",
            name="第二位",
            unit_code="social_office",
            roles=["administrator"],
            password=None,
            from_on=FIRST_DAY,
        )
    with acting(admin):
        end_post(post_id=post.pk, from_on=_today(), **_by(admin))
    with acting(SYSTEM), pytest.raises(StaffError, match="至少要有一位系統管理"):
        end_post(
            post_id=_post("second").pk, from_on=_today(), by=SYSTEM, by_name="命令列", now=timezone.now()
        )


def test_a_one_time_password_ends_sessions_and_lifts_the_lock(admin: AccessContext) -> None:
    member = _post("luodong.worker").member
    client, other = Client(), Client()
    client.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD})
    for _ in range(5):
        other.post("/sign-in/", {"username": "luodong.worker", "password": "wrong"})
    with acting(admin):
        locked = {line.member.username for line in members(_today(), timezone.now()) if line.is_locked}
        assert locked == {"luodong.worker"}
        once = reset_password(member_id=member.pk, **_by(admin))
        with pytest.raises(StaffError, match="自己的密碼"):
            reset_password(member_id=admin.member_id or 0, **_by(admin))
    assert client.get("/").status_code == 302  # signed out
    assert other.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD}).status_code == 422
    assert other.post("/sign-in/", {"username": "luodong.worker", "password": once}).status_code == 302


def test_unlocking_keeps_the_password(admin: AccessContext) -> None:
    client = Client()
    for _ in range(5):
        client.post("/sign-in/", {"username": "luodong.worker", "password": "wrong"})
    assert client.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD}).status_code == 422
    with acting(admin):
        unlock(member_id=_post("luodong.worker").member_id, **_by(admin))
    assert client.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD}).status_code == 302
    assert _log()[-1][0] == "unlocked"


def test_the_database_lets_nobody_else_write_members_and_posts(admin: AccessContext) -> None:
    other = context("luodong.supervisor", _today())
    member = _post("luodong.worker").member
    with acting(other):
        assert Post.objects.filter(member=member).update(until_on=None, role="administrator") == 0
        assert Member.objects.filter(pk=member.pk).update(must_change_password=True) == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            Post.objects.create(
                member_id=other.member_id, unit_id=other.unit_id, role="administrator", from_on=FIRST_DAY
            )
    with acting(admin), pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(member=member).update(until_on=FIRST_DAY - dt.timedelta(days=2))
