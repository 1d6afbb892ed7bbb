"""個案 in a browser: from an accepted dispatch to the closing, by mouse and by keyboard, and a visit from a phone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.services.cases import actions
from anwang.services.cases.models import Case
from tests.county import establish
from tests.flows.cases import made
from tests.flows.cases.made import SUPERVISOR, WORKER, days, who
from tests.pages.desk import Desk, widen
from tests.pages.lists.test_list_pages import press

pytestmark = pytest.mark.django_db(transaction=True)


def typed(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.year - 1911}/{local.month}/{local.day} {local:%H:%M}"


def day(at: dt.datetime) -> str:
    return typed(at).split()[0]


def begun(before: float = 3, **changes: object) -> Case:
    establish()
    return made.open_case(now=timezone.now() - days(before), **changes)


def submit(page: Page, name: str, keyboard: bool) -> None:
    if keyboard:
        page.wait_for_load_state("networkidle")
        press(page, name)
    else:
        page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("keyboard", [False, True], ids=["mouse", "keyboard"])
def test_from_a_dispatch_to_the_closing(
    desk: Desk,
    chromium: Browser,
    live_server,
    keyboard: bool,  # type: ignore[no-untyped-def]
) -> None:
    establish()
    sent = made.dispatched(at=timezone.now() - days(1))
    page = desk.sign_in(WORKER, f"/cases/open/?dispatch={sent.pk}")
    expect(page.get_by_text("由通報")).to_be_visible()
    expect(page.get_by_label("姓名（第 1 人）")).to_have_value("林小安")  # nothing known is asked again
    expect(page.get_by_label("方案")).to_have_value("vulnerable_family")
    page.get_by_label("生日或年齡（第 1 人）").fill("109/3/1")
    page.get_by_label("姓名（第 2 人）").fill("林美惠")
    page.get_by_label("稱謂（第 2 人）").fill("母")
    page.get_by_label("角色（第 2 人）").select_option(label="主要照顧者")
    desk.check("case-open")
    submit(page, "開案", keyboard)
    expect(page.get_by_text("已開案 C-")).to_be_visible()
    expect(page.get_by_role("heading", name="林小安", level=1)).to_be_visible()
    expect(page.get_by_text("首次聯繫家庭").first).to_be_visible()
    desk.check("case-new")
    number = int(page.url.rstrip("/").rsplit("/", 1)[1])

    page.get_by_role("link", name="做評估").click()
    submit(page, "完成評估", keyboard)
    expect(page.get_by_role("alert").get_by_role("link", name="請選擇「經濟」。")).to_be_visible()
    desk.check("case-assess-errors")
    for label, choice in (
        ("經濟", "吃緊"), ("居住", "安全穩定"), ("照顧", "無人照顧"), ("身心健康", "穩定"),
        ("家庭關係", "支持"), ("就學", "無學齡者或正常就學"), ("就業", "不穩定"), ("親友與社區支持", "很少"),
        ("有沒有自傷或傷人", "否"), ("是否疑似保護案件", "否"), ("評估決定", "開案"),
    ):  # fmt: skip
        page.get_by_role("group", name=label, exact=True).get_by_label(choice, exact=True).check()
    page.get_by_label("未滿 6 歲兒童人數").fill("0")
    submit(page, "看建議", keyboard)
    expect(page.get_by_text("建議：高度脆弱。全家「照顧」為「無人照顧」，單獨成立。")).to_be_visible()
    page.get_by_label("中度脆弱").check()
    submit(page, "完成評估", keyboard)
    expect(page.get_by_role("alert").get_by_text("與建議的等級不同時要寫理由")).to_be_visible()
    page.get_by_label("與建議不同的理由").fill("外婆已搬來同住照顧")
    submit(page, "完成評估", keyboard)
    expect(page.get_by_text("已完成評估：中度脆弱。")).to_be_visible()
    desk.check("case-assessments")

    page.goto(f"/cases/{number}/")
    page.get_by_role("link", name="寫計畫").click()
    submit(page, "開始寫", keyboard)
    expect(page.get_by_role("heading", name="第 1 版計畫")).to_be_visible()
    submit(page, "送督導核定", keyboard)
    expect(page.get_by_role("alert").get_by_role("link", name="請寫誰負責。").or_(
        page.get_by_role("alert").get_by_role("link", name="請至少寫一項目標。")).first).to_be_visible()  # fmt: skip
    page.get_by_label("目標 1", exact=True).fill("孩子每天到校")
    page.get_by_label("服務（目標 1）").fill("陪同上學、聯繫專輔老師")
    page.get_by_label("誰負責（目標 1）").fill("林社工")
    page.get_by_label("到哪一天（目標 1）").fill(day(timezone.now() + days(60)))
    page.get_by_label("計畫到哪一天").fill(day(timezone.now() + days(90)))
    page.get_by_label("同意", exact=True).check()
    desk.check("case-plan-edit")
    submit(page, "送督導核定", keyboard)
    expect(page.get_by_text("第 1 版計畫已送督導。")).to_be_visible()

    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in(SUPERVISOR, "/cases/?view=unit")
    expect(other.get_by_text("待督導核定")).to_be_visible()
    theirs.check("case-list-supervisor")
    other.get_by_role("link", name="第 1 版計畫").click()
    theirs.check("case-plan-answer")
    submit(other, "核定", keyboard)
    expect(other.get_by_text("第 1 版計畫：已核定。")).to_be_visible()

    widen(page, 390, 780)
    page.goto(f"/cases/{number}/visit/")
    page.get_by_label("見到了").check()
    page.get_by_label("林小安").check()
    page.get_by_label("林美惠").check()
    page.get_by_label("每個孩子都看到").check()
    page.get_by_label("目前安全").check()
    page.get_by_label("看到什麼、談了什麼").fill("母女都在，孩子活潑，衣物整潔。")
    page.get_by_label("兩週後").check()
    box = page.get_by_label("目前安全").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 40  # a thumb's width
    desk.check("case-visit-390")
    widen(page, 390, 780)
    submit(page, "記錄", keyboard)
    expect(page.get_by_text("已記錄訪視：已訪。")).to_be_visible()
    widen(page, 1280)
    desk.check("case-going-on")

    page.get_by_role("link", name="結案…").click()
    page.get_by_label("原因").select_option(label="目標達成、需求已獲滿足")
    page.get_by_label("服務摘要與成效").fill("孩子穩定到校，母親就業。")
    submit(page, "提結案", keyboard)
    expect(page.get_by_text("還不能結案：請先完成下面打叉的事。")).to_be_visible()
    expect(page.get_by_text("把訪視記為已訪或未遇，或寫理由取消。")).to_be_visible()
    expect(page.get_by_label("服務摘要與成效")).to_have_value("孩子穩定到校，母親就業。")
    desk.check("case-close-refused")

    page.goto(f"/cases/{number}/")
    page.get_by_role("link", name="取消…").click()
    page.get_by_label("取消的理由").fill("家庭已無需求，不再約")
    submit(page, "取消訪視", keyboard)
    expect(page.get_by_text("已取消這次訪視。")).to_be_visible()
    page.get_by_role("link", name="檢討", exact=True).click()
    page.get_by_label("已達成").check()
    page.get_by_label("檢討的結果").fill("兩週來每天到校。")
    submit(page, "記錄檢討", keyboard)
    expect(page.get_by_text("已記錄檢討。")).to_be_visible()
    page.goto(f"/cases/{number}/close/")
    page.get_by_label("原因").select_option(label="目標達成、需求已獲滿足")
    page.get_by_label("服務摘要與成效").fill("孩子穩定到校，母親就業。")
    submit(page, "提結案", keyboard)
    expect(page.get_by_text("已提結案，等督導核定。")).to_be_visible()
    other.goto(f"/cases/{number}/closing/")
    theirs.check("case-closing")
    submit(other, "核定結案", keyboard)
    expect(other.get_by_text("已核定結案。")).to_be_visible()
    theirs.check("case-closed")
    theirs.context.close()
    with acting(SYSTEM):
        case = Case.objects.get(pk=number)
        assert (case.state, case.dispatch_id) == ("closed", sent.pk)
        read = AuditEntry.objects.filter(action="read_case")
        assert read.filter(subject_kind="case", subject_id=str(number)).count() > 5
        for member in case.members.exclude(person=None):
            assert read.filter(subject_kind="person", subject_id=str(member.person_id)).count() > 5


def test_a_case_goes_to_another_unit_and_the_old_one_keeps_what_it_wrote(
    desk: Desk,
    chromium: Browser,
    live_server,  # type: ignore[no-untyped-def]
) -> None:
    case = begun()
    made.visit(case, timezone.now() - days(1))
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/transfer/")
    offered = page.get_by_label("接手的單位").locator("option").all_inner_texts()
    assert not any("受理" in each or each.startswith("社會處") for each in offered), (
        "only who takes such cases"
    )
    page.get_by_label("接手的單位").select_option(label="宜蘭社會福利服務中心（0 案）")
    page.get_by_role("button", name="列出這個單位的社工與案量").click()
    page.get_by_label("接手的社工").select_option(label="李社工（0 案）")
    page.get_by_label("移轉的理由").fill("全家遷居宜蘭市")
    page.get_by_label("移轉摘要").fill("單親、一名學齡兒童，就學不穩，母親願意配合。")
    desk.check("case-transfer")
    page.get_by_role("button", name="請對方接手").click()
    expect(page.get_by_text("已請宜蘭社會福利服務中心接手").first).to_be_visible()
    theirs = Desk(chromium, live_server.url)
    other = theirs.sign_in("yilan.worker", "/cases/")
    other.get_by_role("link", name="請接手").click()
    expect(other.get_by_text("林小安")).to_have_count(0)
    theirs.check("case-receive")
    other.get_by_role("button", name="接手", exact=True).click()
    expect(other.get_by_text("已接手 C-")).to_be_visible()
    expect(other.get_by_text("母女都在")).to_be_visible()
    theirs.context.close()
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_role("heading", name="已移轉的個案")).to_be_visible()
    expect(page.get_by_text("母女都在")).to_be_visible()
    desk.check("case-former")


def test_what_is_wrong_with_the_family_is_linked_and_a_cancelled_visit_stands_where_it_was_decided(
    desk: Desk,
) -> None:
    case = begun()
    planned = actions.plan_visit(
        case_id=case.pk, place="home", at=timezone.now() + days(14), purpose="", **who(WORKER, timezone.now() - days(1))
    )  # fmt: skip
    actions.cancel_visit(
        visit_id=planned.pk, reason="家庭已無需求", **who(WORKER, timezone.now() - days(0.5))
    )
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/?kind=visit")
    row = page.locator("table[data-keys] tbody tr")
    expect(row).to_contain_text(day(timezone.now() - days(0.5)))
    expect(row).to_contain_text("原約定")
    expect(page.get_by_role("row", name="首次聯繫家庭")).to_contain_text("收案後 3 個工作天內")
    page.goto("/cases/open/")
    page.get_by_role("button", name="開案", exact=True).click()
    expect(page.get_by_text("請先修正下列 3 處")).to_be_visible()
    page.get_by_role("link", name="請寫出案主").click()
    expect(page.get_by_role("heading", name="家裡的人")).to_be_focused()
    desk.check("case-open-errors")


def test_a_form_with_a_wrong_count_of_lines_is_no_fault(desk: Desk) -> None:
    establish()
    page = desk.sign_in(WORKER, "/cases/open/")
    page.locator("input[name=lines]").evaluate("field => { field.value = '許多' }")
    page.get_by_role("button", name="再加 4 人").click()
    expect(page.get_by_label("姓名（第 1 人）")).to_be_visible()


def test_another_unit_finds_nothing_and_other_roles_are_refused(
    desk: Desk, chromium: Browser, live_server
) -> None:  # type: ignore[no-untyped-def]
    case = begun()
    page = desk.sign_in("yilan.worker", "/cases/")
    expect(page.get_by_text("沒有個案").first).to_be_visible()
    for address in ("", "visit/", "assess/", "close/", "plan/", "transfer/"):
        page.goto(f"/cases/{case.pk}/{address}")
        expect(page.get_by_text("林小安")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_contain_text("找不到")
    clerk = Desk(chromium, live_server.url)
    other = clerk.sign_in("luodong.clerk", "/")
    expect(other.get_by_role("link", name="個案", exact=True)).to_have_count(0)
    other.goto(f"/cases/{case.pk}/")
    expect(other.get_by_text("林小安")).to_have_count(0)
    clerk.context.close()


def test_a_supervisor_opens_the_list_on_the_unit_and_a_worker_on_their_own(
    desk: Desk, chromium: Browser, live_server
) -> None:  # type: ignore[no-untyped-def]
    begun()
    page = desk.sign_in(SUPERVISOR, "/cases/")
    expect(page.get_by_role("link", name="單位個案")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("link", name="林小安")).to_be_visible()
    mine = Desk(chromium, live_server.url)
    own = mine.sign_in(WORKER, "/cases/")
    expect(own.get_by_role("link", name="我的個案")).to_have_attribute("aria-current", "page")
    expect(own.get_by_role("link", name="林小安")).to_be_visible()
    mine.context.close()
