"""As many records as a nation has, or a part of it, made in minutes: for measuring the matching alone.

Made-up persons with the demo county's names, numbers and doors (`crowd`), one to four records each, with slips as the
rosters have them. They are written as Parquet: the packed columns, the keys of the blocking rules, how common each name
is, and whose record each one is.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RECORDS_EACH = (0.45, 0.3, 0.15, 0.1)  # shares of persons with one, two, three and four records
# Shares of the second and further records.
NO_ID, ID_SLIP, NO_BIRTH, BIRTH_SLIP, NAME_SLIP, MOVED, NO_PLACE, OTHER_PHONE = .25, .02, .08, .03, .02, .1, .2, .3  # fmt: skip
MOST_ALIKE = (
    60  # records of one key; the pairs of larger groups grow with the square, and neither side compares them
)
RULES = ("id", "name_birth", "sound_year", "birthday_surname", "place", "phone")

AT_A_TIME = 100_000  # persons who are made into columns together

Ints = NDArray[np.integer[Any]]


def make_records(count: int, seed: int, path: Path, progress: Callable[[str], None]) -> int:
    """Writes `count` records to `path`; returns of how many persons they are."""
    import polars

    from anwang.people.linkage.packed import COLUMNS, KEY

    rng = np.random.default_rng(seed)
    each = 1 + rng.choice(len(RECORDS_EACH), count, p=RECORDS_EACH)
    persons = int(np.searchsorted(np.cumsum(each), count)) + 1
    progress(f"{persons:,} 人 …")
    facts = _persons(persons, seed)
    person = np.repeat(np.arange(persons), each[:persons])[:count]
    packed = {name: values[person] for name, values in facts.items() if name in COLUMNS}
    further = np.r_[False, person[1:] == person[:-1]]
    progress(f"{count:,} 筆紀錄 …")
    _slip(packed, facts, further, rng)
    del facts
    for name in COLUMNS:
        packed.setdefault(name, np.zeros(count, np.int32))
    packed["listing"] = packed["roster"] = rng.integers(1, 10, count)
    packed["stage"] = np.where(packed["year"] > 0, 1 + (packed["year"] < 2008), 0)
    whole = packed["whole_name"]
    share = np.bincount(whole, minlength=int(whole.max()) + 1)[whole] / count
    keys = _keys(packed)
    order = rng.permutation(count)
    columns: dict[str, NDArray[Any]] = {
        "person": person,
        "tf_whole_name": share,
        "tf_reference": np.ones(count),
    }
    columns |= {name: packed.pop(name).astype(np.int32) for name in COLUMNS}
    columns |= {KEY + name: keys.pop(name) for name in RULES}
    frame = polars.DataFrame({"unique_id": np.arange(count)})
    for name in list(columns):
        frame = frame.with_columns(polars.Series(name, columns.pop(name)[order]))
    frame.write_parquet(path)
    return persons


def _persons(count: int, seed: int) -> dict[str, Ints]:
    from anwang.standard.sounds import sound_of

    from .crowd import crowd

    codes: dict[Any, int] = {}
    tables = []
    everybody = crowd(count, seed)
    while some := list(itertools.islice(everybody, AT_A_TIME)):
        rows = []
        for one in some:
            # demo names have one character of surname but for a few; the first is taken for it
            surname, given = one.name[:1], [*one.name[1:3], one.name[3:]][: max(len(one.name) - 1, 0)]
            given += [""] * (3 - len(given))
            code = [codes.setdefault(part, len(codes) + 2) if part else 0 for part in (surname, *given)]
            sound = [codes.setdefault("/" + "".join(map(sound_of, part)), len(codes) + 2) if part else 0
                     for part in (surname, *given)]  # fmt: skip
            rows.append((
                code[0], sound[0], codes.setdefault(("name", one.name), len(codes) + 2), *code[1:], *sound[1:],
                sum(1 for part in given if part), 1 if one.id_number else 0, one.birth.year, one.birth.month,
                one.birth.day, 1 + (one.sex == "F"), _short(one.address), int(one.mobile),
                codes.setdefault(("road", one.township, one.address.split("號")[0][:9]), len(codes) + 2),
                *one.id_number.encode("ascii"),
            ))  # fmt: skip
        tables.append(np.array(rows, np.int32))
    names = ("surname", "surname_sound", "whole_name", "given_1", "given_2", "given_3", "sound_1", "sound_2", "sound_3",
             "length", "id_state", "year", "month", "day", "sex", "place", "phone_1", "road",
             *(f"id_{k}" for k in range(1, 11)))  # fmt: skip
    return {name: np.concatenate([table[:, k] for table in tables]) for k, name in enumerate(names)} | {
        "mobile_1": np.ones(count, np.int32)
    }


def _short(address: str) -> int:
    """A number for an address. There are too many to number them one by one; a few share theirs."""
    return zlib.crc32(address.encode()) & 0x7FFFFFFF or 1


def _slip(
    packed: dict[str, Ints], facts: dict[str, Ints], further: NDArray[np.bool_], rng: np.random.Generator
) -> None:
    """Slips in the further records of a person."""
    count = len(further)

    def some(share: float) -> Ints:
        return np.flatnonzero(further & (rng.random(count) < share))

    rows = some(NO_ID)
    packed["id_state"][rows] = 0
    rows = some(ID_SLIP)
    place = rng.integers(3, 11, len(rows))
    for k in range(3, 11):
        at = rows[place == k]
        packed[f"id_{k}"][at] = (
            ord("0") + (packed[f"id_{k}"][at] - ord("0") + rng.integers(1, 10, len(at))) % 10
        )
    rows = some(NO_BIRTH)
    for name in ("year", "month", "day"):
        packed[name][rows] = 0
    rows = some(BIRTH_SLIP)
    packed["day"][rows] = 1 + (packed["day"][rows] + rng.integers(1, 27, len(rows))) % 28
    rows = some(NAME_SLIP)
    other = rng.integers(0, len(facts["given_1"]), len(rows))
    packed["given_2"][rows], packed["sound_2"][rows] = facts["given_2"][other], facts["sound_2"][other]
    packed["whole_name"][rows] = int(facts["whole_name"].max()) + 1 + np.arange(len(rows))
    rows = some(MOVED)
    other = rng.integers(0, len(facts["place"]), len(rows))
    for name in ("place", "road"):
        packed[name][rows] = facts[name][other]
    packed["place"][some(NO_PLACE)] = 0
    rows = some(OTHER_PHONE)
    packed["phone_1"][rows] = 0


def _keys(packed: dict[str, Ints]) -> dict[str, Ints]:
    from anwang.people.linkage.engine.grouping import grouped
    from anwang.people.linkage.engine.keys import mix

    whole_id = np.zeros(len(packed["year"]), np.int64)
    for k in range(1, 11):
        whole_id = whole_id * 131 + packed[f"id_{k}"]
    birthday = mix(packed["year"], packed["month"], packed["day"])
    sound = mix(packed["surname_sound"], packed["sound_1"] + 1, packed["sound_2"] + 1)
    keys = {
        "id": np.where(packed["id_state"] > 0, mix(whole_id), 0),
        "name_birth": mix(packed["whole_name"], birthday),
        "sound_year": mix(sound, packed["year"]),
        "birthday_surname": mix(birthday, packed["surname"]),
        "place": mix(packed["place"]),
        "phone": mix(packed["phone_1"]),
    }
    for found in keys.values():
        groups = grouped(found)
        found[groups.order[np.repeat(groups.sizes > MOST_ALIKE, groups.sizes)]] = 0
    return keys
