"""`anwang demo`: the demo county, its accounts, two months through the main job, five years of services, and the web site."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import secrets
import tempfile
import time
from pathlib import Path

from anwang.platform.home import Home

from .errors import CommandError
from .home import opened, say

SEED = 20260301
YEARS = 5
FIRST_MONTH_AGO, SECOND_MONTH_AGO = dt.timedelta(days=9), dt.timedelta(days=1)


def demo(given: argparse.Namespace) -> int:
    if given.households < 1:
        raise CommandError("--households 至少要 1 戶。", 2)
    begun = time.monotonic()
    with opened(given.home, create=True) as home:
        state = home.read_state()
        if not state.get("demo") and _has_records():
            raise CommandError(f"「{home.path}」已有真實資料，不能變成示範資料夾。請用 --home 指定別的位置。")
        if state.get("demo") != "ready":
            _build(home, given.households)
            say(f"示範縣完成，共 {time.monotonic() - begun:.0f} 秒。")
    _announce(home)
    if given.no_serve:
        return 0
    from anwang.platform.processes import serve as run

    return run(home, port=given.port)


def _has_records() -> bool:
    from anwang.people.registry.models import SourceRecord
    from anwang.platform.context import SYSTEM, acting

    with acting(SYSTEM):
        return SourceRecord.objects.exists()


def _build(home: Home, households: int) -> None:
    """Two months of the county, the last one under way, and the services of five years before. Every step can be
    repeated: a demo that was killed half-way goes on where it was, with the months that it began with."""
    from django.utils import timezone

    from anwang.agencies.actions import appoint
    from anwang.agencies.demo import DEMO_MEMBERS
    from anwang.agencies.models import Member
    from anwang.network.cocases.actions import remind_overdue
    from anwang.platform.context import SYSTEM, acting
    from anwang.simulate.county import make_county
    from anwang.standard.record import Period

    from .demo_month import live_month
    from .demo_past import begin_of_past, live_the_past

    today = timezone.localdate()
    state = home.read_state()
    password = state.get("demo_password") or "anwang-" + secrets.token_hex(4)
    first = Period.parse(state.get("demo_first") or Period(today.year, today.month).previous().previous().roc)
    done = list(state.get("demo_months", []))
    begin = begin_of_past(first, YEARS)
    home.write_state(demo="building", demo_password=password, demo_first=first.roc)
    os.environ["ANWANG_DEMO"] = "1"
    say("建立示範帳號 …")
    with acting(SYSTEM):
        for member in DEMO_MEMBERS:
            if not Member.objects.filter(username=member.username).exists():
                appoint(
                    username=member.username,
                    name=member.name,
                    unit_code=member.unit,
                    roles=list(member.roles),
                    password=password,
                    from_on=begin,
                )
    say(f"建立示範縣（{households} 戶） …")
    county = make_county(SEED, households, first=first)
    now = timezone.localtime()
    morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
    with tempfile.TemporaryDirectory(dir=home.cache) as folder:
        # The last month's rosters came yesterday; those of the month before so long ago that a receipt is overdue.
        for period, begun in ((first, morning - FIRST_MONTH_AGO), (first.next(), morning - SECOND_MONTH_AGO)):
            if period.roc not in done:
                live_month(county.month(period), Path(folder) / period.roc, begun, is_over=period == first)
                done.append(period.roc)
                home.write_state(demo_months=done)
    remind_overdue(now=now)
    live_the_past(county, (first, first.next()), begin=begin, seed=SEED, now=timezone.localtime())
    home.write_state(demo="ready")


def _announce(home: Home) -> None:
    from anwang.agencies.demo import DEMO_MEMBERS

    say("示範帳號（密碼皆為 " + str(home.read_state().get("demo_password")) + "）：")
    for member in DEMO_MEMBERS:
        say(f"  {member.username:<20} {member.who}")
