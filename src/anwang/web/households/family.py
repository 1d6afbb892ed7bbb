"""From visible records to the genogram: 稱謂 to the register's head, 與案主關係 to the case's 案主, the carer column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from anwang.people.registry.household_queries import HouseholdView, PersonView
from anwang.standard.codes import Relation, RosterCode, Sex
from anwang.standard.fields import FieldId
from anwang.standard.kinship import read_relation
from anwang.standard.names import name_key
from anwang.standard.record import PersonName, StandardRecord
from anwang.web.charts.family import Tie, TieKind
from anwang.web.charts.genogram import Member
from anwang.web.charts.kinship import ties_to_head

from .words import age_on, state_of


@dataclass(slots=True)
class _Circle:
    """The people whose relation to one reference person is known: a register's household, or a case."""

    word: str
    reference: str = ""
    reference_name: PersonName | None = None
    relations: list[tuple[str, Relation, Sex | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DrawnFamily:
    """What `charts.genogram` takes, and each person's role in words by their key."""

    members: tuple[Member, ...]
    ties: tuple[Tie, ...]
    roles: dict[str, str]


def key_of(view: PersonView) -> str:
    return f"p{view.person.pk}"


def draw_family(view: HouseholdView, on: dt.date, links: dict[str, str]) -> DrawnFamily:
    """The known members and their ties. Someone whom a visible record names but who has no record (a carer, a
    案主) is drawn as absent. `links`: key to the address of a member's page."""
    known = {key_of(each): each for each in view.known}
    by_name = {each.name and name_key(each.name): key for key, each in known.items()}
    circles = _circles(known)
    absent: dict[str, Member] = {}
    roles: dict[str, str] = {}
    clients: set[str] = set()
    ties: list[Tie] = []
    for circle in circles.values():
        reference = circle.reference or _named(circle.reference_name, circle.word, by_name, absent)
        if not reference:
            continue
        roles.setdefault(reference, circle.word)
        if circle.word == "案主":
            clients.add(reference)
        ties += ties_to_head(reference, [each for each in circle.relations if each[0] != reference])
    for key, each in known.items():
        roles.setdefault(key, next((r.relation_raw for r in each.newest if r.relation_raw), ""))
    tied = {frozenset((tie.a, tie.b)) for tie in ties}
    for key, each in known.items():
        for carer, relation in _carers(each.newest):
            other = _named(carer, "主要照顧者", by_name, absent)
            if other and other != key and frozenset((other, key)) not in tied:
                ties.append(Tie(_KIN.get(relation, TieKind.ELDER) if relation else TieKind.ELDER, other, key))
                tied.add(frozenset((other, key)))
                if not roles.get(other):
                    roles[other] = "主要照顧者"
    members = [_member(each, roles.get(key, ""), key in clients, on, links) for key, each in known.items()]
    return DrawnFamily((*members, *absent.values()), tuple(dict.fromkeys(ties)), roles)


_KIN = {Relation.PARENT: TieKind.PARENT, Relation.GRANDPARENT: TieKind.GRANDPARENT}


def _circles(known: dict[str, PersonView]) -> dict[tuple[str, str], _Circle]:
    circles: dict[tuple[str, str], _Circle] = {}
    for key, each in known.items():
        placed: set[tuple[str, str]] = set()
        for record in each.newest:
            if record.relation is None:
                continue
            found = _circle_of(record)
            if found is None or found in placed:
                continue
            placed.add(found)
            is_register = record.roster is RosterCode.HOUSEHOLD_REGISTER
            circle = circles.setdefault(found, _Circle("戶長" if is_register else "案主"))
            circle.reference_name = circle.reference_name or record.reference_name
            if record.relation is Relation.SELF:
                circle.reference = circle.reference or key
            else:
                circle.relations.append((key, record.relation, record.sex))
    return circles


def _circle_of(record: StandardRecord) -> tuple[str, str] | None:
    if record.roster is RosterCode.HOUSEHOLD_REGISTER:
        return ("register", record.household_number) if record.household_number else None
    if record.reference_name and record.reference_name.key:
        return ("case", record.reference_name.key)
    return ("case", record.name.key) if record.relation is Relation.SELF else None


def _named(name: PersonName | None, word: str, by_name: dict[str, str], absent: dict[str, Member]) -> str:
    """The key of the member with this name, or of someone drawn as absent; "" when no name is given."""
    if name is None or not name.text:
        return ""
    if name.key in by_name:
        return by_name[name.key]
    key = f"n{name.key}"
    absent.setdefault(key, Member(key, name.text, role=word, note="無本單位紀錄", absent=True))
    return key


def _carers(records: Sequence[StandardRecord]) -> Iterator[tuple[PersonName, Relation | None]]:
    """The carer that the youngest record names, and what the carer is to the child where the record says so."""
    for record in records:
        if record.carer_name and record.carer_name.text:
            said = record.details.get(FieldId.CARER_RELATION, "")
            yield record.carer_name, read_relation(said) if said else None
            return


def _member(view: PersonView, role: str, is_client: bool, on: dt.date, links: dict[str, str]) -> Member:
    note, alert = state_of(view.newest)
    age = age_on(view.birth, on)
    if age and age.certain is None:
        note = "・".join(part for part in (f"約 {age.text}", note) if part)
    return Member(
        key_of(view),
        view.name,
        sex=_sex(view.newest),
        age=age.certain if age else None,
        role=role,
        note=note,
        alert=alert,
        href=links.get(key_of(view), ""),
        deceased=any("歿" in remark for record in view.newest for remark in record.name.remarks),
        is_client=is_client,
    )


def _sex(records: Iterable[StandardRecord]) -> str | None:
    return next((record.sex.value for record in records if record.sex), None)
