"""What a month's records say of a person and of a household: records in, facts out. Pure but for the records' type."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from anwang.people.registry.queries import KeptRecord
from anwang.policy import Policy
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.fields import FieldId
from anwang.standard.record import Period, PersonName

from .ages import is_adult
from .facts import Absent, BirthBounds, Carer, Household, Member, RelationTo, Service
from .named import find_named


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a month needs to know beside the records.

    `centre_names`: first two characters of a welfare centre's name to the name, because rosters write it in many
    ways. `births`: bounds of the birth dates, stated and inferred, by person.
    """

    period: Period
    policy: Policy
    on: dt.date
    centre_names: Mapping[str, str] = field(default_factory=dict)
    births: Mapping[int, BirthBounds] = field(default_factory=dict)


def household_of(
    household_id: int, records: Mapping[int, Sequence[KeptRecord]], reading: Reading
) -> Household:
    """The household with its members. `records`: each member's records, the youngest first: of the month, of before, and
    of the months after it that count as well. Where it lives is told by those only where no other record says."""
    members = {person: _member(person, kept, reading) for person, kept in records.items()}
    if any(k.record.carer_name or k.record.reference_name for kept in records.values() for k in kept):
        known = _Names.of(members, records, reading)
        members = {p: replace(m, carer=_carer(m.key, records[p], known)) for p, m in members.items()}
        absent = _absent((k for kept in records.values() for k in kept), known, reading.period)
    else:
        absent = ()
    everything = [k for kept in records.values() for k in kept]
    township = _township(k for k in everything if k.record.period <= reading.period) or _township(everything)
    return Household(str(household_id), tuple(members.values()), township=township, absent=absent)


def _member(person_id: int, newest: Sequence[KeptRecord], reading: Reading) -> Member:
    now = [k for k in newest if k.record.period == reading.period]
    relation, relation_to, relation_raw = _relation(newest)
    dead_now = sum(_says_dead(k) for k in now)
    return Member(
        key=str(person_id),
        label=_best_name(newest),
        birth=reading.births.get(person_id),
        sex=next((k.record.sex for k in newest if k.record.sex), None),
        relation=relation,
        relation_to=relation_to,
        relation_raw=relation_raw,
        services=tuple(_service(k, reading) for k in now if k.record.roster.is_service),
        record_keys=tuple(str(k.key) for k in now),
        registered=any(k.record.roster is RosterCode.HOUSEHOLD_REGISTER for k in newest),
        deceased=any(_says_dead(k) for k in newest if k.record.period <= reading.period),
        death_disputed=bool(now) and len(now) >= 2 * dead_now,
    )


def _says_dead(kept: KeptRecord) -> bool:
    return any("歿" in remark for remark in kept.record.name.remarks)


def _service(kept: KeptRecord, reading: Reading) -> Service:
    record = kept.record
    assert isinstance(record.roster, RosterCode)  # reports and cases are no services of a month
    centre = record.details.get(FieldId.WELFARE_CENTER, "").strip()
    unit = reading.centre_names.get(centre[:2], centre) or record.details.get(FieldId.POLICE_UNIT, "").strip()
    return Service(record.agency, record.roster, record.period, (str(kept.key),), unit, record.details)


def _best_name(newest: Iterable[KeptRecord]) -> str:
    """The youngest name that hides nothing, else the youngest."""
    names = [k.record.name for k in newest if k.record.name.text]
    return next((n.text for n in names if not n.is_masked), names[0].text if names else "")


def _relation(newest: Iterable[KeptRecord]) -> tuple[Relation | None, RelationTo, str]:
    """The register's word first: it is to the head; else the case's word, to the client."""
    case: tuple[Relation | None, RelationTo, str] = (None, RelationTo.HEAD, "")
    for kept in newest:
        record = kept.record
        if record.relation is None:
            continue
        if record.roster is RosterCode.HOUSEHOLD_REGISTER:
            return record.relation, RelationTo.HEAD, record.relation_raw
        if case[0] is None:
            case = (record.relation, RelationTo.CLIENT, record.relation_raw)
    return case


@dataclass(frozen=True, slots=True)
class _Names:
    """Every name under which the household's members are known: the grown-ups', and the children's."""

    grown: tuple[tuple[str, PersonName], ...]
    minors: tuple[tuple[str, PersonName], ...]

    @classmethod
    def of(
        cls, members: Mapping[int, Member], records: Mapping[int, Sequence[KeptRecord]], reading: Reading
    ) -> _Names:
        grown: list[tuple[str, PersonName]] = []
        minors: list[tuple[str, PersonName]] = []
        for person, member in members.items():
            names = {k.record.name: None for k in records[person] if k.record.name.text}
            of_age = is_adult(member, reading.policy, reading.on).answer
            (grown if of_age else minors).extend((member.key, name) for name in names)
        return cls(tuple(grown), tuple(minors))

    def find(self, name: PersonName, but: str) -> str | None:
        """The grown-up who is meant, slips forgiven; else the child of exactly that name. Nobody is their own carer."""
        grown = find_named(name, [(key, other) for key, other in self.grown if key != but])
        if grown is not None:
            return grown
        return find_named(name, [(key, other) for key, other in self.minors if key != but], slips=False)

    def has(self, name: PersonName) -> bool:
        """Whether anybody here can be meant: two who fit are no stranger either."""
        return any(find_named(name, [pair]) for pair in self.grown) or any(
            find_named(name, [pair], slips=False) for pair in self.minors
        )


def _carer(child: str, newest: Iterable[KeptRecord], known: _Names) -> Carer | None:
    """The youngest record's carer whose person is found; else the youngest named one, without a person."""
    unfound: Carer | None = None
    for kept in newest:
        name = kept.record.carer_name
        if name and name.text:
            carer = Carer(name.text, known.find(name, child), (str(kept.key),))
            if carer.person_key is not None:
                return carer
            unfound = unfound or carer
    return unfound


def _absent(kept: Iterable[KeptRecord], known: _Names, period: Period) -> tuple[Absent, ...]:
    """Clients whom a case of the month names but of whom there is no record among the members."""
    absent: dict[str, Absent] = {}
    for k in kept:
        name = k.record.reference_name
        if k.record.period == period and name and name.text and not known.has(name):
            absent.setdefault(name.key, Absent("案主", name.text, (str(k.key),)))
    return tuple(absent.values())


def _township(kept: Iterable[KeptRecord]) -> str:
    """Where the household lives: the township that most of its records say, the youngest month first."""
    votes: Counter[tuple[Period, str]] = Counter()
    for k in kept:
        if k.record.address and k.record.address.township:
            votes[(k.record.period, k.record.address.township)] += 1
    if not votes:
        return ""
    latest = max(month for month, _ in votes)
    return max((n, t) for (m, t), n in votes.items() if m == latest)[1]
