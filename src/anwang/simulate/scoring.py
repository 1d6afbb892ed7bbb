"""How well persons, households and lists were found, against the truth.

Counts pairs through contingency tables, never by listing them: 150,000 records take a fraction of a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .truth import Truth


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of `right` found among `found`, of `wanted` that were to be found."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        total = self.found + self.wanted
        return 2 * self.right / total if total else 1.0


def pairwise(truth: Mapping[str, Hashable], found: Mapping[str, Hashable]) -> Score:
    """Pairs of records put together. A record of the truth that `found` lacks stands alone; others are ignored."""
    both: Counter[tuple[Hashable, Hashable]] = Counter()
    ours: Counter[Hashable] = Counter()
    theirs: Counter[Hashable] = Counter()
    for record, true_id in truth.items():
        ours[true_id] += 1
        if record in found:
            found_id = found[record]
            theirs[found_id] += 1
            both[true_id, found_id] += 1
    return Score(_pairs(both.values()), _pairs(theirs.values()), _pairs(ours.values()))


def _pairs(sizes: Iterable[int]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes)


def of_set(wanted: Iterable[Hashable], found: Iterable[Hashable]) -> Score:
    wanted, found = set(wanted), set(found)
    return Score(len(wanted & found), len(found), len(wanted))


@dataclass(frozen=True, slots=True)
class LinkScores:
    persons: Score
    households: Score


def score_links(
    truths: Truth | Sequence[Truth], links: Mapping[str, tuple[Hashable, Hashable]]
) -> LinkScores:
    """Predicted `record number → (person id, household id)` against one month's truth or several months together.

    Several months score persons over the months; households are scored month by month and summed, because
    people who move are in two households over time.
    """
    months = [truths] if isinstance(truths, Truth) else list(truths)
    persons = {record: person for month in months for record, person in month.person_of.items()}
    found = {record: ids[0] for record, ids in links.items()}
    homes = {record: ids[1] for record, ids in links.items()}
    by_month = [pairwise(month.household_of, homes) for month in months]
    return LinkScores(
        pairwise(persons, found),
        Score(
            sum(s.right for s in by_month), sum(s.found for s in by_month), sum(s.wanted for s in by_month)
        ),
    )


@dataclass(frozen=True, slots=True)
class ListScores:
    """`cocase_pairs`: pairs of service rows in one group; `cocase_households`: groups as households."""

    cocase_pairs: Score
    cocase_households: Score
    xingfu: Score
    high_risk_child: Score
    high_risk_child_visible: Score
    missing_child: Score


def score_lists(truth: Truth, lists: Mapping[str, Sequence[Any]]) -> ListScores:
    """The month's lists as exported (`cocase_households`, `xingfu`, `high_risk_child`, `missing_child`).

    Record numbers are mapped to the true persons; unknown ones count as found and wrong. A co-case group may
    or may not contain register rows: they are left out. A group is the household that most of its rows are of.
    """
    groups = [_service_rows(truth, group) for group in lists["cocase_households"]]
    grouped = {record: number for number, group in enumerate(groups) for record in group}
    wanted = {record: number for number, group in enumerate(truth.cocase_records()) for record in group}
    wanted_pairs = pairwise(wanted, grouped)
    # pairs found among rows of households that are no co-case count as found, too
    found_pairs = _pairs(Counter(grouped.values()).values())
    homes = [
        Counter(truth.household_of.get(record, -1 - number) for record in group).most_common(1)[0][0]
        for number, group in enumerate(groups)
        if group
    ]
    counted: Counter[int] = Counter(homes)
    right = sum(1 for home in counted if home in truth.cocase_households)
    found_child = _persons(truth, lists["high_risk_child"])
    return ListScores(
        Score(wanted_pairs.right, found_pairs, wanted_pairs.wanted),
        Score(right, len(homes), len(truth.cocase_households)),
        of_set(truth.xingfu, _persons(truth, lists["xingfu"])),
        of_set(truth.high_risk_child, found_child),
        of_set(truth.high_risk_child_visible, found_child),
        of_set(truth.missing_child, _persons(truth, lists["missing_child"])),
    )


def _service_rows(truth: Truth, group: Iterable[str]) -> list[str]:
    return [r for r in group if r not in truth.roster_of or truth.roster_of[r].is_service]


def _persons(truth: Truth, records: Iterable[str]) -> set[Hashable]:
    return {truth.person_of.get(record, record) for record in records}
