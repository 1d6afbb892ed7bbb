"""The passes: sure persons, their households, and then again with what the households say.

A child with neither ID nor birth in two lists is one person when the two rows stand in one family; that the family is
one is known only once its other members are linked. So persons and households take turns, each with the other's last
answer as evidence, from the surest links to the less sure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .blocking import CAP, Candidates, pairs_in_groups
from .clustering import Clusters, Decisions, agglomerate, cluster
from .columns import RecordTable
from .engine.keys import Ints, distinct, mix, numbered
from .living import LivingScorer, learn_living, living_candidates
from .model import LinkageModel, Regime
from .scoring import Scorer, Scores

SURE = 0.97  # the first pass makes only links that nothing later could undo
INSTITUTION = 8  # rows of lodgers under one 戶號 from which it is a collective household (共同事業戶)
HOUSEHOLD_AT = 0.5  # every record needs a household, so the likelier answer is taken


@dataclass(frozen=True, slots=True)
class Grouping:
    """`person[i]`, `household[i]` of each row; the last clustering of persons with what it left apart; all person merges."""

    person: Ints
    household: Ints
    persons: Clusters
    merged: Scores
    register: Ints
    living: Regime


def group(table: RecordTable, candidates: Candidates, model: LinkageModel, decisions: Decisions) -> Grouping:
    """Persons and households of all rows."""
    scorer = Scorer(table, model)
    left, right = candidates.left, candidates.right
    merged: list[Scores] = []
    start: Ints | None = None
    household: Ints | None = None
    steps = [SURE, max(0.9, model.link_at), model.link_at]
    for step in steps:
        persons = cluster(
            table, scorer, model, left, right, decisions, start, household, link_at=step, rivals=step < SURE
        )
        merged.append(persons.merged)
        start = persons.entity
        households, register, living = households_of(table, start, model)
        household = households.entity
        left, right = _with_mates(candidates, household)
    assert start is not None
    return Grouping(start, households.entity, persons, Scores.of(merged), register, living)


def _with_mates(candidates: Candidates, household: Ints) -> tuple[Ints, Ints]:
    """The candidate pairs and all pairs of rows of one household."""
    n = max(len(household), 1)
    a, b, _ = pairs_in_groups(np.arange(len(household)), household + 1, CAP)
    code = distinct(
        np.concatenate([candidates.left * n + candidates.right, np.minimum(a, b) * n + np.maximum(a, b)])
    )
    return code // n, code % n


def registers_of(table: RecordTable, person: Ints) -> Ints:
    """The 戶號 of each row's person: the one of the newest month, among these the most frequent; 0 = none.

    A 家屬 or 寄居 who has another row with an address or a carer has none: that row tells where he lives.
    """
    rows = np.flatnonzero((table.register > 0) & ~lodgings(table, person))
    if not len(rows):
        return np.zeros(len(table), np.int64)
    month = np.array([table.records[i].period.year * 12 + table.records[i].period.month for i in rows])
    code = np.stack([person[rows], month, table.register[rows]])
    unique, count = np.unique(code, axis=1, return_counts=True)
    order = np.lexsort((unique[2], -count, -unique[1], unique[0]))
    first = order[np.r_[True, unique[0][order][1:] != unique[0][order][:-1]]]
    of = np.zeros(int(person.max(initial=0)) + 1, np.int64)
    of[unique[0][first]] = unique[2][first]
    return of[person]


def lodgings(table: RecordTable, person: Ints) -> NDArray[np.bool_]:
    """Register rows of a 家屬 or 寄居 that do not count for his home: other rows say where he lives, or he is an adult
    who shares his surname with nobody registered there. Where most are lodgers (an institution), all live there."""
    tells = ~table.is_lodger & ((table.door > 0) | (table.reference > 0) | (table.register > 0))
    told = np.bincount(person[tells], minlength=int(person.max(initial=0)) + 1) > 0
    family = mix(table.register, table.name.surname)
    stranger = ~np.isin(family, family[~table.is_lodger & (table.register > 0)]) & (table.stage != 1)
    size = int(table.register.max(initial=0)) + 1
    rows = np.bincount(table.register, minlength=size)
    lodgers = np.bincount(table.register[table.is_lodger], minlength=size)
    family_home = ((lodgers < INSTITUTION) | (2 * lodgers < rows))[table.register]
    return table.is_lodger & family_home & (told[person] | stranger)


def households_of(table: RecordTable, person: Ints, model: LinkageModel) -> tuple[Clusters, Ints, Regime]:
    """Households of the persons, each row's register number, and what was learnt about living together. One 戶號 is one household; the rest must earn it."""
    register = registers_of(table, person)
    silent = lodgings(table, person)
    left, right = living_candidates(table, person)
    heard = ~silent[left] & ~silent[right]
    left, right = left[heard], right[heard]
    regime = learn_living(table, person, register, left, right, model.living)
    scorer = LivingScorer.of(table, regime, register, silent, int(person.max(initial=-1)) + 1)
    start = np.where(register > 0, register + len(table), person)
    return agglomerate(numbered(start), left, right, scorer.score, HOUSEHOLD_AT), register, regime
