"""`anwang bench kills --deeds`: the daily deeds on the running server, killed at any moment, and then sent again.

A small county is served as `anwang serve` does it; ordinary members send the forms of their day one after the other.
While a form is under way a part of the server is killed, in turn another part; the site comes back, what was answered
must be there and nothing may contradict another; then the same form is sent again, and the deed is there exactly once.
"""

from __future__ import annotations

import os
import random
import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from ..errors import CommandError
from ..home import opened, say
from .case_deeds import DEEDS
from .deeds import STAFF, Desks, Ready, desks
from .events_told import looked, receiver, send_events, wait_for_events
from .kills import Tally, clean_environment
from .running import VICTIMS, Site
from .sessions import Answer, Session

LOOPBACK = "ANWANG_WEBHOOK_LOOPBACK"
HEADER = (
    "| deed | kills | amid the work | lost | doubled | inconsistent | not finished by repeating |\n"
    "|" + " --- |" * 7
)
QUICK = ("dispatch", "visit", "report, form with a file", "second return", "accepting")
QUICK_VICTIMS = ("database backend", "whole site", "web workers")
_GROWTH = 1.1
_TRIES = 10


@dataclass(slots=True)
class Outcome:
    """What became of all kills. `unanswered_done`: the deed stood there though its sender was not told."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in DEEDS})
    victims: Counter[str] = field(default_factory=Counter)
    unanswered_done: int = 0
    unanswered_undone: int = 0
    events: int = 0
    events_lost: int = 0
    log_rows: int = 0
    log_is_sound: bool = False

    @property
    def is_sound(self) -> bool:
        return self.log_is_sound and not self.events_lost and all(t.is_sound for t in self.tallies.values())

    def text(self) -> str:
        lines = [HEADER]
        for name, tally in self.tallies.items():
            if not tally.points:
                continue
            cells = (name, tally.points, tally.amid, tally.lost, tally.doubled, tally.inconsistent, tally.unfinished)  # fmt: skip
            lines.append("| " + " | ".join(map(str, cells)) + " |")
        killed = ", ".join(f"{name} {self.victims[name]}" for name in VICTIMS if self.victims[name])
        lines.append(
            f"\nKilled: {killed}. Without an answer: {self.unanswered_done} done, {self.unanswered_undone} not done."
            f" Events for other systems: {self.events}, not arrived {self.events_lost}."
            f" Log: {self.log_rows} rows, {'sound' if self.log_is_sound else 'BROKEN'}."
        )
        return "\n".join(lines)


def bench_deeds(*, points: int, seed: int, quick: bool) -> int:
    """`points` kills in a temporary home, printed as a table. Status 1 when anything was lost, doubled or contradictory.

    `quick` is for the suite: five of the deeds, and no waiting until the job worker takes up what a killed one left
    (two minutes); what waits in the outbox is sent by this process instead.
    """
    if points < 1:
        raise CommandError("--points 至少要 1。", 2)
    os.environ[LOOPBACK] = "1"
    with tempfile.TemporaryDirectory(prefix="anwang-deeds-") as name:
        os.chmod(name, 0o755)  # noqa: S103 - as root the server runs as another account, which must reach its data
        path = Path(name) / "home"
        with opened(path, create=True), receiver() as (address, received):
            outcome = _killed_day(path, address, received, points, random.Random(seed), quick)
    print(outcome.text())
    for deed, tally in outcome.tallies.items():
        for problem, times in tally.problems.items():
            say(f"{deed}：{problem} × {times}")
    return 0 if outcome.is_sound else 1


def _killed_day(
    path: Path, receiver: str, received: set[str], points: int, chance: random.Random, quick: bool
) -> Outcome:
    password, outcome = secrets.token_urlsafe(12), Outcome()
    token = staff(password, receiver)
    site = Site(path, {**clean_environment(), LOOPBACK: "1"})
    site.start()
    try:
        desk = desks({who: _signed_in(site, who, password) for who in STAFF}, token, site.address)
        deeds, victims = list(QUICK if quick else DEEDS)[:points], list(QUICK_VICTIMS if quick else VICTIMS)
        seconds = {name: _undisturbed(DEEDS[name], desk) for name in deeds}
        for point in range(points):
            # Every deed meets every part of the server, however many points there are of each.
            name = deeds[point % len(deeds)]
            victim = victims[(point + point // len(deeds)) % len(victims)]
            _point(name, victim, site, desk, chance, outcome, seconds)
            if point % 10 == 9:
                say(f"{point + 1}／{points}")
        if not quick:
            wait_for_events(received)
    finally:
        site.stop()
    if quick:
        send_events()
    _close_the_books(outcome, received)
    return outcome


def staff(password: str, receiver: str) -> str:
    """The members who do the deeds, and another system that reports and is told; returns its token."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from anwang.agencies.actions import appoint
    from anwang.agencies.models import Member, Unit
    from anwang.exchange import actions
    from anwang.exchange.rules import Scope
    from anwang.platform.context import SYSTEM, acting

    by: dict[str, Any] = {"by": SYSTEM, "by_name": "量測", "now": timezone.now()}
    with acting(SYSTEM):
        for who, (unit, role) in STAFF.items():
            appoint(
                username=f"bench.{who}",
                name=who,
                unit_code=unit,
                roles=[role],
                password=None,
                from_on=timezone.localdate(),
            )
        Member.objects.update(password=make_password(password))
        desk = Unit.objects.get(code="intake").pk
        scopes = [scope.value for scope in Scope]
        system = actions.add_system(name="量測系統", unit_id=desk, scopes=scopes, calls_per_minute=1000, **by)
        actions.subscribe(system_id=system.pk, url=receiver, **by)
        return str(actions.make_token(system_id=system.pk, days=7, **by)[1])


def _signed_in(site: Site, who: str, password: str) -> Session:
    session = Session(site.address)
    if session.sign_in(f"bench.{who}", password).status != 302:
        raise CommandError("無法登入，無法量測。")
    session.close()
    return session


def _undisturbed(make: Callable[[Desks], Ready], desk: Desks) -> float:
    """Seconds that a deed takes when nobody kills anything. Raises CommandError when it is not done then."""
    ready = make(desk)
    begun = time.monotonic()
    answer = ready.send()
    seconds = time.monotonic() - begun
    if not ready.is_done(answer) or _done(ready) != 1:
        raise CommandError(f"{make.__name__}：{answer.status} {answer.location}，無法量測。")
    _rest(desk)
    return seconds


class _Sender(threading.Thread):
    """Sends a form; `answer` is None as long as nobody answered."""

    def __init__(self, send: Callable[[], Answer]) -> None:
        super().__init__(daemon=True)
        self._send, self.answer = send, None

    answer: Answer | None

    def run(self) -> None:
        with suppress(OSError, HTTPException):
            self.answer = self._send()


def _point(
    name: str,
    victim: str,
    site: Site,
    desk: Desks,
    chance: random.Random,
    outcome: Outcome,
    seconds: dict[str, float],
) -> None:
    from .looking_at_deeds import deed_problems

    tally, ready = outcome.tallies[name], DEEDS[name](desk)
    aimed = site.aim(victim, chance)
    sender = _Sender(ready.send)
    begun = time.monotonic()
    sender.start()
    sender.join(chance.uniform(0.02, 1.0) * seconds[name])
    at_work = sender.is_alive()
    site.kill(aimed())
    tally.points, tally.amid = tally.points + 1, tally.amid + at_work
    outcome.victims[victim] += 1
    # The moments follow the machine, as in `kills`.
    seconds[name] = seconds[name] * _GROWTH if at_work else min(seconds[name], time.monotonic() - begun)
    sender.join()
    site.back()
    desk.address = site.address
    _rest(desk)

    def count(sound: bool, column: str, problem: str) -> None:
        if not sound:
            setattr(tally, column, getattr(tally, column) + 1)
            tally.problems[f"{problem}（{victim}）"] += 1

    told = sender.answer is not None and ready.is_done(sender.answer)
    times = _done(ready)
    if not told:
        outcome.unanswered_done += times > 0
        outcome.unanswered_undone += times == 0
    count(times > 0 or not told, "lost", "answered and not there")
    count(times <= 1, "doubled", "done twice")
    for problem in looked(deed_problems):
        count(False, "inconsistent", problem)
    again = _sent_again(ready, desk)
    count(again is not None and again.status < 500, "unfinished", "no answer when repeated")
    times = _done(ready)
    count(times > 0, "unfinished", f"not done when repeated, {again.status if again else 0}")
    count(times <= 1, "doubled", "done twice by repeating")
    for problem in looked(deed_problems):
        count(False, "inconsistent", f"after repeating: {problem}")


def _rest(desk: Desks) -> None:
    for session in desk.sessions.values():
        session.close()


def _sent_again(ready: Ready, desk: Desks) -> Answer | None:
    """The same form once more, as often as the site says that it cannot just now."""
    answer = None
    for _ in range(_TRIES):
        with suppress(OSError, HTTPException):
            answer = ready.send()
            if answer.status < 500:
                break
        time.sleep(0.3)
        _rest(desk)
    _rest(desk)
    return answer


def _done(ready: Ready) -> int:
    return int(looked(ready.done))


def _close_the_books(outcome: Outcome, received: set[str]) -> None:
    """Every event arrived, and the log's chain holds over all rows (sealed as if it were a quarter of an hour later)."""
    import datetime as dt

    from django.utils import timezone

    from anwang.platform import audit
    from anwang.platform.models import OutboxEvent

    def look() -> None:
        keys = {str(key) for key in OutboxEvent.objects.values_list("key", flat=True)}
        outcome.events, outcome.events_lost = len(keys), len(keys - received)
        audit.seal(now=timezone.now() + dt.timedelta(minutes=15))
        log = audit.verify()
        outcome.log_rows, outcome.log_is_sound = log.rows, log.is_sound

    looked(look)
