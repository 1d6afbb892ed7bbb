"""A browser at a member's desk: signing in, and what every page must pass. Imported by the conftest of a folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Milliseconds that a busy machine may take for what is there at once on an idle one. Only a failing test waits so long.
PATIENCE = 60_000
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "no browser: apt-get install chromium fonts-noto-cjk"
    # Playwright keeps an event loop in this thread; the ORM of the tests is synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def widen(page: Page, width: int, height: int = 860) -> None:
    """Give the page another size and wait until it is drawn so."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("width => window.innerWidth === width", arg=width)


class Desk:
    """One member's browser. `complaints` are what the browser found wrong: errors of scripts, refusals of the CSP."""

    def __init__(self, browser: Browser, address: str, *, with_script: bool = True) -> None:
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 860},
            base_url=address,
            locale="zh-TW",
            accept_downloads=True,
            java_script_enabled=with_script,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self._console(message.type, message.text))

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.complaints.append(text)

    def sign_in(self, username: str, at: str) -> Page:
        """Sign in on the way to `at`."""
        from tests.county import PASSWORD  # models: not before Django is set up

        self.page.goto(f"/sign-in/?next={at}")
        self.page.get_by_label("帳號").fill(username)
        self.page.get_by_label("密碼").fill(PASSWORD)
        self.page.get_by_role("button", name="登入").click()
        # Not until the address ends with `at`: that of the sign-in page does so too.
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in/")
        return self.page

    def check(self, name: str) -> None:
        """The page as it stands passes axe, fits 1280, 390 and 320 px, and upset nobody. Folded parts are opened.

        With ANWANG_SCREENSHOTS=folder in the environment it is also photographed at both widths.
        """
        self.page.wait_for_load_state()
        shots = os.environ.get("ANWANG_SCREENSHOTS")
        for width in (1280, 390):
            widen(self.page, width)
            if shots:
                self.page.screenshot(path=str(Path(shots) / f"{name}-{width}.png"), full_page=True)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, (
                f"{name} at {width} px"
            )
        self.page.evaluate(
            "document.querySelectorAll('details:not([open])')"
            ".forEach(each => { each.open = true; each.dataset.wasFolded = '' })"
        )
        widen(self.page, 320, 700)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 320, (
            f"{name} at 320 px, unfolded"
        )
        widen(self.page, 1280)
        found = Axe().run(self.page, options=RULES).response["violations"]
        assert [
            (each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"]) for each in found
        ] == []
        self.page.evaluate(
            "document.querySelectorAll('[data-was-folded]').forEach(each => { each.open = false })"
        )
        assert self.complaints == []


@pytest.fixture
def desk(chromium: Browser, live_server) -> Iterator[Desk]:  # type: ignore[no-untyped-def]
    made = Desk(chromium, live_server.url)
    yield made
    made.context.close()
