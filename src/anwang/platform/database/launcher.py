"""Starting and stopping the database for one home, together with whoever else uses it at the same time."""

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import anwang
from anwang.platform.database import settings
from anwang.platform.database.account import server_account
from anwang.platform.database.binaries import Origin, find_binaries
from anwang.platform.database.cluster import (
    APP_SECRET,
    OWNER_SECRET,
    Cluster,
    server_environment,
    within_reach,
)
from anwang.platform.database.errors import DatabaseError
from anwang.platform.database.external import external_connection
from anwang.platform.database.orphans import read_pid_file
from anwang.platform.database.urls import DatabaseAddress
from anwang.platform.home import Home
from anwang.platform.locks import FileLock, is_locked

# Room for the socket's name in `sockaddr_un`, without the closing zero.
_LONGEST_SOCKET = 103 if sys.platform == "darwin" else 107
_LOG_LIMIT = 5_000_000
# Set by us beside DATABASE_URL: "embedded" says that this address is our own server's, not the operator's wish.
MODE_VARIABLE = "ANWANG_DATABASE"


@dataclass(frozen=True)
class ConnectionInfo:
    """The two ways in. `url_owner` migrates; `url_app` is the one the application works with, under row security."""

    url_owner: str
    url_app: str
    embedded: bool

    def environment(self) -> dict[str, str]:
        """For processes that serve: the application's way in, and not the owner's."""
        return {"DATABASE_URL": self.url_app, MODE_VARIABLE: "embedded" if self.embedded else "external"}

    def owner_environment(self) -> dict[str, str]:
        """For the process that migrates."""
        return {**self.environment(), "ANWANG_OWNER_URL": self.url_owner}


class DatabaseServer:
    """The database of a home, for one process that uses it.

    `ensure_started()` may be called by any number of processes at once, and again at any time; the server runs
    until the last of them called `stop()` or ended. As a context manager it does both.
    """

    def __init__(self, home: Home, *, origin: Origin | None = None, test_mode: bool = False) -> None:
        self.home = home
        self.origin: Origin | None = origin
        self.test_mode = test_mode
        self._holder = FileLock(home.locks / "database-users.lock")
        self._keeper_lock = home.locks / "database-keeper.lock"
        self._starting = FileLock(home.locks / "database-start.lock")

    def ensure_started(self) -> ConnectionInfo:
        """Make the cluster if there is none, start the server if it does not run, and say how to connect.

        With `DATABASE_URL` set nothing is started (except for tests, which bring their own server).
        Raises DatabaseError or HomeError with a reason for the user.
        """
        self.home.create()
        operators = os.environ.get(MODE_VARIABLE) != "embedded"
        if os.environ.get("DATABASE_URL") and operators and not self.test_mode:
            return ConnectionInfo(*external_connection(self.home), embedded=False)
        with self._starting:
            already = self._holder.held
            self._holder.acquire(shared=True)  # waits while a keeper is just stopping the server
            try:
                if not is_locked(self._keeper_lock):
                    self._start()
                self._wait_until_ready()
            except BaseException:
                if not already:
                    self._holder.release()
                raise
        return self._connection()

    def is_running(self) -> bool:
        """Whether the embedded server of this home is up, whoever started it."""
        facts = read_pid_file(self.home.database / "data")
        # The file outlives a killed server, so the server itself is asked as well.
        return bool(facts and facts.ready) and is_locked(self._keeper_lock) and self._listens()

    def _listens(self) -> bool:
        try:
            host, port = _read_endpoint(self.home.database / "endpoint.json")
            family = socket.AF_UNIX if host.startswith("/") else socket.AF_INET
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.settimeout(5)
                probe.connect(f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port))
        except (OSError, ValueError, KeyError):
            return False
        return True

    def stop(self) -> None:
        """Stop using the server; return when it is down, or at once when others still use it."""
        if not self._holder.held:
            return
        self._holder.release()
        look = FileLock(self._holder.path)
        while is_locked(self._keeper_lock):
            if not look.acquire(shared=True, wait=False):
                look.acquire(shared=True)  # the keeper is stopping the server: wait for its end
                look.release()
                continue
            look.release()
            if not look.acquire(wait=False):
                if self._others_use_it():
                    return
            else:
                look.release()
            time.sleep(0.005)

    def _others_use_it(self) -> bool:
        """Tell another user from the keeper, which also holds the lock while it stops the server."""
        look = FileLock(self._holder.path)
        if not look.acquire(shared=True, wait=False):
            return False
        look.release()
        return True

    def __enter__(self) -> ConnectionInfo:
        return self.ensure_started()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _cluster(self) -> Cluster:
        account = server_account(self.home.database)
        version = self.home.database / "data" / "PG_VERSION"
        major = int(version.read_text("ascii")) if version.exists() else None
        binaries = within_reach(find_binaries(self.origin, major=major), self.home, account)
        return Cluster(self.home, binaries, account, self._starting, self.test_mode)

    def _start(self) -> None:
        cluster = self._cluster()
        cluster.prepare()
        log = self.home.logs / "postgres.log"
        if log.exists() and log.stat().st_size > _LOG_LIMIT:
            os.replace(log, log.with_suffix(".log.1"))
        tcp_port = None if _socket_fits(cluster.run) else _free_port()
        _write_endpoint(self.home.database / "endpoint.json", cluster.run, tcp_port)
        account = cluster.account
        order = {
            "folder": str(cluster.folder),
            "arguments": cluster.server_arguments(base="{base}", tcp_port=tcp_port),
            "environment": server_environment(),
            "uid": account.uid if account else None,
            "gid": account.gid if account else None,
            "log": str(log),
            "holders": str(self._holder.path),
            "keeper": str(self._keeper_lock),
        }
        root = str(Path(anwang.__file__).parent.parent)
        # -S -P: without site-packages and without the current folder the keeper starts in a few milliseconds.
        keeper = subprocess.Popen(
            [sys.executable, "-S", "-P", "-m", "anwang.platform.database.keeper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": root, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        with keeper.stdin, keeper.stdout:
            json.dump(order, keeper.stdin)
            keeper.stdin.close()
            answer = keeper.stdout.readline().strip()
        if answer != "ready":
            keeper.wait(30)
            raise DatabaseError(f"資料庫無法啟動（{answer or 'keeper ended'}）。詳細記錄在「{log}」。")
        # The keeper outlives us on purpose; without this Python would warn about a child it did not wait for.
        keeper.returncode = 0

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 120
        while not self.is_running():
            if not is_locked(self._keeper_lock):
                self._start()
            if time.monotonic() > deadline:
                raise DatabaseError(f"資料庫沒有回應。詳細記錄在「{self.home.logs / 'postgres.log'}」。")
            time.sleep(0.02)

    def _connection(self) -> ConnectionInfo:
        host, port = _read_endpoint(self.home.database / "endpoint.json")
        extra = () if host.startswith("/") else (("require_auth", "scram-sha-256"),)
        app = DatabaseAddress(
            settings.APP,
            self.home.secret(APP_SECRET),
            settings.DATABASE,
            host,
            str(port),
            extra,
        )
        owner = app.with_role(settings.OWNER, self.home.secret(OWNER_SECRET))
        return ConnectionInfo(owner.url, app.url, embedded=True)


def _socket_fits(run: Path) -> bool:
    return len(os.fsencode(run / f".s.PGSQL.{settings.SOCKET_PORT}")) <= _LONGEST_SOCKET


def _free_port() -> int:
    """A free port of the loopback. SCRAM proves both sides, so who takes it before us learns no password."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_endpoint(path: Path, run: Path, tcp_port: int | None) -> None:
    draft = path.with_suffix(".new")
    host, port = ("127.0.0.1", tcp_port) if tcp_port else (str(run), settings.SOCKET_PORT)
    draft.write_text(json.dumps({"host": host, "port": port}), "utf-8")
    os.replace(draft, path)


def _read_endpoint(path: Path) -> tuple[str, int]:
    endpoint = json.loads(path.read_text("utf-8"))
    return endpoint["host"], endpoint["port"]
