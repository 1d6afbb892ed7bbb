"""Files hold what the rosters say, in the kind and the wording of each bureau."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from anwang.simulate.county import make_county
from anwang.simulate.files import lines, write_rosters
from anwang.simulate.layout import Layout
from anwang.simulate.profiles import PROFILES
from anwang.standard.record import Period

MARCH = Period(2026, 3)


def _read(path: Path, layout: Layout) -> list[list[str]]:
    if layout.kind in ("csv", "big5"):
        encoding = "utf-8-sig" if layout.kind == "csv" else "cp950"
        with path.open(encoding=encoding, newline="") as source:
            return list(csv.reader(source))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [[c.isoformat() if isinstance(c, dt.date) else str(c) for c in row] for row in rows]


def _without_empty_ends(rows: list[list[str]]) -> list[list[str]]:
    kept = []
    for row in rows:
        while row and row[-1] == "":
            row = row[:-1]
        kept.append(row)
    return kept


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_written_file_reads_back_cell_for_cell(name: str, seed: int, tmp_path: Path) -> None:
    month = make_county(seed, 60, PROFILES[name]).month(MARCH)
    paths = write_rosters(month, tmp_path)
    assert len(set(paths.values())) == 9
    for roster, path in paths.items():
        sheet = month.rosters[roster]
        expected = [list(cells) for cells in lines(sheet)]
        if sheet.layout.kind == "big5":
            expected = [[c.encode("cp950", "replace").decode("cp950") for c in cells] for cells in expected]
        assert _without_empty_ends(_read(path, sheet.layout)) == _without_empty_ends(expected)


def test_each_file_has_two_rows_that_cannot_be_loaded() -> None:
    for name, profile in PROFILES.items():
        for sheet in make_county(3, 80, profile).month(MARCH).rosters.values():
            bad = [row for row in sheet.rows if not row.loadable]
            assert len(bad) == 2, name
            assert all(row.person == 0 for row in bad)
            called = sheet.layout.header("name")
            assert called is not None
            assert bad[0].cells[called] == ""


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_rosters(make_county(8, 40, PROFILES["unseen"]).month(MARCH), tmp_path / folder)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
