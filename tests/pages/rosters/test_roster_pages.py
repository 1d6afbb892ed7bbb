"""名冊 in a browser: what is missing, uploading, the receipt, corrections, and what another bureau sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from anwang.platform.context import SYSTEM, acting
from anwang.platform.files.tables import read_table
from anwang.platform.models import AuditEntry
from tests.county import establish
from tests.pages.desk import Desk
from tests.roster_files import SUICIDE_HEADER, SUICIDE_ROWS, csv_file, suicide_roster

pytestmark = pytest.mark.django_db(transaction=True)


def upload(page: Page, *paths: Path) -> None:
    page.get_by_label("選擇檔案").set_input_files([str(path) for path in paths])
    page.get_by_role("button", name="上傳", exact=True).click()


def audited(action: str) -> int:
    with acting(SYSTEM):
        return AuditEntry.objects.filter(action=action).count()


def test_a_liaison_uploads_a_roster_sees_row_errors_and_takes_them_home(desk: Desk, tmp_path: Path) -> None:
    establish("health")
    page = desk.sign_in("health", "/rosters/")
    expect(page.get_by_text("還沒有收到任何名冊")).to_be_visible()
    names = page.locator("table").first.locator("tbody tr")
    assert names.count() == 2, "only the own bureau's rosters"
    desk.check("month-empty")
    page.keyboard.press("u")
    page.wait_for_url("**/rosters/upload/")
    desk.check("upload")

    upload(page, suicide_roster(tmp_path))
    page.wait_for_url("**/rosters/receipts/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text("自殺通報個案名冊 115年3月")
    expect(page.get_by_text("已載入 3 列。")).to_be_visible()
    refused = page.get_by_role("region", name="退回的列").locator("tbody tr")
    assert refused.count() == 2
    expect(refused.nth(1)).to_contain_text("999/13/45")
    expect(refused.nth(1)).to_contain_text("1150301")
    desk.check("receipt")
    page.get_by_text("每一欄怎麼認的").click()
    expect(page.get_by_role("region", name="欄位")).to_contain_text("身分證字號")
    with page.expect_download() as download:
        page.get_by_role("link", name="下載退回列（ODS）").click()
    assert "退回" in download.value.suggested_filename
    sheet = read_table(Path(download.value.path()), name="a.ods").sheets[0]
    assert [row[0] for row in sheet.rows[3:]] == [5, 6]
    assert (audited("loaded_roster"), audited("opened_roster"), audited("exported_refusals")) == (1, 1, 1)

    page.get_by_role("link", name="名冊", exact=True).first.click()
    expect(page.get_by_text("還缺 1 份")).to_be_visible()
    expect(page.get_by_text("退回 2 列待修正")).to_be_visible()
    desk.check("month")
    with page.expect_download() as download:
        page.get_by_role("link", name="ODS").click()
    rows = read_table(Path(download.value.path()), name="a.ods").sheets[0].rows
    assert [row[2] for row in rows[2:]] == ["已收到", "還沒有收到"]


def test_the_same_file_twice_and_a_correction(desk: Desk, tmp_path: Path) -> None:
    establish("health")
    page = desk.sign_in("health", "/rosters/upload/")
    path = suicide_roster(tmp_path)
    upload(page, path)
    page.wait_for_url("**/rosters/receipts/*/")
    first = page.url
    page.goto("/rosters/upload/")
    upload(page, path)
    page.wait_for_url("**/rosters/receipts/*/")
    assert page.url == first
    expect(page.get_by_text("這個檔案已經載入過")).to_be_visible()

    changed = (*SUICIDE_ROWS[1][:5], "0933000111", *SUICIDE_ROWS[1][6:])
    page.goto("/rosters/upload/")
    upload(page, suicide_roster(tmp_path, (SUICIDE_ROWS[0], changed)))
    page.wait_for_url(lambda url: "/receipts/" in url and url != first)
    rows = page.get_by_role("region", name="變動的列").locator("tbody tr")
    assert [" ".join(text.split()) for text in rows.all_inner_texts()] == [
        "變更 S002 3 電話",
        "撤回 S003 4 —",
    ]
    expect(page.get_by_text("沒有退回的列。")).to_be_visible()
    desk.check("receipt-corrected")
    receipt = page.url
    page.goto(receipt + "changes/?kind=gone")
    expect(page.locator("tbody tr")).to_have_count(1)
    desk.check("changes")
    page.goto(first)
    expect(page.get_by_text("後來有更正檔")).to_be_visible()
    page.goto("/rosters/receipts/?state=accepted")
    expect(page.locator("tbody tr")).to_have_count(2)
    desk.check("receipts")


def test_several_files_at_once_each_with_its_own_outcome_and_a_question(desk: Desk, tmp_path: Path) -> None:
    establish("data")
    page = desk.sign_in("data", "/rosters/upload/")
    nameless = csv_file(
        tmp_path, "自殺通報個案.csv", SUICIDE_HEADER, [(*row[:8], "") for row in SUICIDE_ROWS]
    )
    broken = tmp_path / "11503急難紓困申請.xlsx"
    broken.write_bytes(b"PK\x03\x04" + bytes(400))
    upload(page, suicide_roster(tmp_path, name="11504_自殺通報個案.csv"), nameless, broken)
    rows = page.get_by_role("region", name="這次上傳的檔案").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("退回 2 列")
    expect(rows.nth(1)).to_contain_text("要請您說明")
    expect(rows.nth(2)).to_contain_text("整檔退回")
    expect(page.locator("#field-period")).to_be_visible()
    desk.check("upload-asked")
    page.locator("#field-period").fill("115年13月")
    upload(page, nameless)
    expect(page.get_by_role("link", name="看不懂這個月份")).to_be_visible()
    page.locator("#field-period").fill("115年3月")
    upload(page, nameless)
    page.wait_for_url("**/rosters/receipts/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text("自殺通報個案名冊 115年3月")
    page.goto("/rosters/receipts/?state=refused")
    page.locator("tbody a").last.click()
    expect(page.get_by_text("一列都沒有寫入")).to_be_visible()
    desk.check("refused")


def test_another_bureau_loads_and_sees_only_its_own(desk: Desk, tmp_path: Path) -> None:
    establish("police", "data")
    page = desk.sign_in("police", "/rosters/upload/")
    upload(page, suicide_roster(tmp_path))
    expect(page.get_by_text("這是衛生局的名冊")).to_be_visible()
    assert audited("refused") == 1
    desk.context.clear_cookies()
    page = desk.sign_in("data", "/rosters/upload/")
    upload(page, suicide_roster(tmp_path))
    page.wait_for_url("**/rosters/receipts/*/")
    receipt = page.url
    desk.context.clear_cookies()
    desk.sign_in("police", "/rosters/")
    assert page.goto(receipt).status == 404
    page.goto("/rosters/receipts/")
    expect(page.get_by_text("沒有符合的收據")).to_be_visible()


def test_who_may_not_load_rosters_has_no_page(desk: Desk) -> None:
    establish("luodong.worker")
    page = desk.sign_in("luodong.worker", "/password/")
    assert page.goto("/rosters/").status == 403
    assert page.goto("/rosters/upload/").status == 403
    assert page.goto("/review/").status == 403


def test_it_works_without_script(chromium: Browser, live_server, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    establish("health")
    desk = Desk(chromium, live_server.url, with_script=False)
    page = desk.sign_in("health", "/rosters/upload/")
    upload(page, suicide_roster(tmp_path))
    page.wait_for_url("**/rosters/receipts/*/")
    assert page.get_by_role("region", name="退回的列").locator("tbody tr").count() == 2
    desk.context.close()
