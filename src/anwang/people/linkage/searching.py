"""Finding people in the records of the acting unit, by the same keys and the same weights as a look-up at intake.

Row security bounds it; what other units know is not found. A record must have all that was typed: who searches knows whom
they look for, while who takes a report (`lookup.find`) may have heard half of it wrong.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from anwang.people.registry.models import SourceRecord
from anwang.people.registry.search_keys import digest
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.record import Period, StandardRecord
from anwang.standard.typed import typed_person

from . import lookup_reads as reads
from .lookup_ranking import home_model, ranked, readings_of_name
from .lookup_reads import Candidate
from .running import model_path
from .search_text import Reading, readings_of

MOST_OF_A_READING = 200
"""Records that are compared of each way to read a text, the youngest; by more nobody finds a person."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A person found by a search in the unit's own records, and their household.

    `records`: those that matched, by row number; `agree`: what agrees, in words. `is_past`: the unit may not open where
    they live now; the household is that of its own youngest record.
    """

    person_id: int
    household_id: int
    records: dict[int, StandardRecord]
    agree: tuple[str, ...] = ()
    is_past: bool = False


def is_readable(text: str, today: dt.date) -> bool:
    """Whether anything can be searched by the text."""
    return bool(readings_of(text.strip(), Period(today.year, today.month)))


def search(text: str, *, today: dt.date, limit: int = 50) -> list[SearchHit]:
    """Persons of whom the acting unit has a record that matches: two or more characters of a name or their sound, an
    identity number or its beginning or end, a phone or its end, a birth date; a name also with one of these or a year
    beside it. At most `limit`, the likeliest first."""
    month = Period(today.year, today.month)
    readings = readings_of(text.strip(), month)
    if not readings:
        return []
    found = _records_with(readings)
    persons = reads.candidates_of(sorted(set().union(*found)))
    matched: dict[int, dict[int, int]] = defaultdict(dict)  # person, record: place of the reading
    for person in persons.values():
        for place, (reading, records) in enumerate(zip(readings, found, strict=True)):
            for pk in records & person.records.keys():
                if pk not in matched[person.person_id] and reading.fits(person.records[pk]):
                    matched[person.person_id][pk] = place
    likely = [person for person in persons.values() if matched[person.person_id]]
    homes = _homes_of(likely)
    order = [person for person in _in_order(likely, matched, readings[0], month) if person.person_id in homes]
    return [
        SearchHit(
            person.person_id,
            homes[person.person_id],
            {pk: person.records[pk] for pk in sorted(matched[person.person_id])},
            tuple(
                dict.fromkeys(
                    said
                    for place in sorted(set(matched[person.person_id].values()))
                    for said in readings[place].said
                )
            ),
            person.household_id is None,
        )
        for person in order[:limit]
    ]


def _records_with(readings: Sequence[Reading]) -> list[set[int]]:
    """For each reading the own records that have all of its keys, the youngest `MOST_OF_A_READING`."""
    statement = "select anwang_lookup_own(%s::bigint[], %s)"
    arguments: list[str | int] = []
    for reading in readings:
        arguments += [reads.array(map(digest, reading.pieces)), MOST_OF_A_READING]
    found = []
    with connection.cursor() as cursor:
        cursor.execute("; ".join([statement] * len(readings)), arguments)
        for place in range(len(readings)):
            if place:
                cursor.nextset()
            found.append({pk for (pk,) in cursor.fetchall()})
    return found


def _in_order(
    persons: Sequence[Candidate],
    matched: Mapping[int, Mapping[int, int]],
    reading: Reading,
    month: Period,
) -> list[Candidate]:
    """The persons, the likeliest first: by how the text was read, then by the weights of the matching."""
    facts = reading.facts
    typed = typed_person(
        source=OwnSource.INTAKE_REPORT,
        number="S-0-0",
        line=0,
        agency=AgencyCode.SOCIAL,
        period=month,
        name=facts.get("name", ""),
        id_number=facts.get("id_number", ""),
        birth=facts.get("birth", ""),
        phone=facts.get("phone", ""),
    )
    ranking = ranked(
        readings_of_name(typed),
        [{pk: person.records[pk] for pk in matched[person.person_id]} for person in persons],
        home_model(model_path()),
        size=reads.records_of_home(),
        namesakes=len(persons),
    )
    order = sorted(
        zip(persons, ranking.ranks, strict=True),
        key=lambda each: (
            min(matched[each[0].person_id].values()),
            -each[1].bits,
            each[0].person_id,
        ),
    )
    return [person for person, _ in order]


def _homes_of(persons: Sequence[Candidate]) -> dict[int, int]:
    """By person the household where they live, or that of the acting unit's youngest record of them."""
    homes = {person.person_id: person.household_id for person in persons if person.household_id is not None}
    past = [person.person_id for person in persons if person.household_id is None]
    if past:
        rows = (
            SourceRecord.objects.filter(
                person_id__in=past, withdrawn_at__isnull=True, household__isnull=False
            )
            .order_by("period", "pk")
            .values_list("person_id", "household_id")
        )
        homes |= {person: home for person, home in rows if person is not None and home is not None}
    return homes
