"""Records that were kept while a matching ran: the matching has not read them, and must not leave them behind.

A matching of a large county takes minutes and nobody at an intake desk waits for it. When it comes to writing, it shuts
the registry for that moment (`registry.keeping.lock_homes`) and says of every record that came meanwhile whom it is
about now, for the persons it was given to may have been merged, split or moved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from anwang.people.registry.models import HouseholdMembership, SourceRecord
from anwang.people.registry.queries import OWN_SOURCES


@dataclass(frozen=True, slots=True)
class Found:
    """What the matching found, in the database's numbers: of each record that it read the person, of each person in
    use the home now, and which numbers went into which."""

    person_of: Mapping[int, int]
    home_of: Mapping[int, int]
    person_into: Mapping[int, int]
    household_into: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Adopted:
    """Of each late record the person and the home; the persons whom the matching does not know, whose memberships stay."""

    person_of: dict[int, int]
    household_of: dict[int, int]
    besides: frozenset[int]


def adopt(found: Found, must: Collection[tuple[int, int]]) -> Adopted:
    """Whom the late records are about. `must`: the pairs decided to be one person, as of now."""
    late = list(
        SourceRecord.objects.filter(
            roster__in=OWN_SOURCES, withdrawn_at__isnull=True, person__isnull=False
        ).values_list("pk", "person_id", "household_id", "replaces_id")
    )
    late = [row for row in late if row[0] not in found.person_of]
    partner = {a: b for pair in must for a, b in (pair, pair[::-1]) if b in found.person_of}
    persons: dict[int, int] = {}
    homes: dict[int, int] = {}
    for pk, person, household, replaces in late:
        assert person is not None
        now = _person(found, pk, person, replaces, partner)
        persons[pk] = now
        home = found.home_of.get(now, found.household_into.get(household or 0, household or 0))
        homes[pk] = home
    return Adopted(persons, homes, frozenset(persons.values()) - found.home_of.keys())


def _person(found: Found, pk: int, person: int, replaces: int | None, partner: Mapping[int, int]) -> int:
    if pk in partner:
        return found.person_of[partner[pk]]  # whom a worker chose, wherever that record went
    if person in found.home_of:
        older = replaces
        while older is not None and older not in found.person_of:
            older = SourceRecord.objects.values_list("replaces_id", flat=True).get(pk=older)
        return found.person_of[older] if older is not None else person
    return found.person_into.get(person, person)


def move_along(adopted: Adopted, found: Found) -> None:
    """A new person whose household went into another lives there now."""
    for old in HouseholdMembership.objects.filter(
        person_id__in=adopted.besides, until_on__isnull=True, household_id__in=list(found.household_into)
    ):
        old.household_id = found.household_into[old.household_id]
        old.save(update_fields=["household"])
