"""One signed POST to a receiver: the address looked up once and checked, no redirects, a bound on every wait.

Nothing of the receiver's answer is kept but its status: what it says could be anything.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from .addresses import BadTarget, Target, may_call, read_target
from .signing import HEADER, signature

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
_READ = 4096


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one try. `status` None: no answer, and `problem` says why as a code."""

    status: int | None
    problem: str
    milliseconds: int

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_receiver_down(self) -> bool:
        """Nobody answers there, or it asks for rest: the next event would fare no better now."""
        return self.status is None or self.status >= 500 or self.status == 429


Lookup = Callable[[str, int], list[str]]


def addresses_of(host: str, port: int) -> list[str]:
    """What a name means now. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def send(
    *,
    url: str,
    secret: str,
    body: bytes,
    event: str,
    at: int,
    networks: Collection[str] = (),
    allow_loopback: bool = False,
    lookup: Lookup = addresses_of,
    patience: float = TOTAL_SECONDS,
) -> Sent:
    """Deliver `body`, signed at `at` (seconds since 1970). Never raises for what the receiver or the network does."""
    start = time.monotonic()
    status, problem = _send(url, secret, body, event, at, networks, allow_loopback, lookup, patience)
    return Sent(status, problem, int((time.monotonic() - start) * 1000))


def _send(
    url: str,
    secret: str,
    body: bytes,
    event: str,
    at: int,
    networks: Collection[str],
    allow_loopback: bool,
    lookup: Lookup,
    patience: float,
) -> tuple[int | None, str]:
    try:
        target = read_target(url, allow_loopback=allow_loopback)
        found = lookup(target.host, target.port)
    except BadTarget:
        return None, "address"
    except (OSError, UnicodeError):
        return None, "no_such_host"
    # One address that may not be called spoils the name: whoever answers so is up to something.
    if not found or not all(may_call(a, networks=networks, allow_loopback=allow_loopback) for a in found):
        return None, "address"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Anwang/1",
        "Anwang-Event": event,
        HEADER: signature(secret, body, at),
    }
    connection = _Connection(target, found[0], min(CONNECT_SECONDS, patience))
    # A receiver that drips its answer byte by byte keeps every single wait short; the clock bounds the whole.
    clock = threading.Timer(patience, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        connection.request("POST", target.path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read(_READ)
        if connection.was_cut:  # what came until then may look like a whole answer
            return None, "time_out"
        return answer.status, "" if 200 <= answer.status < 300 else "status"
    except ssl.SSLError:
        return None, "time_out" if connection.was_cut else "certificate"
    except TimeoutError:
        return None, "time_out"
    except (OSError, http.client.HTTPException, ValueError):
        return None, "time_out" if connection.was_cut else "no_connection"
    finally:
        clock.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was checked; the certificate is asked for the name."""

    def __init__(self, target: Target, address: str, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._address, self._is_https = address, target.is_https
        self.was_cut = False
        self.default_port = 443 if target.is_https else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._is_https:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End whatever it waits for."""
        self.was_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
