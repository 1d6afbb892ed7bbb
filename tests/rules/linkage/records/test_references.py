"""How common the name of the person named is: it lifts old pairs as the records' own names do, and both together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars
import pytest

from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.records.linking import Job

from .months import REFERENCE_SHARE, SHARE, Months, make

COUNT, FIRST = 3_000, 2_800


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> polars.DataFrame:
    return make(COUNT, tmp_path_factory.mktemp("made"))


def rarer(frame: polars.DataFrame, name: float, reference: float) -> polars.DataFrame:
    """With names of 0.01 that many times rarer, and names of persons named."""
    share = polars.col(REFERENCE_SHARE)
    return frame.with_columns(
        polars.lit(0.01 / name).alias(SHARE),
        polars.when(share < 1).then(share / reference).otherwise(share).alias(REFERENCE_SHARE),
    )


@pytest.mark.parametrize(
    ("name", "reference", "only_new"), [(1, 8, True), (4, 2, True), (6, 6, False), (1, 20, False)]
)
def test_old_pairs_that_it_lifts_are_found(
    frame: polars.DataFrame, tmp_path: Path, name: float, reference: float, only_new: bool
) -> None:
    months = Months(tmp_path, Job((), tmp_path, LinkageModel.load()))
    first, _ = months.run(rarer(frame[:FIRST], 1, 1), shares=False)
    second, done = months.same_as_all(rarer(frame, name, reference), first, shares=False)
    assert (done.why_all is None) == only_new
    rise = np.log2(name) + np.log2(reference) - np.log2((COUNT - 1) / (FIRST - 1))
    assert done.margin == pytest.approx(4.0 - rise if only_new else 4.0, abs=1e-3)
    before, after = (polars.read_parquet(out / "pairs.parquet") for out in (first, second))
    assert len(after.filter(polars.col("right") < FIRST)) > len(before)
