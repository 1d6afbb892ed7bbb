"""Conditions on a pair of records, written once: as SQL for Splink (DuckDB, Spark) and as source for compiled code.

A record is a row of integers (`layout`). An expression is a small tree of the operations below over the columns of the
left and the right record; it is a condition (true or false) or a whole number. Because both forms come from one tree,
the compiled engine and Splink cannot disagree about what a level of agreement means; a test holds them together all
the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Operation(Enum):
    LEFT = "left"
    RIGHT = "right"
    NUMBER = "number"
    EQUALS = "="
    LESS = "<"
    ALL = "and"
    ANY = "or"
    NOT = "not"
    COUNT = "count"
    DISTANCE = "distance"
    SMALLER = "smaller"
    CHOSEN = "chosen"
    EDITS = "edits"


@dataclass(frozen=True, slots=True)
class Node:
    """An expression. `column` for LEFT and RIGHT, `number` for NUMBER, `parts` for all others (EDITS also has a `number`)."""

    operation: Operation
    parts: tuple[Node, ...] = ()
    column: str = ""
    number: int = 0

    def __and__(self, other: Node) -> Node:
        return all_of(self, other)

    def __or__(self, other: Node) -> Node:
        return any_of(self, other)

    def __invert__(self) -> Node:
        return Node(Operation.NOT, (self,))

    def equals(self, other: Node | int) -> Node:
        return Node(Operation.EQUALS, (self, _node(other)))

    def less_than(self, other: Node | int) -> Node:
        return Node(Operation.LESS, (self, _node(other)))

    def more_than(self, other: Node | int) -> Node:
        return Node(Operation.LESS, (_node(other), self))

    def sql(self) -> str:
        """The expression in the words that DuckDB and Spark share; columns are `name_l` and `name_r`, as Splink has it."""
        return _sql(self)


def _node(value: Node | int) -> Node:
    return value if isinstance(value, Node) else Node(Operation.NUMBER, number=value)


def left(column: str) -> Node:
    """A column of the left record."""
    return Node(Operation.LEFT, column=column)


def right(column: str) -> Node:
    """A column of the right record."""
    return Node(Operation.RIGHT, column=column)


def same(column: str, other: str = "") -> Node:
    """The left record's `column` is equal to the right one's (`other`, else the same column), known or not."""
    return left(column).equals(right(other or column))


def known(column: str, other: str = "") -> Node:
    """Neither is 0, which is what is not known."""
    return ~left(column).equals(0) & ~right(other or column).equals(0)


def all_of(*conditions: Node) -> Node:
    return Node(Operation.ALL, _flat(Operation.ALL, conditions))


def any_of(*conditions: Node) -> Node:
    return Node(Operation.ANY, _flat(Operation.ANY, conditions))


NEVER = Node(Operation.ANY)


def count_of(*conditions: Node) -> Node:
    """How many of the conditions hold."""
    return Node(Operation.COUNT, conditions)


def distance(one: Node, other: Node) -> Node:
    """How far two numbers are apart."""
    return Node(Operation.DISTANCE, (one, other))


def smaller(one: Node, other: Node) -> Node:
    return Node(Operation.SMALLER, (one, other))


def chosen(condition: Node, then: Node | int, otherwise: Node | int) -> Node:
    """`then` where the condition holds, else `otherwise`."""
    return Node(Operation.CHOSEN, (condition, _node(then), _node(otherwise)))


def edits(text: str, most: int, other: str = "") -> Node:
    """How many letters to put in, leave out, change or exchange with the next, from the left record's text to the right
    one's (`other`, else the same text); `most` + 1 where it is more than `most`."""
    return Node(Operation.EDITS, (left(text), right(other or text)), number=most)


def renamed(node: Node, left_prefix: str, right_prefix: str) -> Node:
    """The same expression over the columns whose names begin with a prefix."""
    prefix = {Operation.LEFT: left_prefix, Operation.RIGHT: right_prefix}.get(node.operation, "")
    parts = tuple(renamed(part, left_prefix, right_prefix) for part in node.parts)
    return Node(node.operation, parts, prefix + node.column if node.column else "", node.number)


def _flat(operation: Operation, parts: tuple[Node, ...]) -> tuple[Node, ...]:
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if part.operation is operation else (part,)
    return tuple(dict.fromkeys(flat))


def _sql(node: Node) -> str:
    match node.operation:
        case Operation.LEFT:
            return f"{node.column}_l"
        case Operation.RIGHT:
            return f"{node.column}_r"
        case Operation.NUMBER:
            return str(node.number)
        case Operation.EQUALS | Operation.LESS:
            return f"{_sql(node.parts[0])} {node.operation.value} {_sql(node.parts[1])}"
        case Operation.ALL | Operation.ANY:
            nothing = "true" if node.operation is Operation.ALL else "false"
            return "(" + (f" {node.operation.value} ".join(map(_sql, node.parts)) or nothing) + ")"
        case Operation.NOT:
            (part,) = node.parts
            if part.operation is Operation.EQUALS:
                return f"{_sql(part.parts[0])} <> {_sql(part.parts[1])}"
            return f"not ({_sql(part)})"
        case Operation.COUNT:
            return "(" + " + ".join(f"cast({_sql(part)} as integer)" for part in node.parts) + ")"
        case Operation.DISTANCE:
            return f"abs({_sql(node.parts[0])} - {_sql(node.parts[1])})"
        case Operation.SMALLER:
            return f"least({_sql(node.parts[0])}, {_sql(node.parts[1])})"
        case Operation.CHOSEN:
            condition, then, otherwise = map(_sql, node.parts)
            return f"case when {condition} then {then} else {otherwise} end"
        case Operation.EDITS:
            one, other = map(_sql, node.parts)
            return f"least(damerau_levenshtein({one}, {other}), {node.number + 1})"
