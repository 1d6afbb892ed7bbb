"""`anwang bench intake`: a county at work from the first call to the last visit, on the real server, under row security.

First each action by itself with few sessions, then two hundred sessions with the pauses that people make, then the same
without pauses: what the machine can do. All of them are ordinary members who signed in. The client is this process, the
server the process tree of `anwang serve`; both share the machine.
"""

from __future__ import annotations

import argparse
import gc
import os
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from anwang.platform.processors import usable_processors

from ..errors import CommandError
from ..home import say
from .busy_county import Morning, Size, prepare
from .busy_members import ACTIONS, members, only
from .pages import _place, _served, _share
from .processor import Spent, spent
from .sessions import Member, Session, Times, signed_in, work

ALONE_SESSIONS, ALONE_PAUSE = 2, 0.2
WARM_UP = 0.1  # of the seconds: answered before anything counts


@dataclass(slots=True)
class Found:
    """What was measured: each action alone, all together with pauses, all together without; and the processor time of
    the second part."""

    alone: Times = field(default_factory=Times)
    together: Times = field(default_factory=Times)
    flat_out: Times = field(default_factory=Times)
    spent: Spent | None = None


def bench_intake(given: argparse.Namespace) -> int:
    sessions, seconds, pause = given.sessions, given.seconds, given.pause
    if sessions < 1 or seconds <= 0 or pause <= 0 or given.open < 1:
        raise CommandError("--sessions、--seconds、--pause 與 --open 要大於 0。", 2)
    size = Size(duties=given.open)
    if given.persons:
        size = replace(size, persons=given.persons)
    password = secrets.token_urlsafe(18)
    load = os.getloadavg()[0]
    with _kept(given.home) as path:
        morning = prepare(path, size, given.seed, password, sessions)
        gc.collect()
        gc.freeze()  # what was made above is not looked through while answers are timed
        with _served(path) as address:
            found = measure(address, morning, password, sessions, seconds, pause, given.seed, path)
    print(table(found))
    print()
    for line in words(found, morning, sessions, pause, load):
        print(line)
    for times in (found.alone, found.together, found.flat_out):
        for (label, status), count in times.instead.items():
            say(f"{label}：{count} 次得到 {status or '沒有'} 回覆")
    return 1 if found.alone.failed or found.together.failed else 0


def _kept(home: Path | None) -> AbstractContextManager[Path]:
    return _place(None) if home is None else nullcontext(home)


def measure(
    address: str,
    morning: Morning,
    password: str,
    sessions: int,
    seconds: float,
    pause: float,
    seed: int,
    home: Path | None = None,
) -> Found:
    """Sign everybody in, then the three parts. Each action alone takes a tenth of `seconds`, at least two."""
    found = Found()
    staff = members(morning, sessions)
    say(f"{sessions} 人登入 …")
    with signed_in(address, staff, password, found.together) as seats:
        for label in ACTIONS:
            _alone(label, seats, staff, found.alone, max(2.0, seconds / 10), seed)
        say(f"{sessions} 個工作階段，每人平均每 {pause:g} 秒一次，{seconds:.0f} 秒 …")
        work(seats, staff, Times(), seconds=seconds * WARM_UP, pause=pause, seed=seed + 1)
        before = spent(home) if home else None
        work(seats, staff, found.together, seconds=seconds, pause=pause, seed=seed + 2)
        after = spent(home) if home else None
        found.spent = after.since(before) if before and after else None
        say(f"{sessions} 個工作階段不停頓，{seconds / 4:.0f} 秒 …")
        work(seats, staff, found.flat_out, seconds=seconds / 4, pause=0, seed=seed + 3)
    return found


def _alone(
    label: str, seats: Sequence[Session], staff: Sequence[Member], times: Times, seconds: float, seed: int
) -> None:
    """The first members who do this do nothing else; the first answer of each is not counted."""
    pairs = [(seat, each) for seat, member in zip(seats, staff, strict=True) if (each := only(member, label))]
    pairs = pairs[:ALONE_SESSIONS]
    if pairs:
        places, doing = [seat for seat, _ in pairs], [each for _, each in pairs]
        work(places, doing, Times(), seconds=min(1.0, seconds / 4), pause=ALONE_PAUSE, seed=seed)
        work(places, doing, times, seconds=seconds, pause=ALONE_PAUSE, seed=seed + 1)


def table(found: Found) -> str:
    """One line for each action: alone, together with pauses, without pauses."""
    alone, together, flat_out = found.alone, found.together, found.flat_out
    lines = [
        "| action | goal p95 | alone | p50 ms | p95 ms | together | p50 ms | p95 ms | p99 ms | slowest | errors"
        " | no pauses p50 | p95 ms |",
        "|" + " --- |" * 13,
    ]
    for label, (name, goal) in ACTIONS.items():
        cells = [
            f"{label} {name}",
            goal or "—",
            *_cells(alone, label, 0.5, 0.95),
            *_cells(together, label, 0.5, 0.95, 0.99, 1.0),
            alone.errors.get(label, 0) + together.errors.get(label, 0),
            *_cells(flat_out, label, 0.5, 0.95)[1:],
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _cells(times: Times, label: str, *shares: float) -> list[str]:
    """How many answers, and the milliseconds below which these shares of them lie."""
    found = sorted(times.milliseconds.get(label, []))
    return [str(len(found)), *(f"{_share(found, share):.0f}" if found else "—" for share in shares)]


def words(found: Found, morning: Morning, sessions: int, pause: float, load: float) -> list[str]:
    """What the figures are of: the county, the pauses, the machine."""
    counts = ", ".join(f"{count:,} {what}" for what, count in morning.counts.items())
    signed = sorted(found.together.milliseconds.pop("登入", [0.0]))
    return [
        f"County: {counts}; {morning.database}.",
        f"Alone: {ALONE_SESSIONS} sessions, {ALONE_PAUSE:g} s between requests of each.",
        f"Together: {sessions} sessions, one request each per {pause:g} s on average (exponential):"
        f" {_rate(found.together)}.",
        *_processor(found),
        f"No pauses: {sessions} sessions, each asks again at once: {_rate(found.flat_out)}.",
        f"Signing in, {len(signed)} members: p50 {_share(signed, 0.5):.0f} ms, p95 {_share(signed, 0.95):.0f} ms.",
        f"Machine: {machine(load)}; client and server share it.",
    ]


def _processor(found: Found) -> list[str]:
    used, answers = found.spent, found.together.answered
    if used is None or not answers:
        return []
    each = {
        "web server": used.web,
        "database": used.database,
        "job worker": used.worker,
        "client": used.client,
    }
    parts = ", ".join(f"{name} {1000 * seconds / answers:.1f} ms" for name, seconds in each.items())
    return [f"Processor time for each answer, together: {parts}."]


def _rate(times: Times) -> str:
    seconds = times.seconds or 1.0
    everything = sorted(ms for label in ACTIONS for ms in times.milliseconds.get(label, []))
    if not everything:
        return "nothing was answered"
    p50, p95, p99 = (_share(everything, share) for share in (0.5, 0.95, 0.99))
    return (
        f"{len(everything)} answers in {seconds:.0f} s ({len(everything) / seconds:.1f}/s), {times.failed} errors,"
        f" p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms"
    )


def machine(load: float) -> str:
    """Cores, memory, and how busy it was before."""
    cores = usable_processors()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} cores, {memory:.0f} GiB, load average {load:.1f} before"
