"""`anwang bench kills`: a real command, killed at any moment, must lose nothing, double nothing, and go on when repeated.

Three states of a small demo county are made once: before a corrected month and a new one are loaded, before they are
matched, before they are exported. Each point copies one of them, starts the command that comes next, kills it
(`kill -9`; at every second point together with its database), looks at what is left, repeats the command, and compares
the outcome with that of an undisturbed run.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import CommandError
from ..home import say

STEPS = ("load", "link", "export")
_GROWTH = 1.1


@dataclass(slots=True)
class Tally:
    """What the kills of one command did. `points` kills, of which `amid` met the command still at work."""

    points: int = 0
    amid: int = 0
    lost: int = 0
    doubled: int = 0
    inconsistent: int = 0
    unfinished: int = 0
    different: int = 0
    problems: Counter[str] = field(default_factory=Counter)

    @property
    def is_sound(self) -> bool:
        return not (self.lost or self.doubled or self.inconsistent or self.unfinished or self.different)

    def line(self, name: str) -> str:
        cells = (name, self.points, self.amid, self.lost, self.doubled, self.inconsistent, self.unfinished, self.different)  # fmt: skip
        return "| " + " | ".join(map(str, cells)) + " |"


HEADER = (
    "| command | kills | amid the work | records lost | doubled | inconsistent | not finished by repeating | other outcome |\n"
    "|" + " --- |" * 8
)


@dataclass(slots=True)
class _Step:
    """A command, the home that it starts from, how long it takes, and what an undisturbed run leaves.

    `seconds` follows the machine: a command that ended before its kill says how long it takes now; each that was
    still at work lets it grow a little. So the kills keep meeting the work, early and late, whatever else runs here.
    """

    name: str
    start: Path
    arguments: tuple[str, ...]
    seconds: float
    before: dict[str, Any]
    after: dict[str, Any]
    out: str


def kills(*, points: int, households: int, seed: int, folder: Path) -> dict[str, Tally]:
    """Kill each command in turn, `points` times in all, and say what became of it. `folder` is used up."""
    chance = random.Random(seed)
    steps = _steps(folder, seed, households)
    tallies = {name: Tally() for name in STEPS}
    for point in range(points):
        step = steps[point % len(steps)]
        _point(step, folder / "point", chance, tallies[step.name], with_database=point % 2 == 1)
        if point % 10 == 9:
            say("\n".join([f"{point + 1}／{points}", *(tally.line(name) for name, tally in tallies.items())]))
    return tallies


def bench_kills(*, points: int, households: int, seed: int) -> int:
    """The same in a temporary folder, printed as a table. Status 1 when anything was lost or doubled."""
    if points < 1:
        raise CommandError("--points 至少要 1。", 2)
    with tempfile.TemporaryDirectory(prefix="anwang-kills-") as name:
        os.chmod(name, 0o755)  # noqa: S103 - as root the server runs as another account, which must reach its data
        tallies = kills(points=points, households=households, seed=seed, folder=Path(name))
    print(HEADER)
    for name, tally in tallies.items():
        print(tally.line(name))
        for problem, times in tally.problems.items():
            say(f"{name}：{problem} × {times}")
    return 0 if all(tally.is_sound for tally in tallies.values()) else 1


def clean_environment() -> dict[str, str]:
    source = str(Path(__file__).parents[3])
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ANWANG_", "DATABASE_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))}


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "anwang", *arguments]


def _run(arguments: Sequence[str]) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - ourselves
        _command(arguments),
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment(),
        encoding="utf-8",
    )
    return done.returncode, done.stdout if done.returncode == 0 else done.stderr[-2000:]


def _must(*arguments: str) -> str:
    status, text = _run(arguments)
    if status:
        raise CommandError(f"anwang {arguments[0]}：{text}")
    return text


def _look(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_must("bench", "kills", "--look", str(home)))
    return found


def _steps(folder: Path, seed: int, households: int) -> list[_Step]:
    from anwang.simulate.county import make_county
    from anwang.simulate.files import write_rosters

    county = make_county(seed, households)
    march, april = county.month(county.first), county.month(county.first.next())
    early = dataclasses.replace(march, rosters={code: _early(sheet) for code, sheet in march.rosters.items()})
    first = [str(path) for path in write_rosters(early, folder / "early").values()]
    files = [
        str(path)
        for month in (march, april)
        for path in write_rosters(month, folder / month.period.roc).values()
    ]
    home = folder / "home"
    say("準備未受干擾的結果 …")
    _must("init", "--home", str(home))
    _must("roster", "load", *first, "--home", str(home))
    _must("link", "--home", str(home))
    out = "links.csv"
    commands = {
        "load": ("roster", "load", *files),
        "link": ("link",),
        "export": ("export", "links", "--period", county.first.roc, "--out"),
    }
    steps = []
    before = _look(home)
    for name in STEPS:
        start = folder / f"before-{name}"
        _copy(home, start)
        begun = time.monotonic()
        given = (*commands[name], str(home / out)) if name == "export" else commands[name]
        _must(*given, "--home", str(home))
        seconds = time.monotonic() - begun
        after = _look(home) | {"out": _exported(home / out)}
        steps.append(_Step(name, start, commands[name], seconds, before, after, out))
        before = after
    return steps


def _early(sheet: Any) -> Any:
    """A month as first sent: each fifth row not yet there, two that the correction drops, some with another address."""
    address = sheet.layout.header("address")
    rows = [row for index, row in enumerate(sheet.rows) if index % 5 or not row.loadable]
    for index, row in enumerate(rows):
        if index % 7 == 0 and row.loadable and address and row.cells.get(address):
            rows[index] = dataclasses.replace(
                row, cells={**row.cells, address: f"{row.cells[address]}（暫）"}
            )
    loadable = [row for row in rows if row.loadable]
    dropped = [
        dataclasses.replace(row, record_number=f"{row.record_number}X", cells=_renumbered(row, sheet))
        for row in loadable[:2]
    ]
    return dataclasses.replace(sheet, rows=(*dropped, *rows))


def _renumbered(row: Any, sheet: Any) -> dict[str, Any]:
    key = sheet.layout.header("record_number")
    return {**row.cells, key: f"{row.record_number}X"}


def _copy(home: Path, to: Path) -> None:
    """A home as it lies: with owners and modes, for the database belongs to another account than root."""
    shutil.rmtree(to, ignore_errors=True)
    subprocess.run(["/bin/cp", "-a", str(home), str(to)], check=True)  # noqa: S603
    (to / "database" / "endpoint.json").unlink(missing_ok=True)


def _exported(path: Path) -> str:
    """What links say, whatever persons and households are called: groups of records. Empty when there is no file."""
    import csv

    if not path.exists():
        return ""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for column in ("person_id", "household_id"):
            groups.setdefault((column, row[column]), []).append(row["record_id"])
    canonical = sorted(sorted(group) for group in groups.values())
    return hashlib.sha256(json.dumps(canonical).encode()).hexdigest()


def _point(step: _Step, home: Path, chance: random.Random, tally: Tally, *, with_database: bool) -> None:
    _copy(step.start, home)
    out = home / step.out
    arguments = (*step.arguments, str(out)) if step.name == "export" else step.arguments
    given = (*arguments, "--home", str(home))
    tally.points += 1
    begun = time.monotonic()
    at_work = _killed(given, home, chance.uniform(0.05, 1.0) * step.seconds, with_database=with_database)
    tally.amid += at_work
    step.seconds = step.seconds * _GROWTH if at_work else min(step.seconds, time.monotonic() - begun)

    def count(sound: bool, column: str, problem: str) -> None:
        if not sound:
            setattr(tally, column, getattr(tally, column) + 1)
            tally.problems[problem] += 1

    half = _exported(out)
    count(half in ("", step.after["out"]), "inconsistent", "half an export")
    left = _look(home)
    for problem in left["problems"]:
        count(False, "doubled" if problem == "doubled_record" else "inconsistent", problem)
    tally.lost += _lost(step, left)
    # Each file is whole or absent, the matching and its lists as before or as after.
    whole = all(
        left["records"].get(key, {})
        in (step.before["records"].get(key, {}), step.after["records"].get(key, {}))
        for key in {*step.after["records"], *left["records"]}
    )
    count(whole, "inconsistent", "half a roster")
    if step.name == "link":
        count(
            left["partition"] in (step.before["partition"], step.after["partition"]),
            "inconsistent",
            "half a matching",
        )
    status, text = _run(given)
    count(status == 0, "unfinished", text.strip().splitlines()[-1] if status and text.strip() else "")
    if status == 0:
        end = _look(home) | {"out": _exported(out)}
        for part in ("problems", "records", "receipts", "partition", "lists", "out"):
            same = step.name == "load" and part in ("partition", "lists")
            count(same or end[part] == step.after[part], "different", f"other {part}")
    shutil.rmtree(home)


def _lost(step: _Step, left: dict[str, Any]) -> int:
    """Records that were there before and belong there after, and are not there now."""
    lost = 0
    for key, before in step.before["records"].items():
        stay = before.keys() & step.after["records"].get(key, {}).keys()
        lost += len(stay - left["records"].get(key, {}).keys())
    return lost


def _killed(arguments: Sequence[str], home: Path, after: float, *, with_database: bool) -> bool:
    """Start the command, kill it after so many seconds; True when it was still at work."""
    from anwang.platform.database.orphans import processes_in

    process = subprocess.Popen(  # noqa: S603 - ourselves
        _command(arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment()
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    at_work = process.poll() is None
    victims = [process.pid] if at_work else []
    if with_database:
        victims += processes_in(home / "database" / "data")
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
    process.wait()
    return at_work
