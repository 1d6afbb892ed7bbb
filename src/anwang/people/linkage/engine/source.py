"""Comparisons as the source of functions that Numba compiles: two rows of whole numbers in, a level out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .comparison import UNKNOWN, Comparison
from .expressions import Node, Operation
from .layout import Layout
from .plan import Plan

_HEAD = '''"""Generated from the comparisons of the linkage model; see engine/source.py."""

from numba import njit


'''
_EDITS = '''import numpy as np


@njit(nogil=True)
def letters_of(row, first, words, bits):
    """The letters of a text, and how many there are."""
    found, count, mask = np.zeros(words * (31 // bits), np.int32), 0, (1 << bits) - 1
    for word in range(first, first + words):
        held = row[word]
        while held != 0:
            found[count] = held & mask
            count += 1
            held >>= bits
    return found, count


@njit(nogil=True)
def edits(x, y, first, other, words, bits, most):
    """Letters to put in, leave out, change or exchange with the next (Damerau and Levenshtein, unrestricted: other letters
    may come between two that were exchanged); `most` + 1 where it is more."""
    alike = True
    for k in range(words):
        if x[first + k] != y[other + k]:
            alike = False
            break
    if alike:
        return 0
    a, m = letters_of(x, first, words, bits)
    b, n = letters_of(y, other, words, bits)
    if abs(m - n) > most:
        return most + 1
    begin = 0
    while begin < m and begin < n and a[begin] == b[begin]:
        begin += 1
    while m > begin and n > begin and a[m - 1] == b[n - 1]:
        m -= 1
        n -= 1
    if m == begin or n == begin:
        return min(m + n - 2 * begin, most + 1)
    rows, columns = m - begin, n - begin
    cost = np.full((rows + 1, columns + 1), most + 1, np.int32)
    for i in range(min(rows, most) + 1):
        cost[i, 0] = i
    for j in range(min(columns, most) + 1):
        cost[0, j] = j
    for i in range(1, rows + 1):
        letter, last = a[begin + i - 1], 0
        for j in range(1, max(1, i - most)):
            if b[begin + j - 1] == letter:
                last = j
        for j in range(max(1, i - most), min(columns, i + most) + 1):
            here = b[begin + j - 1]
            best = cost[i - 1, j - 1] + (0 if here == letter else 1)
            best = min(best, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
            if last > 0:
                for k in range(i - 1, max(0, i - 1 - most), -1):
                    if a[begin + k - 1] == here:
                        best = min(best, cost[k - 1, last - 1] + (i - k - 1) + 1 + (j - last - 1))
                        break
            if here == letter:
                last = j
            cost[i, j] = min(best, most + 1)
    return cost[rows, columns]


'''
_LEVELS = '''@njit(nogil=True, cache=True)
def levels(rows, left, right, found):
    """`found[c, k]`: the level of comparison `c` for the pair (`left[k]`, `right[k]`)."""
    for k in range(len(left)):
        x, y = rows[left[k]], rows[right[k]]
{calls}
'''
_WITH_ALIAS = """@njit(nogil=True)
def {name}_level(x, y):
    level = {name}_pair(x, y, 0, 0)
    if level > 0:
        other = {name}_pair(x, y, {shift}, 0)
        if 0 <= other < level:
            level = other
        other = {name}_pair(x, y, 0, {shift})
        if 0 <= other < level:
            level = other
    return level


"""


_PAIR_BITS = """@njit(nogil=True)
def pair_bits(rows, a, b, weights, terms, prior, rest, threshold):
{body}


"""
_GROUPS = '''AHEAD = 256


@njit(nogil=True, cache=True)
def score_groups(
    order, starts, first, last, most, split, rows, keys, rule, weights, terms, prior, rest, threshold, lefts, rights, bits
):
    """Scores the pairs inside the groups `first` to `last` of the rows of one blocking rule that no earlier rule has
    brought together; groups of more than `most` rows are left out. With a `split` only pairs of a row before it and
    one from it on are compared. Pairs from `threshold` bits on are written as far
    as there is room. Returns how many there were, how many were compared, and a number that means nothing."""
    found, compared, touched, ahead = 0, 0, 0, starts[first]
    for group in range(first, last):
        begin, end = starts[group], starts[group + 1]
        if end > ahead:
            # Rows lie anywhere: many are asked for at once, so that the memory need not be waited for each by itself.
            for at in range(ahead, min(end + AHEAD, starts[last])):
                touched ^= rows[order[at], 0] ^ rows[order[at], LINE] ^ keys[order[at], 0]
            ahead = min(end + AHEAD, starts[last])
        if end - begin > most:
            continue
        middle = begin
        while split > 0 and middle < end and order[middle] < split:
            middle += 1
        for i in range(begin, middle if split > 0 else end - 1):
            a = order[i]
            for j in range(max(i + 1, middle), end):
                b = order[j]
                seen = a == b
                for earlier in range(rule):
                    seen = seen or (keys[a, earlier] != 0 and keys[a, earlier] == keys[b, earlier])
                if seen:
                    continue
                compared += 1
                total = pair_bits(rows, a, b, weights, terms, prior, rest, threshold)
                if total >= threshold:
                    if found < len(lefts):
                        lefts[found], rights[found], bits[found] = min(a, b), max(a, b), total
                    found += 1
    return found, compared, touched


@njit(nogil=True, cache=True)
def score_pairs(left, right, rows, weights, terms, prior, rest, bits):
    """The bits of given pairs."""
    for k in range(len(left)):
        bits[k] = pair_bits(rows, left[k], right[k], weights, terms, prior, rest, -1e9)
'''


def scoring_source(plan: Plan, layout: Layout) -> str:
    """A module with `score_groups` and `score_pairs` under a plan, and `levels` of its comparisons."""
    functions = "".join(_functions(c, layout) for c in plan.comparisons)
    line = f"LINE = {min(16, layout.width - 1)}  # a word of the second cache line\n"
    scoring = _PAIR_BITS.format(body=_pair_bits(plan)) + line + _GROUPS
    return _head(layout) + functions + scoring + "\n\n" + _levels(plan.comparisons)


def _levels(comparisons: tuple[Comparison, ...]) -> str:
    calls = "\n".join(f"        found[{k}, k] = {c.name}_level(x, y)" for k, c in enumerate(comparisons))
    return _LEVELS.format(calls=calls)


def _head(layout: Layout) -> str:
    return _HEAD + (_EDITS if layout.texts else "")


def _pair_bits(plan: Plan) -> str:
    """One branch for each regime; a pair that cannot reach the threshold any more is given up."""
    lines = ["    x, y = rows[a], rows[b]"]
    if plan.chooser:
        lines += [f"    chosen = {plan.chooser}_level(x, y)", "    if chosen >= 0:"]
        lines += _sum(plan, 0)
    return "\n".join([*lines, *(line[4:] for line in _sum(plan, len(plan.regimes) - 1))])


def _sum(plan: Plan, regime: int) -> list[str]:
    order = plan.regimes[regime]
    lines = [f"total = prior[{regime}]"]
    for k, name in enumerate(order):
        level = "chosen" if name == plan.chooser else f"{name}_level(x, y)"
        lines.append(f"level = {level}")
        told = f"total += weights[{regime}, {k}, level + 1]"
        if (term := plan.term_of(regime, name)) is not None:
            lines += [
                "if level == 0:",
                f"    total += min(terms[a, {term}], terms[b, {term}])",
                "else:",
                f"    {told}",
            ]
        else:
            lines.append(told)
        if k + 1 < len(order):
            lines += [f"if total + rest[{regime}, {k}] < threshold:", "    return total"]
    return ["        " + line for line in [*lines, "return total"]]


def source_of(comparisons: tuple[Comparison, ...], layout: Layout) -> str:
    """A module with a function `NAME_level(x, y)` for each comparison, and `levels` for all of them.

    The words of an alias lie in the order of those that they stand for.
    """
    return _head(layout) + "".join(_functions(c, layout) for c in comparisons) + _levels(comparisons)


def _functions(comparison: Comparison, layout: Layout) -> str:
    if not comparison.alias:
        return _Function(comparison, layout, f"{comparison.name}_level(x, y)", "", "").text()
    pair = _Function(comparison, layout, f"{comparison.name}_pair(x, y, p, q)", " + p", " + q")
    words = layout.places
    shifts = {words[comparison.alias + column].word - words[column].word for column in pair.columns()}
    if len(shifts) != 1:
        raise ValueError(f"{comparison.name}: the columns of {comparison.alias} lie in another order")
    return pair.text() + _WITH_ALIAS.format(name=comparison.name, shift=shifts.pop())


class _Function:
    """The function of one comparison. What occurs more than once in it is computed once, before the first question."""

    def __init__(
        self,
        comparison: Comparison,
        layout: Layout,
        signature: str,
        left_shift: str,
        right_shift: str,
    ) -> None:
        self.comparison, self.layout, self.signature = comparison, layout, signature
        self.shift = {Operation.LEFT: left_shift, Operation.RIGHT: right_shift}
        self.uses = Counter(
            node for root in (comparison.null, *comparison.when) for node in _with_parts(root, set())
        )
        self.names: dict[Node, str] = {}
        self.lines: list[str] = []

    def columns(self) -> set[str]:
        return {node.column for node in self.uses if node.column}

    def text(self) -> str:
        self._ask(self.comparison.null, UNKNOWN)
        for k, when in enumerate(self.comparison.when):
            self._ask(when, k)
        body = "\n".join([*self.lines, f"    return {len(self.comparison.when)}"])
        return f"@njit(nogil=True)\ndef {self.signature}:\n{body}\n\n\n"

    def _ask(self, node: Node, level: int) -> None:
        self._name_what_recurs(node)
        self.lines += [f"    if {self._words(node)}:", f"        return {level}"]

    def _name_what_recurs(self, node: Node) -> None:
        for part in () if node.operation is Operation.EDITS else node.parts:
            self._name_what_recurs(part)
        if self.uses[node] > 1 and node not in self.names and node.operation is not Operation.NUMBER:
            words = self._words(node)
            self.names[node] = f"t{len(self.names)}"
            self.lines.append(f"    {self.names[node]} = {words}")

    def _words(self, node: Node) -> str:
        if node in self.names:
            return self.names[node]
        if node.operation is Operation.EDITS:
            return self._edits(node)
        parts = [self._words(part) for part in node.parts]
        match node.operation:
            case Operation.LEFT:
                return self.layout.source("x", node.column, self.shift[node.operation])
            case Operation.RIGHT:
                return self.layout.source("y", node.column, self.shift[node.operation])
            case Operation.NUMBER:
                return str(node.number)
            case Operation.EQUALS:
                return f"({parts[0]} == {parts[1]})"
            case Operation.LESS:
                return f"({parts[0]} < {parts[1]})"
            case Operation.ALL:
                return f"({' and '.join(parts) or True})"
            case Operation.ANY:
                return f"({' or '.join(parts) or False})"
            case Operation.NOT:
                return f"(not {parts[0]})"
            case Operation.COUNT:
                return f"({' + '.join(f'(1 if {part} else 0)' for part in parts)})"
            case Operation.DISTANCE:
                return f"abs({parts[0]} - {parts[1]})"
            case Operation.SMALLER:
                return f"min({parts[0]}, {parts[1]})"
            case Operation.CHOSEN:
                return f"({parts[1]} if {parts[0]} else {parts[2]})"
        raise ValueError(node.operation)

    def _edits(self, node: Node) -> str:
        (first, text), (other, its) = (self.layout.text_places[part.column] for part in node.parts)
        if (text.words, text.bits) != (its.words, its.bits):
            raise ValueError(f"{text.name} and {its.name} are not written alike")
        return f"edits(x, y, {first}, {other}, {text.words}, {text.bits}, {node.number})"


def _with_parts(node: Node, seen: set[Node]) -> Iterator[Node]:
    """The node and what it is made of: a part inside two different wholes twice, inside one whole that recurs once."""
    yield node
    if node not in seen:
        seen.add(node)
        for part in node.parts:
            yield from _with_parts(part, seen)
