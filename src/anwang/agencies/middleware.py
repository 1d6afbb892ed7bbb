"""One transaction and one access context for each request.

The transaction begins as `sign_in` (which sees the staff directory only), becomes the member's once the session is
known, commits when a response is returned and rolls back when a view raised.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.context import SIGN_IN, AccessContext, Purpose, apply

from .queries import context_of
from .requests import AnyRequest, MemberRequest
from .rules import Permission, is_idle, is_news, permissions_of

LAST_SEEN = "last_seen"
_WITH_ONE_TIME = frozenset({"change_password", "sign_out", "keep_alive"})
_More = ParamSpec("_More")


class AccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: AnyRequest) -> HttpResponse:
        if request.path.startswith((settings.STATIC_URL, settings.ANWANG_API_URL)):
            request.access = request.raised = None  # the API has a door and transactions of its own
            return self.get_response(request)
        with transaction.atomic():
            self._enter(request)
            response = self.get_response(request)
            raised = request.raised
            if raised is not None or response.status_code >= 500:
                transaction.set_rollback(True)
        if isinstance(raised, PermissionDenied) and request.access is not None:
            with transaction.atomic():
                apply(request.access)
                audit.record(
                    context=request.access,
                    at=timezone.now(),
                    action=audit.Action.REFUSED,
                    subject_kind="page",
                    subject_id=request.resolver_match.view_name if request.resolver_match else "",
                    member_name=cast(MemberRequest, request).user.name,
                )
        return response

    def process_view(
        self, request: AnyRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Who signed in with a password that somebody else knows changes it before anything else."""
        if request.access is None or not cast(MemberRequest, request).user.must_change_password:
            return None
        match = request.resolver_match
        return redirect("change_password") if match is None or match.url_name not in _WITH_ONE_TIME else None

    def process_exception(self, request: AnyRequest, exception: Exception) -> None:
        request.raised = exception

    def _enter(self, request: AnyRequest) -> None:
        apply(SIGN_IN)
        now = timezone.now()
        request.access = request.raised = None
        request.was_idle = False
        if not request.user.is_authenticated:
            return
        noted = request.session.get(LAST_SEEN)
        seen = dt.datetime.fromisoformat(noted) if noted else None
        if seen and is_idle(seen, now, settings.ANWANG_IDLE_MINUTES):
            logout(request)
            request.was_idle = True
            return
        context = context_of(request.user, timezone.localdate(now), request.session.get("unit_id"))
        if context is None:
            return
        if is_news(seen, now) and not request.headers.get("X-Anwang-Background"):
            request.session[LAST_SEEN] = now.isoformat()
        request.access = context
        apply(context)


def sign_in_required(
    view: Callable[Concatenate[MemberRequest, _More], HttpResponse],
) -> Callable[Concatenate[HttpRequest, _More], HttpResponse]:
    """Send whoever is not signed in (any more) to the sign-in page and back here afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: _More.args, **kwargs: _More.kwargs) -> HttpResponse:
        if getattr(request, "access", None) is not None:
            return view(cast(MemberRequest, request), *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "")
        query = {"next": back} if back else {}
        if getattr(request, "was_idle", False):
            query["idle"] = "1"
        return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode(query)}" if query else settings.LOGIN_URL)

    return guarded


def require(request: HttpRequest, permission: Permission) -> AccessContext:
    """The context of a signed-in member who may do this. Raises PermissionDenied otherwise."""
    context: AccessContext | None = getattr(request, "access", None)
    if context is None or permission not in permissions_of(context.roles):
        raise PermissionDenied(permission)
    return context


def with_purpose(request: MemberRequest, purpose: Purpose) -> AccessContext:
    """Read on for a stated purpose; the policies decide which roles it opens rows to."""
    context = replace(request.access, purpose=purpose)
    apply(context)
    request.access = context
    return context
