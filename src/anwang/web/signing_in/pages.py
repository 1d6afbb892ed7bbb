"""Signing in and out, changing the password, choosing the post, staying signed in."""

from __future__ import annotations

from typing import cast

from django import forms
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
from anwang.agencies.requests import MemberRequest
from anwang.agencies.sign_in import is_account_locked, member_number
from anwang.platform import audit
from anwang.platform.context import SIGN_IN, apply
from anwang.web.reading import row_number

LOCKED = "這個帳號連續 5 次密碼錯誤，已鎖定 15 分鐘。請稍後再試，或洽單位的系統管理者。"
WRONG = "帳號或密碼不正確。"
NO_POST = "這個帳號目前沒有職務，不能使用。請洽單位的系統管理者。"


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    return (
        target
        if url_has_allowed_host_and_scheme(target, {request.get_host()})
        else settings.LOGIN_REDIRECT_URL
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
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
            number = member_number(username)
            error = LOCKED if is_account_locked(username, now) else WRONG
            audit.record(
                context=SIGN_IN,
                at=now,
                action=audit.Action.SIGN_IN_FAILED,
                subject_kind="member" if number else "",
                subject_id=number or "",
                detail={"locked": error == LOCKED},
            )
    elif getattr(request, "access", None) is not None:
        return redirect(_next(request))
    elif request.user.is_authenticated:  # the last post ended while they were signed in
        error = NO_POST
    return render(
        request,
        "shell/sign_in.html",
        {
            "error": error,
            "username": username,
            "next": request.POST.get("next") or request.GET.get("next") or "",
            "was_idle": request.GET.get("idle") == "1",
            "idle_minutes": settings.ANWANG_IDLE_MINUTES,
            "demo": settings.ANWANG_DEMO,
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
            context=access,
            at=timezone.now(),
            action=audit.Action.SIGNED_OUT,
            member_name=cast(MemberRequest, request).user.name,
        )
    logout(request)
    return redirect("sign_in")


class PasswordForm(forms.Form):
    current = forms.CharField(label="目前密碼", widget=forms.PasswordInput)
    new = forms.CharField(label="新密碼", widget=forms.PasswordInput)
    again = forms.CharField(label="再輸入一次新密碼", widget=forms.PasswordInput)


@sensitive_post_parameters()
@sign_in_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: MemberRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = request.user
        current, new, again = (form.cleaned_data[name] for name in ("current", "new", "again"))
        if not member.check_password(current):
            form.add_error("current", "目前密碼不正確，請再輸入一次。")
        elif new == current:
            form.add_error("new", "新密碼不能和目前密碼相同。")
        if new != again:
            form.add_error("again", "與上面的新密碼不同，請再輸入一次。")
        try:
            password_validation.validate_password(new, member)
        except ValidationError as problem:
            form.add_error("new", problem)
        if form.is_valid():
            set_password(member=member, password=new)
            member.refresh_from_db()
            update_session_auth_hash(request, member)
            audit.record(
                context=request.access,
                at=timezone.now(),
                action=audit.Action.CHANGED_PASSWORD,
                subject_kind="member",
                subject_id=member.pk,
                member_name=member.name,
            )
            messages.success(request, "密碼已更換。")
            return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "must_change": request.user.must_change_password}
    return render(request, "shell/password_change.html", context, status=422 if form.errors else 200)


@require_POST
@sign_in_required
def choose_post(request: MemberRequest) -> HttpResponse:
    """Act for another of one's own units; the context is made from it at the next request."""
    if (unit := row_number(request.POST.get("unit_id", ""))) is not None:
        request.session["unit_id"] = unit
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_POST
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Somebody is still at work on a long form: the middleware has renewed the session, if there is one."""
    return HttpResponse(status=204 if getattr(request, "access", None) else 401)
