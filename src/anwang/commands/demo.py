"""`anwang demo`: the demo county, its accounts, two months through the main job, and the web site."""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
import time
from pathlib import Path

from anwang.platform.home import Home

from .errors import CommandError
from .home import opened, say

SEED = 20260301


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
    """Every step can be repeated: a demo that was killed half-way goes on where it was."""
    from django.utils import timezone

    from anwang.agencies.actions import appoint
    from anwang.agencies.demo import DEMO_MEMBERS
    from anwang.agencies.models import Member
    from anwang.network.cocases.making import make_lists
    from anwang.people.linkage.running import run_linkage
    from anwang.people.rosters.actions import Loader, load_file
    from anwang.people.rosters.recognition import Given
    from anwang.platform.context import SYSTEM, acting
    from anwang.simulate.county import make_county
    from anwang.simulate.files import write_rosters

    home.write_state(demo="building")
    password = home.read_state().get("demo_password") or "anwang-" + secrets.token_hex(4)
    home.write_state(demo_password=password)
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
                    from_on=timezone.localdate().replace(month=1, day=1),
                )
    say(f"建立示範縣（{households} 戶） …")
    county = make_county(SEED, households)
    first = county.first
    loader = Loader(SYSTEM, "示範資料")
    with tempfile.TemporaryDirectory(dir=home.cache) as folder:
        for period in (first, first.next()):
            where = Path(folder) / period.roc
            where.mkdir()
            for path in write_rosters(county.month(period), where).values():
                say(f"載入 {path.name} …")
                load_file(path=path, file_name=path.name, given=Given(), loader=loader, now=timezone.now())
            say(f"比對與歸戶 {period.roc} …")
            run_linkage(by=SYSTEM, by_name="示範資料", now=timezone.now())
            say(f"產製 {period.roc} 名單 …")
            make_lists(period=period, by=SYSTEM, by_name="示範資料", now=timezone.now())
    home.write_state(demo="ready")


def _announce(home: Home) -> None:
    from anwang.agencies.demo import DEMO_MEMBERS

    say("示範帳號（密碼皆為 " + str(home.read_state().get("demo_password")) + "）：")
    for member in DEMO_MEMBERS:
        say(f"  {member.username:<20} {member.who}")
