"""介接系統 in a browser: add a system, give and stop tokens, say where it is told, look at what was sent."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from anwang.exchange import relaying
from anwang.exchange.models import ConnectedSystem, Delivery, Subscription, Token
from anwang.exchange.sending import Sent
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from tests.county import establish
from tests.flows.exchange.calls import Caller, a_report, make_system
from tests.pages.desk import Desk
from tests.pages.lists.test_list_pages import press

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_system_is_connected_by_keyboard(desk: Desk) -> None:
    establish("admin", "intake")
    page = desk.sign_in("admin", "/")
    page.get_by_role("link", name="介接系統").click()
    expect(page.get_by_text("還沒有介接系統")).to_be_visible()
    desk.check("systems-empty")
    press(page, "新增系統")
    page.get_by_label("只能從這些網路呼叫").fill("公所")
    press(page, "新增")
    for said in ("請選擇單位。", "請輸入系統名稱", "請至少選一項可以做的事。", "「公所」不是網路位址"):
        expect(page.get_by_role("alert").get_by_role("link", name=said)).to_be_visible()
    desk.check("system-add-errors")
    page.get_by_label("以哪個單位的名義通報").select_option(label="警察局")
    page.get_by_label("系統名稱").fill("警政 113 系統")
    for label in ("送入通報", "查詢自己送入的通報處理到哪裡", "接收狀態變更的通知"):
        page.get_by_label(label).check()
    press(page, "新增")
    page.get_by_label("只能從這些網路呼叫").fill("127.0.0.1\n203.0.113.0/24")
    press(page, "新增")
    expect(page.get_by_text("已新增「警政 113 系統」。")).to_be_visible()
    desk.check("system-new")

    page.get_by_label("有效幾天").fill("9999")
    press(page, "發給權杖")
    expect(page.get_by_role("alert").get_by_text("權杖最長 400 天")).to_be_visible()
    page.get_by_label("有效幾天").fill("365")
    press(page, "發給權杖")
    token = page.locator("[data-once]").inner_text()
    assert re.fullmatch(r"anw_[a-z0-9]{10}_[\w-]{43}", token)
    assert token not in page.url
    desk.check("system-token-once")
    assert Caller(token).post(a_report()).status_code == 201
    press(page, "已交給對方")
    expect(page.locator("tbody tr", has_text="有效")).to_have_count(1)
    assert token not in page.content()

    page.get_by_role("link", name="停用…").click()
    desk.check("system-token-revoke")
    press(page, "停用")
    expect(page.get_by_text("已停用，從現在起不能再用")).to_be_visible()
    assert Caller(token).get("reports").status_code == 401
    page.goto("/systems/")
    expect(page.get_by_text("沒有有效權杖")).to_be_visible()
    desk.check("systems")
    with acting(SYSTEM):
        acts = list(
            AuditEntry.objects.filter(member_name="葉管理").order_by("pk").values_list("action", flat=True)
        )
    assert [act for act in acts if "client" in act or "token" in act] == [
        "made_client",
        "made_token",
        "revoked_token",
    ]


def test_where_it_is_told_and_what_became_of_it(desk: Desk) -> None:
    establish("admin", "intake")
    number = make_system().pk
    page = desk.sign_in("admin", f"/systems/{number}/")
    press(page, "新增接收網址…")
    page.get_by_label("接收網址").fill("http://10.0.0.1/hook")
    press(page, "新增")
    expect(page.get_by_role("alert").get_by_text("網址要以 https:// 開頭")).to_be_visible()
    desk.check("system-subscribe-error")
    page.get_by_label("接收網址").fill("https://example.gov.tw/anwang/notices?from=yilan")
    press(page, "新增")
    expect(page.locator("[data-once]")).to_have_text(re.compile("^whsec_"))
    press(page, "已交給對方")
    with acting(SYSTEM):
        row = Subscription.objects.get()
    from tests.flows.exchange.calls import make_token

    caller = Caller(make_token(ConnectedSystem(pk=number)))
    for key in "abc":
        caller.post(a_report(story=f"鄰居通報的第 {key} 件事。"), key=key)
    relaying.relay(now=timezone.now())
    outcomes = [Sent(204, "", 9), Sent(422, "status", 9), Sent(None, "time_out", 9)]
    relaying.deliver(subscription_id=row.pk, sender=lambda **_: outcomes.pop(0))
    page.get_by_role("link", name="通知紀錄").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.get_by_text("對方沒有在時間內回應")).to_be_visible()
    expect(page.get_by_text("對方回 422")).to_be_visible()
    desk.check("system-deliveries")
    page.get_by_role("button", name="重送").click()
    expect(page.get_by_text("一分鐘內會再送一次。")).to_be_visible()
    with acting(SYSTEM):
        assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}
    page.goto(f"/systems/{number}/deliveries/?state=delivered")
    expect(page.get_by_text("沒有符合的通知")).to_be_visible()
    page.goto(f"/systems/{number}/")
    desk.check("system")
    page.get_by_role("link", name="換密鑰…").click()
    desk.check("system-secret")
    press(page, "換新的")
    expect(page.locator("[data-once]")).to_have_text(re.compile("^whsec_"))
    press(page, "已交給對方")
    page.locator("tr", has_text="example.gov.tw").get_by_role("link", name="停用…").click()
    desk.check("system-subscription-end")
    press(page, "停用")
    expect(page.get_by_text("沒有接收通知的網址")).to_be_visible()


def test_a_system_is_changed_and_stopped(desk: Desk) -> None:
    establish("admin")
    number = make_system().pk
    page = desk.sign_in("admin", f"/systems/{number}/change/")
    expect(page.get_by_label("系統名稱")).to_have_value("警政系統")
    page.get_by_label("送入通報").uncheck()
    page.get_by_label("每支權杖每分鐘").fill("0")
    press(page, "變更")
    expect(page.get_by_role("alert").get_by_text("每分鐘次數請寫")).to_be_visible()
    page.get_by_label("每支權杖每分鐘").fill("30")
    page.get_by_label("使用中").uncheck()
    desk.check("system-change")
    press(page, "變更")
    expect(page.get_by_text("停用中")).to_be_visible()
    with acting(SYSTEM):
        it = ConnectedSystem.objects.get()
        assert (it.is_active, it.calls_per_minute, it.scopes) == (
            False,
            30,
            ["reports:read", "events:receive"],
        )


def test_the_contract_is_a_plain_page_for_everybody(desk: Desk) -> None:
    page = desk.page
    page.goto("/api/v1/docs")
    expect(page.get_by_role("heading", name="送入一件通報")).to_be_visible()
    page.get_by_role("link", name="ReportBody").first.click()
    assert page.url.endswith("#ReportBody")
    desk.check("api-docs")
    page.goto("/api/v1/docs")
    answer = page.goto("/api/v1/openapi.json")
    assert answer is not None
    assert answer.json()["openapi"].startswith("3.1")


def test_nobody_else_gets_there(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish("admin", "luodong.supervisor", "auditor", "data", "intake")
    number = make_system().pk
    with acting(SYSTEM):
        token = Token.objects.create(
            system_id=number, prefix="x", digest="x", made_at=timezone.now(), expires_on=timezone.localdate()
        ).pk
    for username in ("luodong.supervisor", "auditor", "data", "intake"):
        made = Desk(chromium, live_server.url, with_script=False)
        page = made.sign_in(username, "/")
        expect(page.get_by_role("link", name="介接系統")).to_have_count(0)
        paths = ("", "add/", *(f"{number}/{each}" for each in ("", "change/", "subscribe/", "deliveries/")))
        for path in (*paths, f"tokens/{token}/revoke/"):
            answer = page.goto(f"/systems/{path}")
            assert answer is not None
            assert answer.status == 403, (username, path)
        made.context.close()
