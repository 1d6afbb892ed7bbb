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

from anwang.standard.record import StandardRecord

from . import explain
from .ages import estimate_births, relation_targets
from .births import BirthEstimate
from .blocking import candidates
from .clustering import Decisions, left_apart
from .columns import RecordTable, content_hash, tabulate
from .comparisons import compare
from .engine.keys import Ints
from .households import HomeView, addresses, dated_households, memberships, named_persons
from .identifiers import Assignment, assign_identifiers
from .model import SURE_FROM, LinkageModel
from .people import Grouping, group
from .result import HouseholdGroup, LinkageResult, LinkDecisions, Pair, Previous, ReviewPair, VetoedPair
from .training import train


def consolidate(
    records: Mapping[int, StandardRecord],
    decisions: LinkDecisions,
    previous: Previous,
    model: LinkageModel | None,
    now: dt.datetime,
    *,
    prior: LinkageModel | None = None,
) -> LinkageResult:
    """Persons and households of `records` (by their key, all current months).

    `model`: a trained model to use as it is; None trains one on these records from `prior` (the shipped one when None).
    Decisions on keys that are no longer there are counted and left out. Raises nothing on empty input.
    """
    clock = time.perf_counter()
    table = tabulate(records)
    blocked = candidates(table)
    gammas = compare(table, blocked.left, blocked.right)
    if model is None:
        model = train(table, blocked, gammas, prior or LinkageModel.load())
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
    edges, review, vetoed = _pairs(table, grouping, model, decisions)
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
        "review_pairs": len(review),
        "vetoed_pairs": len(vetoed),
        "decisions": {
            "must": len(must),
            "cannot": len(cannot),
            "gone": len(decisions.must) + len(decisions.cannot) - len(must) - len(cannot),
            "contradicting": len(set(must)) - len(chosen.must),
        },
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
        review=review,
        edges=edges,
        vetoed=vetoed,
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


def _pairs(
    table: RecordTable, grouping: Grouping, model: LinkageModel, decisions: LinkDecisions
) -> tuple[tuple[Pair, ...], tuple[ReviewPair, ...], tuple[VetoedPair, ...]]:
    """Edges that made the persons, pairs to be reviewed (linked and not), pairs that were vetoed."""
    edges = explain.pairs(table, grouping.merges)
    decided = {frozenset(pair) for pair in decisions.must | decisions.cannot}
    review = [
        ReviewPair(e.left, e.right, e.probability, e.contributions, True, explain.sentence(e))
        for e in edges
        if e.probability < SURE_FROM and frozenset((e.left, e.right)) not in decided
    ]
    last = grouping.persons
    probability = last.scores.probability
    grey = np.flatnonzero((probability >= model.review_from) & (last.scores.veto == 0))
    review += [
        ReviewPair(p.left, p.right, p.probability, p.contributions, False, _doubt(p, model))
        for p in _left_apart(table, grouping, grey)
        if frozenset((p.left, p.right)) not in decided
    ]
    barred = np.flatnonzero((probability >= model.link_at) & (last.scores.veto != 0))
    vetoed = tuple(
        VetoedPair(
            p.left, p.right, p.probability, p.contributions, explain.veto_reasons(int(last.scores.veto[k]))
        )
        for k, p in zip(barred.tolist(), _left_apart(table, grouping, barred), strict=True)
    )
    review.sort(key=lambda p: (abs(p.probability - 0.5), table.row_of[p.left], table.row_of[p.right]))
    return tuple(edges), tuple(review), vetoed


def _doubt(pair: Pair, model: LinkageModel) -> str:
    rival = "；另有其他人同樣可能，故不逕行連結" if pair.probability >= model.link_at else ""
    return explain.sentence(pair) + rival


def _left_apart(table: RecordTable, grouping: Grouping, which: Ints) -> list[Pair]:
    return explain.pairs(table, left_apart(grouping.persons.scores, which))
