"""The search page. What was typed comes in the body of a POST, never in an address: addresses stay in histories and
logs. Found people are shown masked; opening one is a step of its own that is written down."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.people.linkage.searching import SearchHit, is_readable, search
from anwang.people.registry.household_queries import household_view
from anwang.people.registry.search_queries import household_number
from anwang.platform import audit
from anwang.standard.masks import mask_id, mask_name, mask_phone
from anwang.standard.record import StandardRecord
from anwang.web.components import Cell, Column, Row, Table
from anwang.web.households.words import SHORT_ROSTER

LIMIT = 50
_COLUMNS = (
    Column("姓名"),
    Column("出生年"),
    Column("證號"),
    Column("電話"),
    Column("鄉鎮市"),
    Column("名冊"),
    Column("相符"),
    Column("家戶", narrow=True),
)


@sensitive_post_parameters("q")
@sign_in_required
@require_http_methods(["GET", "POST"])
def search_page(request: MemberRequest) -> HttpResponse:
    access = require(request, Permission.OPEN_HOUSEHOLDS)
    query = request.POST.get("q", "").strip()[:80]
    context: dict[str, object] = {"nav": "households", "query": query}
    if not query:
        return render(request, "search/search.html", context)
    number = household_number(query)
    exists = number is not None and household_view(number) is not None
    today = timezone.localdate()
    hits = search(query, today=today, limit=LIMIT) if number is None else []
    audit.record(
        context=access,
        at=timezone.now(),
        action=audit.Action.SEARCHED,
        member_name=request.user.name,
        detail={"hits": int(exists) if number is not None else len(hits)},
    )
    if number is not None and exists:
        return redirect("household", number=number)
    context |= {
        "number": number,
        "household": f"H-{number:06d}" if number is not None else "",
        "readable": number is not None or is_readable(query, today),
        "found": len(hits),
        "full": len(hits) == LIMIT,
        "table": Table("找到的人", _COLUMNS, [_row(hit) for hit in hits], hide_caption=True),
    }
    return render(request, "search/search.html", context)


def _row(hit: SearchHit) -> Row:
    records = sorted(hit.records.values(), key=lambda record: record.period, reverse=True)
    rosters = dict.fromkeys(SHORT_ROSTER[record.roster] for record in records)
    return Row(
        (
            Cell(mask_name(records[0].name.text), href=reverse("household", args=[hit.household_id])),
            _year(records) or "—",
            next((mask_id(r.id_number.text) for r in records if r.id_number and r.id_number.text), "—"),
            next((mask_phone(p.digits) for r in records for p in r.phones if p.digits), "—"),
            next((r.address.township for r in records if r.address and r.address.township), "—"),
            "、".join(rosters),
            "、".join(hit.agree),
            Cell(f"H-{hit.household_id:06d}", sub="服務已結束" if hit.is_past else ""),
        )
    )


def _year(records: list[StandardRecord]) -> str:
    years = (r.birth.year for r in records if r.birth and r.birth.year)
    return next((f"{year - 1911}年" for year in years), "")
