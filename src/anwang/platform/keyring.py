"""The keys of sealed fields: versions in one file of the home, never in the database.

The file `field.key` in the home's folder of secrets holds one key a line (256 random bits as 43 URL-safe characters);
the last one seals, all of them open. A key's id is a digest of the key itself, so a file put back from an old backup
is recognised and a wrong one is named. Without a home the keys come from ANWANG_FIELD_KEY, separated by commas.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from .locks import FileLock

ID_SIZE = 4


class SealingError(Exception):
    """Something sealed cannot be opened, or nothing can be sealed. `str()` is for the user, in zh-TW, without content."""


@dataclass(frozen=True, slots=True)
class FieldKey:
    """One version of the key. `id` is four bytes of its digest and stands in front of everything that it sealed."""

    secret: bytes
    id: bytes

    @property
    def name(self) -> str:
        return self.id.hex()


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys by id; `current` seals."""

    current: FieldKey
    by_id: dict[bytes, FieldKey]

    def key(self, id: bytes) -> FieldKey:
        """Raises SealingError when the key that sealed something is not here."""
        try:
            return self.by_id[id]
        except KeyError:
            raise SealingError(
                f"這項資料是用另一把金鑰（代號 {id.hex()}）加密的，目前的金鑰檔 field.key 沒有這一把，所以打不開。"
                "請系統管理人員把備份的金鑰檔放回安網資料夾的 secrets 裡。資料本身沒有遺失。"
            ) from None


def parse_keys(text: str, separator: str = "\n") -> Keyring:
    """Keys from text, oldest first. Raises SealingError when there is none or one of them is no key."""
    keys: dict[bytes, FieldKey] = {}
    for line in text.split(separator):
        if not line.strip():
            continue
        try:
            secret = base64.b64decode(line.strip() + "=", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != 32:
            raise SealingError(
                "欄位加密的金鑰檔 field.key 內容不對（應為每行 43 個字元的金鑰）。請系統管理人員放回備份的金鑰檔。"
            )
        key = FieldKey(secret, hashlib.sha256(b"anwang field key" + secret).digest()[:ID_SIZE])
        keys[key.id] = key
    if not keys:
        raise SealingError("欄位加密的金鑰檔 field.key 是空的。請系統管理人員放回備份的金鑰檔。")
    return Keyring(list(keys.values())[-1], keys)


_read: dict[Path, tuple[tuple[int, int, int], Keyring]] = {}


def keyring() -> Keyring:
    """The keys as the file holds them now: a running server follows `anwang keys rotate` without a new start.

    Raises SealingError when the file is missing, may not be read, or is no key file.
    """
    path: Path | None = settings.ANWANG_FIELD_KEY_FILE
    if path is None:
        return parse_keys(settings.ANWANG_FIELD_KEY, ",")
    try:
        status = path.stat()
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        known = _read.get(path)
        if known is None or known[0] != stamp:
            known = _read[path] = stamp, parse_keys(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise SealingError(
            "找不到或讀不到欄位加密的金鑰檔 field.key，所以加密的欄位不能存也打不開。"
            "請系統管理人員把備份的金鑰檔放回安網資料夾的 secrets 裡。"
        ) from error
    return known[1]


def add_key() -> FieldKey:
    """A new key at the end of the file, in one atomic step; from now on it seals. Raises SealingError.

    The older keys stay in the file: what is in a backup of the database was sealed with them.
    """
    path: Path | None = settings.ANWANG_FIELD_KEY_FILE
    if path is None:
        raise SealingError("金鑰由環境變數 ANWANG_FIELD_KEY 提供，請在那裡最後加上新的金鑰（用逗號分開）。")
    with FileLock(path.with_name(f".{path.name}.lock")):
        keyring()  # never add to a file that is damaged
        draft = path.with_name(f".{path.name}.{os.getpid()}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(path.read_text("ascii").rstrip("\n") + "\n" + secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        status = path.stat()
        if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(draft, status.st_uid, status.st_gid)
        os.replace(draft, path)
    return keyring().current
