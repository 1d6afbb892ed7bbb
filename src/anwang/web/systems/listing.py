"""介接系統: which systems are connected, what each may do, when its token ends, whether notices reach it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.exchange import queries
from anwang.exchange.models import Subscription, Token
from anwang.exchange.queries import SystemLine
from anwang.exchange.rules import Scope
from anwang.web.clocks import moment_text, roc_day
from anwang.web.components import Cell, Column, Row, Table, tag

_COLUMNS = (
    Column("系統"),
    Column("可以做的事"),
    Column("權杖", narrow=True),
    Column("最近呼叫", narrow=True),
    Column("通知"),
)


@sign_in_required
@require_GET
def systems(request: MemberRequest) -> HttpResponse:
    """All connected systems."""
    require(request, Permission.MANAGE_SYSTEMS)
    lines = queries.systems(timezone.localdate())
    return render(
        request,
        "systems/systems.html",
        {
            "nav": "systems",
            "total": len(lines),
            "given_up": sum(line.given_up for line in lines),
            "table": Table("介接系統", _COLUMNS, [_row(line) for line in lines], hide_caption=True),
        },
    )


def scope_text(scopes: list[str]) -> str:
    return "、".join(scope.label for scope in Scope if scope.value in scopes)


def _row(line: SystemLine) -> Row:
    system = line.system
    unit = system.unit.name
    same = unit.startswith(system.unit.agency.name)
    return Row(
        (
            Cell(
                system.name,
                sub=unit if same else f"{system.unit.agency.name}・{unit}",
                href=reverse("system", args=[system.pk]),
            ),
            scope_text(system.scopes),
            _tokens(line),
            moment_text(line.last_used_at) or "從未",
            _notices(line),
        )
    )


def _tokens(line: SystemLine) -> SafeString | Cell:
    if not line.system.is_active:
        return tag("停用", "line")
    if not line.tokens or line.expires_on is None:
        return tag("沒有有效權杖", "amber")
    return Cell(f"{line.tokens} 支", sub=f"到 {roc_day(line.expires_on, 'short')}")


def _notices(line: SystemLine) -> SafeString:
    found = []
    if line.given_up:
        found.append((f"放棄 {line.given_up} 則", "red"))
    if line.waiting:
        found.append((f"待送 {line.waiting} 則", "amber"))
    return format_html_join(" ", "{}", ((tag(*each),) for each in found)) or SafeString("—")


def tokens_table(tokens: Sequence[Token], now: dt.datetime) -> Table:
    """A connected system's tokens; one that still opens can be stopped."""
    columns = (Column("權杖"), Column("狀態"), Column("有效到", narrow=True), Column("最近呼叫", narrow=True))
    rows = []
    for each in tokens:
        action = ""
        if each.revoked_at is None:
            address = reverse("system-token-revoke", args=[each.pk])
            action = _action(address, "停用…", each.prefix)
        last = moment_text(each.last_used_at) or "從未"
        state = tag(*queries.token_state(each, now))
        rows.append(
            Row((_code(f"anw_{each.prefix}_…"), state, roc_day(each.expires_on, "short"), last), action)
        )
    return Table("權杖", columns, rows, hide_caption=True)


def subscriptions_table(subscriptions: Sequence[Subscription]) -> Table:
    """Where a connected system is told of changes."""
    columns = (Column("網址"), Column("通知"), Column("從", narrow=True))
    rows = [
        Row(
            (
                each.url,
                "、".join(each.kinds) or "全部",
                roc_day(timezone.localdate(each.made_at), "short"),
            ),
            format_html(
                "{}　{}",
                _action(reverse("system-subscription-secret", args=[each.pk]), "換密鑰…", each.url),
                _action(reverse("system-subscription-end", args=[each.pk]), "停用…", each.url),
            ),
        )
        for each in subscriptions
    ]
    return Table("接收通知的網址", columns, rows, hide_caption=True)


def _action(address: str, text: str, of: str) -> SafeString:
    return format_html('<a href="{}">{}<span class="hidden-text">{}</span></a>', address, text, of)


def _code(text: str) -> SafeString:
    return format_html("<code>{}</code>", text)
