"""家戶總覽, a person's page, and stating a purpose. Opening any of them is written down in the same transaction."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import require, sign_in_required, with_purpose
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.network.cocases.household_queries import listings_of_household
from anwang.people.registry.household_queries import HouseholdView, household_view, person_view
from anwang.people.registry.models import ViewGrant
from anwang.people.registry.purposes import PurposeNotAccepted, state_purpose, statements_left
from anwang.people.registry.rules import OPEN_DAYS, LegalBasis, basis_problem, reason_problem
from anwang.platform import audit
from anwang.platform.context import Purpose
from anwang.services.cases.queries import cases_of_household, programme_name
from anwang.web.components import Choice, Field
from anwang.web.downloads import TYPES, list_download
from anwang.web.errors import page_not_found

from .overview import Overview, fact_rows, overview, service_label
from .words import age_on, heading

_WEIGHT = [ViewGrant.Kind.OWN_SERVICE, ViewGrant.Kind.RECEIVED_LIST, ViewGrant.Kind.STATED_PURPOSE]


@sign_in_required
@require_GET
def household(request: MemberRequest, number: int) -> HttpResponse:
    """The overview; with `?format=ods` or `csv` the table of its members."""
    access = require(request, Permission.OPEN_HOUSEHOLDS)
    now = timezone.now()
    view = household_view(number)
    if view is None:
        return _refused(request, "household", number)
    suffix = request.GET.get("format", "")
    _opened(
        request,
        audit.Action.OPENED_HOUSEHOLD,
        "household",
        number,
        _why(view),
        {"format": suffix} if suffix in TYPES else {},
    )
    listings = [] if view.is_past else listings_of_household(number)
    shown = overview(view, listings, access, timezone.localdate(now))
    if suffix:
        return _members_download(shown, suffix)
    works = Permission.WORK_CASES in permissions_of(access.roles)
    return render(
        request,
        "households/household.html",
        {
            "nav": "households",
            "it": shown,
            "id": number,
            "cases": [(each, programme_name(each.programme)) for each in cases_of_household(number)]
            if works
            else [],
            "may_open_case": works and bool(shown.members) and not shown.is_past,
        },
    )


def _why(view: HouseholdView) -> str:
    """Why the unit may open the household, as the log keeps it: the weightiest of its grants."""
    if view.is_past:
        return "本單位先前的紀錄"
    grant = min(view.grants, key=lambda each: _WEIGHT.index(ViewGrant.Kind(each.kind)))
    return grant.reason or str(grant.get_kind_display())


def _members_download(shown: Overview, suffix: str) -> HttpResponse:
    columns = ("姓名", "關係", "性別", "出生日期", "年齡", "電話", "狀況")
    rows = [(m.name, m.role, m.sex, m.birth, m.age, m.phone, m.state) for m in shown.members]
    return list_download(
        f"{shown.number}家戶成員", suffix, columns, rows, [f"{shown.heading}（{shown.number}）"]
    )


@sign_in_required
@require_GET
def person(request: MemberRequest, number: int) -> HttpResponse:
    """A person with every visible record. A data engineer sees all records, for the purpose of review."""
    allowed = permissions_of(request.access.roles)
    reviews = Permission.REVIEW_PAIRS in allowed
    if reviews:
        with_purpose(request, Purpose.LINKAGE_REVIEW)
    else:
        require(request, Permission.OPEN_HOUSEHOLDS)
    now = timezone.now()
    found = person_view(number)
    if found is None:
        return _refused(request, "person", number)
    view, home = found
    if view.person.pk != number:
        return redirect("person", number=view.person.pk)
    _opened(
        request, audit.Action.OPENED_PERSON, "person", number, "比對覆核" if reviews else "查看本單位紀錄", {}
    )
    age = age_on(view.birth, timezone.localdate(now))
    return render(
        request,
        "households/person.html",
        {
            "nav": "review" if reviews else "households",
            "name": view.name or view.person.number,
            "person": view.person,
            "home": home,
            "home_name": heading(view.newest, home.number),
            "may_open_home": Permission.OPEN_HOUSEHOLDS in allowed,
            "reviews": reviews,
            "age": age.text if age else "年齡不明",
            "sex": next((record.sex.label for record in view.newest if record.sex), "性別不明"),
            "facts": fact_rows(view),
            "records": sorted(view.records, key=lambda kept: (kept.record.period, kept.key), reverse=True),
            "services": [(service_label(each), each) for each in view.services],
        },
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def purpose(request: MemberRequest, number: int) -> HttpResponse:
    """申請查閱: the form is the same whether there is such a household or not."""
    access = require(request, Permission.OPEN_HOUSEHOLDS)
    now = timezone.now()
    basis, reason = request.POST.get("basis", ""), request.POST.get("reason", "")
    problems = {"basis": "", "reason": ""}
    errors: list[str] = []
    if request.method == "POST":
        problems = {"basis": basis_problem(basis), "reason": reason_problem(reason)}
        if not any(problems.values()):
            try:
                opened = state_purpose(
                    household_id=number,
                    basis=basis,
                    reason=reason,
                    by=access,
                    by_name=request.user.name,
                    now=now,
                )
            except PurposeNotAccepted as problem:
                errors.append(str(problem))
            else:
                if not opened:
                    return page_not_found(request)
                messages.success(request, f"已記錄查閱目的，本單位可在 {OPEN_DAYS} 天內開啟這一家。")
                return redirect("household", number=number)
    fields = [
        Field(
            "basis",
            "法律依據",
            kind="radios",
            value=basis,
            error=problems["basis"],
            choices=[Choice(each.value, each.label, each.citation) for each in LegalBasis],
        ),
        Field(
            "reason",
            "目的",
            kind="textarea",
            value=reason,
            error=problems["reason"],
            hint="至少 10 個字，寫明要聯絡誰、為了哪一件事。請勿寫個案的病情或證號。",
        ),
    ]
    return render(
        request,
        "households/purpose.html",
        {
            "nav": "households",
            "number": f"H-{number:06d}",
            "fields": fields,
            "errors": errors,
            "left": statements_left(member_id=access.member_id or 0, now=now),
            "days": OPEN_DAYS,
        },
        status=422 if errors or any(problems.values()) else 200,
    )


def _opened(
    request: MemberRequest, action: str, kind: str, number: int, why: str, detail: dict[str, object]
) -> None:
    audit.record(
        context=request.access,
        at=timezone.now(),
        action=action,
        subject_kind=kind,
        subject_id=number,
        purpose=why,
        member_name=request.user.name,
        detail=detail,
    )


def _refused(request: MemberRequest, kind: str, number: int) -> HttpResponse:
    """The same words as for what does not exist; that it was tried is kept. Returned and not raised: raising would
    undo the row of the log."""
    _opened(request, audit.Action.REFUSED, kind, number, "", {})
    return page_not_found(request)
