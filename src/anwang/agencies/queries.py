"""Reads about who works: a member's context, units, and whom to call."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q

from anwang.platform.context import AccessContext, Actor

from .models import Agency, Jurisdiction, Member, Post, Unit


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


def county_name() -> str:
    """The county that this installation serves."""
    return str(settings.ANWANG_COUNTY)
