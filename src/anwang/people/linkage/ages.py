"""How old is a person, when no row says it? Bounds of the birth date from everything that is known, with the reason.

A stated birth wins: the date that most rows give, the register's counting double. A year gives its first and last day.
Without either, what the person is tells: who is on the outreach roster is small, a pupil of a 國小 is six to thirteen, a
mother is at least fifteen years older than her child. Bounds that contradict each other are dropped from the weakest
source on and named. Nothing here decides; the lists do (`network/cocases`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from anwang.standard.codes import Relation
from anwang.standard.record import Period, StandardRecord

from .age_evidence import (
    ADULT_AGE,
    Bound,
    bounds_of_head,
    kin_bounds,
    order_bounds,
    order_holds,
    own_bounds,
)
from .births import BirthEstimate, Certainty, stated_birth, years_before


def _combined(bounds: Iterable[Bound]) -> BirthEstimate:
    """All bounds together; one that contradicts stronger ones is left out and named."""
    earliest: dt.date | None = None
    latest: dt.date | None = None
    used: list[Bound] = []
    conflicts: list[str] = []
    for b in sorted(bounds, key=lambda b: (-b.power, b.source, b.record)):
        low = max((d for d in (earliest, b.earliest) if d), default=None)
        high = min((d for d in (latest, b.latest) if d), default=None)
        if low and high and low > high:
            conflicts.append(f"與「{b.source}」不合")
            continue
        if (low, high) != (earliest, latest):
            used.append(b)
        earliest, latest = low, high
    if not used:
        return BirthEstimate(None, None, Certainty.UNKNOWN, "無資料", (), "出生日期")
    return BirthEstimate(
        earliest, latest, Certainty.INFERRED, "、".join(dict.fromkeys(b.source for b in used)),
        tuple(sorted({b.record for b in used})), "出生日期", tuple(dict.fromkeys(conflicts)),
    )  # fmt: skip


def relation_targets(
    records: Mapping[int, StandardRecord], person_of: Mapping[int, int], named: Mapping[int, int]
) -> dict[int, int]:
    """Record key → the person whom its relation is to: the 戶長 of its 戶號, or the person of its 案主 column."""
    heads: dict[str, tuple[Period, int]] = {}
    for key in sorted(records):
        record = records[key]
        if record.is_register and record.relation is Relation.SELF:
            heads[record.household_number] = max(
                heads.get(record.household_number, (record.period, -1)), (record.period, person_of[key])
            )
    targets = {}
    for key, record in records.items():
        if record.is_register and record.household_number in heads:
            targets[key] = heads[record.household_number][1]
        elif record.relation is not None and key in named:
            targets[key] = named[key]
    return targets


def estimate_births(
    persons: Mapping[int, Mapping[int, StandardRecord]],
    reference_of: Mapping[int, int],
    carers: Iterable[int] = (),
) -> dict[int, BirthEstimate]:
    """The birth of every person. `persons`: person → record key → record; `reference_of`: record key → the person whom
    the row's relation is to (戶長 of its 戶號, or 案主); `carers`: persons named as a child's main carer."""
    found = {number: stated_birth(records) for number, records in persons.items()}
    caring = set(carers)
    kin = _kin_by_head(persons, reference_of)
    ordered: dict[int, list[Bound]] = defaultdict(list)
    families = _brothers_and_sisters(persons, reference_of)
    if order_holds(families, persons, found):
        for children in families:
            for child, order in order_bounds(children, persons, found).items():
                ordered[child] += order
    result: dict[int, BirthEstimate] = {}
    for number, records in persons.items():
        stated = found[number]
        if stated is not None and stated.certainty is Certainty.DATE:
            result[number] = stated
            continue
        bounds = [bound for key, record in records.items() for bound in own_bounds(key, record)]
        for key, record in records.items():
            head = found.get(reference_of.get(key, -1))
            if head is not None and reference_of[key] != number:
                bounds += kin_bounds(key, record, head)
        bounds += bounds_of_head(kin.get(number, ()), persons, found)
        bounds += ordered.get(number, ())
        if number in caring and records:
            on = max(record.period for record in records.values()).last_day
            bounds.append(Bound(None, years_before(on, ADULT_AGE), "為兒童的主要照顧者", 38, min(records)))
        if stated is not None:
            bounds.append(Bound(stated.earliest, stated.latest, stated.source, 100, min(stated.records)))
            combined = _combined(bounds)
            result[number] = BirthEstimate(
                stated.earliest if combined.earliest is None else combined.earliest,
                stated.latest if combined.latest is None else combined.latest,
                Certainty.YEAR, combined.source, stated.records, stated.missing, (*stated.conflicts, *combined.conflicts),
            )  # fmt: skip
        else:
            result[number] = _combined(bounds)
    return result


def _brothers_and_sisters(
    persons: Mapping[int, Mapping[int, StandardRecord]], reference_of: Mapping[int, int]
) -> Iterable[list[tuple[int, int]]]:
    """The rows (person, record key) of one person's children: under one 戶號 in one month, or of one 案主."""
    groups: dict[object, list[tuple[int, int]]] = defaultdict(list)
    for number, records in persons.items():
        for key, record in records.items():
            if record.relation is not Relation.CHILD:
                continue
            if record.is_register:
                groups[record.household_number, record.period].append((number, key))
            elif key in reference_of:
                groups[reference_of[key]].append((number, key))
    return [rows for rows in groups.values() if len(rows) > 1]


def _kin_by_head(
    persons: Mapping[int, Mapping[int, StandardRecord]], reference_of: Mapping[int, int]
) -> dict[int, list[tuple[int, int]]]:
    """Head → (person, record key) of the rows that state a relation to him."""
    kin: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, records in persons.items():
        for key in records:
            head = reference_of.get(key)
            if head is not None and head != number:
                kin[head].append((number, key))
    return kin
