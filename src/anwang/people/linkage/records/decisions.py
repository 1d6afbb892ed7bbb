"""What persons have decided about pairs of records: a CSV file with the columns `left`, `right`, `decision` (`same`, `different`)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..engine.gathering import NO_PAIRS, Pairs
from ..engine.keys import Ints
from .errors import RecordsError

COLUMNS = ("left", "right", "decision")
SAME, DIFFERENT = "same", "different"
_SAID = 10  # mistakes that are said; more are counted


@dataclass(frozen=True, slots=True)
class Decisions:
    """Pairs of rows; `lines` of the file have the pairs that are `same`. `gone`: lines about a record that is not there."""

    same: Pairs = NO_PAIRS
    different: Pairs = NO_PAIRS
    lines: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()


def read_decisions(path: Path, ids: Ints) -> Decisions:
    """The decisions about records with these numbers, ascending. The file grows from month to month while records go, so a
    number that no record has is no mistake. RecordsError with the lines of all mistakes."""
    told: list[tuple[int, int, int, str]] = []
    problems: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if lacking := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise RecordsError(f"「{path}」缺少欄位：{'、'.join(lacking)}。")
            for row in reader:
                line = reader.line_num
                left, right, decision = ((row[name] or "").strip() for name in COLUMNS)
                if decision not in (SAME, DIFFERENT):
                    problems.append(f"第 {line} 行：decision 要寫 {SAME} 或 {DIFFERENT}")
                elif not (_is_number(left) and _is_number(right)):
                    problems.append(f"第 {line} 行：left、right 要是紀錄的編號")
                elif int(left) == int(right):
                    problems.append(f"第 {line} 行：兩個編號相同")
                else:
                    told.append((line, int(left), int(right), decision))
    except FileNotFoundError as error:
        raise RecordsError(f"找不到「{path}」。") from error
    except UnicodeDecodeError as error:
        raise RecordsError(f"「{path}」不是 UTF-8 文字檔。") from error
    except (OSError, csv.Error) as error:
        raise RecordsError(f"「{path}」不是 CSV 檔，或讀不到。") from error
    if problems:
        more = f"；還有 {len(problems) - _SAID:,} 處" if len(problems) > _SAID else ""
        raise RecordsError(f"「{path}」：{'；'.join(problems[:_SAID])}{more}。")
    numbers = np.array([(left, right) for _, left, right, _ in told], np.int64).reshape(-1, 2)
    rows = np.minimum(np.searchsorted(ids, numbers), max(len(ids) - 1, 0))
    there = (ids[rows] == numbers).all(axis=1) if len(ids) else np.zeros(len(numbers), np.bool_)
    lines = np.array([line for line, *_ in told], np.int64)
    same = np.array([decision == SAME for *_, decision in told], np.bool_)
    (one, other) = rows.T
    together, apart = there & same, there & ~same
    return Decisions(
        (one[together], other[together]),
        (one[apart], other[apart]),
        tuple(lines[together].tolist()),
        tuple(lines[~there].tolist()),
    )


def _is_number(text: str) -> bool:
    """Whether it may be a record's: a whole number of 64 bits."""
    is_whole = text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 20
    return is_whole and -(1 << 63) <= int(text) < 1 << 63
