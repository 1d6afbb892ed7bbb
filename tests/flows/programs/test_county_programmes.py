"""A county's own programme files in the home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anwang.platform.county_policy import FOLDER as POLICY
from anwang.platform.county_policy import policy_in_force
from anwang.services.programs.loading import (
    FOLDER,
    catalogue_in_force,
    clock,
    indicator,
    programme,
    programmes,
)
from anwang.services.programs.schema import ProgrammeError

CHANGED = """\
county: 宜蘭縣
programme:
  based_on: vulnerable_family
  citation: {document: 宜蘭-1, clause: 第3點}
  effective_on: 2026-07-01
  clocks:
    - id: first_contact
      label: 首次聯繫家庭
      kind: first_contact
      starts: accepted
      within: 24 hours
      citation: {document: 宜蘭-1, clause: 第3點}
"""
DOCUMENTS = (
    "documents:\n  - {code: 宜蘭-1, title: 宜蘭縣作業規定, number: 府社字第1號, effective_on: 2026-07-01}\n"
)


@pytest.fixture
def county_file(tmp_path: Path, settings) -> Iterator[Callable[[str, str, str], None]]:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path

    def clear() -> None:
        policy_in_force.cache_clear()
        catalogue_in_force.cache_clear()

    def write(folder: str, name: str, text: str) -> None:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(text, "utf-8")
        clear()

    clear()
    yield write
    clear()


def _first_contact(day: dt.date) -> str:
    found = clock(programmes(day)["vulnerable_family"], "first_contact")
    assert found is not None
    return str(found.term())


def test_a_county_file_changes_a_clock_from_its_day(county_file: Callable[[str, str, str], None]) -> None:
    county_file(FOLDER, "vulnerable_family.yaml", CHANGED + DOCUMENTS)
    assert _first_contact(dt.date(2026, 6, 30)) == "3 個工作天"
    assert _first_contact(dt.date(2026, 7, 1)) == "24 小時"
    assert programme("vulnerable_family", dt.date(2026, 6, 30)).origin.label == "原文"
    assert programme("vulnerable_family").origin.label == "縣府核定"
    assert indicator("1-2").label.startswith("脆弱家庭服務3個月後")
    with pytest.raises(KeyError):
        programme("nothing")
    with pytest.raises(KeyError):
        programme("intimate_image_takedown", dt.date(2020, 1, 1))


def test_a_document_of_the_countys_policy_may_be_cited(county_file: Callable[[str, str, str], None]) -> None:
    county_file(POLICY, "yilan.yaml", f"county: 宜蘭縣\n{DOCUMENTS}overrides: []\n")
    county_file(FOLDER, "vulnerable_family.yaml", CHANGED)
    assert _first_contact(dt.date(2026, 7, 1)) == "24 小時"


def test_two_files_may_bring_the_same_document(county_file: Callable[[str, str, str], None]) -> None:
    county_file(FOLDER, "a.yaml", CHANGED + DOCUMENTS)
    later = CHANGED.replace("2026-07-01", "2026-09-01").replace("24 hours", "12 hours")
    county_file(FOLDER, "b.yaml", later + DOCUMENTS)
    assert _first_contact(dt.date(2026, 9, 1)) == "12 小時"
    assert _first_contact(dt.date(2026, 8, 31)) == "24 小時"


def test_a_wrong_file_stops_with_its_name_and_line(county_file: Callable[[str, str, str], None]) -> None:
    county_file(FOLDER, "wrong.yaml", CHANGED)
    with pytest.raises(ProgrammeError, match=r"方案檔 wrong\.yaml 第 4 行：文件「宜蘭-1」不在文件清單中"):
        programmes(dt.date(2026, 7, 1))
