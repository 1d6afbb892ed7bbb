"""The county of `anwang bench intake` on a busy morning: its people, staff, open duties, reports and cases.

A home that is kept is filled once; a home that `anwang bench lookup` filled with the same people is gone on with.
Rows that nobody measured making are written in bulk, in the form in which the rooms write them.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CommandError
from ..home import opened, say
from .busy_rows import cases, open_reports, past_reports
from .crowd import Someone, crowd, fill

STATE = "bench_intake"
CENTRES = ("luodong_center", "yilan_center", "jiaoxi_center", "suao_center", "sanxing_center")
LIAISONS = ("health_office", "police_office", "education_office")
STAFF = 200
KNOWN = 100_000  # of the persons, home by home: whom reports and cases are about, and who is asked for
ASKED_FOR = 3_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much the county holds. `duties` counts every open deadline, those of reports and cases among them."""

    persons: int = 450_000
    duties: int = 50_000
    open_reports: int = 5_000
    past_reports: int = 40_000
    cases: int = 2_000

    def as_state(self) -> list[int]:
        return [self.persons, self.duties, self.open_reports, self.past_reports, self.cases]


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits at the session of a number: account, unit, role."""

    username: str
    unit: str
    role: str


def seat(number: int) -> Seat:
    """Of twenty members two are at the desk, two supervise, three are liaisons of other bureaus, the others social workers."""
    place, turn = number % 20, number // 20
    if place < 2:
        unit, role = "intake", "dispatcher"
    elif place < 4:
        unit, role = CENTRES[(turn * 2 + place) % len(CENTRES)], "supervisor"
    elif place < 7:
        unit, role = LIAISONS[place - 4], "liaison"
    else:
        unit, role = (*CENTRES, "protection")[(turn * 13 + place) % 6], "social_worker"
    return Seat(f"bench.{number}", unit, role)


@dataclass(frozen=True, slots=True)
class Morning:
    """What the members work on: people to ask for, reports by the unit that may open them, cases by the unit."""

    people: Sequence[Someone]
    reports: dict[str, list[int]]
    cases: dict[str, list[int]]
    counts: dict[str, int]
    database: str


def prepare(path: Path, size: Size, seed: int, password: str, sessions: int) -> Morning:
    """Fill the home if it is not filled, give every account of the benchmark this run's password, and look what is there.

    Raises CommandError for a home that holds anything else: nobody's data is measured with made-up reports.
    """
    with opened(path, create=True) as home:
        from anwang.people.registry.models import Person
        from anwang.platform.context import SYSTEM, acting

        filled = home.read_state().get(STATE)
        known = list(itertools.islice(crowd(size.persons, seed), KNOWN))
        if filled is None:
            with acting(SYSTEM):
                has_people = Person.objects.exists()
            if has_people:
                _check_same(known[0])
            else:
                _step(f"{size.persons:,} 人", lambda: fill(list(crowd(size.persons, seed)), seed))
            _staff(max(sessions, STAFF))
            _fill_rest(known, size, seed)
            home.write_state(**{STATE: {"seed": seed, "size": size.as_state()}})
        elif filled != {"seed": seed, "size": size.as_state()}:
            raise CommandError("這個資料夾裡的量測縣是用別的數量或種子做的；請改用另一個資料夾。")
        _staff(max(sessions, STAFF))
        _passwords(password)
        return _look(known, seed)


def _step(what: str, deed: Any) -> None:
    begun = time.perf_counter()
    deed()
    say(f"{what}：{time.perf_counter() - begun:.0f} 秒")


def _check_same(first: Someone) -> None:
    from anwang.people.registry.models import SourceRecord
    from anwang.platform.context import SYSTEM, acting
    from anwang.standard.serial import from_json

    with acting(SYSTEM):
        row = SourceRecord.objects.order_by("pk").first()
    number = from_json(row.content).id_number if row else None
    if number is None or number.text != first.id_number:
        raise CommandError("這個資料夾裡不是量測用的縣，不能放進假的通報與個案；請指定空的資料夾。")


def _staff(number: int) -> None:
    from anwang.agencies.actions import appoint
    from anwang.platform.context import SYSTEM, acting

    with acting(SYSTEM):
        for each in map(seat, range(number)):
            appoint(
                username=each.username,
                name=f"量測{each.username.removeprefix('bench.')}",
                unit_code=each.unit,
                roles=[each.role],
                password=None,
                from_on=dt.date(2026, 1, 1),
            )


def _passwords(password: str) -> None:
    from django.contrib.auth.hashers import make_password

    from anwang.agencies.models import Member
    from anwang.platform.context import SYSTEM, acting

    with acting(SYSTEM):
        Member.objects.filter(username__startswith="bench.").update(
            password=make_password(password), failed_sign_ins=0, locked_until=None
        )


def _fill_rest(known: Sequence[Someone], size: Size, seed: int) -> None:
    from django.db import connections
    from django.utils import timezone

    from anwang.agencies.escalating import escalate
    from anwang.platform.clock_models import OPEN, Deadline
    from anwang.platform.context import SYSTEM, acting

    from .worklist import _duties

    now = timezone.now()
    rng = random.Random(seed + 7)
    served = [who for who in known if who.is_served] or list(known)
    with acting(SYSTEM):
        _step(
            f"{size.past_reports:,} 件以前的通報", lambda: past_reports(served, size.past_reports, now, rng)
        )
        _step(
            f"{size.open_reports:,} 件待處理的通報", lambda: open_reports(known, size.open_reports, now, rng)
        )
        _step(f"{size.cases:,} 件個案", lambda: cases(served, size.cases, now, rng))
        rest = size.duties - Deadline.objects.filter(OPEN).count()
        if rest > 0:
            _step(f"{rest:,} 件其他期限", lambda: _duties(rest, now))
    escalate(now=now)
    with connections["owner"].cursor() as cursor:  # what autovacuum does within minutes on a running server
        cursor.execute("vacuum analyze")


def _look(known: Sequence[Someone], seed: int) -> Morning:
    from django.db import connection

    from anwang.agencies.models import Unit
    from anwang.people.registry.models import Person
    from anwang.platform.clock_models import OPEN, Deadline
    from anwang.platform.context import SYSTEM, acting
    from anwang.services.cases.models import Case
    from anwang.services.intake.models import Report, ReportReader

    rng = random.Random(seed + 8)
    with acting(SYSTEM):
        units = dict(Unit.objects.values_list("pk", "code"))
        waiting = Report.objects.filter(handled_at__isnull=True)
        reports: dict[str, list[int]] = {
            "intake": list(waiting.order_by("-pk").values_list("pk", flat=True)[:1000])
        }
        for pk, code in units.items():
            readable = ReportReader.objects.filter(unit_id=pk, until__isnull=True).order_by("-pk")
            reports.setdefault(code, []).extend(readable.values_list("report_id", flat=True)[:300])
        by_unit: dict[str, list[int]] = {code: [] for code in units.values()}
        for pk, unit in Case.objects.filter(closed_at__isnull=True).values_list("pk", "unit_id"):
            by_unit[units[unit]].append(pk)
        counts = {
            "persons": Person.objects.count(),
            "open duties": Deadline.objects.filter(OPEN).count(),
            "open reports": waiting.count(),
            "reports": Report.objects.count(),
            "open cases": sum(map(len, by_unit.values())),
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "select current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))"
            )
            version, bytes_used = cursor.fetchone()
    people = rng.sample(list(known), min(ASKED_FOR, len(known)))
    return Morning(people, reports, by_unit, counts, f"PostgreSQL {version}, {bytes_used}")
