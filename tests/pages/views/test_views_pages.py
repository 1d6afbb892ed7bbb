"""誰看過: the time line, its filters, unusual volumes, and checking the log."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from anwang.platform import audit
from anwang.platform.context import SYSTEM, acting
from tests import county
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def looked(username: str, name: str, people: range, at: dt.datetime) -> None:
    by = county.context(username)
    with acting(SYSTEM):
        for number in people:
            audit.record(
                context=by,
                at=at,
                action=audit.Action.OPENED_PERSON,
                subject_kind="person",
                subject_id=number,
                purpose="本單位服務中",
                member_name=name,
            )


def test_an_auditor_follows_a_person_and_checks_the_log(desk: Desk) -> None:
    county.establish("auditor", "luodong.worker", "yilan.worker")
    now = timezone.now()
    looked("luodong.worker", "林社工", range(1, 4), now - dt.timedelta(hours=2))
    looked("yilan.worker", "李社工", range(3, 5), now - dt.timedelta(hours=1))
    page = desk.sign_in("auditor", "/views/")
    expect(page.get_by_role("cell", name="P-0000001")).to_be_visible()
    desk.check("views")
    page.get_by_role("link", name="P-0000003").first.click()
    page.wait_for_url("**subject=P-0000003**")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert (
        set(page.locator("tbody tr td:nth-child(2)").all_inner_texts())
        == {
            "林社工羅東社會福利服務中心",
            "李社工宜蘭社會福利服務中心",
        }
        or page.locator("tbody").inner_text().count("社工") == 2
    )
    page.get_by_role("button", name="核對紀錄").click()
    page.wait_for_url("**/views/")
    expect(page.get_by_text("核對完成，紀錄完整")).to_be_visible()


def test_a_supervisor_sees_the_own_unit_only_and_cannot_check(desk: Desk) -> None:
    county.establish("luodong.supervisor", "luodong.worker", "yilan.worker")
    now = timezone.now()
    looked("luodong.worker", "林社工", range(1, 3), now)
    looked("yilan.worker", "李社工", range(1, 3), now)
    page = desk.sign_in("luodong.supervisor", "/views/")
    text = page.locator("main").inner_text()
    assert "林社工" in text
    assert "李社工" not in text
    expect(page.get_by_role("button", name="核對紀錄")).to_have_count(0)
    assert page.request.post("/views/verify/").status == 403
    desk.check("views-supervisor")


def test_a_day_far_above_the_usual_is_pointed_out(desk: Desk) -> None:
    county.establish("auditor", "luodong.worker")
    now = timezone.now()
    for day in range(1, 8):
        looked("luodong.worker", "林社工", range(1, 6), now - dt.timedelta(days=day))
    looked("luodong.worker", "林社工", range(100, 140), now - dt.timedelta(days=9))
    page = desk.sign_in("auditor", "/views/unusual/")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("40")
    desk.check("views-unusual")
    row.get_by_role("link").click()
    expect(page.locator("tbody tr")).to_have_count(40)
