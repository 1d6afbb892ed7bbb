"""What happens in the demo county from one month to the next: births, deaths, moves, new names and phones."""

from __future__ import annotations

import datetime as dt
import random

from anwang.standard.record import Period

from . import identity, names
from .population import ADULT_AGE, Household, Person, Population


def live_a_month(rng: random.Random, county: Population, period: Period) -> None:
    """Changes the population to how it is on the last day of `period`."""
    county.day = period.last_day
    people = county.people
    for household in list(county.households.values()):
        if not household.members:
            continue
        for person in county.members(household):
            _grow_old(rng, county, household, person)
            if rng.random() < people.rename_monthly:
                county.rename(rng, person)
            if person.mobile and rng.random() < people.phone_change_monthly:
                person.mobile = identity.mobile(rng)
        _give_birth(rng, county, household, period)
        if household.members and rng.random() < people.move_monthly:
            household.former_home, household.home = household.home, county.town.home(rng)
        _leave_home(rng, county, household)


def _grow_old(rng: random.Random, county: Population, household: Household, person: Person) -> None:
    """Death. A household whose last adult dies keeps its children only with another adult, so carers do not die."""
    age = person.age(county.day)
    if rng.random() >= county.people.death_monthly * (10 if age >= 65 else 1):
        return
    adults = [p for p in county.members(household) if p.age(county.day) >= ADULT_AGE and p is not person]
    if not adults and len(household.members) > 1:
        return
    person.died = True
    household.members.remove(person.number)
    if person.spouse is not None:
        county.persons[person.spouse].spouse = None
    if household.members:  # the oldest adult becomes head
        head = min(adults, key=lambda p: p.birth).number
        household.members.remove(head)
        household.members.insert(0, head)


def _give_birth(rng: random.Random, county: Population, household: Household, period: Period) -> None:
    if household.kind == "institution":
        return
    for mother in county.members(household):
        if mother.sex != "F" or not 20 <= mother.age(county.day) <= 42:
            continue
        if mother.spouse is None or rng.random() >= county.people.birth_monthly:
            continue
        father = county.persons[mother.spouse]
        siblings = [p for p in county.members(household) if p.mother == mother.number]
        if any((period.last_day - p.birth).days < 300 for p in siblings):
            continue
        birth = period.first_day + dt.timedelta(
            days=rng.randrange((period.last_day - period.first_day).days + 1)
        )
        surname = names.split(father.name)[0] or names.split(mother.name)[0] or names.surname(rng)
        for _ in range(1 + (rng.random() < county.people.twins)):
            county.add_person(rng, household, rng.choice("MF"), birth, surname, father=father.number,
                              mother=mother.number)  # fmt: skip


def _leave_home(rng: random.Random, county: Population, household: Household) -> None:
    """A grown child or brother moves out; half of them leave the registration (戶籍) behind."""
    for person in county.members(household)[1:]:
        if household.kind == "institution" or person.spouse is not None or len(household.members) < 2:
            continue
        if not ADULT_AGE + 1 <= person.age(county.day) <= 40 or rng.random() >= county.people.leave_monthly:
            continue
        if any(person.number in county.parents(p) for p in county.members(household)):
            continue
        new = county.add_household(rng, "single", county.town.home(rng))
        household.members.remove(person.number)
        new.members.append(person.number)
        person.household = new.number
        person.registered_in = household.number if rng.random() < 0.5 else None
