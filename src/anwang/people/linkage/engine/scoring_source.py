"""A plan as the source of the loops that Numba compiles: pairs of rows in, the bits of those that are likely one out.

Pairs are scored a block at a time, one comparison after the other over the whole block, and those that cannot reach the
threshold any more drop out between two comparisons without a branch. Which pair does is as good as random; pair by pair the
processor would guess wrong several times for each, which took half of all time (ADR 10).
"""

from __future__ import annotations

from textwrap import indent

from .gathering_source import gathering_source
from .layout import Layout
from .plan import Plan
from .source import condition_function, head_of, level_functions, levels_function

LANES = 8  # group numbers of a row that the processor compares at once

_BLOCK = '''BLOCK = 256
AHEAD = 128


@njit(nogil=True)
def score_block(rows, left, right, count, weights, terms, prior, rest, threshold, place, total):
    """Of the first `count` pairs those that reach the threshold: their places in the block and their bits, which need
    room for one more. Returns how many they are."""
    found = 0
{regimes}
    return found


'''
_ADDED = """end, found = found, begin
for t in range(begin, end):
    at = place[t]
    a, b = left[at], right[at]
    level = {name}_level(rows[a], rows[b])
    bits = total[t] + {worth}
    place[found], total[found] = at, bits
    found += bits + {rest} >= threshold"""
_LOOPS = '''@njit(nogil=True, forceinline=True)
def written(left, right, place, total, likely, lefts, rights, bits, found):
    for t in range(min(likely, len(lefts) - found)):
        lefts[found + t], rights[found + t], bits[found + t] = left[place[t]], right[place[t]], total[t]
    return found + likely


@njit(nogil=True, cache=True)
def score_groups(
    order, starts, first, last, most, since, before, rows, group_of, earlier,
    weights, terms, prior, rest, threshold, lefts, rights, bits,
):
    """Scores the pairs inside the groups `first` to `last` of the rows of one blocking rule that no earlier rule has
    brought together, of a row from `since` on and one before `before`; groups of more than `most` rows are left out. Pairs from `threshold` bits on are written as far
    as there is room. Returns how many there were and how many were compared."""
    left, right = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    place, total = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK + 1)
    found, compared, count, ahead = 0, 0, 0, starts[first]
    lanes = (earlier + LANES - 1) // LANES * LANES
    asked = np.zeros(group_of.shape[1], np.int32)
    asked[:earlier] = -1
    for group in range(first, last):
        begin, end = starts[group], starts[group + 1]
        if end > ahead:
            # Rows lie anywhere: many are asked for at once, so that the memory need not be waited for each by itself.
            for at in range(ahead, min(end + AHEAD, starts[last])):
                row = order[at]
                prefetch(rows, row, 0)
                prefetch(rows, row, LINE)
                prefetch(group_of, row, 0)
            ahead = min(end + AHEAD, starts[last])
        if end - begin > most:
            end = begin
        for i in range(begin, end - 1):
            a = order[i]
            next = i + 1
            while next < end:
                stop = min(end, next + BLOCK - count)
                for j in range(next, stop):
                    b = order[j]
                    seen = (a == b) | (max(a, b) < since) | (min(a, b) >= before)
                    for lane in range(0, lanes, LANES):
                        for k in range(LANES):  # side by side in the processor
                            of_a = group_of[a, lane + k] & asked[lane + k]
                            seen |= (of_a != 0) & (of_a == group_of[b, lane + k])
                    left[count], right[count] = min(a, b), max(a, b)
                    count += not seen
                next = stop
                if count == BLOCK:
                    likely = score_block(
                        rows, left, right, count, weights, terms, prior, rest, threshold, place, total
                    )
                    found = written(left, right, place, total, likely, lefts, rights, bits, found)
                    compared += count
                    count = 0
    likely = score_block(rows, left, right, count, weights, terms, prior, rest, threshold, place, total)
    found = written(left, right, place, total, likely, lefts, rights, bits, found)
    return found, compared + count


@njit(nogil=True, cache=True)
def score_pairs(left, right, rows, weights, terms, prior, rest, bits):
    """The bits of given pairs."""
    place, total = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK + 1)
    ahead = 0
    for begin in range(0, len(left), BLOCK):
        a, b = left[begin : begin + BLOCK], right[begin : begin + BLOCK]
        for k in range(ahead, min(begin + BLOCK + AHEAD, len(left))):  # as in `score_groups`
            for row in (left[k], right[k]):
                prefetch(rows, row, 0)
                prefetch(rows, row, LINE)
        ahead = min(begin + BLOCK + AHEAD, len(left))
        score_block(rows, a, b, len(a), weights, terms, prior, rest, -np.inf, place, total)
        for t in range(len(a)):
            bits[begin + place[t]] = total[t]
'''


def scoring_source(plan: Plan, layout: Layout) -> str:
    """A module with `score_groups`, `score_pairs`, `unite`, `gather` and `settle` under a plan, and `levels` of its
    comparisons."""
    functions = level_functions(plan.comparisons, layout, branching=False)
    functions += condition_function("is_apart", plan.apart, layout)
    head = head_of(layout).replace(
        "from numba",
        "import math\n\nimport numpy as np\nfrom anwang.people.linkage.engine.prefetching import prefetch\nfrom numba",
    )
    constants = f"LANES = {LANES}\n"
    constants += f"LINE = {min(16, layout.width - 1)}  # a word of a row's second cache line\n\n\n"
    regimes = indent("\n".join(line for k in range(len(plan.regimes)) for line in _regime(plan, k)), "    ")
    scoring = _BLOCK.format(regimes=regimes) + constants + _LOOPS
    return head + functions + scoring + gathering_source(plan) + levels_function(plan.comparisons)


def _regime(plan: Plan, regime: int) -> list[str]:
    """The pairs of one regime: where the chooser can be compared the first, all others the second."""
    chosen = {0: "chosen >= 0", 1: "chosen < 0"}[regime] if plan.chooser else ""
    lines = ["begin = found", "for t in range(count):"]
    if chosen:
        lines += [f"    chosen = {plan.chooser}_level(rows[left[t]], rows[right[t]])"]
    lines += [f"    place[found], total[found] = t, prior[{regime}]", f"    found += {chosen or '1'}"]
    for k, name in enumerate(plan.regimes[regime]):
        worth = plan.worth_source(regime, name)
        lines += _ADDED.format(name=name, worth=worth, rest=f"rest[{regime}, {k}]").splitlines()
    return lines
