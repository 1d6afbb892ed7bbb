"""Rows that are all alike, one institution, one name for thousands: an answer with a bounded number of pairs, never a square."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from anwang.people.linkage.blocking import CAP
from anwang.people.linkage.consolidate import consolidate
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.result import LinkageResult, LinkDecisions, Previous
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import StandardRecord

from .build import record

MANY = 3_000
NOW = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
R = RosterCode


def matched(rows: list[StandardRecord]) -> LinkageResult:
    records = dict(enumerate(rows, 1))
    found = consolidate(records, LinkDecisions(), Previous(), LinkageModel.load(), NOW)
    assert set(found.person_of) == set(found.household_of) == set(records)  # nothing is lost
    assert found.report["candidate_pairs"] <= 8 * CAP * max(len(rows), 1)
    return found


def birth(rng: random.Random) -> str:
    return f"{rng.randint(1936, 2020)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def a_name(rng: random.Random) -> str:
    return "".join(rng.choice(some) for some in ("王陳林黃李張", "小大志淑", "明美芬豪君"))


@pytest.mark.parametrize("lists", [1, 2])
def test_one_name_and_nothing_else(lists: int) -> None:
    rows = [record("王小明", roster) for roster in [*R][:lists] for _ in range(MANY)]
    found = matched(rows)
    assert found.report["skipped"]["name"] == len(rows)  # said, not passed over in silence
    assert len(found.records_of) == lists  # rows that say the same in one list cannot be told apart


def test_one_name_with_thousands_of_birthdays() -> None:
    rng = random.Random(3)
    rows = [record("王小明", birth=birth(rng)) for _ in range(MANY)]
    found = matched(rows)
    assert len(found.records_of) > MANY * 0.9  # another birthday is another person
    assert len(found.records_of) >= len({row.birth for row in rows}) * 0.99


def test_an_institution_is_one_household_of_many_persons() -> None:
    rng = random.Random(4)
    rows = [
        record(
            a_name(rng), R.HOUSEHOLD_REGISTER, birth=birth(rng), number="1號", household="共同事業戶1",
            relation=Relation.NOT_KIN,
        )
        for _ in range(800)
    ]  # fmt: skip
    found = matched(rows)
    assert len(found.households) == 1
    assert len(found.records_of) > 780


def test_thousands_at_one_door_and_one_telephone() -> None:
    rng = random.Random(5)
    rows = [
        record(a_name(rng), birth=str(rng.randint(1936, 2020)), number="1號", phone="0912345678")
        for _ in range(800)
    ]
    assert len(matched(rows).records_of) > 300


def test_rows_without_anything_but_a_surname() -> None:
    found = matched([record("王") for _ in range(500)] + [record("陳") for _ in range(3)])
    assert len(found.records_of) >= 2


def test_nothing() -> None:
    assert matched([]).report["records"] == 0
