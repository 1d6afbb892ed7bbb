"""Keyed digests by which records are found: two characters of a name, an identity number, a phone, a birth date.

PostgreSQL compares them with `=`, which keeps its index under row security, and a copy of the table tells nothing
without the key (technology.md, row security).
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from django.conf import settings

from anwang.standard.dates import Unreadable, read_date
from anwang.standard.identity import read_id_number
from anwang.standard.names import read_name
from anwang.standard.phones import read_phones


@lru_cache(maxsize=1)
def _secret() -> bytes:
    return hashlib.sha256(b"search-keys:" + settings.SECRET_KEY.encode()).digest()


@lru_cache(maxsize=200_000)
def _digest(piece: str) -> int:
    mac = hmac.new(_secret(), piece.encode(), hashlib.sha256).digest()
    return int.from_bytes(mac[:8], "big", signed=True)


def _pairs(name_key: str) -> set[str]:
    return {name_key[i : i + 2] for i in range(len(name_key) - 1)}


def keys_of(content: dict[str, Any]) -> set[int]:
    """The keys of one stored record (`standard/serial.py`)."""
    pieces: set[str] = set()
    name = content.get("name", {}).get("key", "")
    pieces |= {f"n:{pair}" for pair in _pairs(name) if "○" not in pair}
    number = content.get("id_number")
    if number and number[1]:
        pieces.add(f"i:{number[1]}")
        if len(number[1]) >= 4 and "*" not in number[1][-4:]:
            pieces.add(f"4:{number[1][-4:]}")
    for phone in content.get("phones", ()):
        if phone[1]:
            pieces.add(f"p:{phone[1]}")
    birth = content.get("birth")
    if birth and birth[1] and birth[2] and birth[3]:
        pieces.add(f"b:{birth[1]}-{birth[2]}-{birth[3]}")
    return {_digest(piece) for piece in pieces}


def keys_of_query(text: str) -> list[int]:
    """The keys that a record must all have to match what was typed: a name of two or more characters, an identity
    number or its last four digits, a phone, or a full birth date (1150301, 115/3/1, 2026-03-01). Empty when nothing
    can be searched by it."""
    return sorted({_digest(piece) for piece in _pieces_of_query(text.strip())})


def _pieces_of_query(text: str) -> set[str]:
    if len(text) < 2:
        return set()
    compact = text.replace(" ", "").replace("-", "")
    if compact.isascii() and compact.isdigit() and len(compact) == 4:
        return {f"4:{compact}"}
    if text[0].isascii() and text[0].isalpha() and any(each.isdigit() for each in text):
        number = read_id_number(text)
        return {f"i:{number.text}"} if number and number.text else set()
    if not any(each.isdigit() for each in text):
        name = read_name(text)
        return {f"n:{pair}" for pair in _pairs(name.key)} if name else set()
    phones = read_phones(text)
    if phones and phones[0].digits:  # a phone begins with 0, a 民國 date in seven digits does not
        return {f"p:{phones[0].digits}"}
    return _birth_pieces(text)


def _birth_pieces(text: str) -> set[str]:
    try:
        birth = read_date(text)
    except Unreadable:
        return set()
    return {f"b:{birth.year}-{birth.month}-{birth.day}"} if birth and birth.date else set()
