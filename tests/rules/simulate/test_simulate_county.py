"""The demo county is the same for a seed, plausible, and its truth speaks of real people."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import pytest

from anwang.simulate.county import County, make_county
from anwang.simulate.kinship import relation
from anwang.simulate.population import ADULT_AGE
from anwang.simulate.profiles import PROFILES, STANDARD
from anwang.simulate.services import MISSING, UNSTATED, UNTREATED
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import Period

MARCH, APRIL = Period(2026, 3), Period(2026, 4)


@pytest.fixture(scope="module", params=sorted(PROFILES))
def county(request: pytest.FixtureRequest) -> County:
    made = make_county(11, 600, PROFILES[request.param])
    made.month(APRIL)
    return made


def _cells(county: County, period: Period) -> dict:
    month = county.month(period)
    return {roster: [row.cells for row in sheet.rows] for roster, sheet in month.rosters.items()}


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_the_same_seed_gives_the_same_rows_in_any_order_of_asking(name: str) -> None:
    one, two = make_county(5, 120, PROFILES[name]), make_county(5, 120, PROFILES[name])
    one.month(MARCH)
    assert _cells(one, APRIL) == _cells(two, APRIL)
    assert _cells(one, MARCH) == _cells(two, MARCH)
    assert one.month(APRIL).truth == two.month(APRIL).truth
    assert _cells(make_county(6, 120, PROFILES[name]), MARCH) != _cells(one, MARCH)


def test_a_month_before_the_first_is_refused() -> None:
    with pytest.raises(ValueError, match="115-03"):
        make_county(1, 5).month(Period(2026, 2))
    with pytest.raises(ValueError, match="at least one"):
        make_county(1, 0)


def test_record_numbers_are_unique_and_say_nothing(county: County) -> None:
    months = [county.month(MARCH), county.month(APRIL)]
    numbers = [row.record_number for m in months for s in m.rosters.values() for row in s.good]
    assert len(numbers) == len(set(numbers))
    # the order of record numbers must not follow the order of households
    truth = months[0].truth
    pairs = sorted((int(record[-5:]), household) for record, household in truth.household_of.items())
    close = sum(a[1] == b[1] for a, b in itertools.pairwise(pairs))
    assert close < len(pairs) * 0.02


def test_the_truth_speaks_of_people_with_rows(county: County) -> None:
    for period in (MARCH, APRIL):
        month = county.month(period)
        truth = month.truth
        rows = [row for sheet in month.rosters.values() for row in sheet.good]
        assert set(truth.person_of) == {row.record_number for row in rows} == set(truth.household_of)
        visible = set(truth.person_of.values())
        for persons in (
            truth.xingfu,
            truth.high_risk_child,
            truth.high_risk_child_visible,
            truth.missing_child,
        ):
            assert persons <= visible
            assert {truth.person_of[r] for r in truth.records_of(persons)} == set(persons)
        assert truth.cocase_households <= set(truth.household_of.values())
        assert truth.cocase_agencies <= truth.cocase_households
        assert all(truth.roster_of[r].is_service for group in truth.cocase_records() for r in group)
        assert len(truth.cocase_records()) == len(truth.cocase_households)
        assert truth.xingfu
        for person in visible:
            assert not (county.population.persons[person].birth > period.last_day)


def test_every_list_has_someone_in_two_months(county: County) -> None:
    truths = [county.month(period).truth for period in (MARCH, APRIL)]
    assert any(t.missing_child for t in truths)
    assert any(t.high_risk_child for t in truths)
    assert any(t.high_risk_child != t.high_risk_child_visible for t in truths)


def test_the_lists_follow_the_plan(county: County) -> None:
    """001 參三(六)1(2)–(5), recomputed from the services of the last month."""
    truth, people = county.month(APRIL).truth, county.population
    services = county._book.open
    by_roster = {r: [s for s in services if s.roster is r] for r in RosterCode}
    relief = {s.person for s in by_roster[RosterCode.EMERGENCY_RELIEF]}
    for service in by_roster[RosterCode.SUICIDE_REPORT]:
        cause = service.details["suicide_cause"]
        if cause == "經濟因素" or (cause in UNSTATED and service.person in relief):
            assert service.person in truth.xingfu
    ill = {
        s.person
        for s in by_roster[RosterCode.HEALTH_CASE]
        if s.details["case_category"] == "藥癮" or s.details["care_status"] in UNTREATED
    }
    for number in truth.high_risk_child:
        child = people.persons[number]
        adults = [
            p
            for p in people.members(people.households[child.household])
            if p.age(APRIL.last_day) >= ADULT_AGE
        ]
        assert child.age(APRIL.last_day) < 6
        assert adults
        assert all(p.number in ill for p in adults)
    outreach = {
        s.person for s in by_roster[RosterCode.CHILD_OUTREACH] if s.details["visit_result"] == MISSING
    }
    assert outreach <= truth.missing_child


def test_homes_are_lived_in_and_kin_fit(county: County) -> None:
    people = county.population
    homes = [h.home for h in people.households.values() if h.members]
    assert len(homes) == len(set(homes))  # each household to the floor
    assert any(
        a.door == b.door for a, b in zip(sorted(homes, key=str), sorted(homes, key=str)[1:], strict=False)
    )
    for household in people.households.values():
        members = people.members(household)
        assert all(p.household == household.number and not p.died for p in members)
        if members and household.kind != "institution":
            head = members[0]
            assert head.age(people.day) >= ADULT_AGE
        for person in members:
            for parent in people.parents(person):
                assert (person.birth - people.persons[parent].birth).days > 16 * 365
                assert relation(people, person, people.persons[parent]) is Relation.CHILD
                assert relation(people, people.persons[parent], person) is Relation.PARENT


def test_names_and_numbers_of_foreign_and_indigenous_persons() -> None:
    people = make_county(3, 2_000, PROFILES["unseen"]).population
    foreign = [p for p in people.persons.values() if p.id_number[1] not in "12"]
    assert foreign
    assert any("氏" in p.name for p in foreign)
    assert any("．" in p.name for p in people.persons.values())
    assert any(h.kind == "institution" and len(h.members) >= 20 for h in people.households.values())
    doors = {h.number: h.home.door for h in people.households.values() if h.members}
    upstairs = [
        (p, parent)
        for p in people.persons.values()
        for parent in people.parents(p)
        if p.household in doors and people.persons[parent].household not in (0, p.household)
    ]
    assert upstairs  # the second generation at another floor of the same door
    assert all(doors[p.household] == doors[people.persons[parent].household] for p, parent in upstairs)
    by_number = {p.id_number for p in people.persons.values()}
    assert len(by_number) == len(people.persons)


def test_services_last_and_change_from_month_to_month(county: County) -> None:
    march, april = county.month(MARCH), county.month(APRIL)
    for roster, low, high in (
        (RosterCode.VULNERABLE_FAMILY, 0.7, 0.97),
        (RosterCode.HEALTH_CASE, 0.75, 1.0),
        (RosterCode.SUICIDE_REPORT, 0.02, 0.5),
    ):
        before = {row.person for row in march.rosters[roster].good}
        after = {row.person for row in april.rosters[roster].good}
        assert low <= len(before & after) / len(before) <= high
        assert after - before


def test_the_county_lives_on() -> None:
    eventful = dataclasses.replace(
        STANDARD,
        people=dataclasses.replace(
            STANDARD.people,
            move_monthly=0.2,
            death_monthly=0.01,
            birth_monthly=0.2,
            leave_monthly=0.2,
            rename_monthly=0.1,
        ),
    )
    county = make_county(9, 300, eventful)
    people = county.population
    before = {h.number: h.home for h in people.households.values()}
    names = {p.number: p.name for p in people.persons.values()}
    county.month(Period(2026, 8))
    homes = {h.number: h.home for h in people.households.values()}
    assert any(homes[n] != home for n, home in before.items())
    assert any(people.persons[n].name != name for n, name in names.items())
    assert any(p.died for p in people.persons.values())
    assert any(p.birth > dt.date(2026, 3, 31) for p in people.persons.values())
    assert len(homes) > len(before)
    for household in people.households.values():
        if household.members:
            assert people.persons[household.members[0]].age(people.day) >= ADULT_AGE
