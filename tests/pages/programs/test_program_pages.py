"""服務方案 in a browser: the catalogue, one programme, trying out a form without script, an entry to read and print."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from anwang.platform.context import SYSTEM, acting
from anwang.services.programs import forms
from anwang.services.programs.actions import keep_form_entry
from anwang.services.programs.loading import catalogue_in_force, shipped
from anwang.services.programs.models import FormEntry
from anwang.standard.dates import roc_short
from tests.county import context, establish
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 4, 25, 2, 0, tzinfo=dt.UTC)
CHANGED = """\
county: 宜蘭縣
documents:
  - {code: 宜府1, title: 宜蘭縣脆弱家庭服務作業規定, number: 府社字第1號, effective_on: 2026-03-01}
programme:
  based_on: vulnerable_family
  citation: {document: 宜府1, clause: 第2點}
  effective_on: %s
  clocks:
    - id: first_contact
      label: 首次聯繫家庭
      kind: first_contact
      starts: accepted
      within: 24 hours
      citation: {document: 宜府1, clause: 第3點}
"""


def test_everybody_reads_the_catalogue(desk: Desk) -> None:
    establish("admin", "luodong.worker")
    page = desk.sign_in("admin", "/")
    page.get_by_role("link", name="服務方案").click()
    expect(page.get_by_text("31 個方案")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(31)
    desk.check("programs")
    page.get_by_label("局處").select_option(label="警察局")
    page.wait_for_url("**agency=police**")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.goto("/programs/?q=獨居")
    page.get_by_role("link", name="獨居老人關懷").click()
    expect(page.get_by_role("heading", name="獨居老人關懷")).to_be_visible()
    row = page.locator("tr", has_text="關懷訪視或電話問安")
    expect(row).to_contain_text("高關懷 7 日、中關懷 14 日、一般關懷 30 日")
    expect(row).to_contain_text("本系統預設，待縣府核定")
    expect(page.get_by_text("1-4 獨居老人服務觸及率")).to_be_visible()
    desk.check("program")
    page.goto("/programs/?q=沒有這種方案")
    expect(page.get_by_text("沒有符合的方案")).to_be_visible()
    for path in ("/programs/nothing/", "/programs/child_outreach/forms/nothing/"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404


@pytest.mark.parametrize("with_script", [True, False])
def test_a_form_unfolds_with_the_answers_and_loses_nothing(
    chromium: Browser,
    live_server,  # type: ignore[no-untyped-def]
    with_script: bool,
) -> None:
    establish("luodong.worker")
    desk = Desk(chromium, live_server.url, with_script=with_script)
    page = desk.sign_in("luodong.worker", "/programs/vulnerable_family/forms/visit/")
    expect(page.get_by_label("訪視日期")).to_have_value(roc_short(timezone.localdate()))
    expect(page.get_by_text("已帶入填寫當日，請核對")).to_be_visible()
    if with_script:
        desk.check("program-form")
    page.get_by_role("button", name="檢查").click()
    alert = page.get_by_role("alert")
    for said in ("請選擇「方式」。", "請選擇「是否見到服務對象」。", "請填寫「觀察與處理」。"):
        expect(alert.get_by_role("link", name=said)).to_be_visible()
    if with_script:
        desk.check("program-form-errors")
    page.get_by_label("家訪").check()
    page.get_by_role("group", name="是否見到服務對象").get_by_label("否").check()
    page.get_by_label("觀察與處理").fill("按鈴無人應門")
    page.get_by_role("group", name="家中有沒有未滿 6 歲兒童").get_by_label("是").check()
    page.get_by_role("button", name="檢查").click()
    expect(page.get_by_text("表單多了幾題")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)  # the new questions are not yet wrong
    expect(page.get_by_label("觀察與處理")).to_have_value("按鈴無人應門")
    page.get_by_label("不在家").check()
    page.get_by_role("group", name="這次是否看到每一名").get_by_label("否").check()
    # Back to 見到: the reason is asked no more; and forth again: it is still there.
    page.get_by_role("group", name="是否見到服務對象").get_by_label("是").check()
    page.get_by_role("button", name="檢查").click()
    expect(page.get_by_text("檢查通過")).to_be_visible()
    expect(page.get_by_label("不在家")).to_have_count(0)
    expect(page.locator("dd", has_text="按鈴無人應門")).to_be_visible()
    page.get_by_role("group", name="是否見到服務對象").get_by_label("否").check()
    page.get_by_role("button", name="檢查").click()
    expect(page.get_by_label("不在家")).to_be_checked()
    page.get_by_label("下次預定日期").fill("明天")
    page.get_by_role("button", name="檢查").click()
    expect(page.get_by_role("alert").get_by_role("link", name="「下次預定日期」看不懂")).to_be_visible()
    expect(page.get_by_label("下次預定日期")).to_have_value("明天")
    page.get_by_label("下次預定日期").fill("")
    page.get_by_role("button", name="檢查").click()
    expect(page.get_by_text("檢查通過")).to_be_visible()
    if with_script:
        desk.check("program-form-checked")
    with acting(SYSTEM):
        assert FormEntry.objects.count() == 0
    desk.context.close()


def test_every_form_of_the_catalogue_is_drawn(desk: Desk) -> None:
    """Each answers, is named, and has every question that is asked at first under its own label."""
    establish("luodong.worker")
    page = desk.sign_in("luodong.worker", "/")
    for programme in shipped().latest.values():
        answer = page.request.get(f"/programs/{programme.id}/")
        assert answer.status == 200, programme.id
        for form in programme.forms:
            answer = page.request.get(f"/programs/{programme.id}/forms/{form.id}/")
            text = answer.text()
            assert answer.status == 200, (programme.id, form.id)
            for field in forms.visible_fields(form, {}):
                assert field.label in text, (programme.id, form.id, field.id)


def test_a_county_version_is_announced_and_shown(desk: Desk, settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    establish("luodong.worker")
    settings.HOME = tmp_path
    (tmp_path / "programs").mkdir()
    later = f"{timezone.localdate().year + 1}-01-01"
    (tmp_path / "programs" / "a.yaml").write_text(CHANGED % later, "utf-8")
    catalogue_in_force.cache_clear()
    try:
        page = desk.sign_in("luodong.worker", "/programs/vulnerable_family/")
        expect(page.locator("tr", has_text="首次聯繫家庭")).to_contain_text("3 個工作天")
        page.get_by_role("link", name="看改版後的內容").click()
        expect(page.locator("tr", has_text="首次聯繫家庭")).to_contain_text("24 小時")
        expect(page.get_by_text("縣府核定").first).to_be_visible()
        expect(page.get_by_text("宜蘭縣脆弱家庭服務作業規定 第2點")).to_be_visible()
        desk.check("program-county")
        page.get_by_role("link", name="看今天的內容").click()
        expect(page.locator("tr", has_text="首次聯繫家庭")).to_contain_text("3 個工作天")
    finally:
        catalogue_in_force.cache_clear()


def test_the_share_of_answers_that_nobody_had_to_type_is_told(desk: Desk) -> None:
    establish("luodong.worker")
    worker = context("luodong.worker")
    form = shipped().latest["vulnerable_family"].form("visit")
    typed = {
        "visited_on": "115/4/24", "contact_kind": "home", "met": "yes",
        "observed": "案母在家，兩名幼兒午睡。", "children_at_home": "yes", "all_children_seen": "yes",
    }  # fmt: skip
    with acting(worker):
        keep_form_entry(
            subject_kind="case", subject_id=2, programme="vulnerable_family", form=form,
            content=forms.check(form, typed, dt.date(2026, 4, 25)).content, prefilled=["visited_on"],
            by=worker, by_name="林社工", now=timezone.now(),
        )  # fmt: skip
    page = desk.sign_in("luodong.worker", "/programs/vulnerable_family/")
    expect(page.locator("tr", has_text="訪視紀錄")).to_contain_text("17%")  # one of six answers
