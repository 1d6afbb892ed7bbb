"""The comparison of a field: its levels by name, as expressions over the packed columns."""

from __future__ import annotations

from collections.abc import Callable

from ..engine.comparison import Comparison
from ..engine.expressions import Node, all_of, any_of, count_of, edits, known, left, right, same, smaller
from .kinds import LEVELS, Kind
from .link_map import Field

LETTERS = 5  # places of a Han name; at the last stands all that follows
Side = Callable[[str], Node]
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
        if field.kind is Kind.CHINESE_NAME:
            return _one_character(name)
        length = column(name, "length")
        is_long = smaller(left(length), right(length)).more_than(LONG_ENOUGH[most] - 1)
        return is_long & edits(column(name, "text"), field.most_edits).less_than(most + 1)
    form = column(name, level)
    return same(form) & known(form)


def _one_character(name: str) -> Node:
    """One character is another, is lacking, or two neighbours are exchanged. A Han name is short, and each character one of
    thousands: they are compared one by one."""
    places = range(1, LETTERS + 1)
    columns = {k: column(name, f"letter_{k}") for k in places}
    equal = {k: same(columns[k]) for k in places}
    turned = any_of(
        *(
            all_of(
                same(columns[k], columns[k + 1]),
                same(columns[k + 1], columns[k]),
                *(equal[j] for j in places if j not in (k, k + 1)),
            )
            for k in places[:-1]
        )
    )
    return any_of(
        count_of(*(~equal[k] for k in places)).less_than(2),
        turned,
        *(_lacks(columns, left, right, k) for k in places),
        *(_lacks(columns, right, left, k) for k in places),
    )


def _lacks(columns: dict[int, str], fewer: Side, more: Side, k: int) -> Node:
    """The one side is the other without the character at place k."""
    last = max(columns)
    return all_of(
        *(fewer(columns[j]).equals(more(columns[j])) for j in columns if j < k),
        *(fewer(columns[j]).equals(more(columns[j + 1])) for j in columns if k <= j < last),
        fewer(columns[last]).equals(0),
    )


def _swapped(field: Field) -> Node:
    name, other = field.name, field.swapped_with
    return same(name, other) & same(other, name) & known(name) & known(other)


def forms_of(field: Field) -> tuple[str, ...]:
    """The forms of a value that its levels look at, besides the whole."""
    found: list[str] = []
    for level in field.levels:
        if level.startswith("edits_"):
            is_han = field.kind is Kind.CHINESE_NAME
            found += [f"letter_{k}" for k in range(1, LETTERS + 1)] if is_han else ["length"]
        elif level == "day_month":
            found += ["year", "month", "day"]
        elif level not in ("exact", "swapped"):
            found.append(level)
    return tuple(dict.fromkeys(found))
