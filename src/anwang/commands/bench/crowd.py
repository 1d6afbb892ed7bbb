"""A home with as many people as a county has, written in minutes: for measuring what grows with their number.

Seeded persons with the demo county's names, numbers and doors, one register row each and a service row for three in
ten, with households, services and search keys as a matching would have left them. They go in by COPY as the owner of
the tables: a demo county of that size would take hours to simulate, load and match.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PERIOD_ON = dt.date(2026, 3, 1)
SERVED = 0.3  # of the persons: a service row beside the register's
SIZES = (1, 2, 2, 3, 3, 4, 5)  # of households
_TABLES = (
    "registry_person",
    "registry_household",
    "registry_householdmembership",
    "registry_sourcerecord",
    "registry_touchpoint",
    "registry_searchkey",
)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as made, for asking about: numbers and facts as a worker might type them."""

    person: int
    household: int
    sex: str
    name: str
    birth: dt.date
    id_number: str
    mobile: str
    address: str
    township: str
    is_served: bool


def crowd(persons: int, seed: int) -> Iterator[Someone]:
    """Made-up persons, home by home."""
    from anwang.simulate import identity, names
    from anwang.simulate.places import COUNTY, Town
    from anwang.simulate.profile import People

    rng = random.Random(seed)
    people = People()
    town = Town(people)
    number = home = 0
    while number < persons:
        home += 1
        place = town.home(rng)
        street = "".join(
            (
                f"{place.lane}巷" if place.lane else "",
                f"{place.alley}弄" if place.alley else "",
                f"{place.number}號" if not place.sub_number else f"{place.number}之{place.sub_number}號",
                f"{place.floor}樓" if place.floor else "",
            )
        )
        address = f"{COUNTY}{place.township}{place.village}{place.road}{street}"
        surname = names.surname(rng)
        for place_at_home in range(min(rng.choice(SIZES), persons - number)):
            number += 1
            sex = rng.choice("MF")
            family = surname if place_at_home != 1 else names.surname(rng)
            yield Someone(
                number,
                home,
                sex,
                family + names.given(rng, people, sex),
                dt.date(1936, 1, 1) + dt.timedelta(days=rng.randrange(90 * 365)),
                identity.national(rng, sex),
                identity.mobile(rng),
                address,
                place.township,
                rng.random() < SERVED,
            )


def _records(everybody: Sequence[Someone], units: dict[str, tuple[int, int]], seed: int) -> Iterator[Any]:
    from anwang.standard.addresses import read_address
    from anwang.standard.codes import RosterCode, Sex
    from anwang.standard.dates import read_date
    from anwang.standard.identity import read_id_number
    from anwang.standard.names import read_name
    from anwang.standard.phones import read_phones
    from anwang.standard.record import Period, StandardRecord

    rng = random.Random(seed + 1)
    served = ("luodong_center", "yilan_center", "jiaoxi_center", "health_office", "police_office")
    service = {"health_office": RosterCode.HEALTH_CASE, "police_office": RosterCode.POLICE_VISIT}
    for who in everybody:
        rows = [("civil_office", RosterCode.HOUSEHOLD_REGISTER)]
        if who.is_served:
            unit = rng.choice(served)
            rows.append((unit, service.get(unit, RosterCode.VULNERABLE_FAMILY)))
        for unit, roster in rows:
            name = read_name(who.name)
            assert name is not None
            yield (
                who,
                units[unit],
                StandardRecord(
                    f"{roster[:2]}{who.person}",
                    roster.agency,
                    roster,
                    Period(PERIOD_ON.year, PERIOD_ON.month),
                    who.person,
                    name,
                    read_id_number(who.id_number),
                    read_date(who.birth),
                    Sex.MALE if who.sex == "M" else Sex.FEMALE,
                    read_phones(who.mobile) if roster.is_service else (),
                    read_address(who.address),
                    household_number="" if roster.is_service else f"G{who.household:07d}",
                ),
            )


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Foreign keys and plain indexes of the tables are dropped meanwhile and made again at the end, which checks and sorts
    all rows at once: row by row it takes four times as long."""
    tables = list(_TABLES)
    cursor.execute("set local maintenance_work_mem = '512MB'")
    cursor.execute(
        "select conrelid::regclass, conname, pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'f' and conrelid = any(%s::regclass[])",
        [tables],
    )
    foreign = cursor.fetchall()
    cursor.execute(
        "select indexrelid::regclass, pg_get_indexdef(indexrelid) from pg_index"
        " where indrelid = any(%s::regclass[]) and not indisunique",
        [tables],
    )
    indexes = cursor.fetchall()
    for table, name, _ in foreign:
        cursor.execute(f'alter table {table} drop constraint "{name}"')
    for name, _ in indexes:
        cursor.execute(f"drop index {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in foreign:
        cursor.execute(f'alter table {table} add constraint "{name}" {definition}')


def fill(everybody: Sequence[Someone], seed: int) -> int:
    """Write the crowd into the empty home that is open; returns how many records that made."""
    from django.db import connections, transaction

    from anwang.agencies.models import Unit
    from anwang.people.registry.search_keys import keys_of
    from anwang.platform.context import SYSTEM, acting
    from anwang.standard.serial import to_json

    with acting(SYSTEM):
        units = {
            code: (pk, agency) for code, pk, agency in Unit.objects.values_list("code", "pk", "agency_id")
        }
    now = dt.datetime(2026, 4, 25, tzinfo=dt.UTC)
    day = PERIOD_ON.isoformat()
    owner = connections["owner"]
    keys = [array("q") for _ in range(3)]  # a million persons have seventeen million
    touches: list[tuple[Any, ...]] = []
    with transaction.atomic(using="owner"), owner.cursor() as cursor, _without_indexes(cursor):
        for table in _TABLES:
            cursor.execute(f"alter table {table} no force row level security")

        def copy(target: str, rows: Iterator[tuple[Any, ...]]) -> None:
            with cursor.copy(f"copy {target} from stdin") as sink:
                for row in rows:
                    sink.write_row(row)

        copy("registry_person (id, created_at)", ((who.person, now) for who in everybody))
        homes = dict.fromkeys(who.household for who in everybody)
        copy("registry_household (id, created_at)", ((home, now) for home in homes))
        copy(
            "registry_householdmembership (person_id, household_id, from_on, evidence)",
            ((who.person, who.household, day, "[]") for who in everybody),
        )

        def rows() -> Iterator[tuple[Any, ...]]:
            for pk, (who, (unit, agency), record) in enumerate(_records(everybody, units, seed), 1):
                content = to_json(record)
                for key in keys_of(content):
                    for column, value in zip(keys, (pk, unit, key), strict=True):
                        column.append(value)
                if record.roster.is_service:
                    touches.append((who.person, agency, unit, record.roster.value, day, pk))
                yield (
                    pk, agency, unit, record.roster.value, day, record.record_number, record.line, 1,
                    json.dumps(content, ensure_ascii=False), str(pk), who.person, who.household, now,
                )  # fmt: skip

        copy(
            "registry_sourcerecord (id, agency_id, unit_id, roster, period, record_number, line, receipt, content,"
            " content_hash, person_id, household_id, accepted_at)",
            rows(),
        )
        copy("registry_searchkey (record_id, unit_id, key)", zip(*keys, strict=True))
        copy(
            "registry_touchpoint (person_id, agency_id, unit_id, programme, opened_on, record_id)",
            iter(touches),
        )
        for table in ("registry_person", "registry_household", "registry_sourcerecord"):
            cursor.execute(
                f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"  # noqa: S608
            )
        cursor.execute("set constraints all immediate")
        for table in _TABLES:
            cursor.execute(f"alter table {table} force row level security")
    with owner.cursor() as cursor:
        cursor.execute("vacuum analyze")
        cursor.execute("select reltuples::bigint from pg_class where relname = 'registry_sourcerecord'")
        (records,) = cursor.fetchone()
    return int(records)
