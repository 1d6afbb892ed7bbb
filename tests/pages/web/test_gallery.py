"""Every component and shell page, as a browser and an accessibility checker see it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.pages.desk import widen

MEMBER_PAGES = [
    "/",
    "/household",
    "/rosters",
    "/review",
    "/lists",
    "/views",
    "/password",
    "/password?refused=1",
]
VISITOR_PAGES = ["/sign-in", "/sign-in?refused=1", "/sign-in?idle=1&next=/lists"]
ERROR_PAGES = {"/error-400": 400, "/error-403": 403, "/nowhere": 404, "/error-500": 500}
PAGES = [*MEMBER_PAGES, *VISITOR_PAGES, *ERROR_PAGES]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
BUDGET = 80 * 1024


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, watched, path: str, width: int) -> None:
    widen(page, width)
    page.goto(path)
    for each in page.locator("details").all():  # what is folded away is part of the page
        each.evaluate("each => { each.open = true }")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [
        (each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"]) for each in found
    ] == []
    assert watched.complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_no_sideways_scrolling(page: Page, path: str) -> None:
    """At 320 px, and on a 1280 px screen at 200 % zoom, which is a 640 px page."""
    page.goto(path)
    for width in (320, 640):
        widen(page, width, 700)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
def test_double_text_fits(page: Page, path: str) -> None:
    """Text at 200 % (root font size doubled) still fits a narrow page."""
    widen(page, 800, 700)
    page.goto(path)
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("html { font-size: 200% }");
        document.adoptedStyleSheets.push(sheet);
    }""")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "30px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 800


@pytest.mark.parametrize("path", PAGES)
def test_everything_is_our_own_and_small(page: Page, watched, gallery: str, path: str) -> None:
    session = page.context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(path, wait_until="networkidle")
    assert all(url.startswith(gallery) for url in watched.requests)
    assert len(sizes) >= 8  # the page, its style, htmx, our modules, the icon
    assert sum(sizes) <= BUDGET


@pytest.mark.parametrize(("path", "status"), ERROR_PAGES.items())
def test_error_pages_say_what_to_do(page: Page, path: str, status: int) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    text = page.locator("main").inner_text()
    assert f"代碼 {status}" in text
    assert "請" in text
    assert page.get_by_role("link", name="回到首頁").is_visible()


def test_headers_of_every_answer(page: Page) -> None:
    for path in ("/", "/error-500", "/nowhere"):
        answer = page.goto(path)
        assert answer is not None
        headers = answer.headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"


def test_static_files_are_packed_and_kept(page: Page, gallery: str) -> None:
    page.goto("/")
    address = page.locator("link[rel=stylesheet]").get_attribute("href")
    answer = page.request.get(f"{gallery}{address}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_the_csp_refuses_inline_code(page: Page) -> None:
    """The policy is not only sent: the browser obeys it."""
    page.goto("/")
    page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        document.querySelector('h1').setAttribute('style', 'color: rgb(1, 2, 3)');
    }""")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(1, 2, 3)"


def test_pages_work_without_script(chromium: Browser, gallery: str) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=gallery)
    page = context.new_page()
    page.goto("/household")
    page.locator("summary", has_text="依據").first.click()
    assert page.get_by_text("規則", exact=True).first.is_visible()
    assert not page.get_by_text("鍵盤快捷鍵").first.is_visible()
    page.goto("/rosters")
    page.set_input_files("input[type=file]", {"name": "115-04.csv", "mimeType": "text/csv", "buffer": b"x"})
    page.get_by_role("button", name="上傳", exact=True).click()
    expect(page.locator("h1")).to_contain_text("115-04.csv")
    context.close()


def test_printed_page_has_no_chrome(page: Page) -> None:
    page.goto("/household")
    widen(page, 702, 900)  # what A4 leaves between its margins
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 702
    assert not page.locator(".header").is_visible()
    assert not page.get_by_role("link", name="寫訪視").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator(".why__body").first.is_visible(), "依據 stands on paper unfolded"
