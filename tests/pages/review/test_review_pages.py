"""比對覆核 in a browser: deciding by key, undoing, splitting, merging, asking for a new matching."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from anwang.network.cocases.jobs import is_linkage_queued
from anwang.people.linkage.models import LinkRun, PairDecision, ReviewPair
from anwang.people.registry.models import SourceRecord
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from tests.county import establish
from tests.pages.desk import Desk
from tests.review_pairs import Seen, records_to_review

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seen(desk: Desk) -> Seen:
    establish("data")
    return records_to_review(timezone.now())


def in_force() -> list[tuple[int, int, str]]:
    with acting(SYSTEM):
        rows = PairDecision.objects.filter(undone_at=None).order_by("record_a", "record_b")
        return list(rows.values_list("record_a", "record_b", "kind"))


def audited() -> Counter[str]:
    with acting(SYSTEM):
        return Counter(AuditEntry.objects.values_list("action", flat=True))


def mouseless(page: Page, key: str) -> None:
    """Press a key, once the page hears it, and wait until the page that it leads to is there."""
    page.wait_for_load_state()
    with page.expect_navigation():
        page.keyboard.press(key)


def test_one_key_decides_and_the_next_pair_opens(desk: Desk, seen: Seen) -> None:
    page = desk.sign_in("data", "/review/")
    expect(page.get_by_text("待覆核 3 對")).to_be_visible()
    assert "陳品睿" not in page.content(), "names are seen where it is recorded"
    desk.check("review-queue")
    mouseless(page, "s")
    assert page.url.endswith(f"/pairs/{seen.pairs[0]}/")
    expect(page.get_by_role("region", name="兩筆紀錄")).to_contain_text("陳品睿")
    assert page.locator("mark").all_inner_texts()[:2] == ["睿", "叡"]
    expect(page.get_by_text("同音異字").first).to_be_visible()
    expect(page.get_by_text("陳建宏")).to_be_visible()
    desk.check("review-pair")

    page.get_by_label("理由").fill("同音，手機相同")
    page.get_by_label("理由").blur()
    mouseless(page, "s")
    assert f"/pairs/{seen.pairs[1]}/" in page.url
    expect(page.get_by_text("上一對已記為「同一人」")).to_be_visible()
    desk.check("review-next")
    mouseless(page, "d")
    mouseless(page, "n")
    expect(page.get_by_text("待覆核 1 對")).to_be_visible()
    assert in_force() == [
        (seen.records[0], seen.records[1], "same"),
        (seen.records[2], seen.records[3], "different"),
    ]
    expect(page.get_by_text("有 2 個決定還沒有生效")).to_be_visible()
    found = audited()
    assert (found["opened_pair"], found["decided_pair"]) == (7, 4), (
        "each for both persons, one household once"
    )

    page.get_by_role("link", name="最近的決定").click()
    expect(page.get_by_text("同音，手機相同")).to_be_visible()
    desk.check("review-decisions")
    page.get_by_role("button", name="復原").first.click()
    expect(page.get_by_text("已復原。")).to_be_visible()
    assert in_force() == [(seen.records[0], seen.records[1], "same")]
    page.goto("/review/")
    expect(page.get_by_text("待覆核 2 對")).to_be_visible()


def test_undo_right_after_deciding_goes_back_to_the_pair(desk: Desk, seen: Seen) -> None:
    page = desk.sign_in("data", f"/review/pairs/{seen.pairs[0]}/")
    mouseless(page, "d")
    mouseless(page, "u")
    assert f"/pairs/{seen.pairs[0]}/" in page.url
    expect(page.get_by_text("已復原。")).to_be_visible()
    assert in_force() == []


def test_a_decided_pair_says_who_decided_and_can_be_decided_otherwise(desk: Desk, seen: Seen) -> None:
    page = desk.sign_in("data", f"/review/pairs/{seen.pairs[0]}/")
    mouseless(page, "s")
    page.goto(f"/review/pairs/{seen.pairs[0]}/")
    expect(page.get_by_text("這一對已由陳資料")).to_be_visible()
    mouseless(page, "d")
    assert in_force() == [(seen.records[0], seen.records[1], "different")]


def test_the_filter_stays_from_pair_to_pair_and_the_last_one_ends_the_round(desk: Desk, seen: Seen) -> None:
    page = desk.sign_in("data", "/review/")
    page.get_by_label("順序").select_option("likely")
    page.wait_for_url("**order=likely")
    for pair in (seen.pairs[2], seen.pairs[0], seen.pairs[1]):
        mouseless(page, "s")
        assert f"/pairs/{pair}/?order=likely" in page.url
        if pair != seen.pairs[1]:
            with page.expect_navigation():
                page.get_by_role("button", name="同一人", exact=True).click()
            page.goto("/review/?order=likely")
    with page.expect_navigation():
        page.get_by_role("button", name="不是同一人").click()
    expect(page.get_by_text("全部覆核完了")).to_be_visible()
    page.goto("/review/")
    expect(page.get_by_text("沒有待覆核的比對")).to_be_visible()
    desk.check("review-empty")


def test_a_new_matching_is_asked_for_once(desk: Desk, seen: Seen) -> None:
    page = desk.sign_in("data", f"/review/pairs/{seen.pairs[0]}/")
    mouseless(page, "s")
    page.goto("/review/")
    page.get_by_role("button", name="重新歸戶").click()
    expect(page.get_by_text("已排入重新歸戶")).to_be_visible()
    expect(page.get_by_text("正在重新歸戶，或已排入等候")).to_be_visible()
    with acting(SYSTEM):
        assert is_linkage_queued()
    expect(page.get_by_role("button", name="重新歸戶")).to_have_count(0)


def test_a_person_is_split_and_two_are_merged_and_both_are_undone(desk: Desk, seen: Seen) -> None:
    with acting(SYSTEM):
        SourceRecord.objects.filter(pk=seen.records[2]).update(person=seen.persons[0])
    page = desk.sign_in("data", "/review/persons/")
    page.get_by_label("人員編號").fill("P-9999999")
    page.get_by_role("button", name="看這個人的紀錄").click()
    expect(page.get_by_role("link", name="找不到這個人員編號")).to_be_visible()
    desk.check("persons-error")
    page.get_by_label("人員編號").fill(f"P-{seen.persons[0]:07d}")
    page.get_by_role("button", name="看這個人的紀錄").click()
    expect(page.get_by_text("2 筆現行紀錄")).to_be_visible()
    page.get_by_role("button", name="拆分勾選的紀錄").click()
    expect(page.get_by_text("請勾選不是這個人的紀錄。")).to_be_visible()
    desk.check("person")
    page.get_by_label("林承恩 不是這個人").check()
    page.get_by_role("button", name="拆分勾選的紀錄").click()
    expect(page.get_by_text("已記下拆分")).to_be_visible()
    assert in_force() == [(seen.records[0], seen.records[2], "different")]

    page.goto(f"/review/persons/{seen.persons[4]}/")
    page.get_by_label("另一人的人員編號").fill(str(seen.persons[5]))
    page.get_by_role("button", name="並列比對").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("合併")
    desk.check("merge")
    page.get_by_role("button", name="合併", exact=True).click()
    expect(page.get_by_text("已記下合併")).to_be_visible()
    assert (seen.records[4], seen.records[5], "same") in in_force()
    with acting(SYSTEM):
        assert ReviewPair.objects.get(pk=seen.pairs[2]).decision is not None
    for _ in range(2):
        with page.expect_navigation():  # the words of the first time still stand there
            page.get_by_role("button", name="復原").first.click()
        expect(page.get_by_text("已復原。")).to_be_visible()
    assert in_force() == []
    found = audited()
    assert (found["split_person"], found["merged_persons"], found["undid_decision"]) == (1, 2, 3)


def test_a_pair_says_why_it_is_asked_and_draws_the_sum_of_its_evidence(desk: Desk, seen: Seen) -> None:
    page = desk.sign_in("data", f"/review/pairs/{seen.pairs[2]}/")
    why = page.get_by_role("complementary", name="依據與權重")
    expect(why).to_contain_text("目前視為同一人，系統估計有 7% 的機會不對。")
    expect(why).to_contain_text("全部都問")
    expect(why.get_by_role("img")).to_have_attribute(
        "aria-label", "比對依據與權重：4 項，合計 −0.1，門檻 +0.6，下方有同內容的表格"
    )
    page.get_by_text("以表格顯示").click()
    table = why.get_by_role("table")
    expect(table.get_by_role("row").nth(1)).to_contain_text("先驗機率")
    expect(table.get_by_role("row").last).to_contain_text("門檻")
    desk.check("review-why")


def test_the_threshold_page_says_what_is_missing_and_then_how_good_it_is(desk: Desk, seen: Seen) -> None:
    page = desk.sign_in("data", "/review/")
    page.get_by_role("link", name="門檻").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("門檻")
    expect(page.get_by_text("5 個可能性區間還沒有足夠的決定")).to_be_visible()
    expect(page.get_by_text("linkage.link_at.percent").first).to_be_visible()
    desk.check("threshold-blind")
    with acting(SYSTEM):
        run = LinkRun.objects.get()
        bands = [band for band in run.report["bands"] if band["pairs"] == 1]
        LinkRun.objects.update(report={**run.report, "bands": bands})
    page.reload()
    page.get_by_role("link", name="看抽出的比對").click()
    expect(page.get_by_text("待覆核 3 對")).to_be_visible()
    expect(page.get_by_role("cell", name="答案影響大")).to_have_count(3)
    mouseless(page, "s")
    for key in ("s", "d"):
        mouseless(page, key)
    with page.expect_navigation():
        page.get_by_role("button", name="同一人", exact=True).click()
    page.goto("/review/threshold/")
    row = page.get_by_role("row", name="60% 現行")
    expect(row).to_contain_text("100.0%（100.0%–100.0%）")
    expect(row).to_contain_text("50.0%（50.0%–50.0%）")
    expect(page.get_by_text("降到 50%：多連結約 1 對")).to_be_visible()
    expect(page.get_by_text("升到 70%：目前的紀錄不會有任何改變。")).to_be_visible()
    desk.check("threshold-known")


def test_who_may_not_review_sees_no_threshold(desk: Desk, seen: Seen) -> None:
    establish("health")
    page = desk.sign_in("health", "/")
    assert page.goto("/review/threshold/").status == 403


def test_the_weakest_link_is_shown_on_the_person_and_decided_side_by_side(desk: Desk, seen: Seen) -> None:
    with acting(SYSTEM):
        SourceRecord.objects.filter(pk__in=[seen.records[1], seen.records[2]]).update(person=seen.persons[0])
    page = desk.sign_in("data", f"/review/persons/{seen.persons[0]}/")
    expect(page.get_by_role("heading", name="最弱的一環")).to_be_visible()
    expect(page.get_by_text("這 1 筆紀錄與其餘 2 筆之間的依據最少")).to_be_visible()
    desk.check("person-weakest")
    page.get_by_role("link", name="並列覆核這一環").click()
    expect(page.get_by_role("region", name="兩筆紀錄")).to_contain_text("林承恩")
    desk.check("weakest")
    mouseless(page, "d")
    expect(page.get_by_text("已記下拆分")).to_be_visible()
    a, b, away = seen.records[0], seen.records[1], seen.records[2]
    assert in_force() == [(a, away, "different"), (b, away, "different")]
    assert audited()["opened_person"] == 2


def test_the_weakest_link_may_be_confirmed_and_the_next_one_comes(desk: Desk, seen: Seen) -> None:
    with acting(SYSTEM):
        SourceRecord.objects.filter(pk=seen.records[2]).update(person=seen.persons[0])
    page = desk.sign_in("data", f"/review/persons/{seen.persons[0]}/weakest/")
    mouseless(page, "s")
    expect(page.get_by_text("已記下是同一人")).to_be_visible()
    assert in_force() == [(seen.records[0], seen.records[2], "same")]
    expect(page.get_by_role("heading", name="最弱的一環")).to_have_count(0)
