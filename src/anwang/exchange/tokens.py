"""Tokens and secrets: how they are made, written and kept. A secret is shown once; only its digest stays."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_TOKEN = re.compile(r"anw_([a-z0-9]{10})_([A-Za-z0-9_-]{43})")


def new_token() -> tuple[str, str, str]:
    """Prefix, digest and the whole token as its holder writes it."""
    prefix = "".join(secrets.choice(_LETTERS) for _ in range(10))
    secret = secrets.token_urlsafe(32)
    return prefix, digest_of(secret), f"anw_{prefix}_{secret}"


def take_apart(token: str) -> tuple[str, str] | None:
    """Prefix and secret; None when this is no token of ours."""
    found = _TOKEN.fullmatch(token)
    return (found[1], found[2]) if found else None


def digest_of(secret: str) -> str:
    """256 random bits need no slow hash: nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret_of(digest: str, secret: str) -> bool:
    return hmac.compare_digest(digest, digest_of(secret))


def new_signing_secret() -> str:
    """What both sides sign with."""
    return "whsec_" + secrets.token_urlsafe(32)
