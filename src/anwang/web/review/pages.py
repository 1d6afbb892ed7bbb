"""比對覆核: the queue, the pair and its decision, what was decided (screen 12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required, with_purpose
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.network.cocases.jobs import is_linkage_queued, queue_linkage
from anwang.people.linkage import queries
from anwang.people.linkage.actions import Reviewer, decide_pair, open_pair, undo_decision
from anwang.people.linkage.bands import bits_of
from anwang.people.linkage.models import PairDecision, ReviewPair
from anwang.people.linkage.standing import standing
from anwang.people.linkage.threshold_queries import why_asked
from anwang.platform.context import Purpose
from anwang.standard.codes import SOURCES
from anwang.web.charts import waterfall_chart
from anwang.web.clocks import moment_text
from anwang.web.components import Choice, Filter, Pages
from anwang.web.downloads import list_download
from anwang.web.paging import page_number
from anwang.web.reading import row_number

from . import tables
from .comparing import compared, contribution_rows
from .words import why_asked_words

PAGE_SIZE = 50
ORDERS = {
    queries.DRAWN: "只看抽出的",
    queries.DOUBTFUL: "最難分辨的在前",
    queries.LIKELY: "最像同一人的在前",
    queries.UNLIKELY: "最不像的在前",
}
KEYS = (("s", "同一人"), ("d", "不是同一人"), ("n", "先擱著"), ("u", "復原剛才的決定"))


def reviewer_of(request: MemberRequest) -> Reviewer:
    """The member who reviews, from here on for the purpose of review. Raises PermissionDenied."""
    require(request, Permission.REVIEW_PAIRS)
    return Reviewer(with_purpose(request, Purpose.LINKAGE_REVIEW), request.user.name)


def _asked(request: MemberRequest) -> dict[str, str]:
    """The filter of the queue, kept from pair to pair."""
    roster, order = request.GET.get("roster", ""), request.GET.get("order", "")
    asked = {
        "roster": roster if roster in set(SOURCES) else "",
        "order": order if order in ORDERS else "",
    }
    return {name: value for name, value in asked.items() if value}


def _filters(asked: dict[str, str]) -> list[Filter]:
    return [
        Filter(
            "roster",
            "名冊",
            asked.get("roster", ""),
            [Choice("", "全部"), *(Choice(each.value, each.label) for each in SOURCES)],
        ),
        Filter(
            "order",
            "順序",
            asked.get("order", ""),
            [Choice("", "最值得問的在前"), *(Choice(order, label) for order, label in ORDERS.items())],
        ),
    ]


def _standing(request: MemberRequest) -> dict[str, Any]:
    """Counts, the last matching, and whether another is on its way: shown on each page of the review."""
    may_link = Permission.LINK in permissions_of(request.access.roles)
    return {
        "counts": queries.review_counts(),
        "run": queries.latest_run(),
        "is_queued": is_linkage_queued(),
        "may_link": may_link,
    }


@sign_in_required
@require_GET
def queue(request: MemberRequest) -> HttpResponse:
    reviewer_of(request)
    asked = _asked(request)
    waiting = queries.waiting_pairs(**asked)
    pages = Pages(page_number(request), PAGE_SIZE, waiting.count(), asked)
    shown = waiting[(pages.number - 1) * PAGE_SIZE :][:PAGE_SIZE]
    first = waiting.first()
    return render(
        request,
        "review/queue.html",
        {
            "nav": "review",
            "filters": _filters(asked),
            "pages": pages,
            "query": urlencode(asked),
            "table": tables.queue_table(shown, urlencode(asked), standing(queries.latest_run())),
            "first": _pair_url(first, asked) if first else "",
            **_standing(request),
        },
    )


@sign_in_required
@require_GET
def queue_file(request: MemberRequest, suffix: str) -> HttpResponse:
    """The queue as a file: record numbers and likelihood, nothing about the persons."""
    reviewer_of(request)
    rows = (tables.queue_file_row(pair) for pair in queries.waiting_pairs(**_asked(request)))
    return list_download("比對覆核", suffix, tables.QUEUE_FILE, rows, ("待覆核的比對",))


def _pair_url(pair: ReviewPair, asked: dict[str, str], **more: str) -> str:
    query = urlencode({**asked, **more})
    return reverse("review-pair", args=[pair.pk]) + (f"?{query}" if query else "")


@sign_in_required
@require_http_methods(["GET", "POST"])
def pair(request: MemberRequest, pair_id: int) -> HttpResponse:
    by = reviewer_of(request)
    view = queries.pair_view(pair_id)
    if view is None:
        raise Http404(pair_id)
    asked, now = _asked(request), timezone.now()
    following = queries.next_pair(view.pair, **asked)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind not in PairDecision.Kind:
            raise Http404(kind)
        decided = decide_pair(
            record_a=view.a.key,
            record_b=view.b.key,
            kind=kind,
            by=by,
            now=now,
            reason=request.POST.get("reason", ""),
        )
        if following is not None:
            return redirect(_pair_url(following, asked, done=str(decided.pk)))
        left = queries.waiting_pairs(**asked).count()
        messages.success(request, f"這一輪看完了，還有 {left} 對先前擱著的。" if left else "全部覆核完了。")
        return redirect("review-decisions" if not left else "review")
    open_pair(view=view, by=by, now=now)
    run = queries.latest_run()
    record_a, record_b = view.a.record, view.b.record
    return render(
        request,
        "review/pair.html",
        {
            "nav": "review",
            "view": view,
            "left": f"甲　{tables.record_label(record_a)}",
            "right": f"乙　{tables.record_label(record_b)}",
            "rows": compared(record_a, record_b, view.pair.contributions),
            "weights": waterfall_chart(
                contribution_rows(view.pair.contributions), threshold=bits_of(standing(run).link_at)
            )
            if view.pair.contributions
            else None,
            "why_asked": why_asked_words(why_asked(view, run)) if not view.pair.decision else [],
            "homes": [tables.home_table(view.homes_a, "甲"), tables.home_table(view.homes_b, "乙")],
            "skip": _pair_url(following, asked) if following else reverse("review") + "?" + urlencode(asked),
            "done": _just_done(request, by),
            "keys": KEYS,
            **_standing(request),
        },
    )


def _just_done(request: MemberRequest, by: Reviewer) -> PairDecision | None:
    """The decision that led here, while it can be undone by the one who took it."""
    number = row_number(request.GET.get("done", ""))
    found = queries.decision(number) if number is not None else None
    own = found is not None and found.undone_at is None and found.decided_by == by.context.member_id
    return found if own else None


@sign_in_required
@require_POST
def undo(request: MemberRequest, decision_id: int) -> HttpResponse:
    """Undo a decision (with all of its split or merge); a pair comes back to be decided again."""
    by = reviewer_of(request)
    found = queries.decision(decision_id)
    if found is None:
        raise Http404(decision_id)
    count = undo_decision(decision=found, by=by, now=timezone.now())
    messages.success(request, "已復原。" if count else "這個決定先前已經復原。")
    back = queries.pair_of(found) if request.POST.get("back") == "pair" else None
    return redirect(_pair_url(back, _asked(request)) if back else reverse("review-decisions"))


@sign_in_required
@require_GET
def decisions(request: MemberRequest) -> HttpResponse:
    reviewer_of(request)
    deeds = queries.recent_deeds(limit=1000)
    pages = Pages(page_number(request), PAGE_SIZE, len(deeds))
    shown = deeds[(pages.number - 1) * PAGE_SIZE :][:PAGE_SIZE]
    return render(
        request,
        "review/decisions.html",
        {
            "nav": "review",
            "pages": pages,
            "table": tables.deed_table(shown, lambda deed: _undo_form(request, deed)),
            **_standing(request),
        },
    )


def _undo_form(request: MemberRequest, deed: queries.Deed) -> str:
    if not deed.is_in_force:
        return ""
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="button button--quiet button--small" data-key="u">復原<span class="hidden-text">決定 {}</span></button></form>',
        reverse("review-undo", args=[deed.first.pk]),
        get_token(request),
        deed.first.pk,
    )


@sign_in_required
@require_GET
def decisions_file(request: MemberRequest, suffix: str) -> HttpResponse:
    reviewer_of(request)

    def rows() -> Iterable[tuple[Any, ...]]:
        for deed in queries.recent_deeds(limit=5000):
            one = deed.first
            undone = moment_text(one.undone_at) if one.undone_at else ""
            yield (
                one.pk,
                moment_text(one.decided_at),
                one.decided_by_name,
                one.get_kind_display(),
                deed.count,
                tables.source_words(one.record_a),
                tables.source_words(one.record_b),
                one.reason,
                undone,
            )

    return list_download("比對決定", suffix, tables.DECISION_FILE, rows(), ("比對覆核的決定",))


@sign_in_required
@require_POST
def relink(request: MemberRequest) -> HttpResponse:
    """重新歸戶: ask the worker for a new matching, which obeys the decisions."""
    by = reviewer_of(request)
    require(request, Permission.LINK)
    queued = queue_linkage(by=by, now=timezone.now())
    messages.success(
        request,
        "已排入重新歸戶，完成後決定就會生效。" if queued else "已經有一次重新歸戶在等候，會一起處理。",
    )
    return redirect("review")
