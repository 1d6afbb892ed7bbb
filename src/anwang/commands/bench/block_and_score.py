"""`anwang bench linkage --records N`: from Parquet to clusters, at the size of a nation or a part of it.

Both sides read one Parquet file, score under one model (`apart`: two records without a common home) the pairs that the
same blocking rules bring together, keep those that are more likely one person than not, and make clusters of these: Splink
all that hangs together, we what fits together. Each side runs in a process of its own; the pairs, the weights and the
clusters of both are compared afterwards, these with whose records they are.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anwang.platform.processors import usable_processors

from ..home import say
from .many_records import MOST_ALIKE, RULES, make_records
from .on_spark import SPARK, SPARK_SPLINK, as_line, run_spark, same_clusters

OURS, SPLINK, MAKE = "anwang", "splink", "make"
SIDES = {"splink": (SPLINK,), "spark": (SPARK, SPARK_SPLINK)}
FROM_BITS = 0.0  # as likely as not
EQUAL = 1e-4  # bits


def bench_block_and_score(records: list[int], seed: int, against: str | None) -> int:
    """Prints a line for each size and side, and says whether both found the same."""
    head = ("records", "persons", "matching", "read CPU s", "block + score", "cluster", "total", "wall s", "peak MiB",
            "pairs compared", "pairs kept", "precision", "recall", "F1")  # fmt: skip
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head), flush=True)
    said = []
    for count in records:
        with tempfile.TemporaryDirectory(prefix="anwang-bench-") as folder:
            path = Path(folder) / "records.parquet"
            persons = _apart(f"{MAKE}:{count}:{seed}", path)["persons"]
            found = {}
            for side in (OURS, *SIDES.get(against or "", ())):
                say(f"{side} …")
                found[side] = _apart(side, path)
                print(
                    "| " + " | ".join([f"{count:,}", f"{persons:,}", side, *_cells(found[side])]) + " |",
                    flush=True,
                )
            said += [_compared(count, found, side, Path(folder)) for side in found if side != OURS]
    print()
    print("\n".join(said))
    return 0


def run_side(side: str, path: Path) -> None:
    """In a process of its own, so that its peak of memory is its own: makes the records, or is one side, which prints what
    it took and writes the pairs beside the records."""
    if side.startswith(MAKE):
        _, count, seed = side.split(":")
        print(json.dumps({"persons": make_records(int(count), int(seed), path, say)}))
    elif side == OURS:
        _ours(path)
    elif side == SPLINK:
        _splink(path)
    else:
        told, (cluster, person) = run_spark(path, side, FROM_BITS, MOST_ALIKE)
        print(as_line(told, _quality(cluster, person)))


def _apart(side: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "anwang", "bench", "linkage", "--side", side, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - ourselves
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _cells(told: dict[str, Any]) -> list[str]:
    compared = f"{told['compared']:,}" if told["compared"] else "—"
    return [
        *(f"{seconds:.2f}" for seconds in (*told["cpu"], sum(told["cpu"]), told["wall"])), f"{told['peak']:.0f}", compared,
        f"{told['kept']:,}", *(f"{share:.5f}" for share in told["quality"]),
    ]  # fmt: skip


def _compared(count: int, found: dict[str, dict[str, Any]], side: str, folder: Path) -> str:
    import polars

    frames = [polars.read_parquet(folder / f"{each}.parquet") for each in (OURS, side)]
    both = frames[0].join(frames[1], on=["left", "right"], how="full", suffix="_theirs")
    one_sided = both.filter(polars.col("bits").is_null() | polars.col("bits_theirs").is_null())
    # a pair at the very threshold may be on either side of it
    missing = one_sided.filter((polars.coalesce("bits", "bits_theirs") - FROM_BITS).abs() > EQUAL)
    most = both.select((polars.col("bits") - polars.col("bits_theirs")).abs().max()).item()
    theirs, ours = found[side]["cpu"], found[OURS]["cpu"]
    clusters = ""
    if side != SPLINK:  # whose clusters are all that hangs together
        clusters = f" Clusters: {'the same' if same_clusters(folder, OURS, side) else 'DIFFERENT'}."
    return (
        f"{count:,} records, {side}, processor time: block + score {theirs[1] / ours[1]:.1f} times less, cluster "
        f"{theirs[2] / ours[2]:.1f}, total {sum(theirs) / sum(ours):.1f}; pairs on one side only {len(missing)}, "
        f"largest difference of a weight {most:.1e} bits.{clusters}"
    )


class _Clock:
    """Processor seconds of one stage after the other, and the wall."""

    def __init__(self) -> None:
        self.begun, self.before = time.perf_counter(), time.process_time()
        self.cpu: list[float] = []

    def stage(self) -> None:
        """A stage has ended."""
        now = time.process_time()
        self.cpu.append(now - self.before)
        self.before = now

    def pause(self) -> Callable[[], None]:
        """What happens until the returned function is called does not count."""
        begun, before = time.perf_counter(), time.process_time()

        def go_on() -> None:
            self.begun += time.perf_counter() - begun
            self.before += time.process_time() - before

        return go_on

    def tell(self, *, compared: int, kept: int, quality: tuple[float, float, float]) -> None:
        wall = time.perf_counter() - self.begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
            1024**2 if sys.platform == "darwin" else 1024
        )
        print(json.dumps({
            "cpu": self.cpu, "wall": wall, "peak": peak, "compared": compared, "kept": kept, "quality": quality,
        }))  # fmt: skip


def _quality(cluster: NDArray[np.int64], person: NDArray[np.int64]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs of records that are in one cluster."""

    def pairs(sizes: NDArray[np.int64]) -> int:
        return int((sizes * (sizes - 1) // 2).sum())

    codes = np.sort(cluster * (int(person.max()) + 1) + person)
    both = pairs(np.diff(np.flatnonzero(np.r_[True, codes[1:] != codes[:-1], True])))
    found, there = pairs(np.bincount(cluster)), pairs(np.bincount(person))
    return both / max(found, 1), both / max(there, 1), 2 * both / max(found + there, 1)


def _ours(path: Path) -> None:
    import polars

    from anwang.people.linkage.engine.gathering import gathered
    from anwang.people.linkage.engine.pairing import Pairing
    from anwang.people.linkage.engine.rule import Rule
    from anwang.people.linkage.model import LinkageModel
    from anwang.people.linkage.packed import LAYOUT
    from anwang.people.linkage.records.reading import read_records
    from anwang.people.linkage.records.weighing import PLAN, apart_weights

    model = LinkageModel.load()
    clock = _Clock()
    records = read_records([path], model)
    weights = apart_weights(model, len(records), records.terms)
    clock.stage()
    go_on = clock.pause()  # the code is compiled once in a home, and loaded
    pairing = Pairing(PLAN, LAYOUT)
    twins = [Rule(RULES[0], np.ones(2, np.int64))]
    two, few = records.rows[:2], replace(weights, terms=records.terms[:2])
    gathered(pairing, two, pairing.likely(two, twins, few, FROM_BITS, most=2), few, FROM_BITS)
    go_on()
    found = pairing.likely(records.rows, records.rules, weights, FROM_BITS, most=len(records))
    clock.stage()
    clusters = gathered(pairing, records.rows, found, weights, FROM_BITS)
    clock.stage()
    quality = _quality(clusters.cluster, polars.read_parquet(path, columns=["person"])["person"].to_numpy())
    clock.tell(compared=sum(found.compared.values()), kept=len(found.left), quality=quality)
    polars.DataFrame({"left": found.left, "right": found.right, "bits": found.bits}).write_parquet(
        path.parent / f"{OURS}.parquet"
    )
    _, first = np.unique(clusters.cluster, return_index=True)
    polars.DataFrame({"cluster": first[clusters.cluster]}).write_parquet(
        path.parent / f"{OURS}.clusters.parquet"
    )


def _splink(path: Path) -> None:
    import duckdb
    from splink import DuckDBAPI, Linker

    from anwang.people.linkage.model import LinkageModel
    from anwang.people.linkage.packed import KEY
    from anwang.people.linkage.splink_documents import documents

    clock = _Clock()
    database = duckdb.connect()
    database.execute(f"set threads = {usable_processors()}")
    no_key = ", ".join(f"nullif({KEY}{name}, 0) as {KEY}{name}" for name in RULES)
    database.execute(
        f"create table records as select * replace ({no_key}) from read_parquet(?)",  # noqa: S608 - our own names
        [str(path)],
    )
    (count,) = database.execute("select count(*) from records").fetchall()[0]
    model = LinkageModel.load()
    settings = documents(model.home, model.apart, count)["apart"]
    settings["blocking_rules_to_generate_predictions"] = [f"l.{KEY}{name} = r.{KEY}{name}" for name in RULES]
    settings["retain_intermediate_calculation_columns"] = False
    api = DuckDBAPI(database)
    linker = Linker(api.register("records"), settings, log_level=None)
    clock.stage()
    found = linker.inference.predict(threshold_match_weight=FROM_BITS)
    (kept,) = database.execute(f"select count(*) from {found.physical_name}").fetchall()[0]  # noqa: S608
    clock.stage()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_weight=FROM_BITS
    ).as_duckdbpyrelation()
    ordered = clusters.select("unique_id, person, cluster_id").order("unique_id").fetchnumpy()
    clock.stage()
    quality = _quality(ordered["cluster_id"].astype(np.int64), ordered["person"].astype(np.int64))
    clock.tell(compared=0, kept=kept, quality=quality)
    found.as_duckdbpyrelation().select(
        "least(unique_id_l, unique_id_r) as left, greatest(unique_id_l, unique_id_r) as right, match_weight as bits"
    ).to_parquet(str(path.parent / f"{SPLINK}.parquet"))
