"""`anwang programs`: the catalogue listed, a county's file checked; neither needs a home."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.test_commands import run

GOOD = """\
county: 宜蘭縣
documents:
  - {code: 宜府1, title: 某規定, number: 府社字第1號, effective_on: 2026-03-01}
programme:
  based_on: vulnerable_family
  citation: {document: 宜府1, clause: 二}
  effective_on: 2026-04-01
  clocks:
    - id: first_contact
      label: 首次聯繫家庭
      kind: first_contact
      starts: accepted
      within: 24 hours
      citation: {document: 宜府1, clause: 三}
"""
WRONG = GOOD.replace("24 hours", "一天").replace("label: 首次聯繫家庭", "label: 9")


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_the_catalogue_is_listed(nowhere: Path) -> None:
    status, said, words = run("programs", "--list", "--home", nowhere)
    assert status == 0, words
    assert len(said) == 31
    one = next(each for each in said if each["id"] == "child_protection")
    assert one["clocks"]["visit"] == {"high": "7 日", "medium": "14 日", "low": "30 日"}
    assert one["citation"] == "兒少權法 第53條"


def test_a_good_file_is_told_back_and_a_wrong_one_explained(nowhere: Path, tmp_path: Path) -> None:
    good, wrong = tmp_path / "a.yaml", tmp_path / "b.yaml"
    good.write_text(GOOD, "utf-8")
    wrong.write_text(WRONG, "utf-8")
    status, said, words = run("programs", "--check", good, "--home", nowhere)
    assert status == 0, words
    assert [(each["id"], each["origin"], each["file"]) for each in said] == [
        ("vulnerable_family", "county", "a.yaml")
    ]
    status, said, words = run("programs", "--check", wrong, "--home", nowhere)
    assert (status, said) == (2, None)
    assert "方案檔 b.yaml 第 10 行：這裡應為文字" in words
    status, _, words = run("programs", "--check", tmp_path / "gone.yaml", "--home", nowhere)
    assert status == 2
    assert "gone.yaml" in words


def test_the_draft_of_a_file_in_place_is_checked_in_its_stead(nowhere: Path, tmp_path: Path) -> None:
    (nowhere / "programs").mkdir(parents=True)
    (nowhere / "programs" / "a.yaml").write_text(WRONG, "utf-8")
    status, _, words = run("programs", "--list", "--home", nowhere)
    assert status == 2
    assert "a.yaml 第 10 行" in words
    draft = tmp_path / "a.yaml"
    draft.write_text(GOOD, "utf-8")
    status, said, words = run("programs", "--check", draft, "--home", nowhere)
    assert status == 0, words
    assert len(said) == 1


def test_without_a_wish_the_usage_is_said(nowhere: Path) -> None:
    status, _, words = run("programs", "--home", nowhere)
    assert status == 2
    assert "--check" in words


def test_a_wrong_file_in_the_home_stops_the_start_with_its_line(nowhere: Path) -> None:
    (nowhere / "programs").mkdir(parents=True)
    (nowhere / "programs" / "a.yaml").write_text(WRONG, "utf-8")
    status, _, words = run("init", "--home", nowhere)
    assert status == 1
    assert "方案檔 a.yaml 第 10 行：這裡應為文字" in words
