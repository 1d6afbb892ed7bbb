"""Where everyone of a genogram stands: rows by generation, partners side by side, children under their parents.

Pure geometry in px. Boxes never overlap, because positions are the least-squares answer under minimum distances
(pool adjacent violators); lines run only between rows, through missing generations in a lane of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .family import Family
from .family_lines import HALF, Line, lines_below, middle

SYMBOL = 2 * HALF
LABEL_GAP = 8.0
BETWEEN = (60.0, 60.0, 60.0, 40.0, 26.0)  # free space after a label, by the longest row's number of persons
GHOST = 5.0
MARGIN = 4.0
ROUNDS = 40
ALONE_WIDTH = 760.0


@dataclass(frozen=True, slots=True)
class Layout:
    """`centres`: middle of each person's symbol. `alone_top`: where the unrelated start, None when there are none."""

    centres: dict[str, tuple[float, float]]
    lines: tuple[Line, ...]
    width: float
    height: float
    alone_top: float | None


def lay_out(
    family: Family,
    label_widths: Mapping[str, float],
    ages: Mapping[str, int | None],
    is_male: Mapping[str, bool],
) -> Layout:
    """Place the family. `label_widths` are the widths of the texts right of each symbol."""
    rows = _rows(family, ages, is_male)
    right = {key: HALF + LABEL_GAP + width for key, width in label_widths.items()}
    x = _columns(family, rows, right)
    centres: dict[str, tuple[float, float]] = {}
    lines: list[Line] = []
    y = MARGIN
    for index, row in enumerate(rows):
        tall = 0.0 if all(key in family.ghosts for key in row) else SYMBOL
        for key in row:
            centres[key] = (x[key], y + tall / 2)
            if key in family.ghosts and tall:
                lines.append(Line(((x[key], y), (x[key], y + tall)), dashed=True))
        y += tall
        y = lines_below(family, index, x, y, lines, is_last=index == len(rows) - 1)
    width = max((x[key] + right.get(key, GHOST) for row in rows for key in row), default=0.0)
    alone_top = None
    if family.alone:
        alone_top = y + (14 if rows else 0)
        y, alone_width = _place_alone(family.alone, right, alone_top + 24, max(width, ALONE_WIDTH), centres)
        width = max(width, alone_width)
    return Layout(
        {key: value for key, value in centres.items() if key not in family.ghosts},
        tuple(lines),
        width + MARGIN,
        y + MARGIN,
        alone_top,
    )


def _rows(family: Family, ages: Mapping[str, int | None], is_male: Mapping[str, bool]) -> list[list[str]]:
    """Everyone's order in their row: families stay together, partners side by side, the older child to the left."""
    rows: list[list[str]] = [[] for _ in range(max(family.rank.values(), default=-1) + 1)]
    seen: set[str] = set()
    has_parents = {child for union in family.unions if union.parents for child in union.children}

    def order(child: str) -> tuple[bool, int]:
        # A child whose partner's parents live here too stands last, next to the partner's family.
        bridging = any(other in has_parents for other in family.partners(child))
        return bridging, -(ages.get(child) or -1)

    def place(key: str) -> None:
        if key in seen:
            return
        cluster = _cluster(family, key, is_male)
        seen.update(cluster)
        rows[family.rank[key]].extend(cluster)
        for union in family.unions:
            if set(union.parents) & set(cluster):
                for child in sorted(union.children, key=order):
                    place(child)

    for union in (each for each in family.unions if not each.parents):
        union.children.sort(key=order)
    for level in range(len(rows)):
        for key in [key for key, rank in family.rank.items() if rank == level]:
            siblings = next((u.children for u in family.unions if not u.parents and key in u.children), [key])
            for each in siblings:
                place(each)
    return rows


def _cluster(family: Family, key: str, is_male: Mapping[str, bool]) -> list[str]:
    """A person with their partners, partners of partners too, in one line; of a pair the man stands left."""
    line = [key]
    to_right = True
    queue = [key]
    while queue:
        current = queue.pop(0)
        for other in dict.fromkeys(family.partners(current)):
            if other in line:
                continue
            at = line.index(current)
            line.insert(at + 1 if to_right else at, other)
            to_right = not to_right
            queue.append(other)
    if len(line) == 2 and is_male.get(line[1]) and not is_male.get(line[0]):
        line.reverse()
    return line


def _columns(family: Family, rows: Sequence[Sequence[str]], right: Mapping[str, float]) -> dict[str, float]:
    """x of everyone. Partners move as one block; blocks settle between their parents and their children."""

    def extent(key: str) -> tuple[float, float]:
        return (GHOST, GHOST) if key in family.ghosts else (HALF, right[key])

    between = BETWEEN[min(max(map(len, rows), default=0), len(BETWEEN) - 1)]
    blocks = [_blocks(family, row) for row in rows]
    offset: dict[str, float] = {}  # of a person from the first of their block
    gaps: list[list[float]] = []  # between the first persons of neighbouring blocks
    for row in blocks:
        gaps.append([])
        for index, block in enumerate(row):
            at = 0.0
            for before, key in zip([block[0], *block], block, strict=False):
                at += extent(before)[1] + between + extent(key)[0] if before != key else 0.0
                offset[key] = at
            if index + 1 < len(row):
                gaps[-1].append(at + extent(block[-1])[1] + between + extent(row[index + 1][0])[0])
    x: dict[str, float] = {}
    for row, gap in zip(blocks, gaps, strict=True):
        for block, start in zip(row, spread([0.0] * len(row), gap), strict=True):
            x.update((key, start + offset[key]) for key in block)
    levels = range(len(rows))
    # Up and down until parents and children agree; last once more upwards, so that parents stand over their children.
    passes = [(level, True) for _ in range(ROUNDS) for level in [*reversed(levels), *levels]]
    for level, both in [*passes, *((level, False) for level in reversed(levels))]:
        shifts = _shifts(family, level, x, under_parents=both)
        wanted = []
        for block in blocks[level]:
            wishes = [wish for key in block for wish in shifts.get(key, ())]
            wanted.append(x[block[0]] + (sum(wishes) / len(wishes) if wishes else 0.0))
        for block, start in zip(blocks[level], spread(wanted, gaps[level]), strict=True):
            x.update((key, start + offset[key]) for key in block)
    first = min((x[key] - extent(key)[0] for row in rows for key in row), default=0.0)
    return {key: round(value - first + MARGIN, 1) for key, value in x.items()}


def _blocks(family: Family, row: Sequence[str]) -> list[list[str]]:
    """A row cut into runs of partners."""
    blocks: list[list[str]] = []
    for key in row:
        partners = set(family.partners(key))
        if blocks and partners & set(blocks[-1]):
            blocks[-1].append(key)
        else:
            blocks.append([key])
    return blocks


def _shifts(
    family: Family, level: int, x: Mapping[str, float], *, under_parents: bool
) -> dict[str, list[float]]:
    """How far each person of a row would move to stand over their children and under their parents."""
    shifts: dict[str, list[float]] = {}
    for union in family.unions:
        if not union.parents or not union.children:
            continue
        apart = middle(union.children, x) - middle(union.parents, x)
        if family.rank[union.parents[0]] == level:
            for key in union.parents:
                shifts.setdefault(key, []).append(apart)
        elif under_parents and family.rank[union.children[0]] == level:
            for key in union.children:
                shifts.setdefault(key, []).append(-apart)
    return shifts


def spread(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The positions nearest to `wanted` (least squares) in which each is at least its gap right of the one before."""
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, int]] = []  # (sum, count) of pooled neighbours
    for value, offset in zip(wanted, offsets, strict=False):
        total, count = value - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    flat = [total / count for total, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(flat, offsets, strict=False)]


def _place_alone(
    keys: Sequence[str],
    right: Mapping[str, float],
    top: float,
    limit: float,
    centres: dict[str, tuple[float, float]],
) -> tuple[float, float]:
    at, y, width = MARGIN, top, 0.0
    for key in keys:
        if at > MARGIN and at + HALF + right[key] > limit:
            at, y = MARGIN, y + SYMBOL + 14
        centres[key] = (at + HALF, y + HALF)
        at += HALF + right[key] + BETWEEN[-1]
        width = max(width, at - BETWEEN[-1])
    return y + SYMBOL, width
