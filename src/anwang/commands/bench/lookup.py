"""`anwang bench lookup`: how long recognising a person takes while a report is typed, with a whole county's people.

Asked as an ordinary member under row security, each question once, in this process: what a page adds (the request, the
session) is measured by `anwang bench intake`. Also counted: how often the person meant is among those shown. Then the search
page's own search, as a member of the unit that has a record of everybody, and how large the keys are.

On a machine that does other work too, both processes wait for their turn; *p99 of its own* is without that waiting.
"""

from __future__ import annotations

import datetime as dt
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..home import opened, say
from .crowd import Someone, crowd, fill
from .processor import queued

PERSONS = 450_000
ASKED = 200  # of each sort
GOAL_MS = 10  # p99 of a look-up, of its own
GOAL_SEARCH_MS = 50  # p95 of a search
NATION = 23_000_000

PHONE, ADDRESS = "電話", "地址"

Facts = dict[str, str]


def _roc(day: dt.date) -> str:
    return f"{day.year - 1911}.{day.month}.{day.day}"


def _heard(who: Someone, rng: random.Random) -> str:
    from anwang.simulate.names import sounding_alike

    return who.name[:1] + "".join(rng.choice(sounding_alike(character)) for character in who.name[1:])


QUESTIONS: dict[str, Callable[[Someone, random.Random], Facts]] = {
    "姓名兩字": lambda who, rng: {"name": who.name[:2]},
    "姓名": lambda who, rng: {"name": who.name},
    "姓名、出生年": lambda who, rng: {"name": who.name, "birth": str(who.birth.year)},
    "姓名、約幾歲": lambda who, rng: {
        "name": who.name,
        "birth": f"約{2026 - who.birth.year + rng.choice((0, 1))}歲",
    },
    "姓名、鄉鎮市": lambda who, rng: {"name": who.name, "address": f"宜蘭縣{who.township}"},
    "聽來的姓名、出生年": lambda who, rng: {"name": _heard(who, rng), "birth": str(who.birth.year)},
    "出生日期": lambda who, rng: {"birth": _roc(who.birth)},
    "證號": lambda who, rng: {"id_number": who.id_number},
    "證號末四碼、姓名": lambda who, rng: {"name": who.name, "id_number": who.id_number[-4:]},
    PHONE: lambda who, rng: {"phone": who.mobile},
    ADDRESS: lambda who, rng: {"name": "某", "address": who.address},
    "全部": lambda who, rng: {
        "name": who.name,
        "birth": _roc(who.birth),
        "id_number": who.id_number,
        "phone": who.mobile,
        "address": who.address,
    },
}


TEXTS: dict[str, Callable[[Someone, random.Random], str]] = {
    "姓名前兩字": lambda who, rng: who.name[:2],
    "名字兩字": lambda who, rng: who.name[-2:],
    "名字兩字，同音": lambda who, rng: _heard(who, rng)[-2:],
    "姓名": lambda who, rng: who.name,
    "姓名與出生年": lambda who, rng: f"{who.name} {who.birth.year - 1911}年",
    "證號": lambda who, rng: who.id_number,
    "證號前六碼": lambda who, rng: who.id_number[:6],
    "末四碼": lambda who, rng: who.id_number[-4:],
    "生日": lambda who, rng: _roc(who.birth),
}


@dataclass(slots=True)
class Answers:
    """Times of one sort of question; `own`: without waiting for a processor."""

    seconds: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    found: int = 0
    first: int = 0

    @contextmanager
    def timed(self, database: int) -> Iterator[None]:
        """`database`: the number of the process that answers."""
        waited = queued() + queued(database)
        started = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - started)
        self.own.append(max(0.0, self.seconds[-1] - (queued() + queued(database) - waited)))

    @property
    def own_p99(self) -> float:
        return 1000 * statistics.quantiles(self.own, n=100)[98]

    def ms(self, percent: int) -> float:
        return 1000 * statistics.quantiles(self.seconds, n=100)[percent - 1]

    def line(self, name: str) -> str:
        figures = " | ".join(f"{self.ms(percent):.1f}" for percent in (50, 95, 99))
        asked = len(self.seconds)
        return f"| {name} | {figures} | {self.own_p99:.1f} | {1000 * max(self.seconds):.1f} | {self.found / asked:.0%} | {self.first / asked:.0%} |"


HEADER = "| typed | p50 ms | p95 ms | p99 ms | p99 of its own | most ms | shown | first |\n|" + " --- |" * 8


def bench_lookup(*, persons: int | None, home: Path | None, seed: int) -> int:
    """Fill a home (a temporary one, or the empty one given) and ask. Status 1 when a goal is missed."""
    count = persons or PERSONS
    with tempfile.TemporaryDirectory(prefix="anwang-lookup-") as folder:
        Path(folder).chmod(0o755)  # as root the server runs as another account, which must reach its data
        with opened(home or Path(folder) / "home", create=True):
            started = time.perf_counter()
            everybody = list(crowd(count, seed))
            from anwang.people.registry.models import Person
            from anwang.platform.context import SYSTEM, acting

            with acting(SYSTEM):
                is_filled = Person.objects.exists()
            if not is_filled:
                records = fill(everybody, seed)
                say(f"{count:,} 人、{records:,} 筆紀錄，{time.perf_counter() - started:.0f} 秒")
            answers = _ask(everybody, seed)
            searches = _search(everybody, seed)
            keys, size = _keys()
    for title, table in (("", answers), ("\nsearch\n", searches)):
        print(title + HEADER)
        for name, found in table.items():
            print(found.line(name))
    print(
        f"\nkeys: {keys:,} ({keys / count:.1f} a person), index {size / 2**30:.2f} GiB, a million persons"
        f" {size / count * 1e6 / 2**30:.2f} GiB, {NATION:,} {size / count * NATION / 2**30:.0f} GiB"
    )
    is_met = all(found.own_p99 <= GOAL_MS for found in answers.values()) and all(
        found.ms(95) <= GOAL_SEARCH_MS for found in searches.values()
    )
    return 0 if is_met else 1


def _keys() -> tuple[int, int]:
    """How many search keys there are, and the bytes of the index by which they are found."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select reltuples::bigint, pg_relation_size('search_key') from pg_class"
            " where oid = 'registry_searchkey'::regclass"
        )
        keys, size = cursor.fetchone()
        return int(keys), int(size)


def _database() -> int:
    """The process of the database that answers this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (process,) = cursor.fetchone()
        return int(process)


def _search(everybody: Sequence[Someone], seed: int) -> dict[str, Answers]:
    """As a member of 戶政, whose unit has a record of each person."""
    from anwang.agencies.models import Unit
    from anwang.people.linkage.searching import search
    from anwang.platform.context import SYSTEM, AccessContext, Actor, acting

    with acting(SYSTEM):
        unit = Unit.objects.get(code="civil_office")
    context = AccessContext(Actor.MEMBER, 1, unit.pk, unit.agency_id, ("social_worker",))
    today = dt.date(2026, 4, 25)
    database = _database()
    rng = random.Random(seed + 3)
    answers = {name: Answers() for name in TEXTS}
    for _ in range(ASKED):
        for name, text_of in TEXTS.items():
            who = rng.choice(everybody)
            text = text_of(who, rng)
            answer = answers[name]
            with answer.timed(database), acting(context):
                shown = [hit.person_id for hit in search(text, today=today)]
            answer.found += who.person in shown
            answer.first += shown[:1] == [who.person]
    return answers


def _ask(everybody: Sequence[Someone], seed: int) -> dict[str, Answers]:
    from anwang.agencies.models import Unit
    from anwang.people.linkage.lookup import find, warm
    from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
    from anwang.standard.codes import AgencyCode, OwnSource
    from anwang.standard.record import Period
    from anwang.standard.typed import typed_person

    with acting(SYSTEM):
        unit = Unit.objects.get(code="intake")
    context = AccessContext(Actor.MEMBER, 1, unit.pk, unit.agency_id, ("dispatcher",))
    now = dt.datetime(2026, 4, 25, 10, 0, tzinfo=dt.UTC)
    rng = random.Random(seed + 2)
    served = [who for who in everybody if who.is_served]
    database = _database()
    warm()
    gc.collect()
    gc.freeze()  # as the server does when it starts (web/wsgi.py)
    answers = {name: Answers() for name in QUESTIONS}
    for _ in range(ASKED):
        for name, facts_of in QUESTIONS.items():
            # the register knows no phones
            who = rng.choice(everybody if name != PHONE else served)
            facts: dict[str, Any] = facts_of(who, rng)
            answer = answers[name]
            with answer.timed(database), acting(context):
                typed = typed_person(
                    source=OwnSource.INTAKE_REPORT,
                    number="115-000001-1",
                    line=1,
                    agency=AgencyCode.SOCIAL,
                    period=Period(2026, 4),
                    **facts,
                )
                found = find(typed, context=context, by_name="量測", now=now)
            shown = [match.person_id for match in found.persons]
            homes = [match.household_id for match in found]
            answer.found += who.person in shown or (name == ADDRESS and who.household in homes)
            answer.first += shown[:1] == [who.person]
    return answers
