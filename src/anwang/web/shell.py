"""What the shell around every page needs to know: who reads, what they may open, how old the data is.

`shell_context` puts a `Shell` into every template's context as `shell`; a page adds only `nav`, the key of the
navigation item that it belongs to. Links whose URL name is not routed are left out, so rooms can arrive one by one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from anwang.agencies.rules import permissions_of


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation. `flag` is the permission flag that lets a member see it."""

    key: str
    label: str
    url_name: str
    flag: str


NAV: tuple[
    NavItem, ...
] = (  # in the order of the work: what comes in, who acts, who is it, what holds, who looks after it
    NavItem("today", "我的今天", "today", "see_today"),
    NavItem("reports", "通報", "reports", "see_reports"),
    NavItem("dispatch", "派案", "dispatch", "see_dispatch"),
    NavItem("investigations", "調查", "investigations", "see_cases"),
    NavItem("cases", "個案", "cases", "see_cases"),
    NavItem("households", "家戶", "households", "see_households"),
    NavItem("lists", "名單", "lists", "see_lists"),
    NavItem("rosters", "名冊", "rosters", "see_rosters"),
    NavItem("review", "比對覆核", "review", "see_review"),
    NavItem("programs", "服務方案", "programs", "see_programs"),
    NavItem("calendar", "行事曆", "calendar", "manage_calendar"),
    NavItem("load", "單位負荷", "load", "see_load"),
    NavItem("views", "誰看過", "views", "see_views"),
    NavItem("members", "人員與職務", "members", "see_members"),
    NavItem("systems", "介接系統", "systems", "see_systems"),
    NavItem("jobs", "背景工作", "jobs", "see_members"),
)


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page for one signed-in member; with no member it is the frame of the sign-in page.

    `flags` are permission flags (`see_today` … of `NAV`, and `search`). `data_as_of` is the moment of the youngest
    data behind the pages. `idle_seconds` 0 switches the idle notice off.
    """

    member_name: str = ""
    unit_name: str = ""
    flags: frozenset[str] = field(default_factory=frozenset)
    data_as_of: dt.datetime | dt.date | None = None
    idle_seconds: int = 0
    idle_warning_seconds: int = 120
    site_name: str = "安網"
    county: str = ""
    notice: str = ""

    @property
    def may_search(self) -> bool:
        return "search" in self.flags and bool(link("search"))

    @property
    def nav_items(self) -> tuple[tuple[NavItem, str], ...]:
        """The items that this member may open, each with its address."""
        shown = ((item, link(item.url_name)) for item in NAV if item.flag in self.flags)
        return tuple((item, address) for item, address in shown if address)


def link(url_name: str) -> str:
    """The address of a named page without arguments, or "" when it is not routed."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


FLAG_PERMISSIONS: dict[str, frozenset[str]] = {
    "see_today": frozenset(),
    "see_reports": frozenset({"enter_reports"}),
    "see_households": frozenset({"open_households"}),
    "see_cases": frozenset({"work_cases"}),
    "see_dispatch": frozenset({"screen_reports", "accept_dispatches"}),
    "see_rosters": frozenset({"load_rosters", "link"}),
    "see_review": frozenset({"review_pairs"}),
    "see_lists": frozenset({"make_lists", "send_lists", "receipt_lists"}),
    "see_programs": frozenset(),
    "see_load": frozenset({"see_unit_load"}),
    "see_views": frozenset({"read_audit"}),
    "see_members": frozenset({"manage_members"}),
    "see_systems": frozenset({"manage_systems"}),
    "manage_calendar": frozenset({"manage_calendar"}),
    "search": frozenset({"open_households"}),
}
"""Each flag and the permissions of which one is enough; none needed when empty."""


def flags_of(permissions: frozenset[str]) -> frozenset[str]:
    """The flags that a member with `permissions` has."""
    return frozenset(flag for flag, any_of in FLAG_PERMISSIONS.items() if not any_of or any_of & permissions)


def shell_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for the signed-in member of `request.access`, or for a visitor.

    Nothing is read until a template asks: an error page made without the database stays without it. A test or an
    embedding site may set `request.shell` itself.
    """
    given = getattr(request, "shell", None)
    return {"shell": given or SimpleLazyObject(lambda: _shell_of(request))}


def _shell_of(request: HttpRequest) -> Shell:
    county = getattr(settings, "ANWANG_COUNTY", "")
    access = getattr(request, "access", None)
    if access is None:
        return Shell(county=county)
    # Late: the frame is also drawn where the room of agencies is not installed (the gallery of components).
    from anwang.agencies.models import Unit

    unit = Unit.objects.filter(pk=access.unit_id).first()
    return Shell(
        member_name=getattr(request.user, "name", "") or request.user.get_username(),
        unit_name=str(unit) if unit else "",
        flags=flags_of(frozenset(str(each) for each in permissions_of(access.roles))),
        idle_seconds=settings.ANWANG_IDLE_MINUTES * 60,
        county=county,
        notice="示範縣：所有人與資料都是虛構的。" if settings.ANWANG_DEMO else "",
    )
