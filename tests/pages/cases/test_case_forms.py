"""表單 of a case in a browser: found from the case, filled in with what is known, kept, corrected, printed; from a phone."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Route, expect

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.services.cases import actions
from tests.county import establish
from tests.flows.cases import made
from tests.flows.cases.made import WORKER, days
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_of_the_programme_is_filled_in_corrected_and_printed(desk: Desk) -> None:
    establish()
    case = made.open_case(now=timezone.now() - days(3), programme="emergency_relief")
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/")
    page.get_by_role("link", name="方案的表單").click()
    expect(page.get_by_role("heading", name="方案的表單")).to_be_visible()
    desk.check("case-forms-empty")
    page.get_by_role("row", name="申請").first.get_by_role("link", name="填寫").click()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("林小安")  # nothing known is asked again
    desk.check("case-form")
    page.get_by_role("button", name="存檔").click()
    expect(page.get_by_role("alert")).to_contain_text("請")
    desk.check("case-form-errors")
    page.get_by_role("combobox", name="事由").select_option(label="負擔家計者失業")
    page.get_by_label("發生日期").fill("115/4/1")
    page.get_by_role("button", name="存檔").click()
    expect(page.get_by_text("已存「急難紓困申請（轉介）表」。")).to_be_visible()
    desk.check("case-form-entry")
    page.get_by_role("link", name="更正…").click()
    page.get_by_label("發生日期").fill("115/4/2")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_role("row", name="發生日期")).to_contain_text("115年4月1日")
    desk.check("case-form-corrected")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="看更正前的那一份")).to_be_hidden()
    expect(page.locator(".header")).to_be_hidden()
    expect(page.locator("dd", has_text="115年4月2日")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="看更正前的那一份").click()
    expect(page.get_by_text("這一份已更正")).to_be_visible()
    page.goto(f"/cases/{case.pk}/forms/")
    desk.check("case-forms")
    with acting(SYSTEM):
        looks = AuditEntry.objects.filter(action="opened_form").order_by("pk")
        assert {(look.subject_kind, look.subject_id) for look in looks} == {("case", str(case.pk))}
        assert len({look.detail["entry"] for look in looks}) == 2


def test_a_clock_is_started_and_finished_by_hand(desk: Desk) -> None:
    establish()
    case = made.open_case(now=timezone.now() - days(3), programme="out_of_home_placement")
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/")
    page.get_by_role("link", name="其他期限").click()
    desk.check("case-clocks")
    page.get_by_role("link", name="起算…").click()
    page.get_by_label("從什麼時候起算").fill("昨天")
    page.get_by_role("button", name="起算").click()
    expect(page.get_by_role("alert")).to_contain_text("請寫時間")
    desk.check("case-clock-errors")
    page.get_by_label("從什麼時候起算").fill("115/11/1 10:00")
    page.get_by_label("發生了什麼").fill("法院裁定繼續安置三個月。")
    page.get_by_role("button", name="起算").click()
    expect(page.get_by_text("已起算「繼續安置期滿前聲請延長」。")).to_be_visible()
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_role("complementary").get_by_text("繼續安置期滿前聲請延長")).to_be_visible()
    expect(page.get_by_text("起算「繼續安置期滿前聲請延長」：法院裁定")).to_be_visible()
    page.goto(f"/cases/{case.pk}/clocks/continued/")
    desk.check("case-clock-finish")
    page.get_by_label("做了什麼").fill("已向法院聲請延長。")
    page.get_by_label("不再需要，到此為止").check()
    page.get_by_role("button", name="完成").click()
    expect(page.get_by_role("row", name="繼續安置期滿前聲請延長")).to_contain_text("沒有在計時")


def test_a_form_about_a_person_says_about_whom_and_stands_on_the_timeline(desk: Desk) -> None:
    establish()
    case = made.open_case(now=timezone.now() - days(3), programme="early_intervention")
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/forms/visit/")
    expect(page.get_by_text("關於 林小安")).to_be_visible()
    page.get_by_role("button", name="林美惠", exact=True).click()
    expect(page.get_by_text("關於 林美惠")).to_be_visible()
    desk.check("case-form-about-a-person")
    answers = {"visited_on": "115/4/21", "contact_kind": "home", "met": "yes", "observed": "案母在家。",
               "children_at_home": "yes", "all_children_seen": "yes"}  # fmt: skip
    with acting(SYSTEM):
        actions.fill_form(
            case_id=case.pk, form_id="visit", typed=answers, facts={}, member=2, **made.who(WORKER, timezone.now())
        )  # fmt: skip
    page.goto(f"/cases/{case.pk}/?kind=form")
    expect(page.get_by_text("關於：林美惠")).to_be_visible()
    desk.check("case-timeline-forms")
    page.get_by_role("link", name="看表單").click()
    expect(page.get_by_text("・關於 林美惠")).to_be_visible()
    desk.check("case-form-entry-about-a-person")


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "without"])
def test_to_change_the_person_of_a_form_loses_nothing_that_was_typed(
    chromium: Browser,
    live_server,  # type: ignore[no-untyped-def]
    with_script: bool,
) -> None:
    establish()
    case = made.open_case(now=timezone.now() - days(3), programme="early_intervention")
    desk = Desk(chromium, live_server.url, with_script=with_script)
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/forms/visit/")
    page.get_by_label("觀察與處理").fill("孩子在客廳玩積木。")
    page.get_by_role("button", name="林美惠", exact=True).click()
    expect(page.get_by_text("關於 林美惠")).to_be_visible()
    expect(page.get_by_label("觀察與處理")).to_have_value("")
    page.get_by_label("觀察與處理").fill("案母在家。")
    page.get_by_role("button", name="林小安", exact=True).click()
    expect(page.get_by_text("關於 林小安")).to_be_visible()
    expect(page.get_by_label("觀察與處理")).to_have_value("孩子在客廳玩積木。")
    page.get_by_label("觀察與處理").fill("孩子在客廳玩積木，沒有看電視。")
    page.get_by_role("button", name="林美惠", exact=True).click()
    expect(page.get_by_label("觀察與處理")).to_have_value("案母在家。")
    page.get_by_role("button", name="林小安", exact=True).click()
    expect(page.get_by_label("觀察與處理")).to_have_value("孩子在客廳玩積木，沒有看電視。")
    page.get_by_label("觀察與處理").press("Tab")
    assert desk.complaints == []
    desk.context.close()


def test_what_was_typed_in_the_last_two_seconds_is_kept_when_the_page_is_left(desk: Desk) -> None:
    establish()
    case = made.open_case(now=timezone.now() - days(3), programme="early_intervention")
    address = f"/cases/{case.pk}/forms/visit/"
    page = desk.sign_in(WORKER, address)
    page.wait_for_load_state("networkidle")
    page.get_by_label("觀察與處理").fill("孩子在客廳玩積木。")
    page.goto("/cases/")
    page.goto(address)
    expect(page.get_by_label("觀察與處理")).to_have_value("孩子在客廳玩積木。")
    page.wait_for_load_state("networkidle")

    def slow(route: Route) -> None:  # a save is under way, and the page does not wait for it
        if route.request.method == "POST" and not held:
            held.append(route)
            return
        route.continue_()

    held: list[Route] = []
    page.route("**/drafts/**", slow)
    page.get_by_label("觀察與處理").fill("孩子在客廳。")
    expect(page.locator("[data-draft-status]")).to_contain_text("儲存中")
    page.get_by_label("觀察與處理").fill("孩子在客廳。案母在廚房。")
    page.goto("/cases/")
    page.unroute("**/drafts/**")
    page.goto(address)
    expect(page.get_by_label("觀察與處理")).to_have_value("孩子在客廳。案母在廚房。")


def test_a_correction_is_made_about_another_person_with_what_was_typed(desk: Desk) -> None:
    establish()
    case = made.open_case(now=timezone.now() - days(3), programme="early_intervention")
    answers = {"visited_on": "115/4/21", "contact_kind": "home", "met": "yes", "observed": "案母在家。",
               "children_at_home": "yes", "all_children_seen": "yes"}  # fmt: skip
    kept = actions.fill_form(
        case_id=case.pk,
        form_id="visit",
        typed=answers,
        facts={},
        member=1,
        **made.who(WORKER, timezone.now()),
    )
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/forms/entries/{kept.pk}/correct/")
    page.get_by_label("觀察與處理").fill("案母在家，外婆來訪。")
    page.get_by_role("button", name="林美惠", exact=True).click()
    expect(page.get_by_text("關於 林美惠")).to_be_visible()
    expect(page.get_by_label("觀察與處理")).to_have_value("案母在家，外婆來訪。")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_text("・關於 林美惠")).to_be_visible()
