"""Processor time of the server's processes, so that a figure can be judged that was taken on a busy machine.

Read from /proc; where there is none (not Linux), or the database is not the home's own, nothing is said.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def queued(process: int | str = "self") -> float:
    """Seconds that a process has waited for a processor so far, while others had it; 0 where nothing says so."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time so far: the web server, the job worker, the database, and this process."""

    web: float
    worker: float
    database: float
    client: float

    def since(self, before: Spent) -> Spent:
        return Spent(
            self.web - before.web,
            self.worker - before.worker,
            self.database - before.database,
            self.client - before.client,
        )


def spent(home: Path) -> Spent | None:
    """None where it cannot be read."""
    try:
        postmaster = int((home / "database" / "data" / "postmaster.pid").read_text().splitlines()[0])
        table = processes()
    except (OSError, ValueError, IndexError):
        return None
    children: dict[int, list[int]] = {}
    for pid, (parent, _, _) in table.items():
        children.setdefault(parent, []).append(pid)

    def tree(pid: int) -> float:
        return table[pid][1] + sum(tree(child) for child in children.get(pid, ()))

    mine = set(_below(os.getpid(), children))
    of = {name: [pid for pid in mine if name in table[pid][2]] for name in ("web_process", "worker_process")}
    web, worker = (sum(tree(pid) for pid in pids if table[pid][0] not in pids) for pids in of.values())
    return Spent(web, worker, tree(postmaster) if postmaster in table else 0.0, time.process_time())


def _below(pid: int, children: dict[int, list[int]]) -> list[int]:
    found = list(children.get(pid, ()))
    return found + [further for child in found for further in _below(child, children)]


def processes() -> dict[int, tuple[int, float, str]]:
    """Of each process its parent, seconds of processor time (of ended children too), and its command line."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            text = (folder / "stat").read_text()
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:  # it ended meanwhile
            continue
        fields = text[text.rindex(")") + 2 :].split()
        found[int(folder.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / _TICKS, command)
    if not found:
        raise OSError("no /proc")
    return found
