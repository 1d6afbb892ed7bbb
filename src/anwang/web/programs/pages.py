"""服務方案: what each programme is, on what it rests, by when what is due, and how its forms ask."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.services.programs import forms
from anwang.services.programs.loading import catalogue_in_force
from anwang.services.programs.programme import Programme
from anwang.services.programs.queries import prefilled_shares
from anwang.standard.codes import AgencyCode
from anwang.web.components import Cell, Choice, Column, Filter, Row, Table, tag

from .rendering import rendered, step
from .tables import clock_table, entry_table, facts_of, form_table, level_table, reason_table

SHARE_OVER = dt.timedelta(days=90)
_COLUMNS = (
    Column("方案", narrow=True),
    Column("服務對象"),
    Column("承辦"),
    Column("依據"),
    Column("指標", narrow=True),
)


@sign_in_required
@require_GET
def programs(request: MemberRequest) -> HttpResponse:
    """Every programme, by bureau, indicator or words."""
    today, catalogue = timezone.localdate(), catalogue_in_force()
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("agency", "indicator", "q")}
    shown = {**catalogue.latest, **catalogue.on(today)}
    found = [each for each in shown.values() if _fits(each, chosen)]
    indicators = catalogue.known.indicators.values()
    return render(
        request,
        "programs/programs.html",
        {
            "nav": "programs",
            "total": len(shown),
            "of_county": sum(each.origin.value == "county" for each in shown.values()),
            "found": len(found),
            "table": Table("服務方案", _COLUMNS, [_row(each, today) for each in found], hide_caption=True),
            "filters": [
                Filter("agency", "局處", chosen["agency"],
                       [Choice("", "全部"), *(Choice(code.value, code.label) for code in AgencyCode)]),
                Filter("indicator", "指標", chosen["indicator"],
                       [Choice("", "全部"), *(Choice(each.id, f"{each.id} {each.label}"[:30]) for each in indicators)]),
                Filter("q", "名稱或對象", chosen["q"]),
            ],
        },
    )  # fmt: skip


def _fits(programme: Programme, chosen: dict[str, str]) -> bool:
    text = chosen["q"].replace("台", "臺")
    return (
        (not chosen["agency"] or chosen["agency"] in programme.agencies)
        and (not chosen["indicator"] or chosen["indicator"] in programme.indicators)
        and (not text or text in f"{programme.label}{programme.population}".replace("台", "臺"))
    )


def _row(programme: Programme, today: dt.date) -> Row:
    starts = f"{programme.effective_on.year - 1911}年起" if programme.effective_on > today else ""
    return Row(
        (
            Cell(programme.label, sub=starts, href=reverse("program", args=[programme.id])),
            programme.population,
            "、".join(AgencyCode(code).label for code in programme.agencies),
            Cell(str(programme.citation), sub=programme.origin.label if programme.origin == "county" else ""),
            "、".join(programme.indicators) or "—",
        )
    )


@sign_in_required
@require_GET
def program(request: MemberRequest, code: str) -> HttpResponse:
    """One programme as in force today, or on `?on=2026-07-01`."""
    now = timezone.now()
    today = timezone.localdate(now)
    asked_on = _day(request.GET.get("on", ""))
    it = _programme(code, asked_on or today)
    catalogue = catalogue_in_force()
    later = next((each for each in catalogue.versions[code] if each.effective_on > it.effective_on), None)
    return render(
        request,
        "programs/program.html",
        {
            "nav": "programs",
            "it": it,
            "later": later,
            "shown_on": asked_on if asked_on and asked_on != today else None,
            "county_tag": tag("縣府核定", "act"),
            "facts": facts_of(it, catalogue),
            "clocks": clock_table(it),
            "entry": entry_table(it) if it.entry else None,
            "levels": level_table(it) if it.risk_levels else None,
            "forms": form_table(it, prefilled_shares(now - SHARE_OVER, now, programme=it.id)),
            "reasons": reason_table(it),
            "indicators": [catalogue.known.indicators[each] for each in it.indicators],
        },
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def form(request: MemberRequest, code: str, form_id: str) -> HttpResponse:
    """A form to try out: what it asks, when, and how it is checked. Nothing is kept."""
    today = timezone.localdate()
    programme = _programme(code, today)
    try:
        it = programme.form(form_id)
    except KeyError:
        raise Http404("form") from None
    context: dict[str, object] = {"nav": "programs", "programme": programme, "it": it}
    start = forms.prefill(it, {}, None, today)
    if request.method == "GET":
        return render(
            request, "programs/form.html", context | {"form": rendered(it, start.typed, start=start)}
        )
    taken = step(it, request.POST, today)
    context |= {
        "form": rendered(it, taken.typed, errors=taken.errors, remarks=taken.checked.remarks, start=start),
        "opened": taken.opened,
        "answers": forms.answers(it, taken.checked.content) if taken.is_done else None,
    }
    return render(request, "programs/form.html", context, status=422 if taken.errors else 200)


def _programme(code: str, on: dt.date) -> Programme:
    catalogue = catalogue_in_force()
    found = catalogue.on(on).get(code) or catalogue.latest.get(code)
    if found is None:
        raise Http404("programme")
    return found


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
