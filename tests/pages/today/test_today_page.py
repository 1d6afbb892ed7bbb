"""我的今天: the legal clock of the own unit, and what waits for a role."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from anwang.network.cocases.making import make_lists
from anwang.platform.clock import open_deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Deadline
from tests import county
from tests.flows.cocases.month import HOMES, MARCH, PEOPLE, Registry
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def duties(username: str, *hours: float) -> None:
    now = timezone.now()
    unit = county.context(username).unit_id
    assert unit is not None
    with acting(SYSTEM):
        for index, left in enumerate(hours):
            open_deadline(
                subject_kind="list_sending",
                subject_id=index,
                rule_id="deadline.receipt.days",
                rule_label="簽收名單",
                label=f"簽收兒少高危機名單（第 {index} 份）",
                unit_id=unit,
                opened_at=now - dt.timedelta(days=3),
                due_at=now + dt.timedelta(hours=left),
                citation="001 參三(六)2(2)",
                url="/lists/received/1/",
            )


def test_duties_stand_by_their_clock_with_the_rule_behind(desk: Desk) -> None:
    county.establish("luodong.worker", "yilan.worker")
    duties("luodong.worker", 30.5, -49, 3.5)
    duties("yilan.worker", 1)
    page = desk.sign_in("luodong.worker", "/")
    expect(page.get_by_text("待辦 3 件")).to_be_visible()
    clocks = page.locator("tbody .clock").all_inner_texts()
    assert clocks[0] == "逾期 2 天"
    assert clocks[1].startswith("剩 3 ")
    assert clocks[2] == "剩 30 小時"
    page.locator("tbody .why summary").first.click()
    expect(page.locator("tbody .why__body").first.get_by_text("001 參三(六)2(2)")).to_be_visible()
    desk.check("today")


def test_a_data_engineer_sees_the_rosters_that_have_not_come(desk: Desk) -> None:
    county.establish("data")
    page = desk.sign_in("data", "/")
    expect(page.get_by_text("名冊：9 份還沒有收到")).to_be_visible()
    expect(page.get_by_text("目前沒有到期的事")).to_be_visible()
    desk.check("today-data")


def test_an_auditor_sees_no_duty_of_the_office(desk: Desk) -> None:
    county.establish("auditor", "lists")
    duties("lists", 5)
    page = desk.sign_in("auditor", "/")
    expect(page.get_by_text("您的工作在「誰看過」")).to_be_visible()
    desk.check("today-auditor")


def test_a_list_for_many_units_is_one_line_for_who_sends_it(desk: Desk) -> None:
    county.establish("lists")
    Registry().load(MARCH, PEOPLE, HOMES)
    make_lists(period=MARCH, by=SYSTEM, by_name="命令列", now=timezone.now())
    page = desk.sign_in("lists", "/")
    lines = page.locator("tbody tr")
    with acting(SYSTEM):
        duties_to_send = Deadline.objects.filter(rule_id="list.send").count()
    assert lines.count() < duties_to_send
    expect(page.get_by_text(f"待辦 {duties_to_send} 件")).to_be_visible()
    together = lines.filter(has_text="個單位").first
    assert "、" in together.locator(".table__sub").first.inner_text()
    together.get_by_role("link").first.click()
    page.wait_for_url("**/lists/115-03/?list=*")
    page.goto("/")
    desk.check("today-lists")
