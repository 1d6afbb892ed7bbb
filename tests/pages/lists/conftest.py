"""The desk of tests/pages/desk.py."""

from tests.pages.desk import chromium, desk

__all__ = ["chromium", "desk"]
