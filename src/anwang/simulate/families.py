"""Fills the demo county's homes with families, elders, single people and institutions."""

from __future__ import annotations

import datetime as dt
import random

from . import names
from .places import Town
from .population import ADULT_AGE, Household, Person, Population
from .profile import People


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
        if (
            household.kind in ("couple", "couple_children")
            and rng.random() < people.second_generation_same_door
        ):
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
        births += [
            births[0] + dt.timedelta(days=rng.randint(400, 3000)) for _ in range(1 + (rng.random() < 0.2))
        ]
        father = made.add_absent(rng, "M", births[0] - dt.timedelta(days=9500), first)
        for birth in births:
            made.add_person(
                rng, home, rng.choice("MF"), min(birth, made.day), first, shared=shared, father=father.number
            )
    else:  # one person: elder_alone, single
        youngest, oldest = (65, 93) if home.kind == "elder_alone" else (20, 62)
        made.add_person(
            rng, home, rng.choice("MF"), _born(rng, made.day, youngest, oldest), names.surname(rng)
        )


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
    rng: random.Random,
    made: Population,
    home: Household,
    first: Person,
    second: Person | None,
) -> None:
    """Children under 18 of one or two parents, with twins, a shared character and usually the father's surname."""
    father = next((p for p in (first, second) if p and p.sex == "M"), None)
    mother = next((p for p in (first, second) if p and p.sex == "F"), None)
    named_after = father or mother or first
    surname = names.split(named_after.name)[0] or names.split(first.name)[0] or names.surname(rng)
    if rng.random() < made.people.child_other_surname:
        surname = (names.split(mother.name)[0] if mother and father else "") or names.surname(rng)
    limit = made.people.children_limit
    wanted = 1
    more = 1 - 1 / made.people.children_mean  # geometric with that mean
    while wanted < limit and rng.random() < more:
        wanted += 1
    shared = _shared(rng, made)
    oldest = min(17.9, min(p.age(made.day) for p in (first, second) if p) - 18.5)
    births: list[dt.date] = []
    while len(births) < wanted:
        age = max(oldest, 0.3) * rng.random() ** 0.7  # rather older: the samples have as many of 15 as of 3
        birth = _born(rng, made.day, age, age)
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
    parent.father, parent.mother = (
        (head.number, head.spouse) if head.sex == "M" else (head.spouse, head.number)
    )
    for _ in range(1 + (rng.random() < 0.35)):
        born = max(_born(rng, made.day, 0.5, 16), parent.birth + dt.timedelta(days=6600))
        made.add_person(
            rng, home, rng.choice("MF"), min(born, made.day), surname, shared=shared, father=parent.number
        )


def _parents_at_same_door(rng: random.Random, made: Population, home: Household) -> None:
    """The head's parents have their own household at another floor of the same door."""
    above = made.add_household(rng, "elder_couple", made.town.other_floor(rng, home.home))
    add_parents(rng, made, above, made.persons[home.members[0]], both=rng.random() < 0.7)
    elders = made.members(above)
    elders.sort(key=lambda p: p.sex != "M")
    above.members = [p.number for p in elders]
