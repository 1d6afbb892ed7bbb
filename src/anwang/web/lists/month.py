"""A month's four lists for the office: the overview, one list with its reasons, and both as files."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.network.cocases import queries
from anwang.network.cocases.copy_states import returns_of
from anwang.network.cocases.documents import basis_text, month_text, sheet_of_list
from anwang.network.cocases.facts import ListCode
from anwang.network.cocases.models import LISTED, ListEntry
from anwang.network.cocases.rules import Standing
from anwang.platform import audit
from anwang.standard.codes import RosterCode
from anwang.standard.record import Period
from anwang.web.components import Choice, Filter, Pages, Tab
from anwang.web.paging import page_number

from .answers import as_office, file_answer, may, remember, this_moment
from .tables import LEFT_OUT, entry_rows, sending_sheet, sending_table, summary_table

PAGE = 50
_ANY = Choice("", "全部")


@require_GET
@sign_in_required
def lists(request: MemberRequest) -> HttpResponse:
    """名單: the youngest month for the office, what was received for every other unit."""
    if not may(request, Permission.MAKE_LISTS, Permission.SEND_LISTS):
        return redirect("lists-received")
    chosen = request.GET.get("period", "")
    months = queries.months()
    if chosen:
        try:
            return redirect("list-month", period=Period.parse(chosen))
        except ValueError:
            raise Http404(chosen) from None
    if months:
        return redirect("list-month", period=months[0])
    as_office(request)
    return render(request, "lists/none.html", {"nav": "lists"})


@require_GET
@sign_in_required
def overview(request: MemberRequest, period: Period) -> HttpResponse:
    """The four lists of a month, what is new and what ended, and where every unit's list stands."""
    as_office(request)
    now = this_moment()
    month = queries.month_of(period)
    lines = queries.sendings_of(period, now)
    wanted = request.GET.get("list", "")
    shown = [line for line in lines if line.sending.list_code == wanted] if wanted in set(ListCode) else lines
    missing = [r.label for r in RosterCode if month and month.made_at and r.value not in month.rosters]
    return render(
        request,
        "lists/month.html",
        {
            "nav": "lists",
            "now": now,
            "period": period,
            "title": month_text(period.first_day),
            "month": month,
            "missing_rosters": missing,
            "months": [
                Filter(
                    "period",
                    "月份",
                    period.roc,
                    [
                        Choice(p.roc, month_text(p.first_day))
                        for p in dict.fromkeys([*queries.months(), period])
                    ],
                )
            ],
            "summary": summary_table(period, queries.standings(period), queries.left_out(period)),
            "sendings": sending_table(shown, now),
            "tabs": [
                Tab("全部", "?", len(lines), current=wanted not in set(ListCode)),
                *(
                    Tab(
                        code.label,
                        f"?list={code}",
                        sum(x.sending.list_code == code for x in lines),
                        wanted == code,
                    )
                    for code in ListCode
                ),
            ],
            "late": sum(line.state.is_late for line in lines),
            "at_once": [
                line for line in lines if line.sending.list_code == ListCode.MISSING_CHILD and line.waiting
            ],
            "returned": [line for line in lines if line.returned],
            "may_make": may(request, Permission.MAKE_LISTS),
        },
    )


@require_GET
@sign_in_required
def sendings_file(request: MemberRequest, period: Period, suffix: str) -> HttpResponse:
    """The state of every sending of a month as a file. It names units, no persons."""
    as_office(request)
    now = this_moment()
    return file_answer(sending_sheet(period, queries.sendings_of(period, now), now), suffix)


@require_GET
@sign_in_required
def entries(request: MemberRequest, period: Period, list_code: ListCode) -> HttpResponse:
    """One list: each row with its reason, what the reason rests on, what is missing, and who gets it."""
    as_office(request)
    now = this_moment()
    found, chosen = _filtered(request, period, list_code)
    total = found.count()
    pages = Pages(page_number(request), PAGE, total, chosen)
    start = (min(pages.number, pages.count) - 1) * PAGE
    shown = list(found[start : start + PAGE])
    units = queries.receiving_units(shown)
    remember(
        request,
        audit.Action.OPENED_LIST,
        "list",
        f"{period.roc}/{list_code}",
        now,
        entries=len(shown),
        of=total,
    )
    return render(
        request,
        "lists/entries.html",
        {
            "nav": "lists",
            "period": period,
            "list_code": list_code,
            "title": month_text(period.first_day),
            "basis": basis_text(list_code),
            "rows": entry_rows(
                shown, units, returns_of(copy for copies in units.values() for copy in copies)
            ),
            "may_send": may(request, Permission.SEND_LISTS),
            "pages": Pages(min(pages.number, pages.count), PAGE, total, chosen),
            "total": total,
            "filters": _filters(period, list_code, chosen),
            "tabs": [
                Tab(code.label, reverse("list-entries", args=[period, code]), current=code is list_code)
                for code in ListCode
            ],
            "query": request.GET.urlencode(),
            "is_made": queries.month_of(period) is not None,
        },
    )


@require_GET
@sign_in_required
def as_file(request: MemberRequest, period: Period, list_code: ListCode, suffix: str) -> HttpResponse:
    """One list, filtered as on the page, as ODS, CSV or ODT."""
    as_office(request)
    found, _ = _filtered(request, period, list_code)
    rows = list(found)
    answer = file_answer(sheet_of_list(period, list_code, rows, queries.receiving_units(rows)), suffix)
    remember(
        request,
        audit.Action.EXPORTED_LIST,
        "list",
        f"{period.roc}/{list_code}",
        this_moment(),
        entries=len(rows),
        form=suffix,
    )
    return answer


def _filtered(
    request: MemberRequest, period: Period, list_code: ListCode
) -> tuple[QuerySet[ListEntry], dict[str, str]]:
    found = queries.entries_of(period, list_code).select_related("centre", "household")
    chosen = {name: request.GET.get(name, "") for name in ("standing", "centre", "township")}
    if chosen["standing"] in set(Standing):
        found = found.filter(standing=chosen["standing"])
    elif chosen["standing"] == LEFT_OUT:
        found = found.filter(left_out__isnull=False)
    elif chosen["standing"] != "all":
        chosen["standing"] = ""
        found = found.filter(standing__in=LISTED)
    if chosen["centre"]:
        found = found.filter(centre__code=chosen["centre"])
    if chosen["township"]:
        found = found.filter(township=chosen["township"])
    return found, chosen


def _filters(period: Period, list_code: ListCode, chosen: dict[str, str]) -> Sequence[Filter]:
    townships = (
        queries.entries_of(period, list_code)
        .order_by("township")
        .values_list("township", flat=True)
        .distinct()
    )
    return [
        Filter(
            "standing",
            "情形",
            chosen["standing"],
            [
                Choice("", "列入（新增、續列）"),
                *(Choice(s, s.label) for s in Standing),
                Choice(LEFT_OUT, "不送"),
                Choice("all", "全部"),
            ],
        ),
        Filter(
            "centre",
            "社福中心",
            chosen["centre"],
            [_ANY, *(Choice(u.code, u.name) for u in queries.centres())],
        ),
        Filter("township", "鄉鎮市", chosen["township"], [_ANY, *(Choice(t, t) for t in townships if t)]),
    ]
