"""A small receiver of Anwang's notices: verifies the signature, takes each event once, keeps the newest state.

    ANWANG_SECRET=whsec_… python receiver.py 8099        # listens on http://127.0.0.1:8099/

Standard library only. In service put it behind your web server with TLS: notices are sent to https addresses.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

WINDOW_SECONDS = 300
MOST_BYTES = 64 * 1024


def is_signed(secret: str, body: bytes, header: str, now: float) -> bool:
    """Whether `header` (Anwang-Signature: t=…,v1=…) signs this very body, within five minutes of now."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    at = next((value for name, _, value in parts if name == "t"), "")
    if not (at.isascii() and at.isdecimal()) or abs(now - int(at)) > WINDOW_SECONDS:
        return False
    expected = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(expected, value) for name, _, value in parts if name == "v1")


class Inbox:
    """What arrived. One transaction for each event: a crash in the middle leaves nothing half done."""

    def __init__(self, path: str) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript(
            "create table if not exists event (id text primary key);"
            "create table if not exists report (number text primary key, sequence integer, state text)"
        )

    def take(self, event: dict[str, Any]) -> bool:
        """Do what an event asks for, once. False when it came before. An older event never undoes a newer one."""
        with self.database:
            self.database.execute("begin immediate")
            new = self.database.execute(
                "insert into event (id) values (?) on conflict do nothing", [event["id"]]
            ).rowcount
            if new and event["kind"] == "report.state_changed":
                self.database.execute(
                    "insert into report (number, sequence, state) values (?, ?, ?)"
                    " on conflict (number) do update set sequence = excluded.sequence, state = excluded.state"
                    " where excluded.sequence > report.sequence",
                    [event["data"]["number"], event["sequence"], event["data"]["state"]],
                )
            return bool(new)

    def states(self) -> dict[str, str]:
        return dict(self.database.execute("select number, state from report"))


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 when the event is safely kept (new or not), 401 when the signature is not ours, 400 else."""

    secret = ""
    inbox: Inbox

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 < length <= MOST_BYTES:
            return self.answer(400)
        body = self.rfile.read(length)
        if not is_signed(self.secret, body, self.headers.get("Anwang-Signature", ""), time.time()):
            return self.answer(401)
        try:
            self.inbox.take(json.loads(body))
        except (ValueError, KeyError):
            return self.answer(400)
        return self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the address of a request is no place for a log of people's business."""


if __name__ == "__main__":
    Receiver.secret = os.environ["ANWANG_SECRET"]
    Receiver.inbox = Inbox("anwang-events.sqlite3")
    HTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8099), Receiver).serve_forever()
