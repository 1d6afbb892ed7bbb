"""家戶總覽, a person, stating a purpose, the list and the search, in a real browser."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from anwang.people.linkage.keeping import keep_person
from anwang.people.registry.models import Touchpoint, ViewGrant
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.typed import typed_person
from tests import county
from tests.families import NOW, PERIOD, Made, settle
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def settled(*usernames: str) -> Made:
    county.establish(*usernames)
    return settle()


def test_a_worker_reads_a_household_and_a_person(desk: Desk) -> None:
    made = settled("luodong.worker")
    page = desk.sign_in("luodong.worker", f"/households/{made.households['chen']}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("羅東鎮公正路・陳姓家戶")
    expect(page.get_by_text("5 人同住・3 個單位服務中")).to_be_visible()
    expect(page.get_by_text("兒少高危機・新增")).to_be_visible()
    expect(page.get_by_text("陳小安：訪視結果為行方不明")).to_be_visible()
    expect(page.get_by_role("link", name="03-0000-201")).to_have_attribute("href", "tel:030000201")
    expect(page.get_by_text("另 1 人由其他單位服務")).to_be_visible()
    desk.check("household")
    page.get_by_role("row").get_by_role("link", name="陳小安").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("陳小安")
    expect(page.get_by_role("cell", name="行方不明")).to_be_visible()
    desk.check("person")


def test_the_first_row_is_reached_and_opened_by_keys(desk: Desk) -> None:
    made = settled("luodong.worker")
    page = desk.sign_in("luodong.worker", "/households/")
    desk.check("households")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/households/*/")
    assert page.url.rsplit("/", 2)[1] in {str(number) for number in made.households.values()}


def test_a_list_goes_out_masked_as_ods_and_csv(desk: Desk) -> None:
    settled("luodong.worker")
    page = desk.sign_in("luodong.worker", "/households/")
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV").click()
    text = found.value.path().read_text("utf-8-sig")
    assert "陳○宏" in text
    assert "陳建宏" not in text
    with page.expect_download() as found:
        page.get_by_role("link", name="匯出 ODS").click()
    assert found.value.path().read_bytes()[:2] == b"PK"


def test_a_search_without_script_finds_and_opens(desk: Desk) -> None:
    made = settled("luodong.worker")
    page = desk.sign_in("luodong.worker", "/")
    page.get_by_role("searchbox").first.fill("陳建")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/")
    expect(page.get_by_text("找到 1 人")).to_be_visible()
    desk.check("search")
    page.get_by_role("link", name="陳○宏").click()
    page.wait_for_url(f"**/households/{made.households['chen']}/")


def test_a_search_says_what_agrees(desk: Desk) -> None:
    settled("luodong.worker")
    page = desk.sign_in("luodong.worker", "/search/")
    for text, agree in (
        ("陳健弘", "姓名同音"),
        ("345678", "電話末碼相符"),
        ("A1234", "證號開頭相符"),
        ("建宏 70年", "姓名相符、出生年相同"),
    ):
        page.locator("#page-search").fill(text)
        page.locator("main").get_by_role("button", name="搜尋").click()
        expect(page.get_by_role("cell", name=agree, exact=True).first).to_be_visible()
        expect(page.get_by_role("link", name="陳○宏")).to_be_visible()
    desk.check("search-agrees")


def test_a_purpose_must_be_said_and_opens_existence_only(desk: Desk) -> None:
    made = settled("jiaoxi.worker")
    number = made.households["chen"]
    page = desk.sign_in("jiaoxi.worker", "/search/")
    page.locator("#page-search").fill(f"H-{number:06d}")
    page.locator("main").get_by_role("button", name="搜尋").click()
    page.get_by_role("link", name="申請查閱").click()
    page.get_by_label("目的", exact=True).fill("看看")
    page.get_by_role("button", name="記錄目的並開啟").click()
    expect(page.get_by_text("請選擇法律依據。").first).to_be_visible()
    expect(page.get_by_text("至少 10 個字").first).to_be_visible()
    desk.check("purpose-refused")
    page.get_by_label("執行法定職務必要範圍內").check()
    page.get_by_label("目的", exact=True).fill("轉入個案，確認是否已有單位服務並聯絡")
    page.get_by_role("button", name="記錄目的並開啟").click()
    page.wait_for_url(f"**/households/{number}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"家戶 H-{number:06d}")
    expect(page.get_by_text("另 5 人由其他單位服務")).to_be_visible()
    expect(page.get_by_role("link", name="03-0000-201")).to_be_visible()
    expect(page.locator(".cols")).not_to_contain_text("陳")
    desk.check("purpose-opened")
    with acting(SYSTEM):
        row = AuditEntry.objects.get(action="stated_purpose")
    assert (row.subject_id, row.purpose.split("：")[0]) == (str(number), "執行法定職務必要範圍內")


def test_an_empty_unit_is_told_what_to_do(desk: Desk) -> None:
    settled("suao.worker")
    page = desk.sign_in("suao.worker", "/households/")
    expect(page.get_by_text("本單位目前沒有可開啟的家戶")).to_be_visible()
    desk.check("households-empty")


def test_the_own_records_of_an_ended_service(desk: Desk) -> None:
    made = settled("luodong.worker")
    with acting(SYSTEM):
        Touchpoint.objects.update(closed_on=dt.date(2026, 3, 31))
        ViewGrant.objects.all().delete()
    page = desk.sign_in("luodong.worker", "/search/")
    page.locator("#page-search").fill("陳建")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_contain_text("服務已結束")
    desk.check("search-past")
    page.locator("tbody tr").get_by_role("link").click()
    expect(page.get_by_text("本單位目前沒有服務這一家・只列本單位的紀錄")).to_be_visible()
    expect(page.get_by_role("link", name="申請查閱").first).to_be_visible()
    desk.check("household-past")
    page.locator("table[data-keys]").get_by_role("link", name="陳建宏").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("陳建宏")
    desk.check("person-past")
    assert page.goto(f"/households/{made.households['lin']}/").status == 404


def test_a_person_whom_only_a_report_names_stands_in_a_household_like_any_other(desk: Desk) -> None:
    settled("jiaoxi.worker")
    by = county.context("jiaoxi.worker")
    assert by.unit_id is not None
    assert by.agency_id is not None
    record = typed_person(
        source=OwnSource.INTAKE_REPORT, number="R115-1-1", line=1, agency=AgencyCode.SOCIAL, period=PERIOD,
        name="許文雄", birth="50/1/2", address="宜蘭縣礁溪鄉德陽路12號", relation="本人",
    )  # fmt: skip
    with acting(by):
        kept = keep_person(
            source=OwnSource.INTAKE_REPORT, number="R115-1-1", record=record, unit_id=by.unit_id,
            agency_id=by.agency_id, by=by, by_name="王社工", now=NOW,
        )  # fmt: skip
    page = desk.sign_in("jiaoxi.worker", f"/households/{kept.household_id}/")
    expect(page.get_by_text("1 人同住")).to_be_visible()
    expect(page.get_by_text("資料：通報115年")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("名冊到")
    desk.check("household of a report")
    page.get_by_role("row").get_by_role("link", name="許文雄").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("許文雄")
    expect(page.get_by_text("通報").first).to_be_visible()
    page.goto("/search/")
    page.get_by_role("searchbox").or_(page.locator("main input[name=q]")).first.fill("許文雄")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").get_by_text("許○雄")).to_be_visible()
    page.goto("/households/")
    expect(page.get_by_text("許○雄")).to_be_visible()
