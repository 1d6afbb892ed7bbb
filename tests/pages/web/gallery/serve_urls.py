"""Addresses of the gallery. The names are those that the shell links to."""

from __future__ import annotations

import datetime as dt

import content
from django import forms
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from anwang.web import errors
from anwang.web.shell import NAV, Shell

MEMBER = Shell(
    member_name="林社工",
    unit_name="羅東社福中心",
    flags=frozenset({item.flag for item in NAV} | {"search"}),
    data_as_of=dt.date(2026, 4, 25),
    idle_seconds=1800,
    county="宜蘭縣",
)
DRAFTS: dict[str, dict[str, list[str]]] = {}


def member_page(template: str, nav: str = "", **more: object):
    def view(request: HttpRequest) -> HttpResponse:
        shell = MEMBER
        if request.GET.get("idle"):
            seconds = int(request.GET["idle"])
            shell = Shell(**{**{k: getattr(MEMBER, k) for k in MEMBER.__slots__}, "idle_seconds": seconds})
        request.shell = shell
        built = {name: value() if callable(value) else value for name, value in more.items()}
        return render(request, template, {"nav": nav, "now": content.NOW, **built})

    return view


def raises(error: type[Exception]):
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def draft(request: HttpRequest) -> HttpResponse:
    if request.method == "DELETE":
        DRAFTS.clear()
        return HttpResponse(status=204)
    if request.method == "POST":
        DRAFTS["form"] = {name: request.POST.getlist(name) for name in request.POST}
        return JsonResponse({"saved_at": "14:03"})
    if "form" not in DRAFTS:
        return HttpResponse(status=204)
    return JsonResponse({"saved_at": "14:03", "fields": DRAFTS["form"]})


def upload(request: HttpRequest) -> HttpResponse:
    request.shell = MEMBER
    names = "、".join(each.name for each in request.FILES.getlist("files"))
    return render(
        request, "gallery/uploaded.html", {"nav": "rosters", "names": names, "table": content.roster_errors()}
    )


def keep_alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def part(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p id="part">片段已換上，方法 ' + request.method + "</p>")


def sign_in(request: HttpRequest) -> HttpResponse:
    shown = {
        "error": "帳號或密碼不正確。" if request.GET.get("refused") else "",
        "was_idle": request.GET.get("idle") == "1",
        "next": request.GET.get("next", ""),
        "idle_minutes": 30,
        "demo": True,
        "demo_password": "anwang-demo",
        "demo_accounts": [("lin", "羅東社福中心 社工"), ("wang", "衛生局 聯絡人"), ("audit", "稽核")],
    }
    request.shell = Shell(county="宜蘭縣")
    return render(request, "shell/sign_in.html", shown)


class PasswordForm(forms.Form):
    current = forms.CharField(label="目前密碼", widget=forms.PasswordInput)
    new = forms.CharField(label="新密碼", widget=forms.PasswordInput, help_text="至少 12 個字元")
    again = forms.CharField(label="再輸入一次新密碼", widget=forms.PasswordInput)


def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm({"current": "x"} if request.GET.get("refused") else None)
    request.shell = MEMBER
    return render(request, "shell/password_change.html", {"form": form})


HOUSEHOLD = {
    "genogram": content.household_genogram,
    "lanes": content.lanes,
    "basis": lambda: content.basis("兒少高危機"),
    "facts": lambda: (
        ("戶號", "G2992042"),
        ("地址", "羅東鎮公正路 120 號 3 樓"),
        ("主責", "羅東社福中心 林社工"),
    ),
}
PARTS = {
    "large": content.large_genogram,
    "filters": content.filters,
    "tabs": content.tabs,
    "pages": content.pages,
    "errors_table": content.roster_errors,
    "good": lambda: content.fields(False),
    "bad": lambda: content.fields(True),
    "basis": lambda: content.basis("元件"),
    "facts": lambda: (("姓名", "陳建宏"), ("身分證號", "A1*****789"), ("備註", "")),
    "clocks": lambda: (
        content.hours(-150),
        content.hours(-0.5),
        content.hours(0.63),
        content.hours(5.2),
        content.hours(11),
        content.hours(70),
        dt.date(2026, 4, 20),
        dt.date(2026, 4, 26),
        dt.date(2026, 4, 29),
        dt.date(2026, 5, 4),
        dt.date(2026, 6, 4),
    ),
    "no_rows": lambda: content.Table("空的表", (content.Column("欄"),), ()),
    "keys": (("j k", "上下"), ("Enter", "開啟"), ("s", "同一人")),
}
REVIEW = {
    "fields": content.comparison,
    "weights": content.weights,
    "keys": (("s", "同一人"), ("d", "不是同一人"), ("n", "先跳過"), ("u", "復原上一筆")),
}

urlpatterns = [
    path("", member_page("gallery/today.html", "today", table=content.worklist), name="today"),
    path("household", member_page("gallery/household.html", "households", **HOUSEHOLD), name="households"),
    path("rosters", member_page("gallery/parts.html", "rosters", **PARTS), name="rosters"),
    path("review", member_page("gallery/review.html", "review", **REVIEW), name="review"),
    path(
        "lists", member_page("gallery/form.html", "lists", fields=lambda: content.fields(False)), name="lists"
    ),
    path("views", member_page("gallery/empty.html", "views"), name="views"),
    path("search", member_page("gallery/empty.html"), name="search"),
    path("sign-out", keep_alive, name="sign_out"),
    path("keep-alive", keep_alive, name="keep_alive"),
    path("draft", draft),
    path("upload", upload),
    path("part", part),
    path("sign-in", sign_in, name="sign_in"),
    path("password", password, name="change_password"),
    path("error-400", raises(BadRequest)),
    path("error-403", raises(PermissionDenied)),
    path("error-500", raises(RuntimeError)),
]
handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
