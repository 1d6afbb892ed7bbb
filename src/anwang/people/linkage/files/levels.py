"""The comparison of a field: its levels by name, as expressions over the packed columns."""

from __future__ import annotations

from ..engine.comparison import Comparison
from ..engine.expressions import Node, edits, known, left, right, same, smaller
from .kinds import LEVELS
from .link_map import Field

# Of a short value two or three letters are most of it: so long must the shorter one be.
LONG_ENOUGH = {1: 3, 2: 5, 3: 8}


def column(field: str, form: str = "") -> str:
    """The packed column of a field: its whole value, or a form of it (`sound`, `length`, `text` …)."""
    return f"{field}__{form}" if form else field


def comparison_of(field: Field) -> Comparison:
    null = ~known(field.name)
    if field.swapped_with and "swapped" not in field.levels:
        null |= _swapped(field) & ~same(field.name)  # the other of the two has told it
    return Comparison(
        field.name,
        field.label,
        tuple(LEVELS[level] for level in (*field.levels, "different")),
        null,
        tuple(_condition(field, level) for level in field.levels),
        term=field.name,
    )


def _condition(field: Field, level: str) -> Node:
    name = field.name
    if level == "exact":
        return same(name)
    if level == "swapped":
        return _swapped(field)
    if level == "day_month":
        month, day = column(name, "month"), column(name, "day")
        return same(column(name, "year")) & same(month, day) & same(day, month) & known(column(name, "year"))
    if level.startswith("edits_"):
        most = int(level[-1])
        length = column(name, "length")
        is_long = smaller(left(length), right(length)).more_than(LONG_ENOUGH[most] - 1)
        return is_long & edits(column(name, "text"), field.most_edits).less_than(most + 1)
    form = column(name, level)
    return same(form) & known(form)


def _swapped(field: Field) -> Node:
    name, other = field.name, field.swapped_with
    return same(name, other) & same(other, name) & known(name) & known(other)


def forms_of(field: Field) -> tuple[str, ...]:
    """The forms of a value that its levels look at, besides the whole."""
    found: list[str] = []
    for level in field.levels:
        if level.startswith("edits_"):
            found.append("length")
        elif level == "day_month":
            found += ["year", "month", "day"]
        elif level not in ("exact", "swapped"):
            found.append(level)
    return tuple(dict.fromkeys(found))
