"""What a killed server leaves: a pid file, processes that still end, a socket. All of it is put away here."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PidFile:
    """What `postmaster.pid` says: the server's process id, and whether it accepts connections."""

    pid: int
    ready: bool


def read_pid_file(data: Path) -> PidFile | None:
    """The server's own note in its data folder; None when there is none or it is half written."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8", errors="replace").splitlines()
        return PidFile(int(lines[0]), len(lines) >= 8 and lines[7].strip() == "ready")
    except (OSError, IndexError, ValueError):
        return None


def clear_orphans(data: Path) -> None:
    """End what is left of an earlier server on `data` and remove its pid file.

    Only for the holder of the keeper's lock: then no living server on this folder can be anyone's. Processes are
    recognised by their working folder, never by name or by a number that may belong to another process today.
    Raises RuntimeError when they do not end.
    """
    for number, patience in ((signal.SIGINT, 3.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        left = processes_in(data)
        if not left:
            break
        noted = read_pid_file(data)
        # Told to the postmaster alone when it lives, as it ends its own children in good order.
        targets = [noted.pid] if noted and noted.pid in left and number != signal.SIGKILL else left
        for pid in targets:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience
        while processes_in(data) and time.monotonic() < deadline:
            time.sleep(0.02)
    if processes_in(data):
        raise RuntimeError("an earlier server on this folder does not end")
    (data / "postmaster.pid").unlink(missing_ok=True)


def processes_in(data: Path) -> list[int]:
    """Processes of a PostgreSQL server whose data folder is `data`."""
    if sys.platform == "linux":
        return _by_working_folder(data)
    noted = read_pid_file(data)
    if noted is None:
        return []
    answer = subprocess.run(  # noqa: S603 - a number, no shell
        ["/bin/ps", "-o", "command=", "-p", str(noted.pid)], capture_output=True, text=True, check=False
    )
    return [noted.pid] if "postgres" in answer.stdout and str(data) in answer.stdout else []


def _by_working_folder(data: Path) -> list[int]:
    try:
        wanted = os.stat(data)
    except FileNotFoundError:
        return []
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            folder = os.stat(f"/proc/{name}/cwd")
            if (folder.st_dev, folder.st_ino) != (wanted.st_dev, wanted.st_ino):
                continue
            program = os.readlink(f"/proc/{name}/exe")
        except OSError:
            continue  # ended meanwhile, or another account's
        # A person's shell may stand in the folder; it is not ours to end.
        if os.path.basename(program.removesuffix(" (deleted)")) == "postgres":
            found.append(int(name))
    return found
