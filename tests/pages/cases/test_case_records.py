"""Visits and other records of a case in the browser: from a phone, after a time-out, corrected, printed; two tabs."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.services.cases import actions
from anwang.services.cases.models import ContactNote, Plan, Visit
from tests.flows.cases import made
from tests.flows.cases.made import WORKER, days, who
from tests.pages.desk import Desk

from .test_case_pages import begun

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_visit_from_a_phone_without_script_and_sent_twice(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    case = begun()
    phone = Desk(chromium, live_server.url, with_script=False)
    page = phone.sign_in(WORKER, f"/cases/{case.pk}/visit/")
    page.set_viewport_size({"width": 390, "height": 780})
    page.get_by_label("沒見到", exact=True).check()
    page.get_by_role("button", name="記錄").click()
    expect(page.get_by_role("link", name="請選擇沒見到的原因。")).to_be_visible()
    page.get_by_label("不在家").check()
    page.get_by_role("button", name="記錄").click()
    expect(page.get_by_text("已記錄訪視：未遇。")).to_be_visible()
    page.goto(f"/cases/{case.pk}/visit/")
    form = {
        name: page.locator(f"[name={name}]").first.input_value()
        for name in ("csrfmiddlewaretoken", "key", "at")
    }
    form |= {"met": "no", "place": "home", "not_met_reason": "refused", "text": ""}
    for _ in range(2):  # the line broke after the first was sent; the phone sends the same again
        headers = {"Referer": f"{live_server.url}/"}
        assert page.request.post(page.url, form=form, headers=headers).ok
    phone.context.close()
    with acting(SYSTEM):
        assert sorted(Visit.objects.filter(case=case).values_list("not_met_reason", flat=True)) == [
            "absent",
            "refused",
        ]


def test_what_was_typed_on_a_visit_is_there_after_a_time_out(desk: Desk) -> None:
    case = begun()
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/visit/")
    page.get_by_label("看到什麼、談了什麼").fill("門口談了十分鐘，孩子在睡。")
    expect(page.locator("[data-draft-status]")).to_contain_text("已存")
    desk.context.clear_cookies()
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/visit/")
    expect(page.get_by_label("看到什麼、談了什麼")).to_have_value("門口談了十分鐘，孩子在睡。")


def test_a_record_is_corrected_and_the_old_one_stays(desk: Desk) -> None:
    case = begun()
    made.visit(case, timezone.now() - days(1))
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/")
    page.get_by_role("link", name="更正…").click()
    page.get_by_label("只看到部分孩子").check()
    page.get_by_label("為什麼更正").fill("弟弟當天不在家")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_text("已更正；原來的紀錄仍看得到。")).to_be_visible()
    expect(page.locator("tbody s", has_text="已訪・到家裡")).to_be_visible()
    expect(page.get_by_text("孩子：每個孩子都看到")).to_be_visible()
    expect(page.get_by_text("孩子：只看到部分孩子")).to_be_visible()
    desk.check("case-corrected")
    page.get_by_role("link", name="林美惠").click()
    page.get_by_label("電話（選填）").fill("0912-000-222")
    page.get_by_label("為什麼更正").fill("換了電話號碼")
    desk.check("case-member")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_text("更正家人資料・林美惠")).to_be_visible()
    page.get_by_role("link", name="家人與協辦").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="加協辦單位").click()
    page.get_by_label("協辦單位").select_option(label="衛生局")
    page.get_by_label("共同服務").check()
    desk.check("case-support")
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("rowheader", name="衛生局")).to_be_visible()
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV").click()
    assert "已由後一筆更正：弟弟當天不在家" in found.value.path().read_text("utf-8-sig")


def test_promises_are_pinned_and_a_new_report_is_read(desk: Desk) -> None:
    case = begun(40)
    again = made.dispatched("jiaoxi_center", timezone.now() - days(1)).report
    with acting(SYSTEM):
        again.persons.update(person_id=case.client_id)
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/")
    expect(page.get_by_text("還沒有做到的事")).to_be_visible()
    expect(page.get_by_text("關於這一家的通報")).to_be_visible()
    desk.check("case-promises")
    page.get_by_role("button", name="已看過，記下處理").click()
    expect(page.get_by_text("請寫明怎麼處理")).to_be_visible()
    page.get_by_label("怎麼處理").fill("已電話確認孩子安全")
    page.get_by_role("button", name="已看過，記下處理").click()
    expect(page.get_by_text("看過新的通報")).to_be_visible()


def test_two_tabs_of_a_plan_meet_and_both_texts_are_there(desk: Desk) -> None:
    case = begun()
    plan = actions.begin_plan(case_id=case.pk, **who(WORKER, timezone.now()))
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/plans/{plan.pk}/")
    actions.save_plan(
        plan_id=plan.pk,
        revision=plan.revision,
        draft=made.draft(timezone.now()),
        **who(WORKER, timezone.now()),
    )
    page.get_by_label("目標 1", exact=True).fill("另一個分頁寫的目標")
    page.get_by_role("button", name="儲存", exact=True).click()
    expect(page.get_by_text("這份計畫在另一個畫面改過了")).to_be_visible()
    expect(page.get_by_label("目標 1", exact=True)).to_have_value("另一個分頁寫的目標")
    expect(page.get_by_role("rowheader", name="孩子每天到校")).to_be_visible()
    desk.check("case-plan-conflict")
    page.get_by_role("button", name="儲存", exact=True).click()
    expect(page.get_by_text("已儲存，還沒有送出。")).to_be_visible()
    with acting(SYSTEM):
        assert [g.goal for g in Plan.objects.get(pk=plan.pk).goals.all()] == ["另一個分頁寫的目標"]


def test_the_days_visits_are_one_pack(desk: Desk) -> None:
    case = begun()
    noon = timezone.localtime().replace(hour=23, minute=0)
    actions.plan_visit(
        case_id=case.pk,
        place="home",
        at=noon,
        purpose="看孩子的作息",
        **who(WORKER, timezone.now()),  # type: ignore[arg-type]
    )
    page = desk.sign_in(WORKER, "/cases/")
    desk.check("case-list")
    page.get_by_role("link", name="今日訪視單").click()
    expect(page.get_by_text("看孩子的作息")).to_be_visible()
    expect(page.get_by_role("rowheader", name="林美惠")).to_be_visible()
    desk.check("case-pack")
    with acting(SYSTEM):
        packed = AuditEntry.objects.filter(purpose="列印訪視單")
        kinds = sorted(packed.values_list("subject_kind", flat=True))
        assert kinds == ["case", *["person"] * case.members.exclude(person=None).count()]
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="顯示")).to_be_hidden()


def test_a_long_timeline_is_read_page_by_page_and_keeps_its_filter(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    case = begun(200)
    with acting(SYSTEM):
        unit, now = case.unit_id, timezone.now()
        ContactNote.objects.bulk_create(
            ContactNote(
                case_id=case.pk, unit_id=unit, kind="call", reached=True, with_whom="母親",
                contacted_at=now - days(number / 2), text=f"第 {number} 次電話聯繫", at=now, by_name="林社工",
            )
            for number in range(1, 301)
        )  # fmt: skip
    desk = Desk(chromium, live_server.url, with_script=False)
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/")
    rows = page.locator("table[data-keys] tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="聯繫 300").click()
    expect(page.get_by_text("第 1–50 筆，共 300 筆")).to_be_visible()
    page.get_by_role("link", name="下一頁").click()
    page.wait_for_url("**kind=contact&page=2")
    expect(page.get_by_text("第 51 次電話聯繫")).to_be_visible()
    expect(page.get_by_text("第 50 次電話聯繫")).to_have_count(0)
    page.goto(f"/cases/{case.pk}/?kind=contact&page=99")
    expect(page.get_by_text("第 300 次電話聯繫")).to_be_visible()
    desk.context.close()
