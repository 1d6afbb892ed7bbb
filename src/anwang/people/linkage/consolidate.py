"""歸戶: the records of all current months become persons and households, in one call.

Pure computing. The result depends on what the rows say, on the decisions and on the previous numbers, never on the
order of the rows or on the senders' record numbers.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from anwang.policy import standard
from anwang.standard.record import StandardRecord

from . import explain
from .ages import estimate_births, relation_targets
from .births import BirthEstimate
from .blocking import candidates
from .clustering import Decisions
from .columns import RecordTable, content_hash, tabulate
from .comparisons import compare
from .engine.keys import Ints
from .households import HomeView, addresses, dated_households, memberships, named_persons
from .identifiers import Assignment, assign_identifiers
from .link_settings import LinkSettings, settings_of
from .model import LinkageModel
from .offering import offered
from .people import group
from .result import HouseholdGroup, LinkageResult, LinkDecisions, Previous
from .training import train


def consolidate(
    records: Mapping[int, StandardRecord],
    decisions: LinkDecisions,
    previous: Previous,
    model: LinkageModel | None,
    now: dt.datetime,
    *,
    prior: LinkageModel | None = None,
    settings: LinkSettings | None = None,
) -> LinkageResult:
    """Persons and households of `records` (by their key, all current months).

    `model`: a trained model to use as it is; None trains one on these records from `prior` (the shipped one when None).
    Decisions on keys that are no longer there are counted and left out. Raises nothing on empty input. `settings`: the
    threshold and the number of draws; None takes those of the package's policy on the day of `now`.
    """
    clock = time.perf_counter()
    table = tabulate(records)
    blocked = candidates(table)
    gammas = compare(table, blocked.left, blocked.right)
    if model is None:
        model = train(table, blocked, gammas, prior or LinkageModel.load())
    settings = settings or settings_of(standard(), now.date())
    model = replace(model, link_at=settings.link_at)
    trained = time.perf_counter()
    row = table.row_of
    must = [(row[a], row[b]) for a, b in sorted(decisions.must) if a in row and b in row]
    cannot = [(row[a], row[b]) for a, b in sorted(decisions.cannot) if a in row and b in row]
    chosen = Decisions(must, cannot)
    grouping = group(table, blocked, model, chosen)
    model = replace(model, living=grouping.living)
    person, people = _numbered(table, grouping.person, previous.person_of, previous.next_person)
    by_month = dated_households(table, grouping.person, grouping.household, grouping.register)
    home, homes = _numbered(table, by_month, previous.household_of, previous.next_household)
    named = named_persons(table, person, by_month)
    person_of = dict(zip(table.keys.tolist(), person.tolist(), strict=True))
    named_of = {int(table.keys[r]): p for r, p in named.items()}
    offer = offered(table, grouping, model, decisions, settings.draws)
    keys = table.keys.tolist()
    records_of: dict[int, list[int]] = {}
    for key, number in zip(keys, person.tolist(), strict=True):
        records_of.setdefault(number, []).append(key)
    report = {
        "records": len(table),
        "content": content_hash(table),
        "persons": len(people.ids),
        "households": len(homes.ids),
        "candidate_pairs": len(blocked.left),
        "skipped": dict(blocked.skipped),
        "review_pairs": len(offer.review),
        "vetoed_pairs": len(offer.vetoed),
        "decisions": {
            "must": len(must),
            "cannot": len(cannot),
            "gone": len(decisions.must) + len(decisions.cannot) - len(must) - len(cannot),
            "contradicting": len(set(must)) - len(chosen.must),
        },
        "link_at": model.link_at,
        "bands": [band.to_json() for band in offer.bands],
        "seconds": {"training": round(trained - clock, 2), "all": round(time.perf_counter() - clock, 2)},
        "model": model.hash,
        "training": dict(model.report),
    }
    return LinkageResult(
        person_of=person_of,
        household_of=dict(zip(keys, home.tolist(), strict=True)),
        records_of={number: tuple(sorted(found)) for number, found in sorted(records_of.items())},
        households=_households(table, person, home),
        named=named_of,
        births=_births(records, records_of, person_of, named_of),
        review=offer.review,
        edges=offer.edges,
        vetoed=offer.vetoed,
        person_events=people.events,
        household_events=homes.events,
        next_person=people.next_id,
        next_household=homes.next_id,
        model=model,
        report=report,
        made_at=now,
    )


def _births(
    records: Mapping[int, StandardRecord],
    records_of: Mapping[int, Sequence[int]],
    person_of: Mapping[int, int],
    named: Mapping[int, int],
) -> dict[int, BirthEstimate]:
    persons = {
        number: {key: records[key] for key in sorted(keys)} for number, keys in sorted(records_of.items())
    }
    carers = {number for key, number in named.items() if records[key].carer_name}
    return estimate_births(persons, relation_targets(records, person_of, named), carers)


def _numbered(
    table: RecordTable, group_of: Ints, previous: Mapping[int, int], next_id: int
) -> tuple[Ints, Assignment]:
    rows = explain.rows_by(group_of.tolist())
    assignment = assign_identifiers(
        previous, [[int(table.keys[r]) for r in group] for group in rows], next_id
    )
    if not rows:
        return np.zeros(0, np.int64), assignment
    return np.array(assignment.ids, np.int64)[group_of], assignment


def _households(table: RecordTable, person: Ints, home: Ints) -> dict[int, HouseholdGroup]:
    current: dict[int, int] = {}
    newest: dict[int, tuple[object, bool, int]] = {}
    for row in range(len(table)):
        number = int(person[row])
        rank = (table.records[row].period, bool(table.is_register[row]), -row)
        if number not in newest or rank > newest[number]:
            newest[number] = rank
            current[number] = int(home[row])
    rows_of: dict[int, list[int]] = {}
    for row, number in enumerate(home.tolist()):
        rows_of.setdefault(number, []).append(row)
    found = {}
    for number, rows in sorted(rows_of.items()):
        of_person: dict[int, list[int]] = {}
        for row in rows:
            of_person.setdefault(int(person[row]), []).append(row)
        registers = sorted(
            ((table.records[r].period, table.records[r].household_number) for r in rows
             if table.register[r] and not table.is_lodger[r]), reverse=True,
        )  # fmt: skip
        found[number] = HouseholdGroup(
            number,
            memberships(table, HomeView(rows, of_person), person, current, number),
            addresses(table, rows),
            tuple(dict.fromkeys(text for _, text in registers)),
        )
    return found
