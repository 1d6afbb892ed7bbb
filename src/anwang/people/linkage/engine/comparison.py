"""What a comparison is: the levels of agreement of two records in one respect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .expressions import Node, all_of, any_of, renamed

UNKNOWN = -1  # the level of a pair where there is nothing to compare


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison: its name in the model, its zh-TW label, and the zh-TW label of each level.

    `null`: there is nothing to compare. `when`: what holds at each level but the last, which is what remains; the first
    that holds is the level. `alias`: the prefix of columns that hold a second value of the same kind (a former name):
    when both records can be compared, the best of the value and the other's second value counts. `term`: the column of
    the value whose frequency may weigh at the first level.
    """

    name: str
    label: str
    levels: tuple[str, ...]
    null: Node
    when: tuple[Node, ...]
    alias: str = ""
    term: str = ""

    def __post_init__(self) -> None:
        if len(self.when) != len(self.levels) - 1:
            raise ValueError(f"{self.name}: {len(self.levels)} levels need {len(self.levels) - 1} conditions")

    def sql(self) -> tuple[str, tuple[str, ...]]:
        """The condition of null and of each level but the last, for Splink."""
        return self.null.sql(), tuple(
            any_of(when, *(all_of(~null, other[k]) for null, other in self._aliases())).sql()
            for k, when in enumerate(self.when)
        )

    def _aliases(self) -> Iterator[tuple[Node, tuple[Node, ...]]]:
        if not self.alias:
            return
        for sides in ((self.alias, ""), ("", self.alias)):
            yield renamed(self.null, *sides), tuple(renamed(when, *sides) for when in self.when)
