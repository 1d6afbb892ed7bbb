"""A person's records: split (拆分) those that are somebody else's, merge two persons (合併). Both can be undone."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.people.linkage import queries
from anwang.people.linkage.actions import DecisionNotPossible, merge_persons, open_persons, split_person
from anwang.web.components import Field
from anwang.web.reading import row_numbers

from .comparing import compared
from .pages import reviewer_of
from .tables import record_choices, record_label

_NUMBER = re.compile(r"(?:P-?)?0*([1-9]\d{0,17})", re.IGNORECASE)
NOT_FOUND = "找不到這個人員編號。請照家戶頁或比對頁上的編號輸入，例如 P-0000123。"


def person_number(text: str) -> int | None:
    """`P-0000123`, `p123` or `123` as a number; None when it is none of these."""
    match = _NUMBER.fullmatch(text.strip())
    return int(match[1]) if match else None


def _number_field(value: str = "", error: str = "", label: str = "人員編號") -> Field:
    return Field("number", label, value=value, hint="例如 P-0000123", error=error, width=14)


@sign_in_required
@require_GET
def find(request: MemberRequest) -> HttpResponse:
    reviewer_of(request)
    text = request.GET.get("number", "")
    error = ""
    if text:
        number = person_number(text)
        if number is not None and queries.person_records(number) is not None:
            return redirect("review-person", number)
        error = NOT_FOUND
    fields = [_number_field(text, error)]
    context = {"nav": "review", "fields": fields}
    return render(request, "review/find.html", context, status=422 if error else 200)


@sign_in_required
@require_http_methods(["GET", "POST"])
def person(request: MemberRequest, person_id: int) -> HttpResponse:
    """The person's records; posting says which of them are not this person's."""
    by = reviewer_of(request)
    found = queries.person_records(person_id)
    if found is None:
        raise Http404(person_id)
    now = timezone.now()
    error = ""
    chosen = row_numbers(request.POST.getlist("records"))
    if request.method == "POST":
        try:
            decided = split_person(
                person_id=found.person.pk,
                record_ids=chosen,
                by=by,
                now=now,
                reason=request.POST.get("reason", ""),
            )
        except DecisionNotPossible as problem:
            error = str(problem)
        else:
            messages.success(request, f"已記下拆分（決定 {decided.pk}），重新歸戶後生效。")
            return redirect("review-decisions")
    open_persons(found=[found], by=by, now=now)
    return render(
        request,
        "review/person.html",
        {
            "nav": "review",
            "found": found,
            "asked": person_id,
            "records": record_choices(found.records),
            "chosen": chosen,
            "errors": [error] if error else [],
            "merge_fields": [_number_field(label="另一人的人員編號")],
        },
        status=422 if error else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def merge(request: MemberRequest, person_id: int) -> HttpResponse:
    """Two persons side by side, by their youngest records; posting says that they are one."""
    by = reviewer_of(request)
    one = queries.person_records(person_id)
    if one is None or not one.records:
        raise Http404(person_id)
    text = request.POST.get("number", "") or request.GET.get("number", "")
    number = person_number(text)
    other = queries.person_records(number) if number is not None else None
    error = ""
    if other is None or not other.records:
        error = NOT_FOUND
    elif other.person.pk == one.person.pk:
        error = "這兩個編號已經是同一人，不需要合併。"
    if error or other is None:
        fields = [_number_field(text, error, "另一人的人員編號")]
        context = {"nav": "review", "one": one, "fields": fields}
        return render(request, "review/merge_find.html", context, status=422)
    now = timezone.now()
    if request.method == "POST" and request.POST.get("confirm") == "yes":
        decided = merge_persons(
            person_id=one.person.pk,
            other_id=other.person.pk,
            by=by,
            now=now,
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, f"已記下合併（決定 {decided.pk}），重新歸戶後生效。")
        return redirect("review-decisions")
    open_persons(found=[one, other], by=by, now=now)
    a, b = one.records[0].record, other.records[0].record
    return render(
        request,
        "review/merge.html",
        {
            "nav": "review",
            "one": one,
            "other": other,
            "rows": compared(a, b),
            "left": f"{one.person.number}　{record_label(a)}",
            "right": f"{other.person.number}　{record_label(b)}",
            "hidden": {"number": other.person.number},
        },
    )
