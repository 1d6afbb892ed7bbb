"""派案台 in a browser: a report's way by mouse and by keyboard, returns up to a settled dispute, and sheets."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from anwang.agencies.models import Member, Post
from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Decision
from anwang.services.dispatch import actions
from anwang.services.dispatch.models import Dispute, NotOpened
from anwang.services.intake.actions import submit_report
from anwang.services.intake.models import Report
from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm
from anwang.services.intake.screening import queue_by_suggestion
from tests.county import PASSWORD, establish
from tests.flows.dispatch.made import do, fresh, received, unit
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


def arrived(hours_ago: float, **about: object) -> Report:
    """A report that came so long ago, queued as the intake room queues it."""
    made = received(at=timezone.now() - hours_ago * HOUR, **about)  # type: ignore[arg-type]
    with acting(SYSTEM):
        queue_by_suggestion(made)
    return made


def colleague(desk: str, username: str, name: str, role: str) -> None:
    """One more member of a unit."""
    with acting(SYSTEM):
        other = Member.objects.first()
        assert other is not None
        made = Member.objects.create(username=username, name=name, password=other.password)
        Post.objects.create(member=made, unit=unit(desk), role=role, from_on=dt.date(2026, 1, 1))


def row(page: Page, report: Report):  # type: ignore[no-untyped-def]
    return page.locator("tbody tr", has_text=report.number)


def test_an_age_stands_on_the_desk_as_it_was_said_and_none_where_nobody_said_one(
    desk: Desk, chromium: Browser, live_server
) -> None:  # type: ignore[no-untyped-def]
    establish()
    now = timezone.now()
    said, unsaid = (
        do(
            "intake",
            submit_report,
            now=now,
            form=ReportForm(
                channel="phone",
                received_at=now - HOUR,
                happened="今天下午",
                reporter_kind="citizen",
                story="鄰居聽見爭吵與摔東西的聲音，有人拿刀。",
                dangers=("weapon",),
                township="羅東鎮",
            ),
            persons=[PersonForm(name=name, birth=birth)],
            reporter=ReporterForm(),
        )
        for name, birth in (("陳美玲", "33歲"), ("林小安", ""))
    )
    page = desk.sign_in("intake", "/dispatch/")
    expect(row(page, said)).to_contain_text("33歲")
    expect(row(page, unsaid)).to_contain_text("年齡不詳")
    for each in (said, unsaid):
        row(page, each).get_by_text("依據").click()
    expect(row(page, said)).to_contain_text("成人保護")
    expect(row(page, said)).not_to_contain_text("兒童或少年")
    expect(row(page, unsaid)).to_contain_text("兒少保護或成人保護")
    expect(row(page, unsaid)).to_contain_text("可能是成人受暴力、疏忽或不當對待（年齡不詳，請先確認）")
    desk.check("desk-ages")
    # Not by one key: a person asks first, and chooses.
    row(page, unsaid).get_by_role("link", name="選擇方案").click()
    expect(page.get_by_text("年齡不詳，請先確認是否為：18 歲以上")).to_be_visible()
    expect(page.get_by_label("方案", exact=True)).to_have_value("")
    desk.check("dispatch-report-no-age")


def test_by_mouse_a_report_is_screened_sent_and_taken_and_its_clock_stops(
    desk: Desk, chromium: Browser, live_server
) -> None:  # type: ignore[no-untyped-def]
    establish()
    calm = arrived(2)
    urgent = arrived(
        1,
        dangers=("weapon", "alleged_present"),
        injuries="手臂瘀傷",
        birth=(2024, 1, 5),
        kind="mandated",
        mandated="medical",
        township="蘇澳鎮",
    )
    late = arrived(23.5, needs=("economic",))
    page = desk.sign_in("intake", "/dispatch/")
    expect(page.get_by_text("未派 3 件")).to_be_visible()
    assert page.locator("tbody th").all_inner_texts() == [
        "立即危險 1 件",
        "剩 1 小時以內 1 件",
        "剩 8 小時以上 1 件",
    ]
    assert [each.split()[0] for each in page.locator("tbody td:nth-child(2) a").all_inner_texts()] == [
        urgent.number,
        late.number,
        calm.number,
    ]
    expect(row(page, urgent)).to_contain_text("持有或使用武器、危險物品")
    expect(row(page, urgent)).to_contain_text("保護服務科")
    row(page, urgent).get_by_text("依據").click()
    expect(row(page, urgent)).to_contain_text("單獨即屬立即危險")
    desk.check("desk")
    row(page, calm).get_by_role("link", name=calm.number).first.click()
    expect(page.get_by_role("heading", name=f"派案 {calm.number}")).to_be_visible()
    expect(page.get_by_text("老師說孩子連續三天沒有帶便當")).to_be_visible()
    desk.check("dispatch-report")
    page.get_by_label("優先").check()
    page.get_by_role("button", name="派案").click()
    expect(page.get_by_role("link", name="決定與建議不同，請寫明理由")).to_be_visible()
    desk.check("dispatch-report-errors")
    page.get_by_label("與建議不同的理由").fill("孩子已三天沒有正餐，不宜再等")
    page.get_by_label("交代受派單位的事").fill("下午四點前在校")
    page.get_by_role("button", name="派案").click()
    expect(page.get_by_text(f"{calm.number} 已派給羅東社會福利服務中心")).to_be_visible()
    with acting(SYSTEM):
        assert (
            Decision.objects.filter(rule_id="screening.urgency", overrules__isnull=False).get().outcome
            == "priority"
        )

    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("luodong.worker", "/")
    expect(other.get_by_role("link", name=f"服務派案 {calm.number}：收案或退派")).to_be_visible()
    other.get_by_role("link", name="派案", exact=True).click()
    expect(other.get_by_text("待收案 1 件")).to_be_visible()
    expect(row(other, calm)).to_contain_text("下午四點前在校")
    theirs.check("received")
    row(other, calm).get_by_role("link", name=calm.number).first.click()
    theirs.check("received-one")
    other.get_by_role("button", name="收案").click()
    expect(other.get_by_text(f"{calm.number} 已收案")).to_be_visible()
    theirs.check("received-done")
    theirs.context.close()
    assert fresh(calm).state == "accepted"
    with acting(SYSTEM):
        assert Deadline.objects.get(rule_id="intake.handle", subject_id=str(calm.pk)).met_at is not None


def test_by_keyboard_a_report_is_sent_and_taken(desk: Desk, chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish()
    first, second = arrived(3), arrived(2, township="宜蘭市")
    page = desk.sign_in("intake", "/dispatch/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(row(page, second).locator("[data-open]")).to_be_focused()
    page.keyboard.press("k")
    expect(row(page, first).locator("[data-open]")).to_be_focused()
    page.keyboard.press("d")
    expect(page.get_by_text(f"{first.number} 已派給羅東社會福利服務中心")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"派案 {second.number}")).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_text(f"{second.number} 已派給宜蘭社會福利服務中心")).to_be_visible()
    expect(page.get_by_text("目前沒有要派的通報")).to_be_visible()
    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("luodong.worker", "/dispatch/")
    other.keyboard.press("j")
    other.keyboard.press("a")
    expect(other.get_by_text(f"{first.number} 已收案")).to_be_visible()
    theirs.context.close()
    assert fresh(first).state == "accepted"


def test_returned_twice_escalates_and_is_settled_without_script(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish()
    report = arrived(1)
    do("intake", actions.dispatch_as_suggested, report_id=report.pk, now=timezone.now())

    def give_back(username: str, text: str) -> None:
        theirs = Desk(chromium, live_server.url, with_script=False)
        page = theirs.sign_in(username, "/dispatch/received/")
        row(page, report).get_by_role("link", name="退派").click()
        page.get_by_role("button", name="退派").click()
        expect(page.get_by_role("link", name="請選擇退派的原因。")).to_be_visible()
        page.get_by_label("不屬本單位轄區").check()
        page.get_by_label("說明").fill(text)
        page.get_by_role("button", name="退派").click()
        expect(page.get_by_text(f"{report.number} 已退派")).to_be_visible()
        theirs.context.close()

    give_back("luodong.worker", "案家上個月已搬到宜蘭市。")
    ours = Desk(chromium, live_server.url)
    page = ours.sign_in("intake", "/dispatch/desk/")
    expect(row(page, report)).to_contain_text("第 1 次退派")
    expect(row(page, report)).to_contain_text("案家上個月已搬到宜蘭市。")
    ours.check("desk-returned")
    row(page, report).get_by_role("link", name="改派").click()
    page.get_by_label("派給", exact=True).select_option(label="宜蘭社會福利服務中心")
    page.get_by_label("不派給建議單位的理由").fill("案家已搬到宜蘭市，由宜蘭評估")
    page.get_by_role("button", name="派案").click()
    expect(page.get_by_text("已派給宜蘭社會福利服務中心")).to_be_visible()
    give_back("yilan.worker", "學校與祖父母家都在羅東鎮。")
    page.goto("/dispatch/desk/")
    expect(page.get_by_role("link", name="退派爭議 1 件")).to_be_visible()
    page.get_by_role("link", name="退派爭議 1 件").click()
    page.get_by_role("link", name=report.number).click()
    expect(page.get_by_text("由雙方督導或受理中心督導裁定。")).to_be_visible()
    ours.context.close()

    theirs = Desk(chromium, live_server.url)
    page = theirs.sign_in("luodong.supervisor", "/dispatch/disputes/")
    theirs.check("disputes")
    page.get_by_role("link", name=report.number).click()
    page.get_by_role("button", name="裁定").click()
    expect(page.get_by_role("link", name="請選擇主責單位。")).to_be_visible()
    theirs.check("dispute")
    page.get_by_label("宜蘭社會福利服務中心").check()
    page.get_by_label("裁定的理由").fill("戶籍與現居地都在宜蘭市，由宜蘭主責，羅東協助到校訪視")
    page.get_by_role("button", name="裁定").click()
    expect(page.get_by_text("已裁定主責")).to_be_visible()
    expect(page.get_by_text("內容不再顯示")).to_be_visible()
    theirs.check("dispute-settled")
    theirs.context.close()
    assert fresh(report).state == "accepted"
    with acting(SYSTEM):
        assert Dispute.objects.get().lead_unit == unit("yilan_center")


def test_not_opened_is_referred_on_and_taken_over(desk: Desk, chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    establish()
    report = arrived(1)
    page = desk.sign_in("intake", f"/dispatch/{report.pk}/")
    page.keyboard.press("n")
    page.get_by_label("已建立支持系統並連結資源").check()
    page.get_by_label("判斷的依據").fill("學校已協助午餐，祖母同住照顧")
    page.get_by_role("button", name="決定不開案並轉介").click()
    expect(page.get_by_role("link", name="不開案仍須轉介")).to_be_visible()
    desk.check("not-open-errors")
    page.get_by_label("由哪個單位接手").select_option(label="教育處")
    page.get_by_role("button", name="決定不開案並轉介").click()
    expect(page.get_by_text("24 小時停止計算")).to_be_visible()
    page.get_by_role("link", name="未開案").click()
    expect(row(page, report)).to_contain_text("還沒確認收到")
    desk.check("not-opened")
    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("education", "/dispatch/")
    other.get_by_role("link", name=report.number).click()
    theirs.check("referral")
    other.get_by_role("button", name="確認收到並接手").click()
    expect(other.get_by_text("由本單位接手")).to_be_visible()
    theirs.context.close()
    with acting(SYSTEM):
        assert NotOpened.objects.get().received_by_name == "吳專輔"


def test_a_shift_hands_over_and_the_next_takes_it_with_a_click(
    desk: Desk, chromium: Browser, live_server
) -> None:  # type: ignore[no-untyped-def]
    establish()
    colleague("intake", "intake.night", "夜派案", "dispatcher")
    report = arrived(5, dangers=("weapon",))
    page = desk.sign_in("intake", "/dispatch/desk/")
    page.keyboard.press("h")
    page.get_by_label("交班事項").fill(f"{report.number} 已請警方到場，等回電。")
    desk.check("hand-overs")
    page.get_by_role("button", name="寫交班單").click()
    expect(page.get_by_role("heading", name="立即危險")).to_be_visible()
    expect(page.get_by_role("button", name="接班")).to_have_count(0)
    desk.check("hand-over")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="主要功能")).to_be_hidden()
    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("intake.night", "/dispatch/hand-over/")
    expect(other.get_by_text("等待接班")).to_be_visible()
    other.locator("tbody a").first.click()
    expect(other.get_by_role("button", name="接班")).to_be_visible()
    other.keyboard.press("t")
    expect(other.get_by_text("已接班。")).to_be_visible()
    expect(other.get_by_text("夜派案 於")).to_be_visible()
    theirs.context.close()


def test_nobody_on_duty_is_said_before_the_dispatch(desk: Desk) -> None:
    establish()
    report = arrived(1, township="三星鄉")
    with acting(SYSTEM):
        Post.objects.filter(unit=unit("sanxing_center")).update(
            until_on=timezone.localdate() - dt.timedelta(days=1)
        )
    page = desk.sign_in("intake", "/dispatch/desk/")
    expect(row(page, report)).to_contain_text("今天沒有人可以收案")
    row(page, report).get_by_role("link", name="選擇單位").click()
    page.get_by_role("button", name="派案").click()
    expect(page.get_by_role("alert")).to_contain_text("沒有可以收案的人員")
    page.get_by_label("仍要派給這個單位").check()
    page.get_by_role("button", name="派案").click()
    expect(page.get_by_text("已派給三星社會福利服務中心")).to_be_visible()
    with acting(SYSTEM):
        assert Deadline.objects.filter(rule_id="dispatch.nobody_on_duty").count() == 1


@pytest.mark.parametrize(
    ("username", "allowed"),
    [
        ("intake", {"desk/", "not-opened/", "hand-over/", "disputes/"}),
        ("intake.supervisor", {"desk/", "not-opened/", "hand-over/", "disputes/", "samples/", "received/"}),
        ("luodong.worker", {"received/"}),
        ("luodong.supervisor", {"received/", "disputes/"}),
        ("health", {"received/"}),
        ("lists", set()),
        ("auditor", set()),
        ("admin", set()),
    ],
)
def test_who_may_open_what(client, username: str, allowed: set[str]) -> None:  # type: ignore[no-untyped-def]
    establish()
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    for path in ("desk/", "desk/sent/", "not-opened/", "hand-over/", "disputes/", "samples/", "received/"):
        expected = 200 if path in allowed or (path == "desk/sent/" and "desk/" in allowed) else 403
        assert client.get(f"/dispatch/{path}").status_code == expected, path
    report = received(at=timezone.now() - HOUR)
    for path in ("", "quick/", "not-open/", "call-back/", "reopen/"):
        answer = client.post(f"/dispatch/{report.pk}/{path}", {})
        assert answer.status_code != 500
    assert fresh(report).state == ("sent" if username == "intake" else "received")
