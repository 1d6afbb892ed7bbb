"""Keyed digests by which records are found: pieces of a name, an identity number, a phone, a birth date, a door.

PostgreSQL compares them with `=`, which keeps its index under row security, and a copy of the table tells nothing
without the key (technology.md, row security). A name alone is borne by hundreds in a county, so it also stands joined
to what people know beside it, the birth year or the township: each such key finds a handful.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings

from anwang.standard.codes import Relation
from anwang.standard.sounds import sound_of

HIDDEN = "○"
ID_HEAD = 5  # characters of an identity number by whose beginning it is found
TAIL = 4  # digits by whose end a number is found


@lru_cache(maxsize=1)
def _secret() -> bytes:
    return hashlib.sha256(b"search-keys:" + settings.SECRET_KEY.encode()).digest()


@lru_cache(maxsize=200_000)
def digest(piece: str) -> int:
    """The key of a piece: sixty-four bits that say nothing without the home's secret."""
    mac = hmac.new(_secret(), piece.encode(), hashlib.sha256).digest()
    return int.from_bytes(mac[:8], "big", signed=True)


def pairs(name_key: str) -> set[str]:
    """Every two neighbouring characters of a name that hide nothing."""
    return {pair for i in range(len(name_key) - 1) if HIDDEN not in (pair := name_key[i : i + 2])}


def sound(name_key: str) -> str:
    """How a name sounds: what was heard on the telephone and typed with other characters has the same."""
    return " ".join(map(sound_of, name_key))


def keys_of(content: dict[str, Any]) -> set[int]:
    """The keys of one stored record (`standard/serial.py`)."""
    return {digest(piece) for piece in pieces_of(content)}


def pieces_of(content: dict[str, Any]) -> set[str]:
    """What a stored record can be found by, each with the sort of piece in front:

    `n` two characters of the name, `z` their sound, `f` the whole name, `s` its sound, `ny` and `sy` two characters or the sound with the
    birth year, `st` the sound with the township, `i` identity number, `a` its first five, `4` its last four, `p` phone, `e` its last
    four, `b` birth date, `d` the street door, `c` whom the record names beside its person (carer, 案主).
    """
    pieces = set(_names(content))
    number = content.get("id_number")
    if number and number[1]:
        pieces.add(f"i:{number[1]}")
        if len(number[1]) >= TAIL and "*" not in number[1][-TAIL:]:
            pieces.add(f"4:{number[1][-TAIL:]}")
        if "*" not in number[1][:ID_HEAD]:
            pieces.add(f"a:{number[1][:ID_HEAD]}")
    for phone in content.get("phones", ()):
        if phone[1]:
            pieces |= {f"p:{phone[1]}", f"e:{phone[1][-TAIL:]}"}
    birth = content.get("birth")
    if birth and birth[1] and birth[2] and birth[3]:
        pieces.add(f"b:{birth[1]}-{birth[2]}-{birth[3]}")
    address = content.get("address", {})
    if address.get("road") and address.get("number"):
        door = [address.get(part, "") for part in ("road", "section", "lane", "alley", "number")]
        pieces.add("d:" + "/".join(door))  # without the township, which is often left out
    for other in ("reference_name", "carer_name"):
        key = content.get(other, {}).get("key", "")
        if len(key) > 1 and HIDDEN not in key and content.get("relation") != Relation.SELF:
            pieces.add(f"c:{key}")
    return pieces


def _names(content: dict[str, Any]) -> Iterator[str]:
    name = content.get("name", {})
    year = (content.get("birth") or (None, None))[1]
    township = content.get("address", {}).get("township")
    for key in filter(None, (name.get("key"), name.get("former"))):
        yield from name_pieces(key, (year,) if year else (), township)


def name_pieces(key: str, years: tuple[int, ...] = (), township: str | None = None) -> Iterator[str]:
    """The pieces of one name: alone, with each of these birth years, with the township."""
    for pair in pairs(key):
        yield f"n:{pair}"
        yield f"z:{sound(pair)}"
        yield from (f"ny:{pair}|{year}" for year in years)
    if len(key) < 2 or HIDDEN in key:
        return
    heard = sound(key)
    yield f"f:{key}"
    yield f"s:{heard}"
    yield from (f"sy:{heard}|{year}" for year in years)
    if township:
        yield f"st:{heard}|{township}"
