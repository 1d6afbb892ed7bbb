"""Two tabs, two workers, a time-out: what was typed is there, and where both wrote, a person chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from tests.county import PASSWORD, establish
from tests.pages.desk import Desk
from tests.pages.keeping import site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def with_pages() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.pages.keeping.site"):
        site.reset()
        yield


def _tab(desk: Desk, at: str = "/try/draft/") -> Page:
    """Another tab of the same browser; its scripts' errors count as well."""
    page = desk.context.new_page()
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.goto(at)
    page.wait_for_load_state("networkidle")
    return page


def _story(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_label("發生什麼事")


def _status(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("[data-draft-status]")


def test_two_tabs_that_write_in_different_fields_come_together(desk: Desk) -> None:
    establish()
    one = desk.sign_in("luodong.worker", "/try/draft/")
    one.wait_for_load_state("networkidle")
    two = _tab(desk)
    _story(one).fill("鄰居聽見哭聲")
    one.get_by_label("照顧").check()
    expect(_status(one)).to_contain_text("已存")
    two.get_by_label("地點").fill("羅東鎮")
    expect(_status(two)).to_contain_text("並併入另一個分頁改的 2 處")
    expect(_story(two)).to_have_value("鄰居聽見哭聲")
    expect(two.get_by_label("照顧")).to_be_checked()
    one.get_by_label("住所").check()
    expect(_status(one)).to_contain_text("並併入另一個分頁改的 1 處")
    expect(one.get_by_label("地點")).to_have_value("羅東鎮")
    one.get_by_role("button", name="送出通報").click()
    expect(one).to_have_url(re.compile(r"//[^/]+/$"))
    assert site.RECORD["sent"]["place"] == ("羅東鎮",)  # type: ignore[index]
    assert site.RECORD["sent"]["needs"] == ("care", "home")  # type: ignore[index]
    one.goto("/try/draft/")
    one.wait_for_load_state("networkidle")
    expect(_story(one)).to_have_value("")  # sent: no draft any more
    assert desk.complaints == []


def test_what_both_tabs_wrote_is_asked_field_by_field(desk: Desk) -> None:
    establish()
    one = desk.sign_in("luodong.worker", "/try/draft/")
    one.wait_for_load_state("networkidle")
    two = _tab(desk)
    _story(one).fill("鄰居聽見小孩哭聲，約在晚上九點。")
    one.get_by_label("地點").fill("羅東鎮公正路")
    one.get_by_label("立即危險").check()
    expect(_status(one)).to_contain_text("已存")
    _story(two).fill("鄰居聽見小孩哭聲和摔東西，約在晚上十點。")
    two.get_by_label("一般").check()
    two.get_by_label("身分證號").fill("A123456789")
    expect(_status(two)).to_contain_text("另一個分頁也改了其中 2 處")
    two.get_by_role("link", name="比對並選擇").click()
    expect(two.get_by_role("heading", name="兩邊都改了，請選擇要留的內容")).to_be_visible()
    story = two.get_by_role("group", name="發生什麼事")
    expect(story).to_contain_text("約在晚上九點")
    expect(story).to_contain_text("約在晚上十點")
    urgency = two.get_by_role("group", name="急迫程度")
    expect(urgency).to_contain_text("立即危險")
    expect(urgency.get_by_label("兩邊都留")).to_have_count(0)
    desk.page = two
    desk.check("draft-conflict")
    two.get_by_role("button", name="照選擇儲存").click()
    expect(
        two.get_by_role("alert").get_by_role("link", name="請選擇「急迫程度」要留哪一邊。")
    ).to_be_visible()
    desk.check("draft-conflict-undecided")
    story.get_by_label("兩邊都留").check()
    urgency.get_by_label("這個分頁寫的").check()
    two.get_by_role("button", name="照選擇儲存").click()
    two.wait_for_url("**/try/draft/")
    two.wait_for_load_state("networkidle")
    text = _story(two).input_value()
    assert "約在晚上九點" in text
    assert "摔東西" in text
    expect(two.get_by_label("一般")).to_be_checked()
    expect(two.get_by_label("地點")).to_have_value("羅東鎮公正路")
    expect(two.get_by_label("身分證號")).to_have_value("A123456789")
    expect(two.locator("[data-draft-conflict]")).to_be_hidden()
    assert desk.complaints == []


def test_a_tab_that_was_closed_undecided_is_remembered(desk: Desk) -> None:
    establish()
    one = desk.sign_in("luodong.worker", "/try/draft/")
    one.wait_for_load_state("networkidle")
    two = _tab(desk)
    _story(one).fill("甲分頁")
    expect(_status(one)).to_contain_text("已存")
    _story(two).fill("乙分頁")
    expect(_status(two)).to_contain_text("已另存")
    two.close()
    one.reload()
    expect(_status(one)).to_contain_text("另有一份同時在別的分頁寫的")
    one.get_by_role("link", name="比對並選擇").click()
    expect(one.get_by_role("group", name="發生什麼事")).to_contain_text("乙分頁")


def test_a_time_out_in_the_middle_and_the_text_is_there_after_signing_in(desk: Desk) -> None:
    establish()
    page = desk.sign_in("luodong.worker", "/try/draft/")
    page.wait_for_load_state("networkidle")
    _story(page).fill("寫到一半")
    page.get_by_label("照顧").check()
    page.get_by_label("照顧").uncheck()
    page.get_by_label("住所").check()
    expect(_status(page)).to_contain_text("已存")
    desk.context.clear_cookies()
    page.goto("/try/draft/")
    page.get_by_label("帳號").fill("luodong.worker")
    page.get_by_label("密碼").fill(PASSWORD)
    page.get_by_role("button", name="登入").click()
    page.wait_for_url("**/try/draft/")
    expect(_status(page)).to_contain_text("已還原")
    expect(_story(page)).to_have_value("寫到一半")
    expect(page.get_by_label("住所")).to_be_checked()
    expect(page.get_by_label("照顧")).not_to_be_checked()
    page.get_by_role("button", name="捨棄草稿").click()
    expect(_status(page)).to_have_text("草稿已捨棄")


@pytest.mark.parametrize("with_script", [True, False])
def test_two_workers_on_one_record_meet_the_same_page(
    chromium: Browser, live_server, with_script: bool
) -> None:  # type: ignore[no-untyped-def]
    establish()
    desk = Desk(chromium, live_server.url, with_script=with_script)
    mine = desk.sign_in("luodong.worker", "/try/record/")
    theirs = desk.context.new_page()
    theirs.goto("/try/record/")
    theirs.get_by_label("發生什麼事").fill("鄰居聽見哭聲，已報警。")
    theirs.get_by_label("住所").check()
    theirs.get_by_role("button", name="送出通報").click()
    mine.get_by_label("發生什麼事").fill("鄰居聽見哭聲，孩子已送醫。")
    mine.get_by_label("地點").fill("五結鄉")
    mine.get_by_role("button", name="送出通報").click()
    expect(mine.get_by_text("1 處兩邊寫得不同，另有 2 處已自動合併")).to_be_visible()
    if with_script:
        desk.check("record-conflict")
    mine.get_by_role("button", name="照選擇儲存").click()
    expect(mine.get_by_role("link", name="請選擇「發生什麼事」要留哪一邊。")).to_be_visible()
    # Meanwhile the other worker saves once more: what is new is asked about again, on the same page.
    theirs.get_by_label("地點").fill("羅東鎮公正路")
    theirs.get_by_role("button", name="送出通報").click()
    mine.get_by_label("我在這一頁寫的").check()
    mine.get_by_role("button", name="照選擇儲存").click()
    expect(mine.get_by_role("group", name="地點")).to_contain_text("羅東鎮公正路")
    mine.get_by_label("已經存好的").check()
    mine.get_by_role("button", name="照選擇儲存").click()
    mine.wait_for_url("**/try/record/")
    expect(mine.get_by_label("發生什麼事")).to_have_value("鄰居聽見哭聲，孩子已送醫。")
    expect(mine.get_by_label("地點")).to_have_value("羅東鎮公正路")
    expect(mine.get_by_label("住所")).to_be_checked()
    assert site.RECORD["revision"] == 8
    assert desk.complaints == []
    desk.context.close()
