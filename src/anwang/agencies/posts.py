"""The administrator's deeds: members, their posts, one-time passwords, locks. Each is written into the log beside it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.context import AccessContext

from .models import Member, Post, Role, Unit
from .post_rules import (
    ADMINISTRATOR,
    ONE_TIME_ALPHABET,
    Term,
    end_problem,
    last_day,
    name_problem,
    post_problem,
    username_problem,
)


class StaffError(Exception):
    """It cannot be done so; the message is for the user (zh-TW). `field` names what to mend, "" for no single one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def add_member(
    *,
    username: str,
    name: str,
    unit_id: int | None,
    roles: Sequence[str],
    from_on: dt.date,
    password: str | None = None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> tuple[Member, str]:
    """A new member with posts in one unit. Without `password` they get a one-time password, which is returned ("" else).

    Raises StaffError when the user name is taken or something is missing.
    """
    for field, problem in (("username", username_problem(username)), ("name", name_problem(name))):
        if problem:
            raise StaffError(problem, field)
    with connection.cursor() as cursor:  # two administrators who add one name at once wait for each other
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"member {username.lower()}"])
    if Member.objects.filter(username__iexact=username).exists():
        raise StaffError("這個帳號已經有人使用，請換一個。", "username")
    if not roles:
        raise StaffError("請至少選一種角色。", "roles")
    once = "" if password else one_time_password()
    member = Member.objects.create_member(
        username=username, password=password or once, name=name, must_change_password=bool(once)
    )
    _note(audit.Action.ADDED_MEMBER, member, by, by_name, now)
    for role in roles:
        give_post(
            member_id=member.pk, unit_id=unit_id, role=role, from_on=from_on, by=by, by_name=by_name, now=now
        )
    return member, once


@transaction.atomic
def give_post(
    *,
    member_id: int,
    unit_id: int | None,
    role: str,
    from_on: dt.date,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Post:
    """A role in a unit for a member, from a day on. Raises StaffError when they hold it already."""
    member = _member(member_id)
    unit = Unit.objects.filter(pk=unit_id or 0).first()
    if unit is None:
        raise StaffError("請選擇單位。", "unit")
    if role not in set(Role.values):
        raise StaffError("請選擇角色。", "role")
    held = [term_of(post) for post in Post.objects.filter(member=member)]
    if problem := post_problem(unit.pk, role, from_on, held):
        raise StaffError(problem, "role")
    # One that ended before it began is taken up again: a day has no two posts of one kind.
    post, _ = Post.objects.update_or_create(
        member=member, unit=unit, role=role, from_on=from_on, defaults={"until_on": None}
    )
    detail = {"unit": unit.code, "role": role, "from_on": from_on.isoformat()}
    _note(audit.Action.GAVE_POST, member, by, by_name, now, **detail)
    return post


@transaction.atomic
def end_post(*, post_id: int, from_on: dt.date, by: AccessContext, by_name: str, now: dt.datetime) -> Post:
    """The post is not held from a day on; from that day it opens nothing. Raises StaffError when it may not end so."""
    with connection.cursor() as cursor:  # two administrators who end each other's post wait for each other
        cursor.execute("select pg_advisory_xact_lock(hashtext('anwang administrators'))")
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("member", "unit")
        .filter(pk=post_id)
        .first()
    )
    if post is None:
        raise StaffError("沒有這項職務。")
    administrators = Post.objects.filter(role=ADMINISTRATOR).select_related("member")
    everybody = [term_of(each) for each in administrators]
    if problem := end_problem(term_of(post), from_on, timezone.localdate(now), everybody):
        raise StaffError(problem, "from_on")
    post.until_on = last_day(from_on)
    post.save(update_fields=["until_on"])
    detail = {"unit": post.unit.code, "role": post.role, "until_on": post.until_on.isoformat()}
    _note(audit.Action.ENDED_POST, post.member, by, by_name, now, **detail)
    return post


@transaction.atomic
def reset_password(
    *, member_id: int, password: str | None = None, by: AccessContext, by_name: str, now: dt.datetime
) -> str:
    """A new password for somebody else; it ends their sessions and lifts a lock. Without `password` it is a one-time
    password, which is returned ("" else) and which they must change at the next sign-in."""
    member = _member(member_id)
    if member.pk == by.member_id:
        raise StaffError("自己的密碼請按右上角自己的名字變更。")
    once = "" if password else one_time_password()
    set_password(member=member, password=password or once, must_change=bool(once))
    _note(audit.Action.SET_PASSWORD, member, by, by_name, now, one_time=bool(once))
    return once


@transaction.atomic
def unlock(*, member_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> Member:
    """Lift the lock that failed sign-ins put on an account; the password stays."""
    member = _member(member_id)
    Member.objects.filter(pk=member.pk).update(failed_sign_ins=0, locked_until=None)
    _note(audit.Action.UNLOCKED, member, by, by_name, now)
    return member


@transaction.atomic
def set_password(*, member: Member, password: str, must_change: bool = False) -> None:
    """Change a password and lift a lock."""
    member.set_password(password)
    Member.objects.filter(pk=member.pk).update(
        password=member.password, failed_sign_ins=0, locked_until=None, must_change_password=must_change
    )


def one_time_password() -> str:
    """Sixteen characters in four groups: easy to read out, and nobody guesses them."""
    return "-".join("".join(secrets.choice(ONE_TIME_ALPHABET) for _ in range(4)) for _ in range(4))


def term_of(post: Post) -> Term:
    return Term(
        post.pk, post.member_id, post.unit_id, post.role, post.from_on, post.until_on, post.member.is_active
    )


def _member(member_id: int) -> Member:
    member = Member.objects.select_for_update().filter(pk=member_id).first()
    if member is None:
        raise StaffError("沒有這位成員。")
    return member


def _note(
    action: str, member: Member, by: AccessContext, by_name: str, now: dt.datetime, **detail: object
) -> None:
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind="member",
        subject_id=member.pk,
        member_name=by_name,
        detail=detail,
    )
