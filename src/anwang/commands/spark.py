"""`anwang link-on-spark`: the person layer of the matching on several machines, from Parquet to Parquet."""

from __future__ import annotations

import argparse
import math
import time

from .chosen_model import chosen_model
from .errors import CommandError
from .home import emit, say


def link_on_spark(given: argparse.Namespace) -> int:
    from anwang.people.linkage.spark import job, session

    lack = session.missing()
    if lack is not None:
        raise CommandError(lack)
    _must_be_sound(given)
    settings = dict(_setting(text) for text in given.conf)
    model = chosen_model(given.model)
    began = time.perf_counter()
    try:
        spark = session.session(given.master, settings)
    except session.NoSparkError as error:
        raise CommandError(str(error)) from error
    try:
        done = job.link_on_spark(
            spark,
            job.Job(
                given.records,
                given.out,
                model,
                given.scorer,
                given.threshold,
                given.most,
                given.parts,
                given.overwrite,
            ),
            lambda stage: say(f"{_STAGES[stage]} … {time.perf_counter() - began:.0f} 秒"),
        )
    except session.NoSparkError as error:
        raise CommandError(str(error), 2) from error
    finally:
        spark.stop()
    emit({
        "records": done.records, "pairs": done.pairs, "clusters": done.clusters, "left_out": done.left_out,
        "out": given.out,
    })  # fmt: skip
    return 0


_STAGES = {"read": "讀取完成", "block and score": "分塊與評分完成", "cluster": "分群完成"}


def _must_be_sound(given: argparse.Namespace) -> None:
    if not math.isfinite(given.threshold):
        raise CommandError("--threshold 要是一個數字（位元）。", 2)
    if given.most < 2:
        raise CommandError("--most 至少是 2。", 2)
    if given.parts < 0:
        raise CommandError("--parts 不能小於 0（0：依筆數）。", 2)


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.startswith("spark."):
        raise CommandError(f"--conf「{text}」看不懂，請寫成 spark.executor.memory=8g。", 2)
    return name, value
