"""Whole counties: how much is found, and that nothing but the content of the rows decides."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from anwang.people.linkage.bands import EDGES, RIVAL, Band, band_of, lot
from anwang.people.linkage.consolidate import consolidate
from anwang.people.linkage.link_settings import LinkSettings
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.result import LinkageResult, LinkDecisions, Previous
from anwang.standard.record import StandardRecord

from .maker import County, Errors, make

NOW = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)


def run(
    records: Mapping[int, StandardRecord], previous: Previous | None = None, trained: bool = False
) -> LinkageResult:
    model = None if trained else LinkageModel.load()
    return consolidate(records, LinkDecisions(), previous or Previous(), model, NOW)


@cache
def small() -> tuple[County, LinkageResult]:
    county = make(150, seed=3)
    return county, run(county.records)


def f1(truth: Mapping[int, Hashable], found: Mapping[int, Hashable]) -> float:
    def pairs(labels: list[Hashable]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(labels).values())

    both = pairs([(truth[k], found[k]) for k in truth])
    return 2 * both / (pairs(list(truth.values())) + pairs([found[k] for k in truth]))


@pytest.mark.parametrize(("times", "persons", "homes"), [(1.0, 0.995, 0.99), (2.0, 0.975, 0.97)])
def test_persons_and_households_of_a_county_are_found(times: float, persons: float, homes: float) -> None:
    county = make(500, seed=21, errors=Errors().worse(times))
    result = run(county.records, trained=True)
    assert result.model.report["trained"] is True
    assert f1(county.person, result.person_of) >= persons
    assert f1(county.household, result.household_of) >= homes


def partition(labels: Mapping[int, int]) -> set[frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for key, label in labels.items():
        groups.setdefault(label, set()).add(key)
    return {frozenset(group) for group in groups.values()}


def test_neither_the_order_of_rows_nor_keys_nor_record_numbers_change_anything() -> None:
    county, first = small()
    rng = random.Random(1)
    keys = list(county.records)
    rng.shuffle(keys)
    new_key = {key: 50_000 + n for n, key in enumerate(keys)}
    shuffled = {
        new_key[key]: replace(
            county.records[key], record_number=f"Z{rng.random()}", line=rng.randint(1, 9_999)
        )
        for key in sorted(keys, key=lambda _: rng.random())
    }
    second = run(shuffled)
    for before, after in ((first.person_of, second.person_of), (first.household_of, second.household_of)):
        assert partition({new_key[key]: label for key, label in before.items()}) == partition(after)


def test_the_same_input_gives_the_same_result() -> None:
    county, first = small()
    second = run(county.records)
    assert (first.person_of, first.review, first.households) == (
        second.person_of,
        second.review,
        second.households,
    )


def test_every_record_has_a_person_and_a_household_and_every_person_one_home() -> None:
    county, result = small()
    assert set(result.person_of) == set(result.household_of) == set(county.records)
    homes = Counter(m.person for home in result.households.values() for m in home.memberships if m.current)
    assert set(homes) == set(result.records_of)
    assert set(homes.values()) == {1}
    assert all(m.evidence for home in result.households.values() for m in home.memberships)


def test_a_second_run_keeps_every_number() -> None:
    county, first = small()
    again = run(
        county.records,
        Previous(first.person_of, first.household_of, first.next_person, first.next_household),
    )
    assert again.person_of == first.person_of
    assert again.household_of == first.household_of
    assert (again.person_events, again.household_events) == ((), ())
    assert (again.next_person, again.next_household) == (first.next_person, first.next_household)


def test_a_new_month_keeps_the_numbers_of_those_who_were_there() -> None:
    county, _ = small()
    march = {key: r for key, r in county.records.items() if r.period.month == 3}
    first = run(march)
    both = run(
        county.records, Previous(first.person_of, first.household_of, first.next_person, first.next_household)
    )
    kept = sum(both.person_of[key] == first.person_of[key] for key in march)
    assert kept / len(march) > 0.99
    assert max(first.person_of.values()) < both.next_person


def test_the_bits_of_a_pair_add_up_to_its_probability() -> None:
    _, result = small()
    assert len(result.review) > 50
    for pair in result.review:
        total = sum(c.bits for c in pair.contributions)
        assert pair.probability == pytest.approx(1 / (1 + 2.0**-total), abs=1e-6)


def test_the_grey_band_is_reviewed_and_decisions_leave_it() -> None:
    county = make(200, seed=8, errors=Errors().worse(2.5))
    first = run(county.records)
    asked = [pair for pair in first.review if not pair.by_lot]
    assert asked
    for pair in asked:
        assert pair.probability >= first.model.review_from
        assert pair.linked == (first.person_of[pair.left] == first.person_of[pair.right])
        assert pair.linked == (pair.probability >= first.model.link_at and "另有其他人" not in pair.reason)
    assert all("同一人機率" in pair.reason for pair in first.review)
    pairs = [(p.left, p.right) for p in first.review]
    same = frozenset(p for p in pairs if county.person[p[0]] == county.person[p[1]])
    decided = LinkDecisions(must=same, cannot=frozenset(pairs) - same)
    second = consolidate(county.records, decided, Previous(), LinkageModel.load(), NOW)
    assert all(second.person_of[a] == second.person_of[b] for a, b in same)
    assert all(second.person_of[a] != second.person_of[b] for a, b in decided.cannot)
    assert not {(p.left, p.right) for p in second.review} & set(pairs)
    assert f1(county.person, second.person_of) >= f1(county.person, first.person_of)


def test_pairs_are_drawn_by_lot_in_every_band_and_counted() -> None:
    _, result = small()
    told = {band.number: band for band in map(Band.from_json, result.report["bands"])}
    links = sum(band.pairs for number, band in told.items() if number != RIVAL and EDGES[number] >= 0.6)
    # rows that say the same in one list are one person without any link
    copies = len(result.person_of) - len(result.records_of) - links
    assert 0 <= copies < 0.02 * links
    drawn = [pair for pair in result.review if pair.by_lot]
    numbers = Counter(band_of(p.probability, p.linked, result.model.link_at) for p in drawn)
    assert numbers[len(EDGES) - 1] >= 10, "the sure links, of which nobody would be asked otherwise"
    for pair in drawn:
        number = band_of(pair.probability, pair.linked, result.model.link_at)
        assert number is not None
        assert lot(pair.left, pair.right) < told[number].share
    doubtful = [p for p in result.review if 0.2 <= p.probability < 0.95]
    assert doubtful
    assert len({frozenset((p.left, p.right)) for p in result.review}) == len(result.review)
    assert all(told[number].share <= 1 for number in told)


def test_a_threshold_of_the_county_is_obeyed_and_kept_in_the_model() -> None:
    county, usual = small()
    strict = consolidate(
        county.records,
        LinkDecisions(),
        Previous(),
        LinkageModel.load(),
        NOW,
        settings=LinkSettings(0.99, draws=0),
    )
    assert strict.model.link_at == strict.report["link_at"] == 0.99
    assert usual.report["link_at"] == 0.6
    assert len(set(strict.person_of.values())) > len(set(usual.person_of.values()))
    linked = [pair for pair in strict.review if pair.linked]
    assert linked
    assert all(pair.probability >= 0.97 for pair in linked)


def test_no_records_at_all() -> None:
    result = run({})
    assert (result.person_of, result.households, result.review) == ({}, {}, ())


def test_decisions_outlive_all_records() -> None:
    decided = LinkDecisions(must=frozenset({(1, 2)}), cannot=frozenset({(1, 3)}))
    result = consolidate({}, decided, Previous(), LinkageModel.load(), NOW)
    assert result.person_of == {}
    assert result.report["decisions"]["gone"] == 2


def test_one_record() -> None:
    county, _ = small()
    key = min(county.records)
    result = run({key: county.records[key]}, trained=True)
    assert result.person_of == {key: 1}
    assert result.household_of == {key: 1}
    assert result.model.report["trained"] is False
