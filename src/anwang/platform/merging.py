"""Three versions of one form to one: what both started from, mine, and theirs. Pure.

A field that only one side changed merges by itself; a field that both changed, and not alike, is a conflict that a
person decides. A group (one person of a report, one goal of a plan) that both sides added, or that one removed while
the other changed it, is decided as a whole: the name of one person never meets the number of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Values = tuple[str, ...]
"""What a form sends for one field: several for ticked boxes, none for a field that is not there."""
Fields = Mapping[str, Values]
ROW_REVISION, ROW_BASE = "_revision", "_base"
"""What a form on a saved record says it was opened from; a draft keeps the pair, and so merges with the record later."""


class Choice(StrEnum):
    """What a person decides about a conflict. `both` joins two texts, theirs first."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed. `group` is not "" when it is decided together with others."""

    field: str
    base: Values
    mine: Values
    theirs: Values
    group: str = ""

    @property
    def key(self) -> str:
        """What is decided at once: the group, or the field alone."""
        return self.group or self.field


@dataclass(frozen=True, slots=True)
class Merge:
    """`values` holds every field that is settled; those of `conflicts` are not among them.

    `from_theirs` and `from_mine` are the fields that one side alone changed, for the page to say so.
    """

    values: dict[str, Values]
    conflicts: tuple[Conflict, ...]
    from_theirs: tuple[str, ...]
    from_mine: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """What there is to decide, in the order of the form."""
        return tuple(dict.fromkeys(conflict.key for conflict in self.conflicts))

    def settled(self, choices: Mapping[str, Choice]) -> dict[str, Values]:
        """All fields, with each conflict decided by its key. Raises KeyError when one is undecided."""
        values = dict(self.values)
        for conflict in self.conflicts:
            chosen = decided(conflict.mine, conflict.theirs, choices[conflict.key])
            if chosen:
                values[conflict.field] = chosen
        return values


def decided(mine: Values, theirs: Values, choice: Choice) -> Values:
    """One side's values, or both: of texts one under the other, of ticks all that either side ticked."""
    if choice is Choice.MINE:
        return mine
    if choice is Choice.THEIRS:
        return theirs
    if len(mine) <= 1 and len(theirs) <= 1:
        texts = [text for text in (*theirs, *mine) if text.strip()]
        return ("\n".join(dict.fromkeys(texts)),) if texts else ()
    return tuple(dict.fromkeys((*theirs, *mine)))


def row_of(field: str) -> str:
    """The group of a field named `part-row-field` (`person-k3f-name`): `person-k3f`; "" for any other name.

    Give new rows a random key, not the next number: rows that two people add then never carry the same name.
    """
    parts = field.split("-", 2)
    return "-".join(parts[:2]) if len(parts) == 3 and all(parts) else ""


def merge(
    base: Fields, mine: Fields, theirs: Fields, *, group_of: Callable[[str], str] = lambda field: ""
) -> Merge:
    """Merge field by field. A field that a side does not have counts as empty there, so removing is a change too.

    `group_of` names the group of a field ("" for none); it matters only for groups that a side added or removed.
    """
    values: dict[str, Values] = {}
    conflicts: list[Conflict] = []
    from_theirs: list[str] = []
    from_mine: list[str] = []
    whole = _decided_whole(base, mine, theirs, group_of)
    for field in dict.fromkeys((*theirs, *mine, *base)):
        was, my, their = base.get(field, ()), mine.get(field, ()), theirs.get(field, ())
        group = group_of(field)
        if my == their:
            chosen = my
        elif group in whole:
            conflicts.append(Conflict(field, was, my, their, group))
            continue
        elif my == was:
            chosen = their
            from_theirs.append(field)
        elif their == was:
            chosen = my
            from_mine.append(field)
        else:
            conflicts.append(Conflict(field, was, my, their))
            continue
        if chosen:
            values[field] = chosen
    return Merge(values, tuple(conflicts), tuple(from_theirs), tuple(from_mine))


def _decided_whole(
    base: Fields, mine: Fields, theirs: Fields, group_of: Callable[[str], str]
) -> frozenset[str]:
    """Groups that both sides added, and groups that one side removed while the other changed them."""

    def groups(fields: Fields) -> dict[str, dict[str, Values]]:
        found: dict[str, dict[str, Values]] = {}
        for field, values in fields.items():
            if (group := group_of(field)) and values:
                found.setdefault(group, {})[field] = values
        return found

    was, my, their = groups(base), groups(mine), groups(theirs)
    added = (my.keys() & their.keys()) - was.keys()
    changed_and_removed = {
        group
        for one, other in ((my, their), (their, my))
        for group in (was.keys() & one.keys()) - other.keys()
        if one[group] != was[group]
    }
    return frozenset(added | changed_and_removed)
