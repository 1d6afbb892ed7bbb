"""A member without a mouse: Tab, arrow keys and Enter in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page

from .desk import Desk


class Keys:
    """A browser whose member has no mouse."""

    def __init__(self, desk: Desk, username: str, at: str) -> None:
        self.desk = desk
        desk.page.goto(f"/sign-in/?next={at}")
        self.sign_in(username)

    def sign_in(self, username: str) -> None:
        """On the sign-in page, wherever it leads."""
        from tests.county import PASSWORD  # models: not before Django is set up

        self.page.wait_for_load_state()
        self.to("帳號")
        self.type(username)
        self.to("密碼")
        self.type(PASSWORD)
        self.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    @property
    def page(self) -> Page:
        return self.desk.page

    def press(self, *keys: str) -> None:
        self.page.wait_for_load_state()
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def to(self, name: str) -> None:
        """Tab on to the input, link or button that is called so."""
        self.page.wait_for_load_state()
        for _ in range(90):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(
                "(e => [...(e.labels ?? [])].map(l => l.textContent).join() || e.textContent)"
                "(document.activeElement)"
            )
            if found.strip().startswith(name):
                return
        raise AssertionError(f"「{name}」 cannot be reached with the Tab key")

    def choose(self, name: str) -> None:
        """A radio button: Tab to its group, then the arrow keys until it is chosen."""
        wanted = self.page.get_by_role("radio", name=name)
        group = wanted.get_attribute("name")
        for _ in range(90):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.name") == group:
                break
        self.page.keyboard.press("Space")
        for _ in range(20):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"「{name}」 cannot be chosen with the keyboard")

    def pick(self, option: str) -> None:
        """Of the list that has the focus."""
        for _ in range(60):
            if self.page.evaluate("document.activeElement.selectedOptions[0].textContent.trim()") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"「{option}」 cannot be picked with the keyboard")
