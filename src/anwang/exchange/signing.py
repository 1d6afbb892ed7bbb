"""Signatures on what we send: the receiver knows that it is from here, as it was sent, and not an old one again. Pure.

`Anwang-Signature: t=1795824000,v1=5257a8…`: HMAC-SHA256 over `t`, a full stop and the body, with the subscription's
secret. The receiver refuses a `t` that is more than a few minutes off.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "Anwang-Signature"
WINDOW_SECONDS = 300


def signature(secret: str, body: bytes, at: int) -> str:
    """The header's value; `at` in seconds since 1970."""
    return f"t={at},v1={_digest(secret, body, at)}"


def is_signed(secret: str, body: bytes, header: str, now: int, window: int = WINDOW_SECONDS) -> bool:
    """Whether `header` is a signature of `body` made within `window` seconds of `now`."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in pairs if name == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdecimal() and len(moments[0]) < 13):
        return False
    at = int(moments[0])
    expected = _digest(secret, body, at).encode()
    found = any(hmac.compare_digest(expected, value.encode()) for name, _, value in pairs if name == "v1")
    return found and abs(now - at) <= window


def _digest(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
