"""`anwang bench worklist`: 我的今天 and 單位負荷 with 50,000 open duties, as ordinary members under row security.

A throwaway home is made with the county's units and members and no person in it. Two of five duties lie with one unit,
the others evenly with the rest; a fifth is overdue and has risen. The real server is asked by signed-in members.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from ..errors import CommandError
from ..home import opened, say
from .pages import _place, _served, _share
from .sessions import Member, Times, Visit, at_work, get

BUSY = "luodong"
"""The unit that has two of five duties."""
WORKERS = (
    "luodong.worker",
    "yilan.worker",
    "jiaoxi.worker",
    "suao.worker",
    "sanxing.worker",
    "health",
    "police",
)
SUPERVISORS = ("luodong.supervisor", "yilan.supervisor", "social.head")
GOALS = {
    "登入": None,
    "我的今天": 300,
    "我的今天（我的）": 300,
    "我的今天（逾期）": 300,
    "我的今天（第 20 頁）": 300,
    "升級給我的": 300,
    "單位負荷": 300,
    "單位待辦": 300,
}


def bench_worklist(given: argparse.Namespace) -> int:
    if given.sessions < 1 or given.seconds <= 0 or given.pause <= 0 or given.open < 1:
        raise CommandError("--sessions、--seconds、--pause 與 --open 要大於 0。", 2)
    if given.home is not None:
        raise CommandError("這項量測只在暫時的資料夾裡做，不能指定 --home：它會放進大量假的期限。", 2)
    password = secrets.token_urlsafe(18)
    with _place(None) as path:
        say(f"準備 {given.open:,} 件期限 …")
        plans = _seed(path, given.open, password)
        with _served(path) as address:
            members = [_member(number) for number in range(given.sessions)]
            say(f"{given.sessions} 個工作階段，{given.seconds:.0f} 秒 …")
            times = at_work(
                address, members, password, seconds=given.seconds, pause=given.pause, seed=given.seed
            )
    print(_table(times))
    print(
        f"\n{given.open:,} open duties; {given.sessions} sessions, a pause of {given.pause:g} s on average:"
        f" {times.answered} answers in {times.seconds:.0f} s ({times.answered / times.seconds:.0f}/s),"
        f" {times.failed} errors."
    )
    for label, plan in plans:
        print(f"\n{label}\n\n```\n{plan}\n```")
    return 1 if times.failed else 0


def _seed(path: Path, number: int, password: str) -> list[tuple[str, str]]:
    """The county, its members and the duties; and how PostgreSQL reads each view as a member of the busy unit."""
    with opened(path, create=True):
        from django.contrib.auth.hashers import make_password
        from django.db import connections
        from django.utils import timezone

        from anwang.agencies.actions import appoint, establish_county, read_county
        from anwang.agencies.demo import DEMO_MEMBERS
        from anwang.agencies.escalating import escalate
        from anwang.agencies.models import Member as Staff
        from anwang.agencies.queries import context_of
        from anwang.platform.context import SYSTEM, acting
        from anwang.platform.worklist import View, shown

        now = timezone.now()
        with acting(SYSTEM):
            establish_county(county=read_county())
            for each in DEMO_MEMBERS:
                appoint(
                    username=each.username,
                    name=each.name,
                    unit_code=each.unit,
                    roles=list(each.roles),
                    password=None,
                    from_on=dt.date(2026, 1, 1),
                )
            Staff.objects.update(password=make_password(password))
            _duties(number, now)
        escalate(now=now)
        with connections[
            "owner"
        ].cursor() as cursor:  # what autovacuum does within a minute on a running server
            cursor.execute("analyze platform_deadline")
        with acting(SYSTEM):
            member = context_of(Staff.objects.get(username=f"{BUSY}.supervisor"), timezone.localdate(now))
        assert member is not None
        plans = []
        with acting(member):
            for view in View:
                found = shown(view, unit_id=member.unit_id or 0, member_id=member.member_id, now=now)
                plans.append((view.label, found[:50].explain(analyze=True)))
        return plans


def _duties(number: int, now: dt.datetime) -> None:
    """`number` open duties in one statement: due from 20 days ago to 80 days ahead, half of them with an owner."""
    from django.db import connection

    from anwang.agencies.models import Post, Unit

    units = list(Unit.objects.order_by("pk").values_list("pk", "code"))
    busy = next(pk for pk, code in units if code == f"{BUSY}_center")
    rest = [pk for pk, _ in units if pk != busy]
    owners = dict(Post.objects.order_by("-pk").values_list("unit_id", "member_id"))
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_deadline (subject_kind, subject_id, rule_id, rule_label, label, citation, url,"
            " unit_id, owner_member_id, opened_at, started_at, due_at, term_kind, term)"
            " select 'bench', i::text, 'bench.' || i %% 7, '規則 ' || i %% 7, '示範事項第 ' || i || ' 件',"
            " '003 貳二(1/2)', '/', u, case when i %% 2 = 0 then (%s::jsonb ->> u::text)::bigint end, d, d,"
            " d + interval '24 hours', 'hours', 24 from (select i,"
            " case when i %% 5 < 2 then %s else (%s::bigint[])[i %% %s + 1] end u,"
            " %s::timestamptz + make_interval(mins => (i * 7919) %% 144000 - 28800) d"
            " from generate_series(1, %s) i) x",
            [json.dumps(owners), busy, rest, len(rest), now, number],
        )


def _member(number: int) -> Member:
    """Three of four are workers; the others are supervisors, one of them in the head office."""
    everybody: list[Visit] = [
        get("我的今天", "/"),
        get("我的今天（我的）", "/?view=mine"),
        get("我的今天（逾期）", "/?view=overdue"),
        get("我的今天（第 20 頁）", "/?page=20"),
    ]
    if number % 4:
        return Member(WORKERS[number % len(WORKERS)], everybody)
    more = [
        get("升級給我的", "/?view=risen"),
        get("單位負荷", "/load/"),
        get("單位待辦", "/load/duties/?state=overdue"),
    ]
    return Member(SUPERVISORS[number // 4 % len(SUPERVISORS)], [everybody[0], *more])


def _table(times: Times) -> str:
    lines = ["| page | answers | p50 ms | p95 ms | slowest ms | goal p95 |", "|" + " --- |" * 6]
    for label, goal in GOALS.items():
        found: Sequence[float] = sorted(times.milliseconds.get(label, []))
        if found:
            shares = [f"{_share(found, share):.0f}" for share in (0.5, 0.95, 1.0)]
            lines.append("| " + " | ".join(map(str, [label, len(found), *shares, goal or "—"])) + " |")
    return "\n".join(lines)
