"""Keyed digests by which records are found: two characters of a name, an identity number, a phone.

PostgreSQL compares them with `=`, which keeps its index under row security, and a copy of the table tells nothing
without the key (technology.md, row security).
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from django.conf import settings

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
    return {_digest(piece) for piece in pieces}


def keys_of_query(text: str) -> list[int]:
    """The keys that a record must all have to match what was typed: a name of two or more characters, an identity
    number or its last four digits, or a phone. Empty when nothing can be searched by it."""
    text = text.strip()
    if len(text) < 2:
        return []
    compact = text.replace(" ", "").replace("-", "")
    if compact.isdigit():
        if len(compact) == 4:
            return [_digest(f"4:{compact}")]
        phones = read_phones(text)
        return [_digest(f"p:{phones[0].digits}")] if phones and phones[0].digits else []
    if compact[:1].isascii() and compact[:1].isalpha() and compact[1:].isdigit():
        number = read_id_number(text)
        return [_digest(f"i:{number.text}")] if number else []
    return sorted({_digest(f"n:{pair}") for pair in _pairs(read_name(text).key)})
