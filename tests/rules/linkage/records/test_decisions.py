"""A file of decisions: what it says, and all its mistakes with their lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anwang.people.linkage.records.decisions import read_decisions
from anwang.people.linkage.records.errors import RecordsError

IDS = np.array([3, 5, 8, 13])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "decisions.csv"


def test_pairs_are_rows(path: Path) -> None:
    path.write_text("﻿note,decision,right,left\nx,same,13,3\n,different, 5 ,8\n,same,5,3\n", "utf-8")
    found = read_decisions(path, IDS)
    assert [of.tolist() for of in found.same] == [[0, 0], [3, 1]]
    assert [of.tolist() for of in found.different] == [[2], [1]]
    assert found.lines == (2, 4)
    path.write_text("left,right,decision\n", "utf-8")
    assert not len(read_decisions(path, IDS[:0]).same[0])


def test_any_number_of_64_bits_may_be_a_records(path: Path) -> None:
    ids = np.array([-(1 << 63), 5, (1 << 63) - 1])
    path.write_text(f"left,right,decision\n{ids[2]},{ids[0]},same\n", "utf-8")
    assert [of.tolist() for of in read_decisions(path, ids).same] == [[2], [0]]
    path.write_text(f"left,right,decision\n5,{1 << 63},same\n", "utf-8")
    with pytest.raises(RecordsError, match="第 2 行：left、right"):
        read_decisions(path, ids)


def test_decisions_about_records_that_are_gone_are_left_out(path: Path) -> None:
    path.write_text("left,right,decision\n3,5,same\n3,4,same\n13,99,different\n5,13,different\n", "utf-8")
    found = read_decisions(path, IDS)
    assert found.gone == (3, 4)
    assert found.lines == (2,)
    assert [IDS[of].tolist() for of in found.same] == [[3], [5]]
    assert [IDS[of].tolist() for of in found.different] == [[5], [13]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("left,right\n3,5\n", "缺少欄位：decision"),
        ("", "缺少欄位：left、right、decision"),
        ("left,right,decision\n3,5,yes\n3,five,same\n5,5,same\n3\n", "第 2 行：decision 要寫.*第 3 行：.*編號；第 4 行：兩個編號相同；第 5 行：decision"),
        ("left,right,decision\n" + "3,5,?\n" * 30, "第 11 行：[^；]*；還有 20 處"),
        ("left,right,decision\n3,99999999999999999999,same\n", "第 2 行：left、right"),
    ],
)  # fmt: skip
def test_mistakes_are_said_with_their_lines(path: Path, text: str, words: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(RecordsError, match=words):
        read_decisions(path, IDS)


def test_files_that_are_none(path: Path) -> None:
    with pytest.raises(RecordsError, match="找不到"):
        read_decisions(path, IDS)
    path.write_bytes(b"left,right,decision\n\xff\n")
    with pytest.raises(RecordsError, match="UTF-8"):
        read_decisions(path, IDS)
    with pytest.raises(RecordsError, match="讀不到"):
        read_decisions(path.parent, IDS)


def test_without_any_records(path: Path) -> None:
    path.write_text("left,right,decision\n3,5,same\n", "utf-8")
    assert read_decisions(path, IDS[:0]).gone == (2,)
