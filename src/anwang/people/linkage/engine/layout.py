"""Where each column of a record lies in its row of 32-bit words: small ones share a word.

A pair of records that a key brings together lies anywhere in memory; what is compared first should come with the first
cache line of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .memory import CACHE_LINE, room

Packed = NDArray[np.int32]
WHOLE = 32  # bits of a column that has a word of its own, with its sign
_AT_A_TIME = 16_384  # rows that are written together


@dataclass(frozen=True, slots=True)
class Place:
    """A column's word, its lowest bit there, and how many bits it has."""

    word: int
    shift: int = 0
    bits: int = WHOLE


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most `length` letters, each a code of `bits` bits; 0 is none. It stands in whole words, the first letter
    lowest in the first of them."""

    name: str
    length: int
    bits: int

    @property
    def letters(self) -> int:
        """Letters in one word."""
        return (WHOLE - 1) // self.bits

    @property
    def words(self) -> int:
        return -(-self.length // self.letters)


@dataclass(frozen=True, slots=True)
class Layout:
    """Words in order; each is a column's name, or names with their bits, the lowest first (31 together at most).

    Texts come after them, one behind the other.
    """

    words: Sequence[str | Sequence[tuple[str, int]]]
    texts: Sequence[Text] = ()
    places: Mapping[str, Place] = field(init=False)
    text_places: Mapping[str, tuple[int, Text]] = field(init=False)

    def __post_init__(self) -> None:
        places: dict[str, Place] = {}
        for word, held in enumerate(self.words):
            shift = 0
            for name, bits in ((held, WHOLE),) if isinstance(held, str) else held:
                places[name] = Place(word, shift, bits)
                shift += bits
            if shift > WHOLE - 1 and not isinstance(held, str):
                raise ValueError(f"word {word} holds {shift} bits")
        object.__setattr__(self, "places", places)
        word, text_places = len(self.words), {}
        for text in self.texts:
            text_places[text.name] = (word, text)
            word += text.words
        object.__setattr__(self, "text_places", text_places)

    @property
    def width(self) -> int:
        """Words of a row, whole cache lines."""
        needed = len(self.words) + sum(text.words for text in self.texts)
        return -(-needed * 4 // CACHE_LINE) * CACHE_LINE // 4

    def empty(self, count: int) -> Packed:
        """Rows of zeros, each beginning with a cache line."""
        return room((count, self.width), np.int32)

    def filled(self, columns: Mapping[str, NDArray[np.generic]]) -> Packed:
        """Rows from all columns. OverflowError when a value has more bits than its column."""
        rows = self.empty(len(next(iter(columns.values()))))
        self.fill(rows, columns)
        return rows

    def fill(self, rows: Packed, columns: Mapping[str, NDArray[np.generic]]) -> None:
        """Writes all columns into rows of zeros, a few rows at a time: a row is written while the processor's cache holds it.
        OverflowError when a value has more bits than its column."""
        for begin in range(0, len(rows), _AT_A_TIME):
            part = slice(begin, begin + _AT_A_TIME)
            for name, values in columns.items():
                self.put(rows[part], name, values[part])

    def put(self, rows: Packed, name: str, values: NDArray[np.generic]) -> None:
        """Writes a column once, into rows of zeros. OverflowError when a value has more bits than the column."""
        place = self.places[name]
        if place.bits == WHOLE:
            if len(values) and not np.can_cast(values.dtype, rows.dtype):
                least, most = int(values.min()), int(values.max())
                if not -(1 << WHOLE - 1) <= least <= most < 1 << WHOLE - 1:
                    raise OverflowError(f"{name}: more than {WHOLE} bits")
            rows[:, place.word] = values
            return
        if len(values) and not 0 <= int(values.min()) <= int(values.max()) < 1 << place.bits:
            raise OverflowError(f"{name}: more than {place.bits} bits")
        rows[:, place.word] |= values.astype(np.int32) << place.shift

    def put_text(self, rows: Packed, name: str, letters: NDArray[np.generic]) -> None:
        """Writes a text once: `letters[row, k]` is the code of the k-th letter. OverflowError for a code that is too large."""
        first, text = self.text_places[name]
        codes = np.asarray(letters, np.int64)
        if codes.size and not 0 <= int(codes.min()) <= int(codes.max()) < 1 << text.bits:
            raise OverflowError(f"{name}: more than {text.bits} bits")
        for k in range(min(codes.shape[1], text.length)):
            word, place = divmod(k, text.letters)
            rows[:, first + word] |= (codes[:, k] << (place * text.bits)).astype(np.int32)

    def column(self, rows: Packed, name: str) -> NDArray[np.int32]:
        """A column's values."""
        place = self.places[name]
        if place.bits == WHOLE:
            return np.ascontiguousarray(rows[:, place.word])
        found: NDArray[np.int32] = (rows[:, place.word] >> place.shift) & ((1 << place.bits) - 1)
        return found

    def source(self, row: str, name: str, shift: str = "") -> str:
        """The value of a column in generated source; `shift` is added to the number of the word."""
        place = self.places[name]
        if place.bits == WHOLE:
            return f"{row}[{place.word}{shift}]"
        if shift:
            raise ValueError(f"{name} has no word of its own")
        return f"(({row}[{place.word}] >> {place.shift}) & {(1 << place.bits) - 1})"
