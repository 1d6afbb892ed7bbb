"""`anwang bench review`: what reviewing is worth, on demo counties whose truth is known.

First: the first so many pairs of the queue are answered with the truth and the county is matched again; how many wrong
pairs of records are left, in the order that the queue has, by worth alone, closest to one half first (as it was), and
by chance. Second: two hundred times other lots are drawn and answered; how often the intervals hold the true precision
and recall, and how wide they are.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

from ..home import say

if TYPE_CHECKING:
    from anwang.people.linkage.model import LinkageModel
    from anwang.people.linkage.offering import ScoredPairs
    from anwang.people.linkage.result import LinkageResult, ReviewPair
    from anwang.standard.record import StandardRecord

REVIEWS = (10, 20, 40, 80)
SHUFFLES = 3
SIMULATIONS = 200
DRAWS = 150
LINK_AT = 0.6


@dataclass(frozen=True, slots=True)
class Known:
    """A county's rows by key, and who each is truly about."""

    records: Mapping[int, StandardRecord]
    truth: Mapping[int, Hashable]

    def is_same(self, left: int, right: int) -> bool:
        return self.truth[left] == self.truth[right]


def bench_review(given: argparse.Namespace) -> int:
    households = (given.households or [1_500])[0]
    profiles = given.profile or ["standard", "harsher", "unseen"]
    print("| county | order | pairs to ask | " + " | ".join(f"{k} reviews" for k in (0, *REVIEWS)) + " |")
    print("|" + " --- |" * (4 + len(REVIEWS)), flush=True)
    counties = []
    for profile in profiles:
        say(f"{profile}，{households} 戶 …")
        known = _county(profile, given.seed, households)
        result = _matched(known, None, [])
        counties.append((profile, known, result.model))
        for line in _order_lines(profile, known, result, given.seed):
            print(line, flush=True)
    print("\n| county | threshold | pairs linked | true P | width | held | true R | width | held |")
    print("|" + " --- |" * 9, flush=True)
    for profile, known, model in counties:
        for line in _interval_lines(profile, known, model, given.seed):
            print(line, flush=True)
    return 0


def _county(profile: str, seed: int, households: int) -> Known:
    from anwang.simulate.county import make_county
    from anwang.simulate.profiles import PROFILES
    from anwang.simulate.shipped_model import records_of

    rows = dict(enumerate(records_of(profile, seed, households), 1))
    county = make_county(seed, households, PROFILES[profile])
    person_of: dict[str, int] = {}
    for period in (county.first, county.first.next()):
        person_of |= county.month(period).truth.person_of
    return Known(rows, {key: person_of[record.record_number] for key, record in rows.items()})


def _matched(known: Known, model: LinkageModel | None, decided: Sequence[tuple[int, int]]) -> LinkageResult:
    """The county matched, with true answers to these pairs."""
    from anwang.people.linkage.consolidate import consolidate
    from anwang.people.linkage.link_settings import LinkSettings
    from anwang.people.linkage.result import LinkDecisions, Previous
    from anwang.simulate.shipped_model import DAY

    must = frozenset(pair for pair in decided if known.is_same(*pair))
    decisions = LinkDecisions(must, frozenset(decided) - must)
    return consolidate(
        known.records, decisions, Previous(), model, DAY, settings=LinkSettings(LINK_AT, DRAWS)
    )


def _order_lines(profile: str, known: Known, first: LinkageResult, seed: int) -> list[str]:
    doubtful = [pair for pair in first.review if not pair.by_lot]
    orders: list[tuple[str, list[list[ReviewPair]]]] = [
        ("queue: worth and draws", [list(first.review)]),
        ("queue: worth alone", [doubtful]),
        ("closest to one half (before)", [sorted(doubtful, key=lambda p: abs(p.probability - 0.5))]),
        (f"by chance (mean of {SHUFFLES})", [_shuffled(doubtful, seed + k) for k in range(SHUFFLES)]),
    ]
    start = _wrong_pairs(known, first)
    lines = []
    for name, of in orders:
        cells = [str(len(of[0])), str(start)]
        for count in REVIEWS:
            left = [_wrong_after(known, first, order[:count]) for order in of]
            cells.append(f"{mean(left):.0f}")
        lines.append(f"| {profile} | {name} | " + " | ".join(cells) + " |")
    return lines


def _shuffled(pairs: Sequence[ReviewPair], seed: int) -> list[ReviewPair]:
    mixed = list(pairs)
    random.Random(seed).shuffle(mixed)
    return mixed


def _wrong_after(known: Known, first: LinkageResult, asked: Sequence[ReviewPair]) -> int:
    decided = [(min(p.left, p.right), max(p.left, p.right)) for p in asked]
    return _wrong_pairs(known, _matched(known, first.model, decided))


def _wrong_pairs(known: Known, result: LinkageResult) -> int:
    """Pairs of records put together wrongly, and pairs of one person left apart."""

    def pairs(counts: Counter[Hashable]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    truth: Counter[Hashable] = Counter(known.truth.values())
    found: Counter[Hashable] = Counter(result.person_of.values())
    both: Counter[Hashable] = Counter((known.truth[key], person) for key, person in result.person_of.items())
    return pairs(truth) + pairs(found) - 2 * pairs(both)


def _interval_lines(profile: str, known: Known, model: LinkageModel, seed: int) -> list[str]:
    from anwang.people.linkage.bands import EDGES, RIVAL, STEPS, bands
    from anwang.people.linkage.estimates import Seen, estimates, sample_of

    scored, same = _scored(known, model)
    told = bands(scored.band, DRAWS)
    members = {band.number: [k for k in range(len(same)) if scored.band[k] == band.number] for band in told}
    rng = random.Random(seed)
    runs = []
    for _ in range(SIMULATIONS):
        samples = []
        for band in told:
            drawn = [(rng.random(), same[k]) for k in members[band.number]]
            # Nobody looks at a pair that is not drawn.
            samples.append(sample_of(band, [Seen(lot, truth) for lot, truth in drawn if lot < band.share]))
        runs.append({each.link_at: each for each in estimates(samples)})
    lines = []
    for step in STEPS:
        first = EDGES.index(step)
        linked = [k for number in range(first, RIVAL) for k in members[number]]
        true_p = mean(same[k] for k in linked)
        true_r = sum(same[k] for k in linked) / sum(same)
        cells = [f"{step:.0%}", f"{len(linked):,}"]
        for true, found in (
            (true_p, [run[step].precision for run in runs]),
            (true_r, [run[step].recall for run in runs]),
        ):
            known_ = [each for each in found if each is not None]
            held = mean(each.low - 1e-9 <= true <= each.high + 1e-9 for each in known_)
            cells += [f"{true:.4f}", f"{mean(each.high - each.low for each in known_):.4f}", f"{held:.1%}"]
        lines.append(f"| {profile} | " + " | ".join(cells) + " |")
    return lines


def _scored(known: Known, model: LinkageModel) -> tuple[ScoredPairs, list[bool]]:
    """All pairs that a threshold decides on, and whether each is one person."""
    from anwang.people.linkage.blocking import candidates
    from anwang.people.linkage.clustering import Decisions
    from anwang.people.linkage.columns import tabulate
    from anwang.people.linkage.offering import scored_pairs
    from anwang.people.linkage.people import group
    from anwang.people.linkage.result import LinkDecisions

    table = tabulate(known.records)
    grouping = group(table, candidates(table), model, Decisions([], []))
    scored = scored_pairs(table, grouping, model, LinkDecisions())
    sides = (table.keys[rows].tolist() for rows in (scored.scores.left_row, scored.scores.right_row))
    return scored, [known.is_same(left, right) for left, right in zip(*sides, strict=True)]
