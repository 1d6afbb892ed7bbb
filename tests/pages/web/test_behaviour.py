"""What the small scripts do: keys, drafts, uploads, the idle notice, fragments."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def _stand_still(page: Page) -> None:
    """From now on, in the pages that it opens, time passes only when the test says so (`page.clock.run_for`).

    Installing alone lets the clock run on: what then happens within two seconds depends on the machine.
    """
    page.clock.install(time=0)
    page.clock.pause_at(3600)


def _focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def test_j_and_k_walk_the_rows_and_enter_opens(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    assert _focused(page) == "幸扶守護名單回覆收件"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert _focused(page) == "林姓家戶・共案"
    page.keyboard.press("k")
    assert _focused(page) == "陳姓家戶・兒少高危機"
    page.keyboard.press("Enter")
    expect(page).to_have_url("http://" + page.url.split("/")[2] + "/household")


def test_a_key_acts_on_the_row_that_has_the_focus(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("r")
    assert _focused(page) == "派送"


def test_slash_goes_to_the_search_and_typing_there_is_typing(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("jk?陳")
    assert page.locator("#site-search").input_value() == "jk?陳"
    assert not page.locator("#keys-help").is_visible()


def test_question_mark_explains_and_single_keys_can_be_switched_off(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    assert _focused(page) == "關閉"
    page.get_by_label("在這個瀏覽器關閉單鍵快捷").check()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.get_by_role("button", name="鍵盤快捷鍵").click()
    page.get_by_label("在這個瀏覽器關閉單鍵快捷").uncheck()
    page.get_by_role("button", name="關閉").click()
    page.keyboard.press("j")
    assert _focused(page) == "幸扶守護名單回覆收件"


def test_a_draft_is_saved_comes_back_and_can_be_discarded(page: Page) -> None:
    _stand_still(page)
    page.goto("/lists")
    page.get_by_label("查閱目的").fill("訪視前了解就醫情形")
    page.get_by_label("不是同一人").check()
    page.get_by_label("衛生局").uncheck()
    page.get_by_label("民政處").check()
    page.clock.run_for(2000)
    expect(page.locator("[data-draft-status]")).to_have_text("已存 14:03")
    page.reload()
    expect(page.locator("[data-draft-status]")).to_have_text("已還原 14:03 的草稿")
    assert page.get_by_label("查閱目的").input_value() == "訪視前了解就醫情形"
    assert page.get_by_label("不是同一人").is_checked()
    assert page.get_by_label("民政處").is_checked()
    assert not page.get_by_label("衛生局").is_checked()
    page.get_by_role("button", name="捨棄草稿").click()
    expect(page.locator("[data-draft-status]")).to_have_text("草稿已捨棄")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.get_by_label("查閱目的").input_value() == ""
    assert page.get_by_label("衛生局").is_checked()


def test_a_draft_waits_for_two_quiet_seconds(page: Page) -> None:
    _stand_still(page)
    page.goto("/lists")
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if request.method == "POST" else None)
    page.get_by_label("查閱目的").fill("一")
    page.clock.run_for(1500)
    page.get_by_label("查閱目的").fill("一二")
    page.clock.run_for(1999)
    assert saves == []
    page.clock.run_for(1)
    expect(page.locator("[data-draft-status]")).to_have_text("已存 14:03")
    assert len(saves) == 1
    page.get_by_role("button", name="捨棄草稿").click()
    expect(page.locator("[data-draft-status]")).to_have_text("草稿已捨棄")


def test_a_refused_draft_says_so_and_keeps_what_was_typed(page: Page) -> None:
    page.goto("/lists")
    page.route("**/draft", lambda route: route.fulfill(status=401, json={}))
    page.get_by_label("查閱目的").fill("寫到一半")
    expect(page.locator("[data-draft-status]")).to_contain_text("您已登出")
    assert page.get_by_label("查閱目的").input_value() == "寫到一半"


def test_an_upload_shows_its_result_in_place(page: Page, watched) -> None:
    page.goto("/rosters")
    page.set_input_files(
        "input[type=file]", {"name": "名冊.csv", "mimeType": "text/csv", "buffer": b"a" * 300_000}
    )
    page.get_by_role("button", name="上傳", exact=True).click()
    expect(page.locator("h1")).to_have_text("收到 名冊.csv")
    expect(page).to_have_title("名冊檢查結果・安網")
    assert page.url.endswith("/upload")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert watched.complaints == []


def test_a_lost_upload_says_so_and_can_be_tried_again(page: Page) -> None:
    page.goto("/rosters")
    page.route("**/upload", lambda route: route.abort())
    page.set_input_files("input[type=file]", {"name": "名冊.csv", "mimeType": "text/csv", "buffer": b"a"})
    page.get_by_role("button", name="上傳", exact=True).click()
    expect(page.locator("[data-progress-text]")).to_contain_text("檔案沒有送達")
    assert page.get_by_role("button", name="上傳", exact=True).is_enabled()


def test_the_idle_notice_comes_in_time_and_can_be_answered(page: Page) -> None:
    _stand_still(page)
    page.goto("/lists")
    page.clock.run_for(28 * 60_000 - 1)
    assert not page.locator("[data-idle]").is_visible()
    page.clock.run_for(1)
    expect(page.locator("[data-idle]")).to_be_visible()
    assert "2 分鐘後會自動登出" in page.locator("[data-idle]").inner_text()
    page.get_by_role("button", name="繼續使用").click()
    expect(page.locator("[data-idle]")).to_be_hidden()


def test_idle_signs_out_and_remembers_the_page(page: Page) -> None:
    _stand_still(page)
    page.goto("/lists?period=115-04")
    with page.expect_request("**/sign-out") as sent:
        page.clock.run_for(30 * 60_000)
    assert sent.value.method == "POST"
    page.wait_for_url("**/sign-in?idle=1&next=%2Flists%3Fperiod%3D115-04")
    assert "沒有操作" in page.locator("main").inner_text()


def test_what_was_typed_is_saved_before_idle_ends_the_session(page: Page) -> None:
    _stand_still(page)
    page.goto("/lists")
    page.clock.run_for(29 * 60_000 + 58_500)
    page.get_by_label("查閱目的").evaluate(
        "field => { field.value = '最後一句'; field.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    with page.expect_request(
        lambda request: request.url.endswith("/draft") and request.method == "POST"
    ) as sent:
        page.clock.run_for(1_500)
    page.wait_for_url("**/sign-in?idle=1*")
    assert "%E6%9C%80%E5%BE%8C" in (sent.value.post_data or "")


def test_fragments_are_swapped_and_carry_the_token(page: Page, watched) -> None:
    page.goto("/rosters")
    page.get_by_role("button", name="換片段").click()
    expect(page.locator("#part")).to_have_text("片段已換上，方法 GET")
    page.get_by_role("button", name="送片段").click()
    expect(page.locator("#part")).to_have_text("片段已換上，方法 POST")
    assert watched.complaints == []


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/rosters")
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')")
    page.get_by_role("link", name="請選擇一個鄉鎮市").click()
    expect(page.locator("#field-township")).to_be_focused()
