"""人員與職務 in a browser: add, give, end, one-time password, unlock; and who may not."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from anwang.agencies.demo import DEMO_MEMBERS
from anwang.agencies.models import Member, Post
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from tests.county import establish
from tests.pages.desk import Desk
from tests.pages.lists.test_list_pages import press

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_administrator_adds_a_member_who_changes_the_password(
    desk: Desk, chromium: Browser, live_server
) -> None:  # type: ignore[no-untyped-def]
    establish()
    page = desk.sign_in("admin", "/")
    expect(page.get_by_text("您的工作在「人員與職務」")).to_be_visible()
    page.get_by_role("link", name="人員與職務").click()
    expect(page.get_by_text(f"{len(DEMO_MEMBERS)} 位成員")).to_be_visible()
    row = page.locator("tbody tr", has_text="luodong.worker")
    expect(row).to_contain_text("羅東社會福利服務中心")
    expect(row).to_contain_text("社工")
    desk.check("members")
    press(page, "新增成員")
    page.get_by_label("帳號").fill("林新人")
    page.get_by_label("從哪一天起").fill("明天")
    page.get_by_role("button", name="新增", exact=True).click()
    for said in (
        "帳號請用 2 到 60 個半形",
        "請輸入姓名。",
        "請選擇單位。",
        "請至少選一種角色。",
        "請輸入日期，例如 115/3/1。",
    ):
        expect(page.get_by_role("alert").get_by_role("link", name=said)).to_be_visible()
    desk.check("member-add-errors")
    page.get_by_label("姓名").fill("林新人")
    page.get_by_label("單位").select_option(label="社會處・宜蘭社會福利服務中心")
    page.get_by_label("社工", exact=True).check()
    page.get_by_label("從哪一天起").fill("1150301")
    page.get_by_label("帳號").fill("yilan.worker")
    page.get_by_role("button", name="新增", exact=True).click()
    expect(page.get_by_role("link", name="這個帳號已經有人使用，請換一個。")).to_be_visible()
    page.get_by_label("帳號").fill("yilan.new")
    page.get_by_role("button", name="新增", exact=True).click()
    expect(page.get_by_text("已新增林新人。")).to_be_visible()
    once = page.locator("[data-once]").inner_text()
    desk.check("member-shown-once")
    assert once not in page.url
    press(page, "已告訴本人")
    expect(page.get_by_text("待換密碼")).to_be_visible()
    expect(page.get_by_role("cell", name="115/3/1 起")).to_be_visible()
    desk.check("member-new")

    theirs = Desk(chromium, live_server.url)
    other = theirs.page
    other.goto("/sign-in/")
    other.get_by_label("帳號").fill("yilan.new")
    other.get_by_label("密碼").fill(once)
    other.get_by_role("button", name="登入").click()
    expect(other.get_by_text("這是一次性密碼")).to_be_visible()
    theirs.check("one-time")
    other.goto("/households/")
    other.wait_for_url("**/password/")
    other.get_by_label("目前密碼").fill(once)
    other.get_by_label("新密碼", exact=True).fill("只有我自己知道的一句很長的話")
    other.get_by_label("再輸入一次新密碼").fill("只有我自己知道的一句很長的話")
    other.get_by_role("button", name="變更密碼").click()
    expect(other.get_by_text("密碼已更換。")).to_be_visible()
    theirs.context.close()


def test_posts_are_given_and_ended_with_the_keyboard(desk: Desk) -> None:
    establish("admin", "luodong.worker")
    with acting(SYSTEM):
        number = Member.objects.get(username="luodong.worker").pk
    page = desk.sign_in("admin", f"/members/{number}/")
    press(page, "派任")
    expect(page.get_by_role("alert").get_by_role("link", name="請選擇單位。")).to_be_visible()
    page.get_by_label("單位").select_option(label="社會處・羅東社會福利服務中心")
    page.get_by_label("角色").select_option(label="社工")
    press(page, "派任")
    expect(page.get_by_role("link", name="這位成員在這個單位已有這項職務。")).to_be_visible()
    desk.check("member-errors")
    page.get_by_label("角色").select_option(label="督導")
    press(page, "派任")
    expect(page.get_by_text("已派任羅東社會福利服務中心督導")).to_be_visible()
    page.locator("tbody tr", has_text="社工").get_by_role("link", name="結束…").click()
    expect(page.get_by_role("heading", name="結束職務：社工")).to_be_visible()
    page.get_by_label("從哪一天起不再擔任").fill("114/1/1")
    press(page, "結束職務")
    expect(page.get_by_role("link", name="結束的日期不能早於職務開始的日期。")).to_be_visible()
    desk.check("post-end")
    today = timezone.localdate()
    page.get_by_label("從哪一天起不再擔任").fill(f"{today.year - 1911}/{today.month}/{today.day}")
    press(page, "結束職務")
    expect(page.get_by_role("heading", name="以前的職務")).to_be_visible()
    desk.check("member-past")
    with acting(SYSTEM):
        ended = Post.objects.get(role="social_worker")
        assert ended.until_on == today - dt.timedelta(days=1)
        acts = AuditEntry.objects.filter(subject_kind="member", subject_id=str(number)).order_by("pk")
        assert [act.action for act in acts] == ["gave_post", "ended_post"]
        admin = Post.objects.get(role="administrator").pk
    page.goto(f"/members/posts/{admin}/end/")
    page.get_by_role("button", name="結束職務").click()
    expect(page.get_by_role("alert").get_by_text("至少要有一位系統管理")).to_be_visible()


def test_a_lock_is_lifted_and_a_password_set_anew(desk: Desk, chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish("admin", "luodong.worker")
    with acting(SYSTEM):
        Member.objects.filter(username="luodong.worker").update(
            failed_sign_ins=5, locked_until=timezone.now() + dt.timedelta(minutes=12)
        )
    page = desk.sign_in("admin", "/members/")
    page.get_by_role("link", name="1 個帳號鎖定中").click()
    page.wait_for_url("**state=locked")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("鎖定到")
    desk.check("members-locked")
    page.get_by_role("link", name="林社工").click()
    press(page, "解除鎖定")
    expect(page.get_by_text("已解除林社工的鎖定")).to_be_visible()
    theirs = Desk(chromium, live_server.url)
    theirs.sign_in("luodong.worker", "/")
    page.get_by_role("link", name="設定一次性密碼…").click()
    desk.check("member-password")
    press(page, "設定")
    once = page.locator("[data-once]").inner_text()
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", once)
    theirs.page.goto("/")
    expect(theirs.page.get_by_label("密碼")).to_be_visible()  # signed out
    theirs.context.close()
    page.goto("/members/?q=luodong")
    expect(page.locator("tbody tr")).to_contain_text("待換密碼")
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV").click()
    assert "luodong.worker" in found.value.path().read_text("utf-8-sig")


def test_nobody_else_gets_there(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish("admin", "luodong.supervisor", "auditor", "data")
    with acting(SYSTEM):
        number = Member.objects.get(username="admin").pk
        post = Post.objects.get(member_id=number).pk
    for username in ("luodong.supervisor", "auditor", "data"):
        made = Desk(chromium, live_server.url, with_script=False)
        page = made.sign_in(username, "/")
        expect(page.get_by_role("link", name="人員與職務")).to_have_count(0)
        for path in ("", "add/", f"{number}/", f"{number}/password/", f"posts/{post}/end/"):
            answer = page.goto(f"/members/{path}")
            assert answer is not None
            assert answer.status == 403, (username, path)
        made.context.close()
