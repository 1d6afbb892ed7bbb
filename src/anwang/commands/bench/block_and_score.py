"""`anwang bench linkage --records N`: blocking and scoring alone, at the size of a nation or a part of it.

Both sides read one Parquet file, score under one model (`apart`: two records without a common home) the pairs that the
same blocking rules bring together, and keep those that are more likely one person than not. Each side runs in a process
of its own; the pairs and weights of both are compared afterwards.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..home import say
from .many_records import KEY, RULES, make_records

OURS, SPLINK, MAKE = "anwang", "splink", "make"
FROM_BITS = 0.0  # as likely as not
ORDER = ("identity", "birth", "name", "place", "sex", "reference", "stage", "listing")
EQUAL = 1e-4  # bits


def bench_block_and_score(records: list[int], seed: int, against: str | None) -> int:
    """Prints a line for each size and side, and says whether both found the same."""
    print(
        "| records | persons | matching | read s | block + score CPU s | wall s | peak MiB | pairs compared | pairs kept |"
    )
    print("|" + " --- |" * 9, flush=True)
    said = []
    for count in records:
        with tempfile.TemporaryDirectory(prefix="anwang-bench-") as folder:
            path = Path(folder) / "records.parquet"
            persons = _apart(f"{MAKE}:{count}:{seed}", path)["persons"]
            found = {}
            for side in (OURS, against) if against else (OURS,):
                say(f"{side} …")
                found[side] = _apart(side, path)
                print(
                    "| " + " | ".join([f"{count:,}", f"{persons:,}", side, *_cells(found[side])]) + " |",
                    flush=True,
                )
            if against:
                said.append(_compared(count, found, Path(folder)))
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
    else:
        _splink(path)


def _apart(side: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "anwang", "bench", "linkage", "--side", side, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - ourselves
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _cells(told: dict[str, Any]) -> list[str]:
    compared = f"{told['compared']:,}" if told["compared"] else "—"
    return [
        f"{told['read']:.2f}", f"{told['cpu']:.2f}", f"{told['wall']:.2f}", f"{told['peak']:.0f}", compared,
        f"{told['kept']:,}",
    ]  # fmt: skip


def _compared(count: int, found: dict[str, dict[str, Any]], folder: Path) -> str:
    import polars

    frames = [polars.read_parquet(folder / f"{side}.parquet") for side in (OURS, SPLINK)]
    both = frames[0].join(frames[1], on=["left", "right"], how="full", suffix="_theirs")
    one_sided = both.filter(polars.col("bits").is_null() | polars.col("bits_theirs").is_null())
    # a pair at the very threshold may be on either side of it
    missing = one_sided.filter((polars.coalesce("bits", "bits_theirs") - FROM_BITS).abs() > EQUAL)
    most = both.select((polars.col("bits") - polars.col("bits_theirs")).abs().max()).item()
    ratio = found[SPLINK]["cpu"] / found[OURS]["cpu"]
    return (
        f"{count:,} records: {ratio:.1f} times less processor time; pairs on one side only {len(missing)}, "
        f"largest difference of a weight {most:.1e} bits."
    )


def _told(begun: float, before: float, read: float, compared: int, kept: int) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )
    print(json.dumps({
        "read": read, "cpu": time.process_time() - before, "wall": time.perf_counter() - begun, "peak": peak,
        "compared": compared, "kept": kept,
    }))  # fmt: skip


def _ours(path: Path) -> None:
    import numpy as np
    import polars

    from anwang.people.linkage.comparisons import APART
    from anwang.people.linkage.engine.pairing import Pairing, Rule
    from anwang.people.linkage.engine.plan import Plan, Weights
    from anwang.people.linkage.model import LinkageModel
    from anwang.people.linkage.packed import COLUMNS, LAYOUT
    from anwang.people.linkage.regime import rate_apart
    from anwang.people.linkage.scoring import apart_bits, term_bits

    clock = time.process_time()
    frame = polars.read_parquet(path)
    rows = LAYOUT.empty(len(frame))
    for name in COLUMNS:
        LAYOUT.put(rows, name, frame[name].to_numpy())
    rules = [Rule(name, frame[KEY + name].to_numpy(writable=True)) for name in RULES]
    model = LinkageModel.load()
    terms = term_bits(model, frame["tf_whole_name"].to_numpy(), frame["tf_reference"].to_numpy())
    rate = rate_apart(model.apart, len(frame))
    plan = Plan(APART, (ORDER,), terms=((0, "name"), (0, "reference")))
    weights = Weights.of(plan, [apart_bits(model, ORDER)], [float(np.log2(rate / (1 - rate)))], terms)
    pairing = Pairing(plan, LAYOUT)
    twins = [Rule(RULES[0], np.ones(2, np.int64))]
    pairing.likely(
        rows[:2], twins, replace(weights, terms=terms[:2]), FROM_BITS, most=2
    )  # compiled and loaded
    read = time.process_time() - clock
    begun, before = time.perf_counter(), time.process_time()
    found = pairing.likely(rows, rules, weights, FROM_BITS, most=len(rows))
    _told(begun, before, read, sum(found.compared.values()), len(found.left))
    polars.DataFrame({"left": found.left, "right": found.right, "bits": found.bits}).write_parquet(
        path.parent / f"{OURS}.parquet"
    )


def _splink(path: Path) -> None:
    import duckdb
    from splink import DuckDBAPI, Linker

    from anwang.people.linkage.model import LinkageModel
    from anwang.people.linkage.splink_documents import documents

    clock = time.process_time()
    database = duckdb.connect()
    database.execute(
        f"set threads = {len(os.sched_getaffinity(0)) if sys.platform == 'linux' else os.cpu_count()}"
    )
    database.execute("create table records as select * from read_parquet(?)", [str(path)])
    (count,) = database.execute("select count(*) from records").fetchone() or (0,)
    for name in RULES:
        database.execute(f"update records set {KEY}{name} = null where {KEY}{name} = 0")  # noqa: S608
    model = LinkageModel.load()
    settings = documents(model.home, model.apart, count)["apart"]
    settings["blocking_rules_to_generate_predictions"] = [f"l.{KEY}{name} = r.{KEY}{name}" for name in RULES]
    settings["retain_intermediate_calculation_columns"] = False
    api = DuckDBAPI(database)
    linker = Linker(api.register("records"), settings, log_level=None)
    read = time.process_time() - clock
    begun, before = time.perf_counter(), time.process_time()
    found = linker.inference.predict(threshold_match_weight=FROM_BITS).as_duckdbpyrelation()
    kept = len(found)
    _told(begun, before, read, 0, kept)
    pairs = found.select(
        "least(unique_id_l, unique_id_r) as left, greatest(unique_id_l, unique_id_r) as right, match_weight as bits"
    )
    pairs.to_parquet(str(path.parent / f"{SPLINK}.parquet"))
