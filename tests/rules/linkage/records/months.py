"""Made-up records that come month after month: how common a name is is counted anew among all that are there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars

from anwang.commands.bench.many_records import make_records
from anwang.people.linkage.packed import ID
from anwang.people.linkage.records.linking import Done, Job, link_records

NAME, SHARE = "whole_name", "tf_whole_name"
REFERENCE, REFERENCE_SHARE = "reference", "tf_reference"


def make(count: int, folder: Path) -> polars.DataFrame:
    """Records of which some say so little that many pairs lie near the threshold, and half name one of a few persons."""
    make_records(count, 11, folder / "made.parquet", lambda text: None)
    frame = polars.read_parquet(folder / "made.parquet")
    some, few = polars.col(ID) % 3 == 0, polars.col(ID) % 10
    return frame.with_columns(
        *(
            polars.when(some).then(0).otherwise(polars.col(name)).cast(frame.schema[name]).alias(name)
            for name in ("id_state", "key_id", "phone_1")
        ),
        polars.when(few < 5).then(few + 1).otherwise(0).cast(frame.schema[REFERENCE]).alias(REFERENCE),
        polars.when(few < 5).then(0.02).otherwise(1.0).alias(REFERENCE_SHARE),
    )


def as_of(frame: polars.DataFrame) -> polars.DataFrame:
    """With the names counted among these records."""
    names = frame[NAME].to_numpy()
    _, at, count = np.unique(names, return_inverse=True, return_counts=True)
    return frame.with_columns(polars.Series(SHARE, count[at] / len(names)))


class Months:
    """Runs one after the other in a folder; each can be held against a run that compares everything."""

    def __init__(self, folder: Path, job: Job) -> None:
        self.folder, self.job = folder, job
        self.runs = 0

    def run(self, frame: polars.DataFrame, kept: Path | None = None, **given: object) -> tuple[Path, Done]:
        """The output folder and what was done; the shares are counted anew unless `given` says `shares=False`."""
        self.runs += 1
        path, out = self.folder / f"{self.runs}.parquet", self.folder / f"out-{self.runs}"
        (as_of(frame) if given.pop("shares", True) else frame).write_parquet(path)
        fields = {name: getattr(self.job, name) for name in self.job.__slots__} | given
        return out, link_records(Job(**(fields | {"records": (path,), "out": out, "kept": kept})))

    def same_as_all(self, frame: polars.DataFrame, kept: Path, **given: object) -> tuple[Path, Done]:
        """Goes on from `kept`, and compares with what comparing everything gives: to the last pair and bit."""
        out, done = self.run(frame, kept, **given)
        whole, all_done = self.run(frame, **given)
        for name in ("pairs", "clusters"):
            assert polars.read_parquet(out / f"{name}.parquet").equals(
                polars.read_parquet(whole / f"{name}.parquet")
            ), name
        assert done.left_out == all_done.left_out
        assert (done.records, done.pairs, done.clusters) == (
            all_done.records,
            all_done.pairs,
            all_done.clusters,
        )
        return out, done
