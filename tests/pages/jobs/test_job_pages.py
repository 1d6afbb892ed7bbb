"""背景工作 in a browser: what was given up, what that means, once more; and nobody else opens it."""

from __future__ import annotations

import pytest
from django.db import connection
from playwright.sync_api import expect

from tests import county
from tests.pages.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def _given_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (task_name, queue_name, args, status, attempts) values"
            " ('link', 'default', '{}', 'failed', 6),"
            """ ('cocases.make_lists', 'lists', '{"period": "115-03", "unit_id": 1, "member_id": 2}', 'failed', 6)"""
        )


def test_what_was_given_up_is_shown_and_tried_once_more(desk: Desk) -> None:
    county.establish("admin", "luodong.worker")
    page = desk.sign_in("admin", "/jobs/")
    expect(page.get_by_text("沒有停下來的工作")).to_be_visible()
    _given_up()
    page.goto("/")
    page.get_by_role("link", name="背景工作：2 項沒有完成，已停止").click()
    row = page.locator("tbody tr", has_text="重新歸戶")
    expect(row).to_contain_text("新收的名冊還沒有歸戶，名單沒有更新。")
    expect(row).to_contain_text("6 次")
    expect(page.locator("tbody tr", has_text="產製名單")).to_contain_text("115-03")
    desk.check("jobs-given-up")
    row.get_by_role("button", name="重新執行").click()
    expect(page.get_by_text("「重新歸戶」已排入執行")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    with connection.cursor() as cursor:
        cursor.execute("select status from procrastinate_jobs where task_name = 'link'")
        assert cursor.fetchall() == [("todo",)]
    page.get_by_role("button", name="登出").click()
    page = desk.sign_in("luodong.worker", "/")
    expect(page.get_by_text("背景工作")).to_have_count(0)
    assert page.goto("/jobs/").status == 403  # type: ignore[union-attr]
