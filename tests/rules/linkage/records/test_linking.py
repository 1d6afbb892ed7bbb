"""A month after the other is what comparing everything gives, to the last pair, bit and cluster; or it is said why all was compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars
import pytest

from anwang.commands.bench.many_records import RULES
from anwang.people.linkage.engine.gathering import gathered
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.packed import ID, KEY
from anwang.people.linkage.records import weighing
from anwang.people.linkage.records.linking import Job
from anwang.people.linkage.records.reading import read_records

from .months import SHARE, Months, as_of, make

COUNT = 6_000
FIRST, SECOND = 5_000, 5_600


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> polars.DataFrame:
    return make(COUNT, tmp_path_factory.mktemp("made"))


@pytest.fixture
def months(tmp_path: Path) -> Months:
    return Months(tmp_path, Job((), tmp_path, LinkageModel.load()))


def pairs_of(out: Path) -> polars.DataFrame:
    return polars.read_parquet(out / "pairs.parquet")


def test_what_is_written_is_what_the_engine_finds(frame: polars.DataFrame, months: Months) -> None:
    """At the threshold itself, without the pairs that are kept below it: as Spark's workers do it."""
    model = LinkageModel.load()
    path = months.folder / "records.parquet"
    spread = frame.with_columns(polars.col(ID) * 10 + 7)
    spread.write_parquet(path)
    out, done = months.run(spread, shares=False)
    records = read_records([path], model)
    weights = weighing.apart_weights(model, COUNT, records.terms)
    found = weighing.pairing().likely(records.rows, records.rules, weights, 0.0, most=1_000)
    clusters = gathered(weighing.pairing(), records.rows, found, weights, 0.0)
    pairs, made = pairs_of(out), polars.read_parquet(out / "clusters.parquet")
    assert (pairs["left"].to_numpy() == records.ids[found.left]).all()
    assert (pairs["right"].to_numpy() == records.ids[found.right]).all()
    assert (pairs["bits"].to_numpy() == found.bits).all()
    assert len(pairs) == done.pairs > 1_000
    _, first = np.unique(clusters.cluster, return_index=True)
    assert made[ID].to_list() == records.ids.tolist()
    assert (made["cluster"].to_numpy() == records.ids[first[clusters.cluster]]).all()
    assert (made["loose"].to_numpy() == clusters.loose).all()
    assert 0 < made["loose"].sum() < COUNT
    assert done.clusters == len(first)


@pytest.mark.parametrize("threads", [1, 2])
def test_three_months_are_one(frame: polars.DataFrame, months: Months, threads: int) -> None:
    first, done = months.run(frame[:FIRST], threads=threads)
    assert (done.new, done.changes, done.margin) == (FIRST, None, 4.0)
    second, done = months.same_as_all(frame[:SECOND], first, threads=threads)
    assert done.why_all is None
    assert (done.new, done.gone) == (SECOND - FIRST, 0)
    assert done.margin == 4.0  # names become rarer by as much as any pair becomes less likely
    before, after = pairs_of(first), pairs_of(second)
    both = before.join(after, on=["left", "right"])
    assert (both["bits"] != both["bits_right"]).any()  # the weights have changed
    assert len(both) < len(after)
    third, later = months.same_as_all(frame, second, threads=threads)
    assert later.why_all is None
    assert later.compared < months.run(frame)[1].compared / 4
    # what is kept for the month after is what comparing everything would keep, down to where it is whole
    kept = polars.read_parquet(third / "kept" / "pairs.parquet")
    whole, _ = months.run(frame)
    every = polars.read_parquet(whole / "kept" / "pairs.parquet")
    assert len(pairs_of(third)) < len(kept) <= len(every)
    assert kept.join(every, on=["left", "right"], how="anti").is_empty()


def test_pairs_that_the_weights_lift_over_the_threshold_are_found(
    frame: polars.DataFrame, months: Months
) -> None:
    """Two old records that were too unlike last month: other people's names make theirs rarer."""
    common = as_of(frame[:FIRST]).with_columns(polars.lit(0.01).alias(SHARE))
    first, _ = months.run(common, shares=False)
    later = as_of(frame).with_columns(polars.lit(0.001).alias(SHARE))
    second, done = months.same_as_all(later, first, shares=False)
    assert done.why_all is None
    assert done.margin == pytest.approx(4.0 - np.log2(10) + np.log2((COUNT - 1) / (FIRST - 1)), abs=1e-3)
    old = pairs_of(second).filter(polars.col("right") < FIRST)
    assert len(old) > len(pairs_of(first))


def test_records_that_are_gone(frame: polars.DataFrame, months: Months) -> None:
    first, _ = months.run(frame[:FIRST])
    stay = frame.filter((polars.col(ID) % 50 != 3) | (polars.col(ID) >= FIRST))
    out, done = months.same_as_all(stay, first)
    assert done.why_all is None
    assert (done.new, done.gone) == (COUNT - FIRST, FIRST // 50)
    _, fewer = months.same_as_all(frame[10:FIRST], first)  # nothing new at all
    assert (fewer.new, fewer.gone, fewer.why_all, fewer.compared) == (0, 10, None, 0)
    changes = polars.read_parquet(out / "changes.parquet")
    assert changes.columns == [ID, "old", "new", "why"]
    assert done.changes == {why: (changes["why"] == why).sum() for why in done.changes or ()}
    before = polars.read_parquet(first / "clusters.parquet").join(changes, on=ID)
    now = polars.read_parquet(out / "clusters.parquet").join(changes, on=ID)
    assert (before["cluster"] == before["old"]).all()
    assert (now["cluster"] == now["new"]).all()
    assert {"merged", "renumbered"} <= set(changes["why"])


def test_groups_that_become_too_large(frame: polars.DataFrame, months: Months) -> None:
    """25 old records share a place and nothing else that brings them together; the new ones make the group too large."""
    keys = [KEY + name for name in RULES]
    crowd = (polars.col(ID) % 200 == 0) | polars.col(ID).is_in([FIRST + 1, FIRST + 2])
    alike = frame.with_columns(
        *(
            polars.when(crowd).then(7 if key == KEY + "place" else 0).otherwise(polars.col(key)).alias(key)
            for key in keys
        ),
        *(
            polars.when(crowd).then(polars.col(name).first()).otherwise(polars.col(name)).alias(name)
            for name in frame.columns
            if name not in (ID, *keys)
        ),
    )
    first, done = months.run(alike[:FIRST], most=28)
    assert done.left_out["place"] == 0
    second, done = months.same_as_all(alike, first, most=28)
    assert done.why_all is None
    assert done.left_out["place"] == 32
    lost = pairs_of(first).join(pairs_of(second), on=["left", "right"], how="anti")
    assert len(lost) >= 300
    assert done.changes is not None
    assert done.changes["split"] >= 24
    # one of them is gone: the group may be small enough again, and its pairs are in nothing that was kept
    third, done = months.same_as_all(
        alike.filter(~polars.col(ID).is_in([200, 400, 600, 800])), second, most=28
    )
    assert done.why_all is not None
    assert "太大的分塊" in done.why_all
    assert len(pairs_of(third)) > len(pairs_of(second))


def test_any_months_are_what_comparing_everything_gives(frame: polars.DataFrame, months: Months) -> None:
    """Seeded: which records there are, which go, how many may share a key, and where the threshold is."""
    rng = np.random.default_rng(21)
    only_new = 0
    for _ in range(16):
        there = (
            frame[: rng.integers(1_000, COUNT)].sample(fraction=0.9, seed=int(rng.integers(1 << 30))).sort(ID)
        )
        given = {"most": int(rng.choice([4, 12, 60])), "threshold": float(rng.uniform(-6, 8))}
        kept = None
        for share in sorted(rng.uniform(0.3, 1.0, 3)):
            some = there[: int(share * len(there))]
            if rng.random() < 0.4:
                some = some.filter(polars.Series(rng.random(len(some)) > 0.01))
            kept, done = (
                months.run(some, **given) if kept is None else months.same_as_all(some, kept, **given)
            )
            only_new += done.new < done.records and done.why_all is None
    assert 8 < only_new < 32


@pytest.mark.parametrize(
    ("change", "given", "why"),
    [
        (lambda f: f.with_columns(polars.when(polars.col(ID) == 17).then(3).otherwise(polars.col("floor"))
                                  .cast(polars.Int32).alias("floor")), {}, "1 筆內容不同"),
        (lambda f: f.with_columns(polars.when(polars.col(ID) == 17).then(0).otherwise(polars.col("key_place"))
                                  .alias("key_place")), {}, "1 筆內容不同"),
        (lambda f: f.with_columns(polars.when(polars.col(ID) < 40).then(polars.col(SHARE) / 64).otherwise(polars.col(SHARE))
                                  .alias(SHARE)), {"shares": False}, "權重最多升高了 6"),
        (lambda f: f, {"most": 999}, "--most"),
        (lambda f: f, {"threshold": -5.0}, "門檻比先前的"),
        (lambda f: f.drop("key_phone"), {}, "分塊鍵"),
        (lambda f: f.with_columns(polars.when(polars.col(ID) == COUNT - 1).then(-1).otherwise(polars.col(ID)).alias(ID))
         .sort(ID), {}, "編號在先前的紀錄之前"),
    ],
)  # fmt: skip
def test_when_everything_is_compared_it_is_said_why(
    frame: polars.DataFrame,
    months: Months,
    change: Callable[[polars.DataFrame], polars.DataFrame],
    given: dict[str, object],
    why: str,
) -> None:
    shares = given.get("shares", True)
    first, _ = months.run(as_of(frame[:FIRST]), shares=shares)
    _, done = months.same_as_all(change(as_of(frame)), first, **given)
    assert done.why_all is not None
    assert why in done.why_all
    assert done.margin == 4.0


def test_another_model_and_other_code_compare_everything(
    frame: polars.DataFrame, months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = months.run(frame[:FIRST])
    model = LinkageModel.load()
    other = replace(model, apart=replace(model.apart, rate=model.apart.rate * 2))
    _, done = months.same_as_all(frame, first, model=other)
    assert done.why_all == "模型和先前的不同"
    monkeypatch.setattr("anwang.people.linkage.records.standing.comparing", lambda: "otherwise")
    _, done = months.same_as_all(frame, first)
    assert done.why_all == "程式比對的方式和先前的不同"


def test_a_threshold_inside_the_margin_needs_no_search(frame: polars.DataFrame, months: Months) -> None:
    first, _ = months.run(frame[:FIRST])
    for threshold in (-2.0, 3.0):
        _, done = months.same_as_all(frame, first, threshold=threshold)
        assert done.why_all is None


def test_decisions_hold_whichever_way_it_is_searched(frame: polars.DataFrame, months: Months) -> None:
    first, done = months.run(frame[:FIRST])
    pairs, made = pairs_of(first), polars.read_parquet(first / "clusters.parquet")["cluster"].to_list()
    together = [(a, b) for a, b in pairs.select("left", "right").rows() if made[a] == made[b]][:20]
    asked = [f"{b},{a},different" for a, b in together] + [
        f"{k},{FIRST - 1 - k},same" for k in range(0, 90, 3)
    ]
    asked += ["1,4000,same", "4000,2,same", "2,1,different"]
    path = months.folder / "decisions.csv"
    path.write_text("left,right,decision\n" + "\n".join(asked) + "\n", "utf-8")
    out, done = months.same_as_all(frame, first, decisions=path)
    assert done.why_all is None
    cluster = polars.read_parquet(out / "clusters.parquet")["cluster"].to_list()
    assert all(cluster[a] != cluster[b] for a, b in together)
    assert all(cluster[k] == cluster[FIRST - 1 - k] for k in range(0, 90, 3))
    assert cluster[1] != cluster[2]
    assert len(done.refused) == 1
    assert done.refused[0] in (len(asked) - 1, len(asked))
    assert done.decided == {"same": 32, "different": 21, "gone": 0}


def test_no_records_and_one(frame: polars.DataFrame, months: Months) -> None:
    nothing, done = months.run(frame[:0])
    assert (done.records, done.pairs, done.clusters) == (0, 0, 0)
    one, done = months.same_as_all(frame[:1], nothing)
    assert (done.new, done.clusters, done.changes) == (1, 1, dict.fromkeys(done.changes or (), 0))
    _, done = months.same_as_all(frame[:0], one)
    assert (done.gone, done.records) == (1, 0)
