"""Where a system is told of changes, what became of each notice, and sending one again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.exchange import queries
from anwang.exchange.actions import (
    ConnectedSystemError,
    end_subscription,
    renew_secret,
    send_again,
    subscribe,
)
from anwang.exchange.models import Attempt
from anwang.exchange.process import DELIVERY, DeliveryState
from anwang.exchange.queries import DeliveryLine
from anwang.platform.transitions import NotPossible
from anwang.services.intake.process import ReportState
from anwang.web.clocks import moment_text
from anwang.web.components import Cell, Choice, Column, Field, Filter, Pages, Row, Table, tag
from anwang.web.paging import page_number

from .pages import by_of, shown_once, system_or_404

PAGE = 50
_SAID = "對方用它核對 Anwang-Signature。"
_COLUMNS = (
    Column("時間", narrow=True),
    Column("內容"),
    Column("送到"),
    Column("結果"),
    Column("試過", numeric=True),
)
_TONES = {DeliveryState.WAITING: "amber", DeliveryState.DELIVERED: "", DeliveryState.GIVEN_UP: "red"}
_PROBLEMS = {
    "time_out": "對方沒有在時間內回應",
    "no_connection": "連不上對方",
    "no_such_host": "查不到這個主機名稱",
    "certificate": "對方的憑證有問題",
    "address": "這個位址不能送（內部網路）",
}


@sign_in_required
@require_http_methods(["GET", "POST"])
def add_subscription(request: MemberRequest, system_id: int) -> HttpResponse:
    """Another address that a system is told at."""
    by, by_name = by_of(request)
    it = system_or_404(system_id)
    url, problem = request.POST.get("url", "").strip(), ""
    if request.method == "POST":
        try:
            _, secret = subscribe(system_id=it.pk, url=url, by=by, by_name=by_name, now=timezone.now())
        except ConnectedSystemError as error:
            problem = str(error)
        else:
            return shown_once(request, it, "簽章密鑰", secret, _SAID)
    field = Field(
        "url", "接收網址", value=url, width=50, error=problem, autocomplete="off",
        hint="https:// 開頭，例如 https://example.gov.tw/anwang。從現在起的變更才會送。",
    )  # fmt: skip
    return render(
        request,
        "systems/subscribe.html",
        {"nav": "systems", "it": it, "fields": [field]},
        status=422 if problem else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def secret(request: MemberRequest, subscription_id: int) -> HttpResponse:
    """Ask first, then another signing secret, shown once."""
    by, by_name = by_of(request)
    it = queries.subscription(subscription_id)
    if it is None:
        raise Http404("subscription")
    if request.method == "POST":
        _, made = renew_secret(subscription_id=it.pk, by=by, by_name=by_name, now=timezone.now())
        return shown_once(request, it.system, "簽章密鑰", made, _SAID)
    return render(request, "systems/secret.html", {"nav": "systems", "it": it})


@sign_in_required
@require_http_methods(["GET", "POST"])
def end(request: MemberRequest, subscription_id: int) -> HttpResponse:
    """Ask first, then send nothing more there."""
    by, by_name = by_of(request)
    it = queries.subscription(subscription_id)
    if it is None:
        raise Http404("subscription")
    if request.method == "POST":
        end_subscription(subscription_id=it.pk, by=by, by_name=by_name, now=timezone.now())
        messages.success(request, "已停用這個接收網址。")
        return redirect("system", system_id=it.system_id)
    return render(request, "systems/end.html", {"nav": "systems", "it": it})


@sign_in_required
@require_GET
def deliveries(request: MemberRequest, system_id: int) -> HttpResponse:
    """What was sent to a system, and what became of it."""
    require(request, Permission.MANAGE_SYSTEMS)
    it = system_or_404(system_id)
    state = request.GET.get("state", "")
    state = state if state in set(DeliveryState) else ""
    number = page_number(request)
    lines, total = queries.deliveries(it, state, offset=(number - 1) * PAGE, limit=PAGE)
    return render(
        request,
        "systems/deliveries.html",
        {
            "nav": "systems",
            "it": it,
            "table": Table("通知", _COLUMNS, [_row(line, request) for line in lines], hide_caption=True),
            "pages": Pages(number, PAGE, total, {"state": state}),
            "found": total,
            "filters": [
                Filter(
                    "state",
                    "結果",
                    state,
                    [Choice("", "全部"), *(Choice(each.value, each.label) for each in DeliveryState)],
                )
            ],
        },
    )


def _row(line: DeliveryLine, request: MemberRequest) -> Row:
    row, event = line.delivery, line.delivery.event
    state = DeliveryState(row.state)
    action = ""
    if DELIVERY.allows(state, "send_again") and row.subscription.ended_at is None:
        address = reverse("system-send-again", args=[row.pk])
        action = render_to_string("systems/again.html", {"address": address, "of": event.sequence}, request)
    return Row(
        (
            moment_text(event.at),
            Cell(_what(event.kind, event.data), sub=f"{event.key}・第 {event.sequence} 則"),
            row.subscription.url,
            Cell(tag(state.label, _TONES[state]), sub=_outcome(line)),
            str(line.tries),
        ),
        action=action,
    )


def _what(kind: str, data: dict[str, object]) -> str:
    """An event in words: 通報 R-0000012：待派案."""
    if kind == "report.state_changed":
        return f"通報 {data.get('number')}：{ReportState(str(data.get('state'))).label}"
    return kind


def _outcome(line: DeliveryLine) -> str:
    if line.last is None:
        return ""
    text = f"{moment_text(line.last.at)} {_attempt(line.last)}"
    if line.delivery.state == DeliveryState.WAITING:
        text += f"；{moment_text(line.delivery.next_at)} 再送"
    return text


def _attempt(attempt: Attempt) -> str:
    if attempt.status is not None:
        return f"對方回 {attempt.status}"
    return _PROBLEMS.get(attempt.problem, attempt.problem)


@sign_in_required
@require_POST
def again(request: MemberRequest, delivery_id: int) -> HttpResponse:
    """Send a notice once more; the receiver knows it by its id."""
    by, by_name = by_of(request)
    try:
        row = send_again(delivery_id=delivery_id, by=by, by_name=by_name, now=timezone.now())
    except (ConnectedSystemError, NotPossible) as error:
        messages.error(request, str(error))
        return redirect(request.headers.get("Referer") or "systems")
    messages.success(request, "一分鐘內會再送一次。")
    return redirect("system-deliveries", system_id=row.subscription.system_id)
