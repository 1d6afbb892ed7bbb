"""記訪視 on a phone: which planned visit it was; and a form that comes again with a sentence more loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Draft
from anwang.services.cases import actions
from anwang.services.cases.models import Assessment, Case, ContactNote, Visit
from anwang.services.cases.vocabulary import VisitPlace
from tests.flows.cases import made
from tests.flows.cases.made import WORKER, days, who
from tests.pages.desk import Desk, widen

from .test_case_pages import begun, day, typed

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = (390, 780)


def planned(case: Case, in_days: float, **changes: Any) -> Visit:
    at = timezone.localtime().replace(hour=23, minute=30, second=0, microsecond=0) + days(in_days)
    given: dict[str, Any] = {"place": VisitPlace.SCHOOL, "at": at, "purpose": "看孩子的作息", **changes}
    now = min(at, timezone.now()) - days(1)
    return actions.plan_visit(case_id=case.pk, **given, **who(WORKER, now))


def appointments(case: Case) -> int:
    with acting(SYSTEM):
        return Deadline.objects.filter(
            OPEN, subject_kind="case", subject_id=str(case.pk), rule_id="case.appointment"
        ).count()


def not_met(page: Page) -> None:
    page.get_by_label("沒見到", exact=True).check()
    page.get_by_label("不在家").check()
    page.get_by_role("button", name="記錄").click()


def test_a_visit_of_the_day_is_the_planned_one_and_ends_its_duty(desk: Desk) -> None:
    case = begun()
    today = planned(case, 0)
    assert appointments(case) == 1
    page = desk.sign_in(WORKER, f"/cases/{case.pk}/")
    widen(page, *PHONE)
    page.get_by_role("link", name="記訪視").click()
    question = page.get_by_role("group", name=f"這是約定的 {typed(today.planned_at)} 那一次嗎？")
    expect(question.get_by_label("是，約定的那一次")).to_be_checked()
    expect(question.get_by_text("到學校・看孩子的作息")).to_be_visible()
    expect(page.get_by_label("到學校", exact=True)).to_be_checked()
    desk.check("case-visit-appointment")
    widen(page, *PHONE)
    not_met(page)
    expect(page.get_by_text("已記錄訪視：未遇。")).to_be_visible()
    with acting(SYSTEM):
        (only,) = Visit.objects.filter(case=case)
    assert (only.pk, only.state, appointments(case)) == (today.pk, "not_met", 0)


def test_on_another_day_it_is_asked_and_without_script_too(chromium: Browser, live_server) -> None:  # type: ignore[no-untyped-def]
    case = begun()
    before, after = planned(case, -2), planned(case, 3)
    planned(case, 40)  # so far ahead nobody went there yet
    phone = Desk(chromium, live_server.url, with_script=False)
    page = phone.sign_in(WORKER, f"/cases/{case.pk}/visit/")
    widen(page, *PHONE)
    question = page.get_by_role("group", name="這是約定的哪一次？")
    expect(question.get_by_role("radio")).to_have_count(3)
    expect(question.get_by_role("radio", checked=True)).to_have_count(0)
    not_met(page)
    expect(page.get_by_role("link", name="請選擇是不是約定的那一次")).to_be_visible()
    expect(page.get_by_label("不在家")).to_be_checked()
    question.get_by_label(typed(before.planned_at)).check()
    page.get_by_role("button", name="記錄").click()
    expect(page.get_by_text("已記錄訪視：未遇。")).to_be_visible()
    page.goto(f"/cases/{case.pk}/visit/")
    page.get_by_role("group", name=f"這是約定的 {typed(after.planned_at)} 那一次嗎？").get_by_label(
        "另外一次"
    ).check()
    not_met(page)
    expect(page.get_by_text("已記錄訪視：未遇。")).to_be_visible()
    phone.context.close()
    with acting(SYSTEM):
        states = dict(Visit.objects.filter(case=case).values_list("pk", "state"))
    assert (states[before.pk], states[after.pk], len(states)) == ("not_met", "planned", 4)
    assert appointments(case) == 2


def answer_lost(page: Page, address: str) -> None:
    """The server records the form; its answer does not come back, and the page stays where it is."""

    def lose(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route(f"**{address}", lose)


def test_a_visit_sent_again_with_a_sentence_more_becomes_its_correction(desk: Desk) -> None:
    case = begun()
    address = f"/cases/{case.pk}/visit/"
    page = desk.sign_in(WORKER, address)
    widen(page, *PHONE)
    page.get_by_label("見到了", exact=True).check()
    page.get_by_label("林小安").check()
    page.get_by_label("每個孩子都看到").check()
    page.get_by_label("目前安全").check()
    words = page.get_by_label("看到什麼、談了什麼")
    words.fill("母女都在，孩子活潑。")
    answer_lost(page, address)
    with page.expect_response(lambda answer: answer.status == 204 and answer.url.endswith(address)):
        page.get_by_role("button", name="記錄").click()
    page.unroute(f"**{address}")
    with acting(SYSTEM):
        assert Visit.objects.get(case=case).text == "母女都在，孩子活潑。"
    words.fill("母女都在，孩子活潑。鄰居說昨晚有爭吵。")
    page.get_by_role("button", name="記錄").click()
    expect(page.get_by_text("已記錄訪視")).to_have_count(0)  # it was, but not what is typed now
    told = page.get_by_role("alert")
    expect(told).to_contain_text("內容和這次寫的不同，這次寫的還沒有存")
    expect(page.get_by_role("heading", name="更正訪視")).to_be_visible()
    expect(words).to_have_value("母女都在，孩子活潑。鄰居說昨晚有爭吵。")
    expect(page.get_by_label("林小安")).to_be_checked()
    expect(page.locator("[data-draft-status]")).to_contain_text("已存")
    with acting(SYSTEM):
        assert Draft.objects.filter(form=f"visit-{case.pk}-new").count() == 1
    told.get_by_text("先前記的內容").click()
    expect(told.get_by_text("母女都在，孩子活潑。", exact=True)).to_be_visible()
    desk.check("case-visit-recorded-before")
    page.get_by_label("為什麼更正").fill("補")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_role("link", name="請寫明更正的理由")).to_be_visible()
    page.get_by_label("為什麼更正").fill("補上鄰居說的話")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_text("已更正；原來的紀錄仍看得到。")).to_be_visible()
    with acting(SYSTEM):
        first, second = Visit.objects.filter(case=case).order_by("pk")
        assert (second.replaces_id, second.text) == (first.pk, "母女都在，孩子活潑。鄰居說昨晚有爭吵。")
        assert Draft.objects.filter(form=f"visit-{case.pk}-new").count() == 0


def again(page: Page, address: str, form: dict[str, str]) -> None:
    """The same form once more, as a page that stayed open sends it."""
    page.goto(address)
    script = """([form]) => { const made = document.querySelector('main form[method=post]');
      for (const each of made.elements) if (form[each.name] !== undefined) {
        if (each.type === 'radio' || each.type === 'checkbox') each.checked = each.value === form[each.name];
        else each.value = form[each.name]; }
      made.submit(); }"""
    page.evaluate(script, [form])
    page.wait_for_load_state()


def test_a_contact_sent_again_with_more_becomes_its_correction(desk: Desk) -> None:
    case = begun()
    address = f"/cases/{case.pk}/contact/"
    page = desk.sign_in(WORKER, address)
    form = {
        "key": "k" * 32,
        "kind": "call",
        "reached": "yes",
        "text": "案母說明天到校。",
        "at": typed(timezone.now()),
    }
    again(page, address, form)
    expect(page.get_by_text("已記錄聯繫。")).to_be_visible()
    again(page, address, {**form, "text": "案母說明天到校，但孩子發燒。"})
    expect(page.get_by_role("alert")).to_contain_text("這次寫的還沒有存")
    expect(page.get_by_label("談了什麼")).to_have_value("案母說明天到校，但孩子發燒。")
    desk.check("case-contact-recorded-before")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_text("已更正；原來的紀錄仍看得到。")).to_be_visible()
    with acting(SYSTEM):
        first, second = ContactNote.objects.filter(case=case).order_by("pk")
        assert (second.replaces_id, second.why) == (first.pk, "補上後來寫的內容")


def test_an_assessment_and_an_opening_sent_again_with_more_are_told(desk: Desk) -> None:
    case = begun()
    first = made.assessed(case, timezone.now(), client_key="k" * 32)
    address = f"/cases/{case.pk}/assess/"
    page = desk.sign_in(WORKER, address)
    answers = {"name": "林小安", "household_size": "2", "children_under_6": "0", **made.CALM, "self_harm": "no",
               "suspected_abuse": "no", "decision": "open"}  # fmt: skip
    form = {
        "key": "k" * 32,
        "level": "high",
        "reason": "家訪後的印象不同",
        "assessed_on": day(timezone.now()),
    }
    again(page, address, form | {f"a_{name}": value for name, value in answers.items()})
    expect(page.get_by_role("alert")).to_contain_text("這次寫的還沒有存")
    expect(page.get_by_label("與建議不同的理由")).to_have_value("家訪後的印象不同")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_text("已完成評估")).to_be_visible()
    with acting(SYSTEM):
        assert Assessment.objects.get(case=case, replaces__isnull=False).replaces_id == first.pk
    sent = made.dispatched(at=timezone.now() - days(1))
    page.goto(f"/cases/open/?dispatch={sent.pk}")
    form = {"key": "o" * 32}
    page.get_by_label("姓名（第 1 人）").fill("陳小華")
    page.get_by_label("開案事由").fill("學校通報孩子經常未到校。")
    page.get_by_label("方案").select_option("vulnerable_family")
    page.evaluate("key => document.querySelector('main form input[name=key]').value = key", form["key"])
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="開案", exact=True).click()
    expect(page.get_by_text("期限已排入")).to_be_visible()
    with acting(SYSTEM):
        opened = Case.objects.latest("pk")
    values = {"dispatch": str(sent.pk), "key": "o" * 32, "reason": "學校通報孩子經常未到校，母親失業。"}
    page.goto("/cases/open/")
    again(page, "/cases/open/", {**values, "programme": "vulnerable_family", "name_1": "陳小華"})
    expect(page.get_by_role("alert")).to_contain_text(f"（{opened.number}）")
    expect(page.get_by_label("開案事由")).to_have_value("學校通報孩子經常未到校，母親失業。")
    desk.check("case-open-recorded-before")
    page.get_by_role("link", name="打開個案").click()
    expect(page).to_have_url(f"{desk.page.url.split('/cases')[0]}/cases/{opened.pk}/")
