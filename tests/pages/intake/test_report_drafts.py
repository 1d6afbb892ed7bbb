"""What is typed of a report survives: a time-out, a server that goes away, a second tab, a save under way."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from anwang.platform.context import SYSTEM, acting
from anwang.platform.drafts import Saved, keep_draft
from anwang.platform.models import Draft
from anwang.services.intake.models import Report, ReportAttachment
from anwang.web import drafts
from tests.county import PASSWORD, establish
from tests.pages.desk import PATIENCE, Desk
from tests.pages.keys import Keys

from .reported import STORY, fill_call

pytestmark = pytest.mark.django_db(transaction=True)


def reports() -> int:
    with acting(SYSTEM):
        return Report.objects.count()


def row(page: Page, number: int):  # type: ignore[no-untyped-def]
    return page.locator("fieldset.person").nth(number - 1)


def test_a_time_out_in_the_middle_loses_nothing(desk: Desk) -> None:
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    fill_call(page)
    page.get_by_role("button", name="再加一個人").click()
    row(page, 2).get_by_label("姓名").fill("陳怡君")
    row(page, 2).get_by_label("是什麼人").select_option(label="主要照顧者")
    expect(page.locator("[data-draft-status]")).to_contain_text("已存")
    address = page.url
    with acting(SYSTEM):
        Session.objects.all().delete()
    page.goto(address)
    page.get_by_label("帳號").fill("intake")
    page.get_by_label("密碼").fill(PASSWORD)
    page.get_by_role("button", name="登入").click()
    page.wait_for_url(address)
    expect(page.get_by_label("發生什麼事")).to_have_value(STORY)
    expect(row(page, 2).get_by_label("姓名")).to_have_value("陳怡君")
    expect(row(page, 2).get_by_label("是什麼人")).to_have_value("carer")
    expect(page.get_by_label("相對人在場")).to_be_checked()
    page.goto("/reports/")
    expect(page.get_by_text("還沒送出的通報")).to_be_visible()
    desk.check("reports-draft")


def test_by_keyboard_a_time_out_in_the_middle_loses_nothing(desk: Desk) -> None:
    establish()
    keys = Keys(desk, "intake", "/reports/")
    keys.to("新通報")
    keys.press("Enter")
    page = keys.page
    page.wait_for_url("**/reports/new/**")
    page.wait_for_load_state("networkidle")
    keys.to("發生什麼事")
    keys.type(STORY)
    keys.to("姓名")
    keys.type("林小安")
    expect(page.locator("[data-draft-status]")).to_contain_text("已存")
    with acting(SYSTEM):
        Session.objects.all().delete()
    page.reload()
    keys.sign_in("intake")
    expect(page.get_by_label("發生什麼事")).to_have_value(STORY)
    expect(row(page, 1).get_by_label("姓名")).to_have_value("林小安")


def test_the_server_goes_away_at_the_moment_of_sending(desk: Desk) -> None:
    """Typed, sent at once, and nobody answers: the form stays as it is and says so; when the server is back it is sent."""
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    address = page.url
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    page.locator("#field-files").set_input_files(
        {"name": "照片說明.txt", "mimeType": "text/plain", "buffer": "左臂".encode()}
    )
    desk.context.set_offline(True)
    page.get_by_role("button", name="送出通報").click()
    expect(page.locator("[data-draft-status]")).to_contain_text("連不上系統，表單還沒有送出")
    assert page.url == address
    expect(page.get_by_label("發生什麼事")).to_have_value(STORY)
    page.get_by_role("button", name="送出通報").click()
    expect(page.locator("[data-draft-status]")).to_contain_text("連不上系統，表單還沒有送出")
    assert reports() == 0
    desk.context.set_offline(False)
    expect(page.locator("[data-draft-status]")).to_contain_text("連線恢復了，表單還沒有送出，請再按一次")
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    with acting(SYSTEM):
        assert ReportAttachment.objects.get(report=Report.objects.get()).name == "照片說明.txt"
        assert not Draft.objects.filter(form__startswith="report-new").exists()


def test_the_server_is_killed_while_the_form_is_under_way(desk: Desk) -> None:
    """The browser shows its own error then. Back at the form every word is there; and what was kept though nobody was
    told is found, once, when the browser sends it again."""
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    address = page.url
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    is_kept = False

    def killed(route: Route) -> None:
        if is_kept:
            route.fetch()
        route.abort("connectionreset")

    def send() -> None:
        page.route(address, killed)
        with page.expect_event("requestfailed", lambda request: request.url == address):
            page.get_by_role("button", name="送出通報").click(no_wait_after=True)
        page.unroute(address)

    send()
    assert reports() == 0
    page.goto(address)
    expect(page.get_by_label("發生什麼事")).to_have_value(STORY)
    expect(row(page, 1).get_by_label("姓名")).to_have_value("林小安")
    page.wait_for_load_state("networkidle")
    is_kept = True
    send()
    assert reports() == 1
    page.reload()  # the browser sends the same form again
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    assert reports() == 1


def test_two_tabs_meet_field_by_field(desk: Desk) -> None:
    establish()
    one = desk.sign_in("intake", "/reports/new/")
    one.wait_for_load_state("networkidle")
    two = desk.context.new_page()
    two.goto(one.url)
    two.wait_for_load_state("networkidle")
    one.get_by_label("發生什麼事").fill("鄰居聽見哭聲，約在晚上九點。")
    one.get_by_label("地點").fill("公正路")
    expect(one.locator("[data-draft-status]")).to_contain_text("已存")
    two.get_by_label("發生什麼事").fill("鄰居聽見摔東西，約在晚上十點。")
    two.get_by_label("什麼時候").fill("昨晚")
    expect(two.locator("[data-draft-status]")).to_contain_text("另一個分頁也改了其中 1 處")
    two.get_by_role("link", name="比對並選擇").click()
    expect(two.get_by_role("heading", name="兩邊都改了")).to_be_visible()
    two.get_by_label("兩邊都留").check()
    two.get_by_role("button", name="照選擇儲存").click()
    two.wait_for_url(one.url)
    expect(two.get_by_label("發生什麼事")).to_have_value(
        "鄰居聽見哭聲，約在晚上九點。\n鄰居聽見摔東西，約在晚上十點。"
    )
    expect(two.get_by_label("地點")).to_have_value("公正路")
    expect(two.get_by_label("什麼時候")).to_have_value("昨晚")


HOLD_ANSWERS = """
const read = Response.prototype.json;
Response.prototype.json = async function () {
  const told = await read.call(this);
  if (!window.held) {
    await new Promise((go) => {
      window.held = go;
      document.documentElement.dataset.held = "";
    });
  }
  return told;
};
"""


def test_what_is_typed_while_the_draft_comes_back_stays(desk: Desk) -> None:
    """The answer with the draft is there and not yet read: what is typed in that moment is no less typed."""
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    page.get_by_label("發生什麼事").fill("鄰居聽見哭聲。")
    expect(page.locator("[data-draft-status]")).to_contain_text("已存")
    desk.context.add_init_script(HOLD_ANSWERS)
    page.goto(page.url)
    expect(page.locator("html[data-held]")).to_be_attached()
    page.get_by_label("地點").fill("公正路")
    page.evaluate("window.held()")
    expect(page.locator("[data-draft-status]")).to_contain_text("已存")
    expect(page.get_by_label("地點")).to_have_value("公正路")
    expect(page.get_by_label("發生什麼事")).to_have_value("鄰居聽見哭聲。")


def test_a_save_under_way_does_not_bring_the_draft_of_a_sent_report_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is slow with the draft when the form is sent: the form waits for it, or the draft would come after it."""
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    began, go_on = threading.Event(), threading.Event()

    def slowly(**given: Any) -> Saved:
        began.set()
        assert go_on.wait(PATIENCE / 1000)
        return keep_draft(**given)

    monkeypatch.setattr(drafts, "keep_draft", slowly)
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    assert began.wait(PATIENCE / 1000)
    page.get_by_role("button", name="送出通報").click()
    expect(page.locator("[data-draft-status]")).to_contain_text("隨後送出")
    assert reports() == 0
    go_on.set()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    assert reports() == 1
    page.goto("/reports/")
    expect(page.get_by_text("還沒送出的通報")).to_have_count(0)
    with acting(SYSTEM):
        assert not Draft.objects.exists()
    assert desk.complaints == []
