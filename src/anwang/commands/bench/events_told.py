"""Another system that is told of every change while the site is killed; and looking at the database of such a site."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ..errors import CommandError

_EVENTS_WITHIN = 300.0


@contextmanager
def receiver() -> Iterator[tuple[str, set[str]]]:
    """Another system that is told of every change: the numbers of the events that arrived."""
    received: set[str] = set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.add(body["id"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/events", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def looked(look: Callable[[], Any]) -> Any:
    """What the database holds once it is up and nobody's transaction is under way: a killed server's may still end."""
    from django.db import DatabaseError, connections

    from anwang.platform.context import SYSTEM, acting

    deadline = time.monotonic() + 60
    while True:
        try:
            with acting(SYSTEM):
                if not _others_at_work():
                    return look()
        except DatabaseError:
            if time.monotonic() > deadline:
                raise
            connections.close_all()
        if time.monotonic() > deadline:
            raise CommandError("資料庫裡還有未結束的工作，無法核對。")
        time.sleep(0.05)


def _others_at_work() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and (state like 'idle in transaction%' or state = 'active'))"
        )
        return bool(cursor.fetchone()[0])


def wait_for_events(received: set[str]) -> None:
    """Until the job worker has told of everything; a killed one's job is taken up when it was silent for a minute."""
    from anwang.platform.models import OutboxEvent

    deadline = time.monotonic() + _EVENTS_WITHIN
    while time.monotonic() < deadline:
        keys = looked(lambda: {str(key) for key in OutboxEvent.objects.values_list("key", flat=True)})
        if keys <= received:
            return
        time.sleep(1)


def send_events() -> None:
    from django.utils import timezone

    from anwang.exchange import relaying

    for subscription in relaying.relay(now=timezone.now()):
        relaying.deliver(subscription_id=subscription)
