"""From Parquet to Parquet on one machine: likely pairs and clusters of packed records, a month after the other.

With what an earlier run kept only new records are compared, and the result is what comparing all gives (`standing` says why). When
it could not be, all are compared, and it is said why. Rows and keys are never copied; the keys go when they have been compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..engine.gathering import Gathered, gathered
from ..engine.keys import Ints
from ..engine.layout import Packed
from ..engine.pairing import Likely, Progress
from ..engine.plan import Weights
from ..engine.rule import Rule
from ..model import LinkageModel
from ..packed import ID
from .changes import Changes, changes
from .decisions import Decisions, read_decisions
from .errors import RecordsError
from .kept import MARGIN, How, Kept, keep_how, keep_pairs, keep_records, marks_of, read_kept
from .reading import read_records
from .standing import Standing, standing, why_all
from .weighing import apart_weights, comparing, pairing
from .writing import CHANGES, CLUSTERS, PAIRS, must_be_free, put_back, whole_folder, write_columns

Say = Callable[[str], None]
SAY_EVERY = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Job:
    """`records`: Parquet files (see `reading`), or folders of them, the older ones first. `out`: a folder that is made, or
    taken the place of when it is to `overwrite`. `kept`: the `out` of an earlier run. Groups of more than `most` records with
    one key are left out. `decisions`: see `decisions`. `threads`: 0 takes the processors that there are."""

    records: tuple[Path, ...]
    out: Path
    model: LinkageModel
    kept: Path | None = None
    threshold: float = 0.0  # bits
    most: int = 1_000
    decisions: Path | None = None
    overwrite: bool = False
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """`compared`: pairs that were scored in this run's search. `why_all`: why all were compared although an earlier run was given
    (zh-TW). `margin`: bits by which weights may rise until the next run must compare all. `left_out`: records of each rule whose
    key too many have. `refused`: lines of decisions that other decisions contradict. `changes`: how many records have another
    cluster number, and why; None without an earlier run."""

    records: int
    new: int
    gone: int
    pairs: int
    clusters: int
    compared: int
    why_all: str | None
    margin: float
    left_out: dict[str, int]
    refused: tuple[int, ...] = ()
    changes: dict[str, int] | None = None
    decided: dict[str, int] = field(default_factory=dict)


def link_records(job: Job, say: Say = lambda text: None) -> Done:
    """Writes `pairs.parquet`, `clusters.parquet`, with an earlier run `changes.parquet`, and `kept/` for the next one. RecordsError.
    `say` is told what has ended and how long it took (zh-TW)."""
    for folder in (job.out, job.kept):
        if folder is not None:
            put_back(folder)
    must_be_free(job.out, overwrite=job.overwrite)
    earlier = None if job.kept is None else read_kept(job.kept)
    paths = _files(job.records)
    with whole_folder(job.out) as draft:
        done = _Run(job, earlier, say).linked(paths, draft)
        # still: somebody may have put something there meanwhile
        must_be_free(job.out, overwrite=job.overwrite)
        return done


def _files(given: Sequence[Path]) -> list[Path]:
    paths: list[Path] = []
    for path in given:
        some = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not some:
            raise RecordsError(f"「{path}」裡沒有 Parquet 檔（*.parquet）。")
        paths += some
    return paths


class _Run:
    def __init__(self, job: Job, earlier: Kept | None, say: Say) -> None:
        self.job, self.earlier, self.begun = job, earlier, time.perf_counter()
        self.say = say

    def linked(self, paths: Sequence[Path], draft: Path) -> Done:
        job, earlier = self.job, self.earlier
        records = read_records(paths, job.model)
        ids, rows, rules = records.ids, records.rows, records.rules
        decided = Decisions() if job.decisions is None else read_decisions(job.decisions, ids)
        if decided.gone:
            gone_lines = _some(decided.gone)
            self.say(
                f"注意：決定檔裡有 {len(decided.gone):,} 行的紀錄不在這些檔案裡，略過：第 {gone_lines} 行。"
            )
        marks = marks_of(records)
        keep_records(draft, records, marks)
        now = None if earlier is None else standing(earlier, records, marks, job.model)
        weights = apart_weights(job.model, len(records), records.terms)
        why = None
        if earlier is not None and now is not None:
            why = why_all(earlier.how, now, job.model, records.names, job.most, job.threshold)
        del records, marks  # the keys go with the rules
        self._ended("讀取")
        names = tuple(rule.name for rule in rules)
        known = None
        if earlier is None or now is None or why is not None:
            if why is not None:
                self.say(f"注意：{why}，所以全部重新比對。")
            floor = job.threshold - MARGIN
            likely = self._searched(rows, rules, weights, floor, 0)
        else:
            floor = max(job.threshold - MARGIN, earlier.how.floor + now.floor_rise)
            likely = self._searched(rows, rules, weights, floor, now.since)
            known = self._known(earlier, now, rows, weights, floor)
            if likely.too_large != earlier.how.too_large:  # else no group has become so
                known = known.still_together(rules, len(rows), job.most)
        compared = sum(likely.compared.values())
        del rules
        if known is not None:
            likely = known.joined(likely)
            del known
        keep_pairs(draft, likely)
        how = How(
            len(ids), len(likely.left), job.threshold, floor, job.most, job.model.hash, comparing(), names,
            likely.too_large,
        )  # fmt: skip
        likely = likely.where(likely.bits >= job.threshold)
        _write_pairs(draft, ids, likely)
        self._ended("分塊與評分")
        found, lowest = self._clustered(draft, ids, rows, likely, weights, decided)
        changed = None
        if earlier is not None and now is not None:
            changed = changes(ids, now.place, earlier.clusters(), lowest)
            _write_changes(draft, ids, changed)
        keep_how(draft, how)
        self._ended("分群")
        gone = 0 if now is None else now.gone
        new = len(ids) if earlier is None else len(ids) - earlier.how.records + gone
        return Done(
            len(ids), new, gone, len(likely.left), int(found.cluster.max(initial=-1)) + 1, compared, why, how.margin,
            dict(likely.too_large), self._refused(decided, found), None if changed is None else changed.counts,
            {"same": len(decided.same[0]), "different": len(decided.different[0]), "gone": len(decided.gone)},
        )  # fmt: skip

    def _clustered(
        self, draft: Path, ids: Ints, rows: Packed, likely: Likely, weights: Weights, decided: Decisions
    ) -> tuple[Gathered, Ints]:
        """The clusters, which are written, and of each row the lowest one of its cluster."""
        found = gathered(
            pairing(), rows, likely, weights, self.job.threshold, must=decided.same, cannot=decided.different
        )
        # numbers are in the order of the first rows
        first = np.flatnonzero(np.diff(np.maximum.accumulate(found.cluster), prepend=-1))
        lowest = first[found.cluster]
        write_columns(
            draft / CLUSTERS,
            len(ids),
            lambda part: {ID: ids[part], "cluster": ids[lowest[part]], "loose": found.loose[part]},
        )
        return found, lowest

    def _refused(self, decided: Decisions, found: Gathered) -> tuple[int, ...]:
        """The lines of decisions that others contradict, which is said."""
        refused = tuple(decided.lines[k] for k in np.flatnonzero(found.refused).tolist())
        if refused:
            self.say(
                f"注意：決定檔裡有 {len(refused):,} 組 same 與 different 矛盾，以 different 為準：第 {_some(refused)} 行。"
            )
        return refused

    def _known(self, earlier: Kept, now: Standing, rows: Packed, weights: Weights, floor: float) -> Likely:
        """The kept pairs whose records are both still there, with this month's weights."""
        left, right = (now.place[of].astype(np.int64) for of in earlier.pairs())
        if now.gone:
            there = (left >= 0) & (right >= 0)
            left, right = left[there], right[there]
        bits = pairing().score(rows, left, right, weights)
        return Likely(left, right, bits, {}, dict(earlier.how.too_large)).where(bits >= floor)

    def _searched(
        self, rows: Packed, rules: Sequence[Rule], weights: Weights, floor: float, since: int
    ) -> Likely:
        """The pairs from `floor` on with a row from `since` on."""
        job = self.job
        return pairing().likely(
            rows,
            rules,
            weights,
            floor,
            most=job.most,
            since=since,
            threads=job.threads,
            progress=self._progress(),
        )

    def _progress(self) -> Progress:
        last = time.perf_counter()

        def told(done: int, of: int) -> None:
            nonlocal last
            if time.perf_counter() - last > SAY_EVERY:
                last = time.perf_counter()
                self.say(f"分塊與評分 {100 * done // of}% …")

        return told

    def _ended(self, stage: str) -> None:
        self.say(f"{stage}完成 … {time.perf_counter() - self.begun:.0f} 秒")


def _write_pairs(draft: Path, ids: Ints, likely: Likely) -> None:
    write_columns(
        draft / PAIRS,
        len(likely.left),
        lambda part: {
            "left": ids[likely.left[part]], "right": ids[likely.right[part]], "bits": likely.bits[part],
        },
    )  # fmt: skip


def _write_changes(draft: Path, ids: Ints, found: Changes) -> None:
    write_columns(
        draft / CHANGES, len(found.rows), lambda part: found.columns(ids, part), often_alike=["why"]
    )


def _some(lines: Sequence[int]) -> str:
    return "、".join(map(str, lines[:10])) + ("……" if len(lines) > 10 else "")
