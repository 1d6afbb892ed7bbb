"""單位負荷 in a browser: the supervisor sees the unit by owner and by rule, and nobody else's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from anwang.agencies.escalating import escalate
from anwang.platform import clock
from anwang.platform.context import SYSTEM, acting
from anwang.platform.due_rules import Term, TermKind
from anwang.platform.models import Deadline
from tests import county
from tests.flows.dispatch import made as dispatching
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def duty(
    username: str, number: int, hours: float, *, own: bool, rule: tuple[str, str] = ("case.visit", "訪視")
) -> None:
    """A duty of the member's unit that is due in so many hours: the member's own, or the unit's."""
    who, now = county.context(username), timezone.now()
    start = now - dt.timedelta(hours=24 - hours)
    clock.open_deadline(
        subject_kind="case", subject_id=number, rule_id=rule[0], rule_label=rule[1], label=f"{rule[1]}第 {number} 件",
        unit_id=who.unit_id or 0, owner_member_id=who.member_id if own else None, opened_at=start,
        term=Term(TermKind.HOURS, 24), citation="003 貳二(1/2)", url="/", subject_label=f"個案 {number}",
    )  # fmt: skip


def test_a_supervisor_sees_the_unit_by_owner_and_rule(desk: Desk) -> None:
    county.establish("luodong.supervisor", "luodong.worker", "luodong.clerk", "yilan.worker", "social.head")
    for number, hours in enumerate((-30, -2, 5, 100)):
        duty("luodong.worker", number, hours, own=True)
    duty("luodong.worker", 10, -1, own=False, rule=("dispatch.accept", "收案"))
    duty("yilan.worker", 20, -1, own=True)
    escalate(now=timezone.now())
    page = desk.sign_in("luodong.supervisor", "/load/")
    expect(page.get_by_text("待辦 5 件")).to_be_visible()
    expect(page.get_by_text("逾期 3 件")).to_be_visible()
    cells = page.locator("table").first.locator("tbody tr", has_text="林社工").locator("td").all_inner_texts()
    assert cells[:5] == ["林社工", "4", "2", "1", "2"]
    assert (
        page.locator("table").first.locator("tbody tr", has_text="吳書記").locator("td").nth(1).inner_text()
        == "0"
    )
    expect(page.get_by_text("李社工")).to_have_count(0)
    desk.check("load")
    with page.expect_download() as summary:
        page.get_by_role("link", name="CSV").click()
    said = Path(summary.value.path()).read_text("utf-8-sig").splitlines()
    assert said == [
        "承辦,規則,待辦,逾期,3 日內到期,已升級",
        "單位（未分派承辦）,收案,1,1,0,1",
        "林社工,訪視,4,2,1,2",
    ]
    page.locator("table").first.locator("tbody tr", has_text="林社工").get_by_role("link").nth(1).click()
    page.wait_for_url("**/load/duties/?owner=*&state=overdue")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").first).to_contain_text("升級：局處本部")
    desk.check("load-duties")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "剩餘,期限,事項,承辦,升級,依據"
    assert len(lines) == 3
    page.goto("/load/duties/?owner=unit")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/load/duties/?owner=0&rule=no.such")
    expect(page.get_by_text("沒有符合的待辦")).to_be_visible()

    page.goto("/?view=risen")
    expect(page.locator("tbody tr")).to_have_count(3)
    desk.check("today-risen")
    page.get_by_role("button", name="登出").click()
    page = desk.sign_in("social.head", "/?view=risen")
    # 羅東's that is late enough, and 宜蘭's at once: nobody is a supervisor there.
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").first).to_contain_text("羅東社會福利服務中心")
    expect(page.locator("tbody tr").last).to_contain_text("宜蘭社會福利服務中心")
    desk.check("today-risen-head")


def test_who_is_no_supervisor_sees_own_duties_and_no_load(desk: Desk) -> None:
    county.establish("luodong.worker", "luodong.supervisor")
    duty("luodong.worker", 1, 5, own=True)
    duty("luodong.worker", 2, 3, own=False)
    duty("luodong.worker", 3, -3, own=False)
    page = desk.sign_in("luodong.worker", "/")
    assert page.goto("/load/").status == 403  # type: ignore[union-attr]
    assert page.goto("/load/duties/").status == 403  # type: ignore[union-attr]
    page.goto("/")
    expect(page.get_by_role("link", name="升級給我的")).to_have_count(0)
    expect(page.locator("tbody tr")).to_have_count(3)
    desk.check("today-views")
    page.get_by_role("link", name="我的 1").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("個案 1")
    page.get_by_role("link", name="逾期 1").click()
    expect(page.locator("tbody tr")).to_contain_text("訪視第 3 件")
    page.goto("/?view=risen")
    expect(page.locator("tbody tr")).to_have_count(3)


def test_every_rule_stands_there_by_its_name(desk: Desk) -> None:
    """Dispatch, and a clock whose term differs by level and whose words differ by programme: never a code."""
    county.establish()
    duty("luodong.worker", 1, 5, own=True, rule=("case.visit.visit", "家庭訪視（上次 7 日內）"))
    duty("luodong.worker", 2, 5, own=True, rule=("case.visit.visit", "家庭訪視（上次 30 日內）"))
    duty("luodong.worker", 3, 5, own=True, rule=("case.visit.visit", "電話問安（上次 30 日內）"))
    dispatching.sent()
    with acting(SYSTEM):  # as it was opened before every rule had a name
        old = Deadline.objects.get(subject_id="3", subject_kind="case")
        Deadline.objects.create(
            subject_kind="old", subject_id="1", rule_id="old.rule", rule_label="", label="舊的期限", unit_id=old.unit_id,
            opened_at=old.opened_at, due_at=old.due_at,
        )  # fmt: skip
    page = desk.sign_in("luodong.supervisor", "/load/")
    rules = page.locator("table").nth(1).locator("tbody tr")
    names = rules.locator("td:first-child").all_inner_texts()
    assert sorted(names) == ["其他期限", "家庭訪視", "派案：收案或退派", "電話問安"]
    rules.filter(has_text="家庭訪視").get_by_role("link").first.click()
    page.wait_for_url("**/load/duties/**")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.goto("/load/duties/?rule=其他期限")
    expect(page.locator("tbody tr")).to_contain_text("舊的期限")
