"""A person's records: split (拆分) those that are somebody else's, merge two persons (合併). Both can be undone."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.people.linkage import queries
from anwang.people.linkage.actions import (
    DecisionNotPossible,
    decide_pair,
    merge_persons,
    open_persons,
    split_person,
)
from anwang.people.linkage.bands import bits_of
from anwang.people.linkage.models import PairDecision
from anwang.people.linkage.standing import standing
from anwang.people.linkage.weakest_queries import weakest_link_of
from anwang.people.linkage.weakest_scoring import WeakestLink
from anwang.web.charts import waterfall_chart
from anwang.web.components import Field
from anwang.web.reading import row_numbers

from .comparing import compared, contribution_rows
from .pages import reviewer_of
from .tables import record_choices, record_label
from .words import weakest_words

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
    link = weakest_link_of(found)
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
            **(weakest_context(found, link) if link is not None else {}),
        },
        status=422 if error else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def weakest(request: MemberRequest, person_id: int) -> HttpResponse:
    """最弱的一環: the two parts of a person's records that hold together by the least, side by side, to be decided."""
    by = reviewer_of(request)
    found = queries.person_records(person_id)
    link = weakest_link_of(found) if found is not None else None
    if found is None or link is None:
        raise Http404(person_id)
    now, error = timezone.now(), ""
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind not in PairDecision.Kind:
            raise Http404(kind)
        if sorted(row_numbers(request.POST.getlist("records"))) != sorted(link.away):
            error = "這個人的紀錄或決定在您看的時候有了變動，請看過現在的再決定。"
        else:
            reason = request.POST.get("reason", "")
            if kind == PairDecision.Kind.SAME:
                a, b = link.pair.left, link.pair.right
                decide_pair(record_a=a, record_b=b, kind=kind, by=by, now=now, reason=reason)
                messages.success(request, "已記下是同一人；下面是現在最弱的一環。")
                return redirect("review-person", found.person.pk)
            decided = split_person(
                person_id=found.person.pk, record_ids=link.away, by=by, now=now, reason=reason
            )
            messages.success(request, f"已記下拆分（決定 {decided.pk}），重新歸戶後生效。")
            return redirect("review-decisions")
    open_persons(found=[found], by=by, now=now)
    by_key = {view.key: view.record for view in found.records}
    left, right = sorted((link.pair.left, link.pair.right), key=lambda key: key not in link.away)
    context = weakest_context(found, link)
    return render(
        request,
        "review/weakest.html",
        {
            "nav": "review",
            "found": found,
            "away": link.away,
            "rows": compared(by_key[left], by_key[right], context["told"]),
            "left": f"這 {len(link.away)} 筆之中　{record_label(by_key[left])}",
            "right": f"其餘 {len(link.stay)} 筆之中　{record_label(by_key[right])}",
            "errors": [error] if error else [],
            **context,
        },
        status=422 if error else 200,
    )


def weakest_context(found: queries.PersonRecords, link: WeakestLink) -> dict[str, Any]:
    """What both pages say of the weakest link: which records, the chart, what would follow."""
    told = [asdict(part) for part in link.pair.contributions]
    link_at = standing(queries.latest_run()).link_at
    return {
        "told": told,
        "away_labels": [record_label(view.record) for view in found.records if view.key in link.away],
        "weakest_chart": waterfall_chart(
            contribution_rows(told), threshold=bits_of(link_at), title="最弱的一環的依據與權重"
        ),
        "weakest_words": weakest_words(link, link_at),
    }


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
