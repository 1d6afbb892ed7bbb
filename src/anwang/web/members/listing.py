"""人員與職務: who works where, as what, when they last signed in, and which account is locked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from anwang.agencies import queries
from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.models import Post
from anwang.agencies.queries import MemberLine
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.web.clocks import moment_text, roc_day
from anwang.web.components import Cell, Choice, Column, Filter, Pages, Row, Table, tag
from anwang.web.downloads import list_download
from anwang.web.paging import page_number

PAGE = 50
STATES = (
    ("", "全部"),
    ("working", "有職務"),
    ("none", "沒有職務"),
    ("locked", "已鎖定"),
    ("must_change", "待換密碼"),
    ("never", "從未登入"),
)
_COLUMNS = (
    Column("單位"),
    Column("姓名"),
    Column("職務"),
    Column("最近登入", narrow=True),
    Column("帳號狀態"),
)


@sign_in_required
@require_GET
def members(request: MemberRequest) -> HttpResponse:
    """The members, filtered; with `?format=ods` or `csv` as a file."""
    require(request, Permission.MANAGE_MEMBERS)
    now = timezone.now()
    everybody = queries.members(timezone.localdate(now), now)
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("agency", "unit", "state", "q")}
    found = [line for line in everybody if _fits(line, chosen)]
    suffix = request.GET.get("format", "")
    if suffix:
        columns = ("單位", "姓名", "帳號", "職務", "最近登入", "帳號狀態")
        return list_download("人員與職務", suffix, columns, _file_rows(found))
    pages = Pages(min(page_number(request), max(1, -(-len(found) // PAGE))), PAGE, len(found), chosen)
    shown = found[(pages.number - 1) * PAGE : pages.number * PAGE]
    agencies = [Choice(str(pk), name) for pk, name in queries.agency_names().items()]
    units = [Choice(str(pk), name) for pk, name in queries.unit_names().items()]
    return render(
        request,
        "members/members.html",
        {
            "nav": "members",
            "table": Table("人員與職務", _COLUMNS, _rows(shown), hide_caption=True),
            "pages": pages,
            "total": len(everybody),
            "locked": sum(line.is_locked for line in everybody),
            "found": len(found),
            "query": request.GET.urlencode(),
            "filters": [
                Filter("agency", "局處", chosen["agency"], [Choice("", "全部"), *agencies]),
                Filter("unit", "單位", chosen["unit"], [Choice("", "全部"), *units]),
                Filter("state", "帳號", chosen["state"], [Choice(*each) for each in STATES]),
                Filter("q", "姓名或帳號", chosen["q"]),
            ],
        },
    )


def _fits(line: MemberLine, chosen: dict[str, str]) -> bool:
    state, member = chosen["state"], line.member
    posts = (*line.posts, *line.coming)
    if chosen["unit"] and chosen["unit"] not in {str(post.unit_id) for post in posts}:
        return False
    if chosen["agency"] and chosen["agency"] not in {str(post.unit.agency_id) for post in posts}:
        return False
    words = chosen["q"].casefold()
    if words and words not in member.name.casefold() and words not in member.username.casefold():
        return False
    return {
        "working": bool(line.posts),
        "none": not line.posts,
        "locked": line.is_locked,
        "must_change": member.must_change_password,
        "never": member.last_login is None,
    }.get(state, True)


def _rows(lines: Sequence[MemberLine]) -> list[Row]:
    return [
        Row(
            (
                _unit(line),
                Cell(
                    line.member.name,
                    sub=line.member.username,
                    href=reverse("member", args=[line.member.pk]),
                ),
                Cell(posts_text(line), sub=_others(line)),
                moment_text(line.member.last_login) or "—",
                state_tags(line),
            )
        )
        for line in lines
    ]


def _unit(line: MemberLine) -> Cell:
    """The unit of the oldest post, and the bureau where the unit's name does not say it."""
    if not line.posts:
        return Cell("沒有職務")
    unit = line.posts[0].unit
    return Cell(unit.name, sub="" if unit.name.startswith(unit.agency.name) else unit.agency.name)


def posts_text(line: MemberLine) -> str:
    """The roles in force in the unit of the oldest post."""
    if not line.posts:
        return "—"
    home = line.posts[0].unit_id
    return "、".join(dict.fromkeys(post.get_role_display() for post in line.posts if post.unit_id == home))


def _others(line: MemberLine) -> str:
    """Posts in other units, those that begin later, and days on which one ends."""
    home = line.posts[0].unit_id if line.posts else 0
    parts = [f"{p.unit.name} {p.get_role_display()}" for p in line.posts if p.unit_id != home]
    parts += [f"{p.get_role_display()}到{roc_day(p.until_on, 'short')}為止" for p in line.posts if p.until_on]
    parts += [f"{roc_day(p.from_on, 'short')}起 {p.unit.name} {p.get_role_display()}" for p in line.coming]
    return "；".join(parts)


def states(line: MemberLine) -> list[tuple[str, str]]:
    """What there is to say of an account, with its tone."""
    found = []
    if line.is_locked and line.member.locked_until is not None:
        found.append((f"鎖定到 {timezone.localtime(line.member.locked_until):%H:%M}", "red"))
    if line.member.must_change_password:
        found.append(("待換密碼", "amber"))
    if not line.member.is_active:
        found.append(("停用", "line"))
    return found


def state_tags(line: MemberLine) -> SafeString:
    return format_html_join(" ", "{}", ((tag(*each),) for each in states(line))) or SafeString("—")


def _file_rows(lines: Sequence[MemberLine]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        posts = "；".join(post_text(post) for post in (*line.posts, *line.coming))
        yield (
            line.posts[0].unit.name if line.posts else "",
            line.member.name,
            line.member.username,
            posts,
            moment_text(line.member.last_login),
            "、".join(text for text, _ in states(line)),
        )


def post_text(post: Post) -> str:
    """A post in one line: 羅東社會福利服務中心 社工（115/1/1 起）."""
    return f"{post.unit.name} {post.get_role_display()}（{days_text(post.from_on, post.until_on)}）"


def days_text(from_on: dt.date, until_on: dt.date | None) -> str:
    start = roc_day(from_on, "short")
    return f"{start} 起" if until_on is None else f"{start} 到 {roc_day(until_on, 'short')}"
