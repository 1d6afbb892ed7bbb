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
    order, starts, first, last, most, rows, keys, rule, weights, terms, prior, rest, threshold, lefts, rights, bits
):
    """Scores the pairs inside the groups `first` to `last` of the rows of one blocking rule that no earlier rule has
    brought together; groups of more than `most` rows are left out. Pairs from `threshold` bits on are written as far
    as there is room. Returns how many there were, how many were compared, and a number that means nothing."""
    found, compared, touched, ahead = 0, 0, 0, starts[first]
    for group in range(first, last):
        begin, end = starts[group], starts[group + 1]
        if end > ahead:
            # Rows lie anywhere: many are asked for at once, so that the memory need not be waited for each by itself.
            for at in range(ahead, min(end + AHEAD, starts[last])):
                touched ^= rows[order[at], 0] ^ rows[order[at], 16] ^ keys[order[at], 0]
            ahead = min(end + AHEAD, starts[last])
        if end - begin > most:
            continue
        for i in range(begin, end - 1):
            a = order[i]
            for j in range(i + 1, end):
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
    """A module with `score_groups` and `score_pairs` under a plan."""
    functions = "".join(_functions(c, layout) for c in plan.comparisons)
    return _HEAD + functions + _PAIR_BITS.format(body=_pair_bits(plan)) + _GROUPS


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
    calls = "\n".join(f"        found[{k}, k] = {c.name}_level(x, y)" for k, c in enumerate(comparisons))
    return _HEAD + "".join(_functions(c, layout) for c in comparisons) + _LEVELS.format(calls=calls)


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
        for part in node.parts:
            self._name_what_recurs(part)
        if self.uses[node] > 1 and node not in self.names and node.operation is not Operation.NUMBER:
            words = self._words(node)
            self.names[node] = f"t{len(self.names)}"
            self.lines.append(f"    {self.names[node]} = {words}")

    def _words(self, node: Node) -> str:
        if node in self.names:
            return self.names[node]
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


def _with_parts(node: Node, seen: set[Node]) -> Iterator[Node]:
    """The node and what it is made of: a part inside two different wholes twice, inside one whole that recurs once."""
    yield node
    if node not in seen:
        seen.add(node)
        for part in node.parts:
            yield from _with_parts(part, seen)
