"""退回 and 不送 in a browser: the unit gives back, the office answers; an entry is left out and taken back."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from anwang.network.cocases import actions as room
from anwang.network.cocases.models import ListEntry, ListReturn, ListSending, ReturnAnswer, SendingEntry
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from tests.county import establish
from tests.flows.cocases.month import HOMES, MARCH, PEOPLE, Registry
from tests.flows.cocases.office import officer
from tests.pages.desk import Desk

from .test_list_pages import audited, press, sending

pytestmark = pytest.mark.django_db(transaction=True)


def make() -> None:
    Registry().load(MARCH, PEOPLE, HOMES)
    room.make_lists(period=MARCH, by=SYSTEM, by_name="命令列", now=timezone.now())


def send(unit: str, list_code: str) -> int:
    number = sending(unit, list_code)
    with acting(officer()):
        room.send_list(sending_id=number, by=officer(), by_name="林承辦", now=timezone.now())
    return number


def test_a_unit_gives_back_and_the_office_sends_elsewhere(desk: Desk, chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish("lists", "luodong.supervisor")
    make()
    number = send("luodong_center", "cocase")
    page = desk.sign_in("luodong.supervisor", f"/lists/received/{number}/")
    press(page, "退回…")
    expect(page.get_by_role("heading", name="退回115年3月共案名單")).to_be_visible()
    desk.check("return")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_role("alert").get_by_role("link", name="請選擇退回的原因。")).to_be_visible()
    expect(page.get_by_role("link", name="請選擇退回整份，還是其中幾列。")).to_be_visible()
    page.get_by_label("只退下面勾選的列").check()
    page.get_by_label("其他", exact=True).check()
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_role("link", name="請勾選要退回的列。")).to_be_visible()
    expect(page.get_by_role("link", name="選「其他」時，請寫明原因")).to_be_visible()
    desk.check("return-errors")
    page.get_by_label("郭秋、郭小妹").check()
    page.get_by_label("已遷出或查無此人").check()
    page.get_by_label("說明").fill("已遷往礁溪鄉")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_text("已退回 1 筆")).to_be_visible()
    expect(page.get_by_role("button", name="簽收")).to_be_visible()  # the rest is still to be receipted
    row = page.locator("tbody tr", has_text="郭秋")
    row.locator("summary", has_text="退回經過").click()
    expect(row).to_contain_text("黃督導 退回：已遷出或查無此人，已遷往礁溪鄉")
    expect(page.locator(".page-head")).to_contain_text("待簽收")
    desk.check("returned")
    assert audited("returned_list")[0]["reason"] == "moved_away"

    office = Desk(chromium, live_server.url)
    other = office.sign_in("lists", "/")
    expect(other.locator("tbody tr", has_text="處理退回")).to_contain_text("退回 1 筆")
    office.check("today-returned")
    other.goto("/lists/115-03/")
    expect(other.get_by_text("受案單位退回，等候處理")).to_be_visible()
    expect(other.get_by_role("region", name="各單位的名單")).to_contain_text("1 筆退回待處理")
    office.check("month-returned")
    other.get_by_role("link", name="羅東社會福利服務中心 共案 1 筆").click()
    expect(other.get_by_role("heading", name="處理退回")).to_be_visible()
    other.get_by_label("改送其他單位").check()
    other.get_by_role("button", name="確定").click()
    expect(other.get_by_role("alert").get_by_role("link", name="請選擇要改送的單位。")).to_be_visible()
    expect(other.get_by_role("link", name="請寫明理由")).to_be_visible()
    office.check("answer")
    other.get_by_label("改送的單位").select_option(label="礁溪社會福利服務中心")
    other.get_by_label("理由").fill("案家已遷往礁溪鄉")
    other.get_by_role("button", name="確定").click()
    expect(other.get_by_text("1 筆已放入這個單位的名單，請看過後送出。")).to_be_visible()
    expect(other.get_by_role("heading", name="共案名單・礁溪社會福利服務中心")).to_be_visible()
    expect(other.locator("tbody")).to_contain_text("羅東社會福利服務中心退回後改送。")
    office.check("elsewhere")
    other.goto("/lists/115-03/cocase/")
    expect(other.locator("tbody tr", has_text="郭秋")).to_contain_text("退回後改送")
    other.goto(f"/lists/sendings/{number}/returns/")
    expect(other.get_by_text("沒有等候處理的退回")).to_be_visible()
    office.check("answered")
    office.context.close()
    with acting(SYSTEM):
        assert ReturnAnswer.objects.get().outcome == "elsewhere"
    page.reload()
    page.locator("summary", has_text="退回經過").click()
    expect(page.locator("tbody tr", has_text="郭秋")).to_contain_text(
        "林承辦 改送礁溪社會福利服務中心：案家已遷往礁溪鄉"
    )


def test_a_list_of_one_goes_back_whole_without_script(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish("lists", "police", "luodong.supervisor")
    make()
    number = send("police_office", "missing_child")
    made = Desk(chromium, live_server.url, with_script=False)
    page = made.sign_in("police", f"/lists/received/{number}/")
    page.get_by_role("link", name="退回…").click()
    page.get_by_label("資料有誤或不足").check()
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_text("已整份退回，不必簽收。")).to_be_visible()
    expect(page.get_by_role("button", name="簽收")).to_have_count(0)
    page.goto("/lists/received/")
    expect(page.locator("tbody tr")).to_contain_text("退回待處理")
    page.goto(f"/lists/received/{number}/return/")
    expect(page.get_by_text("沒有可以退回的列")).to_be_visible()
    assert page.goto(f"/lists/sendings/{number}/returns/").status == 403
    made.context.close()
    other = Desk(chromium, live_server.url, with_script=False)
    page = other.sign_in("lists", f"/lists/sendings/{number}/returns/")
    page.get_by_label("再送原單位").check()
    page.get_by_label("理由").fill("名冊已補上照顧者電話")
    page.get_by_role("button", name="確定").click()
    expect(page.get_by_text("1 筆已再送警察局，等候簽收。")).to_be_visible()
    other.context.close()
    with acting(SYSTEM):
        assert ListReturn.objects.get().reason == "wrong_record"
        assert SendingEntry.objects.filter(sending_id=number).count() == 1


def test_an_entry_is_left_out_with_a_reason_and_taken_back(desk: Desk) -> None:
    establish("lists")
    make()
    number = sending("luodong_center", "cocase")
    page = desk.sign_in("lists", f"/lists/sendings/{number}/")
    page.locator("tbody tr", has_text="郭秋").get_by_role("link", name="不送…").click()
    expect(page.get_by_role("heading", name="不送這一筆：郭秋、郭小妹")).to_be_visible()
    with acting(SYSTEM):  # who looks at the entry alone is in the log as well
        seen = AuditEntry.objects.filter(action="opened_list", subject_kind="list_entry")
        assert [row.purpose for row in seen] == ["monthly_lists"]
    press(page, "不送")
    expect(page.get_by_role("alert").get_by_role("link", name="請寫明理由")).to_be_visible()
    desk.check("leave-out")
    page.get_by_label("不送的理由").fill("4 月 5 日電話確認，已由礁溪中心結案。")
    page.get_by_role("button", name="不送", exact=True).click()
    expect(page.get_by_text("已記錄不送的理由。送出前可以恢復。")).to_be_visible()
    row = page.locator("tbody tr", has_text="郭秋")
    expect(row).to_contain_text("不送：4 月 5 日電話確認，已由礁溪中心結案。（林承辦")
    desk.check("left-out")
    page.get_by_label("情形").select_option("left_out")
    page.wait_for_url("**standing=left_out**")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"/lists/sendings/{number}/?confirm=1")
    expect(page.get_by_role("heading", name="不送（1 筆）")).to_be_visible()
    expect(page.get_by_text("1 筆會送到羅東社會福利服務中心")).to_be_visible()
    desk.check("sending-left-out")
    page.get_by_role("button", name="恢復送出").click()
    expect(page.get_by_text("已恢復，這一筆會和其他列一起送出。")).to_be_visible()
    with acting(SYSTEM):
        assert not ListEntry.objects.filter(left_out__isnull=False).exists()
        assert not ListSending.objects.filter(sent_at__isnull=False).exists()
    assert (len(audited("left_out_entry")), len(audited("took_back_entry"))) == (1, 1)
