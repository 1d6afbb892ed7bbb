"""Sealed fields: one column's text, encrypted so that only this column of this row can hold it.

AES-256-GCM. A sealed value is `version (1 byte) | key id (4) | nonce (12) | ciphertext with tag`. Table, column and the
row's own name are authenticated beside it, so a value copied into another row or column does not open there. The
database, its backups and whoever reads them see bytes; the keys lie in the home (`keyring.py`).

Nonces are random: one key is good for some four thousand million values, and `anwang keys rotate` gives a new one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from .keyring import ID_SIZE, SealingError, keyring

__all__ = [
    "Place",
    "SealedField",
    "SealingError",
    "key_id_of",
    "open_bytes",
    "open_field",
    "seal_bytes",
    "seal_field",
]

_VERSION = b"\x01"
_NONCE = 12
_HEAD = 1 + ID_SIZE + _NONCE
_DAMAGED = "這項加密的資料打不開：內容被更動過、被搬到別的欄位或紀錄，或金鑰檔不對。請通知系統管理人員，先不要覆寫它。"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs: the table, the row (whatever names it for good) and what it is for."""

    table: str
    row: str
    purpose: str

    @property
    def authenticated(self) -> bytes:
        return json.dumps([self.table, self.row, self.purpose], ensure_ascii=False).encode()


def seal_bytes(plain: bytes, place: Place) -> bytes:
    """Encrypt with the current key. Raises SealingError when there is none."""
    key = keyring().current
    nonce = os.urandom(_NONCE)
    head = _VERSION + key.id + nonce
    return head + AESGCM(key.secret).encrypt(nonce, plain, _VERSION + key.id + place.authenticated)


def open_bytes(sealed: bytes | memoryview, place: Place) -> bytes:
    """What was sealed for this very place. Raises SealingError: no such key, another place, or changed bytes."""
    sealed = bytes(sealed)
    if len(sealed) < _HEAD or sealed[:1] != _VERSION:
        raise SealingError(_DAMAGED)
    key = keyring().key(key_id_of(sealed))
    nonce = sealed[1 + ID_SIZE : _HEAD]
    try:
        return AESGCM(key.secret).decrypt(nonce, sealed[_HEAD:], _VERSION + key.id + place.authenticated)
    except InvalidTag:
        raise SealingError(_DAMAGED) from None


def key_id_of(sealed: bytes | memoryview) -> bytes:
    """The id of the key that a sealed value needs."""
    return bytes(sealed[1 : 1 + ID_SIZE])


if TYPE_CHECKING:
    _Binary = models.BinaryField[bytes | memoryview | None, bytes | memoryview | None]
else:
    _Binary = models.BinaryField


class SealedField(_Binary):
    """A column of sealed bytes. `row_by` are the fields whose values name the row: set before sealing, never changed.

    To migrations it is a plain BinaryField, so a column becomes sealed or plain in name without a migration.
    """

    def __init__(self, *args: Any, row_by: Sequence[str] = ("pk",), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row_by = tuple(row_by)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def place_of(self, row: models.Model) -> Place:
        """Raises ValueError when the row has no name yet: seal after the fields of `row_by` are set."""
        parts = [getattr(row, name) for name in self.row_by]
        if any(part is None for part in parts):
            raise ValueError(
                f"{self.model._meta.label}.{self.name}: {self.row_by} must be set before sealing"
            )
        return Place(self.model._meta.db_table, "\x1f".join(map(str, parts)), self.name)


def _field(row: models.Model, name: str) -> SealedField:
    field = row._meta.get_field(name)
    if not isinstance(field, SealedField):
        raise TypeError(f"{row._meta.label}.{name} is no sealed field")
    return field


def seal_field(row: models.Model, name: str, value: Any) -> None:
    """Put `value` (bytes as they are, anything else as JSON) sealed into the row's column; the caller saves the row."""
    plain = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    setattr(row, name, seal_bytes(plain, _field(row, name).place_of(row)))


def open_field(row: models.Model, name: str, *, as_bytes: bool = False) -> Any:
    """The value of a sealed column: JSON read back, or the bytes as they were; None when the column is empty.

    Opening is the caller's act to record (audit.py), in the same transaction. Raises SealingError.
    """
    sealed = getattr(row, name)
    if sealed is None:
        return None
    plain = open_bytes(sealed, _field(row, name).place_of(row))
    return plain if as_bytes else json.loads(plain)
