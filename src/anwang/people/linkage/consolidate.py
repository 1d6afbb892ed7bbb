"""歸戶: the records of all current months become persons and households, in one call.

Pure computing. The result depends on what the rows say, on the decisions and on the previous numbers, never on the
order of the rows or on the senders' record numbers.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from anwang.policy import standard
from anwang.standard.record import StandardRecord

from . import explain
from .blocking import candidates
from .clustering import Decisions
from .columns import RecordTable, content_hash, tabulate
from .comparisons import compare
from .engine.keys import Ints
from .households import dated_households, households_with_members
from .identifiers import Assignment, assign_identifiers
from .link_settings import LinkSettings, settings_of
from .model import LinkageModel
from .offering import offered
from .people import group
from .result import LinkageResult, LinkDecisions, Previous
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
    prior = prior or LinkageModel.load()
    if model is None:
        model = train(table, blocked, gammas, prior)
    settings = settings or settings_of(standard(), now.date())
    # what living together tells is learnt anew from the prior, whatever an earlier run had learnt
    model = replace(model, link_at=settings.link_at, living=prior.living)
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
    person_of = dict(zip(table.keys.tolist(), person.tolist(), strict=True))
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
        "vetoed_pairs": offer.vetoed,
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
        households=households_with_members(table, person, home),
        review=offer.review,
        person_events=people.events,
        household_events=homes.events,
        next_person=people.next_id,
        next_household=homes.next_id,
        model=model,
        report=report,
    )


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
