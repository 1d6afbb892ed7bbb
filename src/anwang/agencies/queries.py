"""Reads about who works: a member's context, units, and whom to call."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from anwang.platform.context import AccessContext, Actor

from .models import Agency, Jurisdiction, Member, Post, Township, Unit
from .rules import SignInState, is_locked


def posts_on(member: Member, on: dt.date) -> list[Post]:
    """The member's posts in force on a day, the oldest first."""
    return list(
        Post.objects.filter(member=member, from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
        .select_related("unit__agency")
        .order_by("from_on", "id")
    )


def context_of(member: Member, on: dt.date, unit_id: int | None = None) -> AccessContext | None:
    """The context in which a member acts: one unit at a time. None when the member holds no post on that day."""
    posts = posts_on(member, on)
    if not posts:
        return None
    chosen = next((post for post in posts if post.unit_id == unit_id), posts[0])
    return AccessContext(
        Actor.MEMBER,
        member_id=member.pk,
        unit_id=chosen.unit_id,
        agency_id=chosen.unit.agency_id,
        roles=tuple(sorted({post.role for post in posts if post.unit_id == chosen.unit_id})),
    )


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member with the posts that they hold, will hold and held, and how the account stands."""

    member: Member
    posts: tuple[Post, ...]
    coming: tuple[Post, ...]
    past: tuple[Post, ...]
    is_locked: bool


def members(on: dt.date, now: dt.datetime) -> list[MemberLine]:
    """Everybody, by bureau and unit of their oldest post in force, then by name; who holds no post comes last."""
    held: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.select_related("unit__agency").order_by("from_on", "pk"):
        held[post.member_id].append(post)
    found = [_line(member, held[member.pk], on, now) for member in Member.objects.order_by("name", "pk")]
    last = (10**9, 10**9)
    return sorted(
        found,
        key=lambda line: (line.posts[0].unit.agency_id, line.posts[0].unit_id) if line.posts else last,
    )


def member_line(member_id: int, on: dt.date, now: dt.datetime) -> MemberLine | None:
    """One member; None when there is no such."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        return None
    posts = Post.objects.filter(member=member).select_related("unit__agency").order_by("from_on", "pk")
    return _line(member, posts, on, now)


def _line(member: Member, posts: Iterable[Post], on: dt.date, now: dt.datetime) -> MemberLine:
    now_held, coming, past = [], [], []
    for post in posts:
        if post.until_on is not None and post.until_on < max(on, post.from_on):
            past.append(post)
        elif post.from_on > on:
            coming.append(post)
        else:
            now_held.append(post)
    locked = is_locked(SignInState(member.failed_sign_ins, member.locked_until), now)
    return MemberLine(member, tuple(now_held), tuple(coming), tuple(past), locked)


def post(post_id: int) -> Post | None:
    return Post.objects.filter(pk=post_id).select_related("member", "unit__agency").first()


def agency_ids() -> dict[str, int]:
    return dict(Agency.objects.values_list("code", "id"))


def office_of(agency_code: str) -> Unit:
    """The head office of a bureau. Raises Unit.DoesNotExist when the county has not set it up."""
    return Unit.objects.get(agency__code=agency_code, kind=Unit.Kind.OFFICE)


def centre_of_township(on: dt.date) -> dict[str, Unit]:
    """Township name to the welfare service centre that serves it on a day (003)."""
    rows = (
        Jurisdiction.objects.filter(from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
        .select_related("unit__agency", "township")
    )
    return {row.township.name: row.unit for row in rows}


def roles_of_members(on: dt.date) -> dict[int, str]:
    """Member to the role of their oldest post in force on a day: what their work is compared with."""
    rows = (
        Post.objects.filter(from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
        .order_by("-from_on", "-id")
        .values_list("member_id", "role")
    )
    return dict(rows)


def unit_names() -> dict[int, str]:
    """Every unit's name by its number, in the order of agencies."""
    return dict(Unit.objects.order_by("agency_id", "id").values_list("id", "name"))


def agency_names() -> dict[int, str]:
    """Every bureau's name by its number."""
    return dict(Agency.objects.order_by("id").values_list("id", "name"))


def county_name() -> str:
    """The county that this installation serves."""
    return str(settings.ANWANG_COUNTY)


def member_names(members: Iterable[int | None]) -> dict[int, str]:
    """Names by member number; who is not (any more) in the directory is left out."""
    wanted = {member for member in members if member is not None}
    return dict(Member.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def members_of_unit(unit_id: int, on: dt.date) -> dict[int, str]:
    """Who holds a post in a unit on a day, by number, in the order of their names."""
    rows = (
        Post.objects.filter(unit=unit_id, from_on__lte=on, member__is_active=True)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
        .order_by("member__name", "member_id")
        .values_list("member_id", "member__name")
    )
    return dict(rows)


def township_names() -> dict[str, str]:
    """Every township's name by its code."""
    return dict(Township.objects.order_by("code").values_list("code", "name"))
