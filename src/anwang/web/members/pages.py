"""One member: posts given and ended, a one-time password, a lock lifted; and adding a member. Administrators only."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from anwang.agencies import queries
from anwang.agencies.actions import StaffError, add_member, end_post, give_post, reset_password, unlock
from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.models import Member
from anwang.agencies.post_rules import name_problem, username_problem
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.context import AccessContext
from anwang.web.clocks import roc_day
from anwang.web.components import Field
from anwang.web.reading import DAY_WANTED, read_day, row_number

from .forms import day_field, role_choices, unit_choices
from .listing import days_text, state_tags


def _by(request: MemberRequest) -> tuple[AccessContext, str]:
    return require(request, Permission.MANAGE_MEMBERS), request.user.name


@sign_in_required
@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """A new member with posts in one unit; the one-time password is shown once."""
    by, by_name = _by(request)
    now = timezone.now()
    typed = {name: request.POST.get(name, "").strip() for name in ("username", "name", "unit", "from_on")}
    roles = request.POST.getlist("roles")
    problems: dict[str, str] = {}
    if request.method == "POST":
        from_on = read_day(typed["from_on"])
        problem = "" if from_on else DAY_WANTED
        found = {
            "username": username_problem(typed["username"]),
            "name": name_problem(typed["name"]),
            "unit": "" if typed["unit"] else "請選擇單位。",
            "roles": "" if roles else "請至少選一種角色。",
            "from_on": problem,
        }
        problems = {name: said for name, said in found.items() if said}
        if from_on is not None and not problems:
            try:
                made, once = add_member(
                    username=typed["username"],
                    name=typed["name"],
                    unit_id=row_number(typed["unit"]),
                    roles=roles,
                    from_on=from_on,
                    by=by,
                    by_name=by_name,
                    now=now,
                )
            except StaffError as error:
                problems[{"role": "roles"}.get(error.field, error.field) or "username"] = str(error)
            else:
                return _shown_once(request, made, once, f"已新增{made.name}。")
    else:
        typed["from_on"] = roc_day(timezone.localdate(now), "short")
    fields = [
        Field("username", "帳號", value=typed["username"], width=24, autocomplete="off",
              hint="半形英文字母、數字、點、底線或連字號，例如 luodong.lin。", error=problems.get("username", "")),
        Field("name", "姓名", value=typed["name"], width=16, autocomplete="off", error=problems.get("name", "")),
        Field("unit", "單位", kind="select", value=typed["unit"], choices=unit_choices(),
              error=problems.get("unit", "")),
        Field("roles", "角色", kind="checkboxes", values=roles, choices=role_choices(),
              error=problems.get("roles", "")),
        day_field("從哪一天起", typed["from_on"], problems.get("from_on", "")),
    ]  # fmt: skip
    return render(
        request,
        "members/add.html",
        {"nav": "members", "fields": fields, "errors": []},
        status=422 if problems else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def member(request: MemberRequest, member_id: int) -> HttpResponse:
    """A member with all posts; sending the form off gives another post."""
    by, by_name = _by(request)
    now = timezone.now()
    today = timezone.localdate(now)
    typed = {name: request.POST.get(name, "").strip() for name in ("unit", "role", "from_on")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        from_on = read_day(typed["from_on"])
        problem = "" if from_on else DAY_WANTED
        problems = {"from_on": problem} if problem else {}
        if from_on is not None:
            try:
                post = give_post(
                    member_id=member_id,
                    unit_id=row_number(typed["unit"]),
                    role=typed["role"],
                    from_on=from_on,
                    by=by,
                    by_name=by_name,
                    now=now,
                )
            except StaffError as error:
                problems[error.field or "role"] = str(error)
            else:
                start = roc_day(from_on, "short")
                messages.success(request, f"已派任{post.unit.name}{post.get_role_display()}，{start} 起。")
                return redirect("member", member_id=member_id)
    else:
        typed["from_on"] = roc_day(today, "short")
    line = queries.member_line(member_id, today, now)
    if line is None:
        raise Http404("member")
    fields = [
        Field("unit", "單位", kind="select", value=typed["unit"], choices=unit_choices(),
              error=problems.get("unit", "")),
        Field("role", "角色", kind="select", value=typed["role"], choices=role_choices(blank=True),
              error=problems.get("role", "")),
        day_field("從哪一天起", typed["from_on"], problems.get("from_on", "")),
    ]  # fmt: skip
    return render(
        request,
        "members/member.html",
        {
            "nav": "members",
            "it": line.member,
            "line": line,
            "state": state_tags(line),
            "posts": [(post, days_text(post.from_on, post.until_on)) for post in (*line.posts, *line.coming)],
            "past": [(post, days_text(post.from_on, post.until_on)) for post in line.past],
            "is_self": line.member.pk == by.member_id,
            "fields": fields,
        },
        status=422 if problems else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def end(request: MemberRequest, post_id: int) -> HttpResponse:
    """End a post from a day on."""
    by, by_name = _by(request)
    now = timezone.now()
    post = queries.post(post_id)
    if post is None:
        raise Http404("post")
    typed = request.POST.get("from_on", roc_day(timezone.localdate(now), "short")).strip()
    problem = ""
    if request.method == "POST":
        from_on = read_day(typed)
        problem = "" if from_on else DAY_WANTED
        if from_on is not None:
            try:
                end_post(post_id=post_id, from_on=from_on, by=by, by_name=by_name, now=now)
            except StaffError as error:
                problem = str(error)
            else:
                start = roc_day(from_on, "short")
                messages.success(request, f"{post.get_role_display()}從 {start} 起結束。")
                if post.member_id == by.member_id and from_on <= timezone.localdate(now):
                    return redirect("today")  # who ended the own post may have nothing to do here any more
                return redirect("member", member_id=post.member_id)
    field = day_field(
        "從哪一天起不再擔任",
        typed,
        problem,
        hint="寫今天就立刻生效；寫以後的日期，到那一天生效。例如 115/3/1。",
    )
    return render(
        request,
        "members/end.html",
        {
            "nav": "members",
            "post": post,
            "days": days_text(post.from_on, post.until_on),
            "fields": [field],
        },
        status=422 if problem else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def password(request: MemberRequest, member_id: int) -> HttpResponse:
    """Ask first, then set a one-time password and show it once."""
    by, by_name = _by(request)
    now = timezone.now()
    line = queries.member_line(member_id, timezone.localdate(now), now)
    if line is None:
        raise Http404("member")
    if request.method == "POST":
        try:
            once = reset_password(member_id=member_id, by=by, by_name=by_name, now=now)
        except StaffError as error:
            messages.error(request, str(error))
            return redirect("member", member_id=member_id)
        return _shown_once(request, line.member, once, f"已設定{line.member.name}的一次性密碼。")
    return render(request, "members/password.html", {"nav": "members", "it": line.member})


@sign_in_required
@require_POST
def unlock_account(request: MemberRequest, member_id: int) -> HttpResponse:
    """Lift a lock at once."""
    by, by_name = _by(request)
    try:
        opened = unlock(member_id=member_id, by=by, by_name=by_name, now=timezone.now())
    except StaffError as error:
        raise Http404("member") from error
    messages.success(request, f"已解除{opened.name}的鎖定，可以用原來的密碼登入。")
    return redirect("member", member_id=member_id)


def _shown_once(request: MemberRequest, member: Member, once: str, said: str) -> HttpResponse:
    """The password stands on the answer itself: in no address, no message kept for later, and not in the log."""
    return render(
        request, "members/shown_once.html", {"nav": "members", "it": member, "once": once, "said": said}
    )
