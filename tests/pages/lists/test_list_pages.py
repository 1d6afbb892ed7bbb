"""名單 in a browser: the officer makes, looks, sends; the receiver receipts; each file holds what the page shows."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from anwang.network.cocases import making as room
from anwang.network.cocases.jobs import make_lists_job
from anwang.network.cocases.models import ListMonth, ListSending
from anwang.platform.context import SYSTEM, acting
from anwang.platform.files.tables import read_table
from anwang.platform.models import AuditEntry
from anwang.web.lists import making
from tests.county import establish
from tests.flows.cocases.month import HOMES, MARCH, PEOPLE, Registry
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = ("藥癮", "毒品", "自殺", "精神", "個管")


def load() -> None:
    Registry().load(MARCH, PEOPLE, HOMES)


def make(now: dt.datetime | None = None) -> None:
    room.make_lists(period=MARCH, by=SYSTEM, by_name="命令列", now=now or timezone.now())


def sending(unit: str, list_code: str) -> int:
    with acting(SYSTEM):
        return ListSending.objects.get(unit__code=unit, list_code=list_code).pk


def audited(action: str) -> list[dict[str, object]]:
    with acting(SYSTEM):
        return list(AuditEntry.objects.filter(action=action).order_by("pk").values_list("detail", flat=True))


def press(page: Page, name: str) -> None:
    """Go to a link or button with Tab alone and press Enter."""
    page.wait_for_load_state()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"「{name}」 cannot be reached with the Tab key")


def test_the_officer_makes_opens_and_sends_with_the_keyboard_alone(desk: Desk) -> None:
    establish("lists")
    page = desk.sign_in("lists", "/lists/")
    expect(page.get_by_text("還沒有名冊，所以沒有名單")).to_be_visible()
    desk.check("none")
    load()
    page.goto("/lists/115-03/")
    expect(page.get_by_text("這個月的名單還沒有產製")).to_be_visible()
    desk.check("not-made")
    press(page, "產製本月名單")
    expect(page.get_by_text("名單已產製：列入 6 筆，待查 1 筆。")).to_be_visible()
    expect(page.get_by_text("行方不明兒少應即時送警政單位查找")).to_be_visible()
    expect(page.get_by_role("region", name="各單位的名單").locator("tbody tr").first).to_contain_text(
        "警察局"
    )
    desk.check("month")
    press(page, "兒少高危機")
    page.wait_for_url("**/lists/115-03/high_risk_child/")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("陳小安")
    expect(row).to_contain_text("藥癮個管中")
    row.locator("summary", has_text="依據").click()
    expect(row.get_by_text("001 參三(六)1(3)").first).to_be_visible()
    row.locator("summary", has_text="3 筆紀錄").click()
    expect(row.get_by_text("六歲以下弱勢兒童主動關懷名冊 115-03 S-1")).to_be_visible()
    expect(row.get_by_role("link", name="羅東社會福利服務中心")).to_be_visible()
    desk.check("entries")
    page.get_by_label("情形").select_option("pending")
    page.wait_for_url("**standing=pending**")
    expect(page.locator("tbody tr")).to_contain_text("林阿花不在已知的戶內成員中")
    desk.check("pending")
    assert audited("opened_list")[0]["entries"] == 1

    page.goto(f"/lists/sendings/{sending('police_office', 'high_risk_child')}/")
    table = page.get_by_role("region", name="兒少高危機名單")
    expect(table).to_contain_text("家中有未滿 6 歲兒童")
    assert not [word for word in SECRET if word in table.inner_text()]
    press(page, "送出…")
    expect(page.get_by_role("heading", name="送出兒少高危機名單給警察局？")).to_be_visible()
    desk.check("confirm")
    expect(page.get_by_role("button", name="送出", exact=True)).to_be_visible()
    with acting(SYSTEM):
        assert not ListSending.objects.filter(sent_at__isnull=False).exists()
    press(page, "送出")
    expect(page.get_by_text("已送出給警察局，等候簽收。")).to_be_visible()
    desk.check("sent")
    assert audited("sent_list")[0]["entries"] == 1


def test_the_receiver_sees_its_own_copies_and_receipts(
    desk: Desk, chromium: Browser, live_server, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    establish("lists", "police", "luodong.supervisor")
    load()
    make()
    number = sending("police_office", "high_risk_child")
    page = desk.sign_in("police", "/lists/received/")
    page.goto("/lists/")  # a unit that makes no lists goes to what it received
    expect(page.get_by_text("還沒有名單送到這個單位")).to_be_visible()
    desk.check("received-none")
    assert page.goto(f"/lists/received/{number}/").status == 404
    assert page.goto(f"/lists/sendings/{number}/").status == 403
    assert page.goto("/lists/115-03/high_risk_child/").status == 403

    office = Desk(chromium, live_server.url)
    desk_of_office = office.sign_in("lists", f"/lists/sendings/{number}/?confirm=1")
    desk_of_office.get_by_role("button", name="送出", exact=True).click()
    expect(desk_of_office.get_by_text("等候簽收")).to_be_visible()
    seen_by_office = desk_of_office.get_by_role("region", name="兒少高危機名單").inner_text()
    office.context.close()

    page.goto("/lists/received/")
    expect(page.get_by_text("待簽收 1 份")).to_be_visible()
    desk.check("received")
    press(page, "兒少高危機名單")
    page.wait_for_url("**/lists/received/*/")
    table = page.get_by_role("region", name="兒少高危機名單")
    assert table.inner_text() == seen_by_office
    desk.check("received-one")
    with page.expect_download() as download:
        page.get_by_role("link", name="ODS").click()
    assert download.value.suggested_filename.startswith("宜蘭縣政府社會處 115年3月 兒少高危機名單（警察局）")
    cells = read_table(Path(download.value.path()), name="a.ods").sheets[0].rows
    text = " ".join(str(cell) for row in cells for cell in row)
    assert "陳小安" in text
    assert not [word for word in SECRET if word in text]
    with page.expect_download() as download:
        page.get_by_role("link", name="ODT").click()
    with zipfile.ZipFile(download.value.path()) as package:
        content = ElementTree.fromstring(package.read("content.xml"))  # noqa: S314 our own file
    letter = "".join(content.itertext())
    for part in (
        "115年3月 兒少高危機名單（警察局）",
        "依據：",
        "參三(六)1(3)",
        "辦理期限：",
        "聯絡人：社會處",
        "陳小安",
    ):
        assert part in letter
    assert not [word for word in SECRET if word in letter]
    assert [row["form"] for row in audited("exported_list")] == ["ods", "odt"]

    press(page, "簽收")
    expect(page.get_by_text("已簽收。請依職掌處理")).to_be_visible()
    expect(page.get_by_role("button", name="簽收")).to_have_count(0)
    desk.check("receipted")
    assert audited("receipted_list")[0]["overdue"] is False


def test_overdue_is_said_in_red_and_in_words(desk: Desk) -> None:
    establish("lists", "police")
    load()
    make(timezone.now() - dt.timedelta(days=30))
    with acting(SYSTEM):
        ListSending.objects.filter(list_code="missing_child", unit__code="police_office").update(
            sent_at=timezone.now() - dt.timedelta(days=9),
            receipt_due_at=timezone.now() - dt.timedelta(days=8),
        )
    page = desk.sign_in("lists", "/lists/115-03/")
    expect(page.locator("tr.is-urgent", has_text="逾期未簽收")).to_contain_text("警察局")
    late = page.locator("tr.is-urgent").count()
    expect(page.get_by_text(f"逾期 {late} 份")).to_be_visible()
    desk.check("overdue")
    page.get_by_role("link", name=re.compile("^幸扶守護")).last.click()
    page.wait_for_url("**list=xingfu")
    names = page.get_by_role("region", name="各單位的名單")
    expect(names).to_contain_text("勞工處")
    expect(names).not_to_contain_text("警察局")


def test_a_big_month_is_left_to_the_worker(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    establish("lists")
    load()
    monkeypatch.setattr(making, "AT_ONCE", 3)
    page = desk.sign_in("lists", "/lists/115-03/")
    page.get_by_role("button", name="產製本月名單").click()
    expect(page.get_by_text("已交由背景產製")).to_be_visible()
    expect(page.get_by_text("正在背景產製")).to_be_visible()
    desk.check("under-way")
    with connection.cursor() as cursor:
        cursor.execute("select task_name, args from procrastinate_jobs")
        rows = cursor.fetchall()
    import json

    assert [row[0] for row in rows] == ["cocases.make_lists"]
    arguments = rows[0][1] if isinstance(rows[0][1], dict) else json.loads(rows[0][1])
    assert set(arguments) == {"period", "member_id", "unit_id"}
    make_lists_job.func(**arguments)
    with acting(SYSTEM):
        assert ListMonth.objects.get().made_by_name == "林承辦"
    expect(page.get_by_role("heading", name="四份名單")).to_be_visible()  # the notice asks by itself
    assert audited("made_lists")[0]["cocase"] == 3


def test_lists_work_without_script(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish("lists")
    load()
    made = Desk(chromium, live_server.url, with_script=False)
    page = made.sign_in("lists", "/lists/115-03/")
    page.get_by_role("button", name="產製本月名單").click()
    expect(page.get_by_text("名單已產製")).to_be_visible()
    page.goto(f"/lists/sendings/{sending('suao_center', 'missing_child')}/")
    page.get_by_role("link", name="送出…").click()
    page.get_by_role("button", name="送出", exact=True).click()
    expect(page.get_by_text("等候簽收")).to_be_visible()
    page.goto("/lists/?period=115-03")
    page.wait_for_url("**/lists/115-03/")
    made.context.close()


def test_the_whole_list_as_files(desk: Desk) -> None:
    establish("lists")
    load()
    make()
    page = desk.sign_in("lists", "/lists/115-03/cocase/?standing=all")
    rows = page.locator("tbody tr").count()
    for form in ("ODS", "CSV", "ODT"):
        with page.expect_download() as download:
            page.get_by_role("link", name=form, exact=True).click()
        assert download.value.suggested_filename == f"宜蘭縣政府社會處 115年3月 共案名單.{form.lower()}"
        if form == "ODS":
            sheet = read_table(Path(download.value.path()), name="a.ods").sheets[0].rows
            header = next(i for i, row in enumerate(sheet) if row[0] == "序號")
            assert len(sheet) - header - 1 == rows
            assert any("脆弱家庭" in str(cell) or "115-03 H-1" in str(cell) for row in sheet for cell in row)
    assert [row["entries"] for row in audited("exported_list")] == [rows] * 3
