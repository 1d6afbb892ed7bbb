"""Members at work, for the benchmarks of pages: each session signs in, then opens pages and saves, with a pause between.

Only the loopback is asked, by the standard library: what is measured is the time from sending a request until the
last byte of its answer, as the member's browser would see it on the same machine.
"""

from __future__ import annotations

import json
import random
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

SIGN_INS_AT_ONCE = 4
_CSRF = "anwang_csrf"
_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the address that it leads to (a redirect), the body, and the milliseconds until its last byte."""

    status: int
    location: str
    body: bytes
    milliseconds: float


@dataclass(frozen=True, slots=True)
class File:
    """A file chosen in a form: the field, its name and what it holds."""

    field: str
    name: str
    content: bytes


def _encoded(form: Mapping[str, str | Sequence[str]], files: Sequence[File]) -> tuple[str, bytes]:
    """The media type and the body of a form as a browser sends it."""
    if not files:
        return "application/x-www-form-urlencoded", urlencode(form, doseq=True).encode()
    edge = secrets.token_hex(16)
    parts = []
    for name, given in form.items():
        head = f'Content-Disposition: form-data; name="{name}"\r\n\r\n'
        parts += [f"{head}{value}".encode() for value in ([given] if isinstance(given, str) else given)]
    for each in files:
        head = f'Content-Disposition: form-data; name="{each.field}"; filename="{each.name}"\r\n\r\n'
        parts.append(head.encode() + each.content)
    body = b"".join(f"--{edge}\r\n".encode() + part + b"\r\n" for part in parts)
    return f"multipart/form-data; boundary={edge}", body + f"--{edge}--\r\n".encode()


class Session:
    """One signed-in browser without a browser: keeps its cookies and its connection."""

    def __init__(self, address: str, timeout: float = _TIMEOUT) -> None:
        parts = urlsplit(address)
        assert parts.hostname == "127.0.0.1", "only our own server on this machine is measured"
        self._connection = HTTPConnection(parts.hostname, parts.port, timeout=timeout)
        self._cookies: dict[str, str] = {}
        self._is_reused = False

    def ask(
        self, path: str, form: Mapping[str, str | Sequence[str]] | None = None, *, files: Sequence[File] = ()
    ) -> Answer:
        """GET, or POST with `form` (and `files`, as a form with attachments is sent). Raises OSError or HTTPException
        when there is no answer."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers["Accept-Encoding"] = "gzip"
        body: bytes | None = None
        if form is not None:
            headers["X-CSRFToken"] = self._cookies.get(_CSRF, "")
            headers["Content-Type"], body = _encoded(form, files)
        begun = time.perf_counter()
        try:
            answer = self._send(form is not None, path, body, headers)
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if not self._is_reused:
                raise
            # The server closed the idle connection: a browser opens another and sends again, and so does this.
            self._connection.close()
            answer = self._send(form is not None, path, body, headers)
        self._is_reused = True
        content = answer.read()
        elapsed = (time.perf_counter() - begun) * 1000
        for given in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(given).items()}
        return Answer(answer.status, answer.getheader("Location", ""), content, elapsed)

    def _send(self, is_post: bool, path: str, body: bytes | None, headers: dict[str, str]) -> HTTPResponse:
        self._connection.request("POST" if is_post else "GET", path, body, headers)
        return self._connection.getresponse()

    def sign_in(self, username: str, password: str) -> Answer:
        self.ask("/sign-in/")
        return self.ask("/sign-in/", {"username": username, "password": password})

    def close(self) -> None:
        self._is_reused = False
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Visit:
    """Something that a member does: what it is called in the table, and how to do it. Its answer must have `status`."""

    label: str
    deed: Callable[[Session, random.Random], Answer]
    status: int = 200


@dataclass(slots=True)
class Times:
    """What was measured: milliseconds and body sizes for each label, and how often something else came back
    (`instead`: with which status, 0 for no answer)."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    sizes: dict[str, list[int]] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    instead: dict[tuple[str, int], int] = field(default_factory=dict)
    seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, label: str, answer: Answer | None, status: int) -> None:
        with self._lock:
            if answer is None or answer.status != status:
                self.errors[label] = self.errors.get(label, 0) + 1
                came = (label, answer.status if answer else 0)
                self.instead[came] = self.instead.get(came, 0) + 1
            else:
                self.milliseconds.setdefault(label, []).append(answer.milliseconds)
                self.sizes.setdefault(label, []).append(len(answer.body))

    @property
    def answered(self) -> int:
        return sum(map(len, self.milliseconds.values()))

    @property
    def failed(self) -> int:
        return sum(self.errors.values())


@dataclass(frozen=True, slots=True)
class Member:
    """Who sits at a session, and what they do all day, each as often as the others."""

    username: str
    visits: Sequence[Visit]


def get(label: str, path: str | Callable[[random.Random], str]) -> Visit:
    """Opening a page; `path` may choose one of several."""
    return Visit(label, lambda session, chance: session.ask(path if isinstance(path, str) else path(chance)))


def post(
    label: str, path: str, form: Callable[[random.Random], dict[str, str]], *, status: int = 200
) -> Visit:
    return Visit(label, lambda session, chance: session.ask(path, form(chance)), status)


def keep_draft(label: str, path: str, text: str) -> Visit:
    """Saving a draft with other words each time, as the page does: begun from the revision that the last answer told."""
    revision = 0

    def deed(session: Session, chance: random.Random) -> Answer:
        nonlocal revision
        form = {"note": f"{chance.random()}{text}", "_draft_revision": str(revision), "_draft_tab": "bench"}
        answer = session.ask(path, form)
        told = json.loads(answer.body) if answer.status == 200 else {}
        revision = told.get("revision", revision)
        return answer

    return Visit(label, deed, 200)


def decide(label: str, pairs: Sequence[int]) -> Visit:
    """Deciding a pair of the review, as its page posts it. What was decided is undone, unmeasured, for the next time."""

    def deed(session: Session, chance: random.Random) -> Answer:
        answer = session.ask(f"/review/pairs/{chance.choice(pairs)}/", {"kind": "different", "reason": ""})
        done = re.search(r"done=(\d+)", answer.location)
        if done is None:  # the last of the queue leads to no next pair: the youngest decision stands first
            done = re.search(r"/decisions/(\d+)/undo/", session.ask("/review/decisions/").body.decode())
        if done:
            session.ask(f"/review/decisions/{done[1]}/undo/", {"back": "pair"})
        return answer

    return Visit(label, deed, 302)


def at_work(
    address: str, members: Sequence[Member], password: str, *, seconds: float, pause: float, seed: int
) -> Times:
    """All members at once for so many seconds, a pause of `pause` seconds on average after each answer."""
    times = Times()
    with signed_in(address, members, password, times) as sessions:
        work(sessions, members, times, seconds=seconds, pause=pause, seed=seed)
    return times


@contextmanager
def signed_in(
    address: str, members: Sequence[Member], password: str, times: Times
) -> Iterator[list[Session]]:
    """A session for each member, in their order; how long each sign-in took goes to `times`."""
    sessions = [Session(address) for _ in members]

    def enter(number: int) -> None:
        answer = sessions[number].sign_in(members[number].username, password)
        times.add("登入", answer, 302)

    try:
        with ThreadPoolExecutor(SIGN_INS_AT_ONCE) as pool:
            list(pool.map(enter, range(len(members))))
        yield sessions
    finally:
        for session in sessions:
            session.close()


def work(
    sessions: Sequence[Session],
    members: Sequence[Member],
    times: Times,
    *,
    seconds: float,
    pause: float,
    seed: int,
) -> None:
    """Each member at their session for so many seconds; what is measured goes to `times`. No pause at all when it is 0."""
    over = threading.Event()
    threads = [
        threading.Thread(
            target=_work,
            args=(session, member, times, over, pause, random.Random(seed * 1000 + number)),
            daemon=True,
        )
        for number, (session, member) in enumerate(zip(sessions, members, strict=True))
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    try:
        over.wait(seconds)
    finally:
        over.set()
        for thread in threads:
            thread.join(_TIMEOUT)
        times.seconds = time.monotonic() - begun


def _work(
    session: Session,
    member: Member,
    times: Times,
    over: threading.Event,
    pause: float,
    chance: random.Random,
) -> None:
    while not over.wait(chance.expovariate(1 / pause) if pause else 0):
        visit = chance.choice(member.visits)
        try:
            answer = visit.deed(session, chance)
        except (OSError, HTTPException):
            session.close()  # the next request opens it anew
            times.add(visit.label, None, visit.status)
        else:
            times.add(visit.label, answer, visit.status)
