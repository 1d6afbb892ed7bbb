"""行事曆 in a browser: a year with its days off; a closure entered and withdrawn; who may only read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from anwang.platform import clock, recomputing
from anwang.platform.context import SYSTEM, acting
from anwang.platform.due_rules import TAIPEI, Term, TermKind
from anwang.platform.models import Closure, Deadline
from tests import county
from tests.pages.desk import Desk
from tests.pages.lists.test_list_pages import press

pytestmark = pytest.mark.django_db(transaction=True)


def next_working_day() -> dt.date:
    return clock.due_moment(timezone.now(), Term(TermKind.WORKING_DAYS, 1)).at.astimezone(TAIPEI).date()


def test_an_administrator_enters_a_closure_and_duties_follow(desk: Desk) -> None:
    county.establish("admin", "luodong.worker")
    worker = county.context("luodong.worker")
    duty = clock.open_deadline(
        subject_kind="case", subject_id=1, rule_id="case.reply", rule_label="回覆", label="回覆轉介", unit_id=worker.unit_id or 0,
        opened_at=timezone.now(), term=Term(TermKind.WORKING_DAYS, 1),
    )  # fmt: skip
    day = next_working_day()
    roc = f"{day.year - 1911}/{day.month}/{day.day}"
    page = desk.sign_in("admin", "/calendar/")
    desk.check("calendar")
    press(page, "登錄停班")
    page.get_by_label("哪一天").fill("下雨那天")
    page.get_by_role("button", name="登錄", exact=True).click()
    expect(page.get_by_role("alert").get_by_role("link", name="請輸入日期，例如 115/3/1。")).to_be_visible()
    page.get_by_label("哪一天").fill(roc)
    page.get_by_role("button", name="登錄", exact=True).click()
    expect(page.get_by_role("alert").get_by_role("link", name="請輸入事由，例如：康芮颱風。")).to_be_visible()
    desk.check("calendar-enter-errors")
    page.get_by_label("事由").fill("康芮颱風")
    page.get_by_role("button", name="登錄", exact=True).click()
    expect(page.get_by_text("以工作天計算的待辦共 1 件，正在重算")).to_be_visible()
    with acting(SYSTEM):
        closure = Closure.objects.get()
    assert recomputing.recompute(now=timezone.now(), closure_id=closure.pk) == 1
    page.reload()
    row = page.locator("tbody tr", has_text="葉管理")
    expect(row).to_contain_text("全縣")
    expect(row).to_contain_text("1 件")
    desk.check("calendar-closure")

    page.get_by_role("button", name="登出").click()
    page = desk.sign_in("luodong.worker", "/")
    expect(page.get_by_text("已改期")).to_be_visible()
    page.locator("tbody .why summary").first.click()
    expect(page.locator("tbody .why__body").first).to_contain_text(f"{roc} 停班：康芮颱風")
    desk.check("today-moved")
    page.get_by_role("link", name="行事曆").click()
    expect(page.get_by_role("link", name="登錄停班")).to_have_count(0)
    assert page.goto("/calendar/closures/").status == 403  # type: ignore[union-attr]
    assert page.goto(f"/calendar/closures/{closure.pk}/withdraw/").status == 403  # type: ignore[union-attr]
    page.goto("/")
    page.get_by_role("button", name="登出").click()

    page = desk.sign_in("admin", f"/calendar/closures/{closure.pk}/withdraw/")
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_role("alert").get_by_role("link", name="請輸入撤回的理由。")).to_be_visible()
    desk.check("calendar-withdraw")
    page.get_by_label("撤回的理由").fill("縣府改為照常上班")
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.locator("tbody tr", has_text="已撤回")).to_contain_text("縣府改為照常上班")
    desk.check("calendar-withdrawn")
    recomputing.recompute(now=timezone.now(), closure_id=closure.pk)
    with acting(SYSTEM):
        assert Deadline.objects.get().due_at == duty.due_at


def test_a_year_says_what_is_not_certain(desk: Desk) -> None:
    county.establish("luodong.worker")
    page = desk.sign_in("luodong.worker", "/calendar/?year=115")
    expect(page.get_by_text("行政院114年6月13日院授人培字第11430248312號函")).to_be_visible()
    february = page.locator("tbody tr").nth(1)
    expect(february).to_contain_text("20日（五） 補假（2月15日除夕前一日逢星期日）")
    expect(february).to_contain_text("15")  # working days
    expect(page.get_by_text("推算")).to_have_count(0)
    page.goto("/calendar/?year=116")
    expect(page.get_by_text("116年辦公日曆表尚未對照")).to_be_visible()
    expect(page.locator("tbody").get_by_text("推算")).to_have_count(8)
    desk.check("calendar-116")
    page.goto("/calendar/?year=118")
    expect(page.get_by_text("118年的辦公日曆表還沒有載入")).to_be_visible()
    desk.check("calendar-118")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "118年行事曆.csv"
