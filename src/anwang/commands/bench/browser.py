"""The slow PC of `anwang bench pages`: a real browser whose processor is four times slower, on a line of 1.6 Mbit/s.

LCP is when the largest part of a page is drawn, INP here the slowest answer of the page to a few keys. The browser
keeps nothing from one page to the next, as on the first page of the day.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from anwang.platform.checks import find_browser

SLOWER = 4
DOWN, UP = 1_600_000 / 8, 750_000 / 8  # bytes in a second
DELAY = 150  # milliseconds there and back
RUNS = 5
GOAL_LCP, GOAL_INP = 2500, 200
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

_WATCH = """
window.largest = 0; window.slowest = 0;
new PerformanceObserver(list => { for (const each of list.getEntries()) window.largest = each.startTime })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => { for (const each of list.getEntries())
  if (each.interactionId) window.slowest = Math.max(window.slowest, each.duration) })
  .observe({type: "event", buffered: true, durationThreshold: 16});
"""
# Two frames: what was to be drawn is drawn, and who observes has been told.
_DRAWN = (
    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
)


def slow_pc(address: str, password: str, username: str, households: Sequence[int]) -> str:
    """The table in Markdown; one line that says why when there is no browser here."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "Slow PC: not measured; `./anwang test` installs what drives the browser."
    program = find_browser()
    if program is None:
        return "Slow PC: not measured; there is no Chromium or Chrome here."
    lines = [
        f"Slow PC ({SLOWER}× throttle, 1.6 Mbit/s, {DELAY} ms), {RUNS} runs, empty cache:\n",
        "| page | LCP ms (median) | LCP ms (slowest) | goal | INP ms (slowest) | goal | KiB on the wire |",
        "|" + " --- |" * 7,
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        context = browser.new_context(
            base_url=address, locale="zh-TW", viewport={"width": 1280, "height": 860}
        )
        context.set_default_timeout(60_000)
        context.add_init_script(_WATCH)
        lines.append(_line(context, "登入", ["/sign-in/"], "ab"))
        page = context.new_page()
        page.goto("/sign-in/")
        page.get_by_label("帳號").fill(username)
        page.get_by_label("密碼").fill(password)
        page.get_by_role("button", name="登入", exact=True).click()
        page.wait_for_url(lambda url: urlsplit(url).path == "/")
        page.close()
        lines.append(_line(context, "我的今天", ["/"], "jjk?"))
        lines.append(_line(context, "家戶清單", ["/households/"], "jjk?"))
        lines.append(_line(context, "家戶總覽", [f"/households/{number}/" for number in households], "jk?"))
        browser.close()
    return "\n".join(lines)


def _line(context: Any, label: str, paths: Sequence[str], keys: str) -> str:
    found = [_open(context, paths[run % len(paths)], keys) for run in range(RUNS)]
    largest = [each[0] for each in found]
    cells = (
        label,
        f"{statistics.median(largest):.0f}",
        f"{max(largest):.0f}",
        GOAL_LCP,
        f"{max(each[1] for each in found):.0f}",
        GOAL_INP,
        f"{statistics.mean(each[2] for each in found) / 1024:.1f}",
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def _open(context: Any, path: str, keys: str) -> tuple[float, float, float]:
    """LCP and the slowest answer to a key in milliseconds, and the bytes that came over the wire."""
    page = context.new_page()
    try:
        browser = context.new_cdp_session(page)
        bytes_read: list[float] = []
        browser.on("Network.loadingFinished", lambda event: bytes_read.append(event["encodedDataLength"]))
        browser.send("Network.enable")
        browser.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line = {"offline": False, "latency": DELAY, "downloadThroughput": DOWN, "uploadThroughput": UP}
        browser.send("Network.emulateNetworkConditions", line)
        browser.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(path, wait_until="networkidle")
        page.evaluate(_DRAWN)
        largest = float(page.evaluate("window.largest"))
        for key in keys:
            page.keyboard.press(key)
            page.evaluate(_DRAWN)
        return largest, float(page.evaluate("window.slowest")), sum(bytes_read)
    finally:
        page.close()
