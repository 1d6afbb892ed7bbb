"""Scores by contingency counts equal scores by listing every pair."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.simulate.county import make_county
from anwang.simulate.scoring import Score, of_set, pairwise, score_links, score_lists
from anwang.simulate.truth import Truth
from anwang.standard.record import Period

MARCH, APRIL = Period(2026, 3), Period(2026, 4)
_ids = st.dictionaries(st.integers(0, 12).map(str), st.integers(0, 4), max_size=13)


@given(_ids, _ids)
def test_pairs_are_counted_as_if_listed(truth: dict[str, int], found: dict[str, int]) -> None:
    pairs = list(combinations(sorted(truth), 2))
    together = {p for p in pairs if truth[p[0]] == truth[p[1]]}
    said = {p for p in pairs if p[0] in found and p[1] in found and found[p[0]] == found[p[1]]}
    assert pairwise(truth, found) == Score(len(together & said), len(said), len(together))


@pytest.mark.parametrize(
    ("score", "precision", "recall", "f1"),
    [(Score(2, 4, 8), 0.5, 0.25, 1 / 3), (Score(0, 0, 0), 1.0, 1.0, 1.0), (Score(0, 3, 0), 0.0, 1.0, 0.0)],
)
def test_precision_recall_and_f1(score: Score, precision: float, recall: float, f1: float) -> None:
    assert (score.precision, score.recall) == (precision, recall)
    assert score.f1 == pytest.approx(f1)


@pytest.fixture(scope="module")
def truths() -> list[Truth]:
    county = make_county(31, 400)
    return [county.month(MARCH).truth, county.month(APRIL).truth]


def _perfect(truth: Truth) -> dict[str, list]:
    return {
        "cocase_households": truth.cocase_records(),
        "xingfu": truth.records_of(truth.xingfu),
        "high_risk_child": truth.records_of(truth.high_risk_child),
        "missing_child": truth.records_of(truth.missing_child),
    }


def test_the_truth_itself_scores_one(truths: list[Truth]) -> None:
    links = {r: (p, t.household_of[r]) for t in truths for r, p in t.person_of.items()}
    scores = score_links(truths, links)
    assert scores.persons.f1 == scores.households.f1 == 1.0
    assert scores.persons.wanted > score_links(truths[0], links).persons.wanted
    lists = score_lists(truths[0], _perfect(truths[0]))
    assert {lists.cocase_pairs.f1, lists.cocase_households.f1, lists.xingfu.f1} == {1.0}
    assert {lists.high_risk_child.f1, lists.missing_child.f1} == {1.0}
    assert lists.cocase_pairs.wanted > 0


def test_register_rows_in_a_group_do_not_count(truths: list[Truth]) -> None:
    truth = truths[0]
    lists = _perfect(truth)
    lists["cocase_households"] = [
        [r for r, home in truth.household_of.items() if home == wanted] for wanted in truth.cocase_households
    ]
    assert score_lists(truth, lists).cocase_pairs.f1 == 1.0


def test_a_merged_a_split_and_an_invented_group_cost(truths: list[Truth]) -> None:
    truth = truths[0]
    lists = _perfect(truth)
    first, second, *rest = lists["cocase_households"]
    merged = score_lists(truth, {**lists, "cocase_households": [first + second, *rest]})
    assert merged.cocase_pairs.precision < 1
    assert merged.cocase_pairs.recall == 1
    assert merged.cocase_households.recall < 1
    split = score_lists(truth, {**lists, "cocase_households": [first[:1], first[1:], second, *rest]})
    assert split.cocase_pairs.precision == 1
    assert split.cocase_pairs.recall < 1
    assert split.cocase_households.precision < 1
    invented = score_lists(truth, {**lists, "xingfu": [*lists["xingfu"], "nobody"]})
    assert invented.xingfu.precision < 1
    assert of_set({1, 2}, {2, 3}) == Score(1, 2, 2)
