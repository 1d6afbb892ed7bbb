"""`anwang link-files`: the likely pairs in one file, or between two, as a map says; no home and no database is opened.

What is said on the way and in the summary are names of columns and numbers, never a value of a record.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import CommandError
from .failing import system_words
from .home import emit, say
from .linking import write_whole

if TYPE_CHECKING:
    from anwang.people.linkage.files.link_map import LinkMap
    from anwang.people.linkage.files.linking import FileLinker, Linked
    from anwang.people.linkage.files.reading import Table
    from anwang.people.linkage.files.truth import Truth

_SEARCHED = -10.0  # bits from which pairs are looked at for the best threshold


def link_files(given: argparse.Namespace) -> int:
    from anwang.people.linkage.files.errors import FilesRefused

    try:
        return _link(given)
    except FilesRefused as error:
        for problem in error.problems[:-1]:
            say(f"錯誤：{problem}")
        raise CommandError(error.problems[-1], 2) from error


def _link(given: argparse.Namespace) -> int:
    import numpy as np

    from anwang.people.linkage.files.linking import FileLinker, describe
    from anwang.people.linkage.files.map_file import parse_map
    from anwang.people.linkage.files.model import read_model

    outputs = _outputs(given)
    link_map = parse_map(_text(given.map), given.map.name)
    threshold = link_map.threshold if given.threshold is None else given.threshold
    if not 0 < threshold < 1:
        raise CommandError("--threshold 是機率，應在 0 與 1 之間。", 2)
    from_bits = float(np.log2(threshold / (1 - threshold)))
    tables = _tables(given, link_map)
    linker = FileLinker(link_map, tables, say)
    truth = _truth(given.truth, link_map, tables, linker.files.split) if given.truth else None
    for name in linker.empty:
        say(f"注意：「{name}」整欄空白或讀不出來，不比對。")
    for name, count in linker.files.unread.items():
        if name not in linker.empty:
            say(f"注意：「{name}」有 {count:,} 列讀不出來，當作空白；請確認對應檔寫的種類與 date_order。")
    model = read_model(_text(given.model), given.model.name, link_map) if given.model else linker.trained()
    linked = linker.link(model, min(from_bits, _SEARCHED) if truth else from_bits)
    told = np.flatnonzero(linked.is_told & (linked.bits >= from_bits))
    write_whole(given.out, _pairs_csv(link_map, tables, linked, told))
    summary: dict[str, Any] = {
        "files": [
            {"file": table.name, "records": len(table), "encoding": table.encoding} for table in tables
        ],
        "pairs": len(told),
        "threshold": threshold,
        "one_to_one": link_map.one_to_one,
        "out": str(given.out),
    }
    if not given.model:
        write_whole(outputs["model"], model.to_text(link_map, linker.pairs, linker.records))
        summary["model"] = str(outputs["model"])
    if given.clusters or truth:
        entity = linker.clusters(linked, from_bits)
        summary["clusters"] = int(entity.max(initial=-1)) + 1
        if given.clusters:
            write_whole(given.clusters, _clusters_csv(link_map, tables, entity))
    if truth is not None:
        summary["truth"] = _quality(truth, linker, linked, from_bits, entity)
    summary["compared"] = _compared(linker, linked)
    summary["unread"] = linker.files.unread
    summary["copies"] = len(linker.copies)
    summary["learnt"] = {**model.report, "bits": describe(linked)}
    _warn(linker, len(told))
    emit(summary)
    return 0


def _outputs(given: argparse.Namespace) -> dict[str, Path]:
    """What will be written, none of it over something that is there. Raises CommandError before anything is read."""
    named = {"out": given.out}
    if given.clusters:
        named["clusters"] = given.clusters
    if not given.model:
        named["model"] = given.out.with_suffix(".model.json")
    inputs = [*given.files, given.map, *([given.model] if given.model else [])]
    if len(given.files) > 2:
        raise CommandError("一次最多比對兩個檔。", 2)
    if len({path.resolve() for path in named.values()}) < len(named):
        raise CommandError("--out 與 --clusters 要寫到不同的檔。", 2)
    for path in named.values():
        if path.resolve() in {each.resolve() for each in inputs}:
            raise CommandError(f"「{path}」是輸入的檔，結果請寫到別的檔。", 2)
        if path.is_dir() or not path.parent.is_dir():
            raise CommandError(
                f"無法寫入「{path}」（{'那是資料夾' if path.is_dir() else '資料夾不存在'}）。", 2
            )
        if path.exists() and not given.overwrite:
            raise CommandError(f"「{path}」已經存在。請換一個檔名，或加上 --overwrite 取代它。", 2)
    if len({path.resolve() for path in given.files}) < len(given.files):
        raise CommandError("兩個檔是同一個。要找一個檔裡重複的紀錄，只給那一個檔。", 2)
    return named


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"「{path}」不是 UTF-8 文字檔。", 2) from error
    except OSError as error:
        raise CommandError(f"無法讀取「{path}」（{_why(error)}）。", 2) from error


def _why(error: OSError) -> str:
    return "找不到這個檔案" if isinstance(error, FileNotFoundError) else system_words(error)


def _tables(given: argparse.Namespace, link_map: LinkMap) -> list[Table]:
    from anwang.people.linkage.files.reading import checked, read_table

    tables = []
    for path in given.files:
        say(f"讀取 {path.name} …")
        try:
            tables.append(read_table(path))
        except OSError as error:
            raise CommandError(f"無法讀取「{path}」（{_why(error)}）。", 2) from error
    if len(tables) == 1 and link_map.one_to_one:
        raise CommandError("one_to_one 只能用在兩個檔之間；只有一個檔時請刪去這一行。", 2)
    checked(link_map, tables, given.truth if given.truth and not Path(given.truth).exists() else "")
    return tables


def _truth(given: str, link_map: LinkMap, tables: Sequence[Table], split: int) -> Truth:
    """`given`: a file with pairs of numbers of records, or the column that says who a record is."""
    from anwang.people.linkage.files.errors import FilesRefused
    from anwang.people.linkage.files.reading import read_table
    from anwang.people.linkage.files.truth import Truth, rows_of

    if not Path(given).exists():
        return Truth.of_entities([value for table in tables for value in table.columns[given]], split)
    table = read_table(Path(given))
    if len(table.columns) < 2:
        raise FilesRefused(f"{table.name}：正確答案的檔要有兩欄，每列是同一人的兩個編號。")
    rows = rows_of(tables, (link_map.id, link_map.id_b))
    last = len(tables) - 1
    left, right = list(table.columns.values())[:2]
    found = [(rows.get((0, a)), rows.get((last, b))) for a, b in zip(left, right, strict=True)]
    known = [(a, b) for a, b in found if a is not None and b is not None]
    if lost := len(found) - len(known):
        raise FilesRefused(
            f"{table.name}：有 {lost:,} 列的編號不在要比對的檔裡。第一欄是甲檔的編號，第二欄是乙檔的。"
        )
    return Truth.of_pairs(known, sum(map(len, tables)))


def _numbers(link_map: LinkMap, tables: Sequence[Table]) -> list[str]:
    return [
        number
        for table, id in zip(tables, (link_map.id, link_map.id_b), strict=False)
        for number in table.columns[id]
    ]


def _pairs_csv(link_map: LinkMap, tables: Sequence[Table], linked: Linked, told: Any) -> str:
    numbers = _numbers(link_map, tables)
    names = [c.name for c in linked.comparisons]
    words = [[*linked.model.shape[name]["levels"], ""] for name in names]  # the last, -1: nothing to compare
    shown = [names.index(field.name) for field in link_map.fields]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id_left", "id_right", "probability", "bits", *(names[k] for k in shown)])
    probability = linked.probability
    for k in told.tolist():
        writer.writerow(
            [
                numbers[linked.left[k]],
                numbers[linked.right[k]],
                f"{probability[k]:.6f}",
                f"{linked.bits[k]:.2f}",
                *(words[c][linked.levels[c, k]] for c in shown),
            ]
        )
    return text.getvalue()


def _clusters_csv(link_map: LinkMap, tables: Sequence[Table], entity: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["cluster", "file", "id"])
    files = [table.name for table in tables for _ in range(len(table))]
    numbers: list[int] = (entity + 1).tolist()
    rows = sorted(zip(numbers, files, range(len(files)), _numbers(link_map, tables), strict=True))
    writer.writerows((cluster, file, number) for cluster, file, _, number in rows)
    return text.getvalue()


def _quality(
    truth: Truth, linker: FileLinker, linked: Linked, from_bits: float, entity: Any
) -> dict[str, Any]:
    import numpy as np

    from anwang.people.linkage.files.truth import Truth, best_threshold, measures

    right = truth.are_true(linked.left, linked.right)
    told = linked.is_told & (linked.bits >= from_bits)
    true = len(truth.pairs)
    together = Truth.of_entities([str(each) for each in entity.tolist()], linker.files.split)
    return {
        "true_pairs": true,
        "met_by_blocking": round(truth.reached(linker.blocks), 5),
        "at_threshold": measures(int(told.sum()), int((told & right).sum()), true),
        "at_best": best_threshold(linked.bits[linked.is_told], right[linked.is_told], true),
        "clusters": measures(len(together.pairs), int(np.isin(together.pairs, truth.pairs).sum()), true),
    }


def _compared(linker: FileLinker, linked: Linked) -> dict[str, Any]:
    by_rule: dict[str, int] = {}
    for name, count in linked.compared.items():
        by_rule[name.partition(" (")[0]] = by_rule.get(name.partition(" (")[0], 0) + count
    return {
        "of": linker.pairs,
        "pairs": sum(by_rule.values()),
        "by_rule": by_rule,
        "rows_in_large_groups": linker.blocks.large,
    }


def _warn(linker: FileLinker, pairs: int) -> None:
    if linker.blocks.large:
        say(
            "注意：有些分塊規則的同一個值有太多列，已再依其他欄位細分，細分後仍太多的只與相近的列比對："
            f"{'；'.join(linker.blocks.large)}。"
        )
    if len(linker.copies):
        say(f"注意：有 {len(linker.copies):,} 列與同檔的另一列完全相同，只用其中第一列與其他列比對。")
    if not pairs:
        say("沒有達到門檻的配對。請看摘要中 learnt 的各級權重與 compared，或降低 --threshold。")
