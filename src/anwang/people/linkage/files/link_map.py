"""What a map says, as the rest takes it."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import DateOrder, Kind


@dataclass(frozen=True, slots=True)
class Field:
    """One respect in which records are compared. `columns` of the file, joined by a space; `columns_b` of the second file,
    where its names are others. `swapped_with`: a field that may stand in this one's place."""

    name: str
    kind: Kind
    columns: tuple[str, ...]
    columns_b: tuple[str, ...]
    levels: tuple[str, ...]
    label: str
    order: DateOrder = DateOrder.YMD
    swapped_with: str = ""

    @property
    def most_edits(self) -> int:
        """Letters up to which differences are counted in a text; a Han name has none, its characters stand apart."""
        if self.kind is Kind.CHINESE_NAME:
            return 0
        return max((int(level[-1]) for level in self.levels if level.startswith("edits_")), default=0)


@dataclass(frozen=True, slots=True)
class Key:
    """A part of a blocking rule: of one field, or of two in either order. `use`: which form of the value."""

    fields: tuple[str, ...]
    use: str = "exact"

    def __str__(self) -> str:
        return "&".join(self.fields) + ("" if self.use == "exact" else f"/{self.use}")


@dataclass(frozen=True, slots=True)
class LinkMap:
    """`id`, `id_b`: the columns with the number of a record. `blocking`: rules; two records are compared when all keys of
    one rule agree. `threshold`: the probability from which a pair is told."""

    id: str
    id_b: str
    fields: tuple[Field, ...]
    blocking: tuple[tuple[Key, ...], ...]
    threshold: float
    one_to_one: bool
    missing: frozenset[str]

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)
