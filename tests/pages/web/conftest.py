"""The gallery on a server of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.pages.desk import PATIENCE

SERVE = Path(__file__).parent / "gallery" / "serve.py"


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The gallery's address."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    server = subprocess.Popen(  # noqa: S603 our own script
        [sys.executable, str(SERVE)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        assert line, "the gallery did not start"
        yield json.loads(line)["url"]
    finally:
        server.kill()  # it keeps nothing
        server.wait()
        server.stdout.close()


class Watched:
    """What the browser complained about, and whom it asked, while a test used a page."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def _console(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        if getattr(message, "type", "") in {"error", "warning"} and "Failed to load resource" not in text:
            self.complaints.append(text)


@pytest.fixture
def browser_context(chromium: Browser, gallery: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, base_url=gallery, locale="zh-TW")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()


@pytest.fixture
def watched(page: Page) -> Watched:
    return Watched(page)
