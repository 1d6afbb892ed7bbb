"""`anwang bench linkage`: the whole main job on demo counties, held against their truth.

Each county gets a home of its own, made in a temporary folder: its files are written, loaded, matched and listed by
the same commands' code that users run, month by month, and what comes out is compared with the truth.
`--against splink` does the same a second time with a tuned Splink 5 in place of our matching, and nothing else changed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ..home import opened, say
from .block_and_score import bench_block_and_score, run_side

OURS, SPLINK = "anwang", "splink"
COLUMNS = (
    "county",
    "matching",
    "households",
    "records",
    "persons P",
    "R",
    "F1",
    "households P",
    "R",
    "F1",
    "共案",
    "幸扶守護",
    "兒少高危機",
    "行方不明",
    "load s",
    "link s",
    "lists s",
    "peak MiB",
)


def bench_linkage(given: argparse.Namespace) -> int:
    if given.side:
        run_side(given.side[0], Path(given.side[1]))
        return 0
    if given.records:
        return bench_block_and_score(given.records, given.seed, given.against)
    if given.one:
        print(_line(given.profile[0], given.households[0], given.seed, given.against or OURS))
        return 0
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + " --- |" * len(COLUMNS), flush=True)
    for size in given.households or [1_500, 30_000]:
        for profile in given.profile or ["standard", "harsher", "unseen"]:
            for matching in (OURS, given.against) if given.against else (OURS,):
                say(f"{profile}，{size} 戶，{matching} …")
                status = _county(profile, size, given.seed, matching)
                if status:
                    return status
    return 0


def _county(profile: str, size: int, seed: int, matching: str) -> int:
    """A process of its own for each county and matching, so that its peak of memory is its own; prints its line."""
    command = [sys.executable, "-m", "anwang", "bench", "linkage", "--one", "--households", str(size)]
    command += ["--profile", profile, "--seed", str(seed)]
    command += ["--against", matching] if matching != OURS else []
    done = subprocess.run(  # noqa: S603 - ourselves
        command,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "ANWANG_HOME"}},
    )
    if not done.returncode:
        print(done.stdout.strip().splitlines()[-1], flush=True)
    return done.returncode


def _line(profile: str, households: int, seed: int, matching: str) -> str:
    from anwang.simulate.county import make_county
    from anwang.simulate.profiles import PROFILES
    from anwang.simulate.scoring import score_links

    county = make_county(seed, households, PROFILES[profile])
    months = [county.month(county.first), county.month(county.first.next())]
    seconds = {"load": 0.0, "link": 0.0, "lists": 0.0}
    with tempfile.TemporaryDirectory(prefix="anwang-bench-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - as root the server runs as another account, which must reach its data
        with opened(Path(folder) / "home", create=True):
            from anwang.people.registry.exporting import links_of
            from anwang.platform.context import SYSTEM, acting

            scores = [_month(month, Path(folder) / month.period.roc, seconds, matching) for month in months]
            with acting(SYSTEM):
                links = {
                    number: (person, household)
                    for month in months
                    for number, person, household in links_of(month.period)
                }
    found = score_links([month.truth for month in months], links)
    cells: list[Any] = [profile, matching, households, len(links)]
    for score in (found.persons, found.households):
        cells += [f"{score.precision:.4f}", f"{score.recall:.4f}", f"{score.f1:.4f}"]
    for name in ("cocase_pairs", "xingfu", "high_risk_child", "missing_child"):
        cells.append(" / ".join(f"{getattr(score, name).f1:.3f}" for score in scores))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )
    cells += [f"{value:.1f}" for value in seconds.values()] + [f"{peak:.0f}"]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _month(month: Any, folder: Path, seconds: dict[str, float], matching: str) -> Any:
    """Load, match and list one month as a user would; returns how good the lists are."""
    from django.utils import timezone

    from anwang.network.cocases.exporting import lists_json
    from anwang.network.cocases.making import make_lists
    from anwang.people.linkage.running import run_linkage
    from anwang.people.rosters.actions import Loader, load_file
    from anwang.people.rosters.recognition import Given
    from anwang.platform.context import SYSTEM, acting
    from anwang.simulate.files import write_rosters
    from anwang.simulate.scoring import score_lists

    folder.mkdir()
    paths = write_rosters(month, folder)
    begun = time.perf_counter()
    for path in paths.values():
        load_file(
            path=path, file_name=path.name, given=Given(), loader=Loader(SYSTEM, "bench"), now=timezone.now()
        )
    loaded = time.perf_counter()
    if matching == SPLINK:
        from anwang.simulate.baseline.running import run_baseline

        run_baseline(now=timezone.now())
    else:
        run_linkage(by=SYSTEM, by_name="bench", now=timezone.now())
    linked = time.perf_counter()
    make_lists(period=month.period, by=SYSTEM, by_name="bench", now=timezone.now())
    listed = time.perf_counter()
    for name, value in (("load", loaded - begun), ("link", linked - loaded), ("lists", listed - linked)):
        seconds[name] += value
    with acting(SYSTEM):
        return score_lists(month.truth, lists_json(month.period))
