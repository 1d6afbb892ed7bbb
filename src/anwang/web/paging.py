"""Which page of a list was asked for."""

from __future__ import annotations

from django.http import HttpRequest

_LONGEST = 7  # digits; no list has more pages, and a longer number is a slip or a probe


def page_number(request: HttpRequest) -> int:
    """The number of `?page=3`, from 1; 1 for whatever is none."""
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) <= _LONGEST else 1
