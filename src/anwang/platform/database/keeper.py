"""The keeper: a small process that is the parent of the server for as long as anybody uses it.

Everyone who uses the server holds a shared lock on one file. The keeper waits for the exclusive lock on it: it gets
it when the last user is gone, in whatever way that user went, and then stops the server. Who comes in the meantime
waits for that, and then starts a new keeper. Only the standard library is imported here, so that it starts quickly.
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from anwang.platform.database.orphans import clear_orphans, read_pid_file
from anwang.platform.locks import FileLock

_READY_WITHIN = 120.0  # seconds; crash recovery after a big import may take a while
_BACK_OFF_MOST = 5.0


class Keeper:
    """Starts the server by `order` (see `launcher`), brings it back when it dies, stops it when it is unused."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.folder = Path(order["folder"])
        self.data = self.folder / "data"
        self.server: subprocess.Popen[bytes] | None = None
        self._libc = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._waker, False)
        self._unused = False

    def start(self) -> None:
        """Start the server and return when it accepts connections. Raises RuntimeError with its last words."""
        clear_orphans(self.data)
        for stale in (self.folder / "run").glob(".s.PGSQL.*"):
            stale.unlink(missing_ok=True)
        fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY) if self.order["uid"] is not None else None
        base = str(self.folder) if fd is None else f"/proc/self/fd/{fd}"
        try:
            with open(self.order["log"], "ab") as log:
                self.server = subprocess.Popen(  # noqa: S603 - the order comes from the launcher
                    [part.replace("{base}", base) for part in self.order["arguments"]],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=self.order["environment"],
                    umask=0o077,
                    pass_fds=() if fd is None else (fd,),
                    user=self.order["uid"],
                    group=self.order["gid"],
                    extra_groups=None if fd is None else [],
                    start_new_session=True,
                    preexec_fn=self._die_with_me,
                )
        finally:
            if fd is not None:
                os.close(fd)
        self._wait_until_ready()

    def _die_with_me(self) -> None:
        # After the change of account, which would clear it: when the keeper is killed, the server shuts down.
        if self._libc is not None:
            self._libc.prctl(1, signal.SIGINT, 0, 0, 0)  # PR_SET_PDEATHSIG

    def _wait_until_ready(self) -> None:
        server = self.server
        assert server is not None
        deadline = time.monotonic() + _READY_WITHIN
        while True:
            facts = read_pid_file(self.data)
            if facts and facts.pid == server.pid and facts.ready:
                return
            if server.poll() is not None:
                raise RuntimeError(f"exit {server.returncode}")
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"not ready after {_READY_WITHIN:.0f} s")
            time.sleep(0.01)

    def watch(self) -> None:
        """Return when nobody uses the server any more, or when the keeper is told to end."""
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        threading.Thread(target=self._wait_for_last_user, daemon=True).start()
        pause = 0.1
        started = time.monotonic()
        while True:
            assert self.server is not None
            if self.server.poll() is not None:
                self._say(f"server ended by itself, code {self.server.returncode}; starting it again")
                # A server that lived for a while failed for a new reason: begin with the short pause again.
                pause = 0.1 if time.monotonic() - started > 60 else min(pause * 2, _BACK_OFF_MOST)
                select.select([self._wake], [], [], pause)
                if self._told_to_end():
                    return
                try:
                    self.start()
                except RuntimeError as error:
                    self._say(f"server did not start: {error}")
                started = time.monotonic()
                continue
            select.select([self._wake], [], [])
            if self._told_to_end():
                return

    def _told_to_end(self) -> bool:
        try:
            signals = os.read(self._wake, 4096)
        except BlockingIOError:
            signals = b""
        return self._unused or any(
            number in signals for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        )

    def _wait_for_last_user(self) -> None:
        fd = os.open(self.order["holders"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(fd, fcntl.LOCK_EX)  # kept until this process ends: newcomers wait for a clean stop
        self._unused = True
        os.write(self._waker, b"\0")

    def stop(self) -> None:
        """End the server: politely, then firmly, then by force (it recovers from its log at the next start)."""
        server = self.server
        if server is None:
            return
        for number, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if server.poll() is not None:
                return
            server.send_signal(number)
            try:
                server.wait(patience)
            except subprocess.TimeoutExpired:
                self._say(f"server did not end within {patience} s after signal {number}")

    def _say(self, text: str) -> None:
        with open(self.order["log"], "a", encoding="utf-8") as log:
            log.write(
                f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC [keeper {os.getpid()}] {text}\n"
            )


def main() -> int:
    """Read the order from standard input, answer `ready` or `failed …` on standard output, then keep the server."""
    order = json.load(sys.stdin)
    mine = FileLock(Path(order["keeper"]))
    deadline = time.monotonic() + 5
    while not mine.acquire(wait=False):
        # Somebody may be looking whether a keeper is there, which takes the lock for a moment.
        if time.monotonic() > deadline:
            print("failed another keeper is running", flush=True)
            return 1
        time.sleep(0.01)
    keeper = Keeper(order)
    try:
        keeper.start()
    except (RuntimeError, OSError) as error:
        keeper.stop()
        print(f"failed {error}", flush=True)
        return 1
    print("ready", flush=True)
    # The starter may be gone any time now; its pipe must not matter any more.
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    try:
        keeper.watch()
    finally:
        keeper.stop()
        # A postmaster that was killed a moment ago leaves processes which are still on their way out.
        clear_orphans(keeper.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
