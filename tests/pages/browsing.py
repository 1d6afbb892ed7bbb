"""A real browser for the page tests: signing in, and what every page must hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, sync_playwright

from anwang.agencies.models import Member
from anwang.platform.context import SYSTEM, acting

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield started
        started.close()


def _chromium() -> str | None:
    path = Path("/usr/bin/chromium")
    return str(path) if path.exists() else None


def session_of(username: str) -> str:
    """A signed-in session's key: what signing in leaves in the browser."""
    with acting(SYSTEM):
        member = Member.objects.get(username=username)
        store = SessionStore()
        store[SESSION_KEY] = str(member.pk)
        store[BACKEND_SESSION_KEY] = "anwang.agencies.sign_in.MemberBackend"
        store[HASH_SESSION_KEY] = member.get_session_auth_hash()
        store.save()
    return str(store.session_key)


def page_of(running: Browser, key: str, address: str, width: int = 1280) -> Page:
    context = running.new_context(viewport={"width": width, "height": 900}, locale="zh-TW")
    context.add_cookies([{"name": "anwang_session", "value": key, "url": address}])
    return context.new_page()


def check_page(page: Page, width: int) -> None:
    """Nothing for axe to find (A and AA), no scrolling sideways, no error on the console."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls {wide} px sideways at {width}"
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    found = Axe().run(page, options=options)
    assert found.violations_count == 0, f"{page.url} at {width}: {found.generate_report()}"
