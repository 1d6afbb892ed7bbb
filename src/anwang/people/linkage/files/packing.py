"""Files as packed rows: each value an integer, so that equal ones are equal; texts letter by letter for what differs a
little. The rows of the first file come first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..codes import Codes
from ..engine.keys import Ints
from ..engine.layout import Layout, Packed, Text
from .kinds import KINDS, Kind, cleaned, parts_of_date, sound, words
from .levels import LETTERS, column, forms_of
from .link_map import Field, LinkMap
from .reading import Table

Coded = Callable[[str, list[str]], Ints]

# Bits of a letter: those of Latin fit in the fewer. Of more letters the rare ones share codes, of which there are as many
# as SQL has letters of one byte: DuckDB counts bytes that differ.
_NARROW, _WIDE = 6, 7


@dataclass(frozen=True, slots=True)
class PackedFiles:
    """`forms[column]`: integer codes, also those that only blocking looks at. `texts[column]`: the letters as SQL takes them, one byte each.
    `split`: where the second file begins; 0 when there is but one. `unread[field]`: rows with a value of which nothing can
    be compared, such as a date in words."""

    layout: Layout
    rows: Packed
    forms: dict[str, Ints]
    texts: dict[str, list[str]]
    split: int
    unread: dict[str, int]

    def __len__(self) -> int:
        return len(self.rows)


def packed(link_map: LinkMap, tables: Sequence[Table]) -> PackedFiles:
    codes = Codes()  # one for all fields: a value may stand in another's place
    forms: dict[str, Ints] = {}
    texts: dict[str, list[str]] = {}
    layout_texts: list[Text] = []
    letters: dict[str, NDArray[np.int32]] = {}
    compared: list[str] = []
    unread: dict[str, int] = {}
    for field in link_map.fields:
        values, unread[field.name] = _values(link_map, field, tables)
        needed = {*forms_of(field), *_uses(link_map, field.name)}
        forms |= _forms(field, values, sorted(needed), codes)
        compared += [field.name, *(column(field.name, form) for form in forms_of(field))]
        if field.most_edits:
            name, length = column(field.name, "text"), KINDS[field.kind].length
            letters[name], bits = _letters([value[:length] for value in values], length)
            texts[name] = _told(letters[name])
            layout_texts.append(Text(name, length, bits))
    layout = Layout(tuple(compared), tuple(layout_texts))
    rows = layout.empty(sum(map(len, tables)))
    for name in compared:
        layout.put(rows, name, forms[name])
    for name, codes_of in letters.items():
        layout.put_text(rows, name, codes_of)
    split = len(tables[0]) if len(tables) > 1 else 0
    return PackedFiles(layout, rows, forms, texts, split, {k: n for k, n in unread.items() if n})


def _values(link_map: LinkMap, field: Field, tables: Sequence[Table]) -> tuple[list[str], int]:
    """The cleaned values of a field in all rows, and how many could not be read. Each different value is cleaned once."""
    found: list[str] = []
    for side, table in enumerate(tables):
        parts = [table.columns[name] for name in (field.columns_b if side else field.columns)]
        found += (
            parts[0] if len(parts) == 1 else [" ".join(filter(None, row)) for row in zip(*parts, strict=True)]
        )
    clean = {
        value: "" if value.casefold() in link_map.missing else cleaned(field.kind, value, field.order)
        for value in set(found)
    }
    lost = {v for v, kept in clean.items() if v and not kept and v.casefold() not in link_map.missing}
    return [clean[value] for value in found], sum(value in lost for value in found)


def _uses(link_map: LinkMap, name: str) -> set[str]:
    return {
        key.use for rule in link_map.blocking for key in rule if name in key.fields and key.use != "exact"
    }


def _forms(field: Field, values: list[str], needed: Sequence[str], codes: Codes) -> dict[str, Ints]:
    distinct = sorted(set(values))
    place = {value: k for k, value in enumerate(distinct)}
    at = np.fromiter((place[value] for value in values), np.int64, len(values))

    def coded(form: str, texts: list[str]) -> Ints:
        # a sound is told from a whole value of the same letters, but is one in whatever field it is
        return np.array([codes((form, text)) if text else 0 for text in texts], np.int64)[at]

    found = {field.name: coded("", distinct)}
    for form in needed:
        found[column(field.name, form)] = _form(field.kind, form, distinct, at, coded)
    return found


def _form(kind: Kind, form: str, distinct: list[str], at: Ints, coded: Coded) -> Ints:
    if form == "length":
        return np.array([len(value) for value in distinct], np.int64)[at]
    if form.startswith("letter_"):
        at_letter = int(form.removeprefix("letter_")) - 1
        return coded("letter", [_letter(value, at_letter) for value in distinct])
    if form in ("year", "month", "day"):
        part = ("year", "month", "day").index(form)
        return np.array([parts_of_date(value)[part] for value in distinct], np.int64)[at]
    found: Ints
    if form in ("year_month", "month_day"):
        cut = slice(0, 6) if form == "year_month" else slice(4, 8)
        found = coded(form, [value[cut] if len(value) == 8 else "" for value in distinct])
    elif form == "sound":
        found = coded(form, [sound(kind, value) for value in distinct])
    elif form == "words":
        found = coded(form, [words(value) for value in distinct])
    else:
        first = int(form.removeprefix("first_"))
        found = coded(form, [value[:first] if len(value) >= first else "" for value in distinct])
    return found


def _letter(value: str, at: int) -> str:
    """The letter at a place; at the last place all that follows."""
    return value[at:] if at == LETTERS - 1 else value[at : at + 1]


def _letters(texts: list[str], length: int) -> tuple[NDArray[np.int32], int]:
    """The code of each letter, [n, length], and its bits."""
    padded = np.array(texts, dtype=f"<U{length}")
    points = padded.view(np.uint32).reshape(len(texts), length)
    used, counts = np.unique(points[points > 0], return_counts=True)
    bits = _NARROW if len(used) < 1 << _NARROW else _WIDE
    own = (1 << bits) - 1
    code = np.zeros(len(used), np.int32)
    order = np.argsort(-counts, kind="stable")
    code[order] = np.arange(len(used)) + 1
    if len(used) > own:  # a quarter of the codes is for the rest
        own -= own // 4
        rest = code > own
        code[rest] = own + 1 + used[rest] % ((1 << bits) - 1 - own)
    found = np.zeros(points.shape, np.int32)
    if len(used):
        found[points > 0] = code[np.searchsorted(used, points[points > 0])]
    return found, bits


def _told(letters: NDArray[np.int32]) -> list[str]:
    return [bytes(row).rstrip(b"\0").decode("ascii") for row in letters.astype(np.uint8)]
