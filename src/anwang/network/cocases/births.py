"""The bounds of every member's birth date, from all that the month's records say of the persons of one home.

One place infers: `people/linkage/ages`. Here its estimates are made from the homes of a month and turned into what the
rules take; what rows state stays apart from what was inferred from other things.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from anwang.people.linkage.ages import estimate_births, relation_targets
from anwang.people.linkage.births import BirthEstimate, Certainty, stated_birth
from anwang.people.registry.queries import KeptRecord
from anwang.standard.record import StandardRecord

from .facts import BirthBounds


def birth_bounds(
    homes: Mapping[int, Sequence[int]], kept: Mapping[int, Sequence[KeptRecord]], on: dt.date
) -> dict[int, BirthBounds]:
    """Person to bounds of the birth date, none of them after `on`; persons of whom nothing is known are left out.

    `homes`: household to its members; `kept`: each person's records, of the month and of before.
    """
    persons = {
        person: {k.key: k.record for k in sorted(kept[person], key=lambda k: k.key)}
        for members in homes.values()
        for person in members
        if person in kept
    }
    records = {key: record for rows in persons.values() for key, record in rows.items()}
    person_of = {key: person for person, rows in persons.items() for key in rows}
    named = _named(homes, persons)
    carers = {person for key, person in named.items() if records[key].carer_name}
    estimates = estimate_births(persons, relation_targets(records, person_of, named), carers)
    found = {person: _bounds(estimate, persons[person], on) for person, estimate in estimates.items()}
    return {person: bounds for person, bounds in found.items() if bounds is not None}


def _named(
    homes: Mapping[int, Sequence[int]], persons: Mapping[int, Mapping[int, StandardRecord]]
) -> dict[int, int]:
    """Record key to the one other member of the home who bears the name of its 案主 or carer column."""
    found = {}
    for members in homes.values():
        rows = [
            (person, key, record) for person in members for key, record in persons.get(person, {}).items()
        ]
        if not any(record.reference_name or record.carer_name for _, _, record in rows):
            continue
        bearers: dict[str, set[int]] = {}
        for person, _, record in rows:
            if record.name.text:
                bearers.setdefault(record.name.key, set()).add(person)
        for person, key, record in rows:
            name = record.reference_name or record.carer_name
            fits = bearers.get(name.key, set()) - {person} if name and name.text else set()
            if len(fits) == 1:
                found[key] = fits.pop()
    return found


def _bounds(
    estimate: BirthEstimate, records: Mapping[int, StandardRecord], on: dt.date
) -> BirthBounds | None:
    if estimate.certainty is Certainty.UNKNOWN:
        return None
    is_stated = estimate.certainty is Certainty.DATE
    source = estimate.source
    if estimate.certainty is Certainty.YEAR:
        own = stated_birth(records)
        is_stated = own is not None and (own.earliest, own.latest) == (estimate.earliest, estimate.latest)
        source = own.source if own is not None and is_stated else source
    latest = estimate.latest
    if (
        not is_stated
    ):  # a record's date after the day is a fault to be seen; an inferred one says only "by now"
        latest = min(latest or on, on)
        if estimate.earliest is not None and estimate.earliest > latest:
            return None
    return BirthBounds(estimate.earliest, latest, is_stated, source)
