"""The receiver of the documentation, running beside a test on a port of its own."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

EXAMPLE = Path(__file__).parents[3] / "docs" / "api" / "receiver.py"


def example() -> ModuleType:
    """`docs/api/receiver.py`, as integrators copy it."""
    spec = importlib.util.spec_from_file_location("anwang_example_receiver", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def receiver(path: Path, answers: list[int] | None = None) -> Iterator[Any]:
    """The example at work; `answers` are statuses that it gives first, after taking the event all the same."""
    module = example()
    forced = answers if answers is not None else []

    class Handler(module.Receiver):  # type: ignore[misc,name-defined]
        seen: list[tuple[bytes, str]] = []

        def answer(self, status: int) -> None:
            super().answer(forced.pop(0) if forced else status)

    def work() -> None:
        Handler.inbox = module.Inbox(str(path))  # of this thread
        server.serve_forever(poll_interval=0.01)
        Handler.inbox.database.close()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    Handler.url = f"http://127.0.0.1:{server.server_address[1]}/anwang"
    try:
        yield Handler
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def states(path: Path) -> dict[str, str]:
    """What the receiver believes, read from what it kept."""
    inbox = example().Inbox(str(path))
    found: dict[str, str] = inbox.states()
    inbox.database.close()
    return found


def count_events(path: Path) -> int:
    inbox = example().Inbox(str(path))
    (found,) = inbox.database.execute("select count(*) from event").fetchone()
    inbox.database.close()
    return int(found)
