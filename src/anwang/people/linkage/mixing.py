"""The levels of row pairs become the bits of entity pairs, one entity pair after the other.

An entity of several records speaks as a mixture: each record of one side is explained by the other side's records (mean
of the likelihood ratios), and the records of a side are averaged, both ways. So a person who is known under two names
fits both, one mistyped birth among four counts a quarter, and ten copies of one row do not count ten times.

Loops, for `engine.kernels.fitting`: compiled for many pairs, as they stand for the few of a look-up.
"""

from __future__ import annotations

import math
from typing import Any


def row_pairs(
    rows: Any, starts: Any, counts: Any, left: Any, right: Any, a: Any, b: Any, firsts: Any
) -> None:
    """All row pairs of the entity pairs, those of one together: left rows into `a`, right ones into `b`; `firsts[k]`
    is where pair `k` begins."""
    at = 0
    for k in range(len(left)):
        firsts[k] = at
        for i in range(counts[left[k]]):
            for j in range(counts[right[k]]):
                a[at] = rows[starts[left[k]] + i]
                b[at] = rows[starts[right[k]] + j]
                at += 1
    firsts[len(left)] = at


def best_pairs(bits: Any, firsts: Any, a: Any, b: Any, best_left: Any, best_right: Any) -> None:
    """The pair of rows that speaks most for each entity pair; of several the first."""
    for k in range(len(firsts) - 1):
        most = firsts[k]
        for at in range(firsts[k] + 1, firsts[k + 1]):
            if bits[at] > bits[most]:
                most = at
        if firsts[k] < firsts[k + 1]:
            best_left[k], best_right[k] = a[most], b[most]


def mixtures(bits: Any, known: Any, firsts: Any, widths: Any, mixed: Any) -> None:
    """The mixture of one comparison over the row pairs of each entity pair: `bits` of the row pairs that are `known`.
    `widths[k]`: rows of the right entity, which change fastest."""
    for k in range(len(firsts) - 1):
        first, size, width = firsts[k], firsts[k + 1] - firsts[k], widths[k]
        mixed[k] = 0.0
        if size == 1 and known[first]:
            mixed[k] = bits[first]
        if size < 2:
            continue
        for way in range(2):  # the left side's records explained by the right side's, and the other way round
            outer, inner = (size // width, width) if way == 0 else (width, size // width)
            outer_step, inner_step = (width, 1) if way == 0 else (1, width)
            total, heard = 0.0, 0
            for i in range(outer):
                ratio, count = 0.0, 0
                for j in range(inner):
                    at = first + i * outer_step + j * inner_step
                    if known[at]:
                        ratio += 2.0 ** bits[at]
                        count += 1
                if count:
                    total += math.log2(ratio / count)
                    heard += 1
            if heard:
                mixed[k] += total / heard / 2
