"""The site of a home as `anwang serve` runs it, for `anwang bench kills --deeds`: started, killed in parts, back again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from anwang.platform.home import Home

from ..errors import CommandError
from ..home import say
from .processor import processes
from .sessions import Session

PORT = 18700
_BACK_WITHIN, _PROBE = 120.0, 10.0
VICTIMS = ("web workers", "web server", "whole site", "database backend", "database", "job worker")
"""What is killed in turn: the processes of the web server that answer, its head, the head of the process tree (the rest
has to end by itself), one process of the database (which makes it recover), all of the database, the job worker."""


class Site:
    """A served home. Everything under it may be killed at any time; `back` brings it up as an operator would."""

    def __init__(self, path: Path, environment: dict[str, str]) -> None:
        self.path = path
        self._environment = environment
        self._server: subprocess.Popen[str] | None = None
        self.address = ""

    def start(self) -> None:
        self._server = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "anwang", "serve", "--home", str(self.path), "--port", str(PORT)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=self._environment,
        )
        assert self._server.stdout is not None
        if not self._server.stdout.readline():
            raise CommandError("網站沒有啟動，無法量測。")
        self.address = str(Home(self.path).read_state()["serving"])

    def stop(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.communicate()

    def aim(self, what: str, chance: random.Random) -> Callable[[], list[int]]:
        """The processes to kill, looked for now as far as they are known now, so that the kill itself takes no time."""
        from anwang.platform.database.orphans import processes_in

        assert self._server is not None
        data, head = self.path / "database" / "data", self._server.pid
        if what == "whole site":
            return lambda: [head]
        if what == "database":
            pids = processes_in(data)
            return lambda: pids
        if what == "database backend":
            return lambda: _one_backend(processes_in(data), chance)
        table = processes()
        name = "worker_process" if what == "job worker" else "web_process"
        heads = [pid for pid, each in table.items() if each[0] == head and name in each[2]]
        if what == "web workers":
            heads = [pid for pid, each in table.items() if each[0] in heads and "tracker" not in each[2]]
        return lambda: heads

    def kill(self, pids: Sequence[int]) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, 9)

    def back(self) -> None:
        """Wait until the site answers; start it again when its head is dead. Raises CommandError after two minutes."""
        assert self._server is not None
        with suppress(subprocess.TimeoutExpired):
            self._server.wait(0.2)
        if self._server.poll() is not None:
            self._server.communicate()
            self.start()
        deadline = time.monotonic() + _BACK_WITHIN
        while time.monotonic() < deadline:
            session = Session(self.address, timeout=_PROBE)
            with suppress(Exception):
                if session.ask("/sign-in/").status == 200:
                    return
            session.close()
            time.sleep(0.1)
        for name in ("serve", "web", "postgres"):
            log = self.path / "logs" / f"{name}.log"
            say(f"{log.name}：\n{log.read_text(errors='replace')[-1500:] if log.exists() else ''}")
        raise CommandError(f"網站中斷後 {_BACK_WITHIN:.0f} 秒內沒有恢復。")


def _one_backend(pids: Sequence[int], chance: random.Random) -> list[int]:
    """One that is at work in a transaction where there is one, else any: killed, it makes the database recover."""
    said = {pid: _command(pid) for pid in pids}
    at_work = [
        pid for pid, text in said.items() if "_app" in text and not text.rstrip("\0 ").endswith("idle")
    ]
    return [chance.choice(sorted(at_work or said))] if said else []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""
