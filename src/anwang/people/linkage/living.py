"""Who lives with whom: the comparisons of two records of different persons, and what each is worth.

The household register answers for about six persons in ten; those answers are the labels from which the worth of an
address, a phone, a carer's name is learnt: how often two records of one 戶號 agree, against two records of different
ones. So a county of tower blocks learns that a door number without a floor says little, and one of farmhouses that it
says nearly all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .blocking import CAP, pairs_in_groups
from .columns import RecordTable
from .comparisons import Levels, levels_of
from .engine.keys import Ints, distinct, mix
from .living_comparisons import LIVING
from .regime import LARGEST, Regime, weights
from .scoring import Members, Scores, name_frequencies

LIVING_NAMES = (*(c.name for c in LIVING), "prior")

VETO_HOUSEHOLD = 16
MOST_ROWS = 40  # of a household that are compared
PRIOR_PAIRS = 100.0
PERSONS_PER_HOUSEHOLD = 2.5  # only to say how unlikely it is that two strangers share one


def compare_living(table: RecordTable, left: Ints, right: Ints) -> dict[str, Levels]:
    """Levels of the row pairs."""
    return levels_of(LIVING, table, left, right)


def living_candidates(table: RecordTable, person: Ints) -> tuple[Ints, Ints]:
    """Row pairs of different persons that may live together."""
    everyone = np.arange(len(table))
    name, reference = table.name, table.reference
    named = np.flatnonzero(reference)
    rules = [
        (everyone, table.door),
        (everyone, mix(table.door, table.place)),
        (np.tile(everyone, table.phones.shape[1]), table.phones.T.reshape(-1)),
        (np.r_[everyone, named, np.flatnonzero(table.alias.full)],
         np.r_[name.full, reference[named], table.alias.full[table.alias.full > 0]]),
        (everyone, mix(table.road, name.surname)),
        (np.r_[everyone, named], mix(np.r_[name.full, reference[named]], np.r_[table.road, table.road[named]])),
    ]  # fmt: skip
    left, right = [], []
    for rows, keys in rules:
        a, b, _ = pairs_in_groups(rows, keys, 2 * CAP)
        left.append(a)
        right.append(b)
    a, b = np.concatenate(left), np.concatenate(right)
    low, high = np.minimum(a, b), np.maximum(a, b)
    code = distinct((low * len(table) + high)[(low != high) & (person[low] != person[high])])
    return code // max(len(table), 1), code % max(len(table), 1)


def learn_living(
    table: RecordTable, person: Ints, register: Ints, left: Ints, right: Ints, prior: Regime
) -> Regime:
    """m and u from the register's answers, weighed against the prior. `register[i]`: 戶號 of row i's person, 0 none."""
    rows = np.flatnonzero(register)
    a, b, _ = pairs_in_groups(rows, register[rows], CAP)
    other = person[a] != person[b]
    together = compare_living(table, a[other], b[other])
    labelled = (register[left] > 0) & (register[right] > 0) & (register[left] != register[right])
    met = compare_living(table, left[labelled], right[labelled])
    rng = np.random.default_rng(11)
    draw = rng.integers(0, max(len(rows), 1), (2, 100_000)) if len(rows) else np.zeros((2, 0), np.int64)
    x, y = rows[draw[0]], rows[draw[1]]
    apart = register[x] != register[y]
    drawn = compare_living(table, x[apart], y[apart])
    pairs = len(rows) * (len(rows) - 1) / 2
    m, u = {}, {}
    for c in LIVING:
        known = np.array([(together[c.name] == k).sum() for k in range(len(c.levels))], float)
        m[c.name] = _shares(known + PRIOR_PAIRS * np.array(prior.m[c.name]))
        seen = np.array([(drawn[c.name] == k).sum() for k in range(len(c.levels))], float)
        comparable = max(seen.sum() / max(len(drawn[c.name]), 1), 1e-3) * max(pairs, 1)
        share = np.array(_shares(seen + PRIOR_PAIRS * np.array(prior.u[c.name])))
        if pairs > 1000:  # what is too rare to be drawn was all met among the candidates: count it exactly
            exact = np.array([(met[c.name] == k).sum() for k in range(len(c.levels))], float) + 0.5
            share = np.array(_shares(np.where(seen < 50, exact / comparable, share)))
        u[c.name] = tuple(float(v) for v in share)
    return Regime(PERSONS_PER_HOUSEHOLD, m, u)


def _shares(counts: NDArray[np.float64]) -> tuple[float, ...]:
    values = np.asarray(counts, float)
    return tuple(float(v) for v in values / values.sum())


@dataclass(frozen=True, slots=True)
class LivingScorer:
    """Scores pairs of households (sets of rows): the mean likelihood ratio over all their row pairs, per comparison."""

    table: RecordTable
    regime: Regime
    register: Ints
    silent: NDArray[np.bool_]
    reference_bits: NDArray[np.float64]
    name_bits: NDArray[np.float64]
    surname_bits: NDArray[np.float64]
    prior: float

    @classmethod
    def of(
        cls, table: RecordTable, regime: Regime, register: Ints, silent: NDArray[np.bool_], persons: int
    ) -> LivingScorer:
        """`register[i]`: 戶號 of row i's person; `silent`: rows that do not count; `persons`: how many there are."""
        frequency = name_frequencies(table)
        size = int(
            max(
                table.name.full.max(initial=0),
                table.alias.full.max(initial=0),
                table.reference.max(initial=0),
            )
        )
        by_name = np.full(size + 1, 0.2 / max(len(table), 1))
        by_name[table.name.full] = frequency
        by_name[0] = 1.0
        m = regime.m["named"]
        share_of = np.bincount(table.name.surname) / max(len(table), 1)
        surname = np.clip(np.log2(regime.m["surname"][0] / np.maximum(share_of, 1e-4)), -2.0, 8.0)
        share = 1 / max(persons / regime.rate, 2.0)
        return cls(table, regime, register, silent, np.log2(m[0] / by_name)[table.reference],
                   np.log2(m[1] / by_name)[table.reference], surname, float(np.log2(share / (1 - share))))  # fmt: skip

    def score(self, entity: Ints, left: Ints, right: Ints) -> Scores:
        """Scores of the household pairs; a pair with two register numbers is vetoed."""
        count = int(entity.max(initial=0)) + 1
        members = Members.of(entity, count, MOST_ROWS)
        register = np.zeros(count, np.int64)
        np.maximum.at(register, entity, self.register)
        at_home = self._named_at_home(entity)
        return Scores.of([
            self._chunk(members, left[s], right[s], register, at_home) for s in members.chunks(left, right)
        ])  # fmt: skip

    def _named_at_home(self, entity: Ints) -> NDArray[np.bool_]:
        """Rows whose carer or 案主 is known: someone of that name stands in their own household already."""
        name, reference = self.table.name.full, self.table.reference
        alias = self.table.alias.full
        size = int(max(name.max(initial=0), alias.max(initial=0), reference.max(initial=0))) + 1
        there = np.concatenate([(entity * size + names)[names > 0] for names in (name, alias)])
        return (reference > 0) & np.isin(entity * size + reference, there)

    def _named(self, a: Ints, b: Ints, level: Levels, at_home: NDArray[np.bool_]) -> Levels:
        """The level of `named`, -1 where the name is no sign: who is meant lives elsewhere, and this is a namesake."""
        table = self.table
        meant = np.zeros(len(a), np.bool_)
        for x, y in ((a, b), (b, a)):
            fits = (table.reference[x] == table.name.full[y]) | (table.reference[x] == table.alias.full[y])
            meant |= fits & (table.reference[x] > 0) & ~at_home[x]
        namesake = ((level == 0) & ~meant) | ((level == 1) & at_home[a] & at_home[b])
        return np.where(namesake, -1, level).astype(np.int8)

    def _chunk(
        self, members: Members, left: Ints, right: Ints, register: Ints, at_home: NDArray[np.bool_]
    ) -> Scores:
        count = len(left)
        crossed = members.cross(left, right)
        a, b, pair = crossed.a, crossed.b, crossed.pair
        levels = compare_living(self.table, a, b)
        levels["named"] = self._named(a, b, levels["named"], at_home)
        heard = ~self.silent[a] & ~self.silent[b]
        table_surname = self.table.name.surname
        parts = np.zeros((count, len(LIVING_NAMES)))
        row_bits = np.zeros(len(a))
        for k, c in enumerate(LIVING):
            level = levels[c.name]
            bits = weights(self.regime, c.name)[level]
            if c.name == "named":
                bits = np.where(level == 0, np.maximum(self.reference_bits[a], self.reference_bits[b]), bits)
                bits = np.where(level == 1, np.maximum(self.name_bits[a], self.name_bits[b]) - 1, bits)
                bits = np.minimum(bits, LARGEST)
            if (
                c.name == "surname"
            ):  # who is named shares the surname or not by being that person: told already
                bits = np.where(level == 0, self.surname_bits[table_surname[a]], bits)
                bits = np.where(levels["named"] == 0, 0.0, bits)
            row_bits += bits
            known = (level >= 0) & heard
            parts[:, k] = _mixed(bits[known], pair[known], count)
        parts[:, -1] = self.prior
        r1, r2 = register[left], register[right]
        veto = np.where((r1 > 0) & (r2 > 0) & (r1 != r2), VETO_HOUSEHOLD, 0)
        left_row, right_row = crossed.best(row_bits)
        return Scores(parts.sum(1), parts, LIVING_NAMES, veto, np.ones(count, np.bool_), left_row, right_row)


def _mixed(bits: NDArray[np.float64], pair: Ints, count: int) -> NDArray[np.float64]:
    """Log2 of the mean likelihood ratio: who moved agrees in some rows only, and a shared door is no accident."""
    total = np.bincount(pair, weights=np.exp2(bits), minlength=count)
    known = np.bincount(pair, minlength=count)
    return np.where(known > 0, np.log2(np.maximum(total, 1e-12) / np.maximum(known, 1)), 0.0)
