"""我的今天: the legal clock of the own unit, and what waits for a role."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from anwang.platform.clock import open_deadline
from anwang.platform.context import SYSTEM, acting
from tests import county
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
    assert page.get_by_text("待辦 3 件").is_visible()
    clocks = page.locator("tbody .clock").all_inner_texts()
    assert clocks[0] == "逾期 2 天"
    assert clocks[1].startswith("剩 3 ")
    assert clocks[2] == "剩 30 小時"
    page.locator("tbody .why summary").first.click()
    assert page.locator("tbody .why__body").first.get_by_text("001 參三(六)2(2)").is_visible()
    desk.check("today")


def test_a_data_engineer_sees_the_rosters_that_have_not_come(desk: Desk) -> None:
    county.establish("data")
    page = desk.sign_in("data", "/")
    assert page.get_by_text("名冊：9 份還沒有收到").is_visible()
    assert page.get_by_text("目前沒有到期的事").is_visible()
    desk.check("today-data")


def test_an_auditor_sees_no_duty_of_the_office(desk: Desk) -> None:
    county.establish("auditor", "lists")
    duties("lists", 5)
    page = desk.sign_in("auditor", "/")
    assert page.get_by_text("您的工作在「誰看過」").is_visible()
    desk.check("today-auditor")
