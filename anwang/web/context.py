"""Context processor: the shell around every page, made from who is signed in and what they may do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from anwang.agencies.queries import county_name, unit_label
from anwang.agencies.rules import Permission, permissions_of

from .shell import Shell

_FLAGS: dict[str, frozenset[Permission]] = {
    "see_households": frozenset({Permission.OPEN_HOUSEHOLDS}),
    "search": frozenset({Permission.OPEN_HOUSEHOLDS}),
    "see_rosters": frozenset({Permission.LOAD_ROSTERS}),
    "see_review": frozenset({Permission.REVIEW_PAIRS}),
    "see_lists": frozenset({Permission.MAKE_LISTS, Permission.SEND_LISTS, Permission.RECEIPT_LISTS}),
    "see_views": frozenset({Permission.READ_AUDIT}),
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for templates."""
    access = getattr(request, "access", None)
    if access is None:
        return {"shell": Shell(county=county_name())}
    allowed = permissions_of(access.roles)
    flags = {"see_today"} | {flag for flag, needed in _FLAGS.items() if needed & allowed}
    return {
        "shell": Shell(
            member_name=request.user.name,
            unit_name=unit_label(access.unit_id),
            flags=frozenset(flags),
            idle_seconds=settings.ANWANG_IDLE_MINUTES * 60,
            county=county_name(),
            notice="示範縣：所有人與資料都是虛構的。" if settings.ANWANG_DEMO else "",
        )
    }
