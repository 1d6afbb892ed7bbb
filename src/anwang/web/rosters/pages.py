"""名冊: what has come for a month, and the receipts (screen 11)."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.queries import agency_ids
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.people.rosters import queries
from anwang.people.rosters.actions import Loader, open_receipt, refusals_of
from anwang.people.rosters.models import RosterReceipt, RosterRemark
from anwang.people.rosters.refusals import refusals_file_name, write_refusals, write_refusals_csv
from anwang.standard.codes import AgencyCode
from anwang.standard.record import Period
from anwang.web.clocks import moment_text, roc_day
from anwang.web.components import Choice, Filter, Pages
from anwang.web.downloads import as_download, list_download
from anwang.web.paging import page_number

from . import tables

PAGE_SIZE = 50
SHOWN_REFUSALS = 100
SHOWN_CHANGES = 20
_CHANGES = (RosterRemark.Kind.ADDED, RosterRemark.Kind.CHANGED, RosterRemark.Kind.GONE)


def loader_of(request: MemberRequest) -> Loader:
    return Loader(require(request, Permission.LOAD_ROSTERS), request.user.name)


def month_asked(request: MemberRequest, months: list[dt.date], now: dt.datetime) -> dt.date:
    """The month of `?period=115-03`, else the youngest that a roster came for, else the month before this one."""
    try:
        return Period.parse(request.GET.get("period", "")).first_day
    except ValueError:
        today = timezone.localdate(now)
        return months[0] if months else Period(today.year, today.month).previous().first_day


def _choices(months: list[dt.date], chosen: dt.date) -> list[Choice]:
    shown = sorted({*months, chosen}, reverse=True)
    return [Choice(Period(day.year, day.month).roc, roc_day(day, "month")) for day in shown]


def _month_lines(request: MemberRequest, period: dt.date) -> list[queries.MonthLine]:
    own = queries.rosters_of(loader_of(request).context, agency_ids())
    return [line for line in queries.month(period) if line.roster in own]


@sign_in_required
@require_GET
def month(request: MemberRequest) -> HttpResponse:
    loader_of(request)
    months = queries.months_with_receipts()
    period = month_asked(request, months, timezone.now())
    lines = _month_lines(request, period)
    came = sum(line.receipt is not None for line in lines)
    roc = Period(period.year, period.month).roc
    refused = sum(line.refused for line in lines)
    return render(
        request,
        "rosters/month.html",
        {
            "nav": "rosters",
            "period": period,
            "roc": roc,
            "filters": [Filter("period", "月份", roc, _choices(months, period))],
            "came": came,
            "missing": len(lines) - came,
            "refused": refused,
            "table": tables.month_table(lines, reverse("roster-upload")),
            "recent": tables.receipt_table(queries.receipts(10), "最近的收據"),
            "is_new": not months,
        },
    )


@sign_in_required
@require_GET
def month_file(request: MemberRequest, suffix: str) -> HttpResponse:
    loader_of(request)
    period = month_asked(request, queries.months_with_receipts(), timezone.now())
    rows = [
        (
            line.roster.label,
            line.roster.agency.label,
            "已收到" if line.receipt else "還沒有收到",
            line.accepted if line.receipt else None,
            line.refused if line.receipt else None,
            moment_text(line.receipt.loaded_at) if line.receipt else "",
            "、".join(part.number for part in line.parts),
        )
        for line in _month_lines(request, period)
    ]
    title = f"{roc_day(period, 'month')}名冊收件情形"
    return list_download(
        title, suffix, ("名冊", "局處", "狀態", "收下", "退回", "載入時間", "收據"), rows, (title,)
    )


def _asked(request: MemberRequest) -> tuple[dict[str, str], dt.date | None]:
    asked = {name: request.GET.get(name, "") for name in ("agency", "state", "period")}
    try:
        return asked, Period.parse(asked["period"]).first_day
    except ValueError:
        return {**asked, "period": ""}, None


@sign_in_required
@require_GET
def receipts(request: MemberRequest) -> HttpResponse:
    loader_of(request)
    asked, period = _asked(request)
    found = queries.receipts_where(agency=asked["agency"], state=asked["state"], period=period)
    pages = Pages(page_number(request), PAGE_SIZE, found.count(), asked)
    months = queries.months_with_receipts()
    everything = Choice("", "全部")
    return render(
        request,
        "rosters/receipts.html",
        {
            "nav": "rosters",
            "filters": [
                Filter(
                    "agency",
                    "局處",
                    asked["agency"],
                    [everything, *(Choice(a.value, a.label) for a in AgencyCode)],
                ),
                Filter(
                    "state",
                    "狀態",
                    asked["state"],
                    [everything, *(Choice(*s) for s in RosterReceipt.State.choices)],
                ),
                Filter(
                    "period",
                    "月份",
                    asked["period"],
                    [everything, *_choices(months, period or months[0])] if months else [everything],
                ),
            ],
            "pages": pages,
            "query": request.GET.urlencode(),
            "table": tables.receipt_table(found[(pages.number - 1) * PAGE_SIZE :][:PAGE_SIZE], "收據"),
        },
    )


@sign_in_required
@require_GET
def receipts_file(request: MemberRequest, suffix: str) -> HttpResponse:
    loader_of(request)
    asked, period = _asked(request)
    found = queries.receipts_where(agency=asked["agency"], state=asked["state"], period=period)
    return list_download(
        "名冊收據",
        suffix,
        tables.RECEIPT_FILE,
        (tables.receipt_file_row(each) for each in found),
        ("名冊收據",),
    )


def _receipt(request: MemberRequest, receipt_id: int) -> tuple[Loader, RosterReceipt]:
    loader = loader_of(request)
    found = queries.receipt(receipt_id)
    if found is None:
        raise Http404(receipt_id)
    return loader, found


@sign_in_required
@require_GET
def receipt(request: MemberRequest, receipt_id: int) -> HttpResponse:
    loader, found = _receipt(request, receipt_id)
    now = timezone.now()
    open_receipt(receipt=found, by=loader, now=now)
    if found.state == RosterReceipt.State.REFUSED:
        return render(request, "rosters/refused.html", {"nav": "rosters", "receipt": found})
    kept = found.recognition
    return render(
        request,
        "rosters/receipt.html",
        {
            "nav": "rosters",
            "receipt": found,
            "what": tables.roster_words(found),
            "newer": queries.corrected_by(found),
            "messages_of_file": found.message.splitlines(),
            "is_guess": kept.get("period_is_guess", False),
            "facts": [
                ("原檔", found.file_name),
                ("大小", f"{found.size:,} 位元組"),
                ("SHA-256", found.sha256),
                *((label, "：".join(kept[key])) for key, label in _RECOGNISED if key in kept),
            ],
            "refusals": tables.refusal_table(queries.refused_rows(found)[:SHOWN_REFUSALS]),
            "hidden_refusals": max(0, found.refused - SHOWN_REFUSALS),
            "changes": tables.change_table(queries.remarks(found, *_CHANGES)[:SHOWN_CHANGES], "變動的列"),
            "change_count": queries.remarks(found, *_CHANGES).count(),
            "shown_changes": SHOWN_CHANGES,
            "groups": queries.note_groups(found),
            "columns": tables.recognition_table(kept),
        },
    )


_RECOGNISED = (("roster", "名冊"), ("agency", "局處"), ("period", "月份"))


@sign_in_required
@require_GET
def refusals_file(request: MemberRequest, receipt_id: int, suffix: str) -> HttpResponse:
    """The refused rows to send back; taking them out is recorded."""
    loader, found = _receipt(request, receipt_id)
    now = timezone.now()
    rows = refusals_of(receipt=found, by=loader, now=now)
    write = write_refusals_csv if suffix == "csv" else write_refusals
    name = refusals_file_name(found.file_name, timezone.localdate(now)).removesuffix(".ods")

    def written(stream: io.BytesIO) -> None:
        write(stream, found, rows)

    return as_download(name, suffix, written)


@sign_in_required
@require_GET
def changes(request: MemberRequest, receipt_id: int) -> HttpResponse:
    _, found = _receipt(request, receipt_id)
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in _CHANGES else list(_CHANGES)
    rows = queries.remarks(found, *kinds)
    pages = Pages(page_number(request), PAGE_SIZE, rows.count(), {"kind": kind})
    counts = Counter(queries.remarks(found, *_CHANGES).values_list("kind", flat=True))
    return render(
        request,
        "rosters/changes.html",
        {
            "nav": "rosters",
            "receipt": found,
            "what": tables.roster_words(found),
            "filters": [
                Filter(
                    "kind",
                    "變動",
                    kind,
                    [
                        Choice("", "全部"),
                        *(Choice(each.value, f"{each.label}（{counts[each.value]:,}）") for each in _CHANGES),
                    ],
                )
            ],
            "pages": pages,
            "table": tables.change_table(rows[(pages.number - 1) * PAGE_SIZE :][:PAGE_SIZE], "變動的列"),
        },
    )


@sign_in_required
@require_GET
def changes_file(request: MemberRequest, receipt_id: int, suffix: str) -> HttpResponse:
    _, found = _receipt(request, receipt_id)
    rows = (
        (row.get_kind_display(), row.value, row.line, row.reason) for row in queries.remarks(found, *_CHANGES)
    )
    title = f"{tables.roster_words(found)} {found.number} 變動的列"
    return list_download(title, suffix, ("變動", "編號", "檔案列號", "不同的欄位"), rows, (title,))
