"""Made-up people as two files, with the slips of those who type: every call with one seed makes the same."""

from __future__ import annotations

import csv
import random
from pathlib import Path

GIVEN = ["anna", "maria", "joan", "peter", "thomas", "lucy", "henry", "clara", "oliver", "emily", "george", "alice", "hugo", "irene", "victor", "nora", "paul", "ruth", "simon", "esther", "walter", "grace", "felix", "helen", "martin", "edith", "oscar", "agnes", "leon", "vera"]  # fmt: skip
SURNAMES = ["miller", "taylor", "clarke", "wright", "walker", "turner", "parker", "cooper", "bailey", "fisher", "hunter", "mason", "palmer", "porter", "shaw", "barker", "carter", "dawson", "ellis", "foster", "gibson", "harvey", "irving", "jarvis", "knight", "lawson", "norton", "osborne", "preston", "quincy", "ramsey", "sawyer", "thornton", "upton", "vaughan", "watson", "yates", "abbott", "bennett", "cross"]  # fmt: skip
STREETS = [
    "mill",
    "church",
    "station",
    "high",
    "park",
    "queen",
    "victoria",
    "garden",
    "river",
    "bridge",
    "school",
    "chapel",
    "forest",
    "hill",
    "meadow",
]
HEADER = ("no", "given", "family", "born", "street", "post", "card", "who")
LETTERS = "abcdefghijklmnopqrstuvwxyz"

MAP = """
id: no
fields:
  given: given_name
  family: surname
  born: date
  street: address
  post: postcode
  card: id
"""


def slip(rng: random.Random, text: str) -> str:
    """One letter too many, too few, wrong, or two exchanged; digits stay digits."""
    if len(text) < 3:
        return text
    at, letters = rng.randrange(len(text) - 1), "0123456789" if text.isdigit() else LETTERS
    return rng.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + rng.choice(letters) + text[at:],
            text[:at] + rng.choice(letters) + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
    )


def person(rng: random.Random, number: int) -> list[str]:
    return [
        rng.choice(GIVEN),
        rng.choice(SURNAMES),
        f"{rng.randint(1930, 2015)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}",
        f"{rng.randint(1, 200)} {rng.choice(STREETS)} street",
        str(rng.randint(1000, 1400)),
        str(rng.randint(10**7, 10**8 - 1)),
        f"p{number}",
    ]


def changed(rng: random.Random, values: list[str], slips: int) -> list[str]:
    """As somebody else wrote it down: some slips, some gaps, at times the names exchanged."""
    found = list(values)
    for _ in range(slips):
        k = rng.randrange(6)
        found[k] = slip(rng, found[k])
    if rng.random() < 0.1:
        found[0], found[1] = found[1], found[0]
    if rng.random() < 0.3:
        found[rng.randrange(6)] = ""
    return found


def write(path: Path, rows: list[list[str]], prefix: str, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows([f"{prefix}{k}", *row] for k, row in enumerate(rows))
    return path


def two_files(folder: Path, people: int = 400, seed: int = 3, slips: int = 3) -> tuple[Path, Path]:
    """Of `people` in the first file four in five are in the second, which has as many others."""
    rng = random.Random(seed)
    first = [person(rng, k) for k in range(people)]
    both = [changed(rng, row, slips) for row in first if rng.random() < 0.8]
    second = [*both, *(person(rng, people + k) for k in range(people // 5))]
    rng.shuffle(second)
    return write(folder / "first.csv", first, "a"), write(folder / "second.csv", second, "b")


def one_file(folder: Path, people: int = 300, seed: int = 5, slips: int = 3) -> Path:
    """One to three records of each."""
    rng = random.Random(seed)
    rows = []
    for k in range(people):
        who = person(rng, k)
        rows += [who, *(changed(rng, who, slips) for _ in range(rng.choice((0, 1, 2))))]
    rng.shuffle(rows)
    return write(folder / "one.csv", rows, "r")
