"""Signing in and out, changing the password, choosing the post, staying signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from anwang.agencies.actions import set_password
from anwang.agencies.demo import DEMO_ACCOUNTS, demo_password
from anwang.agencies.middleware import LAST_SEEN, sign_in_required
from anwang.agencies.queries import context_of
from anwang.agencies.sign_in import is_account_locked
from anwang.platform import audit
from anwang.platform.context import SIGN_IN, apply
from anwang.web.components import Field

LOCKED = "這個帳號連續 5 次密碼錯誤，已鎖定 15 分鐘。請稍後再試，或洽單位的系統管理者。"
WRONG = "帳號或密碼不正確。"
NO_POST = "這個帳號目前沒有職務，不能使用。請洽單位的系統管理者。"


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else settings.LOGIN_REDIRECT_URL


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    error = ""
    username = ""
    if request.method == "POST":
        username = request.POST.get("username", "").strip()[:60]
        member = authenticate(request, username=username, password=request.POST.get("password", ""), now=now)
        if member is not None:
            context = context_of(member, timezone.localdate(now))
            if context is not None:
                login(request, member)
                request.session[LAST_SEEN] = now.isoformat()
                request.session["unit_id"] = context.unit_id
                apply(context)
                audit.record(context=context, at=now, action=audit.Action.SIGNED_IN, member_name=member.name)
                return redirect(_next(request))
            error = NO_POST
        else:
            error = LOCKED if is_account_locked(username, now) else WRONG
            audit.record(
                context=SIGN_IN, at=now, action=audit.Action.SIGN_IN_FAILED, detail={"locked": error == LOCKED}
            )
    elif request.user.is_authenticated:
        return redirect(_next(request))
    return render(
        request,
        "shell/sign_in.html",
        {
            "fields": [
                Field("username", "帳號", value=username, autocomplete="username", autofocus=not username),
                Field("password", "密碼", kind="password", autocomplete="current-password", autofocus=bool(username)),
            ],
            "errors": [error] if error else [],
            "next": request.POST.get("next") or request.GET.get("next") or "",
            "idle": request.GET.get("idle") == "1",
            "demo_accounts": DEMO_ACCOUNTS if settings.ANWANG_DEMO else (),
            "demo_password": demo_password() if settings.ANWANG_DEMO else "",
        },
        status=422 if error else 200,
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    access = getattr(request, "access", None)
    if access is not None:
        audit.record(
            context=access, at=timezone.now(), action=audit.Action.SIGNED_OUT, member_name=request.user.name
        )
    logout(request)
    return redirect("sign-in")


@sensitive_post_parameters()
@sign_in_required
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    member = request.user
    old, new, again = (request.POST.get(name, "") for name in ("old_password", "new_password1", "new_password2"))
    problems: dict[str, str] = {}
    if request.method == "POST":
        if not member.check_password(old):
            problems["old_password"] = "目前密碼不正確，請再輸入一次。"
        if new != again:
            problems["new_password2"] = "與上面的新密碼不同，請再輸入一次。"
        try:
            password_validation.validate_password(new, member)
        except ValidationError as problem:
            problems["new_password1"] = "".join(problem.messages)
        if not problems:
            set_password(member=member, password=new)
            member.refresh_from_db()
            update_session_auth_hash(request, member)
            messages.success(request, "密碼已更換。")
            return redirect(settings.LOGIN_REDIRECT_URL)
    labels = {"old_password": "目前密碼", "new_password1": "新密碼", "new_password2": "再輸入一次新密碼"}
    fields = [
        Field(
            name,
            label,
            kind="password",
            error=problems.get(name, ""),
            autocomplete="current-password" if name == "old_password" else "new-password",
        )
        for name, label in labels.items()
    ]
    return render(
        request, "shell/password.html", {"fields": fields, "errors": []}, status=422 if problems else 200
    )


@require_POST
@sign_in_required
def choose_post(request: HttpRequest) -> HttpResponse:
    """Act for another of one's own units; the context is made from it at the next request."""
    unit = request.POST.get("unit_id", "")
    if unit.isdigit():
        request.session["unit_id"] = int(unit)
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_POST
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Somebody is still at work on a long form: the middleware has renewed the session, if there is one."""
    return HttpResponse(status=204 if getattr(request, "access", None) else 401)


def idle(request: HttpRequest) -> HttpResponse:
    """The page shown when the idle time-out has passed."""
    if request.user.is_authenticated:
        logout(request)
    target = request.GET.get("next", "")
    safe = target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else ""
    return render(request, "shell/idle.html", {"next": safe})
