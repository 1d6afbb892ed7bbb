"""One connected system: adding and changing it, its tokens. Secrets are shown once, on the answer itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.exchange import queries
from anwang.exchange.actions import ConnectedSystemError, add_system, change_system, make_token, revoke_token
from anwang.exchange.models import ConnectedSystem
from anwang.platform.context import AccessContext
from anwang.web.clocks import roc_day
from anwang.web.components import Field
from anwang.web.reading import row_number

from .forms import calls_of, system_fields, typed_from, typed_of
from .listing import scope_text, subscriptions_table, tokens_table

USUAL_DAYS = "365"


def by_of(request: MemberRequest) -> tuple[AccessContext, str]:
    return require(request, Permission.MANAGE_SYSTEMS), request.user.name


def system_or_404(system_id: int) -> ConnectedSystem:
    found = queries.system(system_id)
    if found is None:
        raise Http404("system")
    return found


@sign_in_required
@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """A new system; its first token is made on its page."""
    by, by_name = by_of(request)
    typed, scopes = typed_of(request.POST), request.POST.getlist("scopes")
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = add_system(
                name=typed["name"],
                unit_id=row_number(typed["unit"]),
                scopes=scopes,
                contact=typed["contact"],
                networks=typed["networks"],
                calls_per_minute=calls_of(typed["calls_per_minute"]),
                by=by,
                by_name=by_name,
                now=timezone.now(),
            )
        except ConnectedSystemError as error:
            problems = error.problems
        else:
            messages.success(request, f"已新增「{made.name}」。接著發給它一支權杖。")
            return redirect("system", system_id=made.pk)
    fields = system_fields(typed, scopes, problems, with_unit=True)
    return render(
        request, "systems/add.html", {"nav": "systems", "fields": fields}, status=422 if problems else 200
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, system_id: int) -> HttpResponse:
    """What a system may do from now on; or that it may do nothing."""
    by, by_name = by_of(request)
    it = system_or_404(system_id)
    typed, scopes, active = typed_from(it), list(it.scopes), it.is_active
    problems: dict[str, str] = {}
    if request.method == "POST":
        typed, scopes = typed_of(request.POST), request.POST.getlist("scopes")
        active = request.POST.get("is_active") == "yes"
        try:
            change_system(
                system_id=it.pk,
                name=typed["name"],
                scopes=scopes,
                contact=typed["contact"],
                networks=typed["networks"],
                calls_per_minute=calls_of(typed["calls_per_minute"]),
                is_active=active,
                by=by,
                by_name=by_name,
                now=timezone.now(),
            )
        except ConnectedSystemError as error:
            problems = error.problems
        else:
            messages.success(request, "已變更，立刻生效。")
            return redirect("system", system_id=it.pk)
    return render(
        request,
        "systems/change.html",
        {
            "nav": "systems",
            "it": it,
            "fields": system_fields(typed, scopes, problems, with_unit=False),
            "active": active,
        },
        status=422 if problems else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def system(request: MemberRequest, system_id: int) -> HttpResponse:
    """A system with its tokens and the addresses it is told at; sending the form off makes a token."""
    by, by_name = by_of(request)
    it, now = system_or_404(system_id), timezone.now()
    problem, typed = "", USUAL_DAYS
    if request.method == "POST":
        typed = request.POST.get("days", "").strip()
        try:
            token, whole = make_token(
                system_id=it.pk, days=row_number(typed), by=by, by_name=by_name, now=now
            )
        except ConnectedSystemError as error:
            problem = str(error)
        else:
            until = roc_day(token.expires_on, "short")
            return shown_once(
                request, it, "權杖", whole, f"到 {until} 為止有效。對方放在 Authorization: Bearer 之後。"
            )
    days = Field(
        "days", "有效幾天", kind="number", value=typed, width=6, inputmode="numeric", error=problem,
        hint="到期前再發一支新的，對方換好以後停用舊的。",
    )  # fmt: skip
    return render(
        request,
        "systems/system.html",
        {
            "nav": "systems",
            "it": it,
            "scopes": scope_text(it.scopes),
            "networks": "、".join(it.networks) or "不限",
            "tokens": tokens_table(queries.tokens_of(it), now),
            "subscriptions": subscriptions_table(queries.subscriptions_of(it)),
            "fields": [days],
        },
        status=422 if problem else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def revoke(request: MemberRequest, token_id: int) -> HttpResponse:
    """Ask first, then stop a token at once."""
    by, by_name = by_of(request)
    it = queries.token(token_id)
    if it is None:
        raise Http404("token")
    if request.method == "POST":
        revoke_token(token_id=it.pk, by=by, by_name=by_name, now=timezone.now())
        messages.success(request, f"權杖 anw_{it.prefix} 已停用，從現在起不能再用。")
        return redirect("system", system_id=it.system_id)
    return render(request, "systems/revoke.html", {"nav": "systems", "it": it})


def shown_once(request: MemberRequest, it: ConnectedSystem, what: str, once: str, said: str) -> HttpResponse:
    """The secret stands on the answer itself: in no address, in no message kept for later, and not in the log."""
    context = {"nav": "systems", "it": it, "what": what, "once": once, "said": said}
    return render(request, "systems/shown_once.html", context)
