"""Who tries a deed: every role in every relation to the family's case or report. And how a try ends.

A relation is a unit's: the one in charge, one that supports, one that had the case before … In each stands one member of
every role. A try leaves nothing behind: what it did is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import ProgrammingError

from anwang.agencies.models import Member, Post, Role, Unit
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
from tests.county import FIRST_DAY


@dataclass(frozen=True, slots=True)
class Somebody:
    """One member in one relation (`relation` is the table's own word for it), as the deed sees them."""

    relation: str
    role: str
    by: AccessContext

    @property
    def named(self) -> dict[str, object]:
        """The first two of the arguments that every deed ends with."""
        return {"by": self.by, "by_name": f"{self.relation} {self.role}"}

    def __str__(self) -> str:
        return f"{self.role or 'nobody'} of {self.relation}"


def everybody(units: Mapping[str, str]) -> list[Somebody]:
    """One member of each role in the unit of each relation (relation to unit code; "" is no unit), and the system."""
    found = []
    with acting(SYSTEM):
        for relation, code in units.items():
            unit = Unit.objects.get(code=code) if code else None
            members = Member.objects.bulk_create(
                Member(username=f"{relation}.{role}", name=f"{relation} {role}") for role in Role.values
            )
            if unit is not None:
                Post.objects.bulk_create(
                    Post(member=member, unit=unit, role=role, from_on=FIRST_DAY)
                    for member, role in zip(members, Role.values, strict=True)
                )
            found += [
                Somebody(
                    relation,
                    role,
                    AccessContext(
                        Actor.MEMBER,
                        member.pk,
                        unit.pk if unit else None,
                        unit.agency_id if unit else None,
                        (role,),
                    ),
                )
                for member, role in zip(members, Role.values, strict=True)
            ]
    return [*found, Somebody("system", "", SYSTEM)]


class Why(StrEnum):
    """What a deed is refused for."""

    ROLE = "role"
    RELATION = "relation"
    STATE = "state"
    DATABASE = "database"


DONE = "done"
Kinds = Mapping[Why, tuple[type[Exception], ...]]


def tried(deed: Callable[[], object], kinds: Kinds) -> set[Why] | str:
    """`DONE`, or what the refusal can mean. Anything else that is raised is a fault of the deed or of the test."""
    try:
        with undone():
            deed()
    except tuple(each for several in kinds.values() for each in several) as error:
        return {why for why, several in kinds.items() if isinstance(error, several)}
    return DONE


class _Undone(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is rolled back, whether it fails or not."""
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass


BY_ROLE = (PermissionDenied,)
BY_DATABASE = (ProgrammingError,)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One line of the table: who may do a deed, from where, while the case (or report) is in which state.

    `refused` adds what a deed raises besides the usual for a relation or state that will not do.
    """

    roles: frozenset[str]
    relations: frozenset[str]
    states: frozenset[object]
    refused: Kinds | None = None

    def against(self, who: Somebody, state: object) -> set[Why]:
        """What speaks against this try; nothing when it must be done."""
        found = set()
        if who.role not in self.roles:
            found.add(Why.ROLE)
        if who.relation not in self.relations:
            found.add(Why.RELATION)
        if state not in self.states:
            found.add(Why.STATE)
        return found


def surprises(
    line: Allowed,
    people: Collection[Somebody],
    state: object,
    kinds: Kinds,
    attempt: Callable[[Somebody], Callable[[], object]],
) -> Iterator[str]:
    """Every try that did not end as the line of the table says, in words."""
    known = {why: (*kinds.get(why, ()), *(line.refused or {}).get(why, ())) for why in Why}
    for who in people:
        against = line.against(who, state)
        end = tried(attempt(who), known)
        if end == DONE:
            if against:
                yield f"{who}: done, but refused by the table for {sorted(against)}"
        elif not against:
            yield f"{who}: refused for {sorted(end)}, but allowed by the table"
        elif not against & set(end):
            yield f"{who}: refused for {sorted(end)}, but by the table for {sorted(against)}"
