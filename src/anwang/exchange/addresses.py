"""Where events may be sent to: an https address outside, or a network that the operator named. Pure.

Without this a subscription could make the server call what only the server can reach (its own database, the cloud's
metadata service, an office printer). The name is looked up once and that very address is called (`sending.py`), so a
name cannot mean one thing when it is checked and another when it is called.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_URL = 300
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver's address taken apart; `path` includes the query."""

    host: str
    port: int
    path: str
    is_https: bool


class BadTarget(ValueError):
    """An address that events are not sent to; the text is for the user (zh-TW)."""


def read_target(url: str, *, allow_loopback: bool = False) -> Target:
    """Take an address apart. `allow_loopback`: http to this machine, for demos and tests. Raises BadTarget."""
    if len(url) > MAX_URL:
        raise BadTarget(f"網址請在 {MAX_URL} 個字以內。")
    if not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise BadTarget("網址只能有半形字元，不能有空白；中文網域請寫成 xn-- 開頭的形式。")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadTarget("網址寫錯了。請寫完整的網址，例如 https://example.gov.tw/anwang。") from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host:
        raise BadTarget("請寫完整的網址，例如 https://example.gov.tw/anwang。")
    if parts.username is not None or parts.password is not None:
        raise BadTarget("網址裡不能有帳號密碼。對方用簽章（Anwang-Signature）確認是我們送的。")
    if parts.fragment:
        raise BadTarget("網址裡不能有 # 之後的部分。")
    if parts.scheme == "http" and not (allow_loopback and is_loopback(host)):
        raise BadTarget("網址要以 https:// 開頭，通知才會加密傳送。")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port or (443 if parts.scheme == "https" else 80), path, parts.scheme == "https")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def may_call(address: str, *, networks: Collection[str] = (), allow_loopback: bool = False) -> bool:
    """Whether an address that a name was looked up to may be called: a public one, or one of the operator's networks."""
    try:
        found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            found = inner
        elif any(found in network for network in _TRANSLATED):
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if any(found in ipaddress.ip_network(network) for network in networks):
        return True
    if found.is_loopback:
        return allow_loopback
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)
