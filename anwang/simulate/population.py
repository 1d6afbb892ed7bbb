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

    @property
    def is_foreign(self) -> bool:
        return self.id_number[1] not in "12"


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
        made.indigenous = home.township in INDIGENOUS_TOWNSHIPS and rng.random() < self.people.indigenous_household
        self.households[made.number] = made
        return made

    def add_person(
        self, rng: random.Random, household: Household, sex: str, birth: dt.date, surname: str, *,
        foreign: bool = False, shared: str = "", father: int | None = None, mother: int | None = None,
    ) -> Person:  # fmt: skip
        people = self.people
        if foreign:
            name = names.foreign(rng)
            number = identity.resident(rng, sex, rng.random() < people.resident_number_new_form,
                                       rng.random() < people.resident_check_valid)  # fmt: skip
        else:
            number = identity.national(rng, sex)
            if household.indigenous and rng.random() < people.indigenous_traditional_name:
                name = names.indigenous(rng, sex)
            else:
                name = surname + names.given(rng, people, sex, shared)
        made = Person(len(self.persons) + 1, sex, birth, name, number, identity.mobile(rng), household.number,
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


def _born(rng: random.Random, day: dt.date, youngest: float, oldest: float) -> dt.date:
    """A birth date of a person between two ages (years; the day itself excluded)."""
    return day - dt.timedelta(days=int(rng.uniform(youngest, oldest) * 365.25) + 1)


def make_population(rng: random.Random, households: int, people: People, day: dt.date) -> Population:
    """`households` homes with their people as they live on `day`."""
    town = Town(people)
    made = Population(people, town, day)
    kinds, weights = list(people.kinds), list(people.kinds.values())
    for _ in range(households):
        _fill(rng, made, made.add_household(rng, rng.choices(kinds, weights)[0], town.home(rng)))
    for household in list(made.households.values()):
        if household.kind in ("couple", "couple_children") and rng.random() < people.second_generation_same_door:
            _parents_at_same_door(rng, made, household)
    for _ in range(round(households * people.institution_per_thousand / 1000)):
        home = made.add_household(rng, "institution", town.home(rng))
        for _ in range(rng.randint(20, 60)):
            made.add_person(rng, home, rng.choice("MF"), _born(rng, day, 45, 90), names.surname(rng))
    for household in list(made.households.values()):
        if rng.random() < people.moved_before:
            household.former_home = town.home(rng)
        for person in made.members(household):
            if rng.random() < people.register_elsewhere and person.number != household.members[0]:
                register_with_kin(rng, made, person)
    return made


def register_with_kin(rng: random.Random, made: Population, person: Person) -> None:
    """The person lives here and is registered elsewhere, as a rule under a number nobody else here has."""
    other = rng.randint(1, len(made.households))
    if other != person.household and made.households[other].kind != "institution":
        person.registered_in = other


def _fill(rng: random.Random, made: Population, home: Household) -> None:
    if home.kind in ("elder_couple", "couple", "couple_children", "three_generation"):
        _couple_home(rng, made, home)
    elif home.kind == "single_parent":
        sex = "M" if rng.random() < 0.4 else "F"
        parent = made.add_person(rng, home, sex, _born(rng, made.day, 25, 49), names.surname(rng))
        add_children(rng, made, home, parent, None)
    elif home.kind == "grandparent":
        _grandparent_home(rng, made, home)
    elif home.kind == "siblings":
        first, shared = names.surname(rng), _shared(rng, made)
        births = [_born(rng, made.day, ADULT_AGE + 1, 37)]
        births += [births[0] + dt.timedelta(days=rng.randint(400, 3000)) for _ in range(1 + (rng.random() < 0.2))]
        father = made.add_absent(rng, "M", births[0] - dt.timedelta(days=9500), first)
        for birth in births:
            made.add_person(rng, home, rng.choice("MF"), min(birth, made.day), first, shared=shared, father=father.number)
    else:  # one person: elder_alone, single
        youngest, oldest = (65, 93) if home.kind == "elder_alone" else (20, 62)
        made.add_person(rng, home, rng.choice("MF"), _born(rng, made.day, youngest, oldest), names.surname(rng))


def _couple_home(rng: random.Random, made: Population, home: Household) -> None:
    youngest, oldest = {"elder_couple": (66, 90), "couple": (24, 62)}.get(home.kind, (28, 50))
    head = made.add_person(rng, home, "M", _born(rng, made.day, youngest, oldest), names.surname(rng))
    widowed = home.kind == "three_generation" and rng.random() < 0.2
    spouse = None
    if not widowed:
        foreign = home.kind != "elder_couple" and rng.random() < made.people.foreign_spouse
        birth = head.birth + dt.timedelta(days=rng.randint(-700, 2600))
        birth = min(birth, _born(rng, made.day, 21, 24))
        spouse = made.add_person(rng, home, "F", birth, names.surname(rng), foreign=foreign)
        head.spouse, spouse.spouse = spouse.number, head.number
    if home.kind in ("couple_children", "three_generation"):
        add_children(rng, made, home, head, spouse)
    if home.kind == "three_generation":
        add_parents(rng, made, home, head, both=rng.random() < 0.5)


def add_parents(rng: random.Random, made: Population, home: Household, child: Person, both: bool) -> None:
    """The child's mother, father or both, living in `home`."""
    first, _ = names.split(child.name)
    mother = father = None
    one = "both" if both else rng.choice(("mother", "father"))
    base = child.birth - dt.timedelta(days=rng.randint(21 * 365, 33 * 365))
    if one != "father":
        mother = made.add_person(rng, home, "F", base, names.surname(rng))
        child.mother = mother.number
    if one != "mother":
        father = made.add_person(rng, home, "M", base - dt.timedelta(days=rng.randint(-300, 2000)),
                                 first or names.surname(rng))  # fmt: skip
        child.father = father.number
    if mother and father:
        mother.spouse, father.spouse = father.number, mother.number


def _shared(rng: random.Random, made: Population) -> str:
    wanted = rng.random() < made.people.sibling_shared_character
    return names.given(rng, made.people, "M")[0] if wanted else ""


def add_children(
    rng: random.Random, made: Population, home: Household, first: Person, second: Person | None, most: int | None = None
) -> None:
    """Children under 18 of one or two parents, with twins, a shared character and usually the father's surname."""
    father = next((p for p in (first, second) if p and p.sex == "M"), None)
    mother = next((p for p in (first, second) if p and p.sex == "F"), None)
    named_after = father or mother or first
    surname = names.split(named_after.name)[0] or names.split(first.name)[0] or names.surname(rng)
    limit = most or made.people.children_limit
    wanted = 1
    more = 1 - 1 / made.people.children_mean  # geometric with that mean
    while wanted < limit and rng.random() < more:
        wanted += 1
    shared = _shared(rng, made)
    oldest = min(17.9, min(p.age(made.day) for p in (first, second) if p) - 18.5)
    births: list[dt.date] = []
    while len(births) < wanted:
        birth = _born(rng, made.day, 0, max(oldest, 0.3))
        if any(abs((birth - b).days) < 300 for b in births):
            if rng.random() < 0.3 and len(births) >= 1:
                wanted -= 1
            continue
        births.append(birth)
        if rng.random() < made.people.twins:
            births.append(birth)
            wanted += 1
    for birth in sorted(births):
        made.add_person(rng, home, rng.choice("MF"), birth, surname, shared=shared,
                        father=father.number if father else None, mother=mother.number if mother else None)  # fmt: skip


def _grandparent_home(rng: random.Random, made: Population, home: Household) -> None:
    """Grandparents who bring up grandchildren; the generation between lives elsewhere and is not in the county."""
    head = made.add_person(rng, home, rng.choice("MF"), _born(rng, made.day, 55, 80), names.surname(rng))
    if rng.random() < 0.3:
        sex = "F" if head.sex == "M" else "M"
        other = made.add_person(rng, home, sex, head.birth + dt.timedelta(days=rng.randint(-900, 900)),
                                names.surname(rng))  # fmt: skip
        head.spouse, other.spouse = other.number, head.number
    surname, shared = names.split(head.name)[0] or names.surname(rng), _shared(rng, made)
    parent = made.add_absent(rng, "M", head.birth + dt.timedelta(days=rng.randint(7500, 9000)), surname)
    parent.father, parent.mother = (head.number, head.spouse) if head.sex == "M" else (head.spouse, head.number)
    for _ in range(1 + (rng.random() < 0.35)):
        born = max(_born(rng, made.day, 0.5, 16), parent.birth + dt.timedelta(days=6600))
        made.add_person(rng, home, rng.choice("MF"), min(born, made.day), surname, shared=shared, father=parent.number)


def _parents_at_same_door(rng: random.Random, made: Population, home: Household) -> None:
    """The head's parents have their own household at another floor of the same door."""
    above = made.add_household(rng, "elder_couple", made.town.other_floor(rng, home.home))
    add_parents(rng, made, above, made.persons[home.members[0]], both=rng.random() < 0.7)
    elders = made.members(above)
    elders.sort(key=lambda p: p.sex != "M")
    above.members = [p.number for p in elders]
