"""What a worker promised, on the pages: planned with a day, on 我的今天 after the legal clocks, done, gone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from anwang.platform.context import SYSTEM, acting
from anwang.services.cases import actions
from anwang.services.cases.models import Case, Visit
from anwang.services.cases.vocabulary import VisitPlace
from tests.county import establish
from tests.flows.cases import made
from tests.flows.cases.made import SUPERVISOR, WORKER, days, who
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def begun(before: float = 3) -> Case:
    establish()
    return made.open_case(now=timezone.now() - days(before))


def test_a_goal_with_a_day_stands_on_my_today_until_it_is_reached(desk: Desk) -> None:
    case = begun()
    made.submitted(case, timezone.now() - days(1))
    with acting(SYSTEM):
        (plan,) = case.plans.all()
    page = desk.sign_in(WORKER, "/?view=mine")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.get_by_text("計畫第 1 版目標 1 到期")).to_have_count(0)  # what is not approved is no promise
    actions.approve_plan(plan_id=plan.pk, **who(SUPERVISOR, timezone.now()))
    page.goto("/?view=mine")
    label = f"計畫第 1 版目標 1 到期（{case.number}）"
    rows = page.locator("tbody tr")
    expect(rows.last.get_by_role("link", name=label)).to_be_visible()  # after the legal clocks
    rows.last.locator(".why summary").click()
    why = rows.last.locator(".why__body")
    expect(why.get_by_text("處遇計畫第 1 版", exact=False).first).to_be_visible()
    expect(why.get_by_text("不是法定期限")).to_be_visible()
    desk.check("today-promised")
    page.goto("/?view=promised")
    expect(page.get_by_role("link", name="我的約定")).to_contain_text("1")
    expect(rows).to_have_count(1)

    page.get_by_role("link", name=label).click()
    page.get_by_label("已達成").check()
    page.get_by_label("檢討的結果").fill("兩個月來每天到校。")
    page.get_by_role("button", name="記錄檢討", exact=True).click()
    expect(page.get_by_text("已記錄檢討。")).to_be_visible()
    page.goto("/?view=promised")
    expect(page.get_by_text("沒有待做的約定")).to_be_visible()
    desk.check("today-nothing-promised")


def test_a_planned_visit_stands_once_on_the_case_and_is_gone_when_it_was_not_met(desk: Desk) -> None:
    case = begun()
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/visit/plan/")
    at = timezone.localtime() + dt.timedelta(days=2)
    page.get_by_label("時間").fill(f"{at.year - 1911}/{at.month}/{at.day} 14:00")
    page.get_by_label("到家裡").check()
    page.get_by_role("button", name="約定", exact=True).click()
    expect(page.get_by_role("heading", name="約定的訪視")).to_be_visible()
    aside = page.get_by_role("complementary", name="期限、家人與計畫")
    expect(aside.get_by_role("table").filter(has_text="14:00")).to_have_count(
        1
    )  # not a second time among the legal clocks
    expect(aside.get_by_role("table", name="約定的訪視").get_by_text("剩 2 天")).to_be_visible()
    desk.check("case-planned-visit")
    page.goto("/?view=promised")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody tr a").first.click()
    page.get_by_label("沒見到").check()
    page.get_by_label("不在", exact=False).first.check()
    page.get_by_role("button", name="記錄", exact=True).click()
    expect(page.get_by_text("已記錄訪視：未遇。")).to_be_visible()
    page.goto("/?view=promised")
    expect(page.get_by_text("沒有待做的約定")).to_be_visible()


def test_todays_visits_stand_at_the_head_by_their_hour_and_what_is_overdue_beside(desk: Desk) -> None:
    case = begun(10)
    now = timezone.localtime()
    for at, made_at in (
        (now.replace(hour=18, minute=0), days(1)),
        (now.replace(hour=9, minute=30), days(2)),
        (now - days(3), days(5)),
    ):
        actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=at, **who(WORKER, now - made_at))
    page = desk.sign_in(WORKER, "/")
    head = page.get_by_role("region", name="今天的約定")
    expect(head.get_by_role("link")).to_have_text(
        [f"09:30 到家裡・{case.number}", f"18:00 到家裡・{case.number}", "逾期的約定 1 件"]
    )
    expect(page.get_by_role("link", name="列印今天的訪視（2 次）")).to_be_visible()
    desk.check("today-head")
    head.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("訪視")
    page.go_back()
    head.get_by_role("link", name="逾期的約定").click()
    expect(page.locator("tbody tr")).to_have_count(3)


def test_the_supervisor_sees_a_visit_that_nobody_made_as_overdue(desk: Desk) -> None:
    case = begun(10)
    actions.plan_visit(
        case_id=case.pk, place=VisitPlace.HOME, at=timezone.now() - days(3),
        **who(WORKER, timezone.now() - days(5)),
    )  # fmt: skip
    page = desk.sign_in(SUPERVISOR, "/load/")
    line = page.get_by_role("row").filter(has_text="約定的訪視")
    expect(line).to_be_visible()
    expect(line.get_by_role("cell").nth(1)).to_have_text("1")
    desk.check("load-promised")
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_text("約定的訪視：約定到家裡，還沒有紀錄")).to_have_count(1)
    desk.check("case-visit-overdue")
    with acting(SYSTEM):
        assert Visit.objects.filter(case=case).count() == 1
