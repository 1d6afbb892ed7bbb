"""The lines of a genogram in the space between two rows: couple lines, sibling bars, drops. Pure geometry in px."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .family import Family, Union

HALF = 23.0  # half a person's symbol: no child's line leaves a couple line nearer to a partner than this
TRACK = 9.0  # between two level lines that would meet


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline. `dashed`: through a generation that is not here. `former`: a couple line to be struck through."""

    points: tuple[tuple[float, float], ...]
    dashed: bool = False
    former: bool = False


def lines_below(
    family: Family, level: int, x: Mapping[str, float], y: float, lines: list[Line], *, is_last: bool
) -> float:
    """Couple lines, then sibling bars, in the space under a row. Returns where the next row begins."""
    here = [union for union in family.unions if union.parents and family.rank[union.parents[0]] == level]
    bars = [union for union in here if union.children] + [
        union for union in family.unions if not union.parents and family.rank[union.children[0]] == level + 1
    ]
    # Two unions of the same parents (own children, and grandchildren without them) share one couple line.
    couples = list(
        {u.parents: u for u in sorted(here, key=lambda u: not u.dashed) if len(u.parents) > 1}.values()
    )
    couple_tracks = _tracks([extent(union.parents, x) for union in couples])
    couple_y = {
        union.parents: y + 14 + track * TRACK for union, track in zip(couples, couple_tracks, strict=True)
    }
    floor = max(couple_y.values(), default=y)
    for union in couples:
        low = couple_y[union.parents]
        begin, end = extent(union.parents, x)
        between = [x[key] for key in union.parents if begin < x[key] < end]
        lines.extend(Line(((place, y), (place, low)), union.dashed) for place in between)
        lines.append(
            Line(
                ((begin, y), (begin, low), (end, low), (end, y)),
                union.dashed and not union.couple,
                union.former,
            )
        )
    if is_last:
        return floor + 4
    bar_tracks = _tracks([extent([*union.children], x, _drop(union, x)) for union in bars])
    bar_y = floor + 16
    for union, track in zip(bars, bar_tracks, strict=True):
        level_y = bar_y + track * TRACK
        drop = _drop(union, x)
        if drop is not None:
            lines.append(Line(((drop, couple_y.get(union.parents, y)), (drop, level_y)), union.dashed))
        begin, end = extent(union.children, x, drop)
        if end > begin:
            lines.append(Line(((begin, level_y), (end, level_y)), union.dashed))
    next_y = bar_y + max(bar_tracks, default=0) * TRACK + 18
    for union, track in zip(bars, bar_tracks, strict=True):
        level_y = bar_y + track * TRACK
        lines.extend(
            Line(((x[child], level_y), (x[child], next_y)), union.dashed) for child in union.children
        )
    return next_y


def _drop(union: Union, x: Mapping[str, float]) -> float | None:
    """Where the line to the children leaves the couple line: the children's middle where the couple line passes it."""
    if not union.parents:
        return None
    begin, end = extent(union.parents, x)
    wanted = middle(union.children, x) if union.children else begin
    if end - begin < 2 * HALF:
        return begin
    return min(max(wanted, begin + HALF), end - HALF)


def extent(keys: Sequence[str], x: Mapping[str, float], also: float | None = None) -> tuple[float, float]:
    places = [x[key] for key in keys] + ([also] if also is not None else [])
    return min(places), max(places)


def _tracks(extents: Sequence[tuple[float, float]]) -> list[int]:
    """A level for each stretch, so that no two that touch share one."""
    tracks: list[int] = [0] * len(extents)
    for at in sorted(range(len(extents)), key=lambda index: extents[index]):
        taken = {
            tracks[other]
            for other in range(len(extents))
            if extents[other] < extents[at] or (extents[other] == extents[at] and other < at)
            if extents[other][1] >= extents[at][0] - 6
        }
        tracks[at] = next(level for level in range(len(extents) + 1) if level not in taken)
    return tracks


def middle(keys: Sequence[str], x: Mapping[str, float]) -> float:
    places = [x[key] for key in keys]
    return (min(places) + max(places)) / 2
