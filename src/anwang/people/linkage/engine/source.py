"""Comparisons as the source of functions that Numba compiles: two rows of whole numbers in, a level out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .comparison import UNKNOWN, Comparison
from .expressions import NEVER, Node, Operation
from .layout import Layout

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
SMALL = 50  # parts of a comparison up to which all of them are computed sooner than a wrong guess is mended
_LEVELS = '''@njit(nogil=True, cache=True)
def levels(rows, left, right, found):
    """`found[c, k]`: the level of comparison `c` for the pair (`left[k]`, `right[k]`)."""
    for k in range(len(left)):
        x, y = rows[left[k]], rows[right[k]]
{calls}
'''
_WITH_ALIAS = """@njit(nogil=True, forceinline=True)
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


def source_of(comparisons: tuple[Comparison, ...], layout: Layout) -> str:
    """A module with a function `NAME_level(x, y)` for each comparison, and `levels` for all of them.

    The words of an alias lie in the order of those that they stand for.
    """
    return head_of(layout) + level_functions(comparisons, layout) + levels_function(comparisons)


def levels_function(comparisons: tuple[Comparison, ...]) -> str:
    """The function `levels`, which goes on from the functions of all comparisons."""
    calls = "\n".join(f"        found[{k}, k] = {c.name}_level(x, y)" for k, c in enumerate(comparisons))
    return _LEVELS.format(calls=calls)


def head_of(layout: Layout) -> str:
    """What all generated source begins with."""
    return _HEAD + (_EDITS if layout.texts else "")


def level_functions(comparisons: tuple[Comparison, ...], layout: Layout, *, branching: bool = True) -> str:
    """The functions `NAME_level(x, y)`. Without `branching` the small ones ask all their questions and choose at the end:
    which one holds is as good as random to a processor that goes through pair after pair, and guessing wrong costs it more
    than the answers."""
    return "".join(_functions(c, layout, branching=branching) for c in comparisons)


def condition_function(name: str, condition: Node, layout: Layout) -> str:
    """A function `NAME(x, y)`: whether the condition holds."""
    asked = Comparison(name, "", ("", ""), NEVER, (condition,))
    levels = _Function(asked, layout, f"{name}_level(x, y)", "", "").text()
    return levels + f"@njit(nogil=True)\ndef {name}(x, y):\n    return {name}_level(x, y) == 0\n\n\n"


def _functions(comparison: Comparison, layout: Layout, *, branching: bool) -> str:
    if not comparison.alias:
        function = _Function(comparison, layout, f"{comparison.name}_level(x, y)", "", "")
        return function.text(branching=branching or function.is_costly)
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
        self.joints = (" and ", " or ")
        self.names: dict[Node, str] = {}
        self.lines: list[str] = []

    @property
    def is_costly(self) -> bool:
        """Whether guessing wrong is cheaper than answering what need not be asked."""
        edits = any(node.operation is Operation.EDITS for node in self.uses)
        return edits or len(self.uses) > SMALL

    def columns(self) -> set[str]:
        return {node.column for node in self.uses if node.column}

    def text(self, *, branching: bool = True) -> str:
        self.joints = (" and ", " or ") if branching else (" & ", " | ")
        chosen = str(len(self.comparison.when))
        questions = [(UNKNOWN, self.comparison.null), *enumerate(self.comparison.when)]
        for level, node in questions:
            self._name_what_recurs(node)
            if branching:
                self.lines += [f"    if {self._words(node)}:", f"        return {level}"]
            else:
                self.lines += [f"    is_{level + 1} = {self._words(node)}"]
        if not branching:
            for level, _ in reversed(questions):
                chosen = f"({level} if is_{level + 1} else {chosen})"
        body = "\n".join([*self.lines, f"    return {chosen}"])
        return f"@njit(nogil=True, forceinline=True)\ndef {self.signature}:\n{body}\n\n\n"

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
                return f"({self.joints[0].join(parts) or True})"
            case Operation.ANY:
                return f"({self.joints[1].join(parts) or False})"
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
