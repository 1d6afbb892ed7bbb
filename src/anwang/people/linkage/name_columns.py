"""Names as columns: taken apart by character, each character and its sound an integer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anwang.standard.codes import Relation
from anwang.standard.record import PersonName, StandardRecord
from anwang.standard.sounds import sound_of

from .codes import Codes
from .engine.keys import Ints

HIDDEN = 1  # code of a character that is masked (○); 0 is one that is not there
GIVEN_WIDTH = 3


@dataclass(frozen=True, slots=True)
class NameColumns:
    """Names taken apart by character. `given` and `given_sound` are [n, 3]; all 0 when there is no name."""

    surname: Ints
    surname_sound: Ints
    given: Ints
    given_sound: Ints
    full: Ints  # code of the whole name; 0 when a character is hidden
    sound: Ints  # code of the whole sound; 0 when a character is hidden
    length: Ints


def split_name(name: PersonName | None) -> tuple[str, str]:
    """Surname and the rest; a name that is not Han is cut after its first character or word."""
    if name is None or not (name.key or name.text):
        return "", ""
    if name.surname:
        return name.surname, name.given
    text = name.key or name.text
    head, separator, tail = text.partition(" ")
    if separator:
        return head, tail
    return text[:1], text[1:]


_NOBODY = (0,) * (2 + 2 * GIVEN_WIDTH + 3)


class NameBuilder:
    """Makes the columns row by row. The three code spaces are shared by all names that are to be compared. A name that comes
    again, as it does every month, is taken apart once."""

    def __init__(self, codes: Codes, whole: Codes, sounds: Codes) -> None:
        self.codes, self.whole, self.sounds = codes, whole, sounds
        self._known: dict[tuple[str, str], tuple[int, ...]] = {("", ""): _NOBODY}
        self._rows: list[tuple[int, ...]] = []

    def add(self, name: tuple[str, str]) -> None:
        """The next row's surname and given name."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._parts(*name) if name[0] else _NOBODY
        self._rows.append(found)

    def _code(self, text: str) -> int:
        return HIDDEN if text == "○" else self.codes(text)

    def _parts(self, surname: str, given: str) -> tuple[int, ...]:
        """Codes of the surname and its sound, of each part of the given name, of their sounds, of the whole name and its
        sound; and how many parts there are."""
        parts = list(given[: GIVEN_WIDTH - 1])
        if len(given) >= GIVEN_WIDTH:
            parts.append(given[GIVEN_WIDTH - 1 :])
        first = self._code(surname)
        whole_sound = sound = "".join(map(sound_of, surname))
        first_sound = HIDDEN if surname == "○" else self.codes("/" + sound)
        codes, its_sounds = [0] * GIVEN_WIDTH, [0] * GIVEN_WIDTH
        for k, part in enumerate(parts):
            codes[k] = self._code(part)
            sound = "".join(map(sound_of, part))
            its_sounds[k] = HIDDEN if part == "○" else self.codes("/" + sound)
            whole_sound += " " + sound
        full = sounds = 0
        if "○" not in surname + given:
            full, sounds = self.whole(surname + given), self.sounds(whole_sound)
        return (first, first_sound, *codes, *its_sounds, full, sounds, len(parts))

    def done(self) -> NameColumns:
        table = np.array(self._rows, np.int64).reshape(-1, len(_NOBODY)).T
        given, sound = table[2 : 2 + GIVEN_WIDTH], table[2 + GIVEN_WIDTH : 2 + 2 * GIVEN_WIDTH]
        surname, surname_sound, full, full_sound, length = (
            np.ascontiguousarray(table[k]) for k in (0, 1, -3, -2, -1)
        )
        return NameColumns(
            surname, surname_sound, np.ascontiguousarray(given.T), np.ascontiguousarray(sound.T), full,
            full_sound, length,
        )  # fmt: skip


def alias_of(record: StandardRecord) -> tuple[str, str]:
    """Another name of the same person that the row itself gives: 案主 of a 本人 row, or a former name."""
    if record.relation is Relation.SELF and record.reference_name:
        surname, given = split_name(record.reference_name)
        if (surname, given) != split_name(record.name):
            return surname, given
    if record.name.former:
        former = record.name.former
        if record.name.surname and former.startswith(record.name.surname):
            return record.name.surname, former[len(record.name.surname) :]
        return former[:1], former[1:]
    return "", ""
