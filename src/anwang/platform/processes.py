"""Serving: the web server, the job worker and the database of one home, as one process tree."""

import http.client
import os
import socket
import sys
import threading
import time
from collections.abc import Callable

from anwang.platform.database.errors import DatabaseError
from anwang.platform.database.launcher import ConnectionInfo, DatabaseServer
from anwang.platform.home import Home, HomeError
from anwang.platform.locks import FileLock
from anwang.platform.process_tree import ChildSpec, ProcessTree
from anwang.platform.processors import usable_processors

WSGI_VARIABLE = "ANWANG_WSGI"
WEB_WSGI = "anwang.web.wsgi:application"
_PORTS_TRIED = 100
# Each has eight threads with a database connection each, and the embedded server has fifty connections for everyone.
_MOST_WEB_WORKERS = 4


class ServeError(Exception):
    """The site cannot be served; the message is for the user, in zh-TW."""


def say_where(url: str) -> None:
    """Tell the person at the terminal where the site is."""
    print(f"安網已啟動：{url} （按 Ctrl-C 結束）", flush=True)


def serve(
    home: Home,
    *,
    port: int = 8000,
    announce: Callable[[str], None] = say_where,
    application: str = WEB_WSGI,
    jobs: bool = True,
) -> int:
    """Serve `application` on 127.0.0.1, on `port` or the next free one, until Ctrl-C, TERM or HUP.

    A web process for each processor answers, four at most. `announce` gets the address once, when the site answers.
    `jobs=False` leaves the job worker out. The database must be migrated already. Returns the exit status: 0, or 1
    after saying on standard error why it cannot serve.
    """
    try:
        _serve(home, port, announce, application, jobs)
    except (ServeError, DatabaseError, HomeError) as error:
        print(f"錯誤：{error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _serve(home: Home, port: int, announce: Callable[[str], None], application: str, jobs: bool) -> None:
    home.create()
    alone = FileLock(home.locks / "serve.lock")
    if not alone.acquire(wait=False):
        where = home.read_state().get("serving", "")
        raise ServeError(f"「{home.path}」的網站已經在執行{'：' + where if where else '。'}")
    server = DatabaseServer(home)
    claim: socket.socket | None = None
    try:
        info = server.ensure_started()
        chosen, claim = claim_port(port)
        url = f"http://127.0.0.1:{chosen}/"
        tree = ProcessTree(_specs(home, info, chosen, application, jobs), home.logs)
        done = threading.Event()

        def tell_when_ready() -> None:
            if _answers(chosen, done):
                home.write_state(serving=url)
                announce(url)

        def keep_database() -> None:
            nonlocal info
            if info.embedded and not server.is_running():
                try:
                    now = server.ensure_started()
                except DatabaseError:
                    return  # it is in the log; tried again at the next tick
                if now != info:
                    info = now
                    tree.replace(_specs(home, info, chosen, application, jobs))

        teller = threading.Thread(target=tell_when_ready, daemon=True)
        teller.start()
        try:
            tree.run(tick=keep_database)
        finally:
            done.set()
            teller.join(2)
            home.write_state(serving=None)
    finally:
        server.stop()
        if claim:
            claim.close()
        alone.release()


def claim_port(first: int) -> tuple[int, socket.socket]:
    """`first`, or the next port that nobody listens on at 127.0.0.1, and the claim to it. Raises ServeError.

    The web server binds it a second later, and shares a port with whoever binds it the same way (SO_REUSEPORT). So
    that two sites that start at once never answer for each other, a site claims its port first: by a name that the
    kernel gives to one process only, until the claim is closed or the process ends. (Linux only; elsewhere the web
    server does not share a port, and the later one fails to start.)
    """
    for port in range(first, min(first + _PORTS_TRIED, 65536)):
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As servers do it: a port that only has closed connections lingering is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                if sys.platform == "linux":
                    claim.bind(f"\0anwang-port-{port}")
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                claim.close()
                continue
            return port, claim
    raise ServeError(f"從 {first} 起的 {_PORTS_TRIED} 個埠都被占用，請用 --port 指定別的埠。")


def _web_workers() -> int:
    return min(usable_processors(), _MOST_WEB_WORKERS)


def _specs(home: Home, info: ConnectionInfo, port: int, application: str, jobs: bool) -> list[ChildSpec]:
    environment = {
        **{key: value for key, value in os.environ.items() if key != "ANWANG_OWNER_URL"},
        **home.environment(),
        **info.environment(),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "anwang.platform.settings"),
        WSGI_VARIABLE: application,
        "PYTHONUNBUFFERED": "1",
    }
    program = [sys.executable, "-P", "-m"]
    web = ChildSpec(
        "web",
        [*program, "anwang.platform.web_process", str(port), str(_web_workers())],
        environment,
        patience=10,
    )
    worker = ChildSpec("worker", [*program, "anwang.platform.worker_process"], environment, patience=15)
    return [web, worker] if jobs else [web]


def _answers(port: int, done: threading.Event) -> bool:
    """Wait until the site answers anything at all on `port`; False when serving ended first."""
    while not done.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return True
        finally:
            connection.close()
    return False
