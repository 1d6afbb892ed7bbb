"""What a person can be looked up by, from the partial facts typed so far. Pure but for the digests' secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from anwang.people.registry.search_keys import HIDDEN, digest, name_pieces, pairs, pieces_of
from anwang.standard.record import PersonName, StandardRecord
from anwang.standard.serial import to_json


class Clue(StrEnum):
    """What a record has in common with what was typed."""

    IDENTITY = "identity"
    PHONE = "phone"
    BIRTH = "birth"
    LAST_FOUR = "last_four"
    NAME = "name"
    NAMED_YEAR = "named_year"
    NAMED_PLACE = "named_place"
    SOUND = "sound"
    PART = "part"  # two characters of a name
    DOOR = "door"
    NAMES_THEM = "names_them"  # the record names the typed person as carer or 案主
    IS_NAMED = "is_named"  # the record is of the typed carer or 案主

    @property
    def weight(self) -> float:
        """About how many bits it says: only to choose which few of many records are compared in full."""
        return _WEIGHTS[self]

    @property
    def is_of_home(self) -> bool:
        """Whether it may be shared by people who live together."""
        return self in (Clue.PHONE, Clue.DOOR, Clue.NAMES_THEM, Clue.IS_NAMED)


_WEIGHTS = {
    Clue.IDENTITY: 20.0,
    Clue.PHONE: 12.0,
    Clue.BIRTH: 9.0,
    Clue.LAST_FOUR: 9.0,
    Clue.NAME: 8.0,
    Clue.NAMED_YEAR: 6.0,
    Clue.NAMED_PLACE: 3.0,
    Clue.SOUND: 6.0,
    Clue.PART: 4.0,
    Clue.DOOR: 9.0,
    Clue.NAMES_THEM: 6.0,
    Clue.IS_NAMED: 6.0,
}
_CLUES = {
    "i": Clue.IDENTITY,
    "p": Clue.PHONE,
    "b": Clue.BIRTH,
    "4": Clue.LAST_FOUR,
    "f": Clue.NAME,
    "ny": Clue.NAMED_YEAR,
    "sy": Clue.NAMED_YEAR,
    "st": Clue.NAMED_PLACE,
    "s": Clue.SOUND,
    "n": Clue.PART,
    "d": Clue.DOOR,
}


@dataclass(frozen=True, slots=True)
class WantedKey:
    clue: Clue
    key: int


def wanted_keys(typed: StandardRecord) -> list[WantedKey]:
    """The keys of what was typed. Two characters of a name count by themselves only while no more of it is there."""
    found: set[tuple[Clue, str]] = set()
    for piece in pieces_of(to_json(typed)):
        sort = piece.partition(":")[0]
        if sort in _CLUES and (sort != "n" or len(typed.name.key) == 2):
            found.add((_CLUES[sort], piece))
    found |= {(Clue.NAMED_YEAR, piece) for piece in _near_years(typed)}
    if _is_whole(typed.name):
        found.add((Clue.NAMES_THEM, f"c:{typed.name.key}"))
    found |= {
        (Clue.IS_NAMED, f"f:{other.key}")
        for other in (typed.reference_name, typed.carer_name)
        if _is_whole(other) and other is not None
    }
    return [WantedKey(clue, digest(piece)) for clue, piece in sorted(found)]


def part_keys(typed: StandardRecord) -> list[int]:
    """The keys of all pairs of characters of the name: a record that has all of them holds what was typed so far."""
    return sorted(digest(f"n:{pair}") for pair in pairs(typed.name.key))


def _is_whole(name: PersonName | None) -> bool:
    return name is not None and len(name.key) > 1 and HIDDEN not in name.key


def _near_years(typed: StandardRecord) -> set[str]:
    """With a year alone the ones beside it: who tells an age does not tell a year."""
    birth = typed.birth
    if birth is None or birth.year is None or birth.day is not None:
        return set()
    years = (birth.year - 1, birth.year + 1)
    return {p for p in name_pieces(typed.name.key, years) if p.startswith(("ny:", "sy:"))}
