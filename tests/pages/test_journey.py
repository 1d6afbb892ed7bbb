"""The whole of the main job as its people live it: one story on a real server, with row security, as the role `app`.

The rosters are those of a small demo county. Eight are loaded by code, one by hand in the browser; the matching runs
in a real job worker.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from anwang.network.cocases.facts import ListCode
from anwang.network.cocases.models import LISTED, ListEntry, ListSending
from anwang.people.linkage.models import LinkRun, PairDecision, ReviewPair
from anwang.people.registry.models import ViewGrant
from anwang.people.rosters.actions import Loader, load_file
from anwang.people.rosters.recognition import Given
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.simulate.county import County, make_county
from anwang.simulate.files import lines, write_rosters
from anwang.standard.codes import RosterCode
from tests.county import PASSWORD, establish
from tests.flows.cocases.month import HOMES, MARCH, PEOPLE, Registry
from tests.pages.desk import Desk
from tests.review_pairs import records_to_review

pytestmark = pytest.mark.django_db(transaction=True)

BY_HAND = RosterCode.VULNERABLE_FAMILY
SUPERVISORS = {"luodong_center": "luodong.supervisor", "yilan_center": "yilan.supervisor"}
WORKERS = {"luodong_center": "luodong.worker", "yilan_center": "yilan.worker"}


@pytest.fixture
def at_desk(chromium: Browser, live_server) -> Callable[[], Desk]:  # type: ignore[no-untyped-def]
    made: list[Desk] = []

    def new() -> Desk:
        made.append(Desk(chromium, live_server.url))
        return made[-1]

    yield new  # type: ignore[misc]
    for each in made:
        each.context.close()


def worker() -> None:
    """The job worker until nothing waits any more; in a thread of its own, for the browser holds this one's loop."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            call_command("procrastinate", "worker", "--one-shot")
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert failed == []


def load_all_but_one(county: County, folder: Path) -> Path:
    """Eight of the month's files by code; the path of the ninth."""
    paths = write_rosters(county.month(county.first), folder)
    for roster, path in paths.items():
        if roster is not BY_HAND:
            (receipt,) = load_file(
                path=path,
                file_name=path.name,
                given=Given(),
                loader=Loader(SYSTEM, "名冊匯入"),
                now=timezone.now(),
            )
            assert receipt.state == "accepted", (path.name, receipt.message)
    return paths[BY_HAND]


def bad_lines(county: County) -> list[int]:
    """The lines of the file on which its unloadable rows stand."""
    sheet = county.month(county.first).rosters[BY_HAND]
    bad = [list(row.cells.values()) for row in sheet.rows if not row.loadable]
    return [number for number, cells in enumerate(lines(sheet), 1) if cells in bad]


def listed_household(centres: list[str]) -> tuple[ListEntry, str]:
    """A household on the co-case list that one of these centres serves, and the centre."""
    with acting(SYSTEM):
        for entry in ListEntry.objects.filter(
            list_code=ListCode.COCASE, standing__in=LISTED, centre__code__in=centres
        ).select_related("centre"):
            if ViewGrant.objects.filter(
                household=entry.household_id, unit=entry.centre_id, kind=ViewGrant.Kind.OWN_SERVICE
            ).exists():
                return entry, str(entry.centre.code)
    raise AssertionError("the county has no co-case household that one of the centres serves")


def test_from_a_roster_to_a_receipted_list_and_who_looked(
    at_desk: Callable[[], Desk], tmp_path: Path
) -> None:
    establish("data", "lists", "auditor", *SUPERVISORS.values(), *WORKERS.values())
    county = make_county(115, 300)
    month = county.first.roc
    ninth = load_all_but_one(county, tmp_path)

    # The data engineer uploads the last roster, and sees which two rows are wrong.
    engineer = at_desk()
    page = engineer.sign_in("data", "/rosters/upload/")
    page.get_by_label("選擇檔案").set_input_files(str(ninth))
    page.get_by_role("button", name="上傳", exact=True).click()
    page.wait_for_url("**/rosters/receipts/*/")
    refused = page.get_by_role("region", name="退回的列").locator("tbody tr")
    expect(refused).to_have_count(2)
    expected = bad_lines(county)
    assert len(expected) == 2
    for row, line in zip(refused.all_inner_texts(), expected, strict=True):
        assert re.search(rf"(?<!\d){line}(?!\d)", row), (line, row)

    # The matching, in the worker; then a pair of the grey band, decided by key.
    page.goto("/review/")
    page.get_by_role("button", name="執行歸戶").click()
    expect(page.get_by_text("已排入重新歸戶")).to_be_visible()
    worker()
    page.goto("/review/")
    with page.expect_navigation():
        page.keyboard.press("s")
    page.wait_for_url("**/review/pairs/*/")
    pair_id = int(page.url.rstrip("/").rsplit("/", 1)[1])
    with page.expect_navigation():
        page.keyboard.press("d")
    with acting(SYSTEM):
        pair = ReviewPair.objects.select_related("decision").get(pk=pair_id)
        assert pair.decision is not None
        assert (pair.decision.kind, pair.decision.decided_by_name) == (PairDecision.Kind.DIFFERENT, "陳資料")
        kept = (pair.record_a_id, pair.record_b_id)
    page.goto("/review/")
    expect(page.get_by_text("有 1 個決定還沒有生效")).to_be_visible()
    page.get_by_role("button", name="重新歸戶").click()
    expect(page.get_by_text("已排入重新歸戶")).to_be_visible()
    worker()
    with acting(SYSTEM):
        assert LinkRun.objects.count() == 2
        one, other = (ReviewPair.record_a.field.related_model.objects.get(pk=key) for key in kept)
        assert one.person_id != other.person_id, "the decision holds in the next matching"

    # A social worker of the centre opens a household of theirs: others serve it too, and whom to call.
    entry, centre = listed_household(list(WORKERS))
    home = f"/households/{entry.household_id}/"
    social = at_desk()
    page = social.sign_in(WORKERS[centre], "/households/")
    page.goto(home)
    calls = page.get_by_role("complementary", name="聯絡與依據")
    expect(calls.locator("a[href^='tel:']").first).to_be_visible()
    expect(page.locator(".notice b", has_text="共案")).to_have_count(0)  # until the list is sent

    # The list officer makes the month's lists and sends the centre its co-case list.
    office = at_desk()
    page = office.sign_in("lists", f"/lists/{month}/")
    page.get_by_role("button", name="產製").click()
    expect(page.get_by_text("名單已產製")).to_be_visible()
    page.goto(f"/lists/{month}/cocase/?centre={centre}")
    row = page.locator("tbody tr", has_text=f"H-{entry.household_id:06d}")
    expect(row).to_contain_text(entry.reason)
    page.goto(f"/lists/{month}/")
    with acting(SYSTEM):
        sending = ListSending.objects.select_related("unit").get(list_code=ListCode.COCASE, unit__code=centre)
    rows = page.get_by_role("region", name="各單位的名單").locator("tbody tr")
    rows.filter(has_text=sending.unit.name).filter(has_text="共案").get_by_role("link").first.click()
    page.wait_for_url(f"**/lists/sendings/{sending.pk}/")
    page.get_by_role("link", name="送出…").click()
    page.get_by_role("button", name="送出", exact=True).click()
    expect(page.get_by_text(f"已送出給{sending.unit.name}，等候簽收。")).to_be_visible()

    # The receiver finds it on 我的今天 and receipts it.
    receiver = at_desk()
    page = receiver.sign_in(SUPERVISORS[centre], "/")
    page.get_by_role("link", name=re.compile("^簽收.*共案名單")).click()
    page.wait_for_url(f"**/lists/received/{sending.pk}/")
    page.get_by_role("button", name="簽收").click()
    expect(page.get_by_text("已簽收。請依職掌處理")).to_be_visible()
    with acting(SYSTEM):
        sending.refresh_from_db()
        assert sending.receipted_at is not None
    page.goto("/")
    expect(page.get_by_role("link", name=re.compile("^簽收.*共案名單"))).to_have_count(0)

    # From now on the household's page says that it is a co-case, why, and on what clause that rests.
    page = social.page
    page.goto(home)
    notice = page.locator(".notice", has=page.locator("b", has_text="共案"))
    expect(notice).to_contain_text("請互相聯繫")
    notice.locator("summary").first.click()
    expect(notice.locator(".why__body")).to_contain_text("001 參三(六)1(")
    expect(calls.locator("a[href^='tel:']").first).to_be_visible()
    social.check("journey-household")

    # And the auditor sees who looked at that household.
    auditor = at_desk()
    page = auditor.sign_in("auditor", f"/views/?subject=H-{entry.household_id:06d}")
    rows = page.locator("tbody tr", has_text="開啟家戶")
    expect(rows).to_have_count(2)
    with acting(SYSTEM):
        looked = AuditEntry.objects.filter(
            action=AuditEntry.Action.OPENED_HOUSEHOLD, subject_id=str(entry.household_id)
        )
        (who,) = {each.member_name for each in looked}
    expect(rows.first).to_contain_text(who)
    assert page.goto(home).status == 403  # type: ignore[union-attr]


# ---- without a mouse -------------------------------------------------------------------------------------------------


def press(page: Page, name: str) -> None:
    """Go to the link or button that begins with `name` with Tab alone and press Enter."""
    page.wait_for_load_state()
    for _ in range(80):
        page.keyboard.press("Tab")
        if str(page.evaluate("document.activeElement.textContent.trim()")).startswith(name):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"「{name}」 cannot be reached with the Tab key")


def until_focus(page: Page, what: str) -> None:
    """A page moves the focus to its first field or button when it is drawn, which may be after it has loaded."""
    page.wait_for_function("what => document.activeElement.matches(what)", arg=what)


def sign_in(desk: Desk, username: str) -> Page:
    """Sign in by typing: the first field has the focus when the page opens."""
    page = desk.page
    page.goto("/sign-in/")
    until_focus(page, "[name=username]")
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的今天")
    return page


def test_the_same_without_a_mouse(at_desk: Callable[[], Desk]) -> None:
    establish("data", "lists", "police")
    seen = records_to_review(timezone.now())
    page = sign_in(at_desk(), "data")
    press(page, "比對覆核：3 組等待決定")
    for key in "sd":  # to the first pair; not the same person
        with page.expect_navigation():
            page.keyboard.press(key)
    with acting(SYSTEM):
        decided = PairDecision.objects.get()
        assert (decided.record_a_id, decided.kind) == (seen.records[0], PairDecision.Kind.DIFFERENT)

    Registry().load(MARCH, PEOPLE, HOMES)
    page = sign_in(at_desk(), "lists")
    press(page, "名單")
    with page.expect_navigation():
        page.keyboard.press("m")
    press(page, "警察局")
    page.wait_for_url("**/lists/sendings/*/")
    press(page, "送出…")
    until_focus(page, "[name=confirm]")  # the question is on its button
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("已送出給警察局，等候簽收。")).to_be_visible()

    page = sign_in(at_desk(), "police")
    press(page, "簽收")
    page.wait_for_url("**/lists/received/*/")
    with page.expect_navigation():
        page.keyboard.press("r")
    expect(page.get_by_text("已簽收。請依職掌處理")).to_be_visible()
    with acting(SYSTEM):
        sending = ListSending.objects.get(sent_at__isnull=False)
        assert (sending.sent_by_name, sending.receipted_by_name) == ("林承辦", "蔡警員")
        assert sending.receipted_at is not None
        assert sending.receipted_at - timezone.now() < dt.timedelta(minutes=5)
