"""`anwang link-records`: the person layer of the matching on one machine, from Parquet to Parquet, month after month."""

from __future__ import annotations

import argparse
import math

from .chosen_model import chosen_model
from .errors import CommandError
from .failing import system_words
from .home import emit, say


def link_records(given: argparse.Namespace) -> int:
    from anwang.people.linkage.packed import KEY
    from anwang.people.linkage.records.errors import RecordsError
    from anwang.people.linkage.records.linking import Job, link_records

    if not math.isfinite(given.threshold):
        raise CommandError("--threshold 要是一個數字（位元）。", 2)
    if given.most < 2:
        raise CommandError("--most 至少是 2。", 2)
    job = Job(
        tuple(given.records),
        given.out,
        chosen_model(given.model),
        given.kept,
        given.threshold,
        given.most,
        given.decisions,
        given.overwrite,
    )
    try:
        done = link_records(job, say)
    except RecordsError as error:
        raise CommandError(str(error), 2) from error
    except OSError as error:
        raise CommandError(f"無法寫入「{given.out}」（{system_words(error)}）。") from error
    except MemoryError as error:
        raise CommandError("記憶體不夠。這麼多紀錄請用更大的機器，或 link-on-spark。") from error
    emit({
        "records": done.records, "new": done.new, "gone": done.gone, "pairs": done.pairs, "clusters": done.clusters,
        "compared": done.compared, "compared_all": given.kept is None or done.why_all is not None,
        "margin": round(done.margin, 3), "left_out": {KEY + name: count for name, count in done.left_out.items()},
        "decisions": done.decided | {"refused": len(done.refused)}, "changes": done.changes, "out": str(given.out),
    })  # fmt: skip
    return 0
