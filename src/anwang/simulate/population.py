"""Households and persons of the demo county as they truly are."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from . import identity, names
from .places import INDIGENOUS_TOWNSHIPS, Home, Town
from .profile import People

ADULT_AGE = 18  # 民法 12 since 112/1/1


@dataclass(slots=True)
class Person:
    """A person as he or she truly is. Numbers of persons and households are the simulation's own."""

    number: int
    sex: str  # M or F
    birth: dt.date
    name: str
    id_number: str
    mobile: str
    household: int
    father: int | None = None
    mother: int | None = None
    spouse: int | None = None
    former_name: str | None = None
    registered_in: int | None = None  # household of registration when it is not where the person lives
    register_number: str = ""  # 戶號 of a former home, where the person did not move the registration
    died: bool = False

    def age(self, day: dt.date) -> int:
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


@dataclass(slots=True)
class Household:
    """People who live together now. `members[0]` is the head (戶長)."""

    number: int
    kind: str
    home: Home
    register_number: str
    landline: str
    needy: bool
    members: list[int] = field(default_factory=list)
    former_home: Home | None = None
    indigenous: bool = False


@dataclass(slots=True)
class Population:
    """All persons and households by their number, dead and dissolved ones too."""

    people: People
    town: Town
    day: dt.date
    persons: dict[int, Person] = field(default_factory=dict)
    households: dict[int, Household] = field(default_factory=dict)
    _register_numbers: set[str] = field(default_factory=set)

    def members(self, household: Household) -> list[Person]:
        return [self.persons[n] for n in household.members]

    def parents(self, person: Person) -> set[int]:
        return {n for n in (person.father, person.mother) if n is not None}

    def add_household(self, rng: random.Random, kind: str, home: Home) -> Household:
        while (number := f"G{rng.randrange(10**7):07d}") in self._register_numbers:
            continue
        self._register_numbers.add(number)
        line = identity.landline(rng) if rng.random() < self.people.landline else ""
        made = Household(len(self.households) + 1, kind, home, number, line, rng.random() < self.people.needy)
        made.indigenous = (
            home.township in INDIGENOUS_TOWNSHIPS and rng.random() < self.people.indigenous_household
        )
        self.households[made.number] = made
        return made

    def add_person(
        self, rng: random.Random, household: Household, sex: str, birth: dt.date, surname: str, *,
        foreign: bool = False, shared: str = "", father: int | None = None, mother: int | None = None,
    ) -> Person:  # fmt: skip
        people = self.people
        if foreign:
            name = names.foreign(rng, people)
            number = identity.resident(rng, sex, rng.random() < people.resident_number_new_form,
                                       rng.random() < people.resident_check_valid)  # fmt: skip
        else:
            number = identity.national(rng, sex)
            if household.indigenous and rng.random() < people.indigenous_traditional_name:
                name = names.indigenous(rng, sex)
            else:
                name = surname + names.given(rng, people, sex, shared)
        mobile = "" if household.landline and rng.random() < people.no_mobile else identity.mobile(rng)
        made = Person(len(self.persons) + 1, sex, birth, name, number, mobile, household.number,
                      father, mother)  # fmt: skip
        if not foreign and rng.random() < people.renamed_before and made.age(self.day) >= 3:
            self.rename(rng, made)
        self.persons[made.number] = made
        household.members.append(made.number)
        return made

    def add_absent(self, rng: random.Random, sex: str, birth: dt.date, surname: str) -> Person:
        """Kin who does not live in the county and stands on no roster; links a grandchild or brothers."""
        name = surname + names.given(rng, self.people, sex)
        made = Person(len(self.persons) + 1, sex, birth, name, identity.national(rng, sex), "", 0)
        self.persons[made.number] = made
        return made

    def rename(self, rng: random.Random, person: Person) -> None:
        """Gives a new given name; the former one stays known."""
        first, rest = names.split(person.name)
        if not first:
            return
        new = names.given(rng, self.people, person.sex)
        if new != rest:
            person.former_name, person.name = person.name, first + new
