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


class NameBuilder:
    """Fills the columns row by row. The three code spaces are shared by all names that are to be compared."""

    def __init__(self, size: int, codes: Codes, whole: Codes, sounds: Codes) -> None:
        self.codes, self.whole, self.sounds = codes, whole, sounds
        self.columns = {
            name: np.zeros(size, np.int64) for name in ("surname", "ssound", "full", "sound", "length")
        }
        self.given = np.zeros((size, GIVEN_WIDTH), np.int64)
        self.given_sound = np.zeros((size, GIVEN_WIDTH), np.int64)

    def _code(self, text: str) -> int:
        return HIDDEN if text == "○" else self.codes(text)

    def put(self, row: int, surname: str, given: str) -> None:
        if not surname:
            return
        parts = list(given[: GIVEN_WIDTH - 1])
        if len(given) >= GIVEN_WIDTH:
            parts.append(given[GIVEN_WIDTH - 1 :])
        c = self.columns
        c["surname"][row] = self._code(surname)
        sound = sounds = "".join(map(sound_of, surname))
        c["ssound"][row] = HIDDEN if surname == "○" else self.codes("/" + sound)
        for k, part in enumerate(parts):
            self.given[row, k] = self._code(part)
            sound = "".join(map(sound_of, part))
            self.given_sound[row, k] = HIDDEN if part == "○" else self.codes("/" + sound)
            sounds += " " + sound
        c["length"][row] = len(parts)
        if "○" not in surname + given:
            c["full"][row] = self.whole(surname + given)
            c["sound"][row] = self.sounds(sounds)

    def done(self) -> NameColumns:
        c = self.columns
        return NameColumns(
            c["surname"], c["ssound"], self.given, self.given_sound, c["full"], c["sound"], c["length"]
        )


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
