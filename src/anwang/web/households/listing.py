"""家戶: the households that the own unit may open, the newest first."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.people.registry.models import ViewGrant
from anwang.people.registry.search_queries import OwnHousehold, own_households, own_townships
from anwang.platform import audit
from anwang.standard.masks import mask_name
from anwang.web.clocks import roc_day
from anwang.web.components import Cell, Choice, Column, Filter, Pages, Row, Table
from anwang.web.downloads import list_download
from anwang.web.paging import page_number

from .words import SHORT_ROSTER, heading

PAGE = 50
EXPORT_LIMIT = 5000
_COLUMNS = (
    Column("家戶"),
    Column("本單位認識的人"),
    Column("同住", numeric=True, narrow=True),
    Column("來自"),
    Column("為何可開啟"),
    Column("起", narrow=True),
)


@sign_in_required
@require_GET
def households(request: MemberRequest) -> HttpResponse:
    access = require(request, Permission.OPEN_HOUSEHOLDS)
    kind = request.GET.get("kind", "")
    kind = kind if kind in ViewGrant.Kind.values else ""
    townships = own_townships()
    township = request.GET.get("township", "")
    township = township if township in townships else ""
    suffix = request.GET.get("format", "")
    if suffix:
        _, found = own_households(kind=kind, township=township, limit=EXPORT_LIMIT)
        audit.record(
            context=access,
            at=timezone.now(),
            action=audit.Action.EXPORTED_LIST,
            subject_kind="own_households",
            member_name=request.user.name,
            detail={"format": suffix[:8], "rows": len(found)},
        )
        columns = ("家戶編號", *(column.label for column in _COLUMNS))
        return list_download("本單位家戶", suffix, columns, _export_rows(found))
    number = page_number(request)
    total, found = own_households(kind=kind, township=township, limit=PAGE, offset=(number - 1) * PAGE)
    keep = {"kind": kind, "township": township}
    return render(
        request,
        "households/households.html",
        {
            "nav": "households",
            "table": Table("本單位可開啟的家戶", _COLUMNS, [_row(each) for each in found], hide_caption=True),
            "pages": Pages(number, PAGE, total, keep),
            "total": total,
            "filtered": bool(kind or township),
            "exports": "&".join(f"{name}={value}" for name, value in keep.items() if value),
            "filters": [
                Filter("kind", "為何可開啟", kind, [Choice("", "全部"), *_kinds()]),
                Filter(
                    "township", "鄉鎮市", township, [Choice("", "全部"), *(Choice(t, t) for t in townships)]
                ),
            ],
        },
    )


def _kinds() -> list[Choice]:
    return [Choice(str(value), str(label)) for value, label in ViewGrant.Kind.choices]


def _parts(each: OwnHousehold) -> tuple[str, str, str, str]:
    """Heading, masked names, rosters, and why the household may be opened."""
    records = [kept.record for kept in each.records]
    names: dict[int | None, str] = {}
    for kept in each.records:
        names.setdefault(kept.person_id, mask_name(kept.record.name.text))
    rosters = dict.fromkeys(SHORT_ROSTER[record.roster] for record in records)
    kinds = [str(ViewGrant.Kind(kind).label) for kind in each.kinds]
    return (
        heading(records, each.household.number),
        "、".join(names.values()),
        "、".join(rosters),
        "、".join(kinds),
    )


def _row(each: OwnHousehold) -> Row:
    title, names, rosters, kinds = _parts(each)
    number = each.household.number
    return Row(
        (
            Cell(
                title,
                sub=number if number not in title else "",
                href=reverse("household", args=[each.household.pk]),
            ),
            names or "—",
            f"{each.members} 人",
            rosters or "—",
            kinds,
            roc_day(timezone.localdate(each.since), "short"),
        )
    )


def _export_rows(found: list[OwnHousehold]) -> Iterator[tuple[str, str, str, int, str, str, str]]:
    for each in found:
        title, names, rosters, kinds = _parts(each)
        since = roc_day(timezone.localdate(each.since), "short")
        yield each.household.number, title, names, each.members, rosters, kinds, since
