"""A county with members, for tests: plain functions that a test calls, no magic."""

from __future__ import annotations

import datetime as dt
from functools import cache

from django.contrib.auth.hashers import make_password

from anwang.agencies.actions import appoint, establish_county, read_county
from anwang.agencies.demo import DEMO_MEMBERS
from anwang.agencies.models import Member
from anwang.agencies.queries import context_of
from anwang.platform.context import SYSTEM, AccessContext, acting

PASSWORD = "correct-horse-battery-115"  # noqa: S105 - of accounts that live as long as a test
FIRST_DAY = dt.date(2026, 1, 1)


@cache
def _hashed() -> str:
    """Hashing is slow on purpose; all test members share one hash."""
    return make_password(PASSWORD)


def establish(*usernames: str) -> None:
    """The county's organisation, and the members of these user names (all demo members when none is named)."""
    with acting(SYSTEM):
        establish_county(county=read_county())
        for member in DEMO_MEMBERS:
            if not usernames or member.username in usernames:
                appoint(
                    username=member.username,
                    name=member.name,
                    unit_code=member.unit,
                    roles=list(member.roles),
                    password=None,
                    from_on=FIRST_DAY,
                )
        Member.objects.update(password=_hashed())


def context(username: str, on: dt.date = dt.date(2026, 4, 25)) -> AccessContext:
    """The context in which a member acts."""
    with acting(SYSTEM):
        found = context_of(Member.objects.get(username=username), on)
    assert found is not None
    return found
