"""A small county with a past for tests: its people, its staff, the deeds up to a moment."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from anwang.services.programs.loading import shipped
from anwang.simulate.county import County, make_county
from anwang.simulate.past.staff import appoint_colleagues
from anwang.simulate.past.telling import History, tell_history
from tests.county import establish

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = dt.datetime(2026, 4, 20, 14, 5, tzinfo=TAIPEI)
FIRST = dt.date(2025, 2, 1)


@cache
def county(households: int = 160) -> County:
    return make_county(115, households)


@cache
def told(households: int = 160, first: dt.date = FIRST, now: dt.datetime = NOW) -> History:
    return tell_history(115, county(households).population, shipped().on, first=first, now=now)


def everybody(first: dt.date = FIRST) -> None:
    """The county's organisation with all members at their posts since the beginning of the past."""
    from anwang.agencies.models import Post
    from anwang.platform.context import SYSTEM, acting

    establish()
    appoint_colleagues(from_on=first)
    with acting(SYSTEM):
        Post.objects.update(from_on=first)
