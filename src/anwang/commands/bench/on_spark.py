"""The sides of `bench linkage --records N --against spark`: the same records on Spark with two workers of this machine,
scored by our engine and by Splink. Processor time and memory are those of all processes, Java's and the workers' too."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from .processor import processes

SPARK, SPARK_SPLINK = "spark", "spark-splink"
EVERY = 0.2  # seconds between two looks at the memory
MASTER = "local[2]"


class Tree:
    """Processor seconds and the largest memory of this process and all below it, from now on."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._ended = threading.Event()
        self._before = self.seconds()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def seconds(self) -> float:
        return sum(of[1] for pid, of in processes().items() if pid in self._pids())

    def since(self) -> float:
        """Since the last time that was asked."""
        now = self.seconds()
        spent, self._before = now - self._before, now
        return spent

    def end(self) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.wait(EVERY):
            self.peak = max(self.peak, sum(map(_mebibytes, self._pids())))

    def _pids(self) -> set[int]:
        table = processes()
        mine = {os.getpid()}
        while True:
            more = {pid for pid, (parent, _, _) in table.items() if parent in mine} - mine
            if not more:
                return mine
            mine |= more


def _mebibytes(pid: int) -> float:
    """What a process holds; what forked workers share counts once."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it ended meanwhile
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def run_spark(path: Path, side: str, threshold: float, most: int) -> tuple[dict[str, Any], Any]:
    """One side: what it took, and the clusters in the order of the records. Writes the pairs beside the records."""
    import polars

    from anwang.people.linkage.model import LinkageModel
    from anwang.people.linkage.spark.job import ENGINE, SPLINK, Job, link_on_spark
    from anwang.people.linkage.spark.session import session

    tree = Tree()
    begun = time.perf_counter()
    spark = session(MASTER, {"spark.driver.memory": "6g", "spark.local.dir": str(path.parent / "spill")})
    started = time.perf_counter() - begun
    tree.since()
    cpu: list[float] = []
    out = path.parent / f"{side}.out"
    scorer = SPLINK if side == SPARK_SPLINK else ENGINE
    job = Job(str(path), str(out), LinkageModel.load(), scorer, threshold, most)
    done = link_on_spark(spark, job, lambda name: cpu.append(tree.since()))
    wall = time.perf_counter() - begun - started
    tree.end()
    spark.stop()
    polars.read_parquet(out / "pairs" / "*.parquet").write_parquet(path.parent / f"{side}.parquet")
    clusters = polars.read_parquet(out / "clusters" / "*.parquet").sort("unique_id")
    clusters.select("cluster").write_parquet(path.parent / f"{side}.clusters.parquet")
    person = polars.read_parquet(path, columns=["unique_id", "person"]).sort("unique_id")["person"]
    told = {"cpu": cpu, "wall": wall, "peak": tree.peak, "compared": 0, "kept": done.pairs}
    return told, (clusters["cluster"].to_numpy(), person.to_numpy())


def same_clusters(folder: Path, one: str, other: str) -> bool:
    """Whether two sides put every record with the same others."""
    import polars

    first, second = (polars.read_parquet(folder / f"{side}.clusters.parquet") for side in (one, other))
    return bool(first.equals(second))


def as_line(told: dict[str, Any], quality: tuple[float, float, float]) -> str:
    return json.dumps(told | {"quality": quality})
