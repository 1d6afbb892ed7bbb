"""新通報 in a browser: from the first call to 已受理, with matches, time-outs, two tabs, forty persons, without script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry, Draft
from anwang.services.intake.models import Report, ReportAttachment, ReportPerson
from tests.county import PASSWORD, establish
from tests.pages.desk import Desk, widen
from tests.pages.lists.test_list_pages import press

from .reported import STORY, fill_call, kept, known_child

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plain(chromium: Browser, live_server) -> Iterator[Desk]:  # type: ignore[no-untyped-def]
    """A browser without script."""
    made = Desk(chromium, live_server.url, with_script=False)
    yield made
    made.context.close()


def reports() -> int:
    with acting(SYSTEM):
        return Report.objects.count()


def row(page: Page, number: int):  # type: ignore[no-untyped-def]
    return page.locator("fieldset.person").nth(number - 1)


def test_a_call_is_taken_with_the_match_shown_and_sent(desk: Desk) -> None:
    establish()
    first, _ = known_child()
    page = desk.sign_in("intake", "/reports/")
    page.get_by_role("link", name="新通報").first.click()
    expect(page.get_by_role("heading", name="新通報")).to_be_visible()
    desk.check("report-new-empty")
    page.get_by_role("button", name="送出通報").click()
    summary = page.get_by_role("alert")
    for said in (
        "請選擇怎麼收到的。",
        "請選擇通報人身分；不願具名的選「匿名」。",
        "請寫發生什麼事，至少 5 個字。",
    ):
        expect(summary.get_by_role("link", name=said)).to_be_visible()
    desk.check("report-new-errors")
    fill_call(page)
    child = row(page, 1)
    child.get_by_label("姓名").press_sequentially("林小安", delay=20)
    child.get_by_label("電話").fill("0912345678")
    match = child.locator(".matches__one").first
    expect(match).to_contain_text("林○安")
    expect(match).to_contain_text("服務中：羅東社會福利服務中心")
    expect(match).to_contain_text("再通報")
    expect(match).to_contain_text("結案")
    expect(match).not_to_contain_text("林小安")
    expect(page.locator(".intake__side")).to_contain_text("資料足以派案")
    desk.check("report-new-matches")
    match.get_by_role("button", name="是同一人").click()
    expect(page.get_by_label("認定是同一人：林○安")).to_be_checked()
    child = row(page, 1)
    expect(child.get_by_label("統一編號")).to_have_value("A123456789")
    expect(child.get_by_label("住址")).to_have_value("宜蘭縣羅東鎮公正路186號")
    expect(child.get_by_label("電話")).to_have_value("0912345678")  # what was typed stays
    child.get_by_label("傷勢").fill("左臂瘀傷")
    page.get_by_role("button", name="再加一個人").click()
    father = row(page, 2)
    expect(father.get_by_label("姓名")).to_be_focused()
    father.get_by_label("姓名").fill("林大明")
    father.get_by_label("是什麼人").select_option(label="相對人（疑似施暴或疏忽）")
    father.get_by_label("與被通報人的關係").fill("父親")
    page.locator("#field-files").set_input_files(
        {"name": "照片說明.txt", "mimeType": "text/plain", "buffer": "左臂".encode()}
    )
    desk.check("report-new-filled")
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    expect(page.locator(".page-head")).to_contain_text("剩 23 小時")
    expect(page.locator(".page-head")).to_contain_text("再通報")
    expect(page.get_by_role("link", name=first.number)).to_be_visible()
    expect(page.locator("section.person").nth(0)).to_contain_text("認定是同一人")
    expect(page.locator("section.person").nth(1)).not_to_contain_text("認定是同一人")
    desk.check("report-one")
    with acting(SYSTEM):
        report = Report.objects.latest("pk")
        assert report.re_report_of_id == first.pk
        assert {"received_at", "person-1-id_number", "person-1-address", "person-1-birth"} <= set(
            report.prefilled
        )
        assert "person-1-name" not in report.prefilled
        assert report.story == STORY
        assert ReportAttachment.objects.get(report=report).name == "照片說明.txt"
        assert not Draft.objects.filter(form__startswith="report-new").exists()
        assert AuditEntry.objects.filter(action="looked_up").exists()


def test_with_the_keyboard_alone(desk: Desk) -> None:
    establish()
    known_child()
    page = desk.sign_in("intake", "/reports/")
    page.keyboard.press("n")
    page.wait_for_url("**/reports/new/*/")
    page.wait_for_load_state("networkidle")

    def to(label: str) -> None:
        """Tab on to the input of a label."""
        for _ in range(80):
            page.keyboard.press("Tab")
            found = page.evaluate("[...(document.activeElement.labels ?? [])].map(l => l.textContent).join()")
            if found.startswith(label):
                return
        raise AssertionError(f"「{label}」 cannot be reached with the Tab key")

    to("怎麼收到的")
    page.keyboard.press("ArrowDown")
    to("通報人身分")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    to("發生什麼事")
    page.keyboard.type(STORY)
    to("姓名")
    page.keyboard.type("林小安")
    to("統一編號")
    page.keyboard.type("A123456789")
    expect(row(page, 1).locator(".matches__one")).to_have_count(1)
    press(page, "是同一人：林○安・107年・羅東鎮")
    expect(page.get_by_label("認定是同一人：林○安")).to_be_checked()
    press(page, "送出通報")
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    assert reports() == 2
    assert desk.complaints == []


def test_enter_in_a_field_sends_nothing(desk: Desk) -> None:
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    row(page, 1).get_by_label("姓名").press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("發生什麼事")).to_have_value(STORY)
    assert reports() == 0


def test_forty_children(desk: Desk) -> None:
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    fill_call(page)
    for number in range(2, 41):
        page.get_by_role("button", name="再加一個人").click()
        expect(row(page, number).get_by_label("姓名")).to_be_focused()
        page.keyboard.type(f"第{number}名孩童")
    row(page, 1).get_by_label("姓名").fill("第一名孩童")
    desk.check("report-new-forty")
    page.get_by_role("button", name="拿掉第 7 人").click()
    expect(page.locator("fieldset.person")).to_have_count(39)
    expect(row(page, 7).get_by_label("姓名")).to_have_value("第8名孩童")
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    with acting(SYSTEM):
        assert ReportPerson.objects.count() == 39
    desk.check("report-forty")


def test_a_double_click_and_the_back_button(desk: Desk) -> None:
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    address = page.url
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    page.get_by_role("button", name="送出通報").dblclick()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    assert reports() == 1
    page.goto(address)
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小平")
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_role("alert")).to_contain_text("這份表單已經送出成為 R-")
    expect(row(page, 1).get_by_label("姓名")).to_have_value("林小平")
    assert reports() == 1
    desk.check("report-sent-already")


def test_without_script(plain: Desk) -> None:
    establish()
    known_child()
    page = plain.sign_in("intake", "/reports/new/")
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    row(page, 1).get_by_label("統一編號").fill("A123456789")
    page.get_by_role("button", name="再加一個人").click()
    row(page, 2).get_by_label("姓名").fill("陳怡君")
    page.get_by_role("button", name="再加一個人").click()
    page.get_by_role("button", name="拿掉第 3 人").click()
    page.get_by_role("button", name="先檢查").click()
    row(page, 1).get_by_role("button", name="是同一人").first.click()
    expect(page.get_by_label("認定是同一人：林○安")).to_be_checked()
    expect(row(page, 2).get_by_label("姓名")).to_have_value("陳怡君")
    expect(page.get_by_label("發生什麼事")).to_have_value(STORY)
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()


def test_without_script_a_time_out_gives_the_text_back(plain: Desk) -> None:
    establish()
    page = plain.sign_in("intake", "/reports/new/")
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    with acting(SYSTEM):
        Session.objects.all().delete()
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_role("alert")).to_contain_text("寫好的內容都還在這一頁")
    expect(page.get_by_label("發生什麼事")).to_have_value(STORY)
    beside = plain.context.new_page()
    beside.goto("/sign-in/")
    beside.get_by_label("帳號").fill("intake")
    beside.get_by_label("密碼").fill(PASSWORD)
    beside.get_by_role("button", name="登入").click()
    expect(beside).to_have_url(re.compile(r"//[^/]+/$"))
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_role("alert")).to_contain_text("內容都在，請再按一次")
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    assert reports() == 1


def test_on_a_telephone(desk: Desk) -> None:
    establish()
    page = desk.sign_in("police", "/reports/new/")
    page.wait_for_load_state("networkidle")
    widen(page, 390, 800)
    # What is known of who reports is not asked again.
    expect(page.get_by_label("通報人姓名")).to_have_value("蔡警員")
    expect(page.get_by_label("責任通報的職務別")).to_have_value("police")
    page.get_by_label("發生什麼事").fill(STORY)
    row(page, 1).get_by_label("姓名").fill("林小安")
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    expect(page.locator(".page-head")).to_contain_text("待篩案")
    desk.check("report-one-reported")
    expect(page.get_by_text("先前的通報與服務")).to_have_count(0)
    with acting(SYSTEM):
        assert Report.objects.get().reporter_unit is not None


def test_a_strange_time_is_asked_about(desk: Desk) -> None:
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    for typed, said in (
        ("昨天", "讀不出收到的時間"),
        ("", "請輸入收到的時間"),
        ("114/1/1 10:00", "小時前，處理時限已經過了"),
    ):
        page.get_by_label("收到的時間").fill(typed)
        page.get_by_role("button", name="送出通報").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
    page.get_by_label("時間的說明").fill("傳真放在收件匣，今天才發現")
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    expect(page.locator(".page-head")).to_contain_text("逾期")


def test_files_that_are_no_documents_are_refused(desk: Desk) -> None:
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    fill_call(page)
    row(page, 1).get_by_label("姓名").fill("林小安")
    page.locator("#field-files").set_input_files(
        {"name": "工具.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00" + b"\x00" * 64}
    )
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_role("alert")).to_contain_text("工具.exe")
    expect(page.get_by_text("附件請在送出前再選一次")).to_be_visible()
    assert reports() == 0
    desk.check("report-new-file")


def test_who_may_not(desk: Desk) -> None:
    establish()
    kept(now=dt.datetime.now(dt.UTC))
    page = desk.sign_in("luodong.clerk", "/")
    expect(page.get_by_role("link", name="通報", exact=True)).to_have_count(0)
    for address in ("/reports/", "/reports/new/", "/reports/1/"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403, address


NOTE = """通報人：陳淑娟（鄰居）0933123456
個案：張家瑜，男，103/11/2，身分證A163387503
案母：黃麗華 0911-222-333
地址：五結鄉孝威路200號
發生時間：115/4/20 下午3:30
案情：案母情緒不穩，持菜刀揮舞。
"""


def test_a_pasted_text_fills_what_is_confirmed(desk: Desk) -> None:
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    page.get_by_text("從文字或檔案帶入").click()
    page.get_by_label("貼上訊息、公文或通報單的文字").fill(NOTE)
    page.get_by_role("button", name="找出內容").click()
    expect(page.get_by_text("請逐項確認")).to_be_visible()
    expect(page.get_by_label("姓名：張家瑜")).not_to_be_checked()
    expect(page.locator(".fill mark", has_text="張家瑜")).to_be_visible()
    desk.check("report-new-found")
    for said in (
        "姓名：張家瑜",
        "統一編號：A163387503",
        "通報人姓名：陳淑娟",
        "現在有沒有危險：持有或使用武器",
    ):
        page.get_by_label(said).check()
    page.get_by_role("button", name="帶入勾選的").click()
    expect(page.get_by_text("已帶入 4 項")).to_be_visible()
    expect(row(page, 1).get_by_label("姓名")).to_have_value("張家瑜")
    expect(row(page, 1).get_by_label("電話")).to_have_value("")
    expect(page.get_by_label("持有或使用武器")).to_be_checked()
    expect(page.get_by_label("姓名：張家瑜")).to_have_count(0)


def test_a_document_fills_it_too(desk: Desk) -> None:
    establish()
    page = desk.sign_in("intake", "/reports/new/")
    page.wait_for_load_state("networkidle")
    page.get_by_text("從文字或檔案帶入").click()
    page.locator("#field-source").set_input_files(
        {"name": "通報單.txt", "mimeType": "text/plain", "buffer": NOTE.encode()}
    )
    page.get_by_role("button", name="找出內容").click()
    expect(page.get_by_label("貼上訊息、公文或通報單的文字")).to_have_value(NOTE.strip())
    expect(page.get_by_label("姓名：張家瑜")).to_be_visible()
    page.locator("#field-source").set_input_files(
        {"name": "壞的.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 nothing"}
    )
    page.get_by_role("button", name="找出內容").click()
    expect(page.get_by_role("status").get_by_text("壞的.pdf")).to_be_visible()
    expect(page.get_by_label("貼上訊息、公文或通報單的文字")).to_have_value(NOTE.strip())
    assert desk.complaints == []
