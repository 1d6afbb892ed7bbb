"""The model: what Splink learns, what it would score, and the file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from anwang.people.linkage import training
from anwang.people.linkage.blocking import candidates
from anwang.people.linkage.columns import RecordTable, tabulate
from anwang.people.linkage.comparisons import APART, HOME, compare
from anwang.people.linkage.model import SHIPPED, LinkageModel, starting_model
from anwang.people.linkage.regime import weights
from anwang.people.linkage.training import SURE_PAIRS, _linker, pooled, train

from .maker import County, make


@cache
def trained() -> tuple[County, RecordTable, LinkageModel]:
    county = make(500, seed=31)
    table = tabulate(county.records)
    pairs = candidates(table)
    return county, table, train(table, pairs, compare(table, pairs.left, pairs.right), starting_model())


def test_splink_learns_what_is_true_of_the_county() -> None:
    county, table, model = trained()
    pairs = candidates(table)
    gammas = compare(table, pairs.left, pairs.right)
    person = np.array([county.person[int(k)] for k in table.keys])
    same = person[pairs.left] == person[pairs.right]
    assert model.home.rate == pytest.approx(float(same[gammas.is_home].mean()), abs=0.03)
    for name in ("name", "birth", "sex", "identity"):
        levels = gammas.levels[name]
        for table_of, rows in ((model.home.m, same & gammas.is_home), (model.home.u, ~same & gammas.is_home)):
            known = levels[rows & (levels >= 0)]
            for k, value in enumerate(table_of[name]):
                assert value == pytest.approx(float((known == k).mean()), abs=0.04), (name, k)


def test_weights_are_those_that_splink_would_give() -> None:
    _, table, model = trained()
    pairs = candidates(table)
    gammas = compare(table, pairs.left, pairs.right)
    rows = np.flatnonzero(gammas.is_home)[:400]
    linker = _linker(HOME, model.home, model.home.rate, gammas.levels, rows)
    predicted = linker.inference.predict().as_duckdbpyrelation().fetchnumpy()
    theirs = np.zeros(len(rows))
    place = np.minimum(predicted["unique_id_l"], predicted["unique_id_r"]) // 2
    inside = place < len(rows)
    theirs[place[inside]] = predicted["match_weight"][inside]
    ours = np.full(len(rows), np.log2(model.home.rate / (1 - model.home.rate)))
    unclipped = np.ones(len(rows), np.bool_)
    for c in HOME:
        bits = weights(model.home, c.name)
        level = gammas.levels[c.name][rows]
        ours += bits[level]
        unclipped &= np.abs(bits[level]) < 18
    assert unclipped.sum() > 200
    np.testing.assert_allclose(ours[unclipped], theirs[unclipped], atol=1e-4)


def test_too_few_sure_pairs_keep_the_prior_and_say_so() -> None:
    table = tabulate(make(20, seed=1).records)
    pairs = candidates(table)
    prior = LinkageModel.load()
    model = train(table, pairs, compare(table, pairs.left, pairs.right), prior)
    assert (model.home, model.apart) == (prior.home, prior.apart)
    assert model.report["trained"] is False
    assert str(SURE_PAIRS) in model.report["why"]


def test_the_report_tells_records_pairs_iterations_and_thresholds() -> None:
    _, table, model = trained()
    report = model.report
    assert report["records"] == len(table)
    assert report["home_sessions"][0]["iterations"] >= 1
    assert len(report["apart_sessions"]) == 2
    assert report["thresholds"]["link"] == model.link_at


def test_the_file_gives_the_model_back(tmp_path: Path) -> None:
    _, _, model = trained()
    path = tmp_path / "model.json"
    model.save(path)
    assert (
        LinkageModel.load(path).to_json() == json.loads(path.read_text(encoding="utf-8")) == model.to_json()
    )


@pytest.mark.parametrize("change", ["m", "version"])
def test_a_file_changed_by_hand_is_refused(change: str) -> None:
    body = LinkageModel.load().to_json()
    if change == "m":
        body["home"]["comparisons"][0]["comparison_levels"][1]["m_probability"] = 0.5
    else:
        body["anwang"]["version"] = 99
    with pytest.raises(ValueError, match="模型"):
        LinkageModel.from_json(body)


def test_the_shipped_model_is_whole_and_its_probabilities_add_up() -> None:
    model = LinkageModel.load(SHIPPED)
    for comparisons, regime in ((HOME, model.home), (APART, model.apart)):
        for c in comparisons:
            for probabilities in (regime.m[c.name], regime.u[c.name]):
                assert len(probabilities) == len(c.levels)
                assert sum(probabilities) == pytest.approx(1.0, abs=1e-6)
                assert min(probabilities) > 0


def test_pooling_a_model_with_itself_changes_nothing() -> None:
    model = LinkageModel.load()
    twice = pooled([model, model], "test")
    assert twice.home.rate == pytest.approx(model.home.rate)
    assert twice.apart.m["name"] == pytest.approx(model.apart.m["name"])


def test_where_splink_refuses_a_u_near_zero_the_priors_u_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    county = make(120, seed=5)
    table = tabulate(county.records)
    pairs = candidates(table)
    real = training._learn

    def refuses(linker, rule, report, *, learn_u, learn_rate=False):
        if learn_u:
            raise training.TrainingRefused("ValueError")
        return real(linker, rule, report, learn_u=learn_u, learn_rate=learn_rate)

    monkeypatch.setattr(training, "_learn", refuses)
    model = train(table, pairs, compare(table, pairs.left, pairs.right), starting_model())
    assert model.report["home_u"] == "prior"
    assert model.home.m != starting_model().home.m


def test_where_splink_refuses_everything_the_prior_stands_and_the_report_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    county = make(120, seed=5)
    table = tabulate(county.records)
    pairs = candidates(table)

    def refuses(*_: object, **__: object) -> dict[str, object]:
        raise training.TrainingRefused("ValueError")

    monkeypatch.setattr(training, "_learn", refuses)
    model = train(table, pairs, compare(table, pairs.left, pairs.right), starting_model())
    assert model.home == starting_model().home
    assert model.apart.m == starting_model().apart.m
    assert model.report["home"].startswith("prior")
