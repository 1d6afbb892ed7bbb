"""調查 in a browser: the unit's list, worker, first contact, conclusion with its suggestion, reopening; without script too."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from anwang.people.registry.keeping import new_person
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.services.intake import investigating
from anwang.services.intake.models import Investigation, ReportPerson
from anwang.services.intake.vocabulary import Urgency
from tests.county import context, establish
from tests.flows.intake.made import report
from tests.pages.desk import Desk
from tests.pages.lists.test_list_pages import press

pytestmark = pytest.mark.django_db(transaction=True)
FINDING = "案母坦承管教過當，案童手臂瘀傷，已驗傷；案父同住，願配合。"


def begin() -> Investigation:
    establish()
    now = timezone.now()
    by = context("protection.worker", timezone.localdate(now))
    found = report(received_at=now - dt.timedelta(hours=3), urgency=Urgency.PRIORITY, sent_to="protection")
    with acting(SYSTEM):
        ReportPerson.objects.filter(report=found).update(person_id=new_person(now=now))
    with acting(by):
        return investigating.open_investigation(
            report=found,
            unit_id=by.unit_id or 0,
            programme="child_protection",
            by=by,
            by_name="鄭社工",
            now=now - dt.timedelta(hours=2),
        )


def test_a_worker_investigates_and_a_supervisor_reopens(desk: Desk, chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    made = begin()
    page = desk.sign_in("protection.worker", "/investigations/")
    expect(page.get_by_text("調查中 1 件")).to_be_visible()
    expect(page.locator("tbody tr")).to_contain_text("首次接觸")
    desk.check("investigations")
    press(page, made.report.number)
    expect(page.get_by_text("鄰居聽見孩子哭叫")).to_be_visible()
    expect(page.get_by_role("cell", name="手臂瘀傷")).to_be_visible()
    desk.check("investigation")
    page.get_by_label("承辦社工").select_option(label="鄭社工")
    page.get_by_role("button", name="分派").click()
    expect(page.get_by_text("已由鄭社工承辦。")).to_be_visible()
    page.get_by_label("首次接觸的時間").fill("昨天下午")
    page.get_by_role("button", name="記錄").click()
    expect(page.get_by_role("link", name="請輸入日期與時間，例如 115/3/1 14:30。")).to_be_visible()
    local = timezone.localtime() - dt.timedelta(minutes=5)
    page.get_by_label("首次接觸的時間").fill(f"{local.year - 1911}/{local.month}/{local.day} {local:%H:%M}")
    page.get_by_role("button", name="記錄").click()
    expect(page.get_by_text("已記錄首次接觸。")).to_be_visible()

    press(page, "提出調查結果")
    page.get_by_role("button", name="送出調查結果").click()
    for said in ("請選擇成案或不成案。", "請選擇安全評估的結果。", "請選擇處遇分級。"):
        expect(page.get_by_role("alert").get_by_role("link", name=said)).to_be_visible()
    page.get_by_label("成案", exact=True).check()
    page.get_by_label("有安全計畫才安全").check()
    page.get_by_label("緊急安置或家外安置").check()
    page.get_by_label("調查結果說明").fill(FINDING)
    page.get_by_role("button", name="送出調查結果").click()
    expect(page.get_by_text("建議：保護性家內處遇。")).to_be_visible()
    expect(page.get_by_role("link", name="處遇分級與建議不同，請說明理由，至少 5 個字。")).to_be_visible()
    expect(page.get_by_label("調查結果說明")).to_have_value(FINDING)
    desk.check("investigation-conclude-errors")
    page.get_by_label("保護性家內處遇").check()
    page.get_by_label("做什麼（第 1 項）").fill("案童與外婆同住")
    page.get_by_label("誰做（第 1 項）").fill("外婆")
    page.get_by_role("button", name="送出調查結果").click()
    expect(page.get_by_text("已提出調查結果：成案。")).to_be_visible()
    expect(page.get_by_role("cell", name="案童與外婆同住")).to_be_visible()
    desk.check("investigation-concluded")

    theirs = Desk(chromium, live_server.url, with_script=False)
    other = theirs.sign_in("protection.supervisor", f"/investigations/{made.pk}/")
    other.get_by_label("為什麼重新調查").fill("學校通報新的傷勢")
    other.get_by_role("button", name="重新調查").click()
    expect(other.get_by_text("已重新調查")).to_be_visible()
    expect(other.get_by_text("學校通報新的傷勢").first).to_be_attached()
    theirs.context.close()
    with acting(SYSTEM):
        read = AuditEntry.objects.filter(action="read_investigation", member_name="鄭社工")
        assert read.filter(subject_kind="investigation", subject_id=str(made.pk)).count() >= 5
        assert read.filter(subject_kind="person").count() >= 5


def test_another_unit_finds_nothing(desk: Desk) -> None:
    made = begin()
    page = desk.sign_in("luodong.worker", "/investigations/")
    expect(page.get_by_text("沒有調查")).to_be_visible()
    page.goto(f"/investigations/{made.pk}/")
    expect(page.get_by_text("林小安")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("找不到")


def test_who_does_not_work_cases_is_refused(desk: Desk) -> None:
    made = begin()
    page = desk.sign_in("intake", "/")
    page.goto(f"/investigations/{made.pk}/")
    expect(page.get_by_text("林小安")).to_have_count(0)
