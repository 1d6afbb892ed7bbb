"""After 收案 in a browser: first contact without a case, 併入既有個案, 改派; by mouse, by keyboard and without script."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.services.cases.models import Case, ReportJoined
from anwang.services.dispatch import actions
from anwang.services.dispatch.models import Dispatch, FamilyContact
from anwang.services.intake.investigating import conclude, record_first_contact
from anwang.services.intake.investigation_rules import Conclusion, Level, Safety
from tests.county import PASSWORD, establish
from tests.flows.cases import made as case_made
from tests.flows.dispatch.made import do, fresh, sent
from tests.pages.desk import Desk
from tests.pages.lists.test_list_pages import press

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
WORKER = "luodong.worker"
FOUND = "查證為家中斷炊，無受虐跡象，請脆弱家庭服務接手"


def taken(**about: object) -> Dispatch:
    """A report of two hours ago that the unit took just now."""
    now = timezone.now()
    dispatch = sent(at=now - 2 * HOUR, now=now - HOUR, **about)  # type: ignore[arg-type]
    do(WORKER, actions.accept, dispatch_id=dispatch.pk, now=now - 30 * MINUTE)
    with acting(SYSTEM):
        return Dispatch.objects.select_related("report").get(pk=dispatch.pk)


def contact_duty(dispatch: Dispatch) -> Deadline:
    with acting(SYSTEM):
        return Deadline.objects.get(rule_id="dispatch.first_contact", subject_id=str(dispatch.report_id))


def field(page: Page, said: str) -> None:
    """The summary of errors leads to the field."""
    expect(page.get_by_role("alert").get_by_role("link", name=said)).to_be_visible()


def test_the_first_contact_is_written_on_the_report(desk: Desk) -> None:
    establish()
    dispatch = taken()
    page = desk.sign_in(WORKER, "/")
    page.get_by_role("link", name=f"（{dispatch.report.number}）").click()
    expect(page.get_by_role("heading", name="首次聯繫")).to_be_visible()
    desk.check("taken-one")
    page.keyboard.press("f")
    page.get_by_label("時間").fill("明天")
    page.get_by_role("button", name="記錄").click()
    for said in ("請選擇聯繫的方式。", "請選擇有沒有聯繫上。", "請輸入日期與時間，例如 115/3/1 14:30。"):
        field(page, said)
    desk.check("contact-errors")
    page.get_by_role("radio", name="電話").check()
    page.get_by_label("沒有聯繫上").check()
    page.get_by_label("時間").fill(f"{timezone.localtime() - 10 * MINUTE:%H:%M}")
    page.get_by_label("談了什麼").fill("響了很久沒有人接，傍晚再打。")
    page.get_by_role("button", name="記錄").click()
    expect(page.get_by_text("期限照常進行")).to_be_visible()
    assert contact_duty(dispatch).met_at is None
    page.keyboard.press("f")
    page.get_by_label("到家裡").check()
    page.get_by_label("對象").fill("案母與孩子")
    page.get_by_label("聯繫上了").check()
    page.get_by_label("談了什麼").fill("孩子在家，冰箱是空的；已送物資，約下週再訪。")
    page.get_by_role("button", name="記錄").click()
    expect(page.get_by_text("已記下首次聯繫。")).to_be_visible()
    expect(page.get_by_text("未聯繫上")).to_be_visible()
    desk.check("taken-contacted")
    assert contact_duty(dispatch).met_at is not None
    page.goto("/")
    expect(page.get_by_role("link", name=f"（{dispatch.report.number}）")).to_have_count(0)
    page.goto(f"/dispatch/received/{dispatch.pk}/")
    page.get_by_role("link", name="開案…").click()
    page.get_by_role("button", name="開案").click()
    expect(page.get_by_text("已開案 C-")).to_be_visible()
    expect(page.get_by_text("首次聯繫・到家裡・案母與孩子")).to_be_visible()
    with acting(SYSTEM):
        assert Case.objects.get().state == "active"


def test_a_report_is_joined_to_the_case_that_the_family_has(desk: Desk) -> None:
    establish()
    case = case_made.open_case(now=timezone.now() - dt.timedelta(days=20))
    dispatch = taken()
    with acting(SYSTEM):
        dispatch.report.persons.update(person_id=case.client_id)
    page = desk.sign_in(WORKER, f"/dispatch/received/{dispatch.pk}/")
    expect(page.get_by_text("通報中的人在本單位已有個案")).to_be_visible()
    desk.check("taken-known")
    page.keyboard.press("m")
    page.get_by_label("其他個案的編號").fill("C-0099999")
    page.get_by_role("button", name="併入個案").click()
    field(page, "上面已選了個案")
    page.get_by_label("其他個案", exact=True).check()
    page.get_by_role("button", name="併入個案").click()
    field(page, "請選擇本單位服務中的個案，或填個案編號，例如 C-0000012。")
    desk.check("join-errors")
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_text("本單位已收案")).to_be_visible()
    expect(page.get_by_role("button", name="已看過")).to_have_count(0)
    desk.check("case-to-join")
    page.get_by_role("link", name="併入這一案…").click()
    expect(page.get_by_label(case.number)).to_be_checked()
    page.get_by_label("對個案的影響與處理").fill("同一件事；提前到明天家訪。")
    page.get_by_role("button", name="併入個案").click()
    expect(page.get_by_text(f"{dispatch.report.number} 已併入個案 {case.number}。")).to_be_visible()
    expect(page.get_by_text(f"併入通報 {dispatch.report.number}").first).to_be_visible()
    desk.check("case-joined")
    with acting(SYSTEM):
        assert ReportJoined.objects.get().case == case
    page.goto("/dispatch/received/")
    page.get_by_role("link", name=f"個案 {case.number}").click()
    expect(page.get_by_text("同一件事；提前到明天家訪。")).to_be_visible()


def test_a_case_is_named_by_its_number_where_none_is_known(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish()
    case = case_made.open_case(now=timezone.now() - dt.timedelta(days=20))
    dispatch = taken()
    theirs = Desk(chromium, live_server.url, with_script=False)
    page = theirs.sign_in(WORKER, f"/dispatch/received/{dispatch.pk}/")
    page.get_by_role("link", name="併入既有個案…").click()
    page.get_by_role("button", name="併入個案").click()
    field(page, "請選擇本單位服務中的個案，或填個案編號，例如 C-0000012。")
    page.get_by_label("個案編號").fill(f"c-{case.pk}")
    page.get_by_label("對個案的影響與處理").fill("同住的表弟，併入追蹤。")
    page.get_by_role("button", name="併入個案").click()
    expect(page.get_by_text("已併入個案")).to_be_visible()
    theirs.context.close()


def concluded() -> Dispatch:
    dispatch = taken(programme="child_protection")
    with acting(SYSTEM):
        number = dispatch.report.investigations.get().pk
    now = timezone.now()
    do(WORKER, record_first_contact, investigation_id=number, contact_at=now - 20 * MINUTE, now=now)
    given = Conclusion(
        substantiated=False,
        finding="孩子無受虐跡象，家中斷炊。",
        safety=Safety.SAFE,
        level=Level.REFERRAL,
        referred_to="羅東社會福利服務中心",
    )
    do(WORKER, conclude, investigation_id=number, given=given, now=now)
    return dispatch


def test_after_an_investigation_the_report_is_sent_on_by_keyboard(
    desk: Desk, chromium: Browser, live_server
) -> None:  # type: ignore[no-untyped-def]
    establish()
    dispatch = concluded()
    page = desk.sign_in(WORKER, "/dispatch/received/")
    page.get_by_role("link", name="看調查").click()
    desk.check("investigation-send-on")
    press(page, "改派其他單位…")
    expect(page.get_by_role("heading", name=f"改派其他單位 {dispatch.report.number}")).to_be_visible()
    desk.check("send-on")
    press(page, "送回改派")
    field(page, "請寫")
    desk.check("send-on-errors")
    page.get_by_label("改派的理由").focus()
    page.keyboard.type(FOUND)
    press(page, "送回改派")
    expect(page.get_by_text("已送回受理中心改派")).to_be_visible()
    expect(page.get_by_text(FOUND)).to_be_visible()
    desk.check("sent-on")
    assert fresh(dispatch.report).state == "screened"
    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("intake", "/dispatch/desk/")
    line = other.locator("tbody tr", has_text=dispatch.report.number)
    expect(line).to_contain_text("調查後改派")
    expect(line.get_by_role("button", name="派案")).to_have_count(0)
    theirs.check("desk-sent-on")
    line.get_by_role("link", name=dispatch.report.number).first.click()
    expect(other.get_by_text(f"調查後改派：{FOUND}")).to_be_visible()
    theirs.check("dispatch-report-sent-on")
    theirs.context.close()
    page.goto(f"/dispatch/received/{dispatch.pk}/send-on/")
    expect(page.get_by_text("已經改派，不由本單位主責")).to_be_visible()


def test_an_open_investigation_comes_first(desk: Desk) -> None:
    establish()
    dispatch = taken(programme="child_protection")
    page = desk.sign_in(WORKER, f"/dispatch/received/{dispatch.pk}/send-on/")
    expect(page.get_by_text("請先提出調查結果")).to_be_visible()
    expect(page.get_by_role("heading", name=f"調查 {dispatch.report.number}")).to_be_visible()
    expect(page.get_by_role("link", name="改派其他單位…")).to_have_count(0)


PAGES = ("contact", "join", "send-on")


@pytest.mark.parametrize(
    ("username", "status"),
    [
        (WORKER, 200),
        ("luodong.supervisor", 200),
        ("yilan.worker", 404),
        ("health", 404),
        ("protection.worker", 404),
        ("luodong.clerk", 403),
        ("intake", 403),
        ("intake.supervisor", 404),
        ("lists", 403),
        ("auditor", 403),
        ("admin", 403),
    ],
)
def test_who_may_open_what_follows(client, username: str, status: int) -> None:  # type: ignore[no-untyped-def]
    establish()
    dispatch = taken()
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    for path in PAGES:
        address = f"/dispatch/received/{dispatch.pk}/{path}/"
        assert client.get(address).status_code == status, path
        assert client.post(address, {}).status_code == (422 if status == 200 else status), path
    assert fresh(dispatch.report).state == "accepted"
    with acting(SYSTEM):
        assert not FamilyContact.objects.exists()


def test_what_was_not_taken_has_no_such_pages(client) -> None:  # type: ignore[no-untyped-def]
    establish()
    now = timezone.now()
    waiting = sent(at=now - 2 * HOUR, now=now - HOUR)
    client.post("/sign-in/", {"username": WORKER, "password": PASSWORD})
    for path in PAGES:
        answer = client.get(f"/dispatch/received/{waiting.pk}/{path}/", follow=True)
        assert answer.redirect_chain == [(f"/dispatch/received/{waiting.pk}/", 302)]
        assert "請先收案" in answer.content.decode()
