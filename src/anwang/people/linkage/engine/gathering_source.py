"""The source of the loops that make clusters of likely pairs; it goes on from that of the scoring (`scoring_source`).

A cluster is a ring of rows in `next`; `root` is the same member for all of them, and `size` of the root how many they are.
`loose` of the root: `LOOSE` when some of its rows do not fit each other, `BARRED` when it may hold a row of which somebody
decided that it is not one with some other. They are the four columns of `state`, side by side as they are asked together.

The rows from which row `r` is barred are `barred[firsts[k] : firsts[k + 1]]`, where `k` is `barred_of[r]`; 0 has none. They are
looked at only between two clusters that are both `BARRED`.
"""

from __future__ import annotations

from textwrap import indent

from .plan import Plan

LOOSE, BARRED = 1, 2

_MIXTURE = '''

SIDE = 16  # rows of a cluster that speak when it is judged: 16 times 16 pairs are a block


@njit(nogil=True)
def mixed(bits, known, of_a, of_b):
    """What a comparison says of two clusters: each row of one side explained by the other side's rows (the mean of the
    likelihood ratios), and the rows of a side averaged, both ways. So a value that only some records of a person have wrong
    counts for a part, and copies of one record count once."""
    if of_a * of_b == 1:
        return bits[0] if known[0] else 0.0
    mean = 0.0
    for way in range(2):
        outer, inner = (of_a, of_b) if way == 0 else (of_b, of_a)
        total, heard = 0.0, 0
        for i in range(outer):
            ratio, count = 0.0, 0
            for j in range(inner):
                at = i * of_b + j if way == 0 else j * of_b + i
                if known[at]:
                    ratio += 2.0 ** bits[at]
                    count += 1
            if count:
                total += math.log2(ratio / count)
                heard += 1
        if heard:
            mean += total / heard / 2
    return mean


@njit(nogil=True)
def mixture(rows, left, right, of_a, of_b, weights, terms, prior, enough, bits, known, sums):
    """The bits of two clusters from the pairs of their rows, `b`'s changing fastest, and those of the worst pair; only
    these when they are `enough`: then all pairs are."""
    count = of_a * of_b
{regimes}


@njit(nogil=True)
def together(a, b, whole, rows, root, next, weights, terms, prior, enough, left, right, bits, known, sums):
    """What the rows of `a`'s cluster (`a` alone unless it is `whole`) and those of `b`'s but `a` say of their being one
    (see `mixture`); minus infinity when two rows exclude it."""
    count, x, of_a, of_b = 0, a, 0, 0
    while True:
        y, of_b = b, 0
        while of_b < SIDE:
            if x != y:
                if is_apart(rows[x], rows[y]):
                    return -np.inf, -np.inf
                left[count], right[count] = x, y
                count += 1
                of_b += 1
            y = next[y]
            if y == b:
                break
        of_a += 1
        x = next[x]
        if x == a or of_a == SIDE or not whole:
            break
    return mixture(rows, left, right, of_a, of_b, weights, terms, prior, enough, bits, known, sums)


'''
_REGIME = """for t in range(count):
    sums[t] = prior[{regime}]
{comparisons}
least = sums[:count].min()
if least >= enough:
    return least, least
total = prior[{regime}]
for k in range({comparison_count}):
    total += mixed(bits[k], known[k], of_a, of_b)
return total, least"""
_COMPARISON = """for t in range(count):
    a, b = left[t], right[t]
    level = {name}_level(rows[a], rows[b])
    bits[{k}, t] = {worth}
    known[{k}, t] = level >= 0
    sums[t] += bits[{k}, t]"""
_CHOICE = """for t in range(count):
    if {chooser}_level(rows[left[t]], rows[right[t]]) >= 0:
"""
_GATHERING = '''@njit(nogil=True)
def is_barred(row, there, root, barred_of, firsts, barred):
    """Whether somebody decided that the row is not one with a row of the cluster `there`."""
    of = barred_of[row]
    for e in range(firsts[of], firsts[of + 1]):
        if root[barred[e]] == there:
            return True
    return False


@njit(nogil=True)
def are_barred(a, b, root, next, size, barred_of, firsts, barred):
    """Whether somebody decided that a row of one cluster is not one with a row of the other."""
    if size[a] > size[b]:
        a, b = b, a
    x = a
    while True:
        if is_barred(x, b, root, barred_of, firsts, barred):
            return True
        x = next[x]
        if x == a:
            return False


@njit(nogil=True, cache=True)
def unite(lefts, rights, state, barred_of, firsts, barred, refused):
    """Joins clusters along pairs that somebody decided to be one; `refused`: those that another decision keeps apart."""
    root, next, size, loose = state[:, 0], state[:, 1], state[:, 2], state[:, 3]
    for k in range(len(lefts)):
        a, b = root[lefts[k]], root[rights[k]]
        if a == b:
            continue
        if loose[a] & loose[b] & BARRED and are_barred(a, b, root, next, size, barred_of, firsts, barred):
            refused[k] = True
            continue
        loose[min(a, b)] = loose[a] | loose[b]
        join(a, b, root, next, size)


@njit(nogil=True, cache=True)
def gather(
    order, lefts, rights, rows, weights, terms, prior, threshold, state, barred_of, firsts, barred
):
    """Joins clusters along the pairs in `order`, the likeliest first, where all their rows together reach the threshold."""
    root, next, size, loose = state[:, 0], state[:, 1], state[:, 2], state[:, 3]
    left, right = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    of, sums = (weights.shape[1], BLOCK), np.empty(BLOCK)
    bits, known = np.empty(of), np.empty(of, np.bool_)
    for k in range(len(order)):
        if k + AHEAD < len(order):  # as in `score_groups`
            for row in (lefts[order[k + AHEAD]], rights[order[k + AHEAD]]):
                prefetch(rows, row, 0)
                prefetch(rows, row, LINE)
                prefetch(state, row, 0)
        a, b = root[lefts[order[k]]], root[rights[order[k]]]
        if a == b:
            continue
        if loose[a] & loose[b] & BARRED and are_barred(a, b, root, next, size, barred_of, firsts, barred):
            continue
        if size[a] == 1 and size[b] == 1:
            told = least = -np.inf if is_apart(rows[a], rows[b]) else threshold
        else:
            told, least = together(
                a, b, True, rows, root, next, weights, terms, prior, threshold, left, right, bits, known, sums
            )
        if told >= threshold:
            loose[min(a, b)] = loose[a] | loose[b] | (LOOSE if least < threshold else 0)
            join(a, b, root, next, size)


@njit(nogil=True)
def join(a, b, root, next, size):
    """Two clusters become one; its root is the lower of theirs."""
    a, b = min(a, b), max(a, b)
    x = b
    while True:
        root[x] = a
        x = next[x]
        if x == b:
            break
    next[a], next[b] = next[b], next[a]
    size[a] += size[b]


@njit(nogil=True)
def leave(row, own, root, next, size, loose):
    """The row stands by itself, `own` its `loose`; returns the root of those it left."""
    old, last, low = root[row], row, -1
    x = next[row]
    while x != row:
        low = x if low < 0 else min(low, x)
        last = x
        x = next[x]
    next[last] = next[row]
    x = low
    while True:
        root[x] = low
        x = next[x]
        if x == low:
            break
    size[low], loose[low] = size[old] - 1, loose[old]
    root[row], next[row], size[row], loose[row] = row, row, 1, own
    return low


@njit(nogil=True, cache=True)
def settle(
    who, starts, others, rows, weights, terms, prior, threshold, state, barred_of, firsts, barred, changed, asked
):
    """Each row of `who` goes where it fits best: to the cluster of one of its `others`, or by itself. Returns how many
    moved.

    `changed` of a root: the time when its cluster last changed; `asked` of a row: the time when it was last asked. Who was asked since
    all that it looks at last changed would say the same again. The time goes on in the last of `changed`."""
    root, next, size, loose = state[:, 0], state[:, 1], state[:, 2], state[:, 3]
    left, right = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    of, sums = (weights.shape[1], BLOCK), np.empty(BLOCK)
    bits, known = np.empty(of), np.empty(of, np.bool_)
    moved, begun = 0, changed[-1]
    time = begun
    for k in range(len(who)):
        row = who[k]
        at = root[row]
        newest = changed[at]
        for e in range(starts[k], starts[k + 1]):
            newest = max(newest, changed[root[others[e]]])
        if asked[row] >= newest:
            continue
        # who left this cluster meanwhile is not among the others yet
        asked[row] = time if changed[at] <= begun else begun
        best, aim = threshold, row
        if size[at] > 1:
            best, _ = together(
                row, next[row], False, rows, root, next, weights, terms, prior, np.inf, left, right, bits, known, sums
            )
            best, aim = (best, at) if best >= threshold else (threshold, -1)
        for e in range(starts[k], starts[k + 1]):
            there = root[others[e]]
            if there != at:
                if loose[there] & BARRED and is_barred(row, there, root, barred_of, firsts, barred):
                    continue
                told, _ = together(
                    row, there, False, rows, root, next, weights, terms, prior, np.inf, left, right, bits, known, sums
                )
                if told > best or (told == best and aim < 0):
                    best, aim = told, there
        if aim != at:
            time += 1
            if size[at] > 1:
                own = BARRED if loose[at] & BARRED and barred_of[row] > 0 else 0
                changed[leave(row, own, root, next, size, loose)] = time
                changed[row] = time
            if aim >= 0 and aim != row:
                loose[min(aim, row)] = loose[aim] | loose[row] | LOOSE
                join(aim, row, root, next, size)
                changed[min(aim, row)] = time
            moved += 1
    changed[-1] = time
    return moved
'''


def gathering_source(plan: Plan) -> str:
    """`unite`, `gather` and `settle` under a plan."""
    regimes = [
        _REGIME.format(
            regime=regime,
            comparison_count=len(names),
            comparisons="\n".join(
                _COMPARISON.format(k=k, name=name, worth=plan.worth_source(regime, name))
                for k, name in enumerate(names)
            ),
        )
        for regime, names in enumerate(plan.regimes)
    ]
    if plan.chooser:  # one pair that can be compared decides for all
        regimes[0] = _CHOICE.format(chooser=plan.chooser) + indent(regimes[0], " " * 8)
    constants = f"\n\nLOOSE, BARRED = {LOOSE}, {BARRED}\n"
    return constants + _MIXTURE.format(regimes=indent("\n".join(regimes), " " * 4)) + _GATHERING
