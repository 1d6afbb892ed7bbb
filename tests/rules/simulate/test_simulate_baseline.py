"""The opponent of `bench linkage --against splink`: a fair one, or the comparison says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from anwang.people.linkage.columns import RecordTable, tabulate
from anwang.simulate.baseline.households import households
from anwang.simulate.baseline.persons import persons
from anwang.simulate.scoring import Score, pairwise
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import StandardRecord
from tests.rules.linkage.build import APRIL, record
from tests.rules.linkage.maker import County, make

REGISTER = RosterCode.HOUSEHOLD_REGISTER


@cache
def linked() -> tuple[County, Mapping[int, int], Mapping[int, int]]:
    county = make(100, seed=5)
    table = tabulate(county.records)
    person = persons(table)
    home = households(table, person)
    keys = table.keys.tolist()
    return (
        county,
        dict(zip(keys, person.tolist(), strict=True)),
        dict(zip(keys, home.tolist(), strict=True)),
    )


def _score(truth: Mapping[int, int], found: Mapping[int, int]) -> Score:
    return pairwise({str(k): v for k, v in truth.items()}, {str(k): v for k, v in found.items()})


def test_most_persons_and_homes_of_a_small_county_are_found() -> None:
    county, person, home = linked()
    assert set(person) == set(county.records)
    people, homes = _score(county.person, person), _score(county.household, home)
    assert people.precision > 0.95
    assert people.recall > 0.93
    assert homes.precision > 0.95
    assert homes.recall > 0.9


def test_a_person_lives_in_one_home() -> None:
    _, person, home = linked()
    homes_of: dict[int, set[int]] = {}
    for key, who in person.items():
        homes_of.setdefault(who, set()).add(home[key])
    assert {len(found) for found in homes_of.values()} == {1}


def test_the_same_rows_give_the_same_persons() -> None:
    county, person, _ = linked()
    table = tabulate(county.records)
    again = persons(table)
    assert dict(zip(table.keys.tolist(), again.tolist(), strict=True)) == person


def test_no_record_and_one_record() -> None:
    for records in ({}, {4: record("王小明", id_number="A123456789")}):
        table = tabulate(records)
        person = persons(table)
        assert len(person) == len(households(table, person)) == len(records)


def _together(*rows: StandardRecord) -> list[list[int]]:
    """The homes of rows that are each another person's, by the rows' place in the call."""
    table: RecordTable = tabulate(dict(enumerate(rows)))
    home = households(table, np.arange(len(table)))
    groups: dict[int, list[int]] = {}
    for key, label in sorted(zip(table.keys.tolist(), home.tolist(), strict=True)):
        groups.setdefault(label, []).append(key)
    return sorted(groups.values())


HEAD = record("王大明", REGISTER, household="G1", relation=Relation.SELF, number="1")
NEIGHBOUR = record("李大同", REGISTER, household="G2", relation=Relation.SELF, number="9")


@pytest.mark.parametrize(
    ("rows", "homes"),
    [
        ((HEAD, record("陳美玉", REGISTER, household="G1", relation=Relation.SPOUSE)), [[0, 1]]),
        ((HEAD, record("陳美玉", number="1")), [[0, 1]]),
        ((HEAD, record("陳美玉", number="2")), [[0], [1]]),
        ((record("陳美玉", number="1", floor="3"), record("王小明", number="1", floor="3")), [[0, 1]]),
        ((record("陳美玉", number="1", floor="3"), record("王小明", number="1", floor="4")), [[0], [1]]),
        # at a door with floors an address without one says little of strangers, but something of one surname
        ((record("陳美玉", number="1"), record("王小明", number="1"), record("林一", number="1", floor="2")), [[0], [1], [2]]),
        ((record("王美玉", number="1"), record("王小明", number="1"), record("林一", number="1", floor="2")), [[0, 1], [2]]),
        ((record("王美玉", phone="0912345678"), record("陳小明", phone="0912345678", period=APRIL)), [[0, 1]]),
        ((HEAD, record("王小明", RosterCode.CHILD_OUTREACH, carer="王大明", number="3")), [[0, 1]]),
        ((HEAD, record("王小明", RosterCode.CHILD_OUTREACH, carer="王大明", number="3", road="中山路")), [[0], [1]]),
        # two 戶號 stay two homes, whatever else they share
        ((HEAD, record("王大同", REGISTER, household="G2", relation=Relation.SELF, number="1")), [[0], [1]]),
        # who is only registered with a family lives there, unless seen elsewhere
        ((HEAD, record("林外人", REGISTER, household="G1", relation=Relation.NOT_KIN)), [[0, 1]]),
        ((HEAD, NEIGHBOUR, record("林外人", REGISTER, household="G1", relation=Relation.NOT_KIN, number="9")), [[0], [1, 2]]),
    ],
)  # fmt: skip
def test_who_lives_together(rows: tuple[StandardRecord, ...], homes: list[list[int]]) -> None:
    assert _together(*rows) == homes
