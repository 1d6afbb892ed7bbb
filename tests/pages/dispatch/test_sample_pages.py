"""抽案 in a browser: a month is drawn, read blind, and the agreement told afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from anwang.platform.context import SYSTEM, acting
from anwang.services.dispatch import actions
from anwang.services.dispatch.models import Dispatch, SampledReport
from tests.county import establish
from tests.flows.dispatch.made import do, fresh, received
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


def test_a_sample_is_read_blind_and_the_agreement_told_afterwards(desk: Desk) -> None:
    establish()
    now = timezone.now()
    last_month = timezone.localtime(now).replace(day=1, hour=0, minute=0) - dt.timedelta(days=5)
    closed, opened = (
        received(at=last_month - HOUR),
        received(at=last_month - HOUR, story="鄰居說老人家兩週沒有出門，門口堆滿信件。"),
    )
    do("intake", actions.dispatch_as_suggested, report_id=opened.pk, now=last_month)
    with acting(SYSTEM):
        waiting = Dispatch.objects.get()
    do("luodong.worker", actions.accept, dispatch_id=waiting.pk, now=last_month)
    do(
        "intake",
        actions.not_open,
        report_id=closed.pk,
        reason="supported",
        text="祖母已經同住並協助照顧",
        referred_to="國小輔導室",
        now=last_month,
    )
    page = desk.sign_in("intake.supervisor", "/dispatch/samples/")
    page.get_by_role("button", name="的案").click()
    expect(page.get_by_text("抽出 2 件。")).to_be_visible()
    desk.check("samples")
    page.locator("tbody a").first.click()
    desk.check("sample-month")
    for _ in range(2):
        page.get_by_role("link", name="件").first.click()
        html = page.content()
        for told in (
            "祖母已經同住並協助照顧",
            "國小輔導室",
            "許派案",
            "林社工",
            "羅東社會福利服務中心",
            "未開案",
            "已收案",
            "不開案",
            "已建立支持系統",
            "vulnerable_family",
            "not_opened",
            "accepted",
            closed.number,
            opened.number,
        ):
            assert told not in html, told
        page.get_by_role("button", name="送出判斷").click()
        expect(page.get_by_role("link", name="請選擇您的判斷。")).to_be_visible()
        for told in ("祖母已經同住並協助照顧", "許派案", "未開案", "已收案"):
            assert told not in page.content(), told
        desk.check("sample")
        page.get_by_label("應開案").check()
        page.get_by_label("一般").check()
        page.get_by_label("判斷的依據").fill("孩子三天沒有正餐，應到家查看")
        page.get_by_role("button", name="送出判斷").click()
        expect(page.get_by_text("已記下您的判斷。")).to_be_visible()
    expect(page.get_by_role("heading", name="複閱認為應開案")).to_be_visible()
    expect(page.get_by_text("100.0%", exact=True)).to_be_visible()
    desk.check("sample-result")
    page.get_by_role("link", name="重新派案").click()
    page.get_by_label("重新派案的理由").fill("複閱認為孩子仍無人照顧")
    desk.check("reopen")
    page.get_by_role("button", name="重新派案").click()
    expect(page.get_by_text("重新起算 24 小時")).to_be_visible()
    assert fresh(closed).state == "screened"
    with acting(SYSTEM):
        assert set(SampledReport.objects.values_list("opened", flat=True)) == {True, False}
