"""Who may this be? While a person is typed into a report or a case: the persons known to the county who are like them, and
the households they may belong to, whoever serves these. Nobody falls between two systems because nobody was told.

What comes back is a masked name, birth year and township, with what agrees and what differs, who serves them and whom to
call; nothing else of another unit's records. Every look-up that shows somebody is written down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.context import AccessContext, Actor, Purpose
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.dates import roc_partial
from anwang.standard.masks import mask_name
from anwang.standard.record import PartialDate, Period, StandardRecord
from anwang.standard.typed import typed_person

from . import lookup_reads as reads
from .lookup_clues import Clues, weight_of
from .lookup_keys import Clue, part_keys, wanted_keys
from .lookup_ranking import Ranked, Ranking, Reasons, home_model, ranked, readings_of_name
from .lookup_reads import Candidate, CurrentService, Looking, Served
from .running import model_path

# Who enters reports and opens cases; row security names the same (registry/migrations/0008).
ROLES = frozenset({"dispatcher", "social_worker", "supervisor", "liaison"})
COMPARED = 40  # records whose persons are compared in full
OF_HOMES = 24  # further records that may tell the household
ENOUGH = 3.0  # bits that must speak for somebody to be shown
HOUSEHOLDS = 4
TOO_COMMON = 12  # households in which a namesake is named: then the name tells nothing

_OF_HOME = {
    Clue.DOOR: "門牌相同",
    Clue.PHONE: "電話相同",
    Clue.NAMES_THEM: "該戶有人以此姓名為照顧者或案主",
    Clue.IS_NAMED: "填寫的照顧者或案主與該戶成員同名",
}


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """A person who may be the one typed (`person`), or somebody of a household that may be theirs (`household`).

    `name` is masked; `strength` in words (zh-TW); `agree` and `differ` say which fields do, never their values.
    `services`: who serves the person now, `home_services` who serves others there (of a household anybody). `is_own`: the acting unit has a record of
    them; `may_open`: it may open the household today.
    """

    kind: str
    person_id: int
    household_id: int | None
    name: str
    birth_year: int | None
    township: str
    strength: str
    probability: float
    agree: tuple[str, ...]
    differ: tuple[str, ...]
    services: tuple[CurrentService, ...]
    home_services: tuple[CurrentService, ...]
    is_own: bool
    may_open: bool

    @property
    def roc_year(self) -> str:
        """The birth year as shown: `75年`; "" when it is not known."""
        return roc_partial(PartialDate("", self.birth_year))


@dataclass(frozen=True, slots=True)
class PossibleMatches:
    """The likeliest persons, then households that may be theirs; `further`: how many more persons fit as well as the
    last one shown, because what was typed does not tell them apart yet."""

    persons: tuple[PossibleMatch, ...] = ()
    households: tuple[PossibleMatch, ...] = ()
    further: int = 0

    def __iter__(self) -> Iterator[PossibleMatch]:
        yield from self.persons
        yield from self.households

    def __len__(self) -> int:
        return len(self.persons) + len(self.households)


@transaction.atomic(savepoint=False)
def find(
    typed: StandardRecord, *, context: AccessContext, by_name: str, now: dt.datetime, limit: int = 8
) -> PossibleMatches:
    """Who may be meant by what was typed so far (`standard.typed.typed_person`): nobody while a name has one character and
    nothing else is there, and nobody for a role that enters no reports.

    Writes an audit row for each person and household that it shows.
    """
    keys = wanted_keys(typed)
    if not keys or context.actor is not Actor.MEMBER or not ROLES & set(context.roles):
        return PossibleMatches()
    with reads.looking(replace(context, purpose=Purpose.INTAKE_MATCHING), keys) as looking:
        found = _find(typed, looking, timezone.localdate(now), context, limit)
    if found:
        audit.record_each(
            [
                *(("person", match.person_id) for match in found.persons),
                *(("household", match.household_id) for match in found.households),
            ],
            context=context,
            at=now,
            action=audit.Action.LOOKED_UP,
            purpose="受理時比對是否為已知的人",
            member_name=by_name,
            detail={"shown": len(found)},
        )
    return found


def _find(
    typed: StandardRecord, looking: Looking, today: dt.date, context: AccessContext, limit: int
) -> PossibleMatches:
    clues = looking.clues
    if len(typed.name.key) > 2 and not clues.count(Clue.NAME, Clue.SOUND):
        clues.add(Clue.PART, reads.records_with_all(part_keys(typed)))  # three characters of a name of four
    if not clues:
        return PossibleMatches()
    alike, near = clues.alike(COMPARED), clues.near(OF_HOMES)
    everybody = _others(reads.candidates_of(sorted(alike | near)), typed)
    compared = [person for person in everybody.values() if person.records.keys() & alike]
    ranking = _rank(typed, compared, clues, looking.size)
    likely = sorted(
        (
            (person, rank)
            for person, rank in zip(compared, ranking.ranks, strict=True)
            if rank.for_bits >= ENOUGH and not rank.is_barred
        ),
        key=lambda pair: (-pair[1].bits, pair[0].person_id),
    )
    shown = likely[:limit]
    homes = _homes(typed, everybody, clues, near, {person.household_id for person, _ in shown})
    touched = [*(person.household_id for person, _ in shown), *(home.person.household_id for home in homes)]
    served = looking.served({each for each in touched if each is not None}, today)
    told = ranking.reasons([rank for _, rank in shown])
    return PossibleMatches(
        tuple(
            _match(person, rank.probability, why, served, context)
            for (person, rank), why in zip(shown, told, strict=True)
        ),
        tuple(_home(home, served, context) for home in homes),
        _further(clues, likely, limit),
    )


def _others(found: dict[int, Candidate], typed: StandardRecord) -> dict[int, Candidate]:
    """Without the record that is being typed itself, when it was kept before."""
    for person in found.values():
        for pk, record in list(person.records.items()):
            if (record.roster, record.record_number) == (typed.roster, typed.record_number):
                del person.records[pk]
    return {number: person for number, person in found.items() if person.records}


def _rank(typed: StandardRecord, persons: list[Candidate], clues: Clues, size: int) -> Ranking:
    found = ranked(
        readings_of_name(typed),
        [person.records for person in persons],
        home_model(model_path()),
        size=size,
        namesakes=clues.count(Clue.NAME),
    )
    # The matching's model knows roads, not townships; who reports often knows no more than the township.
    ranks = [
        rank.with_township() if any(Clue.NAMED_PLACE in clues.of(pk) for pk in person.records) else rank
        for person, rank in zip(persons, found.ranks, strict=True)
    ]
    return replace(found, ranks=ranks)


@dataclass(frozen=True, slots=True)
class _Home:
    """Somebody of a household that may be the typed person's own, and what tells it."""

    person: Candidate
    weight: float
    clues: set[Clue]


def _homes(
    typed: StandardRecord,
    everybody: Mapping[int, Candidate],
    clues: Clues,
    near: Collection[int],
    shown: set[int | None],
) -> list[_Home]:
    """Somebody of each household that may be the typed person's own, the surest first: the one whose record tells it."""
    found: dict[int, _Home] = {}
    for person in everybody.values():
        if person.household_id is None or person.household_id in shown:
            continue
        shared = {
            clue
            for pk, record in person.records.items()
            if pk in near
            for clue in clues.of(pk)
            if clue.is_of_home and not (clue is Clue.DOOR and _elsewhere(typed, record))
        }
        weight = weight_of(frozenset(shared))
        before = found.get(person.household_id)
        if shared and (before is None or weight > before.weight):
            found[person.household_id] = _Home(person, weight, shared)
    named = {key for key, home in found.items() if not home.clues & {Clue.DOOR, Clue.PHONE}}
    if len(named) > TOO_COMMON:
        found = {key: home for key, home in found.items() if key not in named}
    return sorted(found.values(), key=lambda home: (-home.weight, home.person.person_id))[:HOUSEHOLDS]


def _elsewhere(typed: StandardRecord, record: StandardRecord) -> bool:
    """The same road and number in another township: many have a 中山路 1 號."""
    one = typed.address.township if typed.address else ""
    other = record.address.township if record.address else ""
    return bool(one and other and one != other)


def _further(clues: Clues, likely: list[tuple[Candidate, Ranked]], limit: int) -> int:
    """Persons beyond those shown who fit as well: those compared, and the records of the same weight that were not."""
    if len(likely) <= limit:
        return 0
    last = likely[limit - 1][1].bits
    same = sum(rank.bits > last - 1.0 for _, rank in likely[limit:])
    return same + clues.beyond(COMPARED) if same else 0


def _match(
    person: Candidate, probability: float, why: Reasons, served: Served, context: AccessContext
) -> PossibleMatch:
    services = served.by_person.get(person.person_id, [])
    return _masked(
        person,
        context,
        kind="person",
        strength=strength_words(probability),
        probability=probability,
        agree=why.agree,
        differ=why.differ,
        services=tuple(dict.fromkeys(services)),
        home_services=tuple(
            each for each in served.by_home.get(person.household_id, []) if each not in services
        ),
        may_open=person.household_id in served.ours,
    )


def _home(home: _Home, served: Served, context: AccessContext) -> PossibleMatch:
    return _masked(
        home.person,
        context,
        kind="household",
        strength="可能同戶",
        probability=0.0,
        agree=tuple(_OF_HOME[clue] for clue in sorted(home.clues)),
        differ=(),
        services=(),
        home_services=tuple(served.by_home.get(home.person.household_id, [])),
        may_open=home.person.household_id in served.ours,
    )


def _masked(person: Candidate, context: AccessContext, **shown: Any) -> PossibleMatch:
    """With what may be told of a person whoever knows them."""
    newest = sorted(person.records.values(), key=lambda record: record.period, reverse=True)
    names = [record.name for record in newest if record.name.text]
    name = next((n.text for n in names if not n.is_masked), names[0].text if names else "")
    return PossibleMatch(
        person_id=person.person_id,
        household_id=person.household_id,
        name=mask_name(name),
        birth_year=next((r.birth.year for r in newest if r.birth and r.birth.year), None),
        township=next((r.address.township for r in newest if r.address and r.address.township), ""),
        is_own=context.unit_id in person.units,
        **shown,
    )


def strength_words(probability: float) -> str:
    """How sure the matching would be, in words."""
    if probability >= 0.95:
        return "很可能是同一人"
    if probability >= 0.5:
        return "可能是同一人"
    return "有可能" if probability >= 0.02 else "資料不足，僅部分相符"


def warm() -> None:
    """Load what the first look-up would wait for: the model, the dictionary of sounds, the code of numpy. No database."""
    day = dt.date(2026, 1, 1)
    typed = typed_person(
        source=OwnSource.INTAKE_REPORT,
        number="W-1",
        line=1,
        agency=AgencyCode.SOCIAL,
        period=Period(day.year, day.month),
        name="王小明",
        birth="70",
        phone="0911222333",
        address="宜蘭縣羅東鎮公正路1號",
    )
    wanted_keys(typed)
    ranked([typed], [{1: typed}], home_model(model_path()), size=1000, namesakes=1)
