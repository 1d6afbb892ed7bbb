"""The list and one report in a browser: searching, adding, correcting by two at once, whom somebody is, who reported."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from anwang.platform.attachments import checked_attachment
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.services.intake.models import Report, ReportAttachment, ReportPerson
from tests.county import establish
from tests.flows.intake.typed import REPORTER, form
from tests.pages.desk import Desk
from tests.pages.lists.test_list_pages import press

from .reported import CHILD, PersonForm, kept, known_child

pytestmark = pytest.mark.django_db(transaction=True)


def _reports() -> list[Report]:
    """One late, one handled, one by the police."""
    now = timezone.now()
    late = kept(form=form(received_at=now - dt.timedelta(hours=20), happened="昨天"))
    handled = kept(persons=[PersonForm(name="吳大同", phone="0933111222", birth="50/1/1")])
    police = kept(
        "police",
        persons=[PersonForm(name="周美玲"), *(PersonForm(name=f"周小{c}", role="family") for c in "甲乙丙")],
    )
    with acting(SYSTEM):
        Report.objects.filter(pk=handled.pk).update(state="accepted", handled_at=now)
        Report.objects.filter(pk=late.pk).update(due_at=now - dt.timedelta(hours=1))
    return [late, handled, police]


def test_the_list_of_the_desk(desk: Desk) -> None:
    establish()
    late, handled, police = _reports()
    page = desk.sign_in("intake", "/reports/")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("逾期 1 小時")
    expect(rows.nth(1)).to_contain_text("周○玲、周○甲、周○乙 等 4 人")
    expect(rows.nth(2)).to_contain_text("已完成")
    expect(page.get_by_text("周美玲")).to_have_count(0)
    expect(page.locator(".sub")).to_contain_text("時限進行中 2 件：逾期 1")
    expect(page.locator(".sub")).to_contain_text("已知不再問：25%")
    desk.check("reports")
    page.get_by_role("searchbox", name="姓名、證號、電話、生日或通報編號").fill("吳大同")
    page.get_by_role("button", name="搜尋通報").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(handled.number)
    assert "吳" not in page.url
    page.goto("/reports/?state=open")
    expect(rows).to_have_count(2)
    page.goto(f"/reports/{handled.pk}/")
    expect(page.get_by_role("link", name="篩案與派案")).to_have_count(0)
    page.goto(f"/reports/{late.pk}/")
    page.get_by_role("link", name="篩案與派案").click()
    expect(page.get_by_role("heading", name=f"派案 {late.number}")).to_be_visible()
    page.goto("/reports/?township=蘇澳鎮")
    expect(page.get_by_text("沒有符合的通報")).to_be_visible()
    desk.check("reports-none")
    page.goto("/reports/")
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV").click()
    text = file.value.path().read_text("utf-8-sig")
    assert police.number in text
    assert "周美玲" not in text
    with acting(SYSTEM):
        assert AuditEntry.objects.filter(action="exported_reports").exists()
        assert AuditEntry.objects.filter(action="searched").count() == 1
    page.goto(f"/reports/{late.pk}/")
    page.keyboard.press("d")
    page.wait_for_url(f"**/dispatch/{late.pk}/")
    page.get_by_role("link", name="看通報全文").click()
    page.wait_for_url(f"**/reports/{late.pk}/")
    desk.check("report-to-dispatch")


def test_the_reporter_who_asked_for_it_gets_a_reply(desk: Desk) -> None:
    establish()
    report = kept(reporter=replace(REPORTER, wants_reply=True))
    page = desk.sign_in("intake", f"/reports/{report.pk}/")
    expect(page.get_by_text("要回復處理情形")).to_contain_text("剩 7 天")
    page.get_by_role("link", name="記回復…").click()
    desk.check("report-reply")
    press(page, "記下")
    expect(page.get_by_role("alert")).to_contain_text("請選擇結果")
    page.get_by_label("已回復").check()
    page.get_by_label("電話", exact=True).check()
    page.get_by_label("概要").fill("已告知由社工處理中。")
    press(page, "記下")
    page.wait_for_url(f"**/reports/{report.pk}/")
    expect(page.locator("aside")).to_contain_text("電話，已回復")
    expect(page.get_by_role("link", name="記回復…")).to_have_count(0)
    desk.check("report-replied")
    page.goto(f"/reports/{report.pk}/reply/")
    expect(page.get_by_text("沒有要回復的，或已經回復")).to_be_visible()


def test_the_list_of_another_unit(desk: Desk) -> None:
    establish()
    _, _, police = _reports()
    page = desk.sign_in("police", "/reports/")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(police.number)
    expect(page.locator(".sub")).not_to_contain_text("已知不再問")
    desk.check("reports-police")
    page.get_by_role("link", name=police.number).click()
    expect(page.get_by_text("先前的通報與服務")).to_have_count(0)
    expect(page.get_by_role("link", name="更正")).to_have_count(0)
    expect(page.get_by_role("link", name="查看身分…")).to_have_count(0)
    answer = page.goto(f"/reports/{police.pk}/correct/")
    assert answer is not None
    assert answer.status == 404


def test_it_is_added_to_by_keyboard(desk: Desk) -> None:
    establish()
    report = kept("police")
    page = desk.sign_in("police", f"/reports/{report.pk}/")
    expect(page.get_by_role("link", name="篩案與派案")).to_have_count(0)
    page.keyboard.press("a")
    page.wait_for_url("**/add/")
    desk.check("report-add")
    press(page, "補充")
    expect(page.get_by_role("alert")).to_contain_text("請寫要補充的內容")
    page.get_by_label("補充的內容").fill("父親剛回到家，孩子躲在房間。")
    page.get_by_label("姓名", exact=True).fill("林大明")
    page.get_by_label("與被通報人的關係").fill("父親")
    page.locator("#field-files").set_input_files(
        {"name": "對話.txt", "mimeType": "text/plain", "buffer": "截圖文字".encode()}
    )
    page.get_by_role("button", name="補充").click()
    expect(page.get_by_text("已補充。")).to_be_visible()
    expect(page.locator(".story--added")).to_contain_text("父親剛回到家")
    expect(page.get_by_role("heading", name="3. 林大明")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("link", name="對話.txt").click()
    assert file.value.path().read_text() == "截圖文字"
    assert "對話" not in file.value.suggested_filename
    desk.check("report-added")


def test_two_people_correct_one_report(desk: Desk, chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish()
    report = kept()
    page = desk.sign_in("intake", f"/reports/{report.pk}/")
    page.keyboard.press("e")
    page.wait_for_url("**/correct/")
    page.wait_for_load_state("networkidle")
    desk.check("report-correct")
    with acting(
        SYSTEM
    ):  # the form to correct shows everybody: that was written down, before the report's own page
        seen = AuditEntry.objects.filter(action="opened_report", subject_kind="person")
        assert seen.count() == 2 * ReportPerson.objects.filter(report=report).exclude(person=None).count() > 0
    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("intake.supervisor", f"/reports/{report.pk}/correct/")
    other.get_by_label("更正的理由").fill("與學校再確認過")
    other.get_by_label("地點").fill("校門口")
    other.get_by_label("在哪個鄉鎮市").select_option(label="五結鄉")
    other.get_by_role("button", name="更正", exact=True).click()
    expect(other.get_by_text("已更正；")).to_be_visible()
    page.get_by_label("地點").fill("公園")
    page.locator("fieldset.person").nth(0).get_by_label("傷勢").fill("手臂、背部瘀傷")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_role("heading", name="兩邊都改了")).to_be_visible()
    expect(page.get_by_text("校門口").first).to_be_visible()
    desk.check("report-conflict")
    page.get_by_label("已經存好的").first.check()
    page.get_by_role("button", name="照選擇儲存").click()
    expect(page.get_by_role("alert")).to_contain_text("請寫明理由")
    page.get_by_label("更正的理由").fill("通報人來電更正")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_text("已更正；")).to_be_visible()
    expect(page.locator("tbody")).to_contain_text("更正第 1 人的傷勢：手臂瘀傷 → 手臂、背部瘀傷")
    with acting(SYSTEM):
        report.refresh_from_db()
        assert (report.place, report.township) == ("校門口", "五結鄉")
    desk.check("report-corrected")
    theirs.context.close()


def test_whom_somebody_is_is_said_on_the_report(desk: Desk) -> None:
    establish()
    first, person = known_child()
    report = kept()
    page = desk.sign_in("intake", f"/reports/{report.pk}/")
    part = page.locator("section.person").nth(0).locator(".person__matches")
    expect(part).to_contain_text("可能是同一人，請認定")
    expect(part).to_contain_text("林○安")
    desk.check("report-who-open")
    part.get_by_role("button", name="是同一人").first.click()
    expect(page.get_by_text("已認定是同一人")).to_be_visible()
    expect(page.locator(".page-head")).to_contain_text("再通報")
    expect(page.get_by_role("link", name=first.number)).to_be_visible()
    expect(page.locator("section.person").nth(0)).to_contain_text("服務中：羅東社會福利服務中心")
    desk.check("report-who-decided")
    with acting(SYSTEM):
        row = ReportPerson.objects.get(report=report, number=1, withdrawn_at__isnull=True)
        assert row.person_id == person
    page.get_by_role("link", name="重新認定").click()
    expect(page.get_by_role("heading", name="林小安：是不是已經有紀錄的人？")).to_be_visible()
    desk.check("report-who-again")
    press(page, "都不是")
    expect(page.get_by_text("已記下：不是所列的人。")).to_be_visible()
    expect(page.locator(".page-head")).not_to_contain_text("再通報")


def test_who_does_not_belong_there_is_removed(desk: Desk) -> None:
    establish()
    report = kept()
    page = desk.sign_in("intake", f"/reports/{report.pk}/")
    page.locator("section.person").nth(1).get_by_role("link", name="移除").click()
    press(page, "移除")
    expect(page.get_by_role("alert")).to_contain_text("請寫明理由")
    desk.check("report-remove")
    page.get_by_label("理由").fill("是另一件通報的母親")
    press(page, "移除")
    expect(page.get_by_text("已移除第 2 人")).to_be_visible()
    expect(page.get_by_text("已移除：陳怡君")).to_be_visible()


def test_who_reported_is_shown_for_a_reason_and_once(desk: Desk, chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish()
    report = kept()
    page = desk.sign_in("intake", f"/reports/{report.pk}/")
    expect(page.get_by_text("王老師")).to_have_count(0)
    page.get_by_role("link", name="查看身分…").click()
    press(page, "查看")
    expect(page.get_by_role("alert")).to_contain_text("請寫明理由")
    desk.check("reporter-reason")
    page.get_by_label("理由").fill("要補問傷勢照片")
    press(page, "查看")
    expect(page.get_by_text("王老師")).to_be_visible()
    desk.check("reporter-shown")
    page.goto(page.url)
    expect(page.get_by_text("王老師")).to_have_count(0)
    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("intake.supervisor", "/views/")
    expect(other.locator("tbody")).to_contain_text("開啟通報人身分")
    expect(other.locator("tbody")).to_contain_text("要補問傷勢照片")
    expect(other.locator("tbody")).to_contain_text(report.number)
    theirs.check("views-reporter")
    answer = other.goto(f"/reports/{report.pk}/reporter/")
    assert answer is not None
    assert answer.status == 403
    theirs.context.close()


def test_a_file_is_withdrawn(desk: Desk) -> None:
    establish()
    report = kept(attachments=[checked_attachment("傷勢.txt", io.BytesIO("左臂".encode()))])
    page = desk.sign_in("intake", f"/reports/{report.pk}/")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("已撤回附件")).to_be_visible()
    expect(page.get_by_role("link", name="傷勢.txt")).to_have_count(0)
    with acting(SYSTEM):
        row = ReportAttachment.objects.get()
    answer = page.goto(f"/reports/{report.pk}/files/{row.pk}/")
    assert answer is not None
    assert answer.status == 404


def test_a_report_that_lacks_something_says_what(desk: Desk) -> None:
    establish()
    report = kept(
        form=form(received_at=timezone.now(), township="", dangers=(), happened=""),
        persons=[PersonForm(name="林小安")],
    )
    page = desk.sign_in("intake", f"/reports/{report.pk}/")
    expect(page.get_by_text("派案前還缺：")).to_contain_text("在哪個鄉鎮市")
    desk.check("report-gaps")


def test_a_report_prints(desk: Desk) -> None:
    """Paper has no buttons and no matches that nobody decided on."""
    establish()
    report = kept(persons=[CHILD])
    page: Page = desk.sign_in("intake", f"/reports/{report.pk}/")
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="更正")).to_be_hidden()
    expect(page.locator(".person__matches")).to_be_hidden()
    expect(page.get_by_text(CHILD.address)).to_be_visible()
