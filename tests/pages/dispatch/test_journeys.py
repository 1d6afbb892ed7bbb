"""Whole journeys in a browser: from the first call to the opened case, and from two returns to who leads, by keyboard."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.services.cases.models import Case
from anwang.services.dispatch.models import Dispatch, Dispute
from anwang.services.intake.models import Report
from tests.county import establish
from tests.flows.dispatch.made import HOUR, fresh, received, unit
from tests.pages.desk import Desk
from tests.pages.intake.reported import STORY, fill_call, known_child
from tests.pages.keys import Keys

pytestmark = pytest.mark.django_db(transaction=True)


def line_of(page: Page, number: str):  # type: ignore[no-untyped-def]
    return page.locator("tbody tr", has_text=number)


def test_from_the_first_call_to_the_opened_case(desk: Desk, chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    """Typed, the match shown and taken, screened, sent, accepted with the clock stopped, and a case opened of it."""
    establish()
    earlier, child_number = known_child()
    page = desk.sign_in("intake", "/reports/")
    page.get_by_role("link", name="新通報").first.click()
    page.wait_for_load_state("networkidle")
    fill_call(page)
    child = page.locator("fieldset.person").first
    child.get_by_label("姓名").fill("林小安")
    child.get_by_label("電話").fill("0912345678")
    match = child.locator(".matches__one").first
    expect(match).to_contain_text("林○安")
    expect(match).to_contain_text("再通報")
    match.get_by_role("button", name="是同一人").click()
    expect(page.get_by_label("認定是同一人：林○安")).to_be_checked()
    expect(child.get_by_label("統一編號")).to_have_value("A123456789")
    page.get_by_role("button", name="送出通報").click()
    expect(page.get_by_text("已受理，編號 R-")).to_be_visible()
    with acting(SYSTEM):
        report = Report.objects.latest("pk")
    assert report.re_report_of_id == earlier.pk

    page.get_by_role("link", name="派案", exact=True).click()
    line = line_of(page, report.number)
    expect(line).to_contain_text("再通報")
    line.get_by_role("link", name=report.number).first.click()
    expect(page.get_by_role("heading", name=f"派案 {report.number}")).to_be_visible()
    expect(page.get_by_text(STORY)).to_be_visible()
    page.get_by_label("方案").select_option(label="脆弱家庭服務")
    page.get_by_label("與建議不同的理由").fill("已由導師確認為管教問題，家庭需要支持服務")
    page.get_by_role("button", name="派案").click()
    expect(page.get_by_text(f"{report.number} 已派給羅東社會福利服務中心")).to_be_visible()

    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("luodong.worker", "/")
    other.get_by_role("link", name=f"{report.number}：收案或退派").click()
    expect(other.get_by_text(STORY)).to_be_visible()
    other.get_by_role("button", name="收案").click()
    expect(other.get_by_text(f"{report.number} 已收案")).to_be_visible()
    theirs.check("journey-accepted")
    assert fresh(report).state == "accepted"
    with acting(SYSTEM):
        handled = Deadline.objects.get(rule_id="intake.handle", subject_id=str(report.pk))
        assert handled.met_at is not None
        assert handled.met_at <= handled.due_at
    page.reload()
    expect(line_of(page, report.number)).to_have_count(0)

    other.get_by_role("status").get_by_role("link", name="開案…").click()
    expect(other.get_by_label("姓名（第 1 人）")).to_have_value("林小安")
    theirs.check("journey-opening")
    other.get_by_role("button", name="開案").click()
    expect(other.get_by_text("已開案 C-")).to_be_visible()
    expect(other.get_by_role("heading", name="林小安")).to_be_visible()
    theirs.check("journey-case")
    with acting(SYSTEM):
        case = Case.objects.get()
        assert case.report == report
        assert case.client_id == child_number
    other.goto("/dispatch/received/")
    expect(line_of(other, report.number).get_by_role("link", name=f"個案 {case.number}")).to_be_visible()
    theirs.context.close()


def test_by_keyboard_two_returns_go_to_the_supervisors_of_both_and_one_settles(
    chromium: Browser, live_server
) -> None:  # type: ignore[no-untyped-def]
    establish()
    report = received(at=timezone.now() - HOUR)

    def at(username: str, address: str) -> Keys:
        return Keys(Desk(chromium, live_server.url), username, address)

    def give_back(username: str, text: str) -> None:
        unit_desk = at(username, "/dispatch/received/")
        unit_desk.press("j", "r")
        expect(unit_desk.page.get_by_role("heading", name=f"受派 {report.number}")).to_be_visible()
        unit_desk.choose("不屬本單位轄區")
        unit_desk.to("說明")
        unit_desk.type(text)
        unit_desk.to("退派")
        unit_desk.press("Enter")
        expect(unit_desk.page.get_by_text(f"{report.number} 已退派")).to_be_visible()
        assert unit_desk.desk.complaints == []
        unit_desk.desk.context.close()

    desk = at("intake", "/dispatch/desk/")
    desk.press("j", "d")
    expect(desk.page.get_by_text(f"{report.number} 已派給羅東社會福利服務中心")).to_be_visible()
    give_back("luodong.worker", "案家上個月已搬到宜蘭市。")
    desk.page.goto("/dispatch/desk/")
    expect(line_of(desk.page, report.number)).to_contain_text("第 1 次退派")
    desk.press("j", "d")
    expect(desk.page.get_by_role("heading", name=f"派案 {report.number}")).to_be_visible()
    desk.to("派給")
    desk.pick("宜蘭社會福利服務中心")
    desk.to("不派給建議單位的理由")
    desk.type("案家已搬到宜蘭市，由宜蘭評估")
    desk.to("派案")
    desk.press("Enter")
    expect(desk.page.get_by_text("已派給宜蘭社會福利服務中心")).to_be_visible()
    give_back("yilan.worker", "學校與祖父母家都在羅東鎮。")
    desk.page.goto("/dispatch/desk/")
    desk.to("退派爭議 1 件")
    desk.press("Enter")
    expect(line_of(desk.page, report.number)).to_be_visible()
    desk.desk.context.close()
    assert fresh(report).state == "disputed"

    # Escalated to both: each supervisor has it among the duties of today.
    for username in ("luodong.supervisor", "yilan.supervisor"):
        theirs = at(username, "/")
        theirs.to(f"主責爭議 {report.number}：裁定由誰主責")
        theirs.press("Enter")
        expect(theirs.page.get_by_text("案家上個月已搬到宜蘭市。")).to_be_visible()
        if username.startswith("yilan"):
            theirs.choose("宜蘭社會福利服務中心")
            theirs.to("裁定的理由")
            theirs.type("現居地在宜蘭市，由宜蘭主責")
            theirs.to("裁定")
            theirs.press("Enter")
            expect(theirs.page.get_by_text("已裁定主責")).to_be_visible()
        assert theirs.desk.complaints == []
        theirs.desk.context.close()

    assert fresh(report).state == "accepted"
    with acting(SYSTEM):
        assert Dispute.objects.get().lead_unit == unit("yilan_center")
        last = Dispatch.objects.order_by("-round").first()
        assert last is not None
        assert (last.to_unit.code, last.state) == ("yilan_center", "accepted")
        assert Deadline.objects.get(rule_id="intake.handle", subject_id=str(report.pk)).met_at is not None
        assert not Deadline.objects.filter(rule_id="dispatch.settle", met_at__isnull=True).exists()
    # The lead is led on to the case.
    lead = at("yilan.worker", "/dispatch/received/")
    lead.to("開案…")
    lead.press("Enter")
    expect(lead.page.get_by_role("button", name="開案")).to_be_visible()
    lead.desk.context.close()
