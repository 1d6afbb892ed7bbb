from __future__ import annotations
import os
import pytest
from tests import county
from tests.families import settle
from tests.pages.browsing import browser, check_page, page_of, session_of
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Deadline
import datetime as dt
from django.utils import timezone

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

@pytest.mark.django_db(transaction=True)
def test_shots(live_server) -> None:
    county.establish()
    made = settle()
    now = timezone.now()
    with acting(SYSTEM):
        unit = county.context("luodong.worker").unit_id
        for i, h in enumerate((-50, 0.6, 3, 30, 90, 400)):
            Deadline.objects.create(subject_kind="list_sending", subject_id=str(i), rule_id="r", label=f"簽收兒少高危機名單（115-0{i+1}）", citation="001 參三(六)2(2)", url="/lists/received/1/", unit_id=unit, opened_at=now, due_at=now + dt.timedelta(hours=h))
    keys = {u: session_of(u) for u in ("luodong.worker", "auditor", "luodong.supervisor", "data", "health")}
    chen, wang = made.households["chen"], made.households["wang"]
    todo = [("luodong.worker", f"/households/{chen}/", "household"), ("luodong.worker", f"/households/{wang}/", "wang"), ("health", f"/households/{chen}/", "health"),
      ("luodong.worker", "/", "today"), ("data", "/", "today-data"), ("luodong.worker", "/households/", "households"), ("luodong.worker", f"/persons/{made.persons['小安']}/", "person"),
      ("data", f"/persons/{made.persons['氏秋']}/", "person-data"), ("luodong.worker", "/households/99/purpose/", "purpose"), ("luodong.worker", "/search/", "search"),
      ("auditor", "/views/", "views"), ("auditor", "/views/unusual/", "unusual"), ("luodong.supervisor", "/views/", "views-sup")]
    problems = []
    with browser() as running:
        for user, path, name in todo:
            page = page_of(running, keys[user], live_server.url)
            page.on("console", lambda m, n=name: problems.append((n, m.text)) if m.type == "error" else None)
            page.goto(live_server.url + path)
            if name == "search":
                page.fill("#page-search", "陳"); page.fill("#page-search", "陳建"); page.click("main button")
            if name == "household":
                page.locator(".why > summary").first.click()
            for width in (1280, 390):
                try:
                    check_page(page, width)
                except AssertionError as e:
                    problems.append((name, width, str(e)[:1500]))
                page.screenshot(path=f"/tmp/shots2/{name}-{width}.png", full_page=True)
            page.context.close()
    for p in problems: print(p)
    assert not problems
