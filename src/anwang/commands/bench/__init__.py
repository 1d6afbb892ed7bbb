"""`anwang bench`: the benchmarks that ship with the project; each prints a table."""

from __future__ import annotations

import argparse

# Sessions, seconds, and the pause in seconds after each answer, where the command line does not say.
_AT_WORK = {"intake": (200, 120.0, 7.0)}
_FEW = (50, 60.0, 1.0)


def bench(given: argparse.Namespace) -> int:
    for name, value in zip(("sessions", "seconds", "pause"), _AT_WORK.get(given.name, _FEW), strict=True):
        if getattr(given, name) is None:
            setattr(given, name, value)
    if given.name == "pages":
        from .pages import bench_pages

        return bench_pages(given)
    if given.name == "worklist":
        from .worklist import bench_worklist

        return bench_worklist(given)
    if given.name == "intake":
        from .intake import bench_intake

        return bench_intake(given)
    if given.name == "lookup":
        from .lookup import bench_lookup

        return bench_lookup(persons=given.persons, home=given.home, seed=given.seed)
    if given.name == "linkfiles":
        return _linkfiles(given)
    if given.name == "kills":
        return _kills(given)
    if given.name == "review":
        from .review import bench_review

        return bench_review(given)
    from .linkage import bench_linkage

    return bench_linkage(given)


def _linkfiles(given: argparse.Namespace) -> int:
    from pathlib import Path

    from .linkfiles import bench_linkfiles, run_side

    if given.side:
        run_side(given.side[0], Path(given.side[1]))
        return 0
    return bench_linkfiles(given.data)


def _kills(given: argparse.Namespace) -> int:
    from ..home import emit, opened
    from .kills import bench_kills
    from .looking import look

    if given.deeds:
        from .deed_kills import bench_deeds

        return bench_deeds(points=given.points, seed=given.seed, quick=given.quick)
    if given.look is None:
        return bench_kills(points=given.points, households=(given.households or [40])[0], seed=given.seed)
    with opened(given.look):
        emit(look())
    return 0
