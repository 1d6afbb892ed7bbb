"""One browser for all page tests (Playwright allows one in a thread), and a member's desk in it (desk.py)."""

from tests.pages.desk import chromium, desk

__all__ = ["chromium", "desk"]
