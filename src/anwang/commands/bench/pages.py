"""`anwang bench pages`: how long members wait for a page, on a demo home, the real server, and row security.

The demo county is made in a temporary home (or taken from `--home`), its own web server is started, and ordinary
members work at it: social workers who look up households, reviewers, the office that makes the lists. Then the same
pages in a real browser on a slow PC, where one is installed.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from anwang.platform.home import Home

from ..errors import CommandError
from ..home import opened, say
from .sessions import Member, Session, Times, Visit, at_work, decide, get, keep_draft, post

PORT = 18600
# What is measured, in the order of the table, and the milliseconds that the slowest of twenty (p95) may take.
GOALS: dict[str, int | None] = {
    "登入": None,
    "我的今天": 300,
    "家戶清單": 300,
    "家戶總覽": 300,
    "名冊": 300,
    "名單": 300,
    "名單內容": 300,
    "收到的名單": 300,
    "比對覆核": 300,
    "看一對": 300,
    "搜尋（兩個字）": 500,
    "搜尋（證號）": 500,
    "搜尋（電話）": 500,
    "存草稿": 150,
    "決定一對": 150,
}
WORKERS = ("luodong.worker", "yilan.worker", "jiaoxi.worker", "suao.worker", "sanxing.worker")


@dataclass(frozen=True, slots=True)
class Known:
    """What the members of one unit look for: names of two characters, identity numbers, phones, households."""

    names: Sequence[str]
    numbers: Sequence[str]
    phones: Sequence[str]
    households: Sequence[int]


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the home: what each worker knows, the pairs to review, the last month with lists, the accounts' password."""

    known: dict[str, Known]
    pairs: Sequence[int]
    period: str
    password: str


def bench_pages(given: argparse.Namespace) -> int:
    if given.sessions < 1 or given.seconds <= 0 or given.pause <= 0:
        raise CommandError("--sessions、--seconds 與 --pause 要大於 0。", 2)
    households = (given.households or [1500])[0]
    with _place(given.home) as path:
        _demo(path, households)
        facts = _facts(path)
        with _served(path) as address:
            members = _members(facts, given.sessions)
            say(f"{given.sessions} 個工作階段，{given.seconds:.0f} 秒 …")
            times = at_work(
                address, members, facts.password, seconds=given.seconds, pause=given.pause, seed=given.seed
            )
            print(_table(times))
            print(
                f"\n{given.sessions} sessions, a pause of {given.pause:g} s on average: {times.answered} answers in"
                f" {times.seconds:.0f} s ({times.answered / times.seconds:.0f}/s), {times.failed} errors."
                f" First page with all its files: {_first_page(address) / 1024:.1f} KiB on the wire."
            )
            for label, count in times.errors.items():
                say(f"{label}：{count} 次沒有得到應有的回覆")
            if not given.no_browser:
                from .browser import slow_pc

                print("\n" + slow_pc(address, facts.password, WORKERS[0], facts.known[WORKERS[0]].households))
    return 1 if times.failed else 0


@contextmanager
def _place(home: Path | None) -> Iterator[Path]:
    if home is not None:
        yield home
        return
    with tempfile.TemporaryDirectory(prefix="anwang-pages-") as name:
        os.chmod(name, 0o755)  # noqa: S103 - as root the server runs as another account, which must reach its data
        yield Path(name) / "home"


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("ANWANG_", "DATABASE_", "DJANGO_"))}


def _demo(path: Path, households: int) -> None:
    """Two months of the county, in a process of its own; nothing when the home has them already."""
    command = ["demo", "--no-serve", "--home", str(path), "--households", str(households)]
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "anwang", *command], stdout=sys.stderr, check=False, env=_environment()
    )
    if done.returncode:
        raise CommandError("示範縣沒有完成，無法量測。")


@contextmanager
def _served(path: Path) -> Iterator[str]:
    """The web site of the home, as `anwang serve` starts it; stopped at the end whatever happens."""
    server = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "anwang", "serve", "--home", str(path), "--port", str(PORT)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=_environment(),
    )
    try:
        assert server.stdout is not None
        if not server.stdout.readline():
            raise CommandError("網站沒有啟動，無法量測。")
        yield str(Home(path).read_state()["serving"])
    finally:
        server.terminate()
        server.communicate()


def _facts(path: Path) -> Facts:
    with opened(path) as home:
        from anwang.agencies.models import Unit
        from anwang.network.cocases.queries import months
        from anwang.people.linkage.queries import waiting_pairs
        from anwang.platform.context import SYSTEM, acting

        with acting(SYSTEM):
            units = {unit.code: unit.pk for unit in Unit.objects.all()}
            return Facts(
                known={name: _known(units[f"{name.partition('.')[0]}_center"]) for name in WORKERS},
                pairs=list(waiting_pairs().values_list("pk", flat=True)[:200]),
                period=months()[0].roc,
                password=str(home.read_state()["demo_password"]),
            )


def _known(unit_id: int) -> Known:
    from anwang.people.registry.models import SourceRecord, ViewGrant
    from anwang.standard.serial import from_json

    rows = SourceRecord.objects.filter(unit_id=unit_id, withdrawn_at__isnull=True).order_by("pk")[:500]
    records = [from_json(row.content) for row in rows]
    return Known(
        names=[r.name.text[:2] for r in records if len(r.name.text) >= 2 and not r.name.is_masked],
        numbers=[r.id_number.text for r in records if r.id_number and "*" not in r.id_number.text],
        phones=[phone.digits for r in records for phone in r.phones if phone.digits],
        households=list(
            ViewGrant.objects.filter(unit_id=unit_id)
            .order_by("household_id")
            .values_list("household_id", flat=True)
            .distinct()[:500]
        ),
    )


def _members(facts: Facts, sessions: int) -> list[Member]:
    """Seven of ten are social workers, two review, one makes the lists."""
    return [_member(facts, number) for number in range(sessions)]


def _member(facts: Facts, number: int) -> Member:
    place = number % 10
    draft = keep_draft("存草稿", f"/drafts/bench-{number}/", "訪視前了解就醫情形，" * 20)
    today = get("我的今天", "/")
    if place == 9:
        month = f"/lists/{facts.period}/"
        return Member("lists", [today, get("名單", month), get("名單內容", f"{month}cocase/"), draft])
    if place >= 7:
        # A pair each: two persons who decide the same pair wait for one another, as they should.
        reviewer = number // 10 * 2 + place - 7
        own = facts.pairs[reviewer % max(len(facts.pairs), 1) :][:1]
        review = [decide("決定一對", own), get("看一對", lambda c: f"/review/pairs/{c.choice(own)}/")]
        return Member(
            "data", [today, get("名冊", "/rosters/"), get("比對覆核", "/review/"), *(review if own else [])]
        )
    username = WORKERS[number % len(WORKERS)]
    known = facts.known[username]
    return Member(
        username,
        [
            today,
            get("家戶清單", "/households/"),
            get("家戶總覽", lambda c: f"/households/{c.choice(known.households)}/"),
            get("收到的名單", "/lists/received/"),
            _search("搜尋（兩個字）", known.names),
            _search("搜尋（證號）", known.numbers),
            _search("搜尋（電話）", known.phones),
            draft,
        ],
    )


def _search(label: str, words: Sequence[str]) -> Visit:
    return post(label, "/search/", lambda chance: {"q": chance.choice(words)})


def _first_page(address: str) -> int:
    """Bytes of the sign-in page and of every file that it names, as they come over the wire."""
    session = Session(address)
    page = session.ask("/sign-in/").body
    text = (gzip.decompress(page) if page[:2] == b"\x1f\x8b" else page).decode()
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    size = len(page) + sum(len(session.ask(path).body) for path in files)
    session.close()
    return size


def _table(times: Times) -> str:
    lines = [
        "| page | answers | p50 ms | p95 ms | slowest ms | goal p95 | KiB |",
        "|" + " --- |" * 7,
    ]
    for label, goal in GOALS.items():
        found = sorted(times.milliseconds.get(label, []))
        if found:
            size = sum(times.sizes[label]) / len(found) / 1024
            cells = [label, len(found), *(f"{_share(found, share):.0f}" for share in (0.5, 0.95, 1.0))]
            lines.append("| " + " | ".join(map(str, [*cells, goal or "—", f"{size:.1f}"])) + " |")
    return "\n".join(lines)


def _share(ordered: Sequence[float], share: float) -> float:
    """The value below which so large a share of the values lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
